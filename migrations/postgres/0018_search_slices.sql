-- The full-text index gets all comments that have a word before it can put them in order: a third of a second for a frequent
-- word among a million. So a site's comments lie in slices, whose number each word in the index begins with, and a search asks
-- the newest slice first.
drop table comment_search;
create table comment_search_row (
    -- The slice's number times 65,536, and which one of the slice it is.
    number bigint primary key not null,
    comment_id uuid not null unique
);
create table comment_search (
    number bigint primary key not null,
    words tsvector not null
);
-- What waits to be put into the index is read by every search: not more of it than 256 kB.
create index comment_search_by_words on comment_search using gin (words) with (gin_pending_list_limit = 256);

create table comment_search_slice (
    number bigint primary key not null,
    site_id uuid not null references site (id),
    -- Comments that have been put into it.
    size bigint not null,
    -- The least and the greatest id of them: a search between two days asks no others.
    first_id uuid not null,
    last_id uuid not null
);
create index comment_search_slice_by_site on comment_search_slice (site_id, number);

insert into search_due (comment_id) select id from comment where true on conflict (comment_id) do nothing;
