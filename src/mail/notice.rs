//! Mails about an account: a few words and one link. No word of a stranger stands in them but
//! the name of whoever invites, on one line and without a link.

use anyhow::ensure;
use askama::Template;
use uuid::Uuid;

use super::compose::{defanged_line, host_for_ids};
use super::{Letter, one_line};
use crate::clock::Timestamp;
use crate::email_address::EmailAddress;
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
}

/// A mail about an account. `id` is the row of the outbox, from which the message id is made.
///
/// # Errors
/// A base URL without a host, or a link that leads out of the house.
pub fn notice(
    to: EmailAddress,
    locale: Locale,
    base_url: &str,
    id: Uuid,
    sent_at: Timestamp,
    about: Notice<'_>,
) -> anyhow::Result<Letter> {
    let host = host_for_ids(base_url)?;
    let (subject, words, url, label) = match about {
        Notice::Invitation { site, url } => {
            let site = defanged_line(site, 60);
            let words = locale.text_with("mail-invitation-words", "site", site.as_str());
            (locale.text("mail-invitation-subject"), words, url, locale.text("mail-invitation-link"))
        }
        Notice::Password { url } => {
            (locale.text("mail-password-subject"), locale.text("mail-password-words"), url, locale.text("mail-password-link"))
        }
    };
    let inside = url.strip_prefix(base_url).is_some_and(|path| path.starts_with('/'));
    ensure!(inside && !url.contains(|c: char| c.is_control() || c.is_whitespace()), "the link leads elsewhere");
    let parts = Parts { locale, subject: &subject, words: &words, url, label: &label };
    Ok(Letter {
        to,
        message_id: format!("{id}@{host}"),
        references: None,
        text: NoticeText { parts: &parts }.render()?,
        html: NoticeHtml { parts: &parts }.render()?,
        list_id: format!("account.{host}"),
        list_name: "Leserbrief".into(),
        sent_at,
        subject: one_line(&subject, 120),
    })
}

struct Parts<'a> {
    locale: Locale,
    subject: &'a str,
    words: &'a str,
    url: &'a str,
    label: &'a str,
}

#[derive(Template)]
#[template(path = "mail/notice.txt", escape = "none")]
struct NoticeText<'a> {
    parts: &'a Parts<'a>,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct NoticeHtml<'a> {
    parts: &'a Parts<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(about: Notice<'_>) -> anyhow::Result<Letter> {
        let to = EmailAddress::parse("ben@example.org").unwrap();
        notice(to, Locale::De, "https://comments.example", Uuid::from_u128(7), Timestamp::from_millis(0), about)
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
