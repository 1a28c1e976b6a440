-- Ids sort by time, so the index that lists a site's comments counts them by day as well.
drop index comment_by_time;
drop index comment_by_site;
create index comment_by_site on comment (site_id, id, status, bucket, submitted_at);
