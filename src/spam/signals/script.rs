//! Letters that do not belong together, or that hide what is written.

use crate::spam::Reason;
use crate::spam::fold::{is_invisible, is_stacked_mark};
use crate::spam::reading::Reading;

/// Latin with Cyrillic or Greek letters in one word.
pub(in crate::spam) const MIXED: &str = "script-mixed";
/// Mostly in a script that the site's language is not written in.
pub(in crate::spam) const FOREIGN: &str = "script-foreign";
/// Invisible characters between letters.
pub(in crate::spam) const HIDDEN: &str = "script-hidden-characters";
/// Letters out of mathematics, in circles, in small capitals, double width.
pub(in crate::spam) const DECORATED: &str = "script-decorated";
/// Characters that turn the direction of writing.
pub(in crate::spam) const DIRECTION: &str = "script-direction";
/// Marks heaped on letters.
pub(in crate::spam) const STACKED: &str = "script-stacked-marks";
/// Letters spaced out.
pub(in crate::spam) const SPACED: &str = "script-spaced-letters";

/// Shorter words mix scripts honestly: "kΩ", "µs", "α-Typ".
const MIXED_FROM_LETTERS: usize = 4;
/// A foreign word or a name quoted in its own script is no foreign text.
const FOREIGN_FROM_LETTERS: usize = 10;
/// A formula has a few letters out of mathematics.
const DECORATED_FROM: usize = 5;
/// Vietnamese heaps two marks on one letter; written by hand nothing has more than three.
const STACKED_FROM: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    CyrillicOrGreek,
    Other,
}

fn script_of(c: char) -> Option<Script> {
    match c {
        'a'..='z' | 'A'..='Z' => Some(Script::Latin),
        '\0'..='\u{7f}' | 'µ' => None,
        '\u{80}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => c.is_alphabetic().then_some(Script::Latin),
        '\u{370}'..='\u{52f}' | '\u{1f00}'..='\u{1fff}' => c.is_alphabetic().then_some(Script::CyrillicOrGreek),
        _ if is_decorated(c) => Some(Script::Latin),
        // Whole ranges, since the standard library is slow for these; a few signs among the letters make no difference.
        '\u{590}'..='\u{1cff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
            Some(Script::Other)
        }
        _ => c.is_alphabetic().then_some(Script::Other),
    }
}

#[rustfmt::skip]
fn is_decorated(c: char) -> bool {
    !c.is_ascii() && matches!(c, '\u{1d00}'..='\u{1d25}' | '\u{1d400}'..='\u{1d7ff}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}'
        | '\u{24b6}'..='\u{24e9}' | '\u{1f110}'..='\u{1f189}' | 'ʙ' | 'ɢ' | 'ʜ' | 'ɪ' | 'ʟ' | 'ɴ' | 'ʀ' | 'ꜱ' | 'ꜰ' | 'ʏ')
}

pub(super) fn look(reading: &Reading, found: &mut Vec<Reason>) {
    if !reading.is_plain {
        look_at_characters(reading, found);
    }
    if let Some(spaced) = reading.folded_text.spaced_words().into_iter().next() {
        found.push(Reason::new(SPACED, 0.8, spaced));
    }
}

fn look_at_characters(reading: &Reading, found: &mut Vec<Reason>) {
    let (mut letters, mut foreign, mut decorated, mut hidden, mut turned, mut mixed) = (0_usize, 0, 0, 0_usize, 0_usize, 0);
    let (mut marks, mut most_marks) = (0_usize, 0_usize);
    let mut first_mixed = None;
    for word in [reading.text, reading.author].into_iter().flat_map(str::split_whitespace) {
        let (mut latin, mut cyrillic, mut pending, mut after_letter) = (0_usize, 0_usize, 0_usize, false);
        let mut is_mixed = false;
        for c in word.chars() {
            if c.is_ascii_lowercase() && cyrillic == 0 {
                // What most characters are, and nothing but a Latin letter more.
                (marks, latin, letters) = (0, latin + 1, letters + 1);
                (hidden, pending, after_letter) = (hidden + pending, 0, true);
                continue;
            }
            turned += usize::from(matches!(c, '\u{202d}' | '\u{202e}' | '\u{2066}'..='\u{2068}'));
            marks = if is_stacked_mark(c) { marks + 1 } else { 0 };
            most_marks = most_marks.max(marks);
            if is_invisible(c) {
                // Counted once a letter follows; between emoji such characters are honest.
                pending += usize::from(after_letter);
                continue;
            }
            let script = script_of(c);
            if script.is_none() && !is_stacked_mark(c) && !c.is_numeric() {
                (latin, cyrillic) = (0, 0);
            }
            letters += usize::from(script.is_some());
            foreign += usize::from(matches!(script, Some(Script::CyrillicOrGreek | Script::Other)));
            latin += usize::from(script == Some(Script::Latin));
            cyrillic += usize::from(script == Some(Script::CyrillicOrGreek));
            is_mixed |= latin > 0 && cyrillic > 0 && latin + cyrillic >= MIXED_FROM_LETTERS;
            decorated += usize::from(is_decorated(c));
            after_letter = matches!(script, Some(Script::Latin | Script::CyrillicOrGreek));
            hidden += if after_letter { pending } else { 0 };
            pending = 0;
        }
        if is_mixed {
            mixed += 1;
            first_mixed.get_or_insert(word);
        }
    }
    let mut add = |holds: bool, signal, points, evidence: String| {
        if holds {
            found.push(Reason::new(signal, points, evidence));
        }
    };
    add(mixed > 0, MIXED, if mixed > 1 { 3.0 } else { 2.0 }, first_mixed.unwrap_or_default().to_owned());
    // Every language of the program is written in Latin letters.
    add(letters >= FOREIGN_FROM_LETTERS && foreign * 2 > letters, FOREIGN, 2.5, format!("{} %", foreign * 100 / letters.max(1)));
    // A few soft hyphens or joiners come along when a text is pasted.
    add(hidden > 0, HIDDEN, if hidden > 3 { 2.0 } else { 0.6 }, hidden.to_string());
    add(decorated >= DECORATED_FROM, DECORATED, 2.0, decorated.to_string());
    add(turned > 0, DIRECTION, 1.5, turned.to_string());
    add(most_marks >= STACKED_FROM, STACKED, 1.5, most_marks.to_string());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::look_at_characters;
    use crate::spam::reading::Reading;
    use crate::spam::testing::{points_of, submission};

    proptest! {
        #[test]
        fn a_plain_text_hides_nothing(text in "[ -~À-ÿ\u{2010}-\u{2027}€\n\r\t]{0,120}") {
            let sent = submission(&text);
            let reading = Reading::of(&sent);
            prop_assert!(reading.is_plain);
            let mut found = Vec::new();
            look_at_characters(&reading, &mut found);
            prop_assert_eq!(found, []);
        }
    }

    #[test]
    fn letters_that_hide_something_count() {
        for (text, signal, points) in [
            ("Nur im саsino", "script-mixed", 2.0),
            ("Nur im саsino mit bоnus", "script-mixed", 3.0),
            ("10 kΩ, 5 µs, Δx und der α-Typ", "script-mixed", 0.0),
            ("Das Wort пример heißt Beispiel", "script-mixed", 0.0),
            ("Das Wort пример heißt Beispiel", "script-foreign", 0.0),
            ("Это совсем другой язык", "script-foreign", 2.5),
            ("这里是一些中文的文字内容", "script-foreign", 2.5),
            ("v\u{200b}i\u{200b}a\u{200b}g\u{200b}ra", "script-hidden-characters", 2.0),
            ("Silben\u{ad}trennung", "script-hidden-characters", 0.6),
            ("Familie 👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} ja", "script-hidden-characters", 0.0),
            ("𝓲𝓷𝓿𝓮𝓼𝓽 now", "script-decorated", 2.0),
            ("Sei 𝑥 aus ℝ", "script-decorated", 0.0),
            ("abc \u{202e}fed", "script-direction", 1.5),
            ("z\u{300}\u{301}\u{302}\u{303}algo", "script-stacked-marks", 1.5),
            ("Việt Nam, naïve, Übung", "script-stacked-marks", 0.0),
            ("b.i.t.c.o.i.n", "script-spaced-letters", 0.8),
        ] {
            assert_eq!(points_of(&submission(text), signal), points, "{text}");
        }
    }
}
