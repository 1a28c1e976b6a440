//! What an SMTP URL says: the server, how to encrypt, who signs in, how long to wait.

use std::fmt;
use std::fs;
use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use url::{Host, Url};

/// Seconds that connecting and signing in, and then naming the recipient, may each take.
const PATIENCE: u64 = 30;

/// A server, and how to speak to it.
pub(super) struct SmtpSettings {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
    pub(super) patience: Duration,
}

pub(super) enum Security {
    /// Nothing is encrypted: to this machine alone.
    None,
    /// Encrypted after greeting, or not at all.
    StartTls(TlsParameters),
    /// Encrypted from the first byte.
    Tls(TlsParameters),
}

impl fmt::Display for SmtpSettings {
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

impl SmtpSettings {
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
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
        Ok(Self { port, security, credentials: credentials(&url)?, patience: parameters.patience, host })
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

#[cfg(test)]
mod tests {
    use super::super::Mailer;
    use super::*;
    use secrecy::SecretString;
    use std::path::Path;

    fn refused(url: &str) -> String {
        Mailer::new(Some(&SecretString::from(url)), Path::new("x"), "post@a.example", "").unwrap_err().to_string()
    }

    fn destination(url: &str) -> String {
        Mailer::new(Some(&SecretString::from(url)), Path::new("x"), "post@a.example", "").unwrap().destination()
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
}
