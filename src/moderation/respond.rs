//! What a moderator writes: a note for colleagues, an answer for readers, a change to a comment's text.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock::Clock;
use crate::comment::{Comment, Status, Typed};
use crate::error::{Error, Result};
use crate::markdown;
use crate::moderation::decide::{Decided, Wish, apply, catch_up, for_moderator};
use crate::moderation::learning::Models;
use crate::moderation::{staff, webhooks};
use crate::moderator::Moderator;
use crate::secrets::Keys;
use crate::site::Site;
use crate::spam::{self, Bucket, Likeness};
use crate::store::arrivals::{self, Arrival};
use crate::store::decisions::{self, Decision};
use crate::store::intake::Question;
use crate::store::{Store, comments, moderators, notes};

/// Characters of a note that are kept.
const LONGEST_NOTE: usize = 2000;

/// Leaves a note with a comment; one of nothing but white space is none.
///
/// # Errors
/// [`Error::NotFound`] where there is no such comment for this moderator.
pub async fn note(store: &Store, clock: &Clock, moderator: &Moderator, comment_id: Uuid, text: &str) -> Result<()> {
    let text: String = text.trim().chars().filter(|c| *c == '\n' || !c.is_control()).take(LONGEST_NOTE).collect();
    let mut tx = store.write().await?;
    let comment = for_moderator(&mut tx, moderator, comment_id).await?;
    if !text.is_empty() {
        notes::add(&mut tx, clock.new_id(), comment.id, moderator.id, &text, clock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A change to a comment's text.
#[derive(Clone, Debug)]
pub struct Edit<'a> {
    /// The comment.
    pub comment_id: Uuid,
    /// The revision that was seen.
    pub seen_revision: i64,
    /// The new text.
    pub text: &'a str,
    /// What readers are told below the text.
    pub mark: &'a str,
}

/// Changes a comment's text. The author's own is kept, readers are told, and the journal has an entry; the state stays.
///
/// # Errors
/// [`Error::Invalid`] for a text that no comment may have, [`Error::Conflict`] where the comment has changed since it was
/// seen, [`Error::NotFound`] where it is none of this moderator's.
pub async fn edit(store: &Store, clock: &Clock, moderator: &Moderator, edit: &Edit<'_>) -> Result<Decided> {
    let text = checked_text(edit.text)?;
    let mut tx = store.write().await?;
    let comment = for_moderator(&mut tx, moderator, edit.comment_id).await?;
    let original = comments::original_text(&mut tx, comment.id).await?;
    let is_original = original.as_deref().unwrap_or(&comment.text) == text;
    let mark = if is_original { String::new() } else { format!("\n\n*{}*", edit.mark) };
    let html = markdown::to_html(&format!("{text}{mark}"));
    let decidable = comment.status != Status::Withdrawn && comment.status != Status::Erased;
    let in_time = decidable && comment.revision == edit.seen_revision;
    if !in_time || !comments::change_text(&mut tx, &comment, &text, &html, clock.now()).await? {
        return Err(Error::Conflict { who: String::new(), at: clock.now(), status: comment.status.as_str() });
    }
    let decision = Decision {
        id: clock.new_id(),
        comment_id: comment.id,
        moderator_id: Some(moderator.id),
        from: comment.status,
        to: comment.status,
        code: None,
        reason: None,
        means: "edit",
        undoes: None,
        of_edit: false,
        batch_id: None,
        revision: comment.revision,
        at: clock.now(),
    };
    decisions::add(&mut tx, &decision).await?;
    let public_changed = comment.status == Status::Approved;
    if public_changed {
        crate::store::changes::announce(&mut tx, comment.page_id).await?;
        webhooks::follow(&mut tx, clock, &comment, decision.at).await?;
    }
    tx.commit().await?;
    Ok(Decided { decision_id: decision.id, page_id: comment.page_id, revision: comment.revision + 1, public_changed })
}

/// An answer of the house.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// The comment answered.
    pub comment_id: Uuid,
    /// The revision that was seen.
    pub seen_revision: i64,
    /// The answer.
    pub text: &'a str,
    /// The site of the comment.
    pub site: &'a Arc<Site>,
}

/// Approves a comment and answers it, both in one batch: taking that back takes both back.
///
/// # Errors
/// As [`edit`].
pub async fn answer(
    store: &Store,
    keys: &Keys,
    clock: &Clock,
    models: &Models,
    moderator: &Moderator,
    answer: &Answer<'_>,
) -> Result<(Uuid, Uuid)> {
    let text = checked_text(answer.text)?;
    let folded = spam::fingerprint_text(&text);
    let fingerprint = Sha256::digest(&folded).to_vec();
    let html = markdown::to_html(&text);
    catch_up(store, models, answer.comment_id).await?;
    let mut tx = store.write().await?;
    let (_, sealed) = moderators::with_address(&mut tx, moderator.id).await?.ok_or(Error::NotFound)?;
    let address_index = keys.address_index(&keys.open(&sealed)?);
    let comment = for_moderator(&mut tx, moderator, answer.comment_id).await?;
    let batch_id = clock.new_id();
    let conflict = || Error::Conflict { who: String::new(), at: clock.now(), status: comment.status.as_str() };
    if comment.revision != answer.seen_revision {
        return Err(conflict());
    }
    if comment.status != Status::Approved {
        let (comment_id, seen_revision) = (comment.id, comment.revision);
        let wish = Wish { comment_id, seen_revision, to: Status::Approved, ground: None, reason: None };
        let decision = wish.decision(clock, moderator, &comment, Some(batch_id));
        if !apply(&mut tx, clock, models, &comment, &decision).await? {
            return Err(conflict());
        }
    }
    let written = Comment {
        id: clock.new_id(),
        site_id: comment.site_id,
        page_id: comment.page_id,
        parent_id: Some(comment.id),
        status: Status::Pending,
        revision: 1,
        author: staff::signature(answer.site, &moderator.name),
        website: None,
        text,
        html,
        points: 0.0,
        bucket: Bucket::LikelyFine,
        reasons: Vec::new(),
        submitted_at: clock.now(),
        last_decision_id: None,
        proposed_at: None,
    };
    // No network: a moderator's is nobody's business, and no limit counts it.
    let question = Question {
        site_id: answer.site.id,
        page_name: "",
        token_id: None,
        network: &[],
        address: &address_index,
        stray_token_id: None,
        fingerprint: &fingerprint,
        likeness: Likeness::of_folded(&folded),
        now: clock.now(),
        allowed: [0; 5],
    };
    let arrival = Arrival { comment: &written, address: &sealed, question: &question, notify: false, is_sampled: false };
    arrivals::add(&mut tx, &[arrival]).await?;
    comments::note_staff(&mut tx, written.id, moderator.id).await?;
    let wish = Wish { comment_id: written.id, seen_revision: 1, to: Status::Approved, ground: None, reason: None };
    let decision = wish.decision(clock, moderator, &written, Some(batch_id));
    if !apply(&mut tx, clock, models, &written, &decision).await? {
        return Err(conflict());
    }
    tx.commit().await?;
    models.look_again(comment.site_id);
    Ok((batch_id, comment.page_id))
}

/// A text as a reader's would be checked.
fn checked_text(text: &str) -> Result<String> {
    let typed = Typed { name: "x".into(), email: "x@example.org".into(), text: text.into(), ..Typed::default() };
    typed.check().map(|checked| checked.text).map_err(Error::Invalid)
}
