//! What happens to comments and to what is set for them. Rule, record and mail in one transaction.

use uuid::Uuid;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::moderator::{Moderator, Role};
use crate::store::{Store, Tx, comments, memberships};

pub mod bulk;
pub mod decide;
pub mod ground;
pub mod learning;
pub mod mails;
pub mod pages;
pub mod passages;
pub mod query;
pub mod respond;
pub mod search_index;
pub mod settings;
pub mod submit;
pub mod trial;
pub mod words;

use learning::Models;

/// What decisions are made with: where they are kept, when they are made, and who learns from them.
#[derive(Clone, Debug)]
pub struct Deciding {
    /// Where they are kept.
    pub store: Store,
    /// When they are made.
    pub clock: Clock,
    /// Who learns from them.
    pub models: Models,
}

impl Deciding {
    /// What a decision teaches is measured by what was taught before: that is read ahead of its transaction.
    async fn catch_up(&self, comment_id: Uuid) -> Result<()> {
        let comment = comments::get(&mut self.store.read().await?, comment_id).await?.ok_or(Error::NotFound)?;
        Ok(self.models.catch_up(comment.site_id).await?)
    }
}

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
