//! What must be known before comments are taken in: one query for several at once. It costs no more where there are more
//! comments: each part of the query reads so many entries of an index at most.

use std::sync::LazyLock;

use uuid::Uuid;

pub use super::known::{Candidate, Known};
use super::parts::{Sizes, Statements, parts, rows, statement_for};
use super::search::first_id_at;
use super::{Result, Store, Tx, on_backend};
use crate::clock::Timestamp;
use crate::spam::Likeness;

/// What is asked before a comment is taken.
#[derive(Debug)]
pub struct Question<'a> {
    /// The site.
    pub site_id: Uuid,
    /// The page's name.
    pub page_name: &'a str,
    /// The form token's id.
    pub token_id: Option<Uuid>,
    /// The keyed hash of the client's network.
    pub network: &'a [u8],
    /// The keyed hash of the author's address.
    pub address: &'a [u8],
    /// The id in a form token that does not hold here: whether it has made a comment elsewhere.
    pub stray_token_id: Option<Uuid>,
    /// The hash of the folded text.
    pub fingerprint: &'a [u8],
    /// What near duplicates are found by; none where the text is too short.
    pub likeness: Option<Likeness>,
    /// The moment from which the windows of the limits reach back.
    pub now: Timestamp,
    /// For each limit, how many comments it allows: network a minute and an hour, address an hour, page and site a minute.
    /// Zero means that there is no limit: nothing is counted for it.
    pub allowed: [u32; LIMITS],
}

/// How many limits there are.
pub const LIMITS: usize = 5;

/// The window of each limit, in milliseconds.
pub const WINDOWS: [i64; LIMITS] = [MINUTE, HOUR, HOUR, MINUTE, MINUTE];

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// Comments with something in common since a moment; none where the moment is none. More are not allowed by any limit. Put in
/// order, because PostgreSQL takes the moment for one that a third of all comments came after, and would read all of them.
macro_rules! since {
    ($common:literal, $moment:literal) => {
        concat!(
            "(select count(*) from (select 1 from comment where ",
            $common,
            " and id > asked.",
            $moment,
            " order by id desc limit 10000) as counted)"
        )
    };
}

/// One kind of candidates; a macro, so that the statement is put together when the program is built. An index holds all that
/// is asked for: in a flood all kinds find the same few comments, which are read once.
macro_rules! newest_alike {
    ($condition:literal) => {
        concat!("select * from (select id from comment where ", $condition, " order by id desc limit 8) as newest")
    };
}

/// Spam with the same network or address, unless something of it was approved.
macro_rules! decided_spam {
    ($common:literal) => {
        concat!(
            "case when exists (select 1 from comment where ",
            $common,
            " and site_id = asked.site_id and view = 'approved') then 0 \
               else (select count(*) from (select 1 from comment where ",
            $common,
            " and site_id = asked.site_id and view = 'spam' limit 20) as counted) end"
        )
    };
}

/// A transaction to take comments in. What it asks is laid out for the same way through the indexes whatever the values are,
/// so PostgreSQL need not plan it anew for each comment, which takes it thirty times as long as to answer. It keeps to the
/// indexes, and to their order, where it has no figures yet, too: a plan that was made for empty tables reads all that has come
/// since, or collects and sorts all that is alike, of which the newest eight are wanted.
///
/// # Errors
/// The database cannot be reached, or stays locked beyond the busy timeout.
pub async fn begin(store: &Store) -> Result<Tx> {
    match store {
        Store::Sqlite { .. } => store.write().await,
        Store::Postgres(pool) => Ok(Tx::Postgres(
            pool.begin_with(
                "begin; set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off; \
                 set local enable_bitmapscan = off",
            )
            .await?,
        )),
    }
}

const ASKED: usize = 18;

static ASK: Statements = LazyLock::new(|| {
    Sizes::new(|size| {
        format!(
            concat!(
                "with asked (at, site_id, page_name, token_id, network, address, fingerprint, network_minute, network_hour, \
                   address_hour, page_minute, site_minute, page_hour, first, second, third, fourth, opening) as (values {}) \
                 select page.id as page_id, page.closed_at, page.created_at as page_created_at, \
                 (select id from comment where token_id = asked.token_id) as earlier_id, ",
                since!("network_index = asked.network", "network_minute"),
                " as network_minute, ",
                since!("network_index = asked.network", "network_hour"),
                " as network_hour, ",
                since!("email_index = asked.address", "address_hour"),
                " as address_hour, ",
                since!("page_id = page.id", "page_minute"),
                " as page_minute, ",
                since!("site_id = asked.site_id", "site_minute"),
                " as site_minute, \
                 (select count(*) from (select 1 from comment where page_id = page.id and id > asked.page_hour order by id desc limit 20) as counted) \
                   as page_last_hour, \
                 (select string_agg(case when view in ('spam', 'likely-spam') then 'spam' else '' end || \
                     case when page_id = page.id and email_index = asked.address and view not in ('withdrawn', 'erased') \
                       then 'own' else '' end, ',') \
                   from (select view, page_id, email_index from comment where fingerprint = asked.fingerprint \
                     order by id desc limit 20) as newest) as same, \
                 (select string_agg((select case when opening = asked.opening then '' else cast(likeness as text) end || \
                       case when view in ('spam', 'likely-spam') then ' spam' else ' ' end \
                     from comment where comment.id = alike.id and fingerprint <> asked.fingerprint), ',') from (",
                newest_alike!("(likeness >> 48) & 65535 = asked.first and likeness <> 0"),
                " union ",
                newest_alike!("(likeness >> 32) & 65535 = asked.second and likeness <> 0"),
                " union ",
                newest_alike!("(likeness >> 16) & 65535 = asked.third and likeness <> 0"),
                " union ",
                newest_alike!("likeness & 65535 = asked.fourth and likeness <> 0"),
                " union ",
                newest_alike!("opening = asked.opening and opening <> 0"),
                ") as alike) as near, ",
                decided_spam!("network_index = asked.network"),
                " as network_in_spam, ",
                decided_spam!("email_index = asked.address"),
                " as address_in_spam, \
                 writer.confirmed_at is not null as is_confirmed, \
                 case when writer.confirmed_at is null then 0 else (select count(*) from (select 1 from comment \
                   where email_index = asked.address and site_id = asked.site_id and view = 'approved' limit 1000) as counted) end \
                   as approved, \
                 case when writer.confirmed_at is not null then (select status <> 'approved' from comment \
                   where email_index = asked.address and coalesce(site_id, id) = asked.site_id \
                   and status in ('approved', 'rejected', 'spam') order by id desc limit 1) end as was_refused \
                 from asked \
                 left join page_alias on page_alias.site_id = asked.site_id and page_alias.name = asked.page_name \
                 left join page on page.id = page_alias.page_id \
                 left join author_address as writer on writer.site_id = asked.site_id and writer.email_index = asked.address \
                 order by asked.at"
            ),
            rows(size, ASKED)
        )
    })
});

/// Everything that must be known before a comment is taken, for each of several. What came in a limit's window is counted, so
/// the cost grows with the limit and not with the number of comments. Put in order, SQLite has all answers before it hands over
/// the first one: else whoever waits for them is woken for each.
///
/// # Errors
/// The database cannot be reached.
pub async fn ask(tx: &mut Tx, questions: &[Question<'_>]) -> Result<Vec<Known>> {
    let mut all = Vec::with_capacity(questions.len());
    for part in parts(questions) {
        let sql = statement_for(tx, &ASK, part);
        let known: Vec<Known> = on_backend!(&mut *tx, |conn| {
            let mut query = sqlx::query_as(sql);
            for (at, question) in (0_i32..).zip(part) {
                let first_since = |window: i64| first_id_at(question.now.plus(1 - window).millis());
                query = query
                    .bind(at)
                    .bind(question.site_id)
                    .bind(question.page_name)
                    .bind(question.token_id.or(question.stray_token_id))
                    .bind(question.network)
                    .bind(question.address)
                    .bind(question.fingerprint);
                for (allowed, window) in question.allowed.into_iter().zip(WINDOWS) {
                    query = query.bind((allowed > 0).then(|| first_since(window)));
                }
                query = query.bind(first_since(HOUR));
                let quarters = question.likeness.map(|likeness| likeness.quarters().map(i64::from));
                for quarter in 0..4 {
                    query = query.bind(quarters.map(|quarters| quarters[quarter]));
                }
                query = query.bind(question.likeness.map(|likeness| likeness.opening.cast_signed()));
            }
            query.fetch_all(conn).await
        })?;
        all.extend(known);
    }
    Ok(all)
}

/// For each limit, when the comment came that fills it, should so many more have come than the database has; none where there
/// is no such comment. What comes back for a limit that is none says nothing.
///
/// # Errors
/// The database cannot be reached.
pub async fn filled_at(
    tx: &mut Tx,
    question: &Question<'_>,
    page_id: Option<Uuid>,
    more: [u32; LIMITS],
) -> Result<[Option<i64>; LIMITS]> {
    let sql = "select (select submitted_at from comment where network_index = $1 order by id desc limit 1 offset $5), \
                 (select submitted_at from comment where network_index = $1 order by id desc limit 1 offset $6), \
                 (select submitted_at from comment where email_index = $2 order by id desc limit 1 offset $7), \
                 (select submitted_at from comment where page_id = $3 order by id desc limit 1 offset $8), \
                 (select submitted_at from comment where site_id = $4 order by id desc limit 1 offset $9)";
    let (network_minute, network_hour, address_hour, page_minute, site_minute) = on_backend!(tx, |conn| {
        let mut query = sqlx::query_as(sql).bind(question.network).bind(question.address).bind(page_id).bind(question.site_id);
        for (allowed, more) in question.allowed.into_iter().zip(more) {
            query = query.bind(i64::from(allowed.saturating_sub(1 + more)));
        }
        query.fetch_one(conn).await
    })?;
    Ok([network_minute, network_hour, address_hour, page_minute, site_minute])
}
