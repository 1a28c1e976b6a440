//! An author mends a comment that still waits. What is public is not changed behind a moderator's back.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::comment::{Status, check_text};
use crate::error::{Error, Result};
use crate::markdown;
use crate::site::Site;
use crate::spam::{self, History, Likeness, Verdict};
use crate::store::comments::{self, Revised};
use crate::store::{Store, decisions};

/// Changes the text of a comment that waits. It is judged anew by its words; mending can bring a comment nearer to spam,
/// never away from it: what spoke against it before still does.
///
/// # Errors
/// [`Error::Invalid`] for a text that would not have been taken either; [`Error::NotFound`] where there is no such
/// comment; [`Error::Conflict`] where it waits no more.
pub async fn revise(store: &Store, site: &Site, comment_id: Uuid, typed: &str) -> Result<()> {
    let text = check_text(typed).map_err(|fault| Error::Invalid(vec![fault]))?;
    let html = markdown::to_html(&text);
    let folded = spam::fingerprint_text(&text);
    let (fingerprint, likeness) = (Sha256::digest(&folded).to_vec(), Likeness::of_folded(&folded));
    let mut tx = store.write().await?;
    let comment = comments::get(&mut tx, comment_id).await?.ok_or(Error::NotFound)?;
    let again = spam::judge(
        &spam::Submission {
            author: &comment.author,
            website: comment.website.as_deref(),
            text: &text,
            honeypot_filled: false,
            fill_time_ms: None,
            site_hosts: &site.hosts(),
            site_language: site.locale.html_lang(),
            staff_names: &[],
        },
        &History::default(),
        &spam::Model::default(),
        &site.settings.rules,
    );
    let before = Verdict { points: comment.points, probability: 0.0, bucket: comment.bucket, reasons: comment.reasons };
    let holds = if again.points > before.points { again } else { before };
    let revised = Revised { text: &text, html: &html, fingerprint: &fingerprint, likeness, verdict: &holds };
    let is_waiting = comment.status == Status::Pending;
    if !is_waiting || !comments::revise(&mut tx, comment_id, comment.revision, &revised).await? {
        let last = match comment.last_decision_id {
            Some(id) => decisions::get(&mut tx, id).await?,
            None => None,
        };
        let at = last.map_or(comment.submitted_at, |entry| crate::clock::Timestamp::from_millis(entry.decided_at));
        // Who decided is nothing to the author.
        return Err(Error::Conflict { who: String::new(), at, status: comment.status.as_str() });
    }
    Ok(tx.commit().await?)
}
