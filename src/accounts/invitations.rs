//! Invitations go out by mail, hold once and for a week, and give a role on a site.

use secrecy::SecretString;
use uuid::Uuid;

use super::journal::Happened;
use super::{Accounts, CheckedAccount, DAY, NewAccount};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderator::{Moderator, Role};
use crate::store::account_links::{self, Link};
use crate::store::{Tx, mails, memberships, moderators, turns};

/// How long an invitation holds, in milliseconds.
const INVITATION: i64 = 7 * DAY;

/// Invitations in a day to one address, and from one site: whoever has an admin's session mails nobody to death with it.
const TO_ADDRESS_PER_DAY: i64 = 5;
const FROM_SITE_PER_DAY: i64 = 50;

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// A mail is on its way.
    ByMail,
    /// Who has an account already has the role from now on, and is told by mail.
    AtOnce,
}

impl Accounts {
    /// Invites somebody to a site, or gives the role at once to whoever has an account. An earlier invitation to the same
    /// site ends.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what was typed; [`Error::Forbidden`] for whoever may not give the role, and for oneself;
    /// [`Error::TooMany`] where too many have gone out.
    pub async fn invite(&self, by: &Moderator, site_id: Uuid, name: &str, email: &str, role: Role) -> Result<Invited> {
        let checked = CheckedAccount::check(name, email, by.locale)?;
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        self.may_give(&mut tx, by, site_id, role).await?;
        turns::take(&mut tx, &[site_id.as_bytes()]).await?;
        let known = moderators::find(&mut tx, &self.keys.address_index(&checked.address)).await?;
        let moderator_id = match known {
            // The last key would be lost.
            Some((moderator, _)) if moderator.id == by.id => return Err(Error::Forbidden),
            Some((moderator, hash)) if !hash.is_empty() => {
                self.give(&mut tx, by, &moderator, site_id, role).await?;
                tx.commit().await?;
                return Ok(Invited::AtOnce);
            }
            Some((moderator, _)) => moderator.id,
            // No password opens an account that nobody has accepted.
            None => self.insert(&mut tx, &checked, "", false).await?.ok_or(Error::NotFound)?,
        };
        let to_address = account_links::nth_to_account(&mut tx, moderator_id, "invitation", TO_ADDRESS_PER_DAY).await?;
        let from_site = account_links::nth_to_site(&mut tx, site_id, FROM_SITE_PER_DAY).await?;
        self.not_before(to_address.max(from_site).map(|at| at + DAY))?;
        let link = Link {
            id: self.clock.new_id(),
            kind: "invitation".into(),
            moderator_id,
            site_id: Some(site_id),
            role: Some(role),
            invited_by: Some(by.id),
            expires_at: now.plus(INVITATION),
        };
        account_links::end_invitations(&mut tx, moderator_id, site_id, now).await?;
        account_links::add(&mut tx, &link, now).await?;
        mails::queue(&mut tx, self.clock.new_id(), "invitation", moderator_id, site_id, Some(link.id), now).await?;
        self.note(&mut tx, Happened::by("invited", moderator_id, Some(by.id)).on(site_id, Some(role))).await?;
        tx.commit().await?;
        Ok(Invited::ByMail)
    }

    async fn give(&self, tx: &mut Tx, by: &Moderator, to: &Moderator, site_id: Uuid, role: Role) -> Result<()> {
        let has = memberships::role(tx, to.id, site_id).await?;
        // An owner has every site already, and stays what they are.
        if has == Some(Role::Owner) || has == Some(role) {
            return Ok(());
        }
        match role {
            Role::Owner => moderators::make_owner(tx, to.id, true).await?,
            role => memberships::give(tx, to.id, site_id, role).await?,
        }
        self.note(tx, Happened::by("role-given", to.id, Some(by.id)).on(site_id, Some(role))).await?;
        mails::queue(tx, self.clock.new_id(), "role", to.id, site_id, None, self.clock.now()).await?;
        Ok(())
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
        if account_links::use_up(&mut tx, id, now).await? {
            let happened = Happened::by("invitation-taken-back", link.moderator_id, Some(by.id));
            self.note(&mut tx, happened.on(site_id, link.role)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Accepts an invitation: the account gets its name and password, and the role of this and of every other invitation
    /// that has come to the same mailbox; returns the session's token.
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
        let (checked, hash) = self.check(&account).await?;
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let invitations = account_links::invitations_of(&mut tx, link.moderator_id, now).await?;
        if !invitations.iter().any(|held| held.id == link.id) || !account_links::use_up(&mut tx, link.id, now).await? {
            return Err(Error::NotFound);
        }
        // An account in use has a password of its own, which a mail from before does not change.
        if !moderators::first_password(&mut tx, link.moderator_id, &hash).await? {
            return Err(Error::NotFound);
        }
        moderators::rename(&mut tx, link.moderator_id, &checked.name, locale).await?;
        for invitation in invitations {
            match (invitation.role, invitation.site_id) {
                (Some(Role::Owner), _) => moderators::make_owner(&mut tx, link.moderator_id, true).await?,
                (Some(role), Some(site_id)) => memberships::give(&mut tx, link.moderator_id, site_id, role).await?,
                _ => return Err(Error::NotFound),
            }
        }
        account_links::end_all(&mut tx, link.moderator_id, now).await?;
        self.note(&mut tx, Happened::by_oneself("joined", link.moderator_id)).await?;
        let session = self.begin_session(&mut tx, link.moderator_id, browser).await?;
        tx.commit().await?;
        Ok(session)
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
