//! A small mail server for tests: it speaks SMTP with STARTTLS or TLS and sign-in, keeps what it takes, and misbehaves
//! as its [`Script`] says. Nothing in it sleeps: a test waits for mails with [`SmtpSink::wait_for`].

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use data_encoding::BASE64;
use mail_parser::{Message, MessageParser};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto, pki_types::PrivateKeyDer};

/// How long [`SmtpSink::wait_for`] waits before it fails the test.
const BOUND: Duration = Duration::from_secs(30);

/// Where in a conversation the server misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Instead of the greeting.
    Greeting,
    /// At `AUTH`.
    Auth,
    /// At `MAIL`.
    Mail,
    /// At `RCPT`.
    Rcpt,
    /// At `DATA`, before the mail.
    Data,
    /// At the dot that ends the mail.
    End,
}

/// What is done instead of saying yes.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Answer(u16),
    Hang,
    Cut,
    /// The mail is kept, and the connection cut before the answer.
    KeepAndCut,
    /// The mail is kept, and the answer never comes.
    KeepAndHang,
    /// The mail is kept, and the answer comes when the test says so.
    KeepAndWait,
}

/// How the server encrypts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Encryption {
    #[default]
    None,
    StartTls,
    FromTheStart,
}

/// What the server offers, and how it misbehaves. Every deed is done once, in the order given; then the server is good.
#[derive(Clone, Debug, Default)]
pub struct Script {
    encryption: Encryption,
    sign_in: Option<(String, String)>,
    once: VecDeque<(At, Deed)>,
    always: Vec<(At, u16)>,
    is_down: bool,
    takes_utf8: bool,
    /// The name that the certificate is for, and the year at whose beginning it ends.
    certificate: Option<(&'static str, i32)>,
}

impl Script {
    /// A good server that encrypts nothing: for `smtp://127.0.0.1:PORT?tls=none`.
    pub fn plain() -> Self {
        Self::default()
    }

    /// A server that offers STARTTLS with a certificate of its own authority for `localhost` and `127.0.0.1`.
    pub fn starttls() -> Self {
        Self { encryption: Encryption::StartTls, ..Self::default() }
    }

    /// The same, encrypted from the first byte.
    pub fn tls() -> Self {
        Self { encryption: Encryption::FromTheStart, ..Self::default() }
    }

    /// STARTTLS with a certificate for another name.
    pub fn misnamed() -> Self {
        Self { certificate: Some(("mail.example", 2100)), ..Self::starttls() }
    }

    /// STARTTLS with a certificate that was good once.
    pub fn expired() -> Self {
        Self { certificate: Some(("localhost", 2001)), ..Self::starttls() }
    }

    /// The port refuses every connection, until [`SmtpSink::come_up`].
    pub fn down() -> Self {
        Self { is_down: true, ..Self::default() }
    }

    /// Takes mail only after this sign-in.
    pub fn require_auth(self, user: &str, password: &str) -> Self {
        Self { sign_in: Some((user.to_owned(), password.to_owned())), ..self }
    }

    /// Offers SMTPUTF8, for addresses with letters beyond ASCII.
    pub fn utf8(self) -> Self {
        Self { takes_utf8: true, ..self }
    }

    /// Gives these codes first, one a time; then it is good.
    pub fn answer(mut self, at: At, codes: &[u16]) -> Self {
        self.once.extend(codes.iter().map(|code| (at, Deed::Answer(*code))));
        self
    }

    /// Gives this code every time.
    pub fn always(mut self, at: At, code: u16) -> Self {
        self.always.push((at, code));
        self
    }

    /// Says nothing any more, once, and keeps the connection open.
    pub fn hang(mut self, at: At) -> Self {
        self.once.push_back((at, Deed::Hang));
        self
    }

    /// Cuts the connection, once. At [`At::End`] the whole mail has come by then, and is not kept.
    pub fn cut(mut self, at: At) -> Self {
        self.once.push_back((at, Deed::Cut));
        self
    }

    /// Takes the mail whole, keeps it, and cuts the connection before saying so, once.
    pub fn keep_and_cut(mut self) -> Self {
        self.once.push_back((At::End, Deed::KeepAndCut));
        self
    }

    /// Takes the mail whole, keeps it, and says nothing any more, once.
    pub fn keep_and_hang(mut self) -> Self {
        self.once.push_back((At::End, Deed::KeepAndHang));
        self
    }

    /// Takes the mail whole, keeps it, and says so when [`SmtpSink::goes_on`], once.
    pub fn keep_and_wait(mut self) -> Self {
        self.once.push_back((At::End, Deed::KeepAndWait));
        self
    }

    fn next(&mut self, at: At) -> Option<Deed> {
        let due = self.once.iter().position(|(place, _)| *place == at).and_then(|found| self.once.remove(found));
        due.map(|(_, deed)| deed)
            .or_else(|| self.always.iter().find(|(place, _)| *place == at).map(|(_, code)| Deed::Answer(*code)))
    }
}

/// A mail that the server took.
#[derive(Clone, Debug)]
pub struct Received {
    /// The address in `MAIL FROM`.
    pub from: String,
    /// The addresses in `RCPT TO`.
    pub to: Vec<String>,
    /// The mail, its dots unstuffed, without the dot that ends it.
    pub data: Vec<u8>,
    /// Whether the conversation was encrypted.
    pub encrypted: bool,
    /// Who had signed in.
    pub user: Option<String>,
    /// Whether letters beyond ASCII were asked for in the envelope (SMTPUTF8).
    pub utf8: bool,
}

impl Received {
    /// The mail, read as mail programs read it.
    pub fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(&self.data).expect("a mail")
    }

    /// The mail's id.
    pub fn message_id(&self) -> String {
        self.parsed().message_id().expect("a mail has an id").to_owned()
    }

    /// The text of the mail, decoded.
    pub fn words(&self) -> String {
        self.parsed().body_text(0).expect("a mail has a text").into_owned()
    }
}

/// The server. It ends with the value.
pub struct SmtpSink {
    /// Its port on 127.0.0.1.
    pub port: u16,
    shared: Arc<Shared>,
    running: Mutex<Option<AbortHandle>>,
    authority: String,
}

struct Shared {
    script: Mutex<Script>,
    received: watch::Sender<Vec<Received>>,
    goes_on: Notify,
    /// How many of these a test has seen.
    looked: AtomicUsize,
    /// Deeds done so far: tests wait for "it hangs now".
    deeds: watch::Sender<usize>,
    in_the_clear: Mutex<Vec<String>>,
    tls: TlsAcceptor,
}

impl SmtpSink {
    /// Starts a server on a free port; to be called within a runtime.
    pub fn start(script: Script) -> Self {
        let (tls, authority) = certificates(script.certificate);
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        let is_down = script.is_down;
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            received: watch::Sender::default(),
            goes_on: Notify::new(),
            looked: AtomicUsize::default(),
            deeds: watch::Sender::default(),
            in_the_clear: Mutex::default(),
            tls,
        });
        let sink = Self { port, shared, running: Mutex::default(), authority };
        if !is_down {
            listener.set_nonblocking(true).expect("a socket that does not block");
            sink.listen(TcpListener::from_std(listener).expect("a socket for the runtime"));
        }
        sink
    }

    /// Listens again on the same port, with a script of its own; what was received stays.
    pub async fn come_up(&self, script: Script) {
        *lock(&self.shared.script) = script;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        self.listen(TcpListener::bind(address).await.expect("the port is still free"));
    }

    /// Cuts every connection and refuses new ones, until [`SmtpSink::come_up`].
    pub fn go_down(&self) {
        if let Some(running) = lock(&self.running).take() {
            running.abort();
        }
    }

    /// The URL for a server without encryption, which is waited for no longer than need be.
    pub fn plain_url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none&timeout=1", self.port)
    }

    /// Whether it encrypts from the first byte.
    pub fn greets_encrypted(&self) -> bool {
        lock(&self.shared.script).encryption == Encryption::FromTheStart
    }

    /// Whether it encrypts at all.
    pub fn offers_encryption(&self) -> bool {
        lock(&self.shared.script).encryption != Encryption::None
    }

    /// The certificate of the server's authority, as PEM: written to a file, it is what `?ca=` names.
    pub fn ca_pem(&self) -> &str {
        &self.authority
    }

    /// What the server has taken so far, in order.
    pub fn received(&self) -> Vec<Received> {
        let received = self.shared.received.borrow().clone();
        self.shared.looked.fetch_max(received.len(), Ordering::SeqCst);
        received
    }

    /// Every line that came unencrypted, without the mails themselves.
    pub fn said_in_the_clear(&self) -> Vec<String> {
        lock(&self.shared.in_the_clear).clone()
    }

    /// Waits until `count` mails have come in all, and returns them.
    ///
    /// # Panics
    /// After 30 seconds.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let mut received = self.shared.received.subscribe();
        let waited = tokio::time::timeout(BOUND, received.wait_for(|mails| mails.len() >= count)).await;
        match waited {
            Ok(Ok(mails)) => {
                self.shared.looked.fetch_max(mails.len(), Ordering::SeqCst);
                mails.clone()
            }
            _ => panic!("{} of {count} mails came within {BOUND:?}", self.received().len()),
        }
    }

    /// Gives the answer that was waited with.
    pub fn goes_on(&self) {
        self.shared.goes_on.notify_one();
    }

    /// Waits until the script has misbehaved `count` times in all.
    ///
    /// # Panics
    /// After 30 seconds.
    pub async fn wait_for_deeds(&self, count: usize) {
        let mut deeds = self.shared.deeds.subscribe();
        let waited = tokio::time::timeout(BOUND, deeds.wait_for(|done| *done >= count)).await;
        assert!(matches!(waited, Ok(Ok(_))), "{} of {count} deeds within {BOUND:?}", *self.shared.deeds.borrow());
    }

    fn listen(&self, listener: TcpListener) {
        let shared = Arc::clone(&self.shared);
        let task = tokio::spawn(async move {
            // Dropped with the task, so that going down cuts the conversations too.
            let mut conversations = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                conversations.spawn(Conversation::hold(stream, Arc::clone(&shared)));
                while conversations.try_join_next().is_some() {}
            }
        });
        *lock(&self.running) = Some(task.abort_handle());
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.go_down();
        let unlooked = self.shared.received.borrow().len() - self.shared.looked.load(Ordering::SeqCst);
        assert!(unlooked == 0 || std::thread::panicking(), "{unlooked} mails came that the test has not looked at");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// An authority of this server's own, and a certificate that it has signed.
pub fn certificates(other: Option<(&str, i32)>) -> (TlsAcceptor, String) {
    let mut authority = CertificateParams::new(Vec::new()).expect("an authority without names");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().expect("a key");
    let pem = authority.self_signed(&authority_key).expect("a certificate").pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().expect("a key");
    let names = other.map_or_else(|| vec!["localhost".to_owned(), "127.0.0.1".to_owned()], |(name, _)| vec![name.to_owned()]);
    let mut certificate = CertificateParams::new(names).expect("names");
    if let Some((_, end)) = other {
        certificate.not_before = rcgen::date_time_ymd(2000, 1, 1);
        certificate.not_after = rcgen::date_time_ymd(end, 1, 1);
    }
    let certificate = certificate.signed_by(&key, &issuer).expect("a certificate");
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .expect("a certificate with its key");
    (TlsAcceptor::from(Arc::new(config)), pem)
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// The conversation is over: the client left, or the script cut it.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

struct Conversation {
    stream: BufReader<Box<dyn Stream>>,
    shared: Arc<Shared>,
    encrypted: bool,
    user: Option<String>,
    utf8: bool,
    from: Option<String>,
    to: Vec<String>,
    /// The address named last: refusals repeat it, as real servers do.
    named: String,
}

impl Conversation {
    async fn hold(stream: TcpStream, shared: Arc<Shared>) {
        let encrypted = lock(&shared.script).encryption == Encryption::FromTheStart;
        let stream: Box<dyn Stream> = if encrypted {
            match shared.tls.accept(stream).await {
                Ok(stream) => Box::new(stream),
                Err(_) => return,
            }
        } else {
            Box::new(stream)
        };
        let stream = BufReader::new(stream);
        // How a conversation ends is nothing that a test looks at: it looks at what was received.
        let _ = Self { stream, shared, encrypted, user: None, utf8: false, from: None, to: Vec::new(), named: String::new() }
            .speak()
            .await;
    }

    async fn speak(mut self) -> Result<(), Over> {
        if !self.misbehaves(At::Greeting).await? {
            self.say("220 sink.example ESMTP").await?;
        }
        loop {
            let line = self.hear().await?;
            if !self.encrypted {
                lock(&self.shared.in_the_clear).push(line.clone());
            }
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.greet().await?,
                "HELO" => self.say("250 sink.example").await?,
                "STARTTLS" if self.offers_starttls() => {
                    self.say("220 go ahead").await?;
                    let stream = self.shared.tls.accept(self.stream.into_inner()).await?;
                    self.stream = BufReader::new(Box::new(stream));
                    self.encrypted = true;
                }
                "AUTH" => self.sign_in(rest).await?,
                "MAIL" if self.lacks_sign_in() => self.say("530 5.7.0 authentication required").await?,
                "MAIL" => {
                    self.named = address(rest);
                    self.utf8 = rest.split(' ').any(|word| word == "SMTPUTF8");
                    if !self.misbehaves(At::Mail).await? {
                        (self.from, self.to) = (Some(self.named.clone()), Vec::new());
                        self.say("250 sender noted").await?;
                    }
                }
                "RCPT" if self.from.is_none() => self.say("503 MAIL first").await?,
                "RCPT" => {
                    self.named = address(rest);
                    if !self.misbehaves(At::Rcpt).await? {
                        self.to.push(self.named.clone());
                        self.say("250 recipient noted").await?;
                    }
                }
                "DATA" if self.to.is_empty() => self.say("503 RCPT first").await?,
                "DATA" => {
                    if !self.misbehaves(At::Data).await? {
                        self.say("354 end with a dot").await?;
                        self.take_mail().await?;
                    }
                }
                "RSET" => {
                    (self.from, self.to) = (None, Vec::new());
                    self.say("250 forgotten").await?;
                }
                "NOOP" => self.say("250 still here").await?,
                "QUIT" => {
                    self.say("221 goodbye").await?;
                    return Ok(());
                }
                _ => self.say("502 not known here").await?,
            }
        }
    }

    fn offers_starttls(&self) -> bool {
        !self.encrypted && lock(&self.shared.script).encryption == Encryption::StartTls
    }

    fn lacks_sign_in(&self) -> bool {
        self.user.is_none() && lock(&self.shared.script).sign_in.is_some()
    }

    async fn greet(&mut self) -> Result<(), Over> {
        let mut lines = vec!["sink.example", "8BITMIME", "ENHANCEDSTATUSCODES"];
        if self.offers_starttls() {
            lines.push("STARTTLS");
        }
        let (has_sign_in, takes_utf8) = {
            let script = lock(&self.shared.script);
            (script.sign_in.is_some(), script.takes_utf8)
        };
        if has_sign_in {
            lines.push("AUTH PLAIN LOGIN");
        }
        if takes_utf8 {
            lines.push("SMTPUTF8");
        }
        let last = lines.len() - 1;
        for (at, line) in lines.into_iter().enumerate() {
            self.say(&format!("250{}{line}", if at == last { ' ' } else { '-' })).await?;
        }
        Ok(())
    }

    async fn sign_in(&mut self, rest: &str) -> Result<(), Over> {
        let (mechanism, first) = rest.split_once(' ').map_or((rest, None), |(name, first)| (name, Some(first.to_owned())));
        let (user, password) = if mechanism.eq_ignore_ascii_case("PLAIN") {
            let given = match first {
                Some(given) => given,
                None => self.ask("").await?,
            };
            let plain = decoded(&given);
            let mut parts = plain.split('\0').skip(1).map(str::to_owned);
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
        } else {
            let user = match first {
                Some(given) => given,
                None => self.ask("Username:").await?,
            };
            (decoded(&user), decoded(&self.ask("Password:").await?))
        };
        if self.misbehaves(At::Auth).await? {
            return Ok(());
        }
        if lock(&self.shared.script).sign_in.as_ref() != Some(&(user.clone(), password)) {
            return self.say("535 5.7.8 authentication credentials invalid").await;
        }
        self.user = Some(user);
        self.say("235 2.7.0 signed in").await
    }

    async fn ask(&mut self, question: &str) -> Result<String, Over> {
        self.say(&format!("334 {}", BASE64.encode(question.as_bytes()))).await?;
        self.hear().await
    }

    async fn take_mail(&mut self) -> Result<(), Over> {
        let mut data = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(Over);
            }
            if line == b".\r\n" {
                break;
            }
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let mail = Received {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            data,
            encrypted: self.encrypted,
            utf8: self.utf8,
            user: self.user.clone(),
        };
        let deed = lock(&self.shared.script).next(At::End);
        if deed.is_none() || matches!(deed, Some(Deed::KeepAndCut | Deed::KeepAndHang | Deed::KeepAndWait)) {
            self.shared.received.send_modify(|received| received.push(mail));
        }
        match deed {
            None => self.say("250 2.0.0 taken").await,
            Some(deed) => self.commit(deed).await,
        }
    }

    /// Does what the script wants here; whether it wanted anything.
    async fn misbehaves(&mut self, at: At) -> Result<bool, Over> {
        let deed = lock(&self.shared.script).next(at);
        match deed {
            None => Ok(false),
            Some(deed) => self.commit(deed).await.map(|()| true),
        }
    }

    async fn commit(&mut self, deed: Deed) -> Result<(), Over> {
        self.shared.deeds.send_modify(|count| *count += 1);
        match deed {
            Deed::Answer(code) => {
                self.say(&format!("{code}-as the script says")).await?;
                self.say(&format!("{code} about <{}>", self.named)).await?;
                if code == 421 { Err(Over) } else { Ok(()) }
            }
            Deed::Hang | Deed::KeepAndHang => std::future::pending().await,
            Deed::KeepAndWait => {
                self.shared.goes_on.notified().await;
                self.say("250 2.0.0 taken").await
            }
            Deed::Cut | Deed::KeepAndCut => Err(Over),
        }
    }

    async fn say(&mut self, line: &str) -> Result<(), Over> {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        Ok(self.stream.flush().await?)
    }

    async fn hear(&mut self) -> Result<String, Over> {
        let mut line = Vec::new();
        if self.stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(Over);
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }
}

/// What stands between `<` and `>`.
fn address(parameters: &str) -> String {
    let inside = parameters.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}

fn decoded(text: &str) -> String {
    BASE64.decode(text.as_bytes()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}
