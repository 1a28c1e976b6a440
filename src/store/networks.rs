//! From which networks something came, as keyed hashes that are forgotten after a time.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;

/// What came from a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Comments.
    Comments,
    /// Reports of readers.
    Reports,
}

/// Forgets the networks of up to `limit` of a site's comments or reports that came before a moment; how many it were.
///
/// # Errors
/// The database cannot be reached.
pub async fn forget(tx: &mut Tx, sent: Sent, site_id: Uuid, before: Timestamp, limit: i64) -> Result<u64> {
    let sql = match sent {
        Sent::Comments => {
            "update comment set network_index = null where id in \
             (select id from comment where site_id = $1 and network_index is not null and submitted_at < $2 limit $3)"
        }
        Sent::Reports => {
            "update report set network_index = null where id in \
             (select id from report where site_id = $1 and network_index is not null and reported_at < $2 limit $3)"
        }
    };
    Ok(on_backend!(tx, |conn| {
        sqlx::query(sql).bind(site_id).bind(before.millis()).bind(limit).execute(conn).await.map(|done| done.rows_affected())
    })?)
}
