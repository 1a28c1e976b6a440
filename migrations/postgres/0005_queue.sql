-- Why, in a word of a closed list; and which decisions were made as one.
alter table decision add column code text;
alter table decision add column batch_id uuid;
create index decision_by_moderator on decision (moderator_id, id);
create index decision_by_batch on decision (batch_id, id) where batch_id is not null;

-- What the author wrote, where a moderator has changed it; and who of the house wrote it.
alter table comment add column original_body text;
alter table comment add column edited_at bigint;
alter table comment add column staff_id uuid references moderator (id);
-- Who shall be looked at first: whoever has waited longest, and a comment that the judgement is unsure of as if it had
-- waited an hour longer, so that nobody waits for ever behind others.
alter table comment add column urgent_at bigint not null generated always as (submitted_at - case when bucket = 'check' then 3600000 else 0 end) stored;
create index comment_by_urgency on comment (site_id, urgent_at, id) where view = 'pending';

create table note (
    id uuid primary key not null,
    comment_id uuid not null references comment (id),
    moderator_id uuid not null references moderator (id),
    text text not null,
    written_at bigint not null
);
create index note_by_comment on note (comment_id, id);

-- Who is reading what, for as long as the lease lasts.
create table presence (
    moderator_id uuid primary key not null references moderator (id),
    site_id uuid not null references site (id),
    comment_id uuid not null references comment (id),
    expires_at bigint not null
);
create index presence_by_site on presence (site_id, expires_at);

create table saved_view (
    id uuid primary key not null,
    moderator_id uuid not null references moderator (id),
    site_id uuid not null references site (id),
    name text not null,
    query text not null,
    created_at bigint not null
);
create index saved_view_by_moderator on saved_view (moderator_id, site_id, id);

create table panel_keys (
    moderator_id uuid primary key not null references moderator (id),
    switched_on boolean not null,
    keys text not null
);

-- Comments whose words have to be taken into the full-text index: written by triggers, so that whoever writes a comment
-- need not know of it; emptied by the program, which folds the words.
create table search_due (
    comment_id uuid primary key not null
);
create function note_search_due() returns trigger language plpgsql as $$
begin insert into search_due (comment_id) values (new.id) on conflict (comment_id) do nothing; return null; end $$;
create trigger comment_is_to_be_indexed after insert on comment
for each row execute function note_search_due();
create trigger comment_is_to_be_indexed_anew after update of body, author on comment
for each row when (old.body <> new.body or old.author <> new.author) execute function note_search_due();
insert into search_due (comment_id) select id from comment;

create table comment_search (
    comment_id uuid primary key not null,
    words tsvector not null
);
create index comment_search_by_words on comment_search using gin (words);
