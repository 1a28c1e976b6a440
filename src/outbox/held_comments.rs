//! To moderators: comments that wait for a decision.

use uuid::Uuid;

use super::OutboxWorker;
use crate::clock::Timestamp;
use crate::email_address::EmailAddress;
use crate::mail::{HeldComment, HeldComments, Letter, held_comments};
use crate::moderation::review;
use crate::moderator::Telling;
use crate::site::Site;
use crate::store::outbox::Leased;
use crate::store::queue::{self, Card};
use crate::store::{Tx, comments, mail_wishes, memberships, moderators, proposals, sites};

/// Comments shown in one mail.
const SHOWN: i64 = 20;

/// The moment for it on its reader's clock.
///
/// # Errors
/// The database cannot be reached.
pub(super) async fn not_before(tx: &mut Tx, leased: &Leased, now: Timestamp) -> anyhow::Result<Timestamp> {
    let Some(moderator_id) = leased.moderator_id else { return Ok(now) };
    let (wish, zone) = mail_wishes::of(tx, moderator_id, leased.site_id).await?;
    Ok(wish.not_before(&zone, Timestamp::from_millis(leased.covers_from), now))
}

/// The comments that still wait, of those that came in the mail's span; `None` where none does, or for whoever has left.
///
/// # Errors
/// The database cannot be reached, or a seal does not open.
pub(super) async fn compose(worker: &OutboxWorker, leased: &Leased) -> anyhow::Result<Option<Letter>> {
    let Some(moderator_id) = leased.moderator_id else { return Ok(None) };
    let mut tx = worker.store.read().await?;
    let role = memberships::role(&mut tx, moderator_id, leased.site_id).await?;
    let (Some(_), Some((moderator, sealed))) = (role, moderators::with_address(&mut tx, moderator_id).await?) else {
        return Ok(None);
    };
    let sites = sites::all(&mut tx).await?;
    let Some(site) = sites.iter().find(|site| site.id == leased.site_id) else { return Ok(None) };
    let (wish, _) = mail_wishes::of(&mut tx, moderator_id, leased.site_id).await?;
    let (from, until) = match wish.telling {
        Telling::Soon => (leased.covers_from, leased.covers_until),
        // Once a day somebody may well be reminded of what has been waiting for longer.
        Telling::Daily => (0, leased.covers_until),
        Telling::Never => return Ok(None),
    };
    let mut cards = queue::held_between(&mut tx, site.id, from, until, SHOWN).await?;
    if cards.is_empty() {
        return Ok(None);
    }
    // Of a public comment it is what its author would rather have written that waits.
    let changed: Vec<Uuid> =
        cards.iter().map(|card| &card.comment).filter(|one| one.proposed_at.is_some()).map(|one| one.id).collect();
    let mut proposals = proposals::of(&mut tx, &changed).await?;
    for card in &mut cards {
        if let Some(proposal) = proposals.remove(&card.comment.id) {
            card.comment = proposal.instead_of(&card.comment);
        }
    }
    let addresses = addresses(worker, &mut tx, site, &cards).await?;
    let waiting = queue::count_pending(&mut tx, site.id, 1000).await?;
    drop(tx);
    let shown: Vec<HeldComment<'_>> = cards.iter().zip(&addresses).map(held_comment).collect();
    let letter = held_comments(&HeldComments {
        envelope: worker.envelope(leased, &sealed, moderator.locale)?,
        site,
        more: u64::try_from(waiting).unwrap_or_default().saturating_sub(shown.len() as u64),
        page_id: one_page(&cards),
        comments: &shown,
        review_url: &review_url(worker, site, moderator.id, &cards),
    })?;
    Ok(Some(letter))
}

/// The article that all comments are on, where it is one.
fn one_page(cards: &[Card]) -> Option<Uuid> {
    let first = cards.first()?.comment.page_id;
    cards.iter().all(|card| card.comment.page_id == first).then_some(first)
}

/// One comment is decided by the link itself, several in the queue: a link that decides twenty would be too much in one mail.
fn review_url(worker: &OutboxWorker, site: &Site, moderator_id: Uuid, cards: &[Card]) -> String {
    match cards {
        [only] => {
            let token = review::token(&worker.keys, &worker.clock, &only.comment, moderator_id);
            format!("{}/review/{token}", worker.base_url)
        }
        _ => format!("{}/panel/sites/{}/comments", worker.base_url, site.name),
    }
}

/// The authors' addresses, where the site wants them shown to its moderators.
async fn addresses(worker: &OutboxWorker, tx: &mut Tx, site: &Site, cards: &[Card]) -> anyhow::Result<Vec<Option<EmailAddress>>> {
    let mut addresses = Vec::with_capacity(cards.len());
    for card in cards {
        let sealed = match site.settings.mail.show_address {
            true => comments::sealed_address(tx, card.comment.id).await?,
            false => None,
        };
        addresses.push(sealed.map(|sealed| worker.keys.open(&sealed)).transpose()?);
    }
    Ok(addresses)
}

fn held_comment<'a>((card, address): (&'a Card, &'a Option<EmailAddress>)) -> HeldComment<'a> {
    HeldComment {
        author: &card.comment.author,
        address: address.as_ref(),
        text: &card.comment.text,
        page_title: &card.page_title,
        page_url: card.page_url.as_deref(),
        points: card.comment.points,
        reasons: &card.comment.reasons,
        submitted_at: card.comment.proposed_at.unwrap_or(card.comment.submitted_at),
        is_change: card.comment.proposed_at.is_some(),
    }
}
