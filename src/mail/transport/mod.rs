//! The way out of the house: an SMTP server, or a folder of `.eml` files until one is set.

mod checkup;
mod folder;
mod message;
mod settings;
mod smtp;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use self::settings::SmtpSettings;
use self::smtp::Smtp;
use super::{Finding, Letter, one_line};
use crate::email_address::EmailAddress;

/// Characters of a server's words that are kept.
const MOST_WORDS: usize = 300;

/// Takes letters out of the house. A clone is another handle on the same way out.
#[derive(Clone)]
pub struct Mailer {
    way: Arc<Way>,
    from: Mailbox,
}

/// Mails that were "sent" in a test: the recipient, and the mail as it would have gone over the wire.
type Kept = Arc<Mutex<Vec<(EmailAddress, Vec<u8>)>>>;

enum Way {
    Smtp(Box<Smtp>),
    Folder(PathBuf),
    Memory(Kept),
}

/// Why a letter did not go out, in the server's words where it had any: one line of at most 300 characters, without any
/// e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may go out later: no connection, no encryption, no sign-in, or a 4xx.
    #[error("{0}")]
    Temporary(String),
    /// The server refuses the recipient or the mail for now: a 4xx once the conversation was about this mail.
    #[error("{0}")]
    Deferred(String),
    /// It never will: a 5xx about this mail, or an address that no mail can go to.
    #[error("{0}")]
    Permanent(String),
}

impl Mailer {
    /// The way out that the settings describe; nothing is connected to and no folder is made yet.
    ///
    /// `smtp` is `smtp://user:password@host:587` (STARTTLS is demanded) or `smtps://…` (TLS from the start, port 465), user and
    /// password percent-encoded. Parameters: `tls=none` to a loopback host alone; `ca=/path/to/ca.pem` for a private authority,
    /// believed beside the system's; `timeout=SECONDS`, 1 to 40 (30), for connecting and signing in, and again for naming
    /// the recipient; the server's last answer may take four times as long, which all in all stays under five minutes. Without `smtp`
    /// letters become files in `folder`.
    ///
    /// # Errors
    /// One sentence on what is wrong with the URL or the sender. It never repeats the URL, which may hold a password.
    pub fn new(smtp: Option<&SecretString>, folder: &Path, from: &str, from_name: &str) -> anyhow::Result<Self> {
        let way = match smtp {
            Some(url) => Way::Smtp(Box::new(Smtp::to(SmtpSettings::parse(url.expose_secret())?))),
            None => Way::Folder(folder.to_owned()),
        };
        Ok(Self { way: Arc::new(way), from: message::sender(from, from_name)? })
    }

    /// A mailer that keeps what it is given, for tests.
    ///
    /// # Panics
    /// Where `from` is no address.
    #[expect(clippy::expect_used, reason = "a test with a bad sender is to fail at once")]
    pub fn in_memory(from: &str) -> (Self, Kept) {
        let kept = Kept::default();
        let from = message::sender(from, "").expect("the sender is an address");
        (Self { way: Arc::new(Way::Memory(Arc::clone(&kept))), from }, kept)
    }

    /// Sends a letter. `Ok` means that the server has taken it over, or that the file is on the disk.
    ///
    /// # Errors
    /// The letter did not go out, or the server did not say that it took it: see [`Failure`].
    pub async fn send(&self, letter: &Letter) -> Result<(), Failure> {
        let to =
            message::address(letter.to.expose()).ok_or_else(|| Failure::Permanent("no mail can go to this address".into()))?;
        let message =
            message::of(letter, &self.from, to).map_err(|error| Failure::Permanent(words(&error.to_string(), &letter.to)))?;
        let bytes = message.formatted();
        match &*self.way {
            // lettre logs every line of a conversation, the password and the recipient among them.
            Way::Smtp(smtp) => smtp.send(message.envelope(), &bytes).with_subscriber(NoSubscriber::default()).await,
            Way::Folder(folder) => folder::keep(folder, letter, bytes).await,
            Way::Memory(kept) => {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push((letter.to.clone(), bytes));
                Ok(())
            }
        }
        .map_err(|failure| failure.without_addresses(&letter.to))
    }

    /// Looks at the way out, one step after another, and says what is in the way and what to do. No mail is sent.
    pub async fn examine(&self) -> Vec<Finding> {
        match &*self.way {
            Way::Smtp(smtp) => checkup::server(&smtp.settings, &self.from.email).with_subscriber(NoSubscriber::default()).await,
            Way::Folder(folder) => vec![checkup::folder(folder)],
            Way::Memory(_) => Vec::new(),
        }
    }

    /// The host of the SMTP server, where there is one.
    pub fn relay(&self) -> Option<&str> {
        if let Way::Smtp(smtp) = &*self.way { Some(&smtp.settings.host) } else { None }
    }

    /// Where letters go, for people: `smtp server mail.example:587 (STARTTLS)`, or the folder's path.
    pub fn destination(&self) -> String {
        match &*self.way {
            Way::Smtp(smtp) => smtp.settings.to_string(),
            Way::Folder(folder) => folder.display().to_string(),
            Way::Memory(_) => "memory".to_owned(),
        }
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer({})", self.destination())
    }
}

impl Failure {
    fn without_addresses(self, to: &EmailAddress) -> Self {
        match self {
            Self::Temporary(said) => Self::Temporary(words(&said, to)),
            Self::Deferred(said) => Self::Deferred(words(&said, to)),
            Self::Permanent(said) => Self::Permanent(words(&said, to)),
        }
    }
}

/// What a server said, in one line, with everything hidden that could be an address.
fn words(said: &str, to: &EmailAddress) -> String {
    let local = to.expose().rsplit_once('@').map_or("", |(local, _)| local);
    let is_private = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.contains(['@', '\u{ff20}', '\u{fe6b}'])
            || word.to_ascii_lowercase().contains("%40")
            || (!local.is_empty() && (word == local || bare.eq_ignore_ascii_case(local)))
    };
    let line = one_line(said, usize::MAX);
    let shown: Vec<&str> = line.split(' ').map(|word| if is_private(word) { "…" } else { word }).collect();
    one_line(&shown.join(" "), MOST_WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    pub(super) fn letter() -> Letter {
        Letter {
            to: EmailAddress::parse("eva@b.example").unwrap(),
            message_id: "00000000-0000-0000-0000-000000000007@comments.example".into(),
            references: Some("held.nordblatt@comments.example".into()),
            subject: "[Nordblatt] Neue Kommentare für dich".into(),
            text: "Grüße\n.\n..\n--=_x\n-- \nEnde".into(),
            html: "<p>Grüße</p>".into(),
            list_id: "nordblatt.comments.example".into(),
            list_name: "Nordblatt".into(),
            unsubscribe: None,
            sent_at: Timestamp::from_millis(1_790_000_000_123),
        }
    }

    #[test]
    fn a_servers_words_hold_no_address() {
        let to = EmailAddress::parse("eva.m@b.example").unwrap();
        for (said, shown) in [
            ("550 <eva.m@b.example>: user\r\nunknown\u{202e}\0", "550 … user unknown"),
            ("550 Eva.M is over quota, see http://x/?u=eva.m%40b.example", "550 … is over quota, see …"),
            ("550 'eva.m' unknown", "550 … unknown"),
            ("", ""),
        ] {
            assert_eq!(words(said, &to), shown);
        }
        assert_eq!(words(&"x ".repeat(400), &to).chars().count(), 300);
    }
}
