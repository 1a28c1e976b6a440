//! Mail: each family of letters has a file that makes one of what it is told, words from the catalogues and form from
//! `templates/mail` (`frame.html` is around them all); `envelope` adds what is the same for all; `transport` takes a letter out of the house. Neither decides anything.
//!
//! Everything that a stranger typed passes through `visible` or `one_line` before it stands in a letter.

mod defang;
mod dns;
mod envelope;
mod finding;
mod held_comments;
mod notice;
mod quoted;
mod sender_domain;
mod spf;
mod test_mail;
mod to_authors;
mod transport;

pub use envelope::Envelope;
pub use finding::{Finding, Verdict};
pub use held_comments::{HeldComment, HeldComments, held_comments};
pub use notice::{Notice, notice};
pub use sender_domain::sender_domain;
pub use test_mail::test_mail;
pub use to_authors::{AboutAuthor, NewComment, ToAuthor, to_author};
pub use transport::{Failure, Mailer};

use crate::clock::Timestamp;
use crate::email_address::EmailAddress;

/// Characters of a title in a subject: with the words around it at most 120.
const TITLE_IN_SUBJECT: usize = 60;

/// A mail ready to be sent. What stands in its headers is made harmless once more on the way out.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The one recipient.
    pub to: EmailAddress,
    /// What the mail is known by, without `<>`: the same for every try, so that a mail sent twice can be recognised.
    pub message_id: String,
    /// The message id that mail programs gather related mails under, without `<>`.
    pub references: Option<String>,
    /// The subject: one line, at most 120 characters.
    pub subject: String,
    /// The mail as text, complete in itself.
    pub text: String,
    /// The same as HTML, which loads nothing from anywhere.
    pub html: String,
    /// The list that filters know the mail by, such as `nordblatt.comments.example`.
    pub list_id: String,
    /// The list's name for people.
    pub list_name: String,
    /// Where mails of this kind are stopped by one click (RFC 8058); none for those that belong to an office.
    pub unsubscribe: Option<String>,
    /// The moment in the `Date` header.
    pub sent_at: Timestamp,
}

/// A text without what would deceive the eye: no bidirectional controls, no invisible characters, no control
/// characters but the line break. A joiner goes too, though it splits an emoji: a letter is for judging, not for admiring.
fn visible(text: &str) -> String {
    let broken = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{85}'], "\n");
    broken.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| *c == '\n' || !is_hidden(*c)).collect()
}

/// The same in one line, every run of white space a single space, and cut with `…` past `longest` characters.
fn one_line(text: &str, longest: usize) -> String {
    let line = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&line, longest)
}

/// At most `longest` characters, the last of them `…` where something was left out; no visible character is halved.
fn cut(text: &str, longest: usize) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut room = longest.saturating_sub(1);
    let kept = text.graphemes(true).take_while(|cluster| {
        let size = cluster.chars().count();
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    });
    kept.collect::<String>().trim_end().to_owned() + "…"
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_the_eye_is_gone_and_line_breaks_stay() {
        assert_eq!(visible("a\u{202e}b\u{200b}c\u{feff}\u{e0041}d\r\ne\rf\tg\0\u{2028}h"), "abcd\ne\nf g\nh");
        assert_eq!(one_line(" a\r\n b\u{85}c\t\u{a0} d ", 99), "a b c d");
    }

    #[test]
    fn a_cut_halves_no_visible_character() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("ae\u{301}\u{302}xyz", 4), "a…");
        assert_eq!(cut("🇩🇪🇩🇪", 2), "…");
        assert_eq!(cut("äöü", 0), "…");
    }
}
