//! `leserbrief doctor`: looks at everything that a service needs, changes nothing, and says what is wrong and what to do.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;

use anyhow::bail;
use clap::Args;
use url::{Host, Url};

use super::print;
use crate::config::{DatabaseUrl, MailSettings, StorageSettings};
use crate::mail::{Finding, Mailer, Verdict, sender_domain};
use crate::secrets::Keys;
use crate::store::Store;
use crate::store::open::{Examined, SchemaState};

/// What to look at besides the data.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Address under which browsers reach the service
    #[arg(long, env = "LESERBRIEF_BASE_URL", value_name = "URL")]
    base_url: Option<Url>,
    #[command(flatten)]
    mail: MailSettings,
    /// Selector under which your mail server signs (DKIM)
    #[arg(long, value_name = "NAME")]
    dkim_selector: Option<String>,
    /// Name server to ask about the sender's domain; without it the system's
    #[arg(long, value_name = "ADDRESS:PORT")]
    dns: Option<SocketAddr>,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

/// Looks, tells, and fails if anything is wrong.
pub async fn run(storage: &StorageSettings, arguments: &Arguments) -> anyhow::Result<()> {
    let mut findings = data(storage).await;
    findings.push(base_url(arguments.base_url.as_ref()));
    findings.extend(mail(storage, arguments).await);
    for finding in &findings {
        print(&if arguments.json { serde_json::to_string(finding)? } else { in_words(finding) })?;
    }
    match findings.iter().filter(|finding| finding.verdict == Verdict::Wrong).count() {
        0 => Ok(()),
        1 => bail!("1 thing is wrong."),
        count => bail!("{count} things are wrong."),
    }
}

fn in_words(finding: &Finding) -> String {
    let mark = match finding.verdict {
        Verdict::Good => "good",
        Verdict::Hint => "hint",
        Verdict::Wrong => "WRONG",
    };
    let next = if finding.next.is_empty() { String::new() } else { format!("\n       → {}", finding.next) };
    format!("{mark:<6} {}: {}{next}", finding.subject, finding.words)
}

/// The database, the key file, and whether they belong together.
async fn data(storage: &StorageSettings) -> Vec<Finding> {
    let url = match storage.database_url() {
        Ok(url) => url,
        Err(error) => return vec![Finding::wrong("database", format!("{error:#}"), "Mend --database.")],
    };
    let examined = match Store::examine(&url).await {
        Ok(examined) => examined,
        Err(error) => {
            let next = match url {
                DatabaseUrl::Sqlite(_) => "Check that this user may read the file, and that the disk is not full.",
                DatabaseUrl::Postgres(_) => "Check that the server runs, and host, port, user, password and name in the URL.",
            };
            return vec![Finding::wrong("database", format!("It cannot be opened: {error:#}"), next)];
        }
    };
    vec![schema(&examined), keys(storage, &examined)]
}

fn schema(examined: &Examined) -> Finding {
    match examined.state {
        SchemaState::New => Finding::hint("database", "There is none yet.", "It is made when the service first starts."),
        SchemaState::Older(missing) => Finding::hint(
            "database",
            format!("It is older than this program by {missing} steps."),
            "The next start brings it up to date; make a backup before.",
        ),
        SchemaState::Current => Finding::good("database", "It can be reached and is up to date."),
        SchemaState::Newer => Finding::wrong(
            "database",
            "A newer program has worked on it; this one would not understand it.",
            "Install the newer program again.",
        ),
    }
}

fn keys(storage: &StorageSettings, examined: &Examined) -> Finding {
    let path = storage.key_file();
    let place = path.display();
    let keys = match Keys::load(&path) {
        Ok(keys) => keys,
        Err(error) => return Finding::wrong("key file", format!("{error:#}"), "Put your backup of it back."),
    };
    let Some(keys) = keys else {
        return match examined.key_check {
            None => Finding::hint("key file", "There is none yet.", "It is made when the service first starts. Back it up then."),
            Some(_) => Finding::wrong(
                "key file",
                format!("{place} is missing: without it the addresses in the database stay sealed."),
                "Put your backup of it back.",
            ),
        };
    };
    if examined.key_check.as_ref().is_some_and(|check| *check != keys.check_value()) {
        let words = format!("{place} is not the one that this database was made with.");
        return Finding::wrong("key file", words, "Put the right one back.");
    }
    match std::fs::metadata(&path).map(|found| found.permissions().mode() & 0o077) {
        Ok(0) => Finding::good("key file", format!("{place} belongs to this database, and to its owner alone.")),
        _ => Finding::wrong(
            "key file",
            format!("Others on this machine may read {place}, and so open every address."),
            format!("chmod 600 {place}"),
        ),
    }
}

/// Whether links and cookies will hold.
fn base_url(given: Option<&Url>) -> Finding {
    const SUBJECT: &str = "base URL";
    let Some(url) = given else {
        let words = "None is set: links in mails lead to this machine.";
        return Finding::hint(
            SUBJECT,
            words,
            "Set --base-url to the address that browsers use, such as https://comments.example.",
        );
    };
    if !matches!(url.scheme(), "http" | "https") || url.path() != "/" || url.query().is_some() {
        let words = "It has to be scheme, host and port alone.";
        return Finding::wrong(SUBJECT, words, "Such as https://comments.example.");
    }
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match (is_here, url.scheme()) {
        (true, _) => {
            Finding::hint(SUBJECT, format!("{url} leads to this machine."), "For others, set it to an address of theirs.")
        }
        (false, "https") => Finding::good(SUBJECT, format!("{url}")),
        _ => Finding::wrong(
            SUBJECT,
            format!("{url} is not encrypted: passwords and links can be read on the way."),
            "Put a proxy that speaks TLS before the service, and set the base URL to https://.",
        ),
    }
}

/// The way out, and what the world thinks of the sender.
async fn mail(storage: &StorageSettings, arguments: &Arguments) -> Vec<Finding> {
    let host = arguments.base_url.as_ref().and_then(Url::host_str).unwrap_or("localhost");
    let from = arguments.mail.sender(host);
    let smtp = match arguments.mail.smtp_url() {
        Ok(smtp) => smtp,
        Err(error) => return vec![Finding::wrong("mail server", format!("{error:#}"), "Mend --smtp-file.")],
    };
    let mailer = match Mailer::new(smtp.as_ref(), &storage.mail_folder(), &from, "") {
        Ok(mailer) => mailer,
        Err(error) => return vec![Finding::wrong("mail server", format!("{error:#}"), "Mend --smtp or --mail-from.")],
    };
    let mut findings = mailer.examine().await;
    if let Some(relay) = mailer.relay() {
        findings.extend(sender_domain(&from, relay, arguments.dkim_selector.as_deref(), arguments.dns).await);
    }
    findings
}
