//! The journal of what happened to moderators' accounts.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;

/// Something that has happened to an account.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent {
    /// Its id.
    pub id: Uuid,
    /// What happened, in a word.
    pub kind: &'static str,
    /// Whose account it is.
    pub moderator_id: Uuid,
    /// Who did it; nobody from the command line.
    pub by_id: Option<Uuid>,
    /// The site on which a role was given, taken or offered.
    pub site_id: Option<Uuid>,
    /// That role.
    pub role: Option<&'static str>,
    /// When.
    pub at: Timestamp,
}

/// The same as it is read.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Event {
    /// Its id.
    pub id: Uuid,
    /// What happened, in a word.
    pub kind: String,
    /// The name of whose account it is.
    pub moderator: String,
    /// The name of who did it; none from the command line.
    pub by_name: Option<String>,
    /// The title of the site on which a role was given, taken or offered.
    pub site: Option<String>,
    /// That role.
    pub role: Option<String>,
    /// Milliseconds since the epoch.
    pub happened_at: i64,
}

/// Adds to the journal.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, event: &NewEvent) -> Result<()> {
    let sql = "insert into account_event (id, kind, moderator_id, by_id, site_id, role, happened_at) values ($1, $2, $3, $4, $5, $6, $7)";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(event.id)
            .bind(event.kind)
            .bind(event.moderator_id)
            .bind(event.by_id)
            .bind(event.site_id)
            .bind(event.role)
            .bind(event.at.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Up to `limit` entries, newest first, after the one with the id `after`.
///
/// # Errors
/// The database cannot be reached.
pub async fn read(tx: &mut Tx, after: Option<Uuid>, limit: i64) -> Result<Vec<Event>> {
    let sql = "select account_event.id, kind, moderator.name as moderator, doer.name as by_name, site.title as site, role, happened_at \
               from account_event join moderator on moderator.id = account_event.moderator_id \
               left join moderator as doer on doer.id = account_event.by_id left join site on site.id = account_event.site_id \
               where account_event.id < $1 order by account_event.id desc limit $2";
    let before = after.unwrap_or(Uuid::max());
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(before).bind(limit).fetch_all(conn).await)?)
}

/// Deletes what happened before a moment.
///
/// # Errors
/// The database cannot be reached.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<()> {
    let sql = "delete from account_event where happened_at < $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(before.millis()).execute(conn).await.map(drop))?;
    Ok(())
}
