-- Whom the house may write to, of those who comment: an address on a site. Nothing but the question whether it is theirs
-- goes to one that its owner has not confirmed.
create table author_address (
    id blob primary key not null,
    site_id blob not null references site (id),
    email_index blob not null,
    email_sealed blob not null,
    email_key_id integer not null,
    -- The keyed hash of what stands behind the @.
    domain_index blob not null,
    locale text not null,
    asked_at integer not null,
    confirmed_at integer,
    -- The comment whose link confirmed it: only on that one's receipt may it be told.
    confirmed_by blob references comment (id),
    stopped_at integer,
    unique (site_id, email_index)
) strict;
create index author_address_by_email on author_address (email_index, asked_at);

-- What somebody wants to hear of an article, where it is not the usual: answers to the comments whose form asked for them.
create table thread_wish (
    author_address_id blob not null references author_address (id),
    page_id blob not null references page (id),
    -- none, answers or thread.
    scope text not null,
    changed_at integer not null,
    primary key (author_address_id, page_id)
) strict;
create index thread_wish_of_thread on thread_wish (page_id) where scope = 'thread';

-- Addresses that a server refused, and in which words: after one refusal for good or five for now in a row, no new mail
-- is begun.
create table suppression (
    email_index blob primary key not null,
    soft_failures integer not null,
    failed_at integer not null,
    suppressed_at integer,
    words text not null
) strict;

alter table moderator add column domain_index blob;

-- Mails to authors as well: SQLite takes a "not null" away only with the table.
create table outbox_of_all (
    id blob primary key not null,
    kind text not null,
    site_id blob not null references site (id),
    moderator_id blob references moderator (id),
    author_address_id blob references author_address (id),
    comment_id blob references comment (id),
    page_id blob references page (id),
    account_link_id blob references account_link (id),
    domain_index blob,
    state text not null,
    wanted integer not null,
    attempts integer not null,
    due_at integer not null,
    leased_until integer not null,
    tried_at integer,
    covers_from integer not null,
    covers_until integer,
    finished_at integer,
    last_error text,
    check ((moderator_id is null) <> (author_address_id is null))
) strict;
insert into outbox_of_all (id, kind, site_id, moderator_id, account_link_id, state, wanted, attempts, due_at, leased_until,
    covers_from, covers_until, finished_at, last_error)
select id, kind, site_id, moderator_id, account_link_id, state, wanted, attempts, due_at, leased_until,
    covers_from, covers_until, finished_at, last_error from outbox;
drop table outbox;
alter table outbox_of_all rename to outbox;

create index outbox_by_due on outbox (state, due_at);
create index outbox_by_state on outbox (state, id);
-- When the last mail of a kind went to somebody, and what is being tried, without reading all that ever was.
create index outbox_by_moderator on outbox (moderator_id, site_id, kind, finished_at);
create index outbox_by_author on outbox (author_address_id, page_id, finished_at);
create index outbox_in_trial on outbox (moderator_id, site_id) where state = 'waiting' and attempts > 0;
create index outbox_by_comment on outbox (comment_id) where comment_id is not null;
-- What was tried within the last minute.
create index outbox_by_trial on outbox (tried_at);
-- A mail not yet tried takes in what comes meanwhile; once tried, the next comment queues the next mail.
create unique index outbox_untried on outbox (kind, site_id, moderator_id) where state = 'waiting' and attempts = 0;
create unique index outbox_untried_of_thread on outbox (kind, author_address_id, page_id) where state = 'waiting' and attempts = 0;
create unique index outbox_untried_of_comment on outbox (kind, author_address_id, comment_id) where state = 'waiting' and attempts = 0;
