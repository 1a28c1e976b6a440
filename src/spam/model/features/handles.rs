//! What stands beside the words: whom a text names by a handle ("@eva_muster"), what it files itself under ("#wetter"), sums
//! of dollars, and emoji. An advertiser's name changes from day to day; how it is made and where it stands does not.

use std::fmt::Write;

use super::hashing::{Family, Written, hash, mix, slot, start_of};
use super::words::runs_of_letters;
use crate::spam::reading::parts_with;

/// Adds the numbers of the emoji in a text as it came.
pub(super) fn emoji(text: &str, tokens: &mut Vec<u32>) {
    let mut bytes = [0; 4];
    for c in text.chars().filter(|c| matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')) {
        tokens.push(slot(hash(Family::Emoji, c.encode_utf8(&mut bytes).as_bytes())));
    }
}

/// Adds the numbers of the handles, tags and sums in a folded text.
pub(super) fn handles(folded: &str, tokens: &mut Vec<u32>) {
    let last = folded.trim_end().len();
    for part in parts_with(folded, |byte| matches!(byte, b'@' | b'#' | b'$'), char::is_whitespace) {
        // The part is one of the text, so that its address tells where.
        let start = part.as_ptr().addr() - folded.as_ptr().addr();
        let place = match (folded.get(..start).unwrap_or_default().trim().is_empty(), start + part.len() >= last) {
            (true, true) => "alone",
            (true, false) => "first",
            (false, true) => "last",
            (false, false) => "within",
        };
        let part = part.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '#' | '_' | '$'));
        match part.chars().next() {
            Some(sign @ ('@' | '#')) => of_handle(sign, part.get(1..).unwrap_or_default(), place, tokens),
            _ if is_sum(part) => add(tokens, format_args!("$")),
            _ => {}
        }
    }
}

fn of_handle(sign: char, handle: &str, place: &str, tokens: &mut Vec<u32>) {
    if handle.is_empty() {
        return;
    }
    let (joined, numbered) = (handle.contains('_'), handle.contains(|c: char| c.is_ascii_digit()));
    let made_up = joined || numbered || handle.contains('.');
    add(tokens, format_args!("{sign} {place}"));
    add(tokens, format_args!("{sign} {joined} {numbered}"));
    add(tokens, format_args!("{sign} {place} {made_up}"));
    for piece in handle.split(|c: char| !c.is_alphabetic()).filter(|piece| piece.len() > 1) {
        add(tokens, format_args!("{sign}{piece}"));
    }
    runs_of_letters(handle.chars(), Family::HandleLetters, tokens);
}

/// "$500" and "500$".
fn is_sum(part: &str) -> bool {
    (part.starts_with('$') || part.ends_with('$')) && part.contains(|c: char| c.is_ascii_digit())
}

fn add(tokens: &mut Vec<u32>, value: std::fmt::Arguments<'_>) {
    let mut written = Written(start_of(Family::Handle));
    // Writing into a hash cannot fail.
    let _ = written.write_fmt(value);
    tokens.push(slot(mix(written.0)));
}

#[cfg(test)]
mod tests {
    use super::{emoji, handles};

    fn numbers(text: &str) -> Vec<u32> {
        let mut tokens = Vec::new();
        handles(text, &mut tokens);
        emoji(text, &mut tokens);
        tokens
    }

    #[test]
    fn handles_tags_sums_and_emoji_have_numbers_and_words_have_none() {
        for (text, count) in [
            ("ganz ohne", 0),
            ("eva@heimat.example", 0),
            ("@", 0),
            ("danke @eva", 4),
            ("danke @eva_muster!", 5 + 7),
            ("#wetter heute", 4 + 3),
            ("mit $500 angefangen", 1),
            ("500$", 1),
            ("500 euro", 0),
            ("📈 ja 📈", 2),
        ] {
            assert_eq!(numbers(text).len(), count, "{text}");
        }
    }

    #[test]
    fn handles_made_alike_share_numbers_whatever_the_name() {
        let (one, other, reply) = (numbers("dank sei @anna_fx1"), numbers("dank sei @bert_fx22"), numbers("@carl dank sei dir"));
        let shared = |a: &[u32], b: &[u32]| a.iter().filter(|number| b.contains(number)).count();
        assert!(shared(&one, &other) >= 4);
        assert_eq!(shared(&one, &reply), 0);
    }
}
