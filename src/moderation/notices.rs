//! Who is told by mail of what happens to a comment: the moderators, its author, and those who wait for answers.
//! Queued in the transaction that it happens in; whether it still holds is looked at when the mail is sent.

use uuid::Uuid;

use crate::clock::{Clock, Timestamp};
use crate::comment::{Comment, Status};
use crate::site::Site;
use crate::spam::Bucket;
use crate::store::author_addresses::{self, Typed};
use crate::store::author_mails::{self, News};
use crate::store::decisions::Decision;
use crate::store::outbox::{self, Arrived};
use crate::store::{Tx, mail_wishes, questions, sites, turns};

const DAY: i64 = 24 * 3_600_000;

/// Questions to addresses that one network may cause in a day: a household may comment, and nobody may have us fire at
/// strangers' mailboxes.
const ASKED_FROM_NETWORK: i64 = 10;

/// Milliseconds between two mails to an author about the same article.
const INTERVAL: i64 = 600_000;

/// Queues the mails that tell a site's moderators of what waits for them, `interval` milliseconds after the last ones, or lets
/// those that wait untried take it in. Whether the mail worker is to look.
///
/// # Errors
/// The database cannot be reached.
pub(super) async fn tell_moderators(
    tx: &mut Tx,
    clock: &Clock,
    site: &Site,
    arrived: &Arrived,
    interval: i64,
) -> anyhow::Result<bool> {
    let mut is_new = false;
    for moderator_id in mail_wishes::told_of(tx, site.id).await? {
        if !site.settings.mail.silent.contains(&moderator_id) {
            is_new |= outbox::queue_held_comments(tx, clock.new_id(), site.id, moderator_id, arrived, interval).await?;
        }
    }
    Ok(is_new)
}

/// Asks an address whether it is its owner's who comments, unless it has been asked within a day, wants no mail, or its
/// network has caused enough questions. Whether a mail waits.
///
/// # Errors
/// The database cannot be reached.
pub(super) async fn ask(tx: &mut Tx, clock: &Clock, typed: &Typed<'_>, network: &[u8], comment_id: Uuid) -> anyhow::Result<bool> {
    turns::take(tx, &[typed.email_index, network]).await?;
    let now = clock.now();
    ask_within_limits(tx, clock, typed, Some((network, now.plus(-DAY))), comment_id, now).await
}

/// `from` is the network, and since when the comments came that are counted for it; none where it is forgotten.
async fn ask_within_limits(
    tx: &mut Tx,
    clock: &Clock,
    typed: &Typed<'_>,
    from: Option<(&[u8], Timestamp)>,
    comment_id: Uuid,
    due: Timestamp,
) -> anyhow::Result<bool> {
    let now = clock.now();
    let day_ago = now.plus(-DAY);
    if let Some((network, came)) = from
        && questions::asked_from_network(tx, network, came, day_ago, ASKED_FROM_NETWORK).await? >= ASKED_FROM_NETWORK
    {
        return Ok(false);
    }
    let Some(id) = author_addresses::ask(tx, typed, day_ago, now).await? else { return Ok(false) };
    author_mails::queue_confirmation(tx, clock.new_id(), id, comment_id, due).await?;
    Ok(true)
}

/// Queues the mails that a decision causes, due when it can no longer be taken back by the way. What was taken for spam is
/// told to nobody, and what undo restores was told before.
///
/// # Errors
/// The database cannot be reached.
pub(super) async fn follow(tx: &mut Tx, clock: &Clock, comment: &Comment, decision: &Decision) -> anyhow::Result<()> {
    let was_taken_for_spam = comment.bucket == Bucket::LikelySpam;
    if was_taken_for_spam && decision.undoes.is_some() && decision.from == Status::Approved {
        questions::unask(tx, comment.id).await?;
    }
    let is_telling = matches!(decision.to, Status::Approved | Status::Rejected) && decision.undoes.is_none();
    let site = if is_telling { sites::get(tx, comment.site_id).await? } else { None };
    let Some(site) = site else { return Ok(()) };
    let due = decision.at.plus(i64::from(site.settings.mail.undo_seconds) * 1000);
    if site.settings.mail.decisions && decision.moderator_id.is_some() {
        author_mails::queue_decision(tx, clock.new_id(), comment.id, decision.at, due).await?;
    }
    if decision.to == Status::Approved {
        if was_taken_for_spam {
            ask_after_all(tx, clock, &site, comment, due).await?;
        }
        tell_others(tx, clock, comment, decision.at, due).await?;
    }
    Ok(())
}

/// Asks the address of a comment that was taken for spam when it came, so that nobody was asked, and is approved after all; due
/// with the other mails of the decision. Of a network that is forgotten nothing is counted.
async fn ask_after_all(tx: &mut Tx, clock: &Clock, site: &Site, comment: &Comment, due: Timestamp) -> anyhow::Result<()> {
    let Some(sender) = questions::who_wants(tx, comment.id).await? else { return Ok(()) };
    let typed = Typed {
        id: clock.new_id(),
        site_id: site.id,
        email_index: &sender.email_index,
        sealed: &sender.sealed(),
        domain_index: &[],
        locale: site.locale,
    };
    // However long ago they came: what counts is when they were approved.
    let from = sender.network_index.as_deref().map(|network| (network, Timestamp::from_millis(0)));
    ask_within_limits(tx, clock, &typed, from, comment.id, due).await?;
    Ok(())
}

async fn tell_others(tx: &mut Tx, clock: &Clock, comment: &Comment, decided_at: Timestamp, due: Timestamp) -> anyhow::Result<()> {
    for author_address_id in author_mails::interested_in(tx, comment).await? {
        let (id, page_id, interval) = (clock.new_id(), comment.page_id, INTERVAL);
        author_mails::queue_news(tx, &News { id, author_address_id, page_id, decided_at, due, interval }).await?;
    }
    Ok(())
}
