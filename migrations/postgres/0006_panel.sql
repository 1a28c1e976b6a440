-- The journal is read by site. Only here, where every old entry learns its site, is the journal ever changed.
alter table decision add column site_id uuid references site (id);
drop trigger decision_is_never_changed on decision;
update decision set site_id = (select comment.site_id from comment where comment.id = decision.comment_id);
create trigger decision_is_never_changed before update or delete on decision
for each row execute function refuse_journal_change();
alter table decision add constraint decision_has_its_site check (site_id is not null);
create index decision_by_site on decision (site_id, id);
create index decision_by_site_and_moderator on decision (site_id, moderator_id, id);
create index decision_by_time on decision (site_id, decided_at);

-- The list of pages, newest first.
create index page_by_site_and_id on page (site_id, id);

-- The numbers of the last days.
create index comment_by_time on comment (site_id, submitted_at, status, bucket);

-- Links that are sent by mail: an invitation or a new password. The link is signed; here stands whether it still holds.
create table account_link (
    id uuid primary key not null,
    kind text not null,
    moderator_id uuid not null references moderator (id),
    -- What an invitation gives to whoever takes it.
    site_id uuid references site (id),
    role text,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create index account_link_by_moderator on account_link (moderator_id, kind);

-- The outbox as a page: by state, the newest first.
create index outbox_by_state on outbox (state, id);

-- What a mail about an account is about.
alter table outbox add column account_link_id uuid references account_link (id);

-- Where a session was begun, as its owner may know it again.
alter table session add column browser text;
alter table session add column id uuid;
update session set id = gen_random_uuid();
