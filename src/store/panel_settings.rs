//! What each moderator has set for their own panel: keys, and searches kept as views.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;

/// A search kept under a name.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SavedView {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The search.
    pub query: String,
}

/// Whether keys are on, and the keys as JSON; `None` where nothing has been set.
///
/// # Errors
/// The database cannot be reached.
pub async fn keys(tx: &mut Tx, moderator_id: Uuid) -> Result<Option<(bool, String)>> {
    let sql = "select switched_on, keys from panel_keys where moderator_id = $1";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(moderator_id).fetch_optional(conn).await)?)
}

/// Keeps a moderator's keys.
///
/// # Errors
/// The database cannot be reached.
pub async fn keep_keys(tx: &mut Tx, moderator_id: Uuid, switched_on: bool, keys: &str) -> Result<()> {
    let sql = "insert into panel_keys (moderator_id, switched_on, keys) values ($1, $2, $3) \
               on conflict (moderator_id) do update set switched_on = excluded.switched_on, keys = excluded.keys";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(switched_on).bind(keys).execute(conn).await.map(drop))?;
    Ok(())
}

/// A moderator's views of a site, oldest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn views(tx: &mut Tx, moderator_id: Uuid, site_id: Uuid) -> Result<Vec<SavedView>> {
    let sql = "select id, name, query from saved_view where moderator_id = $1 and site_id = $2 order by id limit 50";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(moderator_id).bind(site_id).fetch_all(conn).await)?)
}

/// Keeps a view.
///
/// # Errors
/// The database cannot be reached.
pub async fn add_view(tx: &mut Tx, moderator_id: Uuid, site_id: Uuid, view: &SavedView, now: Timestamp) -> Result<()> {
    let sql = "insert into saved_view (id, moderator_id, site_id, name, query, created_at) values ($1, $2, $3, $4, $5, $6)";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(view.id)
            .bind(moderator_id)
            .bind(site_id)
            .bind(&view.name)
            .bind(&view.query)
            .bind(now.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Gives a moderator's view up.
///
/// # Errors
/// The database cannot be reached.
pub async fn remove_view(tx: &mut Tx, moderator_id: Uuid, id: Uuid) -> Result<()> {
    let sql = "delete from saved_view where id = $2 and moderator_id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(id).execute(conn).await.map(drop))?;
    Ok(())
}
