//! The mail worker: takes a mail that is due, writes it from what is true now, sends it, notes what became of it. Calls of
//! webhooks go the same way.
//!
//! Each family of mails has a file of its own, which composes from what is true at that moment; `kinds` says which kind
//! of mail is of which family.

mod account;
mod held_comments;
mod kinds;
mod to_authors;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::i18n::Locale;
use crate::mail::{Envelope, Failure, Letter, Mailer};
use crate::secrets::{Keys, SealedAddress};
use crate::store::outbox::{self, Leased, Outcome};
use crate::store::{Store, suppressions};
use crate::webhook::{Call, Caller, Failure as NotCalled};

/// How long a worker holds a mail, in milliseconds: longer than any conversation with a server may last.
const LEASE: i64 = 5 * 60_000;

/// The first wait after a failure, which doubles each time, and the longest one, in milliseconds.
const FIRST_WAIT: i64 = 60_000;
const LONGEST_WAIT: i64 = 4 * 60 * 60_000;

/// Tries before a mail is given up: about 48 hours.
const TRIES: i64 = 20;

/// How soon to try again to note what became of a mail.
const NOTE_AGAIN: Duration = Duration::from_secs(1);

/// Another process may have queued a mail: the longest that it waits for us to look.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// What there is to send.
enum Composed {
    Letter(Box<Letter>),
    Call(Box<Call>),
    Unneeded,
    Suppressed(String),
}

/// Whether a server refused the recipient, which counts against the address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refusal {
    None,
    ForNow,
    ForGood,
}

/// The worker.
#[derive(Clone, Debug)]
pub struct OutboxWorker {
    /// Where the mails wait.
    pub store: Store,
    /// What opens the addresses.
    pub keys: Keys,
    /// The time.
    pub clock: Clock,
    /// The way out of the house for mails.
    pub mailer: Mailer,
    /// The way out for calls.
    pub caller: Caller,
    /// The service's address, without a trailing slash.
    pub base_url: String,
    /// Told when a mail has been queued.
    pub mail_waits: Arc<Notify>,
}

impl OutboxWorker {
    /// Sends until told to stop, four mails at a time, so that one slow server does not hold up the rest; those in hand are
    /// finished first.
    pub async fn run(self, stop: CancellationToken) {
        tokio::join!(self.send_on(&stop), self.send_on(&stop), self.send_on(&stop), self.send_on(&stop));
    }

    async fn send_on(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            match self.send_next().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(error = format!("{error:#}"), "the outbox could not be read"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.mail_waits.notified() => {}
                () = tokio::time::sleep(self.wait().await) => {}
            }
        }
    }

    async fn wait(&self) -> Duration {
        let next = async { outbox::next_due(&mut self.store.read().await?).await }.await;
        match next {
            Ok(Some(at)) => {
                // What is due and was not given waits for its domain.
                let millis = at.millis().saturating_sub(self.clock.now().millis()).max(100);
                LOOK_AGAIN.min(Duration::from_millis(millis.unsigned_abs()))
            }
            _ => LOOK_AGAIN,
        }
    }

    /// Sends the mail that has been due longest; `false` if none is due.
    ///
    /// # Errors
    /// The database cannot be reached. What a mail server says is no error: it is noted.
    pub async fn send_next(&self) -> anyhow::Result<bool> {
        let Some(leased) = self.lease_next().await? else { return Ok(false) };
        // Another one may look whether there is more.
        self.mail_waits.notify_one();
        let (outcome, refusal) = match self.compose(&leased).await {
            Ok(Composed::Letter(letter)) => self.send(&leased, &letter).await,
            Ok(Composed::Call(call)) => (self.call(&leased, &call).await, Refusal::None),
            Ok(Composed::Unneeded) => (Outcome::Unneeded, Refusal::None),
            Ok(Composed::Suppressed(words)) => (Outcome::Failed(words), Refusal::None),
            Err(error) => (self.later(&leased, format!("{error:#}")), Refusal::None),
        };
        match &outcome {
            Outcome::Later(_, words) => tracing::warn!(mail = %leased.id, words, "a mail has to wait"),
            Outcome::Failed(words) => tracing::error!(mail = %leased.id, words, "a mail was given up"),
            Outcome::Sent | Outcome::Unneeded => tracing::debug!(mail = %leased.id, ?outcome, "a mail is done"),
        }
        while let Err(error) = self.note(&leased, &outcome, refusal).await {
            // A mail that is out and not noted is sent once more when its lease ends.
            tracing::error!(mail = %leased.id, error = format!("{error:#}"), "what became of a mail could not be noted; trying again");
            tokio::time::sleep(NOTE_AGAIN).await;
        }
        Ok(true)
    }

    /// Takes the next mail whose moment has come. Those that come too early for their readers are put off on the way.
    async fn lease_next(&self) -> anyhow::Result<Option<Leased>> {
        loop {
            let now = self.clock.now();
            let mut tx = self.store.write().await?;
            let Some(leased) = outbox::lease(&mut tx, now, LEASE).await? else { return Ok(None) };
            match kinds::not_before(&mut tx, &leased, now).await?.filter(|moment| *moment > now) {
                Some(moment) => outbox::put_off(&mut tx, &leased, moment).await?,
                None => {
                    tx.commit().await?;
                    return Ok(Some(leased));
                }
            }
            tx.commit().await?;
        }
    }

    /// The letter. To an address that a server refuses no new one is begun; one that is being tried goes on to be, and lifts
    /// that when it arrives.
    async fn compose(&self, leased: &Leased) -> anyhow::Result<Composed> {
        if leased.attempts == 1 && kinds::heeds_suppression(leased) {
            let words = suppressions::of_mail(&mut self.store.read().await?, leased.id).await?;
            if let Some(words) = words {
                return Ok(Composed::Suppressed(words));
            }
        }
        kinds::compose(self, leased).await
    }

    fn envelope(&self, leased: &Leased, to: &SealedAddress, locale: Locale) -> anyhow::Result<Envelope<'_>> {
        let (to, base_url) = (self.keys.open(to)?, self.base_url.as_str());
        Ok(Envelope { to, locale, base_url, id: leased.id, sent_at: self.clock.now() })
    }

    async fn note(&self, leased: &Leased, outcome: &Outcome, refusal: Refusal) -> anyhow::Result<()> {
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        outbox::note(&mut tx, leased, outcome, now).await?;
        match (outcome, refusal) {
            (Outcome::Sent, _) => suppressions::lift(&mut tx, leased.id).await?,
            (Outcome::Later(_, words) | Outcome::Failed(words), Refusal::ForNow | Refusal::ForGood) => {
                suppressions::note(&mut tx, leased.id, refusal == Refusal::ForGood, words, now).await?;
            }
            _ => {}
        }
        tx.commit().await
    }

    async fn send(&self, leased: &Leased, letter: &Letter) -> (Outcome, Refusal) {
        match self.mailer.send(letter).await {
            Ok(()) => (Outcome::Sent, Refusal::None),
            Err(Failure::Temporary(words)) => (self.later(leased, words), Refusal::None),
            Err(Failure::Deferred(words)) => (self.later(leased, words), Refusal::ForNow),
            Err(Failure::Permanent(words)) => (Outcome::Failed(words), Refusal::ForGood),
        }
    }

    async fn call(&self, leased: &Leased, call: &Call) -> Outcome {
        match self.caller.call(call).await {
            Ok(()) => Outcome::Sent,
            Err(NotCalled::Temporary(words)) => self.later(leased, words),
            Err(NotCalled::Permanent(words)) => Outcome::Failed(words),
        }
    }

    fn later(&self, leased: &Leased, words: String) -> Outcome {
        if leased.attempts >= TRIES {
            return Outcome::Failed(words);
        }
        let doubled = FIRST_WAIT << (leased.attempts - 1).clamp(0, 16);
        Outcome::Later(self.clock.now().plus(doubled.min(LONGEST_WAIT)), words)
    }
}
