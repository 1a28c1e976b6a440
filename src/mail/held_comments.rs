//! The mail that tells a moderator of held comments.

use anyhow::ensure;
use askama::Template;
use url::Url;
use uuid::Uuid;

use super::defang::{defanged, defanged_line};
use super::{Letter, TITLE_IN_SUBJECT, cut, host_for_ids, one_line, visible};
use crate::clock::Timestamp;
use crate::email_address::EmailAddress;
use crate::i18n::Locale;
use crate::spam::Reason;

/// Comments that one mail shows.
const MOST_COMMENTS: usize = 20;

/// Characters of one comment that a mail shows; the whole of it stands where it is decided.
const MOST_CHARACTERS: usize = 600;

/// What a moderator is told when comments are held.
#[derive(Clone, Debug)]
pub struct HeldComments<'a> {
    /// The moderator's address.
    pub to: EmailAddress,
    /// The moderator's language.
    pub locale: Locale,
    /// The name of the site in addresses.
    pub site_name: &'a str,
    /// The name of the site for people.
    pub site_title: &'a str,
    /// Where the service is reached, without a trailing slash.
    pub base_url: &'a str,
    /// The row of the outbox: what the message id is made of.
    pub id: Uuid,
    /// The moment in the `Date` header.
    pub sent_at: Timestamp,
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
    let base_url = about.base_url.trim_end_matches('/');
    let inside = about.review_url.strip_prefix(base_url).is_some_and(|path| path.starts_with('/'));
    ensure!(
        inside && !about.review_url.contains(|c: char| c.is_control() || c.is_whitespace()),
        "the review link leads elsewhere"
    );
    let host = host_for_ids(base_url)?;
    let mail = HeldCommentsMail::new(about);
    Ok(Letter {
        to: about.to.clone(),
        message_id: format!("{}@{host}", about.id),
        references: Some(format!("held.{}@{host}", about.site_name)),
        text: HeldCommentsText { mail: &mail }.render()?,
        html: HeldCommentsHtml { mail: &mail }.render()?,
        list_id: format!("{}.{host}", about.site_name),
        list_name: one_line(about.site_title, TITLE_IN_SUBJECT),
        unsubscribe: None,
        sent_at: about.sent_at,
        subject: mail.subject,
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
    review_url: &'a str,
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
        let locale = about.locale;
        let site = one_line(about.site_title, TITLE_IN_SUBJECT);
        let count = about.more.saturating_add(about.comments.len() as u64);
        Self {
            locale,
            subject: one_line(&locale.text_with("mail-held-subject", "site", site.as_str()), 120),
            waiting: locale.text_with_all("mail-held-waiting", [("count", count.into()), ("site", site.as_str().into())]),
            comments: about.comments.iter().map(|comment| ShownComment::new(comment, locale)).collect(),
            more: (about.more > 0).then(|| locale.text_with("mail-held-more", "count", about.more)),
            review_url: about.review_url,
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
            lines: shown_lines(comment.text),
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

/// A comment's lines; several empty ones in a row become one.
pub(super) fn shown_lines(text: &str) -> Vec<String> {
    let shown = defanged(&cut(visible(text).trim(), MOST_CHARACTERS));
    let mut lines: Vec<String> = shown.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_790_000_000_000;

    fn reasons() -> Vec<Reason> {
        vec![Reason { signal: "links".into(), points: 2.1, evidence: "spam.example".into() }]
    }

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

    fn about<'a>(locale: Locale, comments: &'a [HeldComment<'a>]) -> HeldComments<'a> {
        HeldComments {
            to: EmailAddress::parse("redaktion@nordblatt.example").unwrap(),
            locale,
            site_name: "nordblatt",
            site_title: "Nordblatt",
            base_url: "https://comments.example",
            id: Uuid::from_u128(7),
            sent_at: Timestamp::from_millis(NOON),
            comments,
            more: 0,
            review_url: "https://comments.example/panel/comments/7",
        }
    }

    #[test]
    fn the_mail_speaks_the_moderators_language() {
        let reasons = reasons();
        let (one, two) = ([comment("Endlich!", &reasons)], [comment("Endlich!", &reasons), comment("Gut so.", &[])]);
        for (locale, subject, single, several, more, points, decide, why) in [
            (
                Locale::De,
                "[Nordblatt] Neue Kommentare warten",
                "Bei Nordblatt wartet 1 Kommentar auf dich.",
                "Bei Nordblatt warten 5 Kommentare auf dich.",
                "3 weitere Kommentare warten",
                "+2,1",
                "Ansehen und entscheiden",
                "Du bekommst diese Mail, weil du bei Nordblatt",
            ),
            (
                Locale::DeFormal,
                "[Nordblatt] Neue Kommentare warten",
                "Bei Nordblatt wartet 1 Kommentar auf Sie.",
                "Bei Nordblatt warten 5 Kommentare auf Sie.",
                "3 weitere Kommentare warten",
                "+2,1",
                "Ansehen und entscheiden",
                "Sie bekommen diese Mail, weil Sie bei Nordblatt",
            ),
            (
                Locale::En,
                "[Nordblatt] New comments are waiting",
                "1 comment is waiting for you at Nordblatt.",
                "5 comments are waiting for you at Nordblatt.",
                "3 more comments are waiting",
                "+2.1",
                "Look and decide",
                "You get this mail because you moderate",
            ),
        ] {
            let letter = held_comments(&about(locale, &one)).unwrap();
            assert_eq!(letter.subject, subject);
            for body in [&letter.text, &letter.html] {
                assert!(body.contains(single) && !body.contains(more), "{body}");
                for part in
                    ["Eva Müller", "Die 14 fährt bis in die Nacht", "nordblatt.example/2026/bus", "Endlich!", points, decide, why]
                {
                    assert!(body.contains(part), "{part}: {body}");
                }
                assert!(!body.contains("mail-held"), "a text is missing: {body}");
            }
            let letter = held_comments(&HeldComments { more: 3, ..about(locale, &two) }).unwrap();
            for body in [&letter.text, &letter.html] {
                assert!(body.contains(several) && body.contains(more), "{body}");
            }
        }
    }

    #[test]
    fn the_text_is_complete_in_itself() {
        let reasons = reasons();
        let comments = [comment("Eins.\r\n\r\n\r\nZwei.", &reasons)];
        let letter = held_comments(&about(Locale::De, &comments)).unwrap();
        let lines: Vec<&str> = letter.text.lines().collect();
        let moment = Locale::De.moment(Timestamp::from_millis(NOON));
        assert_eq!(
            lines[..14],
            [
                "Bei Nordblatt wartet 1 Kommentar auf dich.",
                "",
                &format!("1. Eva Müller schrieb am {moment}"),
                "Zu: Die 14 fährt bis in die Nacht",
                "nordblatt.example/2026/bus",
                "",
                "> Eins.",
                "> ",
                "> Zwei.",
                "",
                "Spam-Punkte: +2,1",
                &format!("  {}", in_words(&reasons[0], Locale::De)),
                "",
                "Ansehen und entscheiden:",
            ],
            "{}",
            letter.text
        );
        assert_eq!(lines[14], "https://comments.example/panel/comments/7");
    }

    #[test]
    fn the_mail_has_one_link_and_loads_nothing() {
        let text = "http://spam.example <img src=https://x.example/p.gif> www.spam.example [a](javascript:alert(1)) <script>";
        let comments = [HeldComment { author: "<a href=//spam.example>", page_title: "</title><style>", ..comment(text, &[]) }];
        let letter = held_comments(&about(Locale::En, &comments)).unwrap();
        assert_eq!(letter.html.matches("href").count(), 2, "{}", letter.html);
        assert_eq!(letter.html.matches("href=\"https://comments.example/panel/comments/7\"").count(), 1);
        for body in [&letter.html, &letter.text] {
            assert_eq!(body.matches("http").count() - body.matches("“https”").count(), 1, "{body}");
            assert!(!body.contains("spam.example") && !body.contains("javascript:"), "{body}");
        }
        for loading in ["<img", "<script", "<link", "url(", "@import", "<a href=//", "</title><style"] {
            assert!(!letter.html.contains(loading), "{loading}");
        }
        assert!(letter.html.contains("prefers-color-scheme: dark") && letter.html.contains("name=\"color-scheme\""));
    }

    #[test]
    fn a_long_comment_is_cut_and_its_lines_stay() {
        let long = "ä".repeat(700);
        assert_eq!(shown_lines(&long), ["ä".repeat(599) + "…"]);
        assert_eq!(shown_lines(" a\u{202e}\n\n\n\nb  \nc "), ["a", "", "b", "c"]);
        assert_eq!(shown_lines(&("x".repeat(590) + " https://spam.example"))[0].matches("hxxps").count(), 1);
    }

    #[test]
    fn a_commenter_cannot_speak_for_the_house() {
        let text = "gut\n\nAnsehen und entscheiden:\nhttps://comments.example.evil.example/x";
        let comments = [HeldComment { author: "Eva\r\nBcc: x@y.example\n\n", ..comment(text, &[]) }];
        let letter = held_comments(&about(Locale::De, &comments)).unwrap();
        assert!(letter.text.contains("1. Eva Bcc: x@y[.]example schrieb am"), "{}", letter.text);
        assert_eq!(letter.text.lines().filter(|line| *line == "Ansehen und entscheiden:").count(), 1);
        assert_eq!(letter.text.lines().filter(|line| line.starts_with("http")).count(), 1);
    }

    #[test]
    fn the_head_knows_the_site_and_no_commenter() {
        let comments = [comment("x", &[])];
        let title = format!("Nord\r\nBcc: x@y.example\u{202e}\n{}", "blatt ".repeat(40));
        let letter = held_comments(&HeldComments { site_title: &title, ..about(Locale::De, &comments) }).unwrap();
        assert!(letter.subject.starts_with("[Nord Bcc: x@y.example blatt blatt"), "{}", letter.subject);
        assert!(letter.subject.ends_with("…] Neue Kommentare warten"));
        assert!(letter.subject.chars().count() <= 120 && !letter.subject.contains(['\r', '\n']));
        assert_eq!(letter.message_id, format!("{}@comments.example", Uuid::from_u128(7)));
        assert_eq!(letter.references.as_deref(), Some("held.nordblatt@comments.example"));
        assert_eq!(letter.list_id, "nordblatt.comments.example");
        let local =
            HeldComments { base_url: "http://[::1]:8080", review_url: "http://[::1]:8080/x", ..about(Locale::De, &comments) };
        assert_eq!(held_comments(&local).unwrap().list_id, "nordblatt.--1");
    }

    #[test]
    fn a_mail_that_must_not_be_is_refused() {
        let one = [comment("x", &[])];
        let many = vec![comment("x", &[]); 21];
        assert!(held_comments(&about(Locale::De, &[])).is_err());
        assert!(held_comments(&about(Locale::De, &many)).is_err());
        for elsewhere in
            ["https://comments.example.evil.example/x", "https://evil.example/x", "/panel", "https://comments.example/x\ny"]
        {
            assert!(held_comments(&HeldComments { review_url: elsewhere, ..about(Locale::De, &one) }).is_err(), "{elsewhere}");
        }
    }
}
