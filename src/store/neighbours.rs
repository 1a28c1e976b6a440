//! What comments linked to that were decided or judged, and what comments are compared by that did not come through the door.

use uuid::Uuid;

use super::{Result, Tx, fetch_by_ids, on_backend, placeholders};
use crate::spam::Likeness;

/// Spam that is counted for one host.
const COUNTED: i64 = 20;

/// How many comments on a site link to one of these hosts that were decided to be spam or, undecided, surely are: the most that
/// any of the hosts has, up to 20 of each, of those to which no approved comment links. The undecided count from the
/// second on, and only where none of them was taken for something else.
///
/// # Errors
/// The database cannot be reached.
pub async fn hosts_in_spam(tx: &mut Tx, site_id: Uuid, hosts: &[String]) -> Result<i64> {
    if hosts.is_empty() {
        return Ok(0);
    }
    let values = (0..hosts.len()).map(|at| format!("(cast(${} as text))", at + 2)).collect::<Vec<_>>().join(", ");
    // In VALUES both databases call the column so.
    let sql = format!(
        "select coalesce(max(case when exists (select 1 from decided_host \
             where site_id = $1 and host = column1 and is_spam = false) then 0 \
           else (select count(*) from (select 1 from decided_host \
             where site_id = $1 and host = column1 and is_spam = true limit {COUNTED}) as decided) \
           + case when exists (select 1 from judged_host \
               where site_id = $1 and host = column1 and is_spam = false) then 0 \
             else (select count(*) from (select 1 from judged_host \
               where site_id = $1 and host = column1 and is_spam = true limit {COUNTED} offset 1) as judged) end end), 0) \
         from (values {values}) as asked"
    );
    Ok(on_backend!(tx, |conn| {
        let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(site_id);
        for host in hosts {
            query = query.bind(host);
        }
        query.fetch_one(conn).await
    })?)
}

/// Keeps where the links of a decided comment lead, in place of what was kept before.
///
/// # Errors
/// The database cannot be reached.
pub async fn note_hosts(tx: &mut Tx, site_id: Uuid, comment_id: Uuid, is_spam: bool, hosts: &[String]) -> Result<()> {
    forget_hosts(tx, comment_id).await?;
    let sql = "insert into decided_host (site_id, host, is_spam, comment_id) values ($1, $2, $3, $4)";
    insert_hosts(tx, sql, site_id, comment_id, is_spam, hosts).await
}

/// Keeps where the links of a comment lead that nobody has decided on: it is surely spam, or not taken for any. With its
/// decision they are forgotten, by the table itself.
///
/// # Errors
/// The database cannot be reached.
pub async fn note_judged_hosts(tx: &mut Tx, site_id: Uuid, comment_id: Uuid, is_spam: bool, hosts: &[String]) -> Result<()> {
    let sql = "insert into judged_host (site_id, host, is_spam, comment_id) values ($1, $2, $3, $4)";
    insert_hosts(tx, sql, site_id, comment_id, is_spam, hosts).await
}

async fn insert_hosts(
    tx: &mut Tx,
    sql: &'static str,
    site_id: Uuid,
    comment_id: Uuid,
    is_spam: bool,
    hosts: &[String],
) -> Result<()> {
    for host in hosts {
        on_backend!(&mut *tx, |conn| {
            sqlx::query(sql).bind(site_id).bind(host).bind(is_spam).bind(comment_id).execute(conn).await.map(drop)
        })?;
    }
    Ok(())
}

/// Forgets where the links of a comment lead: it is decided no more.
///
/// # Errors
/// The database cannot be reached.
pub async fn forget_hosts(tx: &mut Tx, comment_id: Uuid) -> Result<()> {
    let sql = "delete from decided_host where comment_id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(comment_id).execute(conn).await.map(drop))?;
    Ok(())
}

/// A comment that is still to be compared.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    /// The comment.
    pub id: Uuid,
    /// Its site.
    pub site_id: Uuid,
    /// Its state.
    pub status: String,
    /// Its author's website.
    pub website: Option<String>,
    /// Its text.
    pub body: String,
}

/// Up to `limit` comments that are still to be compared, oldest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn due(tx: &mut Tx, limit: i64) -> Result<Vec<Due>> {
    // Mostly there is none: asked for by itself, so that no planner begins with a million comments to find that out.
    let sql = "select comment_id from likeness_due order by comment_id limit $1";
    let ids: Vec<Uuid> = on_backend!(&mut *tx, |conn| sqlx::query_scalar(sql).bind(limit).fetch_all(conn).await)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("select id, site_id, status, website, body from comment where id in ({})", placeholders(1, ids.len()));
    Ok(fetch_by_ids!(tx, sql, &ids)?)
}

/// Keeps what a comment is compared by, and that it is due no more.
///
/// # Errors
/// The database cannot be reached.
pub async fn keep_likeness(tx: &mut Tx, comment_id: Uuid, likeness: Option<Likeness>) -> Result<()> {
    let (simhash, opening) = likeness.map_or((0, 0), Likeness::as_numbers);
    let keep = "update comment set likeness = $2, opening = $3 where id = $1 and status <> 'erased'";
    on_backend!(&mut *tx, |conn| {
        sqlx::query(keep).bind(comment_id).bind(simhash).bind(opening).execute(conn).await.map(drop)
    })?;
    let done = "delete from likeness_due where comment_id = $1";
    on_backend!(tx, |conn| sqlx::query(done).bind(comment_id).execute(conn).await.map(drop))?;
    Ok(())
}
