//! Mails to those who comment: is the address yours, what was decided, what is new. Each can be stopped by one click.

use askama::Template;
use uuid::Uuid;

use super::defang::defanged_line;
use super::envelope::{Envelope, Written, ensure_whole};
use super::quoted::quoted;
use super::{Letter, TITLE_IN_SUBJECT, one_line};
use crate::clock::Timestamp;
use crate::i18n::Locale;
use crate::site::Site;

/// What every mail to an author is made of.
#[derive(Clone, Debug)]
pub struct ToAuthor<'a> {
    /// Whom it goes to; the language is that of the form that they used.
    pub envelope: Envelope<'a>,
    /// The site.
    pub site: &'a Site,
    /// The article's id.
    pub page_id: Uuid,
    /// The article's title: a reader's browser sent it, so it is believed as little as a comment.
    pub page_title: &'a str,
    /// Where the mail leads: into the house, or to the article on the site.
    pub url: &'a str,
    /// Where mails are stopped.
    pub unsubscribe_url: &'a str,
}

/// What a mail to an author is about.
#[derive(Clone, Copy, Debug)]
pub enum AboutAuthor<'a> {
    /// Whether the address is theirs. It holds no word that anybody typed, but the site's title.
    Confirmation,
    /// Their comment is public.
    Approved,
    /// Their comment is not published.
    Rejected {
        /// The ground, as the house says it.
        statement: &'a str,
        /// The reason in the moderator's words; may be empty.
        reason: &'a str,
    },
    /// Somebody has written.
    News {
        /// The comments, the first ones of them.
        comments: &'a [NewComment<'a>],
        /// How many there are besides.
        more: u64,
    },
}

/// A comment that somebody hears of.
#[derive(Clone, Copy, Debug)]
pub struct NewComment<'a> {
    /// The author's name.
    pub author: &'a str,
    /// The comment.
    pub text: &'a str,
    /// When it was sent.
    pub submitted_at: Timestamp,
}

/// A mail to an author.
///
/// # Errors
/// A base URL without a host, or a link with white space in it.
pub fn to_author(mail: &ToAuthor<'_>, about: AboutAuthor<'_>) -> anyhow::Result<Letter> {
    ensure_whole(mail.url)?;
    ensure_whole(mail.unsubscribe_url)?;
    let parts = ToAuthorMail::new(mail, about);
    let root = match about {
        AboutAuthor::Confirmation => None,
        _ => Some(format!("page.{}", mail.page_id)),
    };
    mail.envelope.letter(Written {
        text: ToAuthorText { mail: &parts }.render()?,
        html: ToAuthorHtml { mail: &parts }.render()?,
        subject: parts.subject,
        list: (format!("authors.{}", mail.site.name), one_line(&mail.site.title, TITLE_IN_SUBJECT)),
        root,
        unsubscribe: Some(mail.unsubscribe_url.to_owned()),
    })
}

struct ToAuthorMail<'a> {
    locale: Locale,
    subject: String,
    words: String,
    notes: Vec<String>,
    comments: Vec<Shown>,
    more: Option<String>,
    url: &'a str,
    label: String,
    why: String,
    unsubscribe_url: &'a str,
}

struct Shown {
    by: String,
    lines: Vec<String>,
}

impl<'a> ToAuthorMail<'a> {
    fn new(mail: &ToAuthor<'a>, about: AboutAuthor<'_>) -> Self {
        let locale = mail.envelope.locale;
        let site = one_line(&mail.site.title, TITLE_IN_SUBJECT);
        let page = defanged_line(mail.page_title, TITLE_IN_SUBJECT);
        let with_site = |key: &str| locale.text_with(key, "site", site.as_str());
        let with_page = |key: &str| locale.text_with(key, "page", page.as_str());
        let (mut notes, mut shown, mut more_words) = (Vec::new(), Vec::new(), None);
        let (words, label) = match about {
            AboutAuthor::Confirmation => {
                notes.push(locale.text("mail-author-confirm-unasked"));
                (with_site("mail-author-confirm-words"), locale.text("mail-author-confirm-link"))
            }
            AboutAuthor::Approved => (with_page("mail-author-approved"), locale.text("mail-author-own")),
            AboutAuthor::Rejected { statement, reason } => {
                if !statement.is_empty() {
                    notes.push(format!("{statement} {}", locale.text("statement-by-a-person")));
                }
                if !reason.is_empty() {
                    notes.push(format!("{} {}", locale.text("receipt-reason"), defanged_line(reason, 600)));
                }
                (with_page("mail-author-rejected"), locale.text("mail-author-own"))
            }
            AboutAuthor::News { comments, more } => {
                shown = comments.iter().map(|comment| Shown::new(comment, locale)).collect();
                more_words = (more > 0).then(|| locale.text_with("mail-author-more", "count", more));
                (with_page("mail-author-news"), locale.text("mail-author-read"))
            }
        };
        let (subject, why) = match about {
            AboutAuthor::Confirmation => (with_site("mail-author-confirm-subject"), locale.text("mail-author-never")),
            _ => (format!("[{site}] {page}"), with_site("mail-author-why")),
        };
        Self {
            locale,
            subject,
            words,
            notes,
            comments: shown,
            more: more_words,
            url: mail.url,
            label,
            why,
            unsubscribe_url: mail.unsubscribe_url,
        }
    }
}

impl Shown {
    fn new(comment: &NewComment<'_>, locale: Locale) -> Self {
        let (author, moment) = (defanged_line(comment.author, 100), locale.moment(comment.submitted_at));
        let by = locale.text_with_all("mail-held-by", [("author", author.into()), ("moment", moment.into())]);
        Self { by, lines: quoted(comment.text) }
    }
}

#[derive(Template)]
#[template(path = "mail/to_author.txt", escape = "none")]
struct ToAuthorText<'a> {
    mail: &'a ToAuthorMail<'a>,
}

#[derive(Template)]
#[template(path = "mail/to_author.html")]
struct ToAuthorHtml<'a> {
    mail: &'a ToAuthorMail<'a>,
}
