//! What readers tell the moderators about public comments.

use uuid::Uuid;

use super::{Result, Tx, fetch_by_ids, on_backend};
use crate::clock::Timestamp;

/// A report that no moderator has looked at yet.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Report {
    /// The comment.
    pub comment_id: Uuid,
    /// What is said to be wrong with it; may be empty.
    pub reason: String,
    /// Milliseconds since the epoch.
    pub reported_at: i64,
}

/// A report on its way in.
#[derive(Debug)]
pub struct NewReport<'a> {
    /// Its id.
    pub id: Uuid,
    /// The site.
    pub site_id: Uuid,
    /// The comment.
    pub comment_id: Uuid,
    /// The keyed hash of the client's network.
    pub network: &'a [u8],
    /// What is said to be wrong.
    pub reason: &'a str,
    /// When it came.
    pub at: Timestamp,
}

/// When a network made the report that fills its limit of `allowed` since `since`; `None` while there is room.
///
/// # Errors
/// The database cannot be reached.
pub async fn limit_filled_at(tx: &mut Tx, network: &[u8], since: Timestamp, allowed: i64) -> Result<Option<i64>> {
    let sql = "select reported_at from report where network_index = $1 and reported_at > $2 order by reported_at desc limit 1 offset $3";
    Ok(on_backend!(tx, |conn| {
        sqlx::query_scalar(sql).bind(network).bind(since.millis()).bind(allowed - 1).fetch_optional(conn).await
    })?)
}

/// Whether a network has told of this comment, and no moderator has looked since.
///
/// # Errors
/// The database cannot be reached.
pub async fn is_told(tx: &mut Tx, comment_id: Uuid, network: &[u8]) -> Result<bool> {
    let sql = "select id from report where comment_id = $1 and network_index = $2 and resolved_at is null limit 1";
    let found: Option<Uuid> =
        on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(comment_id).bind(network).fetch_optional(conn).await)?;
    Ok(found.is_some())
}

/// Adds a report.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, report: &NewReport<'_>) -> Result<()> {
    let sql = "insert into report (id, site_id, comment_id, network_index, reason, reported_at, resolved_at) \
               values ($1, $2, $3, $4, $5, $6, null)";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(report.id)
            .bind(report.site_id)
            .bind(report.comment_id)
            .bind(report.network)
            .bind(report.reason)
            .bind(report.at.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The oldest reports of these comments that nobody has looked at yet, at most 200.
///
/// # Errors
/// The database cannot be reached.
pub async fn open_of(tx: &mut Tx, comment_ids: &[Uuid]) -> Result<Vec<Report>> {
    if comment_ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select comment_id, reason, reported_at from report where comment_id in ({}) and resolved_at is null order by id limit 200",
        super::placeholders(1, comment_ids.len())
    );
    Ok(fetch_by_ids!(tx, sql, comment_ids)?)
}

/// How many comments of a site have been reported and not looked at since; it stops counting at `most` reports.
///
/// # Errors
/// The database cannot be reached.
pub async fn count_comments(tx: &mut Tx, site_id: Uuid, most: i64) -> Result<i64> {
    let sql = "select count(distinct comment_id) from \
               (select comment_id from report where site_id = $1 and resolved_at is null limit $2) as counted";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(site_id).bind(most).fetch_one(conn).await)?)
}

/// Every report of a comment counts as looked at.
///
/// # Errors
/// The database cannot be reached.
pub async fn resolve(tx: &mut Tx, comment_id: Uuid, now: Timestamp) -> Result<()> {
    let sql = "update report set resolved_at = $2 where comment_id = $1 and resolved_at is null";
    on_backend!(tx, |conn| sqlx::query(sql).bind(comment_id).bind(now.millis()).execute(conn).await.map(drop))?;
    Ok(())
}
