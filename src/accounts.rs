//! Moderators' accounts: the first owner, signing in and out, passwords.

use std::sync::{Arc, LazyLock};

use anyhow::{Context, anyhow};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::clock::Clock;
use crate::email_address::EmailAddress;
use crate::error::{Error, FieldError, Result};
use crate::i18n::Locale;
use crate::moderator::{Moderator, Role, check_password};
use crate::secrets::{Keys, random_token, token_hash};
use crate::store::moderators::Newcomer;
use crate::store::{Store, Tx, memberships, moderators, sessions, sign_ins};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A session ends when it has not been used for a week, and after 30 days in any case, in milliseconds.
const IDLE: i64 = 7 * DAY;
const ABSOLUTE: i64 = 30 * DAY;

/// A setup link holds for a day.
const SETUP: i64 = DAY;

/// Attempts from one network in a minute, and failures of one account in a day, after which nobody is let in.
const NETWORK_PER_MINUTE: i64 = 5;
const FAILURES_PER_DAY: i64 = 100;

/// Accounts, and the few threads that hash passwords.
#[derive(Clone, Debug)]
pub struct Accounts {
    store: Store,
    keys: Keys,
    clock: Clock,
    /// Two at once: each takes 64 MiB and a whole core.
    hashing: Arc<Semaphore>,
}

/// What somebody types who becomes a moderator.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// The name that colleagues see, 1 to 100 characters.
    pub name: &'a str,
    /// The e-mail address, which is the name for signing in.
    pub email: &'a str,
    /// The password.
    pub password: &'a SecretString,
    /// The language of panel and mails.
    pub locale: Locale,
}

/// Somebody who has signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub moderator: Moderator,
    /// The hash under which the session is kept; forms are tied to it.
    pub session: Vec<u8>,
}

impl Accounts {
    /// Accounts kept in `store`.
    pub fn new(store: Store, keys: Keys, clock: Clock) -> Self {
        Self { store, keys, clock, hashing: Arc::new(Semaphore::new(2)) }
    }

    /// The token of a link that makes the first owner: it holds for a day and once, and replaces every earlier one.
    /// `None` where there is an owner already.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn new_setup_token(&self) -> Result<Option<String>> {
        let mut tx = self.store.write().await?;
        if moderators::has_owner(&mut tx).await? {
            return Ok(None);
        }
        let token = random_token();
        sessions::renew_setup_link(&mut tx, &token_hash(&token), self.clock.now().plus(SETUP)).await?;
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
    pub async fn set_up(&self, token: &str, account: &NewAccount<'_>) -> Result<String> {
        let checked = CheckedAccount::check(account)?;
        if !self.setup_holds(token).await? {
            return Err(Error::NotFound);
        }
        let hash = self.hash(account.password).await?;
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        if moderators::has_owner(&mut tx).await? || !sessions::use_setup_link(&mut tx, &token_hash(token), now).await? {
            return Err(Error::NotFound);
        }
        let id = self.insert(&mut tx, &checked, &hash, true).await?.ok_or(Error::NotFound)?;
        let session = self.begin_session(&mut tx, id).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// Adds a moderator. With a site the role holds there; the role of owner holds everywhere.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what was typed, also where the address has an account already (`taken`).
    pub async fn add(&self, account: &NewAccount<'_>, role: Role, site_id: Option<Uuid>) -> Result<Uuid> {
        let checked = CheckedAccount::check(account)?;
        let hash = self.hash(account.password).await?;
        let mut tx = self.store.write().await?;
        let taken = || Error::Invalid(vec![FieldError { field: "email", code: "taken" }]);
        let id = self.insert(&mut tx, &checked, &hash, role == Role::Owner).await?.ok_or_else(taken)?;
        if let Some(site_id) = site_id.filter(|_| role != Role::Owner) {
            memberships::give(&mut tx, id, site_id, role).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Gives a moderator another password and ends their sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown address, [`Error::Invalid`] for the password.
    pub async fn reset(&self, email: &str, password: &SecretString) -> Result<()> {
        let address = EmailAddress::parse(email).ok_or(Error::NotFound)?;
        accept_password(password, "", address.expose())?;
        let hash = self.hash(password).await?;
        let mut tx = self.store.write().await?;
        let moderator = self.find(&mut tx, email).await?;
        moderators::change_password(&mut tx, moderator.id, &hash).await?;
        sessions::end_all(&mut tx, moderator.id).await?;
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
        if let Some(site_id) = site_id.filter(|_| role != Role::Owner) {
            memberships::give(&mut tx, moderator.id, site_id, role).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Takes every role from a moderator and ends their sessions. The journal keeps who decided what.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown address.
    pub async fn remove(&self, email: &str) -> Result<()> {
        let mut tx = self.store.write().await?;
        let moderator = self.find(&mut tx, email).await?;
        moderators::make_owner(&mut tx, moderator.id, false).await?;
        memberships::take_all(&mut tx, moderator.id).await?;
        sessions::end_all(&mut tx, moderator.id).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn find(&self, tx: &mut Tx, email: &str) -> Result<Moderator> {
        let address = EmailAddress::parse(email).ok_or(Error::NotFound)?;
        let found = moderators::find(tx, &self.keys.address_index(&address)).await?;
        found.map(|(moderator, _)| moderator).ok_or(Error::NotFound)
    }

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

    /// Who has this session, which lasts longer by being used.
    ///
    /// # Errors
    /// [`Error::SignInNeeded`] where there is none.
    pub async fn session(&self, token: &str) -> Result<SignedIn> {
        let hash = token_hash(token);
        let now = self.clock.now();
        let mut tx = self.store.read().await?;
        let session = sessions::find(&mut tx, &hash, now).await?.ok_or(Error::SignInNeeded)?;
        drop(tx);
        let end = session.created_at.plus(ABSOLUTE);
        let lasting = now.plus(IDLE).min(end);
        // Not at every request: a write each day is enough to keep it alive, and one more lets it reach its end.
        if lasting.millis() - session.expires_at.millis() > DAY || (lasting == end && session.expires_at < end) {
            let mut tx = self.store.write().await?;
            sessions::extend(&mut tx, &hash, lasting).await?;
            tx.commit().await?;
        }
        Ok(SignedIn { moderator: session.moderator, session: hash })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn sign_out(&self, session: &[u8]) -> Result<()> {
        let mut tx = self.store.write().await?;
        sessions::end(&mut tx, session).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes sessions that have expired and attempts that no throttle counts any more.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn forget_expired(&self) -> Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        sessions::end_expired(&mut tx, now).await?;
        sign_ins::forget(&mut tx, now.plus(-ABSOLUTE)).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn insert(&self, tx: &mut Tx, account: &CheckedAccount, hash: &str, is_owner: bool) -> Result<Option<Uuid>> {
        let moderator = Moderator { id: self.clock.new_id(), name: account.name.clone(), is_owner, locale: account.locale };
        let newcomer = Newcomer {
            moderator: &moderator,
            address: &self.keys.seal(&account.address)?,
            address_index: &self.keys.address_index(&account.address),
            password_hash: hash,
        };
        Ok(moderators::add(tx, &newcomer, self.clock.now()).await?.then_some(moderator.id))
    }

    async fn begin_session(&self, tx: &mut Tx, moderator_id: Uuid) -> Result<String> {
        let token = random_token();
        let now = self.clock.now();
        sessions::begin(tx, &token_hash(&token), moderator_id, now, now.plus(IDLE)).await?;
        Ok(token)
    }

    async fn hash(&self, password: &SecretString) -> Result<String> {
        let password = password.clone();
        self.in_hashing_thread(move || hash_password(password.expose_secret().as_bytes())).await?
    }

    async fn verify(&self, password: &SecretString, hash: Option<String>) -> Result<bool> {
        /// The hash that is tried for a name that nobody has, so that it takes as long.
        static NOBODY: LazyLock<String> =
            LazyLock::new(|| hash_password(&crate::clock::random_bytes::<16>()).unwrap_or_default());
        let password = password.clone();
        self.in_hashing_thread(move || {
            let nobody = LazyLock::force(&NOBODY);
            let hash = hash.as_ref().unwrap_or(nobody);
            argon2id().verify_password(password.expose_secret().as_bytes(), hash.as_str()).is_ok()
        })
        .await
    }

    async fn in_hashing_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = self.hashing.clone().acquire_owned().await.context("hashing has ended")?;
        let work = move || {
            let _permit = permit;
            work()
        };
        Ok(tokio::task::spawn_blocking(work).await.context("hashing a password failed")?)
    }
}

struct CheckedAccount {
    name: String,
    address: EmailAddress,
    locale: Locale,
}

impl CheckedAccount {
    fn check(account: &NewAccount<'_>) -> Result<Self> {
        let name = account.name.trim();
        let mut faults = Vec::new();
        match name.chars().count() {
            0 => faults.push(FieldError { field: "name", code: "required" }),
            1..=100 if !name.chars().any(char::is_control) => {}
            1..=100 => faults.push(FieldError { field: "name", code: "invalid" }),
            _ => faults.push(FieldError { field: "name", code: "too_long" }),
        }
        let address = EmailAddress::parse(account.email);
        if address.is_none() {
            faults.push(FieldError { field: "email", code: "invalid" });
        }
        if let Err(Error::Invalid(more)) = accept_password(account.password, name, account.email) {
            faults.extend(more);
        }
        match address {
            Some(address) if faults.is_empty() => Ok(Self { name: name.to_owned(), address, locale: account.locale }),
            _ => Err(Error::Invalid(faults)),
        }
    }
}

fn accept_password(password: &SecretString, name: &str, address: &str) -> Result<()> {
    check_password(password.expose_secret(), name, address)
        .map_err(|fault| Error::Invalid(vec![FieldError { field: "password", code: fault.code() }]))
}

/// Argon2id with 64 MiB, three passes and one lane: under a quarter of a second on a small server.
fn argon2id() -> Argon2<'static> {
    let params = Params::new(64 * 1024, 3, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_password(password: &[u8]) -> Result<String> {
    let hash = argon2id().hash_password(password).map_err(|error| anyhow!("a password could not be hashed: {error}"))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_verifies_against_its_own_hash_alone() {
        let hash = hash_password(b"zwei Pferde im Schnee").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
        assert!(argon2id().verify_password(b"zwei Pferde im Schnee", hash.as_str()).is_ok());
        assert!(argon2id().verify_password(b"zwei Pferde im Regen", hash.as_str()).is_err());
    }
}
