//! The journal of accounts: who came in, who changed what, for owners to read.

use uuid::Uuid;

use super::Accounts;
use crate::error::{Error, Result};
use crate::moderator::{Moderator, Role};
use crate::store::Tx;
use crate::store::account_events::{self, Event, NewEvent};

/// Something that has happened to somebody's account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Happened {
    kind: &'static str,
    to: Uuid,
    by: Option<Uuid>,
    at_site: Option<(Uuid, Option<Role>)>,
}

impl Happened {
    /// What somebody did with their own account.
    pub(super) const fn by_oneself(kind: &'static str, id: Uuid) -> Self {
        Self { kind, to: id, by: Some(id), at_site: None }
    }

    /// What somebody else did with an account; nobody from the command line.
    pub(super) const fn by(kind: &'static str, to: Uuid, by: Option<Uuid>) -> Self {
        Self { kind, to, by, at_site: None }
    }

    /// The same, about a role on a site.
    pub(super) const fn on(self, site_id: Uuid, role: Option<Role>) -> Self {
        Self { at_site: Some((site_id, role)), ..self }
    }
}

impl Accounts {
    /// Writes down what happens in this transaction.
    pub(super) async fn note(&self, tx: &mut Tx, happened: Happened) -> Result<()> {
        let Happened { kind, to, by, at_site } = happened;
        let (site_id, role) = at_site.unzip();
        let role = role.flatten().map(Role::as_str);
        let event = NewEvent { id: self.clock.new_id(), kind, moderator_id: to, by_id: by, site_id, role, at: self.clock.now() };
        Ok(account_events::add(tx, &event).await?)
    }

    /// Up to `limit` entries of the journal, newest first, after the one with the id `after`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever is no owner.
    pub async fn journal(&self, by: &Moderator, after: Option<Uuid>, limit: i64) -> Result<Vec<Event>> {
        if !by.is_owner {
            return Err(Error::Forbidden);
        }
        Ok(account_events::read(&mut self.store.read().await?, after, limit).await?)
    }
}
