//! Links that go out by mail, and the one that sets a new password. Each holds once and for a time; the mail is a row of the
//! same transaction.

use ipnet::IpNet;
use secrecy::SecretString;
use uuid::Uuid;

use super::journal::Happened;
use super::{Accounts, DAY, MINUTE};
use crate::email_address::EmailAddress;
use crate::error::{Error, Result};
use crate::moderator::Moderator;
use crate::secrets::token_hash;
use crate::store::account_links::{self, Link};
use crate::store::{Tx, mails, moderators, sites, turns};

/// How long a link for a new password holds, in milliseconds.
const PASSWORD: i64 = 60 * MINUTE;

/// One mail about a password in so many milliseconds, and so many in a day: a stranger who asks again and again fills
/// nobody's mailbox. An earlier link goes on to hold, so that a stranger's asking spoils none that somebody is about to use.
const PASSWORD_AGAIN: i64 = 5 * MINUTE;
const PASSWORDS_PER_DAY: i64 = 12;

impl Accounts {
    /// Whom a link is for, while it holds. Looking at it uses nothing up.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a link that is forged, used, or past its time.
    pub async fn link(&self, kind: &str, token: &str) -> Result<(Link, Moderator)> {
        let id = self.keys.verify_account_link(token).ok_or(Error::NotFound)?;
        let mut tx = self.store.read().await?;
        let link = account_links::holding(&mut tx, id, self.clock.now()).await?.ok_or(Error::NotFound)?;
        let moderator = moderators::with_address(&mut tx, link.moderator_id).await?.ok_or(Error::NotFound)?.0;
        if link.kind == kind { Ok((link, moderator)) } else { Err(Error::NotFound) }
    }

    /// Sends a link for a new password to whoever has an account with this address. Nobody is told whether there is one, in
    /// words or by the time it takes: attempt, link and mail are one transaction, which is written either way.
    ///
    /// # Errors
    /// [`Error::TooMany`] where the network has asked too often. An address has no limit that could be seen: a stranger
    /// would keep its owner out by reaching it.
    pub async fn ask_for_password(&self, email: &str, network: &IpNet) -> Result<()> {
        let address = EmailAddress::parse(email);
        let index = address.as_ref().map_or_else(|| token_hash(email), |address| self.keys.address_index(address));
        let mut tx = self.store.write().await?;
        // Counted apart from signing in: who asks for a stranger's password keeps nobody from signing in.
        let counted = token_hash(&format!("password {index:?}"));
        self.admit(&mut tx, &counted, &self.keys.network_index(network), i64::MAX).await?;
        turns::take(&mut tx, &[&counted]).await?;
        let found = moderators::find(&mut tx, &index).await?;
        let site = sites::all(&mut tx).await?.into_iter().next();
        if let (Some((moderator, hash)), Some(site)) = (found, site)
            && !hash.is_empty()
            && self.may_mail_password(&mut tx, moderator.id).await?
        {
            let now = self.clock.now();
            let link = Link {
                id: self.clock.new_id(),
                kind: "password".into(),
                moderator_id: moderator.id,
                site_id: None,
                role: None,
                invited_by: None,
                expires_at: now.plus(PASSWORD),
            };
            account_links::add(&mut tx, &link, now).await?;
            mails::queue(&mut tx, self.clock.new_id(), "password", moderator.id, site.id, Some(link.id), now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn may_mail_password(&self, tx: &mut Tx, id: Uuid) -> Result<bool> {
        let last = account_links::nth_to_account(tx, id, "password", 1).await?.map(|at| at + PASSWORD_AGAIN);
        let first = account_links::nth_to_account(tx, id, "password", PASSWORDS_PER_DAY).await?.map(|at| at + DAY);
        Ok(last.max(first).is_none_or(|until| until <= self.clock.now().millis()))
    }

    /// Sets a new password by a link, and ends every session and every other link.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the password; [`Error::NotFound`] where the link does not hold.
    pub async fn set_password(&self, token: &str, password: &SecretString) -> Result<()> {
        let (link, moderator) = self.link("password", token).await?;
        let hash = self.judged_hash_for(&moderator, password).await?;
        let mut tx = self.store.write().await?;
        if !account_links::use_up(&mut tx, link.id, self.clock.now()).await? {
            return Err(Error::NotFound);
        }
        self.replace_password(&mut tx, moderator.id, &hash, b"").await?;
        self.note(&mut tx, Happened::by_oneself("password-by-mail", moderator.id)).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn address_of(&self, id: Uuid) -> Result<EmailAddress> {
        let mut tx = self.store.read().await?;
        let (_, sealed) = moderators::with_address(&mut tx, id).await?.ok_or(Error::NotFound)?;
        Ok(self.keys.open(&sealed)?)
    }
}
