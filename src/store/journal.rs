//! The journal of a site's decisions, read by time, by person and by what was decided.

use uuid::Uuid;

use super::decisions::{Entry, entries};
use super::queue::LATER;
use super::search::{Span, first_id_at};
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

/// Entries that one reading looks at: what a filter lets little through of is read on from where it stopped.
pub const LOOKED_AT: i64 = 10_000;

/// A part of the journal.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// The entries, newest first.
    pub entries: Vec<Entry>,
    /// The oldest entry that was looked at, where there may be older ones that the filter lets through.
    pub reached: Option<Uuid>,
}

/// Up to `limit` entries of a site's journal, newest first, after the one with the id `after`, among the [`LOOKED_AT`] that
/// come next.
///
/// # Errors
/// The database cannot be reached.
pub async fn read(tx: &mut Tx, site_id: Uuid, filter: &Filter, after: Option<Uuid>, limit: i64) -> Result<Read> {
    // One text for every filter, and one of two for the index that serves it. SQLite plans a statement anew for
    // each value of a bound limit that stands alone.
    let everybody = concat!(
        entries!(
            "(select * from decision where site_id = $1 and id between $8 and $2 order by id desc limit $9 + 0) as decision"
        ),
        " where decided_at >= $3 and decided_at < $4 and ($5 = '' or to_status = $5) and ($6 = '' or means = $6) \
         order by decision.id desc limit $7 + 0"
    );
    let somebody = concat!(
        entries!(
            "(select * from decision where site_id = $1 and moderator_id = $10 and id between $8 and $2 \
               order by id desc limit $9 + 0) as decision"
        ),
        " where decided_at >= $3 and decided_at < $4 and ($5 = '' or to_status = $5) and ($6 = '' or means = $6) \
         order by decision.id desc limit $7 + 0"
    );
    // An id is of the moment of its entry, give or take what two clocks differ by: what is older or newer is not read at all.
    let mut span = Span { from: first_id_at(filter.from.saturating_sub(LATER)), ..Span::ALL };
    span = span.older_than(first_id_at(filter.until.saturating_add(LATER)));
    span = after.map_or(span, |after| span.older_than(after));
    let entries: Vec<Entry> = on_backend!(&mut *tx, |conn| {
        let query = sqlx::query_as(if filter.moderator_id.is_some() { somebody } else { everybody })
            .bind(site_id)
            .bind(span.until)
            .bind(filter.from)
            .bind(filter.until)
            .bind(&filter.to)
            .bind(&filter.means)
            .bind(limit)
            .bind(span.from)
            .bind(LOOKED_AT);
        match filter.moderator_id {
            Some(id) => query.bind(id).fetch_all(conn).await,
            None => query.fetch_all(conn).await,
        }
    })?;
    if i64::try_from(entries.len())? >= limit {
        return Ok(Read { reached: entries.last().map(|last| last.id), entries });
    }
    let everybody = "select id from decision where site_id = $1 and id between $2 and $3 order by id desc limit 1 offset $4";
    let somebody = "select id from decision where site_id = $1 and id between $2 and $3 and moderator_id = $5 order by id desc limit 1 offset $4";
    let reached = on_backend!(tx, |conn| {
        let query = sqlx::query_scalar(if filter.moderator_id.is_some() { somebody } else { everybody })
            .bind(site_id)
            .bind(span.from)
            .bind(span.until)
            .bind(LOOKED_AT - 1);
        match filter.moderator_id {
            Some(id) => query.bind(id).fetch_optional(conn).await,
            None => query.fetch_optional(conn).await,
        }
    })?;
    Ok(Read { entries, reached })
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
