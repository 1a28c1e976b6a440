//! Readers tell the moderators of a public comment; a moderator looks.

use ipnet::IpNet;
use uuid::Uuid;

use crate::clock::Clock;
use crate::comment::Status;
use crate::error::{Error, Result};
use crate::moderator::Moderator;
use crate::secrets::Keys;
use crate::store::reports::{self, NewReport};
use crate::store::{Store, comments, memberships};

/// Reports that a network may make in an hour: enough for a bad evening, too few to fill the queue.
const PER_HOUR: i64 = 10;

const HOUR: i64 = 60 * 60 * 1000;

/// What a reader says of a comment.
#[derive(Debug)]
pub struct Complaint<'a> {
    /// The site.
    pub site_id: Uuid,
    /// The comment.
    pub comment_id: Uuid,
    /// What is wrong; at most 500 characters are kept.
    pub reason: &'a str,
    /// The client's network.
    pub network: IpNet,
}

/// Keeps a report. The same network twice about the same comment is one report.
///
/// # Errors
/// [`Error::NotFound`] where there is no such public comment; [`Error::TooMany`] after ten in an hour.
pub async fn report(store: &Store, keys: &Keys, clock: &Clock, complaint: &Complaint<'_>) -> Result<()> {
    let network = keys.network_index(&complaint.network);
    let mut tx = store.write().await?;
    let comment = comments::get(&mut tx, complaint.comment_id).await?.ok_or(Error::NotFound)?;
    if comment.site_id != complaint.site_id || comment.status != Status::Approved {
        return Err(Error::NotFound);
    }
    let now = clock.now();
    if reports::is_told(&mut tx, comment.id, &network).await? {
        return Ok(tx.commit().await?);
    }
    if let Some(at) = reports::limit_filled_at(&mut tx, &network, now.plus(-HOUR), PER_HOUR).await? {
        return Err(Error::TooMany { retry_after: (at + HOUR - now.millis() + 999) / 1000 });
    }
    let reason: String = complaint.reason.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(500).collect();
    let report = NewReport {
        id: clock.new_id(),
        site_id: complaint.site_id,
        comment_id: comment.id,
        network: &network,
        reason: &reason,
        at: now,
    };
    reports::add(&mut tx, &report).await?;
    Ok(tx.commit().await?)
}

/// A moderator has looked, and the comment stays as it is.
///
/// # Errors
/// [`Error::NotFound`] where there is no such comment for this moderator.
pub async fn resolve(store: &Store, clock: &Clock, moderator: &Moderator, comment_id: Uuid) -> Result<()> {
    let mut tx = store.write().await?;
    let comment = comments::get(&mut tx, comment_id).await?.ok_or(Error::NotFound)?;
    memberships::role(&mut tx, moderator.id, comment.site_id).await?.ok_or(Error::NotFound)?;
    reports::resolve(&mut tx, comment_id, clock.now()).await?;
    Ok(tx.commit().await?)
}
