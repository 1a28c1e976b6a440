//! Attempts to sign in: what the throttle counts.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;

/// Notes an attempt.
///
/// # Errors
/// The database cannot be reached.
pub async fn note(tx: &mut Tx, id: Uuid, address: &[u8], network: &[u8], succeeded: bool, now: Timestamp) -> Result<()> {
    let sql = "insert into sign_in (id, email_index, network_index, succeeded, attempted_at) values ($1, $2, $3, $4, $5)";
    on_backend!(tx, |conn| {
        sqlx::query(sql).bind(id).bind(address).bind(network).bind(succeeded).bind(now.millis()).execute(conn).await.map(drop)
    })?;
    Ok(())
}

/// Notes that an attempt has succeeded, for the address that it signed in.
///
/// # Errors
/// The database cannot be reached.
pub async fn succeed(tx: &mut Tx, id: Uuid, address: &[u8]) -> Result<()> {
    let sql = "update sign_in set succeeded = $2, email_index = $3 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(true).bind(address).execute(conn).await.map(drop))?;
    Ok(())
}

/// An attempt as its owner sees it.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Attempt {
    /// Whether it succeeded.
    pub succeeded: bool,
    /// Milliseconds since the epoch.
    pub attempted_at: i64,
}

/// The newest `limit` attempts with an address, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_address(tx: &mut Tx, address: &[u8], limit: i64) -> Result<Vec<Attempt>> {
    let sql = "select succeeded, attempted_at from sign_in where email_index = $1 order by attempted_at desc, id desc limit $2";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(address).bind(limit).fetch_all(conn).await)?)
}

/// When the attempt was made that is the `nth` newest from a network; `None` if there were fewer.
///
/// # Errors
/// The database cannot be reached.
pub async fn nth_from_network(tx: &mut Tx, network: &[u8], nth: i64) -> Result<Option<i64>> {
    let sql = "select attempted_at from sign_in where network_index = $1 order by attempted_at desc limit 1 offset $2";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(network).bind(nth - 1).fetch_optional(conn).await)?)
}

/// When the failure happened that is the `nth` newest for an address since it last signed in; `None` if there were fewer.
///
/// # Errors
/// The database cannot be reached.
pub async fn nth_failure(tx: &mut Tx, address: &[u8], nth: i64) -> Result<Option<i64>> {
    let sql = "select attempted_at from sign_in where email_index = $1 and not succeeded \
                 and attempted_at > coalesce((select max(attempted_at) from sign_in where email_index = $1 and succeeded), 0) \
               order by attempted_at desc limit 1 offset $2";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(address).bind(nth - 1).fetch_optional(conn).await)?)
}

/// Forgets attempts older than `before`.
///
/// # Errors
/// The database cannot be reached.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<()> {
    let sql = "delete from sign_in where attempted_at < $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(before.millis()).execute(conn).await.map(drop))?;
    Ok(())
}
