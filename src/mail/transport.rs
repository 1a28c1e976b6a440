//! The way out of the house: an SMTP server, or a folder of `.eml` files until one is set.
//!
//! lettre speaks the protocol; when to wait, what to keep and whom to believe is decided here. lettre's own pool is not used:
//! it puts a connection back after a send that timed out, and the late answer to one mail is then read as that of the next.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, UNIX_EPOCH};

use anyhow::{Context, bail, ensure};
use data_encoding::HEXLOWER;
use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio::time::timeout;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;
use url::{Host, Url};
use uuid::Uuid;

use super::{Letter, cut, one_line};
use crate::clock::random_bytes;
use crate::email_address::EmailAddress;

/// Seconds that connecting and signing in, and then naming the recipient, may each take.
const PATIENCE: u64 = 30;

/// A server that has the whole mail may take this many times longer to say so: giving up then sends it twice.
const LAST_ANSWER: u32 = 4;

/// How quickly a kept connection has to answer, or a new one is opened.
const STILL_THERE: Duration = Duration::from_secs(5);

/// Connections kept open for the next mail, and for how long.
const MOST_IDLE: usize = 2;
const IDLE: Duration = Duration::from_secs(60);

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
            Some(url) => Way::Smtp(Box::new(Smtp::parse(url.expose_secret())?)),
            None => Way::Folder(folder.to_owned()),
        };
        Ok(Self { way: Arc::new(way), from: sender(from, from_name)? })
    }

    /// A mailer that keeps what it is given, for tests.
    ///
    /// # Panics
    /// Where `from` is no address.
    #[expect(clippy::expect_used, reason = "a test with a bad sender is to fail at once")]
    pub fn in_memory(from: &str) -> (Self, Kept) {
        let kept = Kept::default();
        let from = sender(from, "").expect("the sender is an address");
        (Self { way: Arc::new(Way::Memory(Arc::clone(&kept))), from }, kept)
    }

    /// Sends a letter. `Ok` means that the server has taken it over, or that the file is on the disk.
    ///
    /// # Errors
    /// The letter did not go out, or the server did not say that it took it: see [`Failure`].
    pub async fn send(&self, letter: &Letter) -> Result<(), Failure> {
        let to = address(letter.to.expose()).ok_or_else(|| Failure::Permanent("no mail can go to this address".into()))?;
        let message = self.message(letter, to).map_err(|error| Failure::Permanent(words(&error.to_string(), &letter.to)))?;
        let bytes = message.formatted();
        match &*self.way {
            // lettre logs every line of a conversation, the password and the recipient among them.
            Way::Smtp(smtp) => smtp.send(message.envelope(), &bytes).with_subscriber(NoSubscriber::default()).await,
            Way::Folder(folder) => write_in_background(folder.join(file_name(letter)), bytes).await,
            Way::Memory(kept) => {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push((letter.to.clone(), bytes));
                Ok(())
            }
        }
        .map_err(|failure| failure.without_addresses(&letter.to))
    }

    /// Where letters go, for people: `smtp server mail.example:587 (STARTTLS)`, or the folder's path.
    pub fn destination(&self) -> String {
        match &*self.way {
            Way::Smtp(smtp) => smtp.to_string(),
            Way::Folder(folder) => folder.display().to_string(),
            Way::Memory(_) => "memory".to_owned(),
        }
    }

    fn message(&self, letter: &Letter, to: Address) -> Result<Message, lettre::error::Error> {
        let millis = u64::try_from(letter.sent_at.millis()).unwrap_or(0);
        let message_id = id_in_brackets(&letter.message_id);
        // Not in quoted-printable: "=_". Made of the message id, so that a mail sent again is the same to the byte.
        let boundary = format!("=_{}", &HEXLOWER.encode(&Sha256::digest(&message_id))[..24]);
        let mut builder = Message::builder()
            .envelope(Envelope::new(Some(self.from.email.clone()), vec![to.clone()])?)
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(UNIX_EPOCH + Duration::from_millis(millis))
            .subject(header_line(&letter.subject, 120))
            .message_id(Some(message_id));
        if let Some(references) = &letter.references {
            builder = builder.references(id_in_brackets(references));
        }
        let list_id = format!("{} {}", phrase(&letter.list_name), id_in_brackets(&letter.list_id));
        for (name, value) in
            [("List-Id", list_id.trim_start()), ("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")]
        {
            builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()));
        }
        builder.multipart(
            MultiPart::alternative()
                .boundary(boundary)
                .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
                .singlepart(part(ContentType::TEXT_HTML, &letter.html)),
        )
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
            Self::Permanent(said) => Self::Permanent(words(&said, to)),
        }
    }
}

/// Quoted-printable whatever is in it: legible in the file, and no line of it can be taken for a boundary.
fn part(content_type: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(content_type).header(ContentTransferEncoding::QuotedPrintable).body(text.to_owned())
}

/// A message id or list id with what cannot stand in one taken out.
fn id_in_brackets(id: &str) -> String {
    let kept: String = id.chars().filter(|c| c.is_ascii_graphic() && !"<>()[]\\,;:\"".contains(*c)).take(200).collect();
    format!("<{kept}>")
}

/// One line for a header. What looks like an encoded word is broken: a mail program would decode it, line feeds and all.
fn header_line(text: &str, longest: usize) -> String {
    cut(&one_line(text, usize::MAX).replace("=?", "= ?"), longest)
}

/// A name before an id in brackets: quoted where it is ASCII; else encoded by lettre, and then without what would end it.
fn phrase(name: &str) -> String {
    let name = header_line(name, 100);
    if name.is_ascii() && !name.is_empty() {
        return format!("\"{}\"", name.replace(['"', '\\'], "'"));
    }
    one_line(&name.replace(|c: char| c.is_ascii_punctuation() && c != '-', " "), 100)
}

fn sender(from: &str, name: &str) -> anyhow::Result<Mailbox> {
    let address =
        address(from.trim()).context("The sender of the mails is not an e-mail address such as comments@example.org.")?;
    let name = header_line(name, 60);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// An address as mail servers take it: the domain in Punycode, an IP address in brackets.
fn address(text: &str) -> Option<Address> {
    let (local, domain) = text.rsplit_once('@')?;
    let domain = match Host::parse(domain).ok()? {
        Host::Domain(domain) => domain,
        Host::Ipv4(ip) => format!("[{ip}]"),
        Host::Ipv6(ip) => format!("[{ip}]"),
    };
    let harmless = local.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"<>\"".contains(c));
    harmless.then(|| Address::new(local, domain).ok()).flatten()
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

/// A server, and the connections to it that are still good.
struct Smtp {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    patience: Duration,
    /// Newest last.
    idle: Arc<Mutex<Vec<(AsyncSmtpConnection, Instant)>>>,
}

enum Security {
    /// Nothing is encrypted: to this machine alone.
    None,
    /// Encrypted after greeting, or not at all.
    StartTls(TlsParameters),
    /// Encrypted from the first byte.
    Tls(TlsParameters),
}

impl fmt::Display for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let security = match self.security {
            Security::None => "not encrypted",
            Security::StartTls(_) => "STARTTLS",
            Security::Tls(_) => "TLS",
        };
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "smtp server {open}{}{close}:{} ({security})", self.host, self.port)
    }
}

impl Smtp {
    fn parse(text: &str) -> anyhow::Result<Self> {
        // The parser's own error is dropped: none of the words below may hold a piece of the URL.
        let Ok(url) = Url::parse(text.trim()) else {
            bail!(
                "The SMTP URL cannot be read; it looks like smtp://user:password@host:587, with signs such as / ? # in user and password percent-encoded."
            )
        };
        let encrypted_at_once = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => bail!("The SMTP URL begins with smtp:// (STARTTLS) or smtps:// (TLS)."),
        };
        let host = url.host_str().and_then(percent_decoded).and_then(|host| Host::parse(&host).ok());
        let Some(host) = host else { bail!("The SMTP URL names no server; it looks like smtp://user:password@host:587.") };
        ensure!(matches!(url.path(), "" | "/") && url.fragment().is_none(), "The SMTP URL ends after host and port.");
        let parameters = Parameters::parse(&url)?;
        ensure!(
            parameters.encrypt || (is_loopback(&host) && !encrypted_at_once),
            "Mail goes out unencrypted (tls=none) to this machine alone: smtp://127.0.0.1, smtp://[::1] or smtp://localhost."
        );
        let host = match host {
            Host::Domain(name) => name,
            Host::Ipv4(ip) => ip.to_string(),
            Host::Ipv6(ip) => ip.to_string(),
        };
        let tls = || tls_parameters(&host, parameters.authority.as_deref());
        let security = match (parameters.encrypt, encrypted_at_once) {
            (false, _) => Security::None,
            (true, false) => Security::StartTls(tls()?),
            (true, true) => Security::Tls(tls()?),
        };
        let port = url.port().unwrap_or(if encrypted_at_once { 465 } else { 587 });
        Ok(Self { port, security, credentials: credentials(&url)?, patience: parameters.patience, idle: Arc::default(), host })
    }

    async fn send(&self, envelope: &Envelope, bytes: &[u8]) -> Result<(), Failure> {
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
        timeout(self.patience, self.open()).await.unwrap_or_else(|_| Err(self.silence(self.patience)))
    }

    /// All that goes wrong here is about the server and its settings, never about the letter: it can be tried again.
    async fn open(&self) -> Result<AsyncSmtpConnection, Failure> {
        let later = |error: SmtpError| Failure::Temporary(said(&error));
        let hello = ClientId::default();
        let at_once = if let Security::Tls(tls) = &self.security { Some(tls.clone()) } else { None };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.patience), &hello, at_once, None).await.map_err(later)?;
        if let Security::StartTls(tls) = &self.security {
            if !connection.can_starttls() {
                return Err(Failure::Temporary("the server offers no STARTTLS, and nothing is sent in the clear".into()));
            }
            connection.starttls(tls.clone(), &hello).await.map_err(later)?;
        }
        if let Some(credentials) = &self.credentials {
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
        timeout(self.patience, self.announce(to, envelope, options)).await.map_err(|_| silence(self.patience))??;
        let last = self.patience * LAST_ANSWER;
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
        Failure::Temporary(format!("{self} did not answer within {} seconds", patience.as_secs()))
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

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
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
    let about_us = matches!(code.to_string().as_str(), "521" | "530" | "534" | "535" | "538");
    let failure = if error.is_permanent() && !about_us { Failure::Permanent } else { Failure::Temporary };
    (failure(said(error)), Heard::Something)
}

/// Code and words of a server, or what lettre says where there was no answer.
fn said(error: &SmtpError) -> String {
    match (error.status(), std::error::Error::source(error)) {
        (Some(code), Some(words)) => format!("{code} {words}"),
        _ => error.to_string(),
    }
}

/// What stands behind the `?`. A name or value that is not known is not repeated: it may be the end of a password.
struct Parameters {
    encrypt: bool,
    authority: Option<String>,
    patience: Duration,
}

impl Parameters {
    fn parse(url: &Url) -> anyhow::Result<Self> {
        let mut parameters = Self { encrypt: true, authority: None, patience: Duration::from_secs(PATIENCE) };
        for (name, value) in url.query_pairs() {
            match (name.as_ref(), value.as_ref()) {
                ("tls", "none") => parameters.encrypt = false,
                ("tls", _) => bail!("The SMTP URL's tls takes the value none alone; encryption is demanded without it."),
                ("ca", path) => parameters.authority = Some(path.to_owned()),
                ("timeout", seconds) => {
                    let seconds = seconds.parse().ok().filter(|seconds| (1..=40).contains(seconds));
                    parameters.patience = Duration::from_secs(seconds.context("The SMTP URL's timeout is 1 to 40 seconds.")?);
                }
                _ => bail!("The SMTP URL knows the parameters tls, ca and timeout; a ? in user or password is written %3F."),
            }
        }
        ensure!(parameters.encrypt || parameters.authority.is_none(), "The SMTP URL names a ca, but tls=none encrypts nothing.");
        Ok(parameters)
    }
}

fn credentials(url: &Url) -> anyhow::Result<Option<Credentials>> {
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => bail!("The SMTP URL has both, a user and a password, or neither."),
        (user, Some(password)) => {
            let both = percent_decoded(user).zip(percent_decoded(password));
            let (user, password) =
                both.context("User and password in the SMTP URL are percent-encoded UTF-8; a % is written %25.")?;
            Ok(Some(Credentials::new(user, password)))
        }
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(piece.get(..2).filter(|hex| !hex.starts_with('+'))?, 16).ok()?);
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(ip) => IpAddr::from(*ip).is_loopback(),
        Host::Ipv6(ip) => IpAddr::from(*ip).is_loopback(),
    }
}

/// The system's authorities, and one more if the operator names it; name and certificate are always checked.
fn tls_parameters(host: &str, authority: Option<&str>) -> anyhow::Result<TlsParameters> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = authority {
        let pem = fs::read(path).context("The file that the SMTP URL names as ca cannot be read")?;
        let holds_one = pem.windows(27).any(|line| line == b"-----BEGIN CERTIFICATE-----");
        let certificate = Certificate::from_pem(&pem).ok().filter(|_| holds_one);
        builder = builder
            .add_root_certificate(certificate.context("The file that the SMTP URL names as ca holds no PEM certificate.")?);
    }
    builder.build().ok().context("Encryption to the SMTP server cannot be set up: the ca or the host's name is not usable.")
}

/// The same name for the same message id, so that a letter sent again overwrites itself; sorted by the time that is in
/// the id, since `sent_at` is another one at the second try.
fn file_name(letter: &Letter) -> String {
    let id = letter.message_id.split('@').next().unwrap_or_default();
    let uuid = Uuid::parse_str(id).ok();
    let millis = uuid.and_then(|uuid| uuid.get_timestamp()).map(|time| time.to_unix()).map_or_else(
        || letter.sent_at.millis(),
        |(seconds, nanos)| i64::try_from(seconds).unwrap_or(0) * 1000 + i64::from(nanos) / 1_000_000,
    );
    let part = match uuid {
        Some(uuid) => uuid.simple().to_string()[16..].to_owned(),
        None => HEXLOWER.encode(&Sha256::digest(&letter.message_id))[..16].to_owned(),
    };
    format!("{millis:013}-{part}.eml")
}

async fn write_in_background(path: PathBuf, bytes: Vec<u8>) -> Result<(), Failure> {
    let written = tokio::task::spawn_blocking(move || write_file(&path, &bytes)).await;
    let failed = |error: &dyn fmt::Display| Failure::Temporary(format!("the mail could not be written into the folder: {error}"));
    written.map_err(|error| failed(&error))?.map_err(|error| failed(&error))
}

/// Writes beside the name and renames, so that nobody ever reads half a mail.
fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let beside = folder.join(format!(".{}.tmp", HEXLOWER.encode(&random_bytes::<8>())));
    let written = write_and_sync(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // Best effort: the first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written?;
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn write_and_sync(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, FixedClock, Timestamp};
    use mail_parser::{HeaderValue as Parsed, MessageParser, MimeHeaders};

    fn letter() -> Letter {
        Letter {
            to: EmailAddress::parse("eva@b.example").unwrap(),
            message_id: "00000000-0000-0000-0000-000000000007@comments.example".into(),
            references: Some("held.nordblatt@comments.example".into()),
            subject: "[Nordblatt] Neue Kommentare für dich".into(),
            text: "Grüße\n.\n..\n--=_x\n-- \nEnde".into(),
            html: "<p>Grüße</p>".into(),
            list_id: "nordblatt.comments.example".into(),
            list_name: "Nordblatt".into(),
            sent_at: Timestamp::from_millis(1_790_000_000_123),
        }
    }

    async fn sent(letter: &Letter) -> String {
        let (mailer, kept) = Mailer::in_memory("post@comments.example");
        mailer.send(letter).await.unwrap();
        let bytes = kept.lock().unwrap()[0].1.clone();
        String::from_utf8(bytes).unwrap()
    }

    fn refused(url: &str) -> String {
        Mailer::new(Some(&SecretString::from(url)), Path::new("x"), "post@a.example", "").unwrap_err().to_string()
    }

    fn destination(url: &str) -> String {
        Mailer::new(Some(&SecretString::from(url)), Path::new("x"), "post@a.example", "").unwrap().destination()
    }

    #[tokio::test]
    async fn a_mail_says_what_it_is() {
        let mail = sent(&letter()).await;
        for line in [
            "From: post@comments.example",
            "To: eva@b.example",
            "Date: Mon, 21 Sep 2026 14:13:20 +0000",
            "Message-ID: <00000000-0000-0000-0000-000000000007@comments.example>",
            "References: <held.nordblatt@comments.example>",
            "List-Id: \"Nordblatt\" <nordblatt.comments.example>",
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "MIME-Version: 1.0",
        ] {
            assert!(mail.lines().any(|found| found == line), "{line}: {mail}");
        }
        assert!(!mail.contains("Precedence"));
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        assert_eq!(parsed.subject(), Some("[Nordblatt] Neue Kommentare für dich"));
        assert!(parsed.is_content_type("multipart", "alternative"));
        assert_eq!(parsed.text_body, [1]);
        assert_eq!(parsed.html_body, [2]);
        assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), letter().text);
        assert_eq!(parsed.body_html(0).unwrap(), "<p>Grüße</p>");
        assert_eq!(mail.matches('\n').count(), mail.matches("\r\n").count(), "a bare line feed");
        assert_eq!(mail, sent(&letter()).await, "the same letter is the same mail");
    }

    #[tokio::test]
    async fn no_field_ends_a_header() {
        let attack = "x\r\nBcc: victim@evil.example\r\n\r\n<script>\u{202e}\n.\r\nDATA";
        let attacked = Letter {
            message_id: attack.into(),
            references: Some(attack.into()),
            subject: attack.repeat(9),
            list_id: attack.into(),
            list_name: attack.into(),
            ..letter()
        };
        let hidden = sent(&Letter { subject: "A=\u{200b}?utf-8?q?=0d=0aBcc:_x?=".into(), ..letter() }).await;
        assert!(hidden.contains("Subject: A= ?utf-8?q?=0d=0aBcc:_x?="), "{hidden}");
        for name in [attack, "Zeitung \"für\" <x@evil.example>, alle (außer\r\nBcc: y)"] {
            let mail = sent(&Letter { list_name: name.into(), ..attacked.clone() }).await;
            let (head, _) = mail.split_once("\r\n\r\n").unwrap();
            let names: Vec<&str> =
                head.lines().filter(|line| !line.starts_with(' ')).map(|line| line.split(':').next().unwrap()).collect();
            assert_eq!(
                names,
                [
                    "From",
                    "To",
                    "Date",
                    "Subject",
                    "Message-ID",
                    "References",
                    "List-Id",
                    "Auto-Submitted",
                    "X-Auto-Response-Suppress",
                    "MIME-Version",
                    "Content-Type"
                ],
                "{head}"
            );
            assert!(head.lines().all(|line| line.len() < 998), "{head}");
            let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
            assert!(parsed.subject().unwrap().chars().count() <= 120);
            let Some(Parsed::Address(list)) = parsed.header("List-Id") else { panic!("{head}") };
            assert_eq!(list.iter().count(), 1, "{head}");
        }
    }

    #[tokio::test]
    async fn the_senders_name_is_a_name() {
        for (name, found) in [
            ("Leserbrief", "Leserbrief"),
            ("Müller\r\nBcc: x", "Müller Bcc: x"),
            ("A, \"B\" <c@d.example>", "A, \"B\" <c@d.example>"),
        ] {
            let message = Mailer { way: Arc::new(Way::Memory(Kept::default())), from: sender("a@b.example", name).unwrap() }
                .message(&letter(), address("eva@b.example").unwrap())
                .unwrap()
                .formatted();
            let parsed = MessageParser::default().parse(&message).unwrap();
            let from = parsed.from().unwrap().first().unwrap();
            assert_eq!((from.name(), from.address()), (Some(found), Some("a@b.example")));
        }
        assert!(sender("nobody", "x").is_err() && sender("a@b.example\r\nBcc: c@d.example", "x").is_err());
    }

    #[test]
    fn domains_are_written_in_punycode() {
        for (typed, written) in [
            ("eva@müller.example", "eva@xn--mller-kva.example"),
            ("jörg@BÜCHER.example", "jörg@xn--bcher-kva.example"),
            ("a+b@b.example", "a+b@b.example"),
            ("post@localhost", "post@localhost"),
            ("post@127.0.0.1", "post@[127.0.0.1]"),
        ] {
            assert_eq!(address(typed).unwrap().to_string(), written);
        }
        for bad in [
            "",
            "a",
            "a@",
            "@b.example",
            "a b@c.example",
            "a>@b.example",
            "a@b c.example",
            "a\r\nRCPT TO:<x@y.example>@b.example",
        ] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_bad_url_is_told_in_a_sentence_without_the_password() {
        for url in [
            "nonsense",
            "http://u:geheim@h",
            "smtp:u:geheim",
            "smtp://",
            "smtp://u:ge/geheim@h",
            "smtp://u:12/geheim@h",
            "smtp://u:geheim@h:99999",
            "smtp://u:1#geheim@h",
            "smtp://u:1?geheim@h",
            "smtp://u:geheim@h?tls=geheim",
            "smtp://u:geheim@h?tsl=none",
            "smtp://u:geheim@h/path",
            "smtp://geheim@h",
            "smtp://:geheim@h",
            "smtp://u:%geheim@h",
            "smtp://u:%FFgeheim@h",
            "smtp://u:geheim@h?ca=/nowhere/geheim.pem",
            "smtp://u:geheim@h?timeout=geheim",
            "smtp://u:geheim@h?timeout=0",
        ] {
            let told = refused(url);
            assert!(!told.contains("geheim") && told.contains("SMTP URL"), "{url}: {told}");
        }
    }

    #[test]
    fn without_encryption_mail_goes_to_this_machine_alone() {
        for url in [
            "smtp://mail.example?tls=none",
            "smtp://10.0.0.1?tls=none",
            "smtp://localhost.evil.example?tls=none",
            "smtp://127.0.0.1.evil.example?tls=none",
            "smtp://[::2]?tls=none",
            "smtps://localhost?tls=none",
        ] {
            assert!(refused(url).contains("this machine alone"), "{url}");
        }
        assert!(refused("smtp://localhost?tls=none&ca=/x").contains("encrypts nothing"));
        assert_eq!(destination("smtp://LOCALHOST:25?tls=none"), "smtp server localhost:25 (not encrypted)");
        assert_eq!(destination("smtp://127.0.0.1:25?tls=none"), "smtp server 127.0.0.1:25 (not encrypted)");
        assert_eq!(destination("smtp://[::1]?tls=none"), "smtp server [::1]:587 (not encrypted)");
    }

    #[test]
    fn the_destination_is_told_without_the_password() {
        assert_eq!(destination("smtp://u:p%40ss%2F@mail.example"), "smtp server mail.example:587 (STARTTLS)");
        assert_eq!(destination("smtps://u:p@müller.example:4650/"), "smtp server xn--mller-kva.example:4650 (TLS)");
        let folder = Mailer::new(None, Path::new("/var/mail-out"), "a@b.example", "x").unwrap();
        assert_eq!(folder.destination(), "/var/mail-out");
        let smtp = Mailer::new(Some(&"smtp://u:geheim@h.example".into()), Path::new(""), "a@b.example", "x").unwrap();
        assert!(!format!("{smtp:?}").contains("geheim"));
    }

    #[test]
    fn user_and_password_are_percent_decoded() {
        assert_eq!(percent_decoded("a%40b%2Fc+d%C3%BC").as_deref(), Some("a@b/c+dü"));
        for bad in ["%", "%4", "%zz", "%+4", "%FF", "%é"] {
            assert_eq!(percent_decoded(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_file_that_is_no_certificate_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, "nothing").unwrap();
        assert!(refused(&format!("smtp://h.example?ca={}", file.path().display())).contains("no PEM certificate"));
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

    #[tokio::test]
    async fn a_letter_becomes_one_private_file() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data/mail");
        let mailer = Mailer::new(None, &folder, "post@comments.example", "Leserbrief").unwrap();
        assert!(!folder.exists());
        let id = Clock::Fixed(Arc::new(FixedClock::new(1_700_000_000_123))).new_id();
        let first = Letter { message_id: format!("{id}@comments.example"), ..letter() };
        let again = Letter { text: "again".into(), sent_at: Timestamp::from_millis(1_800_000_000_000), ..first.clone() };
        for letter in [&first, &again, &letter(), &Letter { message_id: "../../x@y".into(), ..letter() }] {
            mailer.send(letter).await.unwrap();
        }
        let mut names: Vec<String> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names.len(), 3, "{names:?}");
        assert_eq!(names[0], format!("1700000000123-{}.eml", &id.simple().to_string()[16..]));
        assert_eq!(names[1], "1790000000123-0000000000000007.eml");
        let path = folder.join(&names[0]);
        assert!(fs::read_to_string(&path).unwrap().contains("again"));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_tried_again_later() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mailer = Mailer::new(None, &file.path().join("mail"), "post@comments.example", "").unwrap();
        assert!(matches!(mailer.send(&letter()).await, Err(Failure::Temporary(_))));
    }
}
