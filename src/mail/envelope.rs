//! What every mail has on its outside, whatever it says.

use anyhow::{Context, ensure};
use url::Url;
use uuid::Uuid;

use super::{Letter, one_line};
use crate::clock::Timestamp;
use crate::email_address::EmailAddress;
use crate::i18n::Locale;

/// Whom a mail goes to, and what it is known by.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// The one recipient.
    pub to: EmailAddress,
    /// Their language.
    pub locale: Locale,
    /// Where the service is reached, without a trailing slash.
    pub base_url: &'a str,
    /// The row of the outbox: what the message id is made of.
    pub id: Uuid,
    /// The moment in the `Date` header.
    pub sent_at: Timestamp,
}

/// A mail as its family has written it.
pub(super) struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
    /// What filters know it by, before the service's host; and for people.
    pub list: (String, String),
    /// What mail programs gather it under, before the service's host.
    pub root: Option<String>,
    /// Where mails of this kind are stopped.
    pub unsubscribe: Option<String>,
}

impl Envelope<'_> {
    /// The mail, ready to be sent.
    ///
    /// # Errors
    /// A base URL without a host.
    pub(super) fn letter(&self, written: Written) -> anyhow::Result<Letter> {
        let host = host_for_ids(self.base_url)?;
        let (list_id, list_name) = written.list;
        Ok(Letter {
            to: self.to.clone(),
            message_id: format!("{}@{host}", self.id),
            references: written.root.map(|root| format!("{root}@{host}")),
            subject: one_line(&written.subject, 120),
            text: written.text,
            html: written.html,
            list_id: format!("{list_id}.{host}"),
            list_name,
            unsubscribe: written.unsubscribe,
            sent_at: self.sent_at,
        })
    }

    /// Refuses a link that leads out of the house.
    pub(super) fn ensure_inside(&self, url: &str) -> anyhow::Result<()> {
        let path = url.strip_prefix(self.base_url.trim_end_matches('/'));
        ensure!(path.is_some_and(|path| path.starts_with('/')), "a link leads elsewhere");
        ensure_whole(url)
    }
}

/// Refuses a link that a mail program would not take for one.
pub(super) fn ensure_whole(url: &str) -> anyhow::Result<()> {
    ensure!(!url.contains(|c: char| c.is_control() || c.is_whitespace()), "a link is broken");
    Ok(())
}

/// The host as message ids and list ids may hold it: labels of letters, digits and hyphens.
fn host_for_ids(base_url: &str) -> anyhow::Result<String> {
    let url = Url::parse(base_url)?;
    let host = url.host_str().context("the base URL has no host")?;
    Ok(host.trim_matches(['[', ']']).replace(':', "-"))
}
