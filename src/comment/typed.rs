//! What a reader may write: the form's fields, checked at the door.

use url::Url;

use crate::email_address::EmailAddress;
use crate::error::FieldError;

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
        fault("text", text_fault(&text));
        fault("name", if name.chars().all(may_stand_in_a_name) { length_fault(&name, 1, 245) } else { Some("invalid") });
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

/// A text alone, checked as in [`Typed::check`].
///
/// # Errors
/// What is wrong with it.
pub fn check_text(typed: &str) -> Result<String, FieldError> {
    let text = clean_text(typed);
    match text_fault(&text) {
        Some(code) => Err(FieldError { field: "text", code }),
        None => Ok(text),
    }
}

/// A name that another program has kept, as one that a form here takes: without what may not stand in one, and cut at its
/// length. `None` where nothing is left.
pub fn mended_name(kept: &str) -> Option<String> {
    let name: String = one_line(kept).chars().filter(|c| may_stand_in_a_name(*c)).take(245).collect();
    Some(one_line(&name)).filter(|name| !name.is_empty())
}

/// A website that another program has kept, if a form here would have taken it.
pub fn kept_website(kept: &str) -> Option<String> {
    website(kept).ok().flatten()
}

fn text_fault(text: &str) -> Option<&'static str> {
    // The one character that PostgreSQL cannot keep.
    if text.contains('\0') { Some("invalid") } else { length_fault(text, 3, 65_525) }
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

/// A name on one line: every run of white space is one space. A name of invisible characters alone is none.
fn one_line(typed: &str) -> String {
    let line = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().all(is_invisible) { String::new() } else { line }
}

/// A text with `\n` line ends and nothing at its ends, and otherwise as typed: what is written is not ours to mend.
fn clean_text(typed: &str) -> String {
    let text = typed.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    if text.chars().all(is_invisible) { String::new() } else { text }
}

/// A name stands in a line with other words. Control characters, and the marks that turn the direction of what stands
/// beside them (Unicode TR 36), are refused there. Joiners stay: Persian and emoji need them.
fn may_stand_in_a_name(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFF9}'..='\u{FFFB}')
}

/// What a page shows nothing of, such as fillers and joiners (Unicode's default ignorable code points, the usual ones).
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
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
    fn a_text_is_kept_as_typed_and_a_name_stays_in_its_line() {
        assert_eq!(clean_text("a\r\nb\u{2066}c\rd\u{1b}\n"), "a\nb\u{2066}c\nd\u{1b}");
        assert_eq!(one_line(" Eva\n\t M\u{fc}ller\u{200d} "), "Eva Müller\u{200d}");
        assert_eq!(faults(&typed("Eva\u{202E}", "a@b.de", "", "abc")), [("name", "invalid")]);
        assert_eq!(faults(&typed("Eva\0", "a@b.de", "", "a\0bc")), [("text", "invalid"), ("name", "invalid")]);
        assert_eq!(
            faults(&typed("\u{3164}", "a@b.de", "", "\u{200b}\u{2800}\u{feff}")),
            [("text", "required"), ("name", "required")]
        );
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
