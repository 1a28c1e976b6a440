//! The mail that shows whether mail arrives at all.

use askama::Template;

use super::Letter;
use super::envelope::{Envelope, Written};
use crate::i18n::Locale;

/// A mail that shows whether mail arrives at all.
///
/// # Errors
/// A base URL without a host.
pub fn test_mail(envelope: &Envelope<'_>) -> anyhow::Result<Letter> {
    let locale = envelope.locale;
    let mail = TestMail { locale, subject: locale.text("mail-test-subject"), words: locale.text("mail-test-text") };
    envelope.letter(Written {
        html: TestMailHtml { mail: &mail }.render()?,
        subject: mail.subject,
        text: mail.words + "\n",
        list: ("test".into(), "Leserbrief".into()),
        root: None,
        unsubscribe: None,
    })
}

struct TestMail {
    locale: Locale,
    subject: String,
    words: String,
}

#[derive(Template)]
#[template(path = "mail/test.html")]
struct TestMailHtml<'a> {
    mail: &'a TestMail,
}
