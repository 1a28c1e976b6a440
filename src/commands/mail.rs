//! `leserbrief mail`: what waits in the outbox, and whether mail goes out at all.

use clap::{Args, Subcommand};
use url::Url;

use super::print;
use crate::clock::{Clock, Timestamp};
use crate::config::{MailSettings, StorageSettings};
use crate::email_address::EmailAddress;
use crate::i18n::Locale;
use crate::mail::{Envelope, Failure, Mailer, Verdict, test_mail};
use crate::server::open_store;
use crate::store::outbox;

/// What to do with mail.
#[derive(Subcommand, Debug)]
pub enum MailCommand {
    /// List the newest mails of the outbox
    Queue {
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: u16,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Send a test mail
    Test(Box<TestArguments>),
}

/// Whom to write to, and how.
#[derive(Args, Debug)]
pub struct TestArguments {
    /// The recipient
    #[arg(long)]
    to: String,
    /// The language of the mail
    #[arg(long, default_value = "en")]
    locale: Locale,
    /// Address under which browsers reach the service: the sender's host, where no sender is set
    #[arg(long, env = "LESERBRIEF_BASE_URL", default_value = "http://localhost:8080", value_name = "URL")]
    base_url: Url,
    #[command(flatten)]
    mail: MailSettings,
}

/// Does it.
pub async fn run(storage: &StorageSettings, command: MailCommand) -> anyhow::Result<()> {
    match command {
        MailCommand::Queue { limit, json } => list(storage, limit, json).await,
        MailCommand::Test(arguments) => test(storage, &arguments).await,
    }
}

async fn list(storage: &StorageSettings, limit: u16, json: bool) -> anyhow::Result<()> {
    let (store, _) = open_store(storage).await?;
    let mut tx = store.read().await?;
    for mail in outbox::newest(&mut tx, i64::from(limit)).await? {
        let due = Timestamp::from_millis(mail.due_at).rfc3339();
        let words = mail.last_error.unwrap_or_default();
        print(&if json {
            serde_json::json!({
                "id": mail.id, "site": mail.site, "moderator": mail.moderator, "state": mail.state,
                "attempts": mail.attempts, "due": due, "error": words
            })
            .to_string()
        } else {
            format!("{}\t{}\t{}\t{}\t{}\t{words}", mail.state, due, mail.attempts, mail.site, mail.moderator)
        })?;
    }
    Ok(())
}

async fn test(storage: &StorageSettings, arguments: &TestArguments) -> anyhow::Result<()> {
    let Some(to) = EmailAddress::parse(&arguments.to) else { anyhow::bail!("The recipient is not an e-mail address.") };
    let from = arguments.mail.sender(arguments.base_url.host_str().unwrap_or_default());
    let mailer = Mailer::new(arguments.mail.smtp_url()?.as_ref(), &storage.mail_folder(), &from, "Leserbrief")?;
    let clock = Clock::System;
    let (base_url, id, sent_at) = (arguments.base_url.as_str(), clock.new_id(), clock.now());
    let letter = test_mail(&Envelope { to, locale: arguments.locale, base_url, id, sent_at })?;
    match mailer.send(&letter).await {
        Ok(()) => print(&taken(&mailer)),
        Err(Failure::Temporary(words) | Failure::Deferred(words) | Failure::Permanent(words)) => {
            // What is in the way, in words for people; else the server's own.
            match mailer.examine().await.into_iter().find(|finding| finding.verdict == Verdict::Wrong) {
                Some(finding) => anyhow::bail!("The mail was not taken. {}\n→ {}", finding.words, finding.next),
                None => anyhow::bail!("The mail was not taken: {words}"),
            }
        }
    }
}

fn taken(mailer: &Mailer) -> String {
    let destination = mailer.destination();
    match mailer.relay() {
        Some(_) => format!(
            "The {destination} has taken it. If it does not arrive, look into the folder for spam, and at what leserbrief doctor \
             says of the sender."
        ),
        None => format!(
            "Written into {destination}, where it reaches nobody: no mail server is set.\n→ To send mails, set --smtp, such as \
             smtp://user:password@mail.example:587."
        ),
    }
}
