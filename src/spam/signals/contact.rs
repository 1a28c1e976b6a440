//! Ways to get in touch elsewhere: what a scam needs, and a comment does not.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::spam::Reason;
use crate::spam::reading::{Reading, has_byte};

/// A telephone number.
pub(in crate::spam) const PHONE: &str = "contact-phone";
/// A messenger is named, beside a name or a number to be found by there.
pub(in crate::spam) const MESSENGER: &str = "contact-messenger";

static MESSENGERS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| HashSet::from(["kik", "line", "signal", "skype", "telegram", "wechat", "whatsapp", "whatsap", "viber"]));
/// A telephone number has so many digits.
const DIGITS: std::ops::RangeInclusive<usize> = 9..=15;

pub(super) fn look(reading: &Reading, found: &mut Vec<Reason>) {
    let text = &reading.folded_text.text;
    let phone = phone(text);
    if let Some(phone) = phone {
        found.push(Reason::new(PHONE, 1.0, phone));
    }
    let has_handle = has_byte(text, |byte| matches!(byte, b'@' | b'+'))
        && text.split_whitespace().any(|word| word.starts_with(['@', '+']) && word.chars().nth(3).is_some());
    if (has_handle || phone.is_some())
        && let Some(messenger) = reading.folded_text.words().find(|word| MESSENGERS.contains(word))
    {
        found.push(Reason::new(MESSENGER, 2.0, messenger));
    }
}

/// Digits with at most one sign between two of them, that begin with + or 0 or are grouped like a number to be dialled.
fn phone(text: &str) -> Option<&str> {
    if text.bytes().filter(u8::is_ascii_digit).count() < *DIGITS.start() {
        return None;
    }
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '/');
    text.split(|c: char| !is_part(c)).filter(|part| part.len() >= *DIGITS.start()).map(str::trim).find(|part| {
        let digits = part.chars().filter(char::is_ascii_digit).count();
        let dialled = part.starts_with(['+', '0', '(']);
        dialled && DIGITS.contains(&digits) && part.len() <= digits * 2
    })
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::{points_of, submission};

    #[test]
    fn telephone_numbers_and_messengers_count() {
        for (text, signal, points) in [
            ("Ruf an: +49 30 555 0123 45", "contact-phone", 1.0),
            ("Tel. (030) 5550-12345", "contact-phone", 1.0),
            ("Am 24.12.2024 um 10:15, 1 000 000 000 Euro", "contact-phone", 0.0),
            ("Schreib mir auf WhatsApp +49 30 555 0123 45", "contact-messenger", 2.0),
            ("Auf Telegram heiße ich @reich_werden", "contact-messenger", 2.0),
            ("Telegram ist doch auch nicht besser als Signal.", "contact-messenger", 0.0),
        ] {
            assert_eq!(points_of(&submission(text), signal), points, "{text}");
        }
    }
}
