//! The language of the text.

use whatlang::{Lang, detect};

use crate::spam::Reason;
use crate::spam::reading::Reading;

/// In a language that is neither the site's nor English.
pub(in crate::spam) const FOREIGN: &str = "language-foreign";

/// A language is surely recognised in so many letters, and more of them only cost time.
const LETTERS: std::ops::RangeInclusive<usize> = 80..=240;

/// The words that German and English texts are held together by: where one in eight is among these, there is nothing to
/// recognise, and most of the time is saved.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "the", "and", "to", "of", "is", "that", "it", "you", "this", "for", "with", "have", "was", "are", "not", "your", "my",
    "der", "die", "das", "und", "ist", "nicht", "ein", "ich", "es", "zu", "den", "mit", "sich", "auf", "auch", "dass", "wie",
];
const COMMON_SHARE: usize = 8;
/// In so many words.
const SAMPLE: usize = 60;

pub(super) fn look(reading: &Reading, found: &mut Vec<Reason>) {
    if reading.chars < *LETTERS.start() || !reading.text.contains(' ') {
        return;
    }
    let (all, common) = reading
        .folded_text
        .words()
        .take(SAMPLE)
        .fold((0, 0), |(all, common), word| (all + 1, common + usize::from(COMMON.contains(&word))));
    if common * COMMON_SHARE >= all {
        return;
    }
    let end = reading.text.char_indices().nth(*LETTERS.end()).map_or(reading.text.len(), |(at, _)| at);
    let Some(seen) = reading.text.get(..end).and_then(detect).filter(whatlang::Info::is_reliable) else { return };
    let own = if reading.submission.site_language == "de" { Lang::Deu } else { Lang::Eng };
    // English is read everywhere; spam in English is told by what it says. Dutch and German are easily taken for another.
    if ![own, Lang::Eng, Lang::Deu, Lang::Nld].contains(&seen.lang()) {
        found.push(Reason::new(FOREIGN, 1.5, seen.lang().eng_name()));
    }
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::{points_of, submission};

    #[test]
    fn a_long_text_in_another_language_counts() {
        for (text, points) in [
            (
                "Cet article est vraiment très intéressant, je vous remercie pour toutes ces informations utiles que vous donnez ici.",
                1.5,
            ),
            (
                "Der Artikel ist wirklich lesenswert, auch wenn ich in der Sache mit der neuen Buslinie anderer Meinung bin als ihr.",
                0.0,
            ),
            (
                "This is a good article, although I do not agree with what it says about the new bus line in our little town here.",
                0.0,
            ),
            ("Très bien !", 0.0),
        ] {
            assert_eq!(points_of(&submission(text), "language-foreign"), points, "{text}");
        }
    }
}
