-- The words of a small site are not to be looked for among those of a large one. SQLite's index lies in slices of each site;
-- here the newest comments of a site are walked along, or the few with a word are got.
-- An index of many words is made much faster in more memory than the server gives by itself.
set local maintenance_work_mem = '256MB';
drop index comment_search_by_words;
alter table comment_search add column site_id uuid references site (id);
update comment_search set site_id = comment.site_id from comment where comment.id = comment_search.comment_id;
alter table comment_search alter column site_id set not null;
create index comment_search_by_words on comment_search using gin (words);
create index comment_search_by_site on comment_search (site_id, comment_id);
