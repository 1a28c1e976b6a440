//! What is private is forgotten in its time.

use crate::clock::Clock;
use crate::store::networks::{self, Sent};
use crate::store::{Store, questions, sites};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Comments, and reports, whose network is forgotten in one transaction: between two of them others can write.
const TOGETHER: i64 = 500;

/// How long the link in a mail holds that confirms an address, in milliseconds. An address that nobody has confirmed by then
/// is forgotten.
pub const CONFIRMED_WITHIN: i64 = 7 * DAY;

/// Addresses that are forgotten in one transaction: each costs some statements.
const ADDRESSES_TOGETHER: i64 = 100;

/// Forgets the networks of comments and of reports that are older than their site keeps them. What was forgotten stays
/// forgotten, so it may be stopped at any time and begun again.
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
            let of_comments = networks::forget(&mut tx, Sent::Comments, site.id, before, TOGETHER).await?;
            let of_reports = networks::forget(&mut tx, Sent::Reports, site.id, before, TOGETHER).await?;
            tx.commit().await?;
            if of_comments.max(of_reports) < TOGETHER.unsigned_abs() {
                break;
            }
        }
    }
    Ok(())
}

/// Strikes off the list of those to write to who was asked whether the address is theirs and never answered, with the mails,
/// once the link in the last one has ended: the address stays sealed with the comment that it came with, and nowhere else.
/// Whoever has said that no mail shall come, now or ever, is kept: that wish has to hold.
///
/// # Errors
/// The database cannot be reached.
pub async fn forget_unconfirmed(store: &Store, clock: &Clock) -> anyhow::Result<()> {
    let before = clock.now().plus(-CONFIRMED_WITHIN);
    loop {
        let mut tx = store.write().await?;
        let forgotten = questions::forget_unconfirmed(&mut tx, before, ADDRESSES_TOGETHER).await?;
        tx.commit().await?;
        if forgotten == 0 {
            return Ok(());
        }
    }
}
