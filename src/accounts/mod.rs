//! Moderators' accounts: the first owner, members of sites, signing in and out, passwords.

use std::sync::Arc;

use secrecy::SecretString;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::clock::Clock;
use crate::email_address::EmailAddress;
use crate::error::{Error, FieldError, Result};
use crate::i18n::Locale;
use crate::moderator::Moderator;
use crate::secrets::Keys;
use crate::store::moderators::Newcomer;
use crate::store::{Store, Tx, moderators};

mod first_owner;
mod members;
mod passwords;
mod sessions;
mod sign_in;

use passwords::accept_password;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

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
