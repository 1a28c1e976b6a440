//! Who is reading which comment. A lease ends by itself, so nobody who has gone home keeps a card.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;

/// Somebody reading.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Reading {
    /// Who.
    pub moderator_id: Uuid,
    /// Their name.
    pub moderator: String,
    /// What.
    pub comment_id: Uuid,
}

/// Notes that a moderator reads a comment, in place of the one before.
///
/// # Errors
/// The database cannot be reached.
pub async fn note(tx: &mut Tx, moderator_id: Uuid, site_id: Uuid, comment_id: Uuid, until: Timestamp) -> Result<()> {
    let sql = "insert into presence (moderator_id, site_id, comment_id, expires_at) values ($1, $2, $3, $4) \
               on conflict (moderator_id) do update set site_id = excluded.site_id, comment_id = excluded.comment_id, \
                 expires_at = excluded.expires_at";
    on_backend!(tx, |conn| {
        sqlx::query(sql).bind(moderator_id).bind(site_id).bind(comment_id).bind(until.millis()).execute(conn).await.map(drop)
    })?;
    Ok(())
}

/// Who reads what on a site, but for one moderator.
///
/// # Errors
/// The database cannot be reached.
pub async fn others(tx: &mut Tx, site_id: Uuid, but: Uuid, now: Timestamp) -> Result<Vec<Reading>> {
    let sql = "select moderator_id, moderator.name as moderator, comment_id from presence \
               join moderator on moderator.id = presence.moderator_id \
               where presence.site_id = $1 and expires_at > $2 and moderator_id <> $3 order by moderator.name";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(now.millis()).bind(but).fetch_all(conn).await)?)
}
