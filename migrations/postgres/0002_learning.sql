-- What moderators' decisions have taught the judgement. A model is kept for each site; the one under the id of all zeros
-- is the start that sites have in common. Lessons are numbered in the order of their commits and only ever added to;
-- now and then they are added up into pieces, up to `folded`.
create table model (
    site_id uuid primary key not null,
    lessons bigint not null,
    folded bigint not null
);

create table lesson (
    site_id uuid not null,
    number bigint not null,
    comment_id uuid not null references comment (id),
    -- 1: learned; -1: taken back.
    sign bigint not null,
    delta bytea not null,
    primary key (site_id, number)
);
create index lesson_by_comment on lesson (comment_id, number);

create table model_piece (
    site_id uuid not null,
    piece bigint not null,
    content bytea not null,
    primary key (site_id, piece)
);
