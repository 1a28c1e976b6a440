//! Comments, as a moderator or their author sees them.

use uuid::Uuid;

use super::{AsJson, Result, Tx, fetch_by_ids, on_backend};
use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::secrets::SealedAddress;
use crate::spam::{Bucket, Likeness, Reason, Verdict};

/// The columns of [`Row`], for every query that makes one.
macro_rules! comment_columns {
    () => {
        "comment.id, comment.site_id, comment.page_id, comment.parent_id, comment.status, comment.revision, comment.author, \
         comment.website, comment.body, comment.body_html, comment.points, comment.bucket, comment.reasons, \
         comment.submitted_at, comment.last_decision_id, comment.sampled, comment.proposed_at"
    };
}
pub(super) use comment_columns;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    site_id: Uuid,
    page_id: Uuid,
    parent_id: Option<Uuid>,
    status: String,
    revision: i64,
    author: String,
    website: Option<String>,
    body: String,
    body_html: String,
    points: f64,
    bucket: String,
    #[sqlx(try_from = "String")]
    reasons: AsJson<Vec<Reason>>,
    submitted_at: i64,
    last_decision_id: Option<Uuid>,
    sampled: bool,
    proposed_at: Option<i64>,
}

impl From<Row> for Comment {
    fn from(row: Row) -> Self {
        // A word that no program of ours wrote fails towards the queue, never towards the public.
        let status = row.status.parse().unwrap_or(Status::Pending);
        // What the moderators' own opinion is wanted of does not say what the judgement thinks; whoever shows it cannot.
        let is_unmarked = row.sampled && status == Status::Pending;
        Self {
            id: row.id,
            site_id: row.site_id,
            page_id: row.page_id,
            parent_id: row.parent_id,
            status,
            revision: row.revision,
            author: row.author,
            website: row.website,
            text: row.body,
            html: row.body_html,
            points: if is_unmarked { 0.0 } else { row.points },
            bucket: row.bucket.parse().unwrap_or(Bucket::Check),
            reasons: if is_unmarked { Vec::new() } else { row.reasons.0 },
            submitted_at: Timestamp::from_millis(row.submitted_at),
            last_decision_id: row.last_decision_id,
            proposed_at: row.proposed_at.map(Timestamp::from_millis),
        }
    }
}

/// A comment.
///
/// # Errors
/// The database cannot be reached.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Option<Comment>> {
    let sql = concat!("select ", comment_columns!(), " from comment where id = $1");
    let row: Option<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?;
    Ok(row.map(Comment::from))
}

/// The sealed address of a comment's author.
///
/// # Errors
/// The database cannot be reached.
pub async fn sealed_address(tx: &mut Tx, id: Uuid) -> Result<Option<SealedAddress>> {
    let sql = "select email_key_id, email_sealed from comment where id = $1";
    let row: Option<(i64, Vec<u8>)> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?;
    Ok(row.map(|(key_id, bytes)| SealedAddress { key_id, bytes }))
}

/// Changes a comment's state, if it still has the revision that was seen. `false` if it has another by now. One that was
/// sampled is unmarked while it waits, and in its bucket afterwards.
///
/// # Errors
/// The database cannot be reached.
pub async fn change_status(tx: &mut Tx, id: Uuid, seen_revision: i64, to: Status, decision_id: Uuid) -> Result<bool> {
    let sql = "update comment set status = $3, revision = revision + 1, last_decision_id = $4, \
                 bucket = case when not sampled then bucket when $3 = 'pending' then 'check' else 'likely-spam' end \
               where id = $1 and revision = $2";
    let changed = on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(id)
            .bind(seen_revision)
            .bind(to.as_str())
            .bind(decision_id)
            .execute(conn)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(changed == 1)
}

/// These comments, in no order; those that are not there are left out.
///
/// # Errors
/// The database cannot be reached.
pub async fn several(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Comment>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("select {} from comment where id in ({})", comment_columns!(), super::placeholders(1, ids.len()));
    let rows: Vec<Row> = fetch_by_ids!(tx, sql, ids)?;
    Ok(rows.into_iter().map(Comment::from).collect())
}

/// The first `limit` answers to a comment, oldest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn answers(tx: &mut Tx, comment_id: Uuid, limit: i64) -> Result<Vec<Comment>> {
    let sql = concat!("select ", comment_columns!(), " from comment where parent_id = $1 order by id limit $2");
    let rows: Vec<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(comment_id).bind(limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Comment::from).collect())
}

/// Changes a comment's text, if it still has the revision that was seen, and keeps what its author wrote. `false` if it
/// has another by now.
///
/// # Errors
/// The database cannot be reached.
pub async fn change_text(tx: &mut Tx, seen: &Comment, text: &str, html: &str, now: Timestamp) -> Result<bool> {
    let sql = "update comment set body = $3, body_html = $4, original_body = coalesce(original_body, body), edited_at = $5, \
                 revision = revision + 1 where id = $1 and revision = $2";
    let changed = on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(seen.id)
            .bind(seen.revision)
            .bind(text)
            .bind(html)
            .bind(now.millis())
            .execute(conn)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(changed == 1)
}

/// What a comment's author wrote, where a moderator has changed it.
///
/// # Errors
/// The database cannot be reached.
pub async fn original_text(tx: &mut Tx, id: Uuid) -> Result<Option<String>> {
    let sql = "select original_body from comment where id = $1";
    let text: Option<Option<String>> = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(id).fetch_optional(conn).await)?;
    Ok(text.flatten())
}

/// Notes that a moderator wrote a comment.
///
/// # Errors
/// The database cannot be reached.
pub async fn note_staff(tx: &mut Tx, id: Uuid, moderator_id: Uuid) -> Result<()> {
    let sql = "update comment set staff_id = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(moderator_id).execute(conn).await.map(drop))?;
    Ok(())
}

/// A text that takes the place of another.
#[derive(Debug)]
pub struct Revised<'a> {
    /// What was typed.
    pub text: &'a str,
    /// The same as safe HTML.
    pub html: &'a str,
    /// The hash of the folded text.
    pub fingerprint: &'a [u8],
    /// What near duplicates are found by; none where the text is too short.
    pub likeness: Option<Likeness>,
    /// The judgement that holds now.
    pub verdict: &'a Verdict,
}

/// Changes the text of a comment that waits, and the judgement of it unless it was sampled, if it still has the revision that was seen. `false` if it has another by now.
///
/// # Errors
/// The database cannot be reached.
pub async fn revise(tx: &mut Tx, id: Uuid, seen_revision: i64, revised: &Revised<'_>) -> Result<bool> {
    let sql = "update comment set body = $3, body_html = $4, fingerprint = $5, likeness = $9, opening = $10, \
                 points = case when sampled then points else $6 end, bucket = case when sampled then bucket else $7 end, \
                 reasons = case when sampled then reasons else $8 end, \
                 revision = revision + 1 where id = $1 and revision = $2 and status = 'pending'";
    let (simhash, opening) = revised.likeness.map_or((0, 0), Likeness::as_numbers);
    let changed = on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(id)
            .bind(seen_revision)
            .bind(revised.text)
            .bind(revised.html)
            .bind(revised.fingerprint)
            .bind(revised.verdict.points)
            .bind(revised.verdict.bucket.as_str())
            .bind(serde_json::to_string(&revised.verdict.reasons)?)
            .bind(simhash)
            .bind(opening)
            .execute(conn)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(changed == 1)
}
