//! What happens to comments and to what is set for them; each change in one transaction.

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::moderator::{Moderator, Role};
use crate::store::{Tx, memberships};

pub mod block_list;
pub mod bulk;
pub mod correspondence;
pub mod decide;
pub mod difference;
pub mod drift;
pub mod ground;
pub mod learning;
pub mod mails;
pub mod neighbours;
mod notices;
pub mod pages;
pub mod proposal;
pub mod report;
pub mod review;
pub mod revise;
pub mod settings;
pub mod submit;
pub mod trial;

/// Goes on only for somebody who has at least this role on the site.
///
/// # Errors
/// [`Error::NotFound`] for a stranger, who learns nothing of the site; [`Error::Forbidden`] for a lower role.
async fn at_least(tx: &mut Tx, by: &Moderator, site_id: Uuid, least: Role) -> Result<()> {
    match memberships::role(tx, by.id, site_id).await? {
        None => Err(Error::NotFound),
        Some(role) if role < least => Err(Error::Forbidden),
        Some(_) => Ok(()),
    }
}
pub mod passages;
pub mod query;
pub mod respond;
pub mod search_index;
pub mod staff;
pub mod webhooks;
pub mod words;
