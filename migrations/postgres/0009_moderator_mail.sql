-- When each moderator wants to be told of a site's held comments by mail; without a row at once and around the clock.
create table mail_wish (
    moderator_id uuid not null references moderator (id),
    site_id uuid not null references site (id),
    telling text not null,
    -- The hour of the daily mail.
    hour bigint not null,
    -- Minutes after midnight, where there are quiet hours.
    quiet_from bigint,
    quiet_until bigint,
    primary key (moderator_id, site_id)
);

-- The clock on the wall that these hours are read from; without one that of the moderator's language.
alter table moderator add column time_zone text;
