-- What a comment is compared by, so that near duplicates are found: 64 bits of which most stay when a few words are changed,
-- looked up by quarters, and a hash of how it begins. Null until they have been worked out, zero where a text is too short.
alter table comment add column likeness bigint;
alter table comment add column opening bigint;
create index comment_by_likeness_1 on comment (((likeness >> 48) & 65535), id) where likeness <> 0;
create index comment_by_likeness_2 on comment (((likeness >> 32) & 65535), id) where likeness <> 0;
create index comment_by_likeness_3 on comment (((likeness >> 16) & 65535), id) where likeness <> 0;
create index comment_by_likeness_4 on comment ((likeness & 65535), id) where likeness <> 0;
create index comment_by_opening on comment (opening, id) where opening <> 0;

-- Who was decided to be a spammer, and who was approved: only a decision writes here.
create index comment_spam_by_network on comment (network_index, site_id) where view = 'spam';
create index comment_approved_by_network on comment (network_index, site_id) where view = 'approved';
create index comment_spam_by_email on comment (email_index, site_id) where view = 'spam';
create index comment_approved_by_email on comment (email_index, site_id) where view = 'approved';

-- Where the links of decided comments lead.
create table decided_host (
    site_id uuid not null,
    host text not null,
    is_spam boolean not null,
    comment_id uuid not null references comment (id) on delete cascade,
    primary key (site_id, host, is_spam, comment_id)
);
create index decided_host_by_comment on decided_host (comment_id);

-- Comments that came otherwise than through the door and are still to be compared.
create table likeness_due (
    comment_id uuid primary key not null
);
create function note_likeness_due() returns trigger language plpgsql as $$
begin insert into likeness_due (comment_id) values (new.id) on conflict (comment_id) do nothing; return null; end $$;
create trigger comment_is_to_be_compared after insert on comment
for each row when (new.likeness is null) execute function note_likeness_due();
insert into likeness_due (comment_id) select id from comment;

-- What is erased is like nothing any more.
create function forget_likeness() returns trigger language plpgsql as $$
begin
    new.likeness := 0;
    new.opening := 0;
    delete from decided_host where comment_id = new.id;
    return new;
end $$;
create trigger comment_erased_is_like_nothing before update of status on comment
for each row when (new.status = 'erased') execute function forget_likeness();

-- Taken for spam by the judgement alone, and shown to the moderators without saying so.
alter table comment add column sampled boolean not null default false;

-- Which text a lesson is about, so that the same text teaches once.
alter table lesson add column text_hash bigint;
alter table lesson add column is_spam boolean;
create index lesson_by_text on lesson (site_id, text_hash) where text_hash is not null;
