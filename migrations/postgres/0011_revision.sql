-- What an author would rather have written, after approval. While it waits, the comment says since when, and stays public as
-- it was approved; once decided, the proposal holds whichever of the two texts is not public, so that undo turns them round.
alter table comment add column proposed_at bigint;
create index comment_by_proposal on comment (site_id, proposed_at, id) where proposed_at is not null;

create table proposal (
    comment_id uuid primary key not null references comment (id) on delete cascade,
    body text not null,
    body_html text not null,
    fingerprint bytea not null,
    likeness bigint,
    opening bigint,
    points double precision not null,
    bucket text not null,
    reasons text not null,
    proposed_at bigint not null
);

-- A comment that is public no more has no text that could take the public one's place.
create function forget_proposal() returns trigger language plpgsql as $$
begin
    new.proposed_at := null;
    delete from proposal where comment_id = new.id;
    return new;
end $$;
create trigger comment_not_public_has_no_proposal before update of status on comment
for each row when (old.status = 'approved' and new.status <> 'approved') execute function forget_proposal();

-- Whether an entry of the journal is about such a text, and not about the comment that is public.
alter table decision add column of_edit boolean not null default false;
