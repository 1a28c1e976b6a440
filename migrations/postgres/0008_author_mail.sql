-- Whom the house may write to, of those who comment: an address on a site. Nothing but the question whether it is theirs
-- goes to one that its owner has not confirmed.
create table author_address (
    id uuid primary key not null,
    site_id uuid not null references site (id),
    email_index bytea not null,
    email_sealed bytea not null,
    email_key_id bigint not null,
    -- The keyed hash of what stands behind the @.
    domain_index bytea not null,
    locale text not null,
    asked_at bigint not null,
    confirmed_at bigint,
    -- The comment whose link confirmed it: only on that one's receipt may it be told.
    confirmed_by uuid references comment (id),
    stopped_at bigint,
    unique (site_id, email_index)
);
create index author_address_by_email on author_address (email_index, asked_at);

-- What somebody wants to hear of an article, where it is not the usual: answers to the comments whose form asked for them.
create table thread_wish (
    author_address_id uuid not null references author_address (id),
    page_id uuid not null references page (id),
    -- none, answers or thread.
    scope text not null,
    changed_at bigint not null,
    primary key (author_address_id, page_id)
);
create index thread_wish_of_thread on thread_wish (page_id) where scope = 'thread';

-- Addresses that a server refused, and in which words: after one refusal for good or five for now in a row, no new mail
-- is begun.
create table suppression (
    email_index bytea primary key not null,
    soft_failures bigint not null,
    failed_at bigint not null,
    suppressed_at bigint,
    words text not null
);

alter table moderator add column domain_index bytea;

-- Mails to authors as well.
alter table outbox alter column moderator_id drop not null;
alter table outbox add column author_address_id uuid references author_address (id);
alter table outbox add column comment_id uuid references comment (id);
alter table outbox add column page_id uuid references page (id);
alter table outbox add column domain_index bytea;
alter table outbox add column tried_at bigint;
alter table outbox add constraint outbox_goes_to_one check ((moderator_id is null) <> (author_address_id is null));
drop index outbox_by_moderator;

-- When the last mail of a kind went to somebody, and what is being tried, without reading all that ever was.
create index outbox_by_moderator on outbox (moderator_id, site_id, kind, finished_at);
create index outbox_by_author on outbox (author_address_id, page_id, finished_at);
create index outbox_in_trial on outbox (moderator_id, site_id) where state = 'waiting' and attempts > 0;
create index outbox_by_comment on outbox (comment_id) where comment_id is not null;
-- What was tried within the last minute.
create index outbox_by_trial on outbox (tried_at);
-- As for moderators, a mail not yet tried takes in what comes meanwhile.
create unique index outbox_untried_of_thread on outbox (kind, author_address_id, page_id) where state = 'waiting' and attempts = 0;
create unique index outbox_untried_of_comment on outbox (kind, author_address_id, comment_id) where state = 'waiting' and attempts = 0;
