//! To moderators: comments that wait for a decision.

use super::OutboxWorker;
use crate::mail::{HeldComment, HeldComments, Letter, held_comments};
use crate::site::Site;
use crate::store::outbox::Leased;
use crate::store::queue::{self, Card};
use crate::store::{memberships, moderators, sites};

/// Comments shown in one mail.
const SHOWN: i64 = 20;

/// The comments that still wait, of those that came in the mail's span; `None` where none does, or for whoever has left.
///
/// # Errors
/// The database cannot be reached, or a seal does not open.
pub(super) async fn compose(worker: &OutboxWorker, leased: &Leased) -> anyhow::Result<Option<Letter>> {
    let mut tx = worker.store.read().await?;
    let role = memberships::role(&mut tx, leased.moderator_id, leased.site_id).await?;
    let (Some(_), Some((moderator, sealed))) = (role, moderators::with_address(&mut tx, leased.moderator_id).await?) else {
        return Ok(None);
    };
    let sites = sites::all(&mut tx).await?;
    let Some(site) = sites.iter().find(|site| site.id == leased.site_id) else { return Ok(None) };
    let (from, until) = (leased.covers_from, leased.covers_until);
    let cards = queue::held_between(&mut tx, site.id, from, until, SHOWN).await?;
    if cards.is_empty() {
        return Ok(None);
    }
    let waiting = queue::count(&mut tx, site.id, "pending", 1000).await?;
    drop(tx);
    let shown: Vec<HeldComment<'_>> = cards.iter().map(held_comment).collect();
    let letter = held_comments(&HeldComments {
        to: worker.keys.open(&sealed)?,
        locale: moderator.locale,
        site_name: &site.name,
        site_title: &site.title,
        base_url: &worker.base_url,
        id: leased.id,
        sent_at: worker.clock.now(),
        more: u64::try_from(waiting).unwrap_or_default().saturating_sub(shown.len() as u64),
        comments: &shown,
        review_url: &review_url(worker, site, &cards),
    })?;
    Ok(Some(letter))
}

/// One comment is looked at by itself, several in the queue.
fn review_url(worker: &OutboxWorker, site: &Site, cards: &[Card]) -> String {
    match cards {
        [only] => format!("{}/panel/comments/{}", worker.base_url, only.comment.id),
        _ => format!("{}/panel/sites/{}/comments", worker.base_url, site.name),
    }
}

fn held_comment(card: &Card) -> HeldComment<'_> {
    HeldComment {
        author: &card.comment.author,
        text: &card.comment.text,
        page_title: &card.page_title,
        page_url: card.page_url.as_deref(),
        points: card.comment.points,
        reasons: &card.comment.reasons,
        submitted_at: card.comment.submitted_at,
    }
}
