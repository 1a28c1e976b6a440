-- Who is told by HTTP of what was decided. One that was taken away stays for what the outbox says of it.
create table webhook (
    id blob primary key not null,
    site_id blob not null references site (id),
    url text not null,
    -- The keyed hash of its host: calls to one host are counted as mails to one domain are.
    domain_index blob not null,
    created_at integer not null,
    removed_at integer
) strict;
create index webhook_by_site on webhook (site_id, id) where removed_at is null;

-- Calls as well as mails: SQLite changes a check only with the table.
create table outbox_with_calls (
    id blob primary key not null,
    kind text not null,
    site_id blob not null references site (id),
    moderator_id blob references moderator (id),
    author_address_id blob references author_address (id),
    webhook_id blob references webhook (id),
    comment_id blob references comment (id),
    page_id blob references page (id),
    account_link_id blob references account_link (id),
    domain_index blob,
    -- What the receiver of a call knew before: if that holds again when the call is due, there is nothing to tell.
    known_before blob,
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
    check ((moderator_id is not null) + (author_address_id is not null) + (webhook_id is not null) = 1)
) strict;
insert into outbox_with_calls (id, kind, site_id, moderator_id, author_address_id, comment_id, page_id, account_link_id, domain_index,
    state, wanted, attempts, due_at, leased_until, tried_at, covers_from, covers_until, finished_at, last_error)
select id, kind, site_id, moderator_id, author_address_id, comment_id, page_id, account_link_id, domain_index,
    state, wanted, attempts, due_at, leased_until, tried_at, covers_from, covers_until, finished_at, last_error from outbox;
drop table outbox;
alter table outbox_with_calls rename to outbox;

create index outbox_by_due on outbox (state, due_at);
create index outbox_by_state on outbox (state, id);
-- The last mail that went out, and what became of a webhook's last call, without reading all the others.
create index outbox_mail_by_state on outbox (state, id) where webhook_id is null;
create index outbox_by_webhook on outbox (webhook_id, id) where webhook_id is not null;
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
create unique index outbox_untried_of_webhook on outbox (webhook_id, comment_id) where state = 'waiting' and attempts = 0;
