//! Signing in, and the throttles in front of it.

use ipnet::IpNet;
use secrecy::SecretString;
use uuid::Uuid;

use super::journal::Happened;
use super::{Accounts, DAY, MINUTE, passwords};
use crate::email_address::EmailAddress;
use crate::error::{Error, FieldError, Result};
use crate::moderator::{LONG_ENOUGH_ALONE, characters};
use crate::secrets::{random_token, token_hash};
use crate::store::{Tx, moderators, second_factors, sign_ins, turns};

/// Attempts from one network in a minute, and failures of one account in a day, after which nobody is let in.
const NETWORK_PER_MINUTE: i64 = 5;
const FAILURES_PER_DAY: i64 = 100;

/// Failures in a day from a browser that the account has signed in with. Beyond them it is a browser like any other.
const DEVICE_FAILURES_PER_DAY: i64 = 10;

/// What a browser gets that has signed in.
#[derive(Debug)]
pub struct Entered {
    /// The token of the session.
    pub session: String,
    /// What the browser keeps, so that strangers' failures never lock it out (OWASP's device cookie). It opens nothing.
    pub device: String,
}

/// How far somebody has come with address and password.
#[derive(Debug)]
pub enum Passed {
    /// They are in.
    In(Entered),
    /// They have a second factor: the token by which the code is given. It is no session.
    CodeNeeded(String),
}

/// Where somebody comes from who signs in.
#[derive(Clone, Copy, Debug)]
pub struct Entrance<'a> {
    /// The client's network.
    pub network: &'a IpNet,
    /// The device cookie that the browser has.
    pub device: Option<&'a str>,
    /// The browser in a few words, for the list of sessions.
    pub browser: &'a str,
}

impl Accounts {
    /// Signs somebody in. Whether the name is unknown or the password wrong makes no difference, in the answer or in the
    /// time it takes.
    ///
    /// # Errors
    /// [`Error::TooMany`] where the network or the account has tried too often; [`Error::Invalid`] for the right password
    /// that is too short without the second factor it once had; [`Error::Forbidden`] otherwise.
    pub async fn sign_in(&self, email: &str, password: &SecretString, from: Entrance<'_>) -> Result<Passed> {
        // What is no address has an index as well, so that it is throttled and answered alike.
        let index = match EmailAddress::parse(email) {
            Some(address) => self.keys.address_index(&address),
            None => token_hash(email),
        };
        let network = self.keys.network_index(from.network);
        let known_device = from.device.filter(|device| self.keys.knows_device(device, &index));
        let attempt = match self.admit_device(known_device, &network).await? {
            Some(attempt) => attempt,
            None => self.count(&index, &network).await?,
        };
        let mut tx = self.store.read().await?;
        let found = moderators::find(&mut tx, &index).await?;
        drop(tx);
        // Who was invited and has not accepted has no password, and is as unknown as anybody.
        let found = found.filter(|(_, hash)| !hash.is_empty());
        let known = found.as_ref().map(|(_, hash)| hash.clone());
        if !self.verify(password, known).await? {
            return Err(Error::Forbidden);
        }
        let (moderator, hash) = found.ok_or(Error::Forbidden)?;
        // The password is at hand now and never again: a hash of earlier parameters is made anew.
        let better = if passwords::is_current(&hash) { None } else { Some(self.hash(password).await?) };
        let mut tx = self.store.write().await?;
        if let Some(hash) = better {
            moderators::change_password(&mut tx, moderator.id, &hash).await?;
        }
        let passed = if second_factors::is_on(&mut tx, moderator.id).await? {
            Passed::CodeNeeded(self.begin_pending(&mut tx, moderator.id, attempt).await?)
        } else if characters(password) < LONG_ENOUGH_ALONE {
            return Err(Error::Invalid(vec![FieldError { field: "password", code: "too_short_alone" }]));
        } else {
            Passed::In(self.enter(&mut tx, moderator.id, attempt, &index, from).await?)
        };
        tx.commit().await?;
        Ok(passed)
    }

    /// Lets somebody in who has given everything that is asked for.
    pub(super) async fn enter(&self, tx: &mut Tx, id: Uuid, attempt: Uuid, index: &[u8], from: Entrance<'_>) -> Result<Entered> {
        sign_ins::succeed(tx, attempt, index).await?;
        self.note(tx, Happened::by_oneself("signed-in", id)).await?;
        let session = self.begin_session(tx, id, from.browser).await?;
        Ok(Entered { session, device: self.keys.device_cookie(&random_token(), index) })
    }

    /// Counts an attempt of a device that the account knows by itself: neither a stranger's failures with the same name nor
    /// those from the same network are its own. `None` where it is to be counted like any other.
    async fn admit_device(&self, device: Option<&str>, network: &[u8]) -> Result<Option<Uuid>> {
        let Some(device) = device else { return Ok(None) };
        let (now, index) = (self.clock.now(), token_hash(device));
        let mut tx = self.store.write().await?;
        turns::take(&mut tx, &[&index]).await?;
        let full = sign_ins::nth_failure(&mut tx, &index, DEVICE_FAILURES_PER_DAY).await?;
        if full.is_some_and(|at| at + DAY > now.millis()) {
            return Ok(None);
        }
        let attempt = self.clock.new_id();
        sign_ins::note(&mut tx, attempt, &index, network, false, now).await?;
        tx.commit().await?;
        Ok(Some(attempt))
    }

    /// Counts the attempt before it is looked at, so that many at once do not slip through.
    pub(super) async fn count(&self, index: &[u8], network: &[u8]) -> Result<Uuid> {
        let mut tx = self.store.write().await?;
        let attempt = self.admit(&mut tx, index, network, FAILURES_PER_DAY).await?;
        tx.commit().await?;
        Ok(attempt)
    }

    pub(super) async fn admit(&self, tx: &mut Tx, index: &[u8], network: &[u8], failures_per_day: i64) -> Result<Uuid> {
        turns::take(tx, &[index, network]).await?;
        let by_network = sign_ins::nth_from_network(tx, network, NETWORK_PER_MINUTE).await?.map(|at| at + MINUTE);
        let by_account = sign_ins::nth_failure(tx, index, failures_per_day).await?.map(|at| at + DAY);
        self.not_before(by_network.max(by_account))?;
        let attempt = self.clock.new_id();
        sign_ins::note(tx, attempt, index, network, false, self.clock.now()).await?;
        Ok(attempt)
    }
}
