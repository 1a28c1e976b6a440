//! Signing in, and the throttles in front of it.

use ipnet::IpNet;
use secrecy::SecretString;

use super::{Accounts, DAY, MINUTE};
use crate::email_address::EmailAddress;
use crate::error::{Error, Result};
use crate::secrets::token_hash;
use crate::store::{moderators, sign_ins};

/// Attempts from one network in a minute, and failures of one account in a day, after which nobody is let in.
const NETWORK_PER_MINUTE: i64 = 5;
const FAILURES_PER_DAY: i64 = 100;

impl Accounts {
    /// Signs somebody in and returns the new session's token. Whether the name is unknown or the password wrong makes
    /// no difference, in the answer or in the time it takes.
    ///
    /// # Errors
    /// [`Error::TooMany`] where the network or the account has tried too often; [`Error::Forbidden`] otherwise.
    pub async fn sign_in(&self, email: &str, password: &SecretString, network: &IpNet) -> Result<String> {
        // What is no address has an index as well, so that it is throttled and answered alike.
        let index = match EmailAddress::parse(email) {
            Some(address) => self.keys.address_index(&address),
            None => token_hash(email),
        };
        let network = self.keys.network_index(network);
        self.admit(&index, &network).await?;
        let mut tx = self.store.read().await?;
        let found = moderators::find(&mut tx, &index).await?;
        drop(tx);
        let known = found.as_ref().map(|(_, hash)| hash.clone());
        if !self.verify(password, known).await? {
            return Err(Error::Forbidden);
        }
        let (moderator, _) = found.ok_or(Error::Forbidden)?;
        let mut tx = self.store.write().await?;
        sign_ins::note(&mut tx, self.clock.new_id(), &index, &network, true, self.clock.now()).await?;
        let session = self.begin_session(&mut tx, moderator.id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Counts the attempt before it is looked at, so that many at once do not slip through.
    async fn admit(&self, index: &[u8], network: &[u8]) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let by_network = sign_ins::nth_from_network(&mut tx, network, NETWORK_PER_MINUTE).await?.map(|at| at + MINUTE);
        let by_account = sign_ins::nth_failure(&mut tx, index, FAILURES_PER_DAY).await?.map(|at| at + DAY);
        let until = by_network.max(by_account).unwrap_or_default();
        if until > now.millis() {
            return Err(Error::TooMany { retry_after: (until - now.millis() + 999) / 1000 });
        }
        sign_ins::note(&mut tx, self.clock.new_id(), index, network, false, now).await?;
        tx.commit().await?;
        Ok(())
    }
}
