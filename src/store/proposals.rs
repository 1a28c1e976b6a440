//! What authors would rather have written: a text that waits beside the approved one, which stays public.

use std::collections::HashMap;

use uuid::Uuid;

use super::comments::Revised;
use super::{AsJson, Result, Tx, fetch_by_ids, on_backend, placeholders};
use crate::clock::Timestamp;
use crate::comment::Comment;
use crate::spam::{Bucket, Likeness, Reason};

/// The other text of an approved comment: the proposed one while it waits or was refused, the former one where it was taken.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// What was typed.
    pub text: String,
    /// The same as safe HTML.
    pub html: String,
    /// The sum of the judgement's points.
    pub points: f64,
    /// Where the judgement put it.
    pub bucket: Bucket,
    /// Why.
    pub reasons: Vec<Reason>,
}

impl Proposal {
    /// The comment as it would be with this text.
    pub fn instead_of(self, comment: &Comment) -> Comment {
        let Self { text, html, points, bucket, reasons } = self;
        Comment { text, html, points, bucket, reasons, ..comment.clone() }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    comment_id: Uuid,
    body: String,
    body_html: String,
    points: f64,
    bucket: String,
    #[sqlx(try_from = "String")]
    reasons: AsJson<Vec<Reason>>,
}

impl From<Row> for (Uuid, Proposal) {
    fn from(row: Row) -> Self {
        let bucket = row.bucket.parse().unwrap_or(Bucket::Check);
        let Row { comment_id, body: text, body_html: html, points, reasons, .. } = row;
        (comment_id, Proposal { text, html, points, bucket, reasons: reasons.0 })
    }
}

/// The proposals of these comments, by comment.
///
/// # Errors
/// The database cannot be reached.
pub async fn of(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, Proposal>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let list = placeholders(1, ids.len());
    let sql = format!("select comment_id, body, body_html, points, bucket, reasons from proposal where comment_id in ({list})");
    let rows: Vec<Row> = fetch_by_ids!(tx, sql, ids)?;
    Ok(rows.into_iter().map(<(Uuid, Proposal)>::from).collect())
}

/// Puts a text beside the approved one, in place of one that was there, if the comment still has the revision that was
/// seen; it has the next one then. `entry_id` is the journal's entry, where this begins the waiting. `false` if the comment
/// has another revision by now, or is public no more.
///
/// # Errors
/// The database cannot be reached.
pub async fn put(tx: &mut Tx, seen: &Comment, text: &Revised<'_>, now: Timestamp, entry_id: Option<Uuid>) -> Result<bool> {
    let sql = "update comment set proposed_at = $3, last_decision_id = coalesce($4, last_decision_id), revision = revision + 1 \
               where id = $1 and revision = $2 and status = 'approved'";
    let changed = on_backend!(&mut *tx, |conn| {
        sqlx::query(sql)
            .bind(seen.id)
            .bind(seen.revision)
            .bind(now.millis())
            .bind(entry_id)
            .execute(conn)
            .await
            .map(|done| done.rows_affected())
    })?;
    if changed != 1 {
        return Ok(false);
    }
    let sql = "insert into proposal (comment_id, body, body_html, fingerprint, likeness, opening, points, bucket, reasons, proposed_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (comment_id) do update set body = excluded.body, \
                 body_html = excluded.body_html, fingerprint = excluded.fingerprint, likeness = excluded.likeness, \
                 opening = excluded.opening, points = excluded.points, bucket = excluded.bucket, reasons = excluded.reasons, \
                 proposed_at = excluded.proposed_at";
    let (simhash, opening) = text.likeness.map_or((0, 0), Likeness::as_numbers);
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(seen.id)
            .bind(text.text)
            .bind(text.html)
            .bind(text.fingerprint)
            .bind(simhash)
            .bind(opening)
            .bind(text.verdict.points)
            .bind(text.verdict.bucket.as_str())
            .bind(serde_json::to_string(&text.verdict.reasons)?)
            .bind(now.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(true)
}

/// Lets the other text wait no more, or wait again, if the comment still has the revision that was seen. `false` if it has
/// another by now.
///
/// # Errors
/// The database cannot be reached.
pub async fn settle(tx: &mut Tx, seen: &Comment, waits: bool, decision_id: Uuid) -> Result<bool> {
    let sql = "update comment set revision = revision + 1, last_decision_id = $3, \
                 proposed_at = case when $4 then (select proposed_at from proposal where comment_id = $1) end \
               where id = $1 and revision = $2 and status = 'approved'";
    let changed = on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(seen.id)
            .bind(seen.revision)
            .bind(decision_id)
            .bind(waits)
            .execute(conn)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(changed == 1)
}

#[derive(sqlx::FromRow)]
struct Whole {
    body: String,
    body_html: String,
    fingerprint: Vec<u8>,
    likeness: Option<i64>,
    opening: Option<i64>,
    points: f64,
    bucket: String,
    reasons: String,
}

/// Lets the public text and the other one change places, with the judgement of each.
///
/// # Errors
/// The database cannot be reached, or there is no other text.
pub async fn exchange(tx: &mut Tx, comment_id: Uuid) -> Result<()> {
    let sql =
        "select body, body_html, fingerprint, likeness, opening, points, bucket, reasons from proposal where comment_id = $1";
    let other: Whole = on_backend!(&mut *tx, |conn| sqlx::query_as(sql).bind(comment_id).fetch_one(conn).await)?;
    let sql = "update proposal set (body, body_html, fingerprint, likeness, opening, points, bucket, reasons) = \
                 (select body, body_html, fingerprint, likeness, opening, points, bucket, reasons from comment where id = $1) \
               where comment_id = $1";
    on_backend!(&mut *tx, |conn| sqlx::query(sql).bind(comment_id).execute(conn).await.map(drop))?;
    let sql = "update comment set body = $2, body_html = $3, fingerprint = $4, likeness = $5, opening = $6, points = $7, \
                 bucket = $8, reasons = $9 where id = $1";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(comment_id)
            .bind(other.body)
            .bind(other.body_html)
            .bind(other.fingerprint)
            .bind(other.likeness)
            .bind(other.opening)
            .bind(other.points)
            .bind(other.bucket)
            .bind(other.reasons)
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}
