//! What is private is forgotten in its time.

use crate::clock::Clock;
use crate::store::{Store, comments, reports, sites};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Comments, and reports, whose network is forgotten in one transaction: between two of them others can write.
const TOGETHER: i64 = 500;

/// Forgets the networks of comments and of reports that are older than their site keeps them. What was forgotten stays forgotten, so it
/// may be stopped at any time and begun again.
///
/// # Errors
/// The database cannot be reached.
pub async fn forget_networks(store: &Store, clock: &Clock) -> anyhow::Result<()> {
    let sites = sites::all(&mut store.read().await?).await?;
    for site in sites {
        let days = i64::from(site.settings.privacy.network_days.max(1));
        let before = clock.now().plus(-days * DAY);
        loop {
            let mut tx = store.write().await?;
            let of_comments = comments::forget_networks(&mut tx, site.id, before, TOGETHER).await?;
            let of_reports = reports::forget_networks(&mut tx, site.id, before, TOGETHER).await?;
            tx.commit().await?;
            if of_comments.max(of_reports) < TOGETHER.unsigned_abs() {
                break;
            }
        }
    }
    Ok(())
}
