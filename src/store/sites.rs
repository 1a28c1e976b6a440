//! Sites.

use uuid::Uuid;

use super::{AsJson, Result, Tx, is_taken, on_backend};
use crate::clock::Timestamp;
use crate::site::{Origin, Site, SiteSettings};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    title: String,
    locale: String,
    #[sqlx(try_from = "String")]
    origins: AsJson<Vec<Origin>>,
    #[sqlx(try_from = "String")]
    settings: AsJson<SiteSettings>,
}

impl From<Row> for Site {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            title: row.title,
            locale: row.locale.parse().unwrap_or_default(),
            origins: row.origins.0,
            settings: row.settings.0,
        }
    }
}

/// Every site, by name.
///
/// # Errors
/// The database cannot be reached.
pub async fn all(tx: &mut Tx) -> Result<Vec<Site>> {
    let sql = "select id, name, title, locale, origins, settings from site order by name";
    let rows: Vec<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Site::from).collect())
}

/// A site as it is now; nobody else changes it before this transaction ends.
///
/// # Errors
/// The database cannot be reached.
pub async fn for_change(tx: &mut Tx, id: Uuid) -> Result<Option<Site>> {
    // The update that changes nothing holds the row on PostgreSQL; on SQLite a writer is alone anyway.
    let sql = "update site set name = name where id = $1 returning id, name, title, locale, origins, settings";
    let row: Option<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?;
    Ok(row.map(Site::from))
}

/// The site with this id.
///
/// # Errors
/// The database cannot be reached.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Option<Site>> {
    let sql = "select id, name, title, locale, origins, settings from site where id = $1";
    let row: Option<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?;
    Ok(row.map(Site::from))
}

/// Adds a site; `false` if the name is taken.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, site: &Site, now: Timestamp) -> Result<bool> {
    let sql = "insert into site (id, name, title, locale, origins, settings, created_at) values ($1, $2, $3, $4, $5, $6, $7)";
    let outcome = on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(site.id)
            .bind(&site.name)
            .bind(&site.title)
            .bind(site.locale.as_str())
            .bind(serde_json::to_string(&site.origins)?)
            .bind(serde_json::to_string(&site.settings)?)
            .bind(now.millis())
            .execute(conn)
            .await
            .map(drop)
    });
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if is_taken(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Keeps a site's title, language, origins and settings.
///
/// # Errors
/// The database cannot be reached.
pub async fn keep(tx: &mut Tx, site: &Site) -> Result<()> {
    let sql = "update site set title = $2, locale = $3, origins = $4, settings = $5 where id = $1";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(site.id)
            .bind(&site.title)
            .bind(site.locale.as_str())
            .bind(serde_json::to_string(&site.origins)?)
            .bind(serde_json::to_string(&site.settings)?)
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}
