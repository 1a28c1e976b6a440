-- When each moderator wants to be told of a site's held comments by mail; without a row at once and around the clock.
create table mail_wish (
    moderator_id blob not null references moderator (id),
    site_id blob not null references site (id),
    telling text not null,
    -- The hour of the daily mail.
    hour integer not null,
    -- Minutes after midnight, where there are quiet hours.
    quiet_from integer,
    quiet_until integer,
    primary key (moderator_id, site_id)
) strict;

-- The clock on the wall that these hours are read from; without one that of the moderator's language.
alter table moderator add column time_zone text;
