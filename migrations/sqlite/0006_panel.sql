-- The journal is read by site. Only here, where every old entry learns its site, is the journal ever changed.
alter table decision add column site_id blob references site (id);
drop trigger decision_is_never_changed;
update decision set site_id = (select comment.site_id from comment where comment.id = decision.comment_id);
create trigger decision_is_never_changed before update on decision
begin select raise(abort, 'the journal is append-only'); end;
create trigger decision_has_its_site before insert on decision when new.site_id is null
begin select raise(abort, 'an entry of the journal names its site'); end;
create index decision_by_site on decision (site_id, id);
create index decision_by_site_and_moderator on decision (site_id, moderator_id, id);
create index decision_by_time on decision (site_id, decided_at);

-- The list of pages, newest first.
create index page_by_site_and_id on page (site_id, id);

-- The numbers of the last days.
create index comment_by_time on comment (site_id, submitted_at, status, bucket);

-- Links that are sent by mail: an invitation or a new password. The link is signed; here stands whether it still holds.
create table account_link (
    id blob primary key not null,
    kind text not null,
    moderator_id blob not null references moderator (id),
    -- What an invitation gives to whoever takes it.
    site_id blob references site (id),
    role text,
    created_at integer not null,
    expires_at integer not null,
    used_at integer
) strict;
create index account_link_by_moderator on account_link (moderator_id, kind);

-- The outbox as a page: by state, the newest first.
create index outbox_by_state on outbox (state, id);

-- What a mail about an account is about.
alter table outbox add column account_link_id blob references account_link (id);

-- Where a session was begun, as its owner may know it again.
alter table session add column browser text;
alter table session add column id blob;
update session set id = randomblob(16);
