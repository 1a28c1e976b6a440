-- What moderators' decisions have taught the judgement. A model is kept for each site; the one under the id of all zeros
-- is the start that sites have in common. Lessons are numbered in the order of their commits and only ever added to;
-- now and then they are added up into pieces, up to `folded`.
create table model (
    site_id blob primary key not null,
    lessons integer not null,
    folded integer not null
) strict;

create table lesson (
    site_id blob not null,
    number integer not null,
    comment_id blob not null references comment (id),
    -- 1: learned; -1: taken back.
    sign integer not null,
    delta blob not null,
    primary key (site_id, number)
) strict;
create index lesson_by_comment on lesson (comment_id, number);

create table model_piece (
    site_id blob not null,
    piece integer not null,
    content blob not null,
    primary key (site_id, piece)
) strict;
