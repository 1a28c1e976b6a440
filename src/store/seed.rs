//! Made-up comments in large numbers, for measuring: many rows with one statement.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::spam::Likeness;

/// A made-up comment.
#[derive(Clone, Debug)]
pub struct Seeded {
    /// Its id, in order of time.
    pub id: Uuid,
    /// Its site.
    pub site_id: Uuid,
    /// Its page.
    pub page_id: Uuid,
    /// Its status.
    pub status: &'static str,
    /// Where the judgement put it.
    pub bucket: &'static str,
    /// The judgement's points.
    pub points: f64,
    /// The judgement's reasons, as JSON.
    pub reasons: String,
    /// The author's name.
    pub author: String,
    /// The keyed hash of the author's address.
    pub address: Vec<u8>,
    /// The keyed hash of the network.
    pub network: Vec<u8>,
    /// The text.
    pub text: String,
    /// The text as HTML.
    pub html: String,
    /// The hash of the folded text.
    pub fingerprint: Vec<u8>,
    /// What near duplicates are found by; none where the text is too short.
    pub likeness: Option<Likeness>,
    /// Milliseconds since the epoch.
    pub submitted_at: i64,
    /// The decision that led to the status, where there was one, and who made it.
    pub decision: Option<(Uuid, Uuid)>,
}

/// Adds comments with their decisions; at most 500 at once, which is as many values as a statement takes.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, comments: &[Seeded], sealed: &[u8]) -> Result<()> {
    const COLUMNS: usize = 20;
    let row = |at: usize| format!("({})", super::placeholders(at * COLUMNS + 1, COLUMNS));
    let sql = format!(
        "insert into comment (id, site_id, page_id, status, bucket, points, reasons, author, email_index, network_index, body, body_html, \
           fingerprint, submitted_at, last_decision_id, email_sealed, notify, revision, likeness, opening, email_key_id) values {}",
        (0..comments.len()).map(|at| row(at).replace(')', ", 1)")).collect::<Vec<_>>().join(", ")
    );
    on_backend!(&mut *tx, |conn| {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for comment in comments {
            let (simhash, opening) = comment.likeness.map_or((0, 0), Likeness::as_numbers);
            query = query
                .bind(comment.id)
                .bind(comment.site_id)
                .bind(comment.page_id)
                .bind(comment.status)
                .bind(comment.bucket)
                .bind(comment.points)
                .bind(&comment.reasons)
                .bind(&comment.author)
                .bind(&comment.address)
                .bind(&comment.network)
                .bind(&comment.text)
                .bind(&comment.html)
                .bind(&comment.fingerprint)
                .bind(comment.submitted_at)
                .bind(comment.decision.map(|(id, _)| id))
                .bind(sealed)
                .bind(false)
                .bind(1_i64 + i64::from(comment.decision.is_some()))
                .bind(simhash)
                .bind(opening);
        }
        query.persistent(false).execute(conn).await.map(drop)
    })?;
    let decided: Vec<&Seeded> = comments.iter().filter(|comment| comment.decision.is_some()).collect();
    if decided.is_empty() {
        return Ok(());
    }
    let row = |at: usize| format!("({}, 'pending', 'panel', 1)", super::placeholders(at * 6 + 1, 6));
    let sql = format!(
        "insert into decision (id, comment_id, site_id, moderator_id, to_status, decided_at, from_status, means, revision) values {}",
        (0..decided.len()).map(row).collect::<Vec<_>>().join(", ")
    );
    on_backend!(tx, |conn| {
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for comment in decided {
            let (id, moderator) = comment.decision.unwrap_or_default();
            query = query
                .bind(id)
                .bind(comment.id)
                .bind(comment.site_id)
                .bind(moderator)
                .bind(comment.status)
                .bind(comment.submitted_at + 60_000);
        }
        query.persistent(false).execute(conn).await.map(drop)
    })?;
    Ok(())
}

/// Sets what pages keep to themselves, from the comments there are, and lets the database take note of how much it holds.
///
/// # Errors
/// The database cannot be reached.
pub async fn finish(tx: &mut Tx) -> Result<()> {
    let sql = "update page set approved_count = (select count(*) from comment where page_id = page.id and status = 'approved')";
    on_backend!(&mut *tx, |conn| sqlx::query(sql).execute(conn).await.map(drop))?;
    // SQLite's planner goes without statistics, in the field as here.
    if let Tx::Postgres(tx) = tx {
        sqlx::query("analyze").execute(&mut **tx).await?;
    }
    Ok(())
}
