//! Deciding from a mail, without signing in: whoever holds the link may decide one comment, as the mail shows it, once.

use uuid::Uuid;

use super::decide::{Decided, Wish, decide_by};
use super::ground::Ground;
use super::learning::Models;
use crate::clock::Clock;
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::moderator::Moderator;
use crate::secrets::{Keys, ReviewLink};
use crate::store::decisions::{self, Entry};
use crate::store::proposals::{self, Proposal};
use crate::store::{Store, comments, memberships, moderators};

/// How long a link decides, in milliseconds.
const HOLDS: i64 = 7 * 24 * 60 * 60 * 1000;

/// The token of a link for a moderator to a comment as it is now.
pub fn token(keys: &Keys, clock: &Clock, comment: &Comment, moderator_id: Uuid) -> String {
    let (comment_id, revision) = (comment.id, comment.revision);
    keys.sign_review(&ReviewLink { comment_id, revision, moderator_id, expires_at: clock.now().plus(HOLDS) })
}

/// Whether a link still decides, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It decides.
    Open,
    /// The comment has been decided, or changed, since the mail was written.
    Overtaken,
    /// Seven days are over.
    Late,
    /// The moderator does not moderate the site any more.
    Dismissed,
}

/// What a link leads to.
#[derive(Clone, Debug)]
pub struct Review {
    /// Whether it still decides.
    pub standing: Standing,
    /// The comment as it is now. What is in it is for an open or overtaken link alone.
    pub comment: Comment,
    /// What its author would rather have written, where that waits.
    pub proposal: Option<Proposal>,
    /// The moderator whom the mail went to.
    pub moderator: Moderator,
    /// The decision that holds now.
    pub last: Option<Entry>,
}

/// Looks at what a link leads to, which changes nothing.
///
/// # Errors
/// [`Error::NotFound`] where the link is none of ours, or what it leads to is gone.
pub async fn look(store: &Store, clock: &Clock, keys: &Keys, token: &str) -> Result<Review> {
    let link = keys.verify_review(token).ok_or(Error::NotFound)?;
    let mut tx = store.read().await?;
    let comment = comments::get(&mut tx, link.comment_id).await?.ok_or(Error::NotFound)?;
    let (moderator, _) = moderators::with_address(&mut tx, link.moderator_id).await?.ok_or(Error::NotFound)?;
    let role = memberships::role(&mut tx, link.moderator_id, comment.site_id).await?;
    let last = match comment.last_decision_id {
        Some(id) => decisions::get(&mut tx, id).await?,
        None => None,
    };
    let proposal = match comment.proposed_at {
        Some(_) => proposals::of(&mut tx, &[comment.id]).await?.remove(&comment.id),
        None => None,
    };
    let standing = if role.is_none() {
        Standing::Dismissed
    } else if link.expires_at <= clock.now() {
        Standing::Late
    } else if comment.revision != link.revision || (comment.status != Status::Pending && proposal.is_none()) {
        Standing::Overtaken
    } else {
        Standing::Open
    };
    Ok(Review { standing, comment, proposal, moderator, last })
}

/// What the holder of a link wants.
#[derive(Clone, Debug)]
pub struct Choice {
    /// `Approved`, `Rejected` or `Spam`.
    pub to: Status,
    /// The ground of a rejection.
    pub ground: Option<Ground>,
    /// The reason in free words.
    pub reason: String,
}

/// Decides by a link. Pressed twice, it is one decision.
///
/// # Errors
/// As [`look`]; [`Error::Forbidden`] where the link is too old or its holder no moderator any more, [`Error::Conflict`]
/// where the comment is another one by now.
pub async fn decide(store: &Store, clock: &Clock, models: &Models, keys: &Keys, token: &str, choice: &Choice) -> Result<Decided> {
    let link = keys.verify_review(token).ok_or(Error::NotFound)?;
    let review = look(store, clock, keys, token).await?;
    if matches!(review.standing, Standing::Late | Standing::Dismissed) {
        return Err(Error::Forbidden);
    }
    let wish = Wish {
        comment_id: link.comment_id,
        seen_revision: link.revision,
        to: choice.to,
        ground: choice.ground.filter(|_| choice.to == Status::Rejected),
        reason: Some(choice.reason.clone()),
    };
    // The role is asked for once more within the transaction that decides.
    decide_by("mail", store, clock, models, &review.moderator, &wish).await
}
