create table installation (
    id bigint primary key check (id = 1),
    key_check bytea not null
);

create table site (
    id uuid primary key not null,
    name text not null unique,
    title text not null,
    locale text not null,
    origins text not null,
    settings text not null,
    created_at bigint not null
);

create table page (
    id uuid primary key not null,
    site_id uuid not null references site (id),
    url text,
    title text not null,
    closed_at bigint,
    approved_count bigint not null,
    created_at bigint not null
);
create index page_by_site on page (site_id, created_at);

-- Every name a page is known by: the CMS's id and each canonical URL it has had.
create table page_alias (
    site_id uuid not null references site (id),
    name text not null,
    page_id uuid not null references page (id),
    primary key (site_id, name)
);

create table comment (
    id uuid primary key not null,
    site_id uuid not null references site (id),
    page_id uuid not null references page (id),
    parent_id uuid references comment (id),
    status text not null,
    revision bigint not null,
    author text not null,
    website text,
    email_sealed bytea not null,
    email_key_id bigint not null,
    email_index bytea not null,
    network_index bytea,
    body text not null,
    body_html text not null,
    fingerprint bytea not null,
    token_id uuid unique,
    notify boolean not null,
    points double precision not null,
    bucket text not null,
    reasons text not null,
    submitted_at bigint not null,
    last_decision_id uuid,
    view text not null generated always as (case when status = 'pending' and bucket = 'likely-spam' then bucket else status end) stored
);
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
    id uuid primary key not null,
    name text not null,
    email_sealed bytea not null,
    email_key_id bigint not null,
    email_index bytea not null unique,
    password_hash text not null,
    is_owner boolean not null,
    locale text not null,
    created_at bigint not null
);

create table membership (
    moderator_id uuid not null references moderator (id),
    site_id uuid not null references site (id),
    role text not null,
    primary key (moderator_id, site_id)
);

-- The journal of decisions: rows are added, never changed.
create table decision (
    id uuid primary key not null,
    comment_id uuid not null references comment (id),
    moderator_id uuid references moderator (id),
    from_status text not null,
    to_status text not null,
    reason text,
    means text not null,
    undoes uuid references decision (id),
    revision bigint not null,
    decided_at bigint not null
);
create index decision_by_comment on decision (comment_id, id);
create function refuse_journal_change() returns trigger language plpgsql as $$
begin raise exception 'the journal is append-only'; end $$;
create trigger decision_is_never_changed before update or delete on decision
for each row execute function refuse_journal_change();

create table session (
    token_hash bytea primary key not null,
    moderator_id uuid not null references moderator (id),
    created_at bigint not null,
    expires_at bigint not null
);

create table sign_in (
    id uuid primary key not null,
    email_index bytea not null,
    network_index bytea not null,
    succeeded boolean not null,
    attempted_at bigint not null
);
create index sign_in_by_email on sign_in (email_index, attempted_at);
create index sign_in_by_network on sign_in (network_index, attempted_at);

create table setup_link (
    token_hash bytea primary key not null,
    expires_at bigint not null
);

create table outbox (
    id uuid primary key not null,
    kind text not null,
    site_id uuid not null references site (id),
    moderator_id uuid not null references moderator (id),
    state text not null,
    wanted bigint not null,
    attempts bigint not null,
    due_at bigint not null,
    leased_until bigint not null,
    covers_from bigint not null,
    covers_until bigint,
    finished_at bigint,
    last_error text
);
create index outbox_by_due on outbox (state, due_at);
create index outbox_by_moderator on outbox (moderator_id, site_id, finished_at);
-- A mail not yet tried takes in what comes meanwhile; once tried, the next comment queues the next mail.
create unique index outbox_untried on outbox (kind, site_id, moderator_id) where state = 'waiting' and attempts = 0;
