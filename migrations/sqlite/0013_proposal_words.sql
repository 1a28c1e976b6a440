-- While an author's other text waits beside the approved one, the comment is found by the words of both.
create trigger proposal_is_to_be_indexed after update of proposed_at on comment when old.proposed_at is not new.proposed_at
begin insert into search_due (comment_id) values (new.id) on conflict (comment_id) do nothing; end;
create trigger proposal_is_to_be_indexed_anew after update of body on proposal when old.body <> new.body
begin insert into search_due (comment_id) values (new.comment_id) on conflict (comment_id) do nothing; end;
insert into search_due (comment_id) select id from comment where proposed_at is not null on conflict (comment_id) do nothing;
