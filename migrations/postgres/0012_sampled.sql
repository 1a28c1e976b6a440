-- What waits for the moderators' own opinion is not found by what the judgement said; decided, it is.
create trigger comment_sampled_is_to_be_indexed after update of status on comment
for each row when (new.sampled and old.status <> new.status and 'pending' in (old.status, new.status)) execute function note_search_due();
insert into search_due (comment_id) select id from comment where sampled and status = 'pending' on conflict (comment_id) do nothing;
