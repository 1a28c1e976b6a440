-- What readers tell the moderators about public comments. One network tells of a comment once.
create table report (
    id uuid primary key not null,
    site_id uuid not null references site (id),
    comment_id uuid not null references comment (id),
    network_index bytea,
    reason text not null,
    reported_at bigint not null,
    resolved_at bigint
);
create index report_by_comment on report (comment_id, id);
create index report_open on report (site_id, id) where resolved_at is null;
create index report_by_network on report (network_index, reported_at);
