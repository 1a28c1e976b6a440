//! What is known of an author from earlier comments on the same site, found by the keyed hash of the address.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{Result, Tx, fetch_by_ids};

/// How many of an author's newest comments are counted.
pub const COUNTED: i64 = 200;

/// What became of an author's comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Approved ones, among the newest [`COUNTED`].
    pub approved: i64,
    /// Rejected ones.
    pub rejected: i64,
    /// Spam.
    pub spam: i64,
    /// When the first comment of all came: milliseconds since the epoch.
    pub since: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    counts: i64,
    since: i64,
}

impl From<Row> for (Uuid, Record) {
    fn from(Row { id, counts, since }: Row) -> Self {
        let [approved, rejected, spam] = [1, APART, APART * APART].map(|unit| counts / unit % APART);
        (id, Record { approved, rejected, spam, since })
    }
}

/// Three counts come as one number, since each would be read anew: beyond what any of them reaches.
const APART: i64 = 1000;

/// The record of each comment's author on the comment's site; the same cost for a newcomer and for a regular.
///
/// # Errors
/// The database cannot be reached.
pub async fn records(tx: &mut Tx, comment_ids: &[Uuid]) -> Result<HashMap<Uuid, Record>> {
    if comment_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "select comment.id, (select cast(coalesce(sum(case newest.status when 'approved' then 1 when 'rejected' then {APART} \
             when 'spam' then {} else 0 end), 0) as bigint) from (select earlier.status from comment earlier \
             where earlier.email_index = comment.email_index and coalesce(earlier.site_id, earlier.id) = comment.site_id \
             order by earlier.id desc limit {COUNTED}) as newest) as counts, \
           (select earlier.submitted_at from comment earlier \
             where earlier.email_index = comment.email_index and coalesce(earlier.site_id, earlier.id) = comment.site_id \
             order by earlier.id limit 1) as since from comment where comment.id in ({})",
        APART * APART,
        super::placeholders(1, comment_ids.len())
    );
    let rows: Vec<Row> = fetch_by_ids!(tx, sql, comment_ids)?;
    Ok(rows.into_iter().map(<(Uuid, Record)>::from).collect())
}

/// Those of the comments whose author has an approved one on the same site; at most a thousand comments at once.
///
/// # Errors
/// The database cannot be reached.
pub async fn approved(tx: &mut Tx, comment_ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    if comment_ids.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!(
        "select comment.id from comment where comment.id in ({}) and exists (select 1 from comment approved \
           where approved.email_index = comment.email_index and approved.view = 'approved' \
           and coalesce(approved.site_id, approved.id) = comment.site_id)",
        super::placeholders(1, comment_ids.len())
    );
    let ids: Vec<(Uuid,)> = fetch_by_ids!(tx, sql, comment_ids)?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}
