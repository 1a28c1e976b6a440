-- Finds the reports whose networks' time has come, however many have none any more.
create index report_with_network on report (site_id, reported_at) where network_index is not null;
