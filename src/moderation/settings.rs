//! Changing what an admin may change of a site.

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;

use super::at_least;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::moderator::{Moderator, Role};
use crate::secrets::token_hash;
use crate::site::Site;
use crate::store::{Store, changes, memberships, sites};

/// A short word that is another one whenever a value is another one: what a form has seen.
pub fn version(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    BASE64URL_NOPAD.encode(&token_hash(&json)[..12])
}

/// The version of everything that [`change`] may change.
pub fn site_version(site: &Site) -> String {
    version(&(&site.title, site.locale, &site.origins, &site.settings))
}

/// Keeps a site's title, language, origins and settings, if nobody has changed them since they had the version `seen`.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Forbidden`] for whoever is no admin there; [`Error::Conflict`] where somebody was first.
pub async fn change(store: &Store, by: &Moderator, site: &Site, seen: &str) -> Result<()> {
    let mut tx = store.write().await?;
    at_least(&mut tx, by, site.id, Role::Admin).await?;
    let known = sites::for_change(&mut tx, site.id).await?.ok_or(Error::NotFound)?;
    if site_version(&known) != seen {
        return Err(Error::Conflict { who: String::new(), at: Timestamp::from_millis(0), status: "pending" });
    }
    let mut site = site.clone();
    // Nobody else is told of anything, and a list of strangers would only grow.
    let members = memberships::of_site(&mut tx, site.id).await?;
    site.settings.mail.silent.retain(|id| members.contains(id));
    sites::keep(&mut tx, &site).await?;
    changes::announce_all(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
