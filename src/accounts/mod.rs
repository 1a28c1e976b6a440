//! Moderators' accounts: the first owner, invitations, roles, signing in and out, passwords, the second
//! factor, sessions.

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
mod invitations;
mod journal;
mod links;
mod members;
mod own;
mod passwords;
mod second_factor;
mod sessions;
mod sign_in;

pub use invitations::Invited;
pub use second_factor::SecondFactor;
pub use sign_in::{Entered, Entrance, Passed};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// How long the journal of accounts is kept, in milliseconds.
const JOURNAL: i64 = 365 * DAY;

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

    /// Checks what somebody typed, and hashes the password. Every fault is told at once.
    async fn check(&self, account: &NewAccount<'_>) -> Result<(CheckedAccount, String)> {
        let checked = CheckedAccount::check(account.name, account.email, account.locale);
        let hash = self.judged_hash(account.password, account.name.trim(), account.email, false).await;
        match (checked, hash) {
            (Ok(checked), Ok(hash)) => Ok((checked, hash)),
            (Err(Error::Invalid(mut faults)), Err(Error::Invalid(more))) => {
                faults.extend(more);
                Err(Error::Invalid(faults))
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// Goes on only from that moment on.
    fn not_before(&self, until: Option<i64>) -> Result<()> {
        let wait = until.unwrap_or_default() - self.clock.now().millis();
        if wait > 0 { Err(Error::TooMany { retry_after: (wait + 999) / 1000 }) } else { Ok(()) }
    }

    /// Notes the domains of those who became moderators before domains were noted: so often and no oftener is a mail server
    /// called, whoever its mails are for. Where nothing is missing it is one question.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn note_domains(&self) -> anyhow::Result<()> {
        let missing = moderators::without_domain(&mut self.store.read().await?).await?;
        if missing.is_empty() {
            return Ok(());
        }
        // A damaged seal costs its owner the mails, and nobody the service.
        let opened = missing.iter().filter_map(|(id, sealed)| Some((*id, self.keys.open(sealed).ok()?)));
        let domains: Vec<_> = opened.map(|(id, address)| (id, self.keys.domain_index(&address))).collect();
        let mut tx = self.store.write().await?;
        for (id, domain_index) in domains {
            moderators::keep_domain(&mut tx, id, &domain_index).await?;
        }
        tx.commit().await
    }

    async fn insert(&self, tx: &mut Tx, account: &CheckedAccount, hash: &str, is_owner: bool) -> Result<Option<Uuid>> {
        let moderator = Moderator { id: self.clock.new_id(), name: account.name.clone(), is_owner, locale: account.locale };
        let newcomer = Newcomer {
            moderator: &moderator,
            address: &self.keys.seal(&account.address)?,
            address_index: &self.keys.address_index(&account.address),
            domain_index: &self.keys.domain_index(&account.address),
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
    fn check(name: &str, email: &str, locale: Locale) -> Result<Self> {
        let mut faults = Vec::new();
        let name = check_name(name).map_err(|code| faults.push(FieldError { field: "name", code }));
        let address = EmailAddress::parse(email);
        if address.is_none() {
            faults.push(FieldError { field: "email", code: "invalid" });
        }
        match (name, address) {
            (Ok(name), Some(address)) => Ok(Self { name, address, locale }),
            _ => Err(Error::Invalid(faults)),
        }
    }
}

/// A name of 1 to 100 characters, or a word for what is wrong with it.
fn check_name(name: &str) -> std::result::Result<String, &'static str> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err("required"),
        1..=100 if !name.chars().any(char::is_control) => Ok(name.to_owned()),
        1..=100 => Err("invalid"),
        _ => Err("too_long"),
    }
}
