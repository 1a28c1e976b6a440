//! The journal of decisions: rows are added, never changed.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::comment::Status;

/// An entry of the journal.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its id.
    pub id: Uuid,
    /// The comment decided.
    pub comment_id: Uuid,
    /// Who decided; nobody, where the author or the program did.
    pub moderator_id: Option<Uuid>,
    /// The state before.
    pub from: Status,
    /// The state after.
    pub to: Status,
    /// The reason given.
    pub reason: Option<String>,
    /// By what means: `panel`, `receipt`.
    pub means: &'static str,
    /// The decision that this one takes back.
    pub undoes: Option<Uuid>,
    /// The comment's revision that was decided on.
    pub revision: i64,
    /// When.
    pub at: Timestamp,
}

/// An entry of the journal with the names that a person reads.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// The comment decided.
    pub comment_id: Uuid,
    /// Who decided.
    pub moderator_id: Option<Uuid>,
    /// Their name.
    pub moderator: Option<String>,
    /// The state before.
    pub from_status: String,
    /// The state after.
    pub to_status: String,
    /// The reason given.
    pub reason: Option<String>,
    /// By what means.
    pub means: String,
    /// The decision that this one takes back.
    pub undoes: Option<Uuid>,
    /// Milliseconds since the epoch.
    pub decided_at: i64,
}

/// Adds a decision.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, decision: &Decision) -> Result<()> {
    let sql = "insert into decision (id, comment_id, moderator_id, from_status, to_status, reason, means, undoes, revision, decided_at, site_id) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, (select site_id from comment where id = $2))";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(decision.id)
            .bind(decision.comment_id)
            .bind(decision.moderator_id)
            .bind(decision.from.as_str())
            .bind(decision.to.as_str())
            .bind(&decision.reason)
            .bind(decision.means)
            .bind(decision.undoes)
            .bind(decision.revision)
            .bind(decision.at.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// A decision.
///
/// # Errors
/// The database cannot be reached.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Option<Entry>> {
    let sql = "select decision.id, comment_id, moderator_id, moderator.name as moderator, from_status, to_status, reason, means, undoes, \
                 decided_at from decision left join moderator on moderator.id = decision.moderator_id where decision.id = $1";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?)
}

/// The newest `limit` decisions on a comment, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_comment(tx: &mut Tx, comment_id: Uuid, limit: i64) -> Result<Vec<Entry>> {
    let sql = "select decision.id, comment_id, moderator_id, moderator.name as moderator, from_status, to_status, reason, means, undoes, \
                 decided_at from decision left join moderator on moderator.id = decision.moderator_id \
               where comment_id = $1 order by decision.id desc limit $2";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(comment_id).bind(limit).fetch_all(conn).await)?)
}
