-- What happens to moderators' accounts. Rows are added, never changed, and deleted when they are old.
create table account_event (
    id uuid primary key not null,
    kind text not null,
    -- Whose account it is.
    moderator_id uuid not null references moderator (id),
    -- Who did it; nobody from the command line.
    by_id uuid references moderator (id),
    site_id uuid references site (id),
    role text,
    happened_at bigint not null
);
create index account_event_by_time on account_event (happened_at);
create trigger account_event_is_never_changed before update on account_event
for each row execute function refuse_journal_change();
