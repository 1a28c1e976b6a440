//! Comments on their way in: several with one insert.

use std::sync::LazyLock;

use uuid::Uuid;

use super::intake::Question;
use super::parts::{Sizes, Statements, parts, rows, statement_for};
use super::{Result, Tx, on_backend};
use crate::comment::Comment;
use crate::secrets::SealedAddress;
use crate::spam::Likeness;

/// A comment on its way in, with what nobody but the program sees of it.
#[derive(Debug)]
pub struct Arrival<'a> {
    /// The comment.
    pub comment: &'a Comment,
    /// The author's address under seal.
    pub address: &'a SealedAddress,
    /// What is asked, and now kept, about it.
    pub question: &'a Question<'a>,
    /// Whether the author wants to hear of answers.
    pub notify: bool,
    /// Whether the moderators see it without being told what the judgement thinks of it.
    pub is_sampled: bool,
}

const ADDED: usize = 24;

static ADD: Statements = LazyLock::new(|| {
    Sizes::new(|size| {
        format!(
            "insert into comment (id, site_id, page_id, parent_id, status, revision, author, website, email_sealed, email_key_id, \
               email_index, network_index, body, body_html, fingerprint, token_id, notify, points, bucket, reasons, submitted_at, \
               likeness, opening, sampled) values {}",
            rows(size, ADDED)
        )
    })
});

/// Adds comments.
///
/// # Errors
/// The database cannot be reached, or one of the form tokens has made a comment meanwhile.
pub async fn add(tx: &mut Tx, arrivals: &[Arrival<'_>]) -> Result<()> {
    for part in parts(arrivals) {
        let sql = statement_for(tx, &ADD, part);
        on_backend!(&mut *tx, |conn| {
            let mut query = sqlx::query(sql);
            for Arrival { comment, address, question, notify, is_sampled } in part {
                let (simhash, opening) = question.likeness.map_or((0, 0), Likeness::as_numbers);
                query = query
                    .bind(comment.id)
                    .bind(comment.site_id)
                    .bind(comment.page_id)
                    .bind(comment.parent_id)
                    .bind(comment.status.as_str())
                    .bind(comment.revision)
                    .bind(&comment.author)
                    .bind(&comment.website)
                    .bind(&address.bytes)
                    .bind(address.key_id)
                    .bind(question.address)
                    .bind(question.network)
                    .bind(&comment.text)
                    .bind(&comment.html)
                    .bind(question.fingerprint)
                    .bind(question.token_id)
                    .bind(*notify)
                    .bind(comment.points)
                    .bind(comment.bucket.as_str())
                    .bind(serde_json::to_string(&comment.reasons)?)
                    .bind(comment.submitted_at.millis())
                    .bind(simhash)
                    .bind(opening)
                    .bind(*is_sampled);
            }
            query.execute(conn).await.map(drop)
        })?;
    }
    Ok(())
}

/// Whether a page has an approved comment with this id, which an answer may hang on.
///
/// # Errors
/// The database cannot be reached.
pub async fn may_be_answered(tx: &mut Tx, page_id: Uuid, id: Uuid) -> Result<bool> {
    let sql = "select id from comment where id = $1 and page_id = $2 and status = 'approved'";
    let found: Option<Uuid> = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(id).bind(page_id).fetch_optional(conn).await)?;
    Ok(found.is_some())
}
