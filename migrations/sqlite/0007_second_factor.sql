-- An invitation holds as long as whoever gave it may give it.
alter table account_link add column invited_by blob references moderator (id);
create index account_link_by_site on account_link (site_id, created_at);

-- The second factor of an account: the secret of its one-time passwords under seal, and the last step that was used, so that
-- no code is taken twice. While confirmed_at is null it is being set up and asked for by nobody.
create table second_factor (
    moderator_id blob primary key not null references moderator (id),
    secret_sealed blob not null,
    secret_key_id integer not null,
    last_step integer not null,
    confirmed_at integer
) strict;

-- What stands in for a lost second factor, as keyed hashes; a used one is gone.
create table recovery_code (
    code_hash blob primary key not null,
    moderator_id blob not null references moderator (id)
) strict;
create index recovery_code_by_moderator on recovery_code (moderator_id);

-- Whoever has given the right password and still owes the code. It is no session and opens nothing.
create table pending_sign_in (
    token_hash blob primary key not null,
    moderator_id blob not null references moderator (id),
    sign_in_id blob not null,
    expires_at integer not null
) strict;
create index pending_sign_in_by_moderator on pending_sign_in (moderator_id);
