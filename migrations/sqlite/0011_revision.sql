-- What an author would rather have written, after approval. While it waits, the comment says since when, and stays public as
-- it was approved; once decided, the proposal holds whichever of the two texts is not public, so that undo turns them round.
alter table comment add column proposed_at integer;
create index comment_by_proposal on comment (site_id, proposed_at, id) where proposed_at is not null;

create table proposal (
    comment_id blob primary key not null references comment (id) on delete cascade,
    body text not null,
    body_html text not null,
    fingerprint blob not null,
    likeness integer,
    opening integer,
    points real not null,
    bucket text not null,
    reasons text not null,
    proposed_at integer not null
) strict;

-- A comment that is public no more has no text that could take the public one's place.
create trigger comment_not_public_has_no_proposal after update of status on comment
when old.status = 'approved' and new.status <> 'approved'
begin
    delete from proposal where comment_id = new.id;
    update comment set proposed_at = null where id = new.id and proposed_at is not null;
end;

-- Whether an entry of the journal is about such a text, and not about the comment that is public.
alter table decision add column of_edit integer not null default 0;
