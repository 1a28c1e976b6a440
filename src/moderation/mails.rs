//! What an admin does with the outbox: lets a mail be tried again, sends a test; and when moderators want mail at all.

use uuid::Uuid;

use super::at_least;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::moderator::{MailWish, Moderator, Role, Zone};
use crate::store::{Store, mail_wishes, mails, memberships, outbox, suppressions};

/// Lets a mail that was given up be tried again, and its address be written to again. Doing it twice is doing it once.
///
/// # Errors
/// [`Error::NotFound`] where there is no such mail for this person; [`Error::Forbidden`] for whoever is no admin there.
pub async fn retry(store: &Store, clock: &Clock, by: &Moderator, id: Uuid) -> Result<()> {
    let mut tx = store.write().await?;
    let site_id = mails::site_of(&mut tx, by, id).await?.ok_or(Error::NotFound)?;
    at_least(&mut tx, by, site_id, Role::Admin).await?;
    if mails::retry(&mut tx, id, clock.now()).await? {
        suppressions::lift(&mut tx, id).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Queues a test mail to whoever asks for it.
///
/// # Errors
/// [`Error::Forbidden`] for whoever is nowhere an admin.
pub async fn send_test(store: &Store, clock: &Clock, by: &Moderator) -> Result<()> {
    let mut tx = store.write().await?;
    let roles = memberships::of_moderator(&mut tx, by.id).await?;
    let (site_id, _) = roles.into_iter().find(|(_, role)| *role >= Role::Admin).ok_or(Error::Forbidden)?;
    mails::queue(&mut tx, clock.new_id(), "test", by.id, site_id, None, clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps when somebody wants to be told of the held comments of sites, and where their clock hangs. It holds for mails that
/// wait already.
///
/// # Errors
/// [`Error::NotFound`] for a site whose comments they do not decide: then nothing is kept.
pub async fn keep_wishes(store: &Store, clock: &Clock, by: &Moderator, zone: &Zone, wishes: &[(Uuid, MailWish)]) -> Result<()> {
    let mut tx = store.write().await?;
    mail_wishes::keep_zone(&mut tx, by.id, zone).await?;
    for (site_id, wish) in wishes {
        at_least(&mut tx, by, *site_id, Role::Moderator).await?;
        mail_wishes::keep(&mut tx, by.id, *site_id, wish).await?;
    }
    outbox::look_anew(&mut tx, by.id, clock.now()).await?;
    tx.commit().await?;
    Ok(())
}
