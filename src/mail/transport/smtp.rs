//! A conversation with an SMTP server.
//!
//! lettre speaks the protocol; when to wait, what to keep and whom to believe is decided here. lettre's own pool is not used:
//! it puts a connection back after a send that timed out, and the late answer to one mail is then read as that of the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lettre::address::Envelope;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::time::timeout;

use super::Failure;
use super::settings::{Security, SmtpSettings};

/// A server that has the whole mail may take this many times longer to say so: giving up then sends it twice.
const LAST_ANSWER: u32 = 4;

/// How quickly a kept connection has to answer, or a new one is opened.
const STILL_THERE: Duration = Duration::from_secs(5);

/// Connections kept open for the next mail, and for how long.
const MOST_IDLE: usize = 4;
const IDLE: Duration = Duration::from_secs(60);

/// A server, and the connections to it that are still good.
pub(super) struct Smtp {
    pub(super) settings: SmtpSettings,
    /// Newest last.
    idle: Arc<Mutex<Vec<(AsyncSmtpConnection, Instant)>>>,
}

impl Smtp {
    /// Nothing is connected to yet.
    pub(super) fn to(settings: SmtpSettings) -> Self {
        Self { settings, idle: Arc::default() }
    }

    pub(super) async fn send(&self, envelope: &Envelope, bytes: &[u8]) -> Result<(), Failure> {
        let mut connection = self.connection().await?;
        let outcome = self.converse(&mut connection, envelope, bytes).await;
        match &outcome {
            Ok(()) => self.keep(connection),
            // What the server said no to is over; it is told goodbye, and need not answer.
            Err((_, Heard::Something)) => drop(timeout(Duration::from_secs(2), connection.quit()).await),
            // Its next answer would be to the wrong question.
            Err((_, Heard::Nothing)) => drop(connection),
        }
        outcome.map_err(|(failure, _)| failure)
    }

    /// A connection that is signed in: one kept from the last mail, if it still answers, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Failure> {
        while let Some((mut kept, since)) = self.newest_kept() {
            if since.elapsed() < IDLE && timeout(STILL_THERE, kept.test_connected()).await == Ok(true) {
                return Ok(kept);
            }
        }
        timeout(self.settings.patience, self.open()).await.unwrap_or_else(|_| Err(self.silence(self.settings.patience)))
    }

    /// All that goes wrong here is about the server and its settings, never about the letter: it can be tried again.
    async fn open(&self) -> Result<AsyncSmtpConnection, Failure> {
        let later = |error: SmtpError| Failure::Temporary(said(&error));
        let hello = ClientId::default();
        let at_once = if let Security::Tls(tls) = &self.settings.security { Some(tls.clone()) } else { None };
        let server = (self.settings.host.as_str(), self.settings.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, Some(self.settings.patience), &hello, at_once, None)
            .await
            .map_err(later)?;
        if let Security::StartTls(tls) = &self.settings.security {
            if !connection.can_starttls() {
                return Err(Failure::Temporary("the server offers no STARTTLS, and nothing is sent in the clear".into()));
            }
            connection.starttls(tls.clone(), &hello).await.map_err(later)?;
        }
        if let Some(credentials) = &self.settings.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await.map_err(later)?;
        }
        Ok(connection)
    }

    async fn converse(&self, to: &mut AsyncSmtpConnection, envelope: &Envelope, bytes: &[u8]) -> Result<(), (Failure, Heard)> {
        let mut options = Vec::new();
        let mut addresses = envelope.to().iter().chain(envelope.from());
        if addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
            if !to.server_info().supports_feature(Extension::SmtpUtfEight) {
                let words = "the server takes no addresses with letters beyond ASCII (SMTPUTF8)";
                return Err((Failure::Permanent(words.into()), Heard::Something));
            }
            options = vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)];
        }
        let silence = |patience| (self.silence(patience), Heard::Nothing);
        timeout(self.settings.patience, self.announce(to, envelope, options))
            .await
            .map_err(|_| silence(self.settings.patience))??;
        let last = self.settings.patience * LAST_ANSWER;
        let taken = timeout(last, to.message(bytes)).await.map_err(|_| silence(last))?.map_err(|error| refusal(&error))?;
        if taken.has_code(250) { Ok(()) } else { Err(out_of_step()) }
    }

    async fn announce(
        &self,
        to: &mut AsyncSmtpConnection,
        envelope: &Envelope,
        options: Vec<MailParameter>,
    ) -> Result<(), (Failure, Heard)> {
        let refused = |error: SmtpError| refusal(&error);
        to.command(Mail::new(envelope.from().cloned(), options)).await.map_err(refused)?;
        for recipient in envelope.to() {
            to.command(Rcpt::new(recipient.clone(), Vec::new())).await.map_err(refused)?;
        }
        let ready = to.command(Data).await.map_err(refused)?;
        if ready.has_code(354) { Ok(()) } else { Err(out_of_step()) }
    }

    fn silence(&self, patience: Duration) -> Failure {
        Failure::Temporary(format!("{} did not answer within {} seconds", self.settings, patience.as_secs()))
    }

    /// Keeps a connection for the next mail, and closes it when none has come for a while.
    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.lock();
        if idle.len() >= MOST_IDLE {
            return;
        }
        idle.push((connection, Instant::now()));
        drop(idle);
        let idle = Arc::downgrade(&self.idle);
        tokio::spawn(async move {
            tokio::time::sleep(IDLE).await;
            if let Some(idle) = idle.upgrade() {
                idle.lock().unwrap_or_else(PoisonError::into_inner).retain(|(_, since)| since.elapsed() < IDLE);
            }
        });
    }

    fn newest_kept(&self) -> Option<(AsyncSmtpConnection, Instant)> {
        self.lock().pop()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a connection still makes sense after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    Something,
    Nothing,
}

/// An answer to another question than the one asked: what it says about this mail cannot be believed.
fn out_of_step() -> (Failure, Heard) {
    (Failure::Temporary("the server answered out of step".into()), Heard::Nothing)
}

/// What a failure after signing in means for the letter.
fn refusal(error: &SmtpError) -> (Failure, Heard) {
    let Some(code) = error.status() else { return (Failure::Temporary(said(error)), Heard::Nothing) };
    // These speak of our sign-in, not of this mail: an operator who mends it must not find the mails given up.
    let about_us = matches!(code.to_string().as_str(), "421" | "454" | "521" | "530" | "534" | "535" | "538");
    let failure = match (about_us, error.is_permanent()) {
        (true, _) => Failure::Temporary,
        (false, true) => Failure::Permanent,
        (false, false) => Failure::Deferred,
    };
    (failure(said(error)), Heard::Something)
}

/// Code and words of a server, or what lettre says where there was no answer.
pub(super) fn said(error: &SmtpError) -> String {
    match (error.status(), std::error::Error::source(error)) {
        (Some(code), Some(words)) => format!("{code} {words}"),
        _ => error.to_string(),
    }
}
