-- Finds the addresses that nobody has confirmed, however many are.
create index author_address_unconfirmed on author_address (asked_at) where confirmed_at is null and stopped_at is null;
