//! Programs that are told by HTTP of what was decided: set by an admin, called by the outbox when a decision can no longer be
//! taken back by the way.

use uuid::Uuid;

use super::at_least;
use crate::clock::{Clock, Timestamp};
use crate::comment::Comment;
use crate::error::{Error, FieldError, Result};
use crate::moderator::{Moderator, Role};
use crate::store::webhooks::{self, Change, Webhook};
use crate::store::{Store, Tx, sites};

/// Webhooks of one site at most: each decision queues a call for every one.
pub const MOST: usize = 5;

/// Keeps a webhook.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Forbidden`] for whoever is no admin there; [`Error::Invalid`] where the site has such a one
/// (`url`, `taken`) or [`MOST`] of them (`url`, `too_many`).
pub async fn add(store: &Store, clock: &Clock, by: &Moderator, webhook: &Webhook) -> Result<()> {
    let refused = |code| Error::Invalid(vec![FieldError { field: "url", code }]);
    let mut tx = store.write().await?;
    at_least(&mut tx, by, webhook.site_id, Role::Admin).await?;
    // Nobody else adds one meanwhile.
    sites::for_change(&mut tx, webhook.site_id).await?.ok_or(Error::NotFound)?;
    let known = webhooks::of_site(&mut tx, webhook.site_id).await?;
    if known.iter().any(|known| known.url == webhook.url) {
        return Err(refused("taken"));
    }
    if known.len() >= MOST {
        return Err(refused("too_many"));
    }
    webhooks::add(&mut tx, webhook, clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a webhook away: what waits for it is not sent any more. Doing it twice is doing it once.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Forbidden`] for whoever is no admin there.
pub async fn remove(store: &Store, clock: &Clock, by: &Moderator, site_id: Uuid, id: Uuid) -> Result<()> {
    let mut tx = store.write().await?;
    at_least(&mut tx, by, site_id, Role::Admin).await?;
    webhooks::remove(&mut tx, site_id, id, clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Queues a test call.
///
/// # Errors
/// As [`remove`]; [`Error::NotFound`] as well where the site has no such webhook.
pub async fn send_test(store: &Store, clock: &Clock, by: &Moderator, site_id: Uuid, id: Uuid) -> Result<()> {
    let mut tx = store.write().await?;
    at_least(&mut tx, by, site_id, Role::Admin).await?;
    let webhook = webhooks::get(&mut tx, id).await?.filter(|webhook| webhook.site_id == site_id).ok_or(Error::NotFound)?;
    webhooks::queue_test(&mut tx, clock.new_id(), &webhook, clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Queues the calls about a comment that is about to change, `comment` being as it was before. Like the mails of a decision they
/// wait for a while; whether there is still anything to tell is looked at then.
///
/// # Errors
/// The database cannot be reached.
pub(super) async fn follow(tx: &mut Tx, clock: &Clock, comment: &Comment, at: Timestamp) -> anyhow::Result<()> {
    let hooks = webhooks::of_site(tx, comment.site_id).await?;
    if hooks.is_empty() {
        return Ok(());
    }
    let Some(site) = sites::get(tx, comment.site_id).await? else { return Ok(()) };
    let due = at.plus(i64::from(site.settings.mail.undo_seconds) * 1000);
    let known_before = comment.known_outside();
    for webhook in hooks {
        let change = Change { comment_id: comment.id, known_before: &known_before, at, due };
        webhooks::queue(tx, clock.new_id(), &webhook, &change).await?;
    }
    Ok(())
}
