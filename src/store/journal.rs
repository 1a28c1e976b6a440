//! The journal of a site's decisions, read by time, by person and by what was decided.

use uuid::Uuid;

use super::decisions::{Entry, entries};
use super::queue::LATER;
use super::search::first_id_at;
use super::{Result, Tx, on_backend};

/// Which entries of the journal.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Decisions of this moderator.
    pub moderator_id: Option<Uuid>,
    /// Decisions that led to this status; empty for all.
    pub to: String,
    /// Decisions by this means; empty for all.
    pub means: String,
    /// Decisions from this moment on, in milliseconds.
    pub from: i64,
    /// Decisions before this moment, in milliseconds.
    pub until: i64,
}

/// Up to `limit` entries of a site's journal, newest first, after the one with the id `after`.
///
/// # Errors
/// The database cannot be reached.
pub async fn read(tx: &mut Tx, site_id: Uuid, filter: &Filter, after: Option<Uuid>, limit: i64) -> Result<Vec<Entry>> {
    // One text for every filter, and one of two for the index that serves it.
    let everybody = concat!(
        entries!(),
        " where decision.site_id = $1 and decision.id < $2 and decision.id >= $8 and decided_at >= $3 and decided_at < $4 \
           and ($5 = '' or to_status = $5) and ($6 = '' or means = $6) order by decision.id desc limit $7"
    );
    let somebody = concat!(
        entries!(),
        " where decision.site_id = $1 and decision.id < $2 and decision.id >= $8 and decided_at >= $3 and decided_at < $4 \
           and ($5 = '' or to_status = $5) and ($6 = '' or means = $6) and decision.moderator_id = $9 \
         order by decision.id desc limit $7"
    );
    // An id is of the moment of its entry, give or take what two clocks differ by: what is older or newer is not read at all.
    let before = after.unwrap_or(Uuid::max()).min(first_id_at(filter.until.saturating_add(LATER)));
    let from = first_id_at(filter.from.saturating_sub(LATER));
    Ok(on_backend!(tx, |conn| {
        let query = sqlx::query_as(if filter.moderator_id.is_some() { somebody } else { everybody })
            .bind(site_id)
            .bind(before)
            .bind(filter.from)
            .bind(filter.until)
            .bind(&filter.to)
            .bind(&filter.means)
            .bind(limit)
            .bind(from);
        match filter.moderator_id {
            Some(id) => query.bind(id).fetch_all(conn).await,
            None => query.fetch_all(conn).await,
        }
    })?)
}

/// Everybody who has ever decided on a site's comments: id and name, by name.
///
/// # Errors
/// The database cannot be reached.
pub async fn people(tx: &mut Tx, site_id: Uuid) -> Result<Vec<(Uuid, String)>> {
    let sql = "select id, name from moderator \
               where exists (select 1 from decision where decision.site_id = $1 and decision.moderator_id = moderator.id) order by name, id";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).fetch_all(conn).await)?)
}
