-- What waits for the moderators' own opinion is not found by what the judgement said; decided, it is.
create trigger comment_sampled_is_to_be_indexed after update of status on comment
when new.sampled = 1 and old.status <> new.status and 'pending' in (old.status, new.status)
begin insert into search_due (comment_id) values (new.id) on conflict (comment_id) do nothing; end;
insert into search_due (comment_id) select id from comment where sampled = 1 and status = 'pending' on conflict (comment_id) do nothing;
