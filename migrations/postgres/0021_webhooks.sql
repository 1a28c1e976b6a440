-- Who is told by HTTP of what was decided. One that was taken away stays for what the outbox says of it.
create table webhook (
    id uuid primary key not null,
    site_id uuid not null references site (id),
    url text not null,
    -- The keyed hash of its host: calls to one host are counted as mails to one domain are.
    domain_index bytea not null,
    created_at bigint not null,
    removed_at bigint
);
create index webhook_by_site on webhook (site_id, id) where removed_at is null;

-- Calls as well as mails.
alter table outbox add column webhook_id uuid references webhook (id);
-- What the receiver of a call knew before: if that holds again when the call is due, there is nothing to tell.
alter table outbox add column known_before bytea;
alter table outbox drop constraint outbox_goes_to_one;
alter table outbox add constraint outbox_goes_to_one check (num_nonnulls(moderator_id, author_address_id, webhook_id) = 1);
-- The last mail that went out, and what became of a webhook's last call, without reading all the others.
create index outbox_mail_by_state on outbox (state, id) where webhook_id is null;
create index outbox_by_webhook on outbox (webhook_id, id) where webhook_id is not null;
create unique index outbox_untried_of_webhook on outbox (webhook_id, comment_id) where state = 'waiting' and attempts = 0;
