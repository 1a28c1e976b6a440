//! An author mends a comment: one that waits in its place, a public one by a text that waits beside it. What is public is not
//! changed behind a moderator's back.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::learning::Models;
use super::{notices, proposal};
use crate::clock::{Clock, Timestamp};
use crate::comment::{Comment, Status, check_text};
use crate::error::{Error, Result};
use crate::markdown;
use crate::site::Site;
use crate::spam::{self, Bucket, History, Likeness, Verdict};
use crate::store::comments::{self, Revised};
use crate::store::outbox::Arrived;
use crate::store::{Store, Tx, decisions};

/// Who comes back to a receipt, which is a signed link, has not filled a form in by program.
const UNHURRIED: i64 = 3_600_000;

/// A text that an author would rather have written.
#[derive(Clone, Copy, Debug)]
pub struct Revision<'a> {
    /// The site.
    pub site: &'a Site,
    /// The comment.
    pub comment_id: Uuid,
    /// What was typed.
    pub typed: &'a str,
    /// Milliseconds between two mails to a moderator about the same site.
    pub mail_interval: i64,
}

/// Changes the text of a comment that waits, or proposes another one for a comment that was approved not long ago. It is
/// judged anew by its words. Mending what waits can bring it nearer to spam, never away: what spoke against it before still
/// does. Of a proposed text the moderators are told as of a held comment. Whether the mail worker is to look.
///
/// # Errors
/// [`Error::Invalid`] for a text that would not have been taken either; [`Error::NotFound`] where there is no such
/// comment; [`Error::Conflict`] where it may not be changed any more, or was decided within this moment.
pub async fn revise(store: &Store, clock: &Clock, models: &Models, revision: &Revision<'_>) -> Result<bool> {
    let Revision { site, comment_id, typed, mail_interval } = *revision;
    let text = check_text(typed).map_err(|fault| Error::Invalid(vec![fault]))?;
    let html = markdown::to_html(&text);
    let folded = spam::fingerprint_text(&text);
    let (fingerprint, likeness) = (Sha256::digest(&folded).to_vec(), Likeness::of_folded(&folded));
    models.catch_up(site.id).await?;
    let mut tx = store.write().await?;
    let comment = comments::get(&mut tx, comment_id).await?.ok_or(Error::NotFound)?;
    let again = judge(models, site, &comment, &text);
    let revised = |verdict| Revised { text: &text, html: &html, fingerprint: &fingerprint, likeness, verdict };
    let is_open = proposal::open_until(&mut tx, site, &comment).await?.is_some_and(|until| clock.now() < until);
    let is_done = match comment.status {
        Status::Pending => {
            let verdict = worse_of(again.clone(), &comment);
            comments::revise(&mut tx, comment_id, comment.revision, &revised(&verdict)).await?
        }
        // The public text, typed once more, is nothing new.
        Status::Approved if is_open && comment.proposed_at.is_none() && comment.text == text => return Ok(false),
        Status::Approved if is_open => proposal::put(&mut tx, clock, &comment, &revised(&again)).await?,
        _ => false,
    };
    if !is_done {
        return Err(too_late(&mut tx, &comment).await?);
    }
    // One that takes the place of another waiting one has been told of.
    let is_told = comment.status == Status::Approved && comment.proposed_at.is_none() && again.bucket != Bucket::LikelySpam;
    let arrived = Arrived { count: 1, first: clock.now(), last: clock.now() };
    let mail_waits = is_told && notices::tell_moderators(&mut tx, clock, site, &arrived, mail_interval).await?;
    tx.commit().await?;
    Ok(mail_waits)
}

fn judge(models: &Models, site: &Site, comment: &Comment, text: &str) -> Verdict {
    let submission = spam::Submission {
        author: &comment.author,
        website: comment.website.as_deref(),
        text,
        honeypot_filled: false,
        fill_time_ms: Some(UNHURRIED),
        site_hosts: &site.hosts(),
        site_language: site.locale.html_lang(),
        staff_names: &[],
    };
    models.judge(site, &submission, &History::default())
}

fn worse_of(again: Verdict, comment: &Comment) -> Verdict {
    if again.points > comment.points {
        return again;
    }
    Verdict { points: comment.points, probability: 0.0, bucket: comment.bucket, reasons: comment.reasons.clone() }
}

async fn too_late(tx: &mut Tx, comment: &Comment) -> Result<Error> {
    let last = match comment.last_decision_id {
        Some(id) => decisions::get(tx, id).await?,
        None => None,
    };
    let at = last.map_or(comment.submitted_at, |entry| Timestamp::from_millis(entry.decided_at));
    // Who decided is nothing to the author.
    Ok(Error::Conflict { who: String::new(), at, status: comment.status.as_str() })
}
