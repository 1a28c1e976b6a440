//! The journal of a site's decisions, read by time, by person and by what was decided.

use std::collections::HashMap;

use uuid::Uuid;

use super::decisions::{Entry, entries};
use super::queue::LATER;
use super::search::{Span, first_id_at};
use super::{Result, Tx, fetch_by_ids, on_backend, placeholders};

/// Which entries of the journal.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Decisions of this moderator.
    pub moderator_id: Option<Uuid>,
    /// Decisions that were made as this one batch; nobody's in particular.
    pub batch_id: Option<Uuid>,
    /// Whether a batch is one entry, which is the last of its decisions.
    pub batch_is_one: bool,
    /// Decisions that led to this status; empty for all.
    pub to: String,
    /// Decisions by this means; empty for all.
    pub means: String,
    /// Decisions from this moment on, in milliseconds.
    pub from: i64,
    /// Decisions before this moment, in milliseconds.
    pub until: i64,
}

impl Filter {
    /// What the entries have in common that an index serves.
    fn common(&self) -> Option<Uuid> {
        self.batch_id.or(self.moderator_id)
    }

    /// The one of three texts that asks for it.
    fn text(&self, [everybody, somebody, together]: [&'static str; 3]) -> &'static str {
        match (self.batch_id, self.moderator_id) {
            (Some(_), _) => together,
            (None, Some(_)) => somebody,
            (None, None) => everybody,
        }
    }
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
    // One text for every filter, and one of three for the index that serves it. SQLite plans a statement anew for
    // each value of a bound limit that stands alone.
    macro_rules! newest {
        ($common:literal) => {
            concat!(
                entries!(
                    "(select * from decision where site_id = $1",
                    $common,
                    " and id between $8 and $2 order by id desc limit $9 + 0) as decision"
                ),
                " where decided_at >= $3 and decided_at < $4 and ($5 = '' or to_status = $5) and ($6 = '' or means = $6) \
                   and (not $10 or batch_id is null or not exists (select 1 from decision later \
                     where later.batch_id = decision.batch_id and later.id > decision.id)) \
                 order by decision.id desc limit $7 + 0"
            )
        };
    }
    let newest = filter.text([newest!(""), newest!(" and moderator_id = $11"), newest!(" and batch_id = $11")]);
    // An id is of the moment of its entry, give or take what two clocks differ by: what is older or newer is not read at all.
    let mut span = Span { from: first_id_at(filter.from.saturating_sub(LATER)), ..Span::ALL };
    span = span.older_than(first_id_at(filter.until.saturating_add(LATER)));
    span = after.map_or(span, |after| span.older_than(after));
    let entries: Vec<Entry> = on_backend!(&mut *tx, |conn| {
        let query = sqlx::query_as(newest)
            .bind(site_id)
            .bind(span.until)
            .bind(filter.from)
            .bind(filter.until)
            .bind(&filter.to)
            .bind(&filter.means)
            .bind(limit)
            .bind(span.from)
            .bind(LOOKED_AT)
            .bind(filter.batch_is_one);
        match filter.common() {
            Some(id) => query.bind(id).fetch_all(conn).await,
            None => query.fetch_all(conn).await,
        }
    })?;
    if i64::try_from(entries.len())? >= limit {
        return Ok(Read { reached: entries.last().map(|last| last.id), entries });
    }
    macro_rules! furthest {
        ($common:literal) => {
            concat!(
                "select id from decision where site_id = $1 and id between $2 and $3",
                $common,
                " order by id desc limit 1 offset $4"
            )
        };
    }
    let furthest = filter.text([furthest!(""), furthest!(" and moderator_id = $5"), furthest!(" and batch_id = $5")]);
    let reached = on_backend!(tx, |conn| {
        let query = sqlx::query_scalar(furthest).bind(site_id).bind(span.from).bind(span.until).bind(LOOKED_AT - 1);
        match filter.common() {
            Some(id) => query.bind(id).fetch_optional(conn).await,
            None => query.fetch_optional(conn).await,
        }
    })?;
    Ok(Read { entries, reached })
}

/// How many decisions each of these batches has.
///
/// # Errors
/// The database cannot be reached.
pub async fn sizes(tx: &mut Tx, batches: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    if batches.is_empty() {
        return Ok(HashMap::new());
    }
    let list = placeholders(1, batches.len());
    let sql = format!("select batch_id, count(*) from decision where batch_id in ({list}) group by batch_id");
    let rows: Vec<(Uuid, i64)> = fetch_by_ids!(tx, sql, batches)?;
    Ok(rows.into_iter().collect())
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
