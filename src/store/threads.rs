//! What the public sees: approved comments, and how many.

use uuid::Uuid;

use super::{Result, Tx, on_backend};

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

/// Up to `limit` approved comments of a page, oldest first, after the one with the id `after`.
///
/// # Errors
/// The database cannot be reached.
pub async fn approved(tx: &mut Tx, page_id: Uuid, after: Uuid, limit: i64) -> Result<Vec<PublicComment>> {
    let sql = "select id, parent_id, author, website, body_html, submitted_at from comment \
               where page_id = $1 and status = 'approved' and id > $2 order by id limit $3";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(page_id).bind(after).bind(limit).fetch_all(conn).await)?)
}

/// Up to `limit` approved comments of a page, newest first, before the one with the id `before`.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest(tx: &mut Tx, page_id: Uuid, before: Uuid, limit: i64) -> Result<Vec<PublicComment>> {
    let sql = "select id, parent_id, author, website, body_html, submitted_at from comment \
               where page_id = $1 and status = 'approved' and id < $2 order by id desc limit $3";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(page_id).bind(before).bind(limit).fetch_all(conn).await)?)
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
