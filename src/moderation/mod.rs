//! What happens to comments: taken in, decided, taken back. Rule, record and mail in one transaction.

use uuid::Uuid;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::{Store, comments};

pub mod bulk;
pub mod decide;
pub mod ground;
pub mod learning;
pub mod passages;
pub mod query;
pub mod respond;
pub mod search_index;
pub mod submit;
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
