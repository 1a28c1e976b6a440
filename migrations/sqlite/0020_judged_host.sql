-- Where the links of comments lead that nobody has decided on yet: those that the judgement is sure are spam, and those that it
-- takes for none. A decision says it better.
create table judged_host (
    site_id blob not null,
    host text not null,
    is_spam integer not null,
    comment_id blob not null references comment (id) on delete cascade,
    primary key (site_id, host, is_spam, comment_id)
) strict;
create index judged_host_by_comment on judged_host (comment_id);
create trigger comment_decided_is_judged_no_more after update of status on comment when new.status <> 'pending'
begin delete from judged_host where comment_id = new.id; end;
