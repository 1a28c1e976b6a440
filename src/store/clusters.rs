//! Near-duplicates: comments of a site that say the same. This is the one place that knows how likeness is kept, at
//! present the hash of the folded text.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Result, Tx, fetch_by_ids};

/// The condition that `comment` is like the one whose id is bound next; a closing bracket follows.
pub(super) const CONDITION: &str = "comment.fingerprint = (select fingerprint from comment where id = ";

/// The most that is counted.
const MOST: i64 = 1000;

/// For each of the comments, how many others of its site are like it; up to 999.
///
/// # Errors
/// The database cannot be reached.
pub async fn sizes(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "select comment.id, (select count(*) from (select 1 from comment alike where alike.fingerprint = comment.fingerprint \
           and coalesce(alike.site_id, alike.id) = comment.site_id limit {MOST}) as counted) from comment where comment.id in ({})",
        super::placeholders(1, ids.len())
    );
    let rows: Vec<(Uuid, i64)> = fetch_by_ids!(tx, sql, ids)?;
    Ok(rows.into_iter().map(|(id, count)| (id, (count - 1).max(0))).collect())
}
