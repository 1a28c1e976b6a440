-- What is changed while its words are being indexed is due once more: the stamp tells that from what has been indexed.
alter table search_due add column stamp integer not null default 0;
drop trigger comment_is_to_be_indexed_anew;
create trigger comment_is_to_be_indexed_anew after update of body, author on comment
when old.body <> new.body or old.author <> new.author
begin insert into search_due (comment_id) values (new.id) on conflict (comment_id) do update set stamp = search_due.stamp + 1; end;
drop trigger comment_sampled_is_to_be_indexed;
create trigger comment_sampled_is_to_be_indexed after update of status on comment
when new.sampled = 1 and old.status <> new.status and 'pending' in (old.status, new.status)
begin insert into search_due (comment_id) values (new.id) on conflict (comment_id) do update set stamp = search_due.stamp + 1; end;

-- While an author's other text waits beside the approved one, the comment is found by the words of both.
create trigger proposal_is_to_be_indexed after update of proposed_at on comment when old.proposed_at is not new.proposed_at
begin insert into search_due (comment_id) values (new.id) on conflict (comment_id) do update set stamp = search_due.stamp + 1; end;
create trigger proposal_is_to_be_indexed_anew after update of body on proposal when old.body <> new.body
begin insert into search_due (comment_id) values (new.comment_id) on conflict (comment_id) do update set stamp = search_due.stamp + 1; end;
insert into search_due (comment_id) select id from comment where proposed_at is not null on conflict (comment_id) do nothing;

-- Finds the reports whose networks' time has come, however many have none any more.
create index report_with_network on report (site_id, reported_at) where network_index is not null;
