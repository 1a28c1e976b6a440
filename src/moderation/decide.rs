//! Deciding a comment, and taking a decision back: the revision that was seen decides who was first.

use uuid::Uuid;

use crate::clock::Clock;
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::moderation::ground::Ground;
use crate::moderation::learning::Models;
use crate::moderation::{neighbours, notices, proposal, webhooks};
use crate::moderator::Moderator;
use crate::store::decisions::{self, Decision, Entry};
use crate::store::{Store, Tx, changes, comments, memberships, pages, reports};

/// How the journal names what no person decided but a rule that an admin set.
pub const RULE: &str = "rule";

/// What a moderator wants.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The comment.
    pub comment_id: Uuid,
    /// The revision that the moderator saw.
    pub seen_revision: i64,
    /// The state it shall have.
    pub to: Status,
    /// On what ground; a rejection without one is on [`Ground::Other`], spam needs none.
    pub ground: Option<Ground>,
    /// The reason given in free words; at most 500 characters are kept.
    pub reason: Option<String>,
}

impl Wish {
    fn code(&self) -> Option<&'static str> {
        match self.to {
            Status::Rejected => Some(self.ground.unwrap_or(Ground::Other).as_str()),
            Status::Spam => self.ground.map(Ground::as_str),
            _ => None,
        }
    }

    /// The journal's entry for this wish on the comment as it is.
    pub(super) fn decision(&self, clock: &Clock, moderator: &Moderator, comment: &Comment, batch_id: Option<Uuid>) -> Decision {
        let reason = self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        Decision {
            id: clock.new_id(),
            comment_id: comment.id,
            moderator_id: Some(moderator.id),
            from: if comment.proposed_at.is_some() { Status::Pending } else { comment.status },
            to: self.to,
            code: self.code(),
            reason: reason.map(|reason| reason.chars().filter(|c| !c.is_control()).take(500).collect()),
            means: "panel",
            undoes: None,
            of_edit: comment.proposed_at.is_some(),
            batch_id,
            revision: comment.revision,
            at: clock.now(),
        }
    }
}

/// What has been decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The decision, for undoing it.
    pub decision_id: Uuid,
    /// The page.
    pub page_id: Uuid,
    /// The comment's revision from now on.
    pub revision: i64,
    /// Whether what the public sees has changed.
    pub public_changed: bool,
}

/// Decides a comment. The same wish of the same moderator twice is one decision.
///
/// # Errors
/// [`Error::NotFound`] where there is no such comment for this moderator; [`Error::Conflict`] where it has been decided
/// since it was seen, or is out of reach because its author took it back.
pub async fn decide(store: &Store, clock: &Clock, models: &Models, moderator: &Moderator, wish: &Wish) -> Result<Decided> {
    decide_by("panel", store, clock, models, moderator, wish).await
}

/// The same by other means than the panel.
pub(super) async fn decide_by(
    means: &'static str,
    store: &Store,
    clock: &Clock,
    models: &Models,
    moderator: &Moderator,
    wish: &Wish,
) -> Result<Decided> {
    catch_up(store, models, wish.comment_id).await?;
    let mut tx = store.write().await?;
    let comment = for_moderator(&mut tx, moderator, wish.comment_id).await?;
    let in_time = comment.may_become(wish.to) && comment.revision == wish.seen_revision;
    let decision = Decision { means, ..wish.decision(clock, moderator, &comment, None) };
    carry_out(tx, clock, models, &comment, decision, in_time).await
}

/// Takes back a decision, if it is the one that holds.
///
/// # Errors
/// [`Error::NotFound`] as in [`decide`]; [`Error::Conflict`] where the comment has been decided again since.
pub async fn undo(store: &Store, clock: &Clock, models: &Models, moderator: &Moderator, decision_id: Uuid) -> Result<Decided> {
    let mut tx = store.write().await?;
    let entry = decisions::get(&mut tx, decision_id).await?.ok_or(Error::NotFound)?;
    let comment = for_moderator(&mut tx, moderator, entry.comment_id).await?;
    let in_time = is_last(&comment, &entry);
    let decision = undoing(clock, moderator, &comment, &entry);
    carry_out(tx, clock, models, &comment, decision, in_time).await
}

/// Whether an entry is what holds of a comment. A decision on a proposed text holds for that text alone, and what an author
/// proposed is decided, not taken back.
pub(super) fn is_last(comment: &Comment, entry: &Entry) -> bool {
    let of_this_text = !entry.of_edit || (entry.means != proposal::RECEIPT && entry.revision + 1 == comment.revision);
    comment.last_decision_id == Some(entry.id) && of_this_text
}

/// The journal's entry that takes another back.
pub(super) fn undoing(clock: &Clock, moderator: &Moderator, comment: &Comment, entry: &Entry) -> Decision {
    let status = |name: &str| name.parse().unwrap_or(Status::Pending);
    Decision {
        id: clock.new_id(),
        comment_id: comment.id,
        moderator_id: Some(moderator.id),
        from: if entry.of_edit { status(&entry.to_status) } else { comment.status },
        to: status(&entry.from_status),
        code: None,
        reason: None,
        means: "panel",
        undoes: Some(entry.id),
        of_edit: entry.of_edit,
        batch_id: None,
        revision: comment.revision,
        at: clock.now(),
    }
}

/// Takes a comment back for its author; one that is taken back already stays so.
///
/// # Errors
/// [`Error::NotFound`] where there is none; [`Error::Conflict`] where it was rejected before.
pub async fn withdraw(store: &Store, clock: &Clock, models: &Models, comment_id: Uuid) -> Result<Decided> {
    let mut tx = store.write().await?;
    let comment = comments::get(&mut tx, comment_id).await?.ok_or(Error::NotFound)?;
    let in_time = comment.status.may_be_withdrawn();
    let decision = Decision {
        id: clock.new_id(),
        comment_id,
        moderator_id: None,
        from: comment.status,
        to: Status::Withdrawn,
        code: None,
        reason: None,
        means: proposal::RECEIPT,
        undoes: None,
        of_edit: false,
        batch_id: None,
        revision: comment.revision,
        at: clock.now(),
    };
    carry_out(tx, clock, models, &comment, decision, in_time).await
}

/// What this decision teaches is measured by what was taught before.
pub(super) async fn catch_up(store: &Store, models: &Models, comment_id: Uuid) -> Result<()> {
    let comment = comments::get(&mut store.read().await?, comment_id).await?.ok_or(Error::NotFound)?;
    Ok(models.catch_up(comment.site_id).await?)
}

/// A comment that this moderator may decide: for anybody else there is none.
pub(super) async fn for_moderator(tx: &mut Tx, moderator: &Moderator, comment_id: Uuid) -> Result<Comment> {
    let comment = comments::get(tx, comment_id).await?.ok_or(Error::NotFound)?;
    memberships::role(tx, moderator.id, comment.site_id).await?.ok_or(Error::NotFound)?;
    Ok(comment)
}

async fn carry_out(
    mut tx: Tx,
    clock: &Clock,
    models: &Models,
    comment: &Comment,
    decision: Decision,
    in_time: bool,
) -> Result<Decided> {
    if !in_time || !apply(&mut tx, clock, models, comment, &decision).await? {
        return too_late(&mut tx, &decision).await;
    }
    tx.commit().await?;
    models.look_again(comment.site_id);
    let public_changed = is_public(&decision);
    Ok(Decided { decision_id: decision.id, page_id: comment.page_id, revision: comment.revision + 1, public_changed })
}

fn is_public(decision: &Decision) -> bool {
    decision.from == Status::Approved || decision.to == Status::Approved
}

/// Decides within a transaction that others may be decided in as well. `false` where the comment may not become this, or
/// has changed since it was read.
pub(super) async fn apply(tx: &mut Tx, clock: &Clock, models: &Models, comment: &Comment, decision: &Decision) -> Result<bool> {
    if decision.of_edit {
        let is_done = proposal::decide(tx, comment, decision).await?;
        if is_done && is_public(decision) {
            webhooks::follow(tx, clock, comment, decision.at).await?;
        }
        return Ok(is_done);
    }
    // Nobody takes a comment back in its author's name.
    let by_author = decision.to == Status::Withdrawn && decision.moderator_id.is_none();
    let may_be = by_author || decision.from.may_become(decision.to);
    if !may_be || !comments::change_status(tx, comment.id, comment.revision, decision.to, decision.id).await? {
        return Ok(false);
    }
    decisions::add(tx, decision).await?;
    reports::resolve(tx, comment.id, decision.at).await?;
    if decision.means != RULE {
        // A rule says nothing of its own: what it lets through teaches nobody.
        models.follow(tx, comment, decision.to).await?;
    }
    neighbours::follow(tx, comment, decision.to).await?;
    notices::follow(tx, clock, comment, decision).await?;
    webhooks::follow(tx, clock, comment, decision.at).await?;
    if is_public(decision) {
        let difference = if decision.to == Status::Approved { 1 } else { -1 };
        pages::count_approved(tx, comment.page_id, difference).await?;
        changes::announce(tx, comment.page_id).await?;
    }
    Ok(true)
}

/// What holds instead of a decision that came too late: the same one, if the same person made it before (a button
/// pressed twice), or a conflict. Read anew, since another process may have decided within this very moment.
async fn too_late(tx: &mut Tx, decision: &Decision) -> Result<Decided> {
    let comment = comments::get(tx, decision.comment_id).await?.ok_or(Error::NotFound)?;
    let last = match comment.last_decision_id {
        Some(id) => decisions::get(tx, id).await?,
        None => None,
    };
    let is_settled = comment.proposed_at.is_none();
    let is_same = |last: &&Entry| {
        last.moderator_id == decision.moderator_id
            && last.to_status == decision.to.as_str()
            && last.undoes == decision.undoes
            && if last.of_edit { is_settled == (decision.to != Status::Pending) } else { comment.status == decision.to }
    };
    match last.as_ref().filter(is_same) {
        Some(same) => {
            Ok(Decided { decision_id: same.id, page_id: comment.page_id, revision: comment.revision, public_changed: false })
        }
        None => Err(conflict(&comment, last)),
    }
}

fn conflict(comment: &Comment, last: Option<Entry>) -> Error {
    Error::Conflict {
        at: last.as_ref().map_or(comment.submitted_at, |entry| crate::clock::Timestamp::from_millis(entry.decided_at)),
        who: last.and_then(|entry| entry.moderator).unwrap_or_default(),
        status: comment.status.as_str(),
    }
}
