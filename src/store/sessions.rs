//! Who is signed in, and the one-time link that makes the first owner. Tokens are kept as hashes.

use uuid::Uuid;

use super::moderators::Row;
use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::moderator::Moderator;

/// A session that begins.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// What its owner knows it by; never a way in.
    pub id: Uuid,
    /// The hash of its token.
    pub token_hash: &'a [u8],
    /// Whose it is.
    pub moderator_id: Uuid,
    /// The browser in a few words.
    pub browser: &'a str,
}

/// Begins a session.
///
/// # Errors
/// The database cannot be reached.
pub async fn begin(tx: &mut Tx, session: &NewSession<'_>, now: Timestamp, expires: Timestamp) -> Result<()> {
    let sql =
        "insert into session (token_hash, moderator_id, created_at, expires_at, browser, id) values ($1, $2, $3, $4, $5, $6)";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(session.token_hash)
            .bind(session.moderator_id)
            .bind(now.millis())
            .bind(expires.millis())
            .bind(Some(session.browser).filter(|browser| !browser.is_empty()))
            .bind(session.id)
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// A session as its owner sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OwnSession {
    /// What it is ended by.
    pub id: Option<Uuid>,
    /// The hash of its token: which one is asked with.
    pub token_hash: Vec<u8>,
    /// The browser in a few words.
    pub browser: Option<String>,
    /// Milliseconds since the epoch.
    pub created_at: i64,
}

/// Up to `limit` of a moderator's sessions that last, the newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_moderator(tx: &mut Tx, moderator_id: Uuid, now: Timestamp, limit: i64) -> Result<Vec<OwnSession>> {
    let sql = "select id, token_hash, browser, created_at from session where moderator_id = $1 and expires_at > $2 \
               order by created_at desc, id desc limit $3";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(moderator_id).bind(now.millis()).bind(limit).fetch_all(conn).await)?)
}

/// Ends one of a moderator's sessions; another's is left alone.
///
/// # Errors
/// The database cannot be reached.
pub async fn end_one(tx: &mut Tx, moderator_id: Uuid, id: Uuid) -> Result<()> {
    let sql = "delete from session where moderator_id = $1 and id = $2";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(id).execute(conn).await.map(drop))?;
    Ok(())
}

/// Ends every session of a moderator but one.
///
/// # Errors
/// The database cannot be reached.
pub async fn end_others(tx: &mut Tx, moderator_id: Uuid, token_hash: &[u8]) -> Result<()> {
    let sql = "delete from session where moderator_id = $1 and token_hash <> $2";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(token_hash).execute(conn).await.map(drop))?;
    Ok(())
}

/// A session that lasts.
#[derive(Debug)]
pub struct Session {
    /// Whose it is.
    pub moderator: Moderator,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends, unless it is used before.
    pub expires_at: Timestamp,
}

/// The session with this token, while it lasts.
///
/// # Errors
/// The database cannot be reached.
pub async fn find(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<Session>> {
    #[derive(sqlx::FromRow)]
    struct SessionRow {
        #[sqlx(flatten)]
        moderator: Row,
        created_at: i64,
        expires_at: i64,
    }
    let sql = "select moderator.id as id, name, is_owner, locale, session.created_at, session.expires_at from session \
                 join moderator on moderator.id = session.moderator_id where token_hash = $1 and expires_at > $2";
    let row: Option<SessionRow> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(token_hash).bind(now.millis()).fetch_optional(conn).await)?;
    Ok(row.map(|row| Session {
        moderator: row.moderator.into(),
        created_at: Timestamp::from_millis(row.created_at),
        expires_at: Timestamp::from_millis(row.expires_at),
    }))
}

/// Lets a session last until then.
///
/// # Errors
/// The database cannot be reached.
pub async fn extend(tx: &mut Tx, token_hash: &[u8], expires: Timestamp) -> Result<()> {
    let sql = "update session set expires_at = $2 where token_hash = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(token_hash).bind(expires.millis()).execute(conn).await.map(drop))?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// The database cannot be reached.
pub async fn end(tx: &mut Tx, token_hash: &[u8]) -> Result<()> {
    on_backend!(tx, |conn| sqlx::query("delete from session where token_hash = $1")
        .bind(token_hash)
        .execute(conn)
        .await
        .map(drop))?;
    Ok(())
}

/// Ends every session of a moderator.
///
/// # Errors
/// The database cannot be reached.
pub async fn end_all(tx: &mut Tx, moderator_id: Uuid) -> Result<()> {
    let sql = "delete from session where moderator_id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).execute(conn).await.map(drop))?;
    Ok(())
}

/// Removes the sessions that have expired.
///
/// # Errors
/// The database cannot be reached.
pub async fn end_expired(tx: &mut Tx, now: Timestamp) -> Result<()> {
    let sql = "delete from session where expires_at <= $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(now.millis()).execute(conn).await.map(drop))?;
    Ok(())
}

/// Adds a setup link. Those of other processes that share the store hold beside it; expired ones go.
///
/// # Errors
/// The database cannot be reached.
pub async fn add_setup_link(tx: &mut Tx, token_hash: &[u8], now: Timestamp, expires: Timestamp) -> Result<()> {
    let expired = "delete from setup_link where expires_at <= $1";
    on_backend!(tx, |conn| sqlx::query(expired).bind(now.millis()).execute(conn).await.map(drop))?;
    let sql = "insert into setup_link (token_hash, expires_at) values ($1, $2)";
    on_backend!(tx, |conn| sqlx::query(sql).bind(token_hash).bind(expires.millis()).execute(conn).await.map(drop))?;
    Ok(())
}

/// Whether a setup link holds.
///
/// # Errors
/// The database cannot be reached.
pub async fn setup_link_holds(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<bool> {
    let sql = "select count(*) from setup_link where token_hash = $1 and expires_at > $2";
    let count: i64 = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(token_hash).bind(now.millis()).fetch_one(conn).await)?;
    Ok(count == 1)
}

/// Uses a setup link up, and every other one with it; `false` if it does not hold, or somebody else has just used one.
///
/// # Errors
/// The database cannot be reached.
pub async fn use_setup_link(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<bool> {
    // Two people with a link each meet at the same rows, and the second one finds none left.
    let sql = "delete from setup_link where exists (select 1 from setup_link as used where token_hash = $1 and expires_at > $2)";
    let used = on_backend!(tx, |conn| {
        sqlx::query(sql).bind(token_hash).bind(now.millis()).execute(conn).await.map(|done| done.rows_affected())
    })?;
    Ok(used > 0)
}
