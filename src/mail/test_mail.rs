//! The mail that shows whether mail arrives at all.

use askama::Template;
use uuid::Uuid;

use super::{Letter, host_for_ids};
use crate::clock::Timestamp;
use crate::email_address::EmailAddress;
use crate::i18n::Locale;

/// A mail that shows whether mail arrives at all. `id` is what its message id is made of.
///
/// # Errors
/// A base URL without a host.
pub fn test_mail(to: &EmailAddress, locale: Locale, base_url: &str, id: Uuid, sent_at: Timestamp) -> anyhow::Result<Letter> {
    let host = host_for_ids(base_url)?;
    let (subject, words) = (locale.text("mail-test-subject"), locale.text("mail-test-text"));
    Ok(Letter {
        to: to.clone(),
        message_id: format!("{id}@{host}"),
        references: None,
        html: TestMailHtml { locale, subject: &subject, words: &words }.render()?,
        text: words + "\n",
        list_id: format!("test.{host}"),
        list_name: "Leserbrief".into(),
        unsubscribe: None,
        sent_at,
        subject,
    })
}

#[derive(Template)]
#[template(path = "mail/test.html")]
struct TestMailHtml<'a> {
    locale: Locale,
    subject: &'a str,
    words: &'a str,
}
