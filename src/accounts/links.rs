//! Links that go out by mail: invitations, and new passwords. Each holds once and for a time; the mail is a row of the same
//! transaction.

use ipnet::IpNet;
use secrecy::SecretString;
use uuid::Uuid;

use super::{Accounts, CheckedAccount, DAY, MINUTE, NewAccount, accept_password, check_name};
use crate::email_address::EmailAddress;
use crate::error::{Error, FieldError, Result};
use crate::i18n::Locale;
use crate::moderator::{Moderator, Role};
use crate::secrets::token_hash;
use crate::store::account_links::{self, Link};
use crate::store::{Tx, mails, memberships, moderators, sessions, sites};

/// How long an invitation and a link for a new password hold, in milliseconds.
const INVITATION: i64 = 7 * DAY;
const PASSWORD: i64 = 60 * MINUTE;

/// One mail about a password in so many milliseconds: a stranger who asks again and again fills nobody's mailbox.
const PASSWORD_AGAIN: i64 = 5 * MINUTE;

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// A mail is on its way.
    ByMail,
    /// Who has an account already has the role from now on.
    AtOnce,
}

impl Accounts {
    /// Invites somebody to a site, or gives the role at once to whoever has an account. An earlier invitation ends.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what was typed; [`Error::Forbidden`] for whoever may not give the role.
    pub async fn invite(&self, by: &Moderator, site_id: Uuid, name: &str, email: &str, role: Role) -> Result<Invited> {
        let checked = CheckedAccount::check_without_password(name, email, by.locale)?;
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        self.may_give(&mut tx, by, site_id, role).await?;
        let known = moderators::find(&mut tx, &self.keys.address_index(&checked.address)).await?;
        let moderator_id = match known {
            Some((moderator, hash)) if !hash.is_empty() => {
                // An owner has every site already, and stays what they are.
                if role == Role::Owner {
                    moderators::make_owner(&mut tx, moderator.id, true).await?;
                } else if !moderator.is_owner {
                    memberships::give(&mut tx, moderator.id, site_id, role).await?;
                }
                tx.commit().await?;
                return Ok(Invited::AtOnce);
            }
            Some((moderator, _)) => moderator.id,
            // No password opens an account that nobody has accepted.
            None => self.insert(&mut tx, &checked, "", false).await?.ok_or(Error::NotFound)?,
        };
        let link = Link {
            id: self.clock.new_id(),
            kind: "invitation".into(),
            moderator_id,
            site_id: Some(site_id),
            role: Some(role),
            expires_at: now.plus(INVITATION),
        };
        account_links::add(&mut tx, &link, now).await?;
        mails::queue(&mut tx, self.clock.new_id(), "invitation", moderator_id, site_id, Some(link.id), now).await?;
        tx.commit().await?;
        Ok(Invited::ByMail)
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// As [`Accounts::invite`].
    pub async fn take_back(&self, by: &Moderator, site_id: Uuid, id: Uuid) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        self.may_give(&mut tx, by, site_id, Role::Moderator).await?;
        let link = account_links::holding(&mut tx, id, now).await?.ok_or(Error::NotFound)?;
        if link.kind != "invitation" || link.site_id != Some(site_id) {
            return Err(Error::NotFound);
        }
        self.may_give(&mut tx, by, site_id, link.role.unwrap_or(Role::Moderator)).await?;
        account_links::use_up(&mut tx, id, now).await?;
        tx.commit().await?;
        Ok(())
    }

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

    /// Accepts an invitation: the account gets its name and password, and the role; returns the session's token.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what was typed; [`Error::NotFound`] where the link does not hold.
    pub async fn accept(
        &self,
        token: &str,
        name: &str,
        password: &SecretString,
        locale: Locale,
        browser: &str,
    ) -> Result<String> {
        let (link, _) = self.link("invitation", token).await?;
        let address = self.address_of(link.moderator_id).await?;
        let account = NewAccount { name, email: address.expose(), password, locale };
        let checked = CheckedAccount::check(&account)?;
        let hash = self.hash(password).await?;
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        if !account_links::use_up(&mut tx, link.id, now).await? {
            return Err(Error::NotFound);
        }
        moderators::change_password(&mut tx, link.moderator_id, &hash).await?;
        moderators::rename(&mut tx, link.moderator_id, &checked.name, locale).await?;
        match (link.role, link.site_id) {
            (Some(Role::Owner), _) => moderators::make_owner(&mut tx, link.moderator_id, true).await?,
            (Some(role), Some(site_id)) => memberships::give(&mut tx, link.moderator_id, site_id, role).await?,
            _ => return Err(Error::NotFound),
        }
        let session = self.begin_session(&mut tx, link.moderator_id, browser).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Sends a link for a new password to whoever has an account with this address. Nobody is told whether there is one.
    ///
    /// # Errors
    /// [`Error::TooMany`] where the network or the address has asked too often.
    pub async fn ask_for_password(&self, email: &str, network: &IpNet) -> Result<()> {
        // Counted apart from signing in: who asks for a stranger's password keeps nobody from signing in.
        let index = token_hash(&format!("password {}", email.trim()));
        self.admit(&index, &self.keys.network_index(network)).await?;
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let found = match EmailAddress::parse(email) {
            Some(address) => moderators::find(&mut tx, &self.keys.address_index(&address)).await?,
            None => None,
        };
        let site = sites::all(&mut tx).await?.into_iter().next();
        if let (Some((moderator, hash)), Some(site)) = (found, site)
            && !hash.is_empty()
            && account_links::newest(&mut tx, moderator.id, "password").await?.is_none_or(|at| at.plus(PASSWORD_AGAIN) <= now)
        {
            let link = Link {
                id: self.clock.new_id(),
                kind: "password".into(),
                moderator_id: moderator.id,
                site_id: None,
                role: None,
                expires_at: now.plus(PASSWORD),
            };
            account_links::add(&mut tx, &link, now).await?;
            mails::queue(&mut tx, self.clock.new_id(), "password", moderator.id, site.id, Some(link.id), now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Sets a new password by a link, and ends every session.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the password; [`Error::NotFound`] where the link does not hold.
    pub async fn set_password(&self, token: &str, password: &SecretString) -> Result<()> {
        let (link, moderator) = self.link("password", token).await?;
        accept_password(password, &moderator.name, self.address_of(moderator.id).await?.expose())?;
        let hash = self.hash(password).await?;
        let mut tx = self.store.write().await?;
        if !account_links::use_up(&mut tx, link.id, self.clock.now()).await? {
            return Err(Error::NotFound);
        }
        moderators::change_password(&mut tx, moderator.id, &hash).await?;
        sessions::end_all(&mut tx, moderator.id).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn address_of(&self, id: Uuid) -> Result<EmailAddress> {
        let mut tx = self.store.read().await?;
        let (_, sealed) = moderators::with_address(&mut tx, id).await?.ok_or(Error::NotFound)?;
        Ok(self.keys.open(&sealed)?)
    }

    /// Admins give roles up to their own; the role of owner is given by owners.
    pub(super) async fn may_give(&self, tx: &mut Tx, by: &Moderator, site_id: Uuid, role: Role) -> Result<()> {
        match memberships::role(tx, by.id, site_id).await? {
            None => Err(Error::NotFound),
            Some(own) if own >= Role::Admin && own >= role => Ok(()),
            Some(_) => Err(Error::Forbidden),
        }
    }
}

/// The name alone, where nothing else of an account changes.
pub(super) fn name_faults(name: &str) -> Result<String> {
    check_name(name).map_err(|code| Error::Invalid(vec![FieldError { field: "name", code }]))
}
