//! Notes that moderators leave with a comment, for each other.

use uuid::Uuid;

use super::{Result, Tx, fetch_by_ids, on_backend};
use crate::clock::Timestamp;

/// A note.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Note {
    /// The comment it is about.
    pub comment_id: Uuid,
    /// Who wrote it.
    pub moderator: String,
    /// What it says.
    pub text: String,
    /// Milliseconds since the epoch.
    pub written_at: i64,
}

/// Adds a note.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, id: Uuid, comment_id: Uuid, moderator_id: Uuid, text: &str, now: Timestamp) -> Result<()> {
    let sql = "insert into note (id, comment_id, moderator_id, text, written_at) values ($1, $2, $3, $4, $5)";
    on_backend!(tx, |conn| {
        sqlx::query(sql).bind(id).bind(comment_id).bind(moderator_id).bind(text).bind(now.millis()).execute(conn).await.map(drop)
    })?;
    Ok(())
}

/// The notes with these comments, oldest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn of(tx: &mut Tx, comment_ids: &[Uuid]) -> Result<Vec<Note>> {
    if comment_ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select comment_id, moderator.name as moderator, text, written_at from note \
           join moderator on moderator.id = note.moderator_id where comment_id in ({}) order by note.id",
        super::placeholders(1, comment_ids.len())
    );
    Ok(fetch_by_ids!(tx, sql, comment_ids)?)
}
