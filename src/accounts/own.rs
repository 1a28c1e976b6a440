//! What everybody may do with their own account: name, language, password, sessions; and what became of attempts to sign in.

use secrecy::SecretString;
use uuid::Uuid;

use super::journal::Happened;
use super::{Accounts, SignedIn, check_name};
use crate::error::{Error, FieldError, Result};
use crate::i18n::Locale;
use crate::secrets::token_hash;
use crate::store::sessions::OwnSession;
use crate::store::sign_ins::Attempt;
use crate::store::{moderators, sessions, sign_ins};

/// Attempts and sessions that are shown; "everywhere" ends the others as well.
const ATTEMPTS: i64 = 30;
const SESSIONS: i64 = 100;

impl Accounts {
    /// Changes one's own name and language.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the name.
    pub async fn rename(&self, by: &SignedIn, name: &str, locale: Locale) -> Result<()> {
        let name = check_name(name).map_err(|code| Error::Invalid(vec![FieldError { field: "name", code }]))?;
        let mut tx = self.store.write().await?;
        moderators::rename(&mut tx, by.moderator.id, &name, locale).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Changes one's own password; every other session ends, and every link in a mailbox.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the new one, or where the present one is another (`current`, `wrong`); [`Error::TooMany`] where
    /// it was guessed too often.
    pub async fn change_password(&self, by: &SignedIn, current: &SecretString, new: &SecretString) -> Result<()> {
        self.check_current(by, current).await?;
        let hash = self.judged_hash_for(&by.moderator, new).await?;
        let mut tx = self.store.write().await?;
        self.replace_password(&mut tx, by.moderator.id, &hash, &by.session).await?;
        self.note(&mut tx, Happened::by_oneself("password-changed", by.moderator.id)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Goes on only for whoever knows the present password.
    pub(super) async fn check_current(&self, by: &SignedIn, current: &SecretString) -> Result<()> {
        let id = by.moderator.id;
        let mut tx = self.store.read().await?;
        let (_, hash) = moderators::way_in(&mut tx, id).await?.ok_or(Error::NotFound)?;
        drop(tx);
        // Whoever sits at an unlocked machine guesses no faster than a stranger at the door.
        self.count(&token_hash(&format!("current {id}")), &by.session).await?;
        if self.verify(current, Some(hash)).await? {
            return Ok(());
        }
        Err(Error::Invalid(vec![FieldError { field: "current", code: "wrong" }]))
    }

    /// One's own sessions, the newest first, and the last attempts to sign in.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn own_sessions(&self, by: &SignedIn) -> Result<(Vec<OwnSession>, Vec<Attempt>)> {
        let mut tx = self.store.read().await?;
        let own = sessions::of_moderator(&mut tx, by.moderator.id, self.clock.now(), SESSIONS).await?;
        let (index, _) = moderators::way_in(&mut tx, by.moderator.id).await?.ok_or(Error::NotFound)?;
        Ok((own, sign_ins::of_address(&mut tx, &index, ATTEMPTS).await?))
    }

    /// Ends one of one's own sessions, or (`None`) all of them, this one too.
    ///
    /// # Errors
    /// The database cannot be reached. A session that is another's is left alone.
    pub async fn end_own(&self, by: &SignedIn, id: Option<Uuid>) -> Result<()> {
        let mut tx = self.store.write().await?;
        match id {
            Some(id) => sessions::end_one(&mut tx, by.moderator.id, id).await?,
            None => {
                sessions::end_all(&mut tx, by.moderator.id).await?;
                self.note(&mut tx, Happened::by_oneself("signed-out-everywhere", by.moderator.id)).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
