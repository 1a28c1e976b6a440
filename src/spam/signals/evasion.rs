//! Words written so that programs do not find them, whatever the words are.

use crate::spam::Reason;
use crate::spam::reading::{Reading, is_one_char, parts_with};

/// Digits and signs in the place of letters.
pub(in crate::spam) const LEET: &str = "evasion-leet";
/// Words taken apart.
pub(in crate::spam) const SPLIT: &str = "evasion-split";

/// One such word may be a name ("log4j", "s3cmd").
const LEET_FROM: usize = 2;
/// A row of single letters, as of initials, may be honest.
const SPLIT_FROM_LETTERS: usize = 5;

pub(super) fn look(reading: &Reading, found: &mut Vec<Reason>) {
    let text = &reading.folded_text.text;
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | '(' | ')' | '/');
    let mut leet = parts_with(text, is_sign, is_edge).filter(|word| is_leet(word));
    let first = leet.next();
    let count = leet.count() + usize::from(first.is_some());
    if let Some(first) = first.filter(|_| count >= LEET_FROM) {
        found.push(Reason::new(LEET, (0.8 * count as f64).min(4.0), first));
    }
    let mut split = 0;
    let mut letters = 0;
    let mut first = None;
    for word in reading.folded_text.words().chain(["  "]) {
        let is_letter = is_one_char(word) && word.chars().all(char::is_alphabetic);
        if is_letter {
            letters += 1;
        } else {
            if letters >= SPLIT_FROM_LETTERS {
                split += letters / SPLIT_FROM_LETTERS;
                first.get_or_insert(letters);
            }
            letters = 0;
        }
    }
    if split > 0 {
        found.push(Reason::new(SPLIT, (1.2 * split as f64).min(4.0), split));
    }
}

/// A digit or sign that looks like a letter, with letters on both sides, in a word that is mostly letters.
fn is_leet(word: &str) -> bool {
    let chars: Vec<char> = word.chars().take(32).collect();
    let letters = chars.iter().filter(|c| c.is_alphabetic()).count();
    letters >= 2
        && letters * 2 >= chars.len()
        && chars
            .windows(3)
            .any(|three| three[0].is_alphabetic() && u8::try_from(three[1]).is_ok_and(is_sign) && three[2].is_alphabetic())
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'0' | b'1' | b'3' | b'4' | b'5' | b'7' | b'@' | b'$')
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::{points_of, submission};

    #[test]
    fn disguised_words_count_from_the_second_on() {
        for (text, signal, points) in [
            ("b1llig k4ufen", "evasion-leet", 1.6),
            ("die Lücke in log4j vom 24.12.", "evasion-leet", 0.0),
            ("ich@example.org schreibt um 10:15", "evasion-leet", 0.0),
            ("Das h4t n1chts m1t m1r zu tun", "evasion-leet", 3.2),
            ("b i l l i g hier", "evasion-split", 1.2),
            ("z. B. hier", "evasion-split", 0.0),
        ] {
            assert_eq!(points_of(&submission(text), signal), points, "{text}");
        }
    }
}
