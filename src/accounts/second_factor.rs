//! The second factor: set up, given at the door, turned off, and taken off by an owner for whoever has lost it.

use secrecy::SecretString;
use uuid::Uuid;

use super::journal::Happened;
use super::sign_in::{Entered, Entrance};
use super::{Accounts, MINUTE, SignedIn};
use crate::error::{Error, FieldError, Result};
use crate::moderator::{LONG_ENOUGH_ALONE, Moderator, Role, characters};
use crate::secrets::{random_token, recovery_code, token_hash};
use crate::store::second_factors::{self, Pending};
use crate::store::{Tx, mails, memberships, moderators, sessions, sign_ins, sites};
use crate::totp::Secret;

/// How long somebody may look for the code after the password, in milliseconds.
const PENDING: i64 = 5 * MINUTE;

/// Wrong codes of an account in a day, wherever they come from: whoever guesses has the password already, and one code in
/// 333,333 fits. A new password opens the way again.
const WRONG_CODES_PER_DAY: i64 = 10;

/// Codes that stand in for a lost second factor.
const RECOVERY_CODES: usize = 10;

/// Where an account stands with its second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// There is none.
    Off,
    /// It is asked for; so many recovery codes are left.
    On(i64),
}

enum Given {
    Code,
    RecoveryCode,
}

impl Accounts {
    /// Where one's own account stands.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn second_factor(&self, by: &SignedIn) -> Result<SecondFactor> {
        let mut tx = self.store.read().await?;
        if !second_factors::is_on(&mut tx, by.moderator.id).await? {
            return Ok(SecondFactor::Off);
        }
        Ok(SecondFactor::On(second_factors::recovery_codes(&mut tx, by.moderator.id).await?))
    }

    /// Begins to set up one's own second factor: the secret, to be shown once. It is asked for when a code has confirmed it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the present password, [`Error::TooMany`] where it was guessed too often; [`Error::Forbidden`]
    /// where there is a second factor.
    pub async fn begin_second_factor(&self, by: &SignedIn, current: &SecretString) -> Result<Secret> {
        self.check_current(by, current).await?;
        let secret = Secret::random();
        let sealed = self.keys.seal_secret(&secret, by.moderator.id)?;
        let mut tx = self.store.write().await?;
        if !second_factors::begin(&mut tx, by.moderator.id, &sealed).await? {
            return Err(Error::Forbidden);
        }
        tx.commit().await?;
        Ok(secret)
    }

    /// Turns one's own second factor on by its first code; every other session ends, which had none. Returns the recovery
    /// codes, to be shown once.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a wrong code (`code`, `wrong`); [`Error::TooMany`] after too many; [`Error::NotFound`] where
    /// none was begun.
    pub async fn confirm_second_factor(&self, by: &SignedIn, code: &str) -> Result<Vec<String>> {
        let id = by.moderator.id;
        let mut tx = self.store.write().await?;
        let attempt = self.admit_code(&mut tx, id, &by.session).await?;
        let begun = second_factors::find(&mut tx, id).await?.filter(|factor| !factor.is_on).ok_or(Error::NotFound)?;
        let secret = self.keys.open_secret(&begun.secret, id)?;
        let step = secret.step_of(&digits(code), self.clock.now(), begun.last_step);
        let Some(step) = step else {
            tx.commit().await?;
            return Err(wrong_code());
        };
        sign_ins::succeed(&mut tx, attempt, &codes_of(id)).await?;
        if !second_factors::use_step(&mut tx, id, step).await? || !second_factors::confirm(&mut tx, id, self.clock.now()).await? {
            return Err(Error::NotFound);
        }
        let codes = self.give_recovery_codes(&mut tx, id).await?;
        sessions::end_others(&mut tx, id, &by.session).await?;
        self.tell(&mut tx, id, "second-factor-on", Some(id)).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Gives new recovery codes in the place of all that are left, by password and code; to be shown once.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a wrong password (`current`) or a wrong code (`code`); [`Error::TooMany`] after too many.
    pub async fn renew_recovery_codes(&self, by: &SignedIn, current: &SecretString, code: &str) -> Result<Vec<String>> {
        self.check_current(by, current).await?;
        let id = by.moderator.id;
        let mut tx = self.store.write().await?;
        let attempt = self.admit_code(&mut tx, id, &by.session).await?;
        if self.takes(&mut tx, id, code).await?.is_none() {
            tx.commit().await?;
            return Err(wrong_code());
        }
        sign_ins::succeed(&mut tx, attempt, &codes_of(id)).await?;
        let codes = self.give_recovery_codes(&mut tx, id).await?;
        self.tell(&mut tx, id, "recovery-codes-renewed", Some(id)).await?;
        tx.commit().await?;
        Ok(codes)
    }

    async fn give_recovery_codes(&self, tx: &mut Tx, id: Uuid) -> Result<Vec<String>> {
        let codes: Vec<String> = std::iter::repeat_with(recovery_code).take(RECOVERY_CODES).collect();
        second_factors::remove_recovery_codes(tx, id).await?;
        for code in &codes {
            second_factors::add_recovery_code(tx, id, &self.keys.recovery_code_hash(id, code)).await?;
        }
        Ok(codes)
    }

    /// The secret that was begun and waits for its first code.
    ///
    /// # Errors
    /// [`Error::NotFound`] where none was begun.
    pub async fn begun_second_factor(&self, by: &SignedIn) -> Result<Secret> {
        let mut tx = self.store.read().await?;
        let begun = second_factors::find(&mut tx, by.moderator.id).await?.filter(|factor| !factor.is_on);
        Ok(self.keys.open_secret(&begun.ok_or(Error::NotFound)?.secret, by.moderator.id)?)
    }

    /// Turns one's own second factor off, by password and code.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a wrong password (`current`), a password that is too short to stand alone, or a wrong code
    /// (`code`); [`Error::TooMany`] after too many.
    pub async fn end_second_factor(&self, by: &SignedIn, current: &SecretString, code: &str) -> Result<()> {
        self.check_current(by, current).await?;
        if characters(current) < LONG_ENOUGH_ALONE {
            return Err(Error::Invalid(vec![FieldError { field: "current", code: "too_short_alone" }]));
        }
        let id = by.moderator.id;
        let mut tx = self.store.write().await?;
        let attempt = self.admit_code(&mut tx, id, &by.session).await?;
        if self.takes(&mut tx, id, code).await?.is_none() {
            tx.commit().await?;
            return Err(wrong_code());
        }
        sign_ins::succeed(&mut tx, attempt, &codes_of(id)).await?;
        second_factors::remove(&mut tx, id).await?;
        self.tell(&mut tx, id, "second-factor-off", Some(id)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes the second factor off for a member of a site who has lost it; their sessions end, and they are told by mail.
    /// Doing it twice is doing it once.
    ///
    /// # Errors
    /// [`Error::NotFound`] for somebody who is no member; [`Error::Forbidden`] for whoever is no owner, and for oneself, who
    /// turns it off with a code.
    pub async fn reset_second_factor(&self, by: &Moderator, site_id: Uuid, id: Uuid) -> Result<()> {
        let mut tx = self.store.write().await?;
        self.may_give(&mut tx, by, site_id, Role::Owner).await?;
        memberships::role(&mut tx, id, site_id).await?.ok_or(Error::NotFound)?;
        if id == by.id {
            return Err(Error::Forbidden);
        }
        self.take_off(&mut tx, id, Some(by.id)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The same for the operator, who knows the address.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown address.
    pub async fn reset_second_factor_of(&self, email: &str) -> Result<()> {
        let mut tx = self.store.write().await?;
        let moderator = self.find(&mut tx, email).await?;
        self.take_off(&mut tx, moderator.id, None).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn take_off(&self, tx: &mut Tx, id: Uuid, by: Option<Uuid>) -> Result<()> {
        if second_factors::is_on(tx, id).await? {
            second_factors::remove(tx, id).await?;
            sessions::end_all(tx, id).await?;
            self.tell(tx, id, "second-factor-reset", by).await?;
        }
        Ok(())
    }

    /// Whether somebody owes a code, in time.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] where not.
    pub async fn owes_code(&self, pending: &str) -> Result<()> {
        let mut tx = self.store.read().await?;
        let found = second_factors::pending(&mut tx, &token_hash(pending), self.clock.now()).await?;
        found.map(drop).ok_or(Error::SignInNeeded)
    }

    /// Signs in whoever has given the password, by a code of the app or one that stands in for it.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] where the password was given too long ago; [`Error::TooMany`] after too many wrong codes;
    /// [`Error::Forbidden`] for a wrong one.
    pub async fn enter_code(&self, pending: &str, code: &str, from: Entrance<'_>) -> Result<Entered> {
        let hash = token_hash(pending);
        let mut tx = self.store.write().await?;
        let owing = second_factors::pending(&mut tx, &hash, self.clock.now()).await?.ok_or(Error::SignInNeeded)?;
        let id = owing.moderator_id;
        let attempt = self.admit_code(&mut tx, id, &hash).await?;
        let Some(given) = self.takes(&mut tx, id, code).await? else {
            tx.commit().await?;
            return Err(Error::Forbidden);
        };
        sign_ins::succeed(&mut tx, attempt, &codes_of(id)).await?;
        let (index, _) = moderators::way_in(&mut tx, id).await?.ok_or(Error::SignInNeeded)?;
        second_factors::end_pending(&mut tx, id).await?;
        if matches!(given, Given::RecoveryCode) {
            self.tell(&mut tx, id, "recovery-code-used", Some(id)).await?;
        }
        let entered = self.enter(&mut tx, id, owing.sign_in_id, &index, from).await?;
        tx.commit().await?;
        Ok(entered)
    }

    /// What a session becomes that still owes the code: its token.
    pub(super) async fn begin_pending(&self, tx: &mut Tx, moderator_id: Uuid, sign_in_id: Uuid) -> Result<String> {
        let token = random_token();
        let pending = Pending { moderator_id, sign_in_id };
        second_factors::add_pending(tx, &token_hash(&token), &pending, self.clock.now().plus(PENDING)).await?;
        Ok(token)
    }

    /// Whoever guessed codes knew the password, and does not know the one that is new.
    pub(super) async fn forgive_codes(&self, tx: &mut Tx, id: Uuid) -> Result<()> {
        second_factors::end_pending(tx, id).await?;
        sign_ins::note(tx, self.clock.new_id(), &codes_of(id), b"", true, self.clock.now()).await?;
        Ok(())
    }

    /// Counts a code before it is looked at: as one of the account, and as one of the session or of whoever owes it.
    async fn admit_code(&self, tx: &mut Tx, id: Uuid, place: &[u8]) -> Result<Uuid> {
        let place = token_hash(&format!("code {place:?}"));
        self.admit(tx, &codes_of(id), &place, WRONG_CODES_PER_DAY).await
    }

    /// Takes a code, if it is one that the account has not used: six digits are the app's, everything else stands in.
    async fn takes(&self, tx: &mut Tx, id: Uuid, code: &str) -> Result<Option<Given>> {
        let Some(factor) = second_factors::find(tx, id).await?.filter(|factor| factor.is_on) else { return Ok(None) };
        let typed = digits(code);
        if typed.len() == 6 && typed.bytes().all(|byte| byte.is_ascii_digit()) {
            let step = self.keys.open_secret(&factor.secret, id)?.step_of(&typed, self.clock.now(), factor.last_step);
            let Some(step) = step else { return Ok(None) };
            return Ok(second_factors::use_step(tx, id, step).await?.then_some(Given::Code));
        }
        let hash = self.keys.recovery_code_hash(id, code);
        Ok(second_factors::use_recovery_code(tx, id, &hash).await?.then_some(Given::RecoveryCode))
    }

    /// Tells somebody by mail what became of their account, and the journal.
    async fn tell(&self, tx: &mut Tx, id: Uuid, what: &'static str, by: Option<Uuid>) -> Result<()> {
        self.note(tx, Happened::by(what, id, by)).await?;
        // A mail is about a site; the first one stands for all of them.
        if let Some(site) = sites::all(tx).await?.into_iter().next() {
            mails::queue(tx, self.clock.new_id(), what, id, site.id, None, self.clock.now()).await?;
        }
        Ok(())
    }
}

/// What wrong codes of an account are counted under.
fn codes_of(id: Uuid) -> Vec<u8> {
    token_hash(&format!("code {id}"))
}

fn wrong_code() -> Error {
    Error::Invalid(vec![FieldError { field: "code", code: "wrong" }])
}

/// Apps show a code in two groups, and so it is typed.
fn digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}
