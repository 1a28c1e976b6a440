//! Pages and the names they are known by.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::page::Page;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    url: Option<String>,
    title: String,
    closed_at: Option<i64>,
    created_at: i64,
}

impl From<Row> for Page {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            url: row.url,
            title: row.title,
            closed_at: row.closed_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
        }
    }
}

/// The page that a site knows by this name.
///
/// # Errors
/// The database cannot be reached.
pub async fn find(tx: &mut Tx, site_id: Uuid, name: &str) -> Result<Option<Page>> {
    let sql = "select page.id, url, title, closed_at, created_at from page_alias join page on page.id = page_alias.page_id \
               where page_alias.site_id = $1 and page_alias.name = $2";
    let row: Option<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(name).fetch_optional(conn).await)?;
    Ok(row.map(Page::from))
}

/// The page with this id.
///
/// # Errors
/// The database cannot be reached.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Option<Page>> {
    let sql = "select id, url, title, closed_at, created_at from page where id = $1";
    let row: Option<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?;
    Ok(row.map(Page::from))
}

/// The page with this id, if it is the site's.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_site(tx: &mut Tx, site_id: Uuid, id: Uuid) -> Result<Option<Page>> {
    let sql = "select id, url, title, closed_at, created_at from page where id = $1 and site_id = $2";
    let row: Option<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).bind(site_id).fetch_optional(conn).await)?;
    Ok(row.map(Page::from))
}

/// A page in the list of a site's pages.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The page.
    pub page: Page,
    /// How many of its comments are public.
    pub approved: i64,
}

/// Up to `limit` pages of a site, those first that had their first comment last; after the one with the id `after`.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest(tx: &mut Tx, site_id: Uuid, after: Option<Uuid>, limit: i64) -> Result<Vec<Listed>> {
    #[derive(sqlx::FromRow)]
    struct ListedRow {
        #[sqlx(flatten)]
        page: Row,
        approved_count: i64,
    }
    let sql = "select id, url, title, closed_at, created_at, approved_count from page \
               where site_id = $1 and id < $2 order by id desc limit $3";
    let before = after.unwrap_or(Uuid::max());
    let rows: Vec<ListedRow> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(before).bind(limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(|row| Listed { page: row.page.into(), approved: row.approved_count }).collect())
}

/// Every name that a page is known by, up to `limit`.
///
/// # Errors
/// The database cannot be reached.
pub async fn names(tx: &mut Tx, site_id: Uuid, id: Uuid, limit: i64) -> Result<Vec<String>> {
    let sql = "select name from page_alias where site_id = $1 and page_id = $2 order by name limit $3";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(site_id).bind(id).bind(limit).fetch_all(conn).await)?)
}

/// Closes a page, or (`None`) opens it again.
///
/// # Errors
/// The database cannot be reached.
pub async fn close(tx: &mut Tx, id: Uuid, at: Option<Timestamp>) -> Result<()> {
    let sql = "update page set closed_at = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(at.map(Timestamp::millis)).execute(conn).await.map(drop))?;
    Ok(())
}

/// Gives a page another address.
///
/// # Errors
/// The database cannot be reached.
pub async fn change_url(tx: &mut Tx, id: Uuid, url: &str) -> Result<()> {
    let sql = "update page set url = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(url).execute(conn).await.map(drop))?;
    Ok(())
}

/// Adds a page.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, site_id: Uuid, page: &Page) -> Result<()> {
    let sql =
        "insert into page (id, site_id, url, title, closed_at, approved_count, created_at) values ($1, $2, $3, $4, null, 0, $5)";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(page.id)
            .bind(site_id)
            .bind(&page.url)
            .bind(&page.title)
            .bind(page.created_at.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Makes a page known by a further name; `false` if another page has it, whose it stays.
///
/// # Errors
/// The database cannot be reached.
pub async fn add_alias(tx: &mut Tx, site_id: Uuid, name: &str, page_id: Uuid) -> Result<bool> {
    let sql = "insert into page_alias (site_id, name, page_id) values ($1, $2, $3) on conflict (site_id, name) do nothing";
    let added = on_backend!(tx, |conn| {
        sqlx::query(sql).bind(site_id).bind(name).bind(page_id).execute(conn).await.map(|done| done.rows_affected())
    })?;
    Ok(added == 1)
}

/// Adds to (or, negative, takes from) the number of a page's approved comments.
///
/// # Errors
/// The database cannot be reached.
pub async fn count_approved(tx: &mut Tx, id: Uuid, difference: i64) -> Result<()> {
    let sql = "update page set approved_count = approved_count + $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(difference).execute(conn).await.map(drop))?;
    Ok(())
}
