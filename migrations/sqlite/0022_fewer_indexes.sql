-- Ids sort by time, so the index that lists a site's comments counts them by day as well.
drop index comment_by_time;
drop index comment_by_site;
create index comment_by_site on comment (site_id, id, status, bucket, submitted_at);

-- What is put in and taken out with every comment stands in one tree, not in a table and an index. It is made anew under its own
-- name: a table that triggers write to cannot get the name of another.
create table search_due_kept as select comment_id, stamp from search_due;
drop table search_due;
create table search_due (
    comment_id blob primary key not null,
    stamp integer not null default 0
) strict, without rowid;
insert into search_due (comment_id, stamp) select comment_id, stamp from search_due_kept;
drop table search_due_kept;
