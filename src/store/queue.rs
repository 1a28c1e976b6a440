//! The moderator's queue: comments of a site by view, a page at a time.

use uuid::Uuid;

use super::comments::{Row, comment_columns};
use super::{Result, Tx, on_backend};
use crate::comment::Comment;

/// A comment of the queue with the article it belongs to.
#[derive(Clone, Debug)]
pub struct Card {
    /// The comment.
    pub comment: Comment,
    /// The article's title.
    pub page_title: String,
    /// Where the article can be read.
    pub page_url: Option<String>,
}

#[derive(sqlx::FromRow)]
struct CardRow {
    #[sqlx(flatten)]
    comment: Row,
    page_title: String,
    page_url: Option<String>,
}

impl From<CardRow> for Card {
    fn from(row: CardRow) -> Self {
        Self { comment: row.comment.into(), page_title: row.page_title, page_url: row.page_url }
    }
}

/// A part of a list that goes by id, which is by time.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Where it begins: the last id already shown; none for the first part.
    pub after: Option<Uuid>,
    /// How many at most.
    pub limit: i64,
}

/// Comments in a view (a status, or `likely-spam`), oldest first: who has waited longest comes first.
///
/// # Errors
/// The database cannot be reached.
pub async fn oldest_first(tx: &mut Tx, site_id: Uuid, view: &str, part: Part) -> Result<Vec<Card>> {
    let sql = concat!(
        "select ",
        comment_columns!(),
        ", page.title as page_title, page.url as page_url from comment join page on page.id = comment.page_id \
         where comment.site_id = $1 and view = $2 and comment.id > $3 order by comment.id limit $4"
    );
    let after = part.after.unwrap_or(Uuid::nil());
    let rows: Vec<CardRow> = on_backend!(tx, |conn| {
        sqlx::query_as(sql).bind(site_id).bind(view).bind(after).bind(part.limit).fetch_all(conn).await
    })?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// Comments in a view, newest first: for looking back.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest_first(tx: &mut Tx, site_id: Uuid, view: &str, part: Part) -> Result<Vec<Card>> {
    let sql = concat!(
        "select ",
        comment_columns!(),
        ", page.title as page_title, page.url as page_url from comment join page on page.id = comment.page_id \
         where comment.site_id = $1 and view = $2 and comment.id < $3 order by comment.id desc limit $4"
    );
    let before = part.after.unwrap_or(Uuid::max());
    let rows: Vec<CardRow> = on_backend!(tx, |conn| {
        sqlx::query_as(sql).bind(site_id).bind(view).bind(before).bind(part.limit).fetch_all(conn).await
    })?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// Every comment of a site, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn everything(tx: &mut Tx, site_id: Uuid, part: Part) -> Result<Vec<Card>> {
    let sql = concat!(
        "select ",
        comment_columns!(),
        ", page.title as page_title, page.url as page_url from comment join page on page.id = comment.page_id \
         where comment.site_id = $1 and comment.id < $2 order by comment.id desc limit $3"
    );
    let before = part.after.unwrap_or(Uuid::max());
    let rows: Vec<CardRow> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(before).bind(part.limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// Every comment of a page, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_page(tx: &mut Tx, page_id: Uuid, part: Part) -> Result<Vec<Card>> {
    let sql = concat!(
        "select ",
        comment_columns!(),
        ", page.title as page_title, page.url as page_url from comment join page on page.id = comment.page_id \
         where comment.page_id = $1 and comment.id < $2 order by comment.id desc limit $3"
    );
    let before = part.after.unwrap_or(Uuid::max());
    let rows: Vec<CardRow> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(page_id).bind(before).bind(part.limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// Comments that readers have told of and no moderator has looked at since, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn reported(tx: &mut Tx, site_id: Uuid, part: Part) -> Result<Vec<Card>> {
    let sql = concat!(
        "select ",
        comment_columns!(),
        ", page.title as page_title, page.url as page_url from comment join page on page.id = comment.page_id \
         where comment.id in (select comment_id from report where report.site_id = $1 and resolved_at is null) \
         and comment.id < $2 order by comment.id desc limit $3"
    );
    let before = part.after.unwrap_or(Uuid::max());
    let rows: Vec<CardRow> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(before).bind(part.limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// How many comments a view holds; it stops counting at `most`.
///
/// # Errors
/// The database cannot be reached.
pub async fn count(tx: &mut Tx, site_id: Uuid, view: &str, most: i64) -> Result<i64> {
    let sql = "select count(*) from (select 1 from comment where site_id = $1 and view = $2 limit $3) as counted";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(site_id).bind(view).bind(most).fetch_one(conn).await)?)
}

/// Comments that came from `from` until `until` (milliseconds, both included) and still wait for a moderator, oldest
/// first; likely spam is not among them.
///
/// # Errors
/// The database cannot be reached.
pub async fn held_between(tx: &mut Tx, site_id: Uuid, from: i64, until: i64, limit: i64) -> Result<Vec<Card>> {
    let sql = concat!(
        "select ",
        comment_columns!(),
        ", page.title as page_title, page.url as page_url from comment join page on page.id = comment.page_id \
         where comment.site_id = $1 and view = 'pending' and submitted_at between $2 and $3 order by comment.id limit $4"
    );
    let rows: Vec<CardRow> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(from).bind(until).bind(limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Card::from).collect())
}
