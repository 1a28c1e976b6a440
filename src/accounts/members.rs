//! Who may do what: accounts are added, given roles, and lose them.

use secrecy::SecretString;
use uuid::Uuid;

use super::journal::Happened;
use super::{Accounts, NewAccount};
use crate::email_address::EmailAddress;
use crate::error::{Error, FieldError, Result};
use crate::moderator::{Moderator, Role};
use crate::store::{Tx, account_links, memberships, moderators, second_factors, sessions};

impl Accounts {
    /// Adds a moderator. With a site the role holds there; the role of owner holds everywhere.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what was typed, also where the address has an account already (`taken`).
    pub async fn add(&self, account: &NewAccount<'_>, role: Role, site_id: Option<Uuid>) -> Result<Uuid> {
        let (checked, hash) = self.check(account).await?;
        let mut tx = self.store.write().await?;
        let taken = || Error::Invalid(vec![FieldError { field: "email", code: "taken" }]);
        let id = self.insert(&mut tx, &checked, &hash, role == Role::Owner).await?.ok_or_else(taken)?;
        if let Some(site_id) = site_id.filter(|_| role != Role::Owner) {
            memberships::give(&mut tx, id, site_id, role).await?;
        }
        self.note(&mut tx, Happened::by("added", id, None)).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Gives a moderator another password and ends their sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown address, [`Error::Invalid`] for the password.
    pub async fn reset(&self, email: &str, password: &SecretString) -> Result<()> {
        let moderator = self.find(&mut self.store.read().await?, email).await?;
        let hash = self.judged_hash_for(&moderator, password).await?;
        let mut tx = self.store.write().await?;
        self.replace_password(&mut tx, moderator.id, &hash, b"").await?;
        self.note(&mut tx, Happened::by("password-reset", moderator.id, None)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives a moderator a role: on a site, or, as owner, everywhere.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown address.
    pub async fn give_role(&self, email: &str, role: Role, site_id: Option<Uuid>) -> Result<()> {
        let mut tx = self.store.write().await?;
        let moderator = self.find(&mut tx, email).await?;
        moderators::make_owner(&mut tx, moderator.id, role == Role::Owner).await?;
        let happened = Happened::by("role-given", moderator.id, None);
        match site_id.filter(|_| role != Role::Owner) {
            Some(site_id) => {
                memberships::give(&mut tx, moderator.id, site_id, role).await?;
                self.note(&mut tx, happened.on(site_id, Some(role))).await?;
            }
            None => self.note(&mut tx, happened).await?,
        }
        tx.commit().await?;
        Ok(())
    }

    /// Takes every role from a moderator and ends their sessions and links. The journal keeps who decided what.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown address.
    pub async fn remove(&self, email: &str) -> Result<()> {
        let mut tx = self.store.write().await?;
        let moderator = self.find(&mut tx, email).await?;
        moderators::make_owner(&mut tx, moderator.id, false).await?;
        memberships::take_all(&mut tx, moderator.id).await?;
        sessions::end_all(&mut tx, moderator.id).await?;
        second_factors::end_pending(&mut tx, moderator.id).await?;
        account_links::end_all(&mut tx, moderator.id, self.clock.now()).await?;
        self.note(&mut tx, Happened::by("removed", moderator.id, None)).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn find(&self, tx: &mut Tx, email: &str) -> Result<Moderator> {
        let address = EmailAddress::parse(email).ok_or(Error::NotFound)?;
        let found = moderators::find(tx, &self.keys.address_index(&address)).await?;
        found.map(|(moderator, _)| moderator).ok_or(Error::NotFound)
    }

    /// Gives a member another role on a site, or (`None`) takes it. The journal keeps who decided what.
    ///
    /// # Errors
    /// [`Error::NotFound`] for somebody who is no member; [`Error::Forbidden`] for whoever may not give the role, for
    /// owners, whose role is not a site's to take, and for oneself: the last key would be lost.
    pub async fn change_role(&self, by: &Moderator, site_id: Uuid, id: Uuid, role: Option<Role>) -> Result<()> {
        let mut tx = self.store.write().await?;
        self.may_give(&mut tx, by, site_id, role.unwrap_or(Role::Moderator)).await?;
        let now = memberships::role(&mut tx, id, site_id).await?.ok_or(Error::NotFound)?;
        if id == by.id || now == Role::Owner || role == Some(Role::Owner) {
            return Err(Error::Forbidden);
        }
        match role {
            Some(role) => memberships::give(&mut tx, id, site_id, role).await?,
            None => memberships::take(&mut tx, id, site_id).await?,
        }
        let kind = if role.is_some() { "role-given" } else { "role-taken" };
        self.note(&mut tx, Happened::by(kind, id, Some(by.id)).on(site_id, role)).await?;
        tx.commit().await?;
        Ok(())
    }
}
