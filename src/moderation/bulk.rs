//! Deciding many comments as one: one transaction, one batch in the journal, one undo.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::clock::Clock;
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::moderation::decide::{Wish, apply, catch_up, for_moderator, is_last, undoing};
use crate::moderation::ground::Ground;
use crate::moderation::learning::Models;
use crate::moderator::Moderator;
use crate::spam::Bucket;
use crate::store::decisions::{self, Decision};
use crate::store::{Store, comments};

/// Comments decided as one at most: a transaction of so many lasts a fraction of a second, and a person can look a list of
/// so many through.
pub const MOST: usize = 1000;

/// How the journal names what was decided together.
const MEANS: &str = "bulk";

/// What a moderator wants of many comments.
#[derive(Clone, Debug)]
pub struct BulkWish {
    /// The comments with the revisions that were seen; those beyond [`MOST`] are left as they are.
    pub seen: Vec<(Uuid, i64)>,
    /// The state they shall have.
    pub to: Status,
    /// On what ground.
    pub ground: Option<Ground>,
    /// The reason in free words.
    pub reason: Option<String>,
}

/// What has been decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkDecided {
    /// The batch, for undoing it.
    pub batch_id: Uuid,
    /// How many comments have been decided.
    pub decided: usize,
    /// How many were left, since they had been changed or decided meanwhile.
    pub left: usize,
    /// The sites that they belong to.
    pub sites: BTreeSet<Uuid>,
    /// The pages whose public comments have changed.
    pub pages: BTreeSet<Uuid>,
}

/// Whether a comment among many does not look like the others, so that a person ticks it first: it has been decided
/// already, its author has been approved before, or the judgement says otherwise than what is about to be decided.
pub fn is_outlier(comment: &Comment, is_known: bool, to: Status) -> bool {
    comment.status != Status::Pending
        || match to {
            Status::Approved => comment.bucket == Bucket::LikelySpam,
            Status::Spam | Status::Rejected => is_known,
            _ => false,
        }
}

/// Decides many comments. What was changed since it was seen is left as it is and counted.
///
/// # Errors
/// [`Error::NotFound`] where one of them is none of this moderator's: then nothing is decided.
pub async fn decide_many(
    store: &Store,
    clock: &Clock,
    models: &Models,
    moderator: &Moderator,
    wish: &BulkWish,
) -> Result<BulkDecided> {
    if let Some((first, _)) = wish.seen.first() {
        catch_up(store, models, *first).await?;
    }
    let mut tx = store.write().await?;
    let mut done = BulkDecided { batch_id: clock.new_id(), ..BulkDecided::default() };
    for (comment_id, seen_revision) in wish.seen.iter().take(MOST) {
        let comment = for_moderator(&mut tx, moderator, *comment_id).await?;
        let (ground, reason) = (wish.ground, wish.reason.clone());
        let one = Wish { comment_id: *comment_id, seen_revision: *seen_revision, to: wish.to, ground, reason };
        let decision = Decision { means: MEANS, ..one.decision(clock, moderator, &comment, Some(done.batch_id)) };
        let in_time = comment.revision == *seen_revision;
        if in_time && apply(&mut tx, clock, models, &comment, &decision).await? {
            note_public(&mut done, &comment, &decision);
        } else {
            done.left += 1;
        }
    }
    tx.commit().await?;
    for site_id in &done.sites {
        models.look_again(*site_id);
    }
    Ok(done)
}

/// Takes a batch back: each of its decisions that still holds. That is a batch again, which can be taken back.
///
/// # Errors
/// [`Error::NotFound`] where there is no such batch for this moderator.
pub async fn undo_batch(
    store: &Store,
    clock: &Clock,
    models: &Models,
    moderator: &Moderator,
    batch_id: Uuid,
) -> Result<BulkDecided> {
    let mut tx = store.write().await?;
    let entries = decisions::of_batch(&mut tx, batch_id).await?;
    let mut done = BulkDecided { batch_id: clock.new_id(), ..BulkDecided::default() };
    if entries.is_empty() {
        return Err(Error::NotFound);
    }
    for entry in entries.iter().rev() {
        let comment = for_moderator(&mut tx, moderator, entry.comment_id).await?;
        let undoing = undoing(clock, moderator, &comment, entry);
        let decision = Decision { means: MEANS, batch_id: Some(done.batch_id), ..undoing };
        if is_last(&comment, entry) && apply(&mut tx, clock, models, &comment, &decision).await? {
            note_public(&mut done, &comment, &decision);
        } else {
            done.left += 1;
        }
    }
    if done.decided == 0 {
        // Pressed twice, or overtaken: nothing was done, and the journal says what holds.
        let comment = comments::get(&mut tx, entries.first().map_or(Uuid::nil(), |entry| entry.comment_id)).await?;
        let status = comment.map_or("pending", |comment| comment.status.as_str());
        return Err(Error::Conflict { who: String::new(), at: clock.now(), status });
    }
    tx.commit().await?;
    for site_id in &done.sites {
        models.look_again(*site_id);
    }
    Ok(done)
}

fn note_public(done: &mut BulkDecided, comment: &Comment, decision: &Decision) {
    done.decided += 1;
    done.sites.insert(comment.site_id);
    if decision.from == Status::Approved || decision.to == Status::Approved {
        done.pages.insert(comment.page_id);
    }
}
