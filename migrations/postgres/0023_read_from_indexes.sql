-- An author's record and the size of a cluster are read from an index alone: the comments that are counted lie all over the disk.
drop index comment_by_email;
create index comment_by_email on comment (email_index, id, site_id, status, submitted_at);
drop index comment_by_fingerprint;
create index comment_by_fingerprint on comment (fingerprint, id, site_id);
