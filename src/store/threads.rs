//! What the public sees: approved comments, and how many.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::site::Order;

/// An approved comment: these columns and no others are public.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PublicComment {
    /// Its id.
    pub id: Uuid,
    /// The comment it answers.
    pub parent_id: Option<Uuid>,
    /// The author's name.
    pub author: String,
    /// The author's website.
    pub website: Option<String>,
    /// The text as safe HTML.
    #[sqlx(rename = "body_html")]
    pub html: String,
    /// Milliseconds since the epoch.
    pub submitted_at: i64,
}

/// A part of a page's thread in an order, as [`oldest`] and [`newest`] say; `after` is where the part before ended.
///
/// # Errors
/// The database cannot be reached.
pub async fn part(
    tx: &mut Tx,
    page_id: Uuid,
    order: Order,
    after: Option<Uuid>,
    enough: usize,
) -> Result<(Vec<PublicComment>, Option<Uuid>)> {
    match order {
        Order::OldestFirst => oldest(tx, page_id, after.unwrap_or(Uuid::nil()), enough).await,
        Order::NewestFirst => newest(tx, page_id, after.unwrap_or(Uuid::max()), enough).await,
    }
}

/// Up to `enough` approved comments of a page, oldest first, after the one with the id `after`; and where the next part
/// begins, if there is one.
///
/// # Errors
/// The database cannot be reached.
pub async fn oldest(tx: &mut Tx, page_id: Uuid, after: Uuid, enough: usize) -> Result<(Vec<PublicComment>, Option<Uuid>)> {
    let sql = "select id, parent_id, author, website, body_html, submitted_at from comment \
               where page_id = $1 and status = 'approved' and id > $2 order by id limit $3";
    let limit = i64::try_from(enough).unwrap_or(i64::MAX).saturating_add(1);
    let mut comments: Vec<PublicComment> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(page_id).bind(after).bind(limit).fetch_all(conn).await)?;
    let more = comments.len() > enough;
    comments.truncate(enough);
    let next = comments.last().map(|last| last.id).filter(|_| more);
    Ok((comments, next))
}

/// A comment, and the one at the top of the conversation that it belongs to.
#[derive(sqlx::FromRow)]
struct InConversation {
    #[sqlx(flatten)]
    comment: PublicComment,
    top_id: Uuid,
}

/// A page's conversations, the newest first, each whole with its answers from the oldest on: an answer is read below what
/// it answers, so that no part may begin with one. Conversations older than the one that begins with `before`, until
/// there are `enough` comments; and where the next part begins, if there is one.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest(tx: &mut Tx, page_id: Uuid, before: Uuid, enough: usize) -> Result<(Vec<PublicComment>, Option<Uuid>)> {
    // An answer to what is no longer public stands by itself, and so begins a conversation.
    let sql = "with recursive shown (id, top_id) as ( \
                 select id, id from (select id from comment where page_id = $1 and status = 'approved' and id < $2 \
                   and not exists (select 1 from comment above where above.id = comment.parent_id and above.status = 'approved') \
                   order by id desc limit $3) as top \
                 union all \
                 select comment.id, shown.top_id from shown join comment on comment.parent_id = shown.id where comment.status = 'approved') \
               select comment.id, parent_id, author, website, body_html, submitted_at, shown.top_id \
               from shown join comment on comment.id = shown.id order by shown.top_id desc, comment.id";
    let tops = i64::try_from(enough).unwrap_or(i64::MAX).saturating_add(1);
    let found: Vec<InConversation> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(page_id).bind(before).bind(tops).fetch_all(conn).await)?;
    let is_first = |at: usize| at == 0 || found[at - 1].top_id != found[at].top_id;
    let end = (enough..found.len()).find(|at| is_first(*at));
    let next = end.map(|end| found[end - 1].top_id);
    let comments = found.into_iter().take(end.unwrap_or(usize::MAX)).map(|one| one.comment).collect();
    Ok((comments, next))
}

/// The number of a page's approved comments.
///
/// # Errors
/// The database cannot be reached.
pub async fn count(tx: &mut Tx, page_id: Uuid) -> Result<i64> {
    let sql = "select approved_count from page where id = $1";
    let count: Option<i64> = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(page_id).fetch_optional(conn).await)?;
    Ok(count.unwrap_or_default())
}

/// An approved comment with the article it belongs to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PublicEntry {
    /// The comment.
    #[sqlx(flatten)]
    pub comment: PublicComment,
    /// The article's title.
    pub page_title: String,
    /// Where the article can be read.
    pub page_url: Option<String>,
}

/// The newest approved comments of a site, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest_of_site(tx: &mut Tx, site_id: Uuid, limit: i64) -> Result<Vec<PublicEntry>> {
    let sql = "select comment.id, parent_id, author, website, body_html, submitted_at, page.title as page_title, page.url as page_url \
               from comment join page on page.id = comment.page_id \
               where comment.site_id = $1 and view = 'approved' order by comment.id desc limit $2";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(limit).fetch_all(conn).await)?)
}

/// The newest approved comments of a page, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest_of_page(tx: &mut Tx, page_id: Uuid, limit: i64) -> Result<Vec<PublicEntry>> {
    let sql = "select comment.id, parent_id, author, website, body_html, submitted_at, page.title as page_title, page.url as page_url \
               from comment join page on page.id = comment.page_id \
               where page_id = $1 and status = 'approved' order by comment.id desc limit $2";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(page_id).bind(limit).fetch_all(conn).await)?)
}
