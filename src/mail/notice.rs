//! Mails about an account: a few words and one link. No word of a stranger stands in them but
//! the name of whoever invites, on one line and without a link.

use askama::Template;

use super::Letter;
use super::defang::defanged_line;
use super::envelope::{Envelope, Written};
use crate::i18n::Locale;

/// What a mail about an account is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// Somebody may moderate; the link makes the account.
    Invitation {
        /// The site's title.
        site: &'a str,
        /// Where the invitation is taken.
        url: &'a str,
    },
    /// Somebody has asked for a new password; the link sets it.
    Password {
        /// Where the password is set.
        url: &'a str,
    },
    /// Something of an account has changed that its owner should know of: their role, their second factor.
    Changed {
        /// What it is: its texts are `mail-changed-<what>-subject` and `-words`.
        what: &'a str,
        /// The title of the site that it is about, if it is about one.
        site: &'a str,
        /// Where it is looked at.
        url: &'a str,
    },
}

/// A mail about an account.
///
/// # Errors
/// A base URL without a host, or a link that leads out of the house.
pub fn notice(envelope: &Envelope<'_>, about: Notice<'_>) -> anyhow::Result<Letter> {
    let locale = envelope.locale;
    let with_site = |key: &str, site: &str| locale.text_with(key, "site", defanged_line(site, 60).as_str());
    let (subject, words, url, label) = match about {
        Notice::Invitation { site, url } => {
            let words = with_site("mail-invitation-words", site);
            (locale.text("mail-invitation-subject"), words, url, locale.text("mail-invitation-link"))
        }
        Notice::Password { url } => {
            (locale.text("mail-password-subject"), locale.text("mail-password-words"), url, locale.text("mail-password-link"))
        }
        Notice::Changed { what, site, url } => {
            let subject = locale.text_for("mail-changed", &format!("{what}-subject"));
            (subject, with_site(&format!("mail-changed-{what}-words"), site), url, locale.text("account-title"))
        }
    };
    envelope.ensure_inside(url)?;
    let why = match about {
        Notice::Changed { .. } => locale.text("mail-account-not-you"),
        _ => locale.text("mail-account-unasked"),
    };
    let mail = NoticeMail { locale, subject, words, url, label, why };
    envelope.letter(Written {
        text: NoticeText { mail: &mail }.render()?,
        html: NoticeHtml { mail: &mail }.render()?,
        subject: mail.subject,
        list: ("account".into(), "Leserbrief".into()),
        root: None,
        unsubscribe: None,
    })
}

struct NoticeMail<'a> {
    locale: Locale,
    subject: String,
    words: String,
    url: &'a str,
    label: String,
    why: String,
}

#[derive(Template)]
#[template(path = "mail/notice.txt", escape = "none")]
struct NoticeText<'a> {
    mail: &'a NoticeMail<'a>,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct NoticeHtml<'a> {
    mail: &'a NoticeMail<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::email_address::EmailAddress;
    use uuid::Uuid;

    fn letter(about: Notice<'_>) -> anyhow::Result<Letter> {
        let (to, base_url) = (EmailAddress::parse("ben@example.org").unwrap(), "https://comments.example");
        let (id, sent_at) = (Uuid::from_u128(7), Timestamp::from_millis(0));
        notice(&Envelope { to, locale: Locale::De, base_url, id, sent_at }, about)
    }

    #[test]
    fn an_invitation_has_one_link_and_no_markup_of_a_title() {
        let url = "https://comments.example/panel/invitation/abc";
        let letter = letter(Notice::Invitation { site: "<b>Nord\r\nhttps://evil.example", url }).unwrap();
        assert_eq!(letter.text.matches("http").count(), 1, "{}", letter.text);
        assert_eq!(letter.html.matches("href=").count(), 1, "{}", letter.html);
        assert!(letter.html.contains(url) && letter.text.contains(url));
        assert!(!letter.html.contains("<b>Nord") && !letter.text.contains("evil.example"));
        assert!(!letter.subject.contains("Nord"));
    }

    #[test]
    fn a_link_that_leads_elsewhere_is_refused() {
        for url in ["https://evil.example/x", "https://comments.example.evil.example/x", "/x", "https://comments.example/x\ny"] {
            assert!(letter(Notice::Password { url }).is_err(), "{url}");
        }
    }
}
