-- The answers to a comment, found without looking at every comment there is.
create index comment_by_parent on comment (parent_id) where parent_id is not null;
