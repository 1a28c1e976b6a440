//! Every setting of the process: a flag, `LESERBRIEF_…` in the environment, or a file for secrets.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// Where the data is: needed by every command.
#[derive(Args, Clone, Debug)]
pub struct StorageSettings {
    /// Folder with the embedded database, the key file and, until SMTP is set, the mails
    #[arg(long, global = true, env = "LESERBRIEF_DATA", default_value = "leserbrief-data", value_name = "DIR")]
    pub data: PathBuf,
    /// postgres://… to keep the data in PostgreSQL instead
    #[arg(long, global = true, env = "LESERBRIEF_DATABASE", hide_env_values = true, value_name = "URL", value_parser = secret)]
    pub database: Option<SecretString>,
    /// File that holds the database URL
    #[arg(long, global = true, env = "LESERBRIEF_DATABASE_FILE", value_name = "FILE", conflicts_with = "database")]
    pub database_file: Option<PathBuf>,
}

/// How mail leaves the house.
#[derive(Args, Clone, Debug)]
pub struct MailSettings {
    /// smtp://user:password@host:587 (STARTTLS), smtps://… (TLS), ?tls=none to loopback only; without it mails are files
    #[arg(long, env = "LESERBRIEF_SMTP", hide_env_values = true, value_name = "URL", value_parser = secret)]
    pub smtp: Option<SecretString>,
    /// File that holds the SMTP URL
    #[arg(long, env = "LESERBRIEF_SMTP_FILE", value_name = "FILE", conflicts_with = "smtp")]
    pub smtp_file: Option<PathBuf>,
    /// Sender of every mail; without it leserbrief@ the host of the base URL
    #[arg(long, env = "LESERBRIEF_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Seconds between two mails to a moderator about the same site
    #[arg(long, env = "LESERBRIEF_MAIL_INTERVAL", default_value_t = 600, value_name = "SECONDS")]
    pub mail_interval: u32,
}

/// How readers and moderators reach the service.
#[derive(Args, Clone, Debug)]
pub struct WebSettings {
    /// Addresses to listen on: host:port, or unix:/path
    #[arg(long, env = "LESERBRIEF_LISTEN", value_delimiter = ',', default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: Vec<ListenAddress>,
    /// Address under which browsers reach the service; without it http:// and the first listen address
    #[arg(long, env = "LESERBRIEF_BASE_URL", value_name = "URL")]
    pub base_url: Option<Url>,
    /// Networks whose forwarding header is believed
    #[arg(long, env = "LESERBRIEF_TRUSTED_PROXIES", value_delimiter = ',', value_name = "NETWORK")]
    pub trusted_proxies: Vec<IpNet>,
    /// Header in which those proxies name the client
    #[arg(long, env = "LESERBRIEF_FORWARDED_HEADER", value_enum, default_value_t, value_name = "HEADER")]
    pub forwarded_header: ForwardedHeader,
    /// Networks that webhooks may go to though they are not public
    #[arg(long, env = "LESERBRIEF_WEBHOOK_NETWORKS", value_delimiter = ',', value_name = "NETWORK")]
    pub webhook_networks: Vec<IpNet>,
    /// Requests a second that one network (/32 or /64) may make for long; 0 takes the limit away
    #[arg(long, env = "LESERBRIEF_FLOOD_PER_SECOND", default_value_t = 20, value_name = "REQUESTS")]
    pub flood_per_second: u32,
    /// Requests that one network may make at once
    #[arg(long, env = "LESERBRIEF_FLOOD_BURST", default_value_t = 200, value_name = "REQUESTS")]
    pub flood_burst: u32,
    /// Connections held open at once
    #[arg(long, env = "LESERBRIEF_MAX_CONNECTIONS", default_value_t = 2000, value_name = "NUMBER")]
    pub max_connections: usize,
    /// Memory for threads kept ready, in mebibytes
    #[arg(long, env = "LESERBRIEF_THREAD_CACHE", default_value_t = 16, value_name = "MIB")]
    pub thread_cache: u32,
    /// Serve the demo article; without it only where the base URL is this machine
    #[arg(long, env = "LESERBRIEF_DEMO", value_name = "true|false")]
    pub demo: Option<bool>,
}

/// Which header names the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, as nginx, Apache and Caddy write it.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// An address to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// Host and port; port 0 takes a free one.
    Tcp(SocketAddr),
    /// A Unix socket, for a proxy on the same machine.
    Unix(PathBuf),
}

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("unix:") {
            Some(path) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            Some(_) => Err("a Unix socket is named by its absolute path: unix:/run/leserbrief.sock".into()),
            None => text
                .replace("localhost:", "127.0.0.1:")
                .parse()
                .map(Self::Tcp)
                .map_err(|_| format!("{text} is not an address such as 127.0.0.1:8080, [::1]:8080 or unix:/path")),
        }
    }
}

/// Where the comments are kept.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// A file of the embedded SQLite.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(SecretString),
}

impl StorageSettings {
    /// Which database is meant. Only the two spellings of PostgreSQL's URL are taken, so that a misspelt one is
    /// refused instead of making a new file.
    ///
    /// # Errors
    /// A sentence naming the scheme that is not known (never the URL: it may hold a password).
    pub fn database_url(&self) -> anyhow::Result<DatabaseUrl> {
        let Some(given) = secret_or_file(self.database.as_ref(), self.database_file.as_deref())? else {
            return Ok(DatabaseUrl::Sqlite(self.data.join("leserbrief.sqlite")));
        };
        let text = given.expose_secret();
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Url::parse(text).context("The database URL cannot be read; it looks like postgres://user:password@host/name.")?;
            return Ok(DatabaseUrl::Postgres(given));
        }
        let scheme = text.split_once(':').map_or("no scheme", |(scheme, _)| scheme);
        bail!(
            "The database URL has {scheme:?} where postgres:// is needed. Without --database the data is kept in SQLite under --data."
        );
    }

    /// The key file.
    pub fn key_file(&self) -> PathBuf {
        self.data.join("key")
    }

    /// The folder that takes the mails while no SMTP server is set.
    pub fn mail_folder(&self) -> PathBuf {
        self.data.join("mail")
    }
}

impl MailSettings {
    /// The SMTP server's URL, if one is set.
    ///
    /// # Errors
    /// The file named for it cannot be read.
    pub fn smtp_url(&self) -> anyhow::Result<Option<SecretString>> {
        secret_or_file(self.smtp.as_ref(), self.smtp_file.as_deref())
    }

    /// The sender of every mail; `host` is the base URL's.
    pub fn sender(&self, host: &str) -> String {
        let host = host.trim_matches(['[', ']']);
        let host = if host.parse::<IpAddr>().is_ok() { "localhost.localdomain" } else { host };
        self.mail_from.clone().unwrap_or_else(|| format!("leserbrief@{host}"))
    }
}

impl WebSettings {
    /// Where browsers reach the service, without a trailing slash; `bound` is the first TCP address it listens on.
    ///
    /// # Errors
    /// An address with a path, or one that is not `http(s)`: cookies and links would not hold.
    pub fn base_url(&self, bound: Option<SocketAddr>) -> anyhow::Result<String> {
        let url = match (&self.base_url, bound) {
            (Some(url), _) => url.clone(),
            (None, Some(bound)) => Url::parse(&format!("http://{bound}"))?,
            (None, None) => bail!("A service on a Unix socket needs --base-url: the address that browsers use."),
        };
        if !matches!(url.scheme(), "http" | "https") || url.path() != "/" || url.query().is_some() {
            bail!("The base URL is scheme, host and port alone, such as https://comments.example.");
        }
        Ok(url.origin().ascii_serialization())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "clap wants a parser that may fail")]
fn secret(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text))
}

fn secret_or_file(given: Option<&SecretString>, file: Option<&Path>) -> anyhow::Result<Option<SecretString>> {
    match (given, file) {
        (Some(secret), _) if !secret.expose_secret().is_empty() => Ok(Some(secret.clone())),
        (_, Some(path)) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("The file {} cannot be read.", path.display()))?;
            Ok(Some(SecretString::from(text.trim())))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn storage(url: &str) -> StorageSettings {
        StorageSettings { data: "d".into(), database: Some(SecretString::from(url)), database_file: None }
    }

    #[test]
    fn a_misspelt_database_url_is_refused_without_repeating_it() {
        for misspelt in ["postgre://u:geheim@h/d", "sqlite:x", "d.sqlite", "mysql://u:geheim@h/d"] {
            let told = storage(misspelt).database_url().unwrap_err().to_string();
            assert!(!told.contains("geheim"), "{told}");
        }
        assert!(matches!(storage("postgres://u:p@h/d").database_url(), Ok(DatabaseUrl::Postgres(_))));
        assert!(matches!(storage("").database_url(), Ok(DatabaseUrl::Sqlite(path)) if path == Path::new("d/leserbrief.sqlite")));
    }

    #[test]
    fn a_listen_address_is_tcp_or_a_socket() {
        assert_eq!("unix:/run/x.sock".parse(), Ok(ListenAddress::Unix("/run/x.sock".into())));
        assert_eq!("localhost:80".parse(), Ok(ListenAddress::Tcp(SocketAddr::from(([127, 0, 0, 1], 80)))));
        assert!("unix:x".parse::<ListenAddress>().is_err());
        assert!("nowhere".parse::<ListenAddress>().is_err());
    }

    #[test]
    fn secrets_are_not_in_debug() {
        assert!(!format!("{:?}", storage("postgres://u:geheim@h/d")).contains("geheim"));
    }
}
