//! Loudness: weak signals, since honest readers shout too.

use crate::spam::Reason;
use crate::spam::reading::Reading;

/// Most letters are capitals.
pub(in crate::spam) const CAPITALS: &str = "shouting-capitals";
/// One character over and over.
pub(in crate::spam) const STRETCHED: &str = "shouting-stretched";
/// Exclamation marks.
pub(in crate::spam) const MARKS: &str = "shouting-marks";

/// Fewer letters may be an abbreviation or two.
const CAPITALS_FROM_LETTERS: usize = 20;
/// "Sooooo" is honest; ten in a row are rarely typed by hand. Lines of "----" do not count.
const STRETCHED_FROM: usize = 10;
const MARKS_FROM: usize = 5;
/// Latin, Greek, Cyrillic and Armenian end before this, and nothing that shouts comes after.
const LAST_WITH_CAPITALS: char = '\u{590}';

pub(super) fn look(reading: &Reading, found: &mut Vec<Reason>) {
    let (mut upper, mut lower, mut marks) = (0_usize, 0_usize, 0_usize);
    let (mut run, mut longest, mut last) = (0_usize, 0_usize, None);
    for c in reading.text.chars() {
        if c < LAST_WITH_CAPITALS {
            upper += usize::from(c.is_uppercase());
            lower += usize::from(c.is_lowercase());
        }
        marks += usize::from(matches!(c, '!' | '\u{ff01}' | '¡' | '❗' | '‼'));
        run = if last == Some(c) { run + 1 } else { 1 };
        last = Some(c);
        if run > longest && run >= STRETCHED_FROM && (c.is_alphabetic() || matches!(c, '!' | '?' | '$' | '€')) {
            longest = run;
        }
    }
    if upper + lower >= CAPITALS_FROM_LETTERS && upper * 10 > (upper + lower) * 7 {
        found.push(Reason::new(CAPITALS, 0.8, format!("{} %", upper * 100 / (upper + lower))));
    }
    if longest > 0 {
        found.push(Reason::new(STRETCHED, 0.4, longest));
    }
    if marks >= MARKS_FROM {
        found.push(Reason::new(MARKS, 0.4, marks));
    }
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::{points_of, submission};

    #[test]
    fn loudness_counts_a_little() {
        for (text, signal, points) in [
            ("JETZT REICHT ES ABER WIRKLICH ALLEN", "shouting-capitals", 0.8),
            ("Die CDU und die SPD haben sich geeinigt", "shouting-capitals", 0.0),
            ("ORF, ARD", "shouting-capitals", 0.0),
            ("Sooooooooooo!", "shouting-stretched", 0.4),
            ("Sooo!", "shouting-stretched", 0.0),
            ("--------------------", "shouting-stretched", 0.0),
            ("Unfassbar!!!!!", "shouting-marks", 0.4),
            ("Unfassbar!", "shouting-marks", 0.0),
        ] {
            assert_eq!(points_of(&submission(text), signal), points, "{text}");
        }
    }
}
