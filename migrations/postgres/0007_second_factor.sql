-- An invitation holds as long as whoever gave it may give it.
alter table account_link add column invited_by uuid references moderator (id);
create index account_link_by_site on account_link (site_id, created_at);

-- The second factor of an account: the secret of its one-time passwords under seal, and the last step that was used, so that
-- no code is taken twice. While confirmed_at is null it is being set up and asked for by nobody.
create table second_factor (
    moderator_id uuid primary key not null references moderator (id),
    secret_sealed bytea not null,
    secret_key_id bigint not null,
    last_step bigint not null,
    confirmed_at bigint
);

-- What stands in for a lost second factor, as keyed hashes; a used one is gone.
create table recovery_code (
    code_hash bytea primary key not null,
    moderator_id uuid not null references moderator (id)
);
create index recovery_code_by_moderator on recovery_code (moderator_id);

-- Whoever has given the right password and still owes the code. It is no session and opens nothing.
create table pending_sign_in (
    token_hash bytea primary key not null,
    moderator_id uuid not null references moderator (id),
    sign_in_id uuid not null,
    expires_at bigint not null
);
create index pending_sign_in_by_moderator on pending_sign_in (moderator_id);
