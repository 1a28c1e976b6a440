//! What is still to be indexed, and what the words of a comment are taken from.

use uuid::Uuid;

use super::parts::in_words_of;
use super::{Result, Tx, fetch_by_ids, on_backend, placeholders};

/// A comment whose words are to be indexed, with all that they are taken from.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    /// The comment.
    pub id: Uuid,
    /// Its site.
    pub site_id: Uuid,
    /// How often it has been changed while it was due; 0 where it is not.
    pub stamp: i64,
    /// Its author's name.
    pub author: String,
    /// The author's website.
    pub website: Option<String>,
    /// Its text.
    pub body: String,
    /// Its HTML.
    pub body_html: String,
    /// The judgement's reasons, as JSON; none while the moderators' own opinion is wanted.
    pub reasons: String,
    /// The text that waits beside it, where one does.
    pub proposed_body: Option<String>,
    /// Its HTML.
    pub proposed_html: Option<String>,
    /// The reasons that the judgement has there, as JSON.
    pub proposed_reasons: Option<String>,
    /// The article's title.
    pub title: String,
}

/// Up to `limit` comments whose words are to be indexed, oldest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn oldest(tx: &mut Tx, limit: i64) -> Result<Vec<Due>> {
    // Mostly there is none: asked for by itself, so that no planner begins with a million comments to find that out.
    let sql = "select comment_id from search_due order by comment_id limit $1";
    let ids: Vec<Uuid> = on_backend!(&mut *tx, |conn| sqlx::query_scalar(sql).bind(limit).fetch_all(conn).await)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    of(tx, &ids).await
}

/// All that the words of these comments are taken from, oldest first; at most a thousand at once.
///
/// # Errors
/// The database cannot be reached.
pub async fn of(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Due>> {
    let sql = format!(
        "select comment.id, comment.site_id, coalesce(search_due.stamp, 0) as stamp, author, website, comment.body, comment.body_html, \
           case when comment.sampled and comment.status = 'pending' then '[]' else comment.reasons end as reasons, \
           proposal.body as proposed_body, proposal.body_html as proposed_html, proposal.reasons as proposed_reasons, page.title \
         from comment join page on page.id = comment.page_id left join search_due on search_due.comment_id = comment.id \
         left join proposal on proposal.comment_id = comment.id and comment.proposed_at is not null \
         where comment.id in ({}) order by comment.id",
        in_words_of(tx, placeholders(1, ids.len()))
    );
    Ok(fetch_by_ids!(tx, sql, ids)?)
}
