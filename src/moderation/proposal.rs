//! An author's second thoughts about a public comment: approval was for the text that was seen, so another one waits for its
//! own decision, and what was approved stays public meanwhile.

use uuid::Uuid;

use super::neighbours;
use crate::clock::{Clock, Timestamp};
use crate::comment::{Comment, Status};
use crate::error::Result;
use crate::site::Site;
use crate::store::comments::{self, Revised};
use crate::store::decisions::{self, Decision};
use crate::store::{Tx, changes, proposals};

/// How the journal names what an author did from the receipt.
pub(super) const RECEIPT: &str = "receipt";

/// Until when its author may change a public comment: so many minutes after it was approved. `None` where it may not be
/// changed at all.
///
/// # Errors
/// The database cannot be reached.
pub async fn open_until(tx: &mut Tx, site: &Site, comment: &Comment) -> Result<Option<Timestamp>> {
    let minutes = i64::from(site.settings.thread.edit_minutes);
    if comment.status != Status::Approved || minutes == 0 {
        return Ok(None);
    }
    Ok(decisions::approved_at(tx, comment.id).await?.map(|at| at.plus(minutes * 60_000)))
}

/// Puts a text beside the public one. The journal says that it waits; one that takes the place of another waiting one is
/// told by the revision alone. `false` where the comment has changed since it was read.
pub(super) async fn put(tx: &mut Tx, clock: &Clock, comment: &Comment, text: &Revised<'_>) -> Result<bool> {
    let now = clock.now();
    let begins = comment.proposed_at.is_none();
    let entry = Decision {
        id: clock.new_id(),
        comment_id: comment.id,
        moderator_id: None,
        from: Status::Approved,
        to: Status::Pending,
        code: None,
        reason: None,
        means: RECEIPT,
        undoes: None,
        of_edit: true,
        batch_id: None,
        revision: comment.revision,
        at: now,
    };
    if !proposals::put(tx, comment, text, now, begins.then_some(entry.id)).await? {
        return Ok(false);
    }
    if begins {
        decisions::add(tx, &entry).await?;
    }
    Ok(true)
}

/// Decides the text that waits, or takes such a decision back. `false` where nothing waits that could be decided, or the
/// comment has changed since it was read. It teaches the judgement nothing: the lesson of the comment was its approval.
pub(super) async fn decide(tx: &mut Tx, comment: &Comment, decision: &Decision) -> Result<bool> {
    let waits = decision.to == Status::Pending;
    let is_decidable = waits != comment.proposed_at.is_some() && decision.to != Status::Withdrawn;
    if !is_decidable || !proposals::settle(tx, comment, waits, decision.id).await? {
        return Ok(false);
    }
    decisions::add(tx, decision).await?;
    if decision.from == Status::Approved || decision.to == Status::Approved {
        proposals::exchange(tx, comment.id).await?;
        follow(tx, comment.id).await?;
        changes::announce(tx, comment.page_id).await?;
    }
    Ok(true)
}

/// The hosts that approved comments link to are those of the text that is public now.
async fn follow(tx: &mut Tx, comment_id: Uuid) -> Result<()> {
    match comments::get(tx, comment_id).await? {
        Some(comment) => neighbours::follow(tx, &comment, Status::Approved).await,
        None => Ok(()),
    }
}
