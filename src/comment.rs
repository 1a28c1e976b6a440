//! A comment: what a reader may write, and the states it can be in.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::email_address::EmailAddress;
use crate::error::FieldError;
use crate::spam::{Bucket, Reason};

/// The state of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Waits for a moderator.
    Pending,
    /// Public.
    Approved,
    /// Not published; the author sees why.
    Rejected,
    /// Not published, and an example of spam.
    Spam,
    /// Taken back by its author.
    Withdrawn,
    /// Its content is gone.
    Erased,
}

impl Status {
    /// Every state there is.
    pub const ALL: [Self; 6] = [Self::Pending, Self::Approved, Self::Rejected, Self::Spam, Self::Withdrawn, Self::Erased];

    /// The name in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Spam => "spam",
            Self::Withdrawn => "withdrawn",
            Self::Erased => "erased",
        }
    }

    /// Whether a moderator's decision may lead from here to there. What its author took back stays taken back.
    pub fn may_become(self, to: Self) -> bool {
        let decidable = |status| matches!(status, Self::Pending | Self::Approved | Self::Rejected | Self::Spam);
        self != to && decidable(self) && decidable(to)
    }

    /// Whether its author may still take it back.
    pub const fn may_be_withdrawn(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

impl FromStr for Status {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|status| status.as_str() == name).ok_or_else(|| format!("{name} is not a status"))
    }
}

/// A comment as a moderator sees it.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its id.
    pub id: Uuid,
    /// The site it was written on.
    pub site_id: Uuid,
    /// The page it was written on.
    pub page_id: Uuid,
    /// The comment it answers.
    pub parent_id: Option<Uuid>,
    /// Its state.
    pub status: Status,
    /// Counts its changes: a decision names the one it has seen.
    pub revision: i64,
    /// The author's name.
    pub author: String,
    /// The author's website.
    pub website: Option<String>,
    /// What was typed.
    pub text: String,
    /// What is shown: safe HTML.
    pub html: String,
    /// The sum of the judgement's points.
    pub points: f64,
    /// Where the judgement put it.
    pub bucket: Bucket,
    /// Why.
    pub reasons: Vec<Reason>,
    /// When it came.
    pub submitted_at: Timestamp,
    /// The decision that holds now.
    pub last_decision_id: Option<Uuid>,
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The author's name.
    pub name: String,
    /// The author's e-mail address.
    pub email: String,
    /// The author's website.
    pub website: String,
    /// The comment.
    pub text: String,
    /// Whether the author wants to hear of answers.
    pub notify: bool,
}

/// Fields that have been checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// 1 to 245 characters, on one line.
    pub name: String,
    /// A possible address.
    pub email: EmailAddress,
    /// An `http(s)` address of at most 200 characters.
    pub website: Option<String>,
    /// 3 to 65,525 characters.
    pub text: String,
    /// Whether the author wants to hear of answers.
    pub notify: bool,
}

impl Typed {
    /// Checks every field, so that every fault is told at once. The lengths are WordPress's (name 245, website 200,
    /// comment 65,525), counted in characters instead of bytes.
    ///
    /// # Errors
    /// All fields that are not acceptable.
    pub fn check(&self) -> Result<Checked, Vec<FieldError>> {
        let name = one_line(&self.name);
        let text = clean_text(&self.text);
        let website = website(&self.website);
        let email = EmailAddress::parse(&self.email);
        let mut faults = Vec::new();
        let mut fault = |field, code: Option<&'static str>| faults.extend(code.map(|code| FieldError { field, code }));
        fault("text", length_fault(&text, 3, 65_525));
        fault("name", length_fault(&name, 1, 245));
        fault(
            "email",
            match &email {
                Some(_) => None,
                None if self.email.trim().is_empty() => Some("required"),
                None => Some("invalid"),
            },
        );
        fault("website", website.as_ref().err().copied());
        match (faults.is_empty(), email, website) {
            (true, Some(email), Ok(website)) => Ok(Checked { name, email, website, text, notify: self.notify }),
            _ => Err(faults),
        }
    }
}

fn length_fault(text: &str, least: usize, most: usize) -> Option<&'static str> {
    match text.chars().count() {
        0 => Some("required"),
        length if length < least => Some("too_short"),
        length if length > most => Some("too_long"),
        _ => None,
    }
}

fn website(typed: &str) -> Result<Option<String>, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if typed.chars().count() > 200 {
        return Err("too_long");
    }
    // People leave the scheme out; they mean the web.
    let address = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::parse(&address).map_err(|_| "invalid")?;
    let of_the_web = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| host.contains('.'))
        && url.username().is_empty()
        && url.password().is_none();
    if of_the_web { Ok(Some(url.into())) } else { Err("invalid") }
}

/// A name on one line: white space runs become one space, invisible and direction-changing characters go.
fn one_line(typed: &str) -> String {
    let visible: String = typed.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_unwanted(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text with `\n` line ends and without control characters; nothing at its ends.
fn clean_text(typed: &str) -> String {
    let typed = typed.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = typed.chars().filter(|c| matches!(c, '\n' | '\t') || !is_unwanted(*c)).collect();
    clean.trim().to_owned()
}

/// Control characters (PostgreSQL takes no NUL), and the marks that turn the direction of the text around them
/// so that it reads as something else (Unicode TR 36). Joiners stay: Persian and emoji need them.
fn is_unwanted(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(name: &str, email: &str, website: &str, text: &str) -> Typed {
        Typed { name: name.into(), email: email.into(), website: website.into(), text: text.into(), notify: false }
    }

    fn faults(typed: &Typed) -> Vec<(&'static str, &'static str)> {
        typed.check().err().unwrap_or_default().into_iter().map(|fault| (fault.field, fault.code)).collect()
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let expected = [("text", "required"), ("name", "required"), ("email", "required")];
        assert_eq!(faults(&typed(" ", "", "", "\n")), expected);
        let expected = [("text", "too_short"), ("name", "too_long"), ("email", "invalid"), ("website", "invalid")];
        assert_eq!(faults(&typed(&"ä".repeat(246), "x", "javascript://x.y/%0a", "ab")), expected);
    }

    #[test]
    fn lengths_count_characters() {
        assert!(typed(&"ä".repeat(245), "a@b.de", "", &"ü".repeat(65_525)).check().is_ok());
        assert_eq!(faults(&typed("Eva", "a@b.de", "", &"ü".repeat(65_526))), [("text", "too_long")]);
    }

    #[test]
    fn a_website_is_of_the_web_or_refused() {
        assert_eq!(website("example.de/über"), Ok(Some("https://example.de/%C3%BCber".into())));
        for bad in ["javascript:alert(1)", "data:text/html,x", "https://user@b.de", "https://localhost", "ht tp://b.de"] {
            assert_eq!(website(bad), Err("invalid"), "{bad}");
        }
    }

    #[test]
    fn what_hides_or_turns_text_goes() {
        assert_eq!(one_line(" Eva\u{202E}\n\t M\0üller "), "Eva Müller");
        assert_eq!(clean_text("a\r\nb\0\u{2066}c\rd\n"), "a\nbc\nd");
    }

    #[test]
    fn a_decision_leads_from_each_decidable_state_to_each_other() {
        assert!(Status::Pending.may_become(Status::Spam));
        assert!(Status::Spam.may_become(Status::Pending));
        assert!(!Status::Pending.may_become(Status::Pending));
        assert!(!Status::Withdrawn.may_become(Status::Approved));
        assert!(!Status::Pending.may_become(Status::Erased));
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_within_its_limits(name in ".{0,300}", email in ".{0,80}", website in ".{0,220}", text in "(?s).{0,400}") {
            if let Ok(checked) = typed(&name, &email, &website, &text).check() {
                prop_assert!((1..=245).contains(&checked.name.chars().count()));
                prop_assert!(checked.text.chars().count() >= 3);
                prop_assert!(!checked.text.contains('\0') && !checked.name.contains('\n'));
            }
        }
    }
}
