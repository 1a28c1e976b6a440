-- Where the links of comments lead that nobody has decided on yet: those that the judgement is sure are spam, and those that it
-- takes for none. A decision says it better.
create table judged_host (
    site_id uuid not null,
    host text not null,
    is_spam boolean not null,
    comment_id uuid not null references comment (id) on delete cascade,
    primary key (site_id, host, is_spam, comment_id)
);
create index judged_host_by_comment on judged_host (comment_id);
create function forget_judged_hosts() returns trigger language plpgsql as $$
begin delete from judged_host where comment_id = new.id; return null; end $$;
create trigger comment_decided_is_judged_no_more after update of status on comment
for each row when (new.status <> 'pending') execute function forget_judged_hosts();
