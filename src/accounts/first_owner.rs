//! The one-time link that makes the first owner.

use super::journal::Happened;
use super::{Accounts, DAY, NewAccount};
use crate::error::{Error, Result};
use crate::secrets::{random_token, token_hash};
use crate::store::{moderators, sessions};

/// A setup link holds for a day.
const SETUP: i64 = DAY;

impl Accounts {
    /// The token of a link that makes the first owner: it holds for a day, beside those that other processes on the same
    /// store have printed, until one of them is used. `None` where there is an owner already.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn new_setup_token(&self) -> Result<Option<String>> {
        let mut tx = self.store.write().await?;
        if moderators::has_owner(&mut tx).await? {
            return Ok(None);
        }
        let token = random_token();
        let now = self.clock.now();
        sessions::add_setup_link(&mut tx, &token_hash(&token), now, now.plus(SETUP)).await?;
        tx.commit().await?;
        Ok(Some(token))
    }

    /// Whether a setup link still makes an owner.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn setup_holds(&self, token: &str) -> Result<bool> {
        let mut tx = self.store.read().await?;
        Ok(sessions::setup_link_holds(&mut tx, &token_hash(token), self.clock.now()).await?
            && !moderators::has_owner(&mut tx).await?)
    }

    /// Makes the first owner and signs them in; returns the session's token.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what was typed; [`Error::NotFound`] where the link does not hold.
    pub async fn set_up(&self, token: &str, account: &NewAccount<'_>, browser: &str) -> Result<String> {
        if !self.setup_holds(token).await? {
            return Err(Error::NotFound);
        }
        let (checked, hash) = self.check(account).await?;
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        if moderators::has_owner(&mut tx).await? || !sessions::use_setup_link(&mut tx, &token_hash(token), now).await? {
            return Err(Error::NotFound);
        }
        let id = self.insert(&mut tx, &checked, &hash, true).await?.ok_or(Error::NotFound)?;
        self.note(&mut tx, Happened::by_oneself("joined", id)).await?;
        let session = self.begin_session(&mut tx, id, browser).await?;
        tx.commit().await?;
        Ok(session)
    }
}
