-- The full-text index puts together all comments that have any word of the same beginning before it gives the newest: a third
-- of a second for a frequent word among a million. So a site's comments lie in slices, whose number each word in the index
-- begins with, and a search asks the newest slice first.
drop table comment_search;
drop table comment_search_row;
create table comment_search_row (
    -- The slice's number times 65,536, and which one of the slice it is.
    number integer primary key not null,
    comment_id blob not null unique
) strict;
create virtual table comment_search using fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '@'");

create table comment_search_slice (
    number integer primary key not null,
    site_id blob not null references site (id),
    -- Comments that have been put into it.
    size integer not null,
    -- The least and the greatest id of them: a search between two days asks no others.
    first_id blob not null,
    last_id blob not null
) strict;
create index comment_search_slice_by_site on comment_search_slice (site_id, number);

insert into search_due (comment_id) select id from comment where true on conflict (comment_id) do nothing;
