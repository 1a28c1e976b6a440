-- What happens to moderators' accounts. Rows are added, never changed, and deleted when they are old.
create table account_event (
    id blob primary key not null,
    kind text not null,
    -- Whose account it is.
    moderator_id blob not null references moderator (id),
    -- Who did it; nobody from the command line.
    by_id blob references moderator (id),
    site_id blob references site (id),
    role text,
    happened_at integer not null
) strict;
create index account_event_by_time on account_event (happened_at);
create trigger account_event_is_never_changed before update on account_event
begin select raise(abort, 'the journal is append-only'); end;
