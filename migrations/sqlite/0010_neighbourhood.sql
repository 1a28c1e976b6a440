-- What a comment is compared by, so that near duplicates are found: 64 bits of which most stay when a few words are changed,
-- looked up by quarters, and a hash of how it begins. Null until they have been worked out, zero where a text is too short.
alter table comment add column likeness integer;
alter table comment add column opening integer;
create index comment_by_likeness_1 on comment ((likeness >> 48) & 65535, id) where likeness <> 0;
create index comment_by_likeness_2 on comment ((likeness >> 32) & 65535, id) where likeness <> 0;
create index comment_by_likeness_3 on comment ((likeness >> 16) & 65535, id) where likeness <> 0;
create index comment_by_likeness_4 on comment (likeness & 65535, id) where likeness <> 0;
create index comment_by_opening on comment (opening, id) where opening <> 0;

-- Who was decided to be a spammer, and who was approved: only a decision writes here.
create index comment_spam_by_network on comment (network_index, site_id) where view = 'spam';
create index comment_approved_by_network on comment (network_index, site_id) where view = 'approved';
create index comment_spam_by_email on comment (email_index, site_id) where view = 'spam';
create index comment_approved_by_email on comment (email_index, site_id) where view = 'approved';

-- Where the links of decided comments lead.
create table decided_host (
    site_id blob not null,
    host text not null,
    is_spam integer not null,
    comment_id blob not null references comment (id) on delete cascade,
    primary key (site_id, host, is_spam, comment_id)
) strict;
create index decided_host_by_comment on decided_host (comment_id);

-- Comments that came otherwise than through the door and are still to be compared.
create table likeness_due (
    comment_id blob primary key not null
) strict;
create trigger comment_is_to_be_compared after insert on comment when new.likeness is null
begin insert into likeness_due (comment_id) values (new.id) on conflict (comment_id) do nothing; end;
insert into likeness_due (comment_id) select id from comment;

-- What is erased is like nothing any more.
create trigger comment_erased_is_like_nothing after update of status on comment when new.status = 'erased'
begin
    update comment set likeness = 0, opening = 0 where id = new.id;
    delete from decided_host where comment_id = new.id;
end;

-- Taken for spam by the judgement alone, and shown to the moderators without saying so.
alter table comment add column sampled integer not null default 0;

-- Which text a lesson is about, so that the same text teaches once.
alter table lesson add column text_hash integer;
alter table lesson add column is_spam integer;
create index lesson_by_text on lesson (site_id, text_hash) where text_hash is not null;
