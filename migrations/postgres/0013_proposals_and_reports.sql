-- What is changed while its words are being indexed is due once more: the stamp tells that from what has been indexed.
alter table search_due add column stamp bigint not null default 0;
create or replace function note_search_due() returns trigger language plpgsql as $$
begin
    insert into search_due (comment_id) values (new.id) on conflict (comment_id) do update set stamp = search_due.stamp + 1;
    return null;
end $$;

-- While an author's other text waits beside the approved one, the comment is found by the words of both.
create trigger proposal_is_to_be_indexed after update on comment
for each row when (old.proposed_at is distinct from new.proposed_at) execute function note_search_due();
create function note_proposal_due() returns trigger language plpgsql as $$
begin
    insert into search_due (comment_id) values (new.comment_id) on conflict (comment_id) do update set stamp = search_due.stamp + 1;
    return null;
end $$;
create trigger proposal_is_to_be_indexed_anew after update of body on proposal
for each row when (old.body <> new.body) execute function note_proposal_due();
insert into search_due (comment_id) select id from comment where proposed_at is not null on conflict (comment_id) do nothing;

-- Finds the reports whose networks' time has come, however many have none any more.
create index report_with_network on report (site_id, reported_at) where network_index is not null;
