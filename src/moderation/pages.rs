//! What an admin does with a page: closes it, opens it again, moves it to another address.

use uuid::Uuid;

use super::at_least;
use crate::clock::Clock;
use crate::error::{Error, FieldError, Result};
use crate::moderator::{Moderator, Role};
use crate::page::{Page, canonical_url};
use crate::site::{Origin, Site};
use crate::store::{Store, Tx, changes, pages};

/// Closes a page to new comments, or opens it again. Doing it twice is doing it once.
///
/// # Errors
/// [`Error::NotFound`] where the site has no such page; [`Error::Forbidden`] for whoever is no admin there.
pub async fn close(store: &Store, clock: &Clock, by: &Moderator, site: &Site, id: Uuid, closed: bool) -> Result<()> {
    let mut tx = store.write().await?;
    let page = for_admin(&mut tx, by, site, id).await?;
    if page.closed_at.is_some() != closed {
        pages::close(&mut tx, id, closed.then(|| clock.now())).await?;
        changes::announce(&mut tx, id).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Moves a page to another address on an origin of its site. It stays known by every name that it had.
///
/// # Errors
/// [`Error::Invalid`] for what is no such address (`url`, `invalid`) or is another page's (`url`, `taken`); as [`close`].
pub async fn move_to(store: &Store, by: &Moderator, site: &Site, id: Uuid, url: &str) -> Result<()> {
    let refused = |code| Error::Invalid(vec![FieldError { field: "url", code }]);
    let url = canonical_url(url)
        .filter(|url| Origin::parse(url.as_str()).is_some_and(|origin| site.allows(origin.as_str())))
        .map(String::from)
        .ok_or_else(|| refused("invalid"))?;
    let mut tx = store.write().await?;
    let page = for_admin(&mut tx, by, site, id).await?;
    for name in page.url.iter().chain([&url]) {
        pages::add_alias(&mut tx, site.id, name, id).await?;
    }
    if pages::find(&mut tx, site.id, &url).await?.is_none_or(|known| known.id != id) {
        return Err(refused("taken"));
    }
    pages::change_url(&mut tx, id, &url).await?;
    changes::announce(&mut tx, id).await?;
    tx.commit().await?;
    Ok(())
}

async fn for_admin(tx: &mut Tx, by: &Moderator, site: &Site, id: Uuid) -> Result<Page> {
    at_least(tx, by, site.id, Role::Admin).await?;
    pages::of_site(tx, site.id, id).await?.ok_or(Error::NotFound)
}
