//! Numbers of a site's last days, counted by the database.

use uuid::Uuid;

use super::search::first_id_at;
use super::{AsJson, Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::spam::Reason;

/// How many comments of one day have one state and were judged in one way.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counted {
    /// Days since the first one asked for.
    pub day: i64,
    /// The state they have now.
    pub status: String,
    /// Where the judgement put them.
    pub bucket: String,
    /// How many.
    pub count: i64,
}

/// A day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A site's comments since a moment, by day, state and judgement: one walk along an index that holds all of it.
///
/// # Errors
/// The database cannot be reached.
pub async fn comments(tx: &mut Tx, site_id: Uuid, since: Timestamp) -> Result<Vec<Counted>> {
    let sql = "select (submitted_at - $2) / $3 as day, status, bucket, count(*) as count from comment \
               where site_id = $1 and id >= $4 group by 1, 2, 3 order by 1, 2, 3";
    let first = first_id_at(since.millis());
    Ok(on_backend!(tx, |conn| {
        sqlx::query_as(sql).bind(site_id).bind(since.millis()).bind(DAY).bind(first).fetch_all(conn).await
    })?)
}

/// Of the comments that came on a day, how many a person has decided, and how many of these within an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Pace {
    /// Days since the first one asked for.
    pub day: i64,
    /// Decided by a person.
    pub decided: i64,
    /// Within an hour of their coming.
    pub in_an_hour: i64,
}

/// How soon comments that came since a moment were first decided by a person, by the day they came.
///
/// # Errors
/// The database cannot be reached.
pub async fn pace(tx: &mut Tx, site_id: Uuid, since: Timestamp) -> Result<Vec<Pace>> {
    let sql = "select (comment.submitted_at - $2) / $3 as day, count(*) as decided, \
                 cast(sum(case when first.decided_at - comment.submitted_at <= 3600000 then 1 else 0 end) as bigint) as in_an_hour \
               from (select comment_id, min(decided_at) as decided_at from decision \
                 where site_id = $1 and decided_at >= $2 and moderator_id is not null group by comment_id) as first \
               join comment on comment.id = first.comment_id \
               where comment.site_id = $1 and comment.id >= $4 group by 1 order by 1";
    let first = first_id_at(since.millis());
    Ok(on_backend!(tx, |conn| {
        sqlx::query_as(sql).bind(site_id).bind(since.millis()).bind(DAY).bind(first).fetch_all(conn).await
    })?)
}

/// The grounds of decisions since a moment, and how often, the most frequent first.
///
/// # Errors
/// The database cannot be reached.
pub async fn grounds(tx: &mut Tx, site_id: Uuid, since: Timestamp) -> Result<Vec<(String, i64)>> {
    let sql = "select code, count(*) from decision where site_id = $1 and decided_at >= $2 and code is not null \
               group by code order by 2 desc, 1";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(since.millis()).fetch_all(conn).await)?)
}

/// How much each moderator has decided since a moment, the busiest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn load(tx: &mut Tx, site_id: Uuid, since: Timestamp, limit: i64) -> Result<Vec<(String, i64)>> {
    let sql = "select moderator.name, counted.decisions from (select moderator_id, count(*) as decisions from decision \
                 where site_id = $1 and decided_at >= $2 and moderator_id is not null group by moderator_id) as counted \
               join moderator on moderator.id = counted.moderator_id order by 2 desc, 1 limit $3";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(since.millis()).bind(limit).fetch_all(conn).await)?)
}

/// Of the newest `limit` comments that a moderator has approved or marked as spam, whether they are spam and what the
/// judgement said. Both states are read along their index, so the cost grows with `limit` and not with what else the site has.
///
/// # Errors
/// The database cannot be reached.
pub async fn judged(tx: &mut Tx, site_id: Uuid, limit: i64) -> Result<Vec<(bool, Vec<Reason>)>> {
    let sql = "select comment.status, comment.reasons from ( \
                 select id from (select id from comment where site_id = $1 and view = 'approved' order by id desc limit $2) as a \
                 union all select id from (select id from comment where site_id = $1 and view = 'spam' order by id desc limit $2) as s \
               ) as newest join comment on comment.id = newest.id join decision on decision.id = comment.last_decision_id \
               where decision.moderator_id is not null order by comment.id desc limit $2";
    let rows: Vec<(String, String)> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(limit).fetch_all(conn).await)?;
    let judged = |(status, reasons): (String, String)| Ok((status == "spam", AsJson::try_from(reasons)?.0));
    rows.into_iter().map(judged).collect()
}
