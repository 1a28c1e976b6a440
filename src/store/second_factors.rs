//! Second factors: their sealed secrets, the codes that stand in for them, and whoever still owes a code.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::secrets::SealedSecret;

/// An account's second factor.
#[derive(Debug)]
pub struct SecondFactor {
    /// Its secret.
    pub secret: SealedSecret,
    /// The last step whose code was used.
    pub last_step: i64,
    /// Whether it is asked for; until it is confirmed it is not.
    pub is_on: bool,
}

/// Begins to set up a second factor, in place of one that was begun before; `false` where one is on.
///
/// # Errors
/// The database cannot be reached.
pub async fn begin(tx: &mut Tx, moderator_id: Uuid, secret: &SealedSecret) -> Result<bool> {
    let sql = "insert into second_factor (moderator_id, secret_sealed, secret_key_id, last_step) values ($1, $2, $3, 0) \
               on conflict (moderator_id) do update set secret_sealed = excluded.secret_sealed, \
                 secret_key_id = excluded.secret_key_id, last_step = 0 where second_factor.confirmed_at is null";
    let begun = on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(moderator_id)
            .bind(&secret.bytes)
            .bind(secret.key_id)
            .execute(conn)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(begun == 1)
}

/// An account's second factor, confirmed or not.
///
/// # Errors
/// The database cannot be reached.
pub async fn find(tx: &mut Tx, moderator_id: Uuid) -> Result<Option<SecondFactor>> {
    let sql = "select secret_key_id, secret_sealed, last_step, confirmed_at from second_factor where moderator_id = $1";
    let row: Option<(i64, Vec<u8>, i64, Option<i64>)> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(moderator_id).fetch_optional(conn).await)?;
    Ok(row.map(|(key_id, bytes, last_step, confirmed_at)| SecondFactor {
        secret: SealedSecret { key_id, bytes },
        last_step,
        is_on: confirmed_at.is_some(),
    }))
}

/// Whether an account is asked for a second factor.
///
/// # Errors
/// The database cannot be reached.
pub async fn is_on(tx: &mut Tx, moderator_id: Uuid) -> Result<bool> {
    let sql = "select count(*) from second_factor where moderator_id = $1 and confirmed_at is not null";
    let count: i64 = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(moderator_id).fetch_one(conn).await)?;
    Ok(count == 1)
}

/// Uses a step's code up; `false` if it, or a later one, has been used.
///
/// # Errors
/// The database cannot be reached.
pub async fn use_step(tx: &mut Tx, moderator_id: Uuid, step: i64) -> Result<bool> {
    let sql = "update second_factor set last_step = $2 where moderator_id = $1 and last_step < $2";
    let used = on_backend!(tx, |conn| sqlx::query(sql)
        .bind(moderator_id)
        .bind(step)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(used == 1)
}

/// From now on the second factor is asked for; `false` where it was already.
///
/// # Errors
/// The database cannot be reached.
pub async fn confirm(tx: &mut Tx, moderator_id: Uuid, now: Timestamp) -> Result<bool> {
    let sql = "update second_factor set confirmed_at = $2 where moderator_id = $1 and confirmed_at is null";
    let confirmed = on_backend!(tx, |conn| sqlx::query(sql)
        .bind(moderator_id)
        .bind(now.millis())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(confirmed == 1)
}

/// Removes a second factor with all that belongs to it.
///
/// # Errors
/// The database cannot be reached.
pub async fn remove(tx: &mut Tx, moderator_id: Uuid) -> Result<()> {
    end_pending(tx, moderator_id).await?;
    remove_recovery_codes(tx, moderator_id).await?;
    let sql = "delete from second_factor where moderator_id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).execute(conn).await.map(drop))?;
    Ok(())
}

/// Removes the recovery codes that are left.
///
/// # Errors
/// The database cannot be reached.
pub async fn remove_recovery_codes(tx: &mut Tx, moderator_id: Uuid) -> Result<()> {
    let sql = "delete from recovery_code where moderator_id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).execute(conn).await.map(drop))?;
    Ok(())
}

/// Adds a recovery code by its hash.
///
/// # Errors
/// The database cannot be reached.
pub async fn add_recovery_code(tx: &mut Tx, moderator_id: Uuid, code_hash: &[u8]) -> Result<()> {
    let sql = "insert into recovery_code (code_hash, moderator_id) values ($1, $2)";
    on_backend!(tx, |conn| sqlx::query(sql).bind(code_hash).bind(moderator_id).execute(conn).await.map(drop))?;
    Ok(())
}

/// Uses a recovery code up; `false` if the account has no such code, or has none any more.
///
/// # Errors
/// The database cannot be reached.
pub async fn use_recovery_code(tx: &mut Tx, moderator_id: Uuid, code_hash: &[u8]) -> Result<bool> {
    let sql = "delete from recovery_code where code_hash = $1 and moderator_id = $2";
    let used = on_backend!(tx, |conn| sqlx::query(sql)
        .bind(code_hash)
        .bind(moderator_id)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(used == 1)
}

/// How many recovery codes an account has left.
///
/// # Errors
/// The database cannot be reached.
pub async fn recovery_codes(tx: &mut Tx, moderator_id: Uuid) -> Result<i64> {
    let sql = "select count(*) from recovery_code where moderator_id = $1";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(moderator_id).fetch_one(conn).await)?)
}

/// Somebody who has given the right password and still owes the code.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Pending {
    /// Who.
    pub moderator_id: Uuid,
    /// The attempt to sign in that waits for the code.
    pub sign_in_id: Uuid,
}

/// Notes that somebody still owes the code, until a moment.
///
/// # Errors
/// The database cannot be reached.
pub async fn add_pending(tx: &mut Tx, token_hash: &[u8], pending: &Pending, expires: Timestamp) -> Result<()> {
    let sql = "insert into pending_sign_in (token_hash, moderator_id, sign_in_id, expires_at) values ($1, $2, $3, $4)";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(token_hash)
            .bind(pending.moderator_id)
            .bind(pending.sign_in_id)
            .bind(expires.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Who owes a code, in time.
///
/// # Errors
/// The database cannot be reached.
pub async fn pending(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<Pending>> {
    let sql = "select moderator_id, sign_in_id from pending_sign_in where token_hash = $1 and expires_at > $2";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(token_hash).bind(now.millis()).fetch_optional(conn).await)?)
}

/// Nobody owes a code for an account any more: it was given, or its password is another one.
///
/// # Errors
/// The database cannot be reached.
pub async fn end_pending(tx: &mut Tx, moderator_id: Uuid) -> Result<()> {
    let sql = "delete from pending_sign_in where moderator_id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).execute(conn).await.map(drop))?;
    Ok(())
}

/// Forgets those who have not given their code in time.
///
/// # Errors
/// The database cannot be reached.
pub async fn forget_pending(tx: &mut Tx, now: Timestamp) -> Result<()> {
    let sql = "delete from pending_sign_in where expires_at <= $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(now.millis()).execute(conn).await.map(drop))?;
    Ok(())
}
