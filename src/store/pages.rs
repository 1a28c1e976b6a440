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
