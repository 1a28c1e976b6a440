create table installation (
    id integer primary key not null check (id = 1),
    key_check blob not null
) strict;

create table site (
    id blob primary key not null,
    name text not null unique,
    title text not null,
    locale text not null,
    origins text not null,
    settings text not null,
    created_at integer not null
) strict;

create table page (
    id blob primary key not null,
    site_id blob not null references site (id),
    url text,
    title text not null,
    closed_at integer,
    approved_count integer not null,
    created_at integer not null
) strict;
create index page_by_site on page (site_id, created_at);

-- Every name a page is known by: the CMS's id and each canonical URL it has had.
create table page_alias (
    site_id blob not null references site (id),
    name text not null,
    page_id blob not null references page (id),
    primary key (site_id, name)
) strict;

create table comment (
    id blob primary key not null,
    site_id blob not null references site (id),
    page_id blob not null references page (id),
    parent_id blob references comment (id),
    status text not null,
    revision integer not null,
    author text not null,
    website text,
    email_sealed blob not null,
    email_key_id integer not null,
    email_index blob not null,
    network_index blob,
    body text not null,
    body_html text not null,
    fingerprint blob not null,
    token_id blob unique,
    notify integer not null,
    points real not null,
    bucket text not null,
    reasons text not null,
    submitted_at integer not null,
    last_decision_id blob,
    view text not null generated always as (case when status = 'pending' and bucket = 'likely-spam' then bucket else status end) stored
) strict;
-- Ids sort by time (UUID version 7), so an index that ends with the id is in order of time.
create index comment_by_page on comment (page_id, id);
create index comment_public on comment (page_id, id) where status = 'approved';
create index comment_by_site on comment (site_id, id);
create index comment_by_view on comment (site_id, view, id);
create index comment_by_fingerprint on comment (fingerprint, id);
create index comment_by_network on comment (network_index, id);
create index comment_by_email on comment (email_index, id);
-- Finds the networks whose time has come, however many comments have none any more.
create index comment_with_network on comment (site_id, submitted_at) where network_index is not null;

create table moderator (
    id blob primary key not null,
    name text not null,
    email_sealed blob not null,
    email_key_id integer not null,
    email_index blob not null unique,
    password_hash text not null,
    is_owner integer not null,
    locale text not null,
    created_at integer not null
) strict;

create table membership (
    moderator_id blob not null references moderator (id),
    site_id blob not null references site (id),
    role text not null,
    primary key (moderator_id, site_id)
) strict;

-- The journal of decisions: rows are added, never changed.
create table decision (
    id blob primary key not null,
    comment_id blob not null references comment (id),
    moderator_id blob references moderator (id),
    from_status text not null,
    to_status text not null,
    reason text,
    means text not null,
    undoes blob references decision (id),
    revision integer not null,
    decided_at integer not null
) strict;
create index decision_by_comment on decision (comment_id, id);
create trigger decision_is_never_changed before update on decision
begin select raise(abort, 'the journal is append-only'); end;
create trigger decision_is_never_deleted before delete on decision
begin select raise(abort, 'the journal is append-only'); end;

create table session (
    token_hash blob primary key not null,
    moderator_id blob not null references moderator (id),
    created_at integer not null,
    expires_at integer not null
) strict;

create table sign_in (
    id blob primary key not null,
    email_index blob not null,
    network_index blob not null,
    succeeded integer not null,
    attempted_at integer not null
) strict;
create index sign_in_by_email on sign_in (email_index, attempted_at);
create index sign_in_by_network on sign_in (network_index, attempted_at);

create table setup_link (
    token_hash blob primary key not null,
    expires_at integer not null
) strict;

create table outbox (
    id blob primary key not null,
    kind text not null,
    site_id blob not null references site (id),
    moderator_id blob not null references moderator (id),
    state text not null,
    wanted integer not null,
    attempts integer not null,
    due_at integer not null,
    leased_until integer not null,
    covers_from integer not null,
    covers_until integer,
    finished_at integer,
    last_error text
) strict;
create index outbox_by_due on outbox (state, due_at);
create index outbox_by_moderator on outbox (moderator_id, site_id, finished_at);
-- A mail not yet tried takes in what comes meanwhile; once tried, the next comment queues the next mail.
create unique index outbox_untried on outbox (kind, site_id, moderator_id) where state = 'waiting' and attempts = 0;
