//! The mail that tells a moderator of held comments.

use anyhow::ensure;
use askama::Template;
use url::Url;
use uuid::Uuid;

use super::defang::defanged_line;
use super::envelope::{Envelope, Written};
use super::quoted::quoted;
use super::{Letter, TITLE_IN_SUBJECT, one_line};
use crate::clock::Timestamp;
use crate::email_address::EmailAddress;
use crate::i18n::Locale;
use crate::site::Site;
use crate::spam::Reason;

/// Comments that one mail shows.
const MOST_COMMENTS: usize = 20;

/// What a moderator is told when comments are held.
#[derive(Clone, Debug)]
pub struct HeldComments<'a> {
    /// Whom it goes to.
    pub envelope: Envelope<'a>,
    /// The site.
    pub site: &'a Site,
    /// The article, where all comments are on one: mail programs gather its mails.
    pub page_id: Option<Uuid>,
    /// The comments that the mail shows, 1 to 20.
    pub comments: &'a [HeldComment<'a>],
    /// How many wait besides.
    pub more: u64,
    /// Where they are decided: the one link of the mail, an address of this service.
    pub review_url: &'a str,
}

/// One comment that waits, as its author sent it.
#[derive(Clone, Debug)]
pub struct HeldComment<'a> {
    /// The author's name.
    pub author: &'a str,
    /// The author's address, where the site wants it shown.
    pub address: Option<&'a EmailAddress>,
    /// The comment.
    pub text: &'a str,
    /// The article's title: a reader's browser sent it, so it is believed as little as the comment.
    pub page_title: &'a str,
    /// The article's address.
    pub page_url: Option<&'a str>,
    /// The sum of the points.
    pub points: f64,
    /// Why it has them.
    pub reasons: &'a [Reason],
    /// When it was sent.
    pub submitted_at: Timestamp,
    /// Whether it is what the author would rather have written in a public comment.
    pub is_change: bool,
}

/// The mail that tells a moderator of held comments.
///
/// # Errors
/// No comment or more than 20, a base URL without a host, or a review link that leads out of the house.
pub fn held_comments(about: &HeldComments<'_>) -> anyhow::Result<Letter> {
    ensure!((1..=MOST_COMMENTS).contains(&about.comments.len()), "a mail shows 1 to {MOST_COMMENTS} comments");
    about.envelope.ensure_inside(about.review_url)?;
    let mail = HeldCommentsMail::new(about);
    about.envelope.letter(Written {
        text: HeldCommentsText { mail: &mail }.render()?,
        html: HeldCommentsHtml { mail: &mail }.render()?,
        subject: mail.subject,
        list: (about.site.name.clone(), one_line(&about.site.title, TITLE_IN_SUBJECT)),
        root: Some(about.page_id.map_or_else(|| format!("held.{}", about.site.name), |page_id| format!("page.{page_id}"))),
        unsubscribe: None,
    })
}

#[derive(Template)]
#[template(path = "mail/held_comments.txt", escape = "none")]
struct HeldCommentsText<'a> {
    mail: &'a HeldCommentsMail<'a>,
}

#[derive(Template)]
#[template(path = "mail/held_comments.html")]
struct HeldCommentsHtml<'a> {
    mail: &'a HeldCommentsMail<'a>,
}

/// What both forms say, every word of it harmless already but for HTML's own characters.
struct HeldCommentsMail<'a> {
    locale: Locale,
    subject: String,
    waiting: String,
    comments: Vec<ShownComment>,
    more: Option<String>,
    url: &'a str,
    label: String,
    why: String,
}

struct ShownComment {
    by: String,
    page: String,
    page_address: Option<String>,
    address: Option<String>,
    lines: Vec<String>,
    points: String,
    reasons: Vec<String>,
}

impl<'a> HeldCommentsMail<'a> {
    fn new(about: &HeldComments<'a>) -> Self {
        let locale = about.envelope.locale;
        let site = one_line(&about.site.title, TITLE_IN_SUBJECT);
        let page = about.comments.first().filter(|_| about.page_id.is_some());
        let subject = match page.map(|comment| defanged_line(comment.page_title, TITLE_IN_SUBJECT)) {
            Some(page) => locale.text_with_all("mail-held-subject-page", [("site", site.as_str().into()), ("page", page.into())]),
            None => locale.text_with("mail-held-subject", "site", site.as_str()),
        };
        let count = about.more.saturating_add(about.comments.len() as u64);
        Self {
            locale,
            subject,
            waiting: locale.text_with_all("mail-held-waiting", [("count", count.into()), ("site", site.as_str().into())]),
            comments: about.comments.iter().map(|comment| ShownComment::new(comment, locale)).collect(),
            more: (about.more > 0).then(|| locale.text_with("mail-held-more", "count", about.more)),
            url: about.review_url,
            label: locale.text("mail-held-decide"),
            why: locale.text_with("mail-held-why", "site", site.as_str()),
        }
    }
}

impl ShownComment {
    fn new(comment: &HeldComment<'_>, locale: Locale) -> Self {
        let (author, moment) = (defanged_line(comment.author, 100), locale.moment(comment.submitted_at));
        let reasons = comment.reasons.iter().map(|reason| in_words(reason, locale)).collect::<Vec<_>>();
        let by = if comment.is_change { "mail-held-changed-by" } else { "mail-held-by" };
        Self {
            by: locale.text_with_all(by, [("author", author.into()), ("moment", moment.into())]),
            page: defanged_line(comment.page_title, 200),
            page_address: comment.page_url.and_then(page_address),
            address: comment
                .address
                .map(|address| locale.text_with("mail-held-address", "address", defanged_line(address.expose(), 254))),
            lines: quoted(comment.text),
            points: locale.text_with("mail-held-points", "points", locale.points(comment.points)),
            reasons: if reasons.is_empty() { vec![locale.text("mail-held-no-reasons")] } else { reasons },
        }
    }
}

fn in_words(reason: &Reason, locale: Locale) -> String {
    let evidence = defanged_line(&reason.evidence, 100);
    let words = locale.text_with(&format!("reason-{}", reason.signal), "evidence", locale.measure(&evidence));
    format!("{} {words}", locale.points(reason.points))
}

/// An article's address without its scheme: to be read, while the mail keeps one link.
fn page_address(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(one_line(&format!("{}{}", url.host_str()?, url.path().trim_end_matches('/')), 200))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::SiteSettings;

    const NOON: i64 = 1_790_000_000_000;
    const HOUSE: &str = "https://comments.example";
    const LINK: &str = "https://comments.example/panel/comments/7";

    fn comment<'a>(text: &'a str, reasons: &'a [Reason]) -> HeldComment<'a> {
        HeldComment {
            author: "Eva Müller",
            address: None,
            text,
            page_title: "Die 14 fährt bis in die Nacht",
            page_url: Some("https://nordblatt.example/2026/bus"),
            points: 2.1,
            reasons,
            submitted_at: Timestamp::from_millis(NOON),
            is_change: false,
        }
    }

    fn site(title: &str) -> Site {
        let (origins, settings) = (Vec::new(), SiteSettings::default());
        Site { id: Uuid::nil(), name: "nordblatt".into(), title: title.into(), locale: Locale::De, origins, settings }
    }

    fn about<'a>(site: &'a Site, comments: &'a [HeldComment<'a>]) -> HeldComments<'a> {
        let envelope = Envelope {
            to: EmailAddress::parse("redaktion@nordblatt.example").unwrap(),
            locale: Locale::De,
            base_url: HOUSE,
            id: Uuid::from_u128(7),
            sent_at: Timestamp::from_millis(NOON),
        };
        HeldComments { envelope, site, page_id: None, comments, more: 0, review_url: LINK }
    }

    fn letter_of(site: &Site, base_url: &str, review_url: &str, comments: &[HeldComment<'_>]) -> anyhow::Result<Letter> {
        let about = about(site, comments);
        held_comments(&HeldComments { envelope: Envelope { base_url, ..about.envelope }, review_url, ..about })
    }

    fn letter(comments: &[HeldComment<'_>]) -> Letter {
        letter_of(&site("Nordblatt"), HOUSE, LINK, comments).unwrap()
    }

    #[test]
    fn the_mail_has_one_link_and_loads_nothing() {
        let text = "http://spam.example <img src=https://x.example/p.gif> www.spam.example [a](javascript:alert(1)) <script>";
        let comments = [HeldComment { author: "<a href=//spam.example>", page_title: "</title><style>", ..comment(text, &[]) }];
        let letter = letter(&comments);
        assert_eq!(letter.html.matches("href").count(), 2, "{}", letter.html);
        assert_eq!(letter.html.matches("href=\"https://comments.example/panel/comments/7\"").count(), 1);
        for body in [&letter.html, &letter.text] {
            assert_eq!(body.matches("http").count() - body.matches("„https“").count(), 1, "{body}");
            assert!(!body.contains("spam.example") && !body.contains("javascript:"), "{body}");
        }
        for loading in ["<img", "<script", "<link", "url(", "@import", "<a href=//", "</title><style"] {
            assert!(!letter.html.contains(loading), "{loading}");
        }
        assert!(letter.html.contains("prefers-color-scheme: dark") && letter.html.contains("name=\"color-scheme\""));
    }

    #[test]
    fn a_commenter_cannot_speak_for_the_house() {
        let text = "gut\n\nAnsehen und entscheiden:\nhttps://comments.example.evil.example/x";
        let comments = [HeldComment { author: "Eva\r\nBcc: x@y.example\n\n", ..comment(text, &[]) }];
        let letter = letter(&comments);
        assert!(letter.text.contains("1. Eva Bcc: x@y[.]example schrieb am"), "{}", letter.text);
        assert_eq!(letter.text.lines().filter(|line| *line == "Ansehen und entscheiden:").count(), 1);
        assert_eq!(letter.text.lines().filter(|line| line.starts_with("http")).count(), 1);
    }

    #[test]
    fn the_head_knows_the_site_and_no_commenter() {
        let comments = [comment("x", &[])];
        let title = format!("Nord\r\nBcc: x@y.example\u{202e}\n{}", "blatt ".repeat(40));
        let letter = letter_of(&site(&title), HOUSE, LINK, &comments).unwrap();
        assert!(letter.subject.starts_with("[Nord Bcc: x@y.example blatt blatt"), "{}", letter.subject);
        assert!(letter.subject.ends_with("…] Neue Kommentare warten"));
        assert!(letter.subject.chars().count() <= 120 && !letter.subject.contains(['\r', '\n']));
        assert_eq!(letter.message_id, format!("{}@comments.example", Uuid::from_u128(7)));
        assert_eq!(letter.references.as_deref(), Some("held.nordblatt@comments.example"));
        assert_eq!(letter.list_id, "nordblatt.comments.example");
        // Of an article its title, which is believed as little as a comment.
        let title = "Die 14\r\nBcc: x@y.example\u{202e} https://spam.example ".repeat(9);
        let comments = [HeldComment { page_title: &title, ..comment("x", &[]) }];
        let page_id = Some(Uuid::from_u128(9));
        let about_page = held_comments(&HeldComments { page_id, ..about(&site("Nordblatt"), &comments) }).unwrap();
        assert!(about_page.subject.starts_with("[Nordblatt] Neue Kommentare zu „Die 14 Bcc: x@y[.]example hxxps://spam[.]"));
        assert!(about_page.subject.chars().count() <= 120 && !about_page.subject.contains(['\r', '\n', '\u{202e}']));
        assert_eq!(about_page.references, Some(format!("page.{}@comments.example", Uuid::from_u128(9))));
        let local = letter_of(&site("Nordblatt"), "http://[::1]:8080", "http://[::1]:8080/x", &comments).unwrap();
        assert_eq!(local.list_id, "nordblatt.--1");
    }

    #[test]
    fn a_mail_that_must_not_be_is_refused() {
        let one = [comment("x", &[])];
        let many = vec![comment("x", &[]); 21];
        let site = site("Nordblatt");
        assert!(letter_of(&site, HOUSE, LINK, &[]).is_err());
        assert!(letter_of(&site, HOUSE, LINK, &many).is_err());
        for elsewhere in
            ["https://comments.example.evil.example/x", "https://evil.example/x", "/panel", "https://comments.example/x\ny"]
        {
            assert!(letter_of(&site, HOUSE, elsewhere, &one).is_err(), "{elsewhere}");
        }
    }
}
