//! The language of the text.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use crate::spam::Reason;
use crate::spam::reading::Reading;

/// In a language that is neither the site's nor English.
pub(in crate::spam) const FOREIGN: &str = "language-foreign";

/// A language is surely recognised in so many letters, and more of them only cost time.
const LETTERS: std::ops::RangeInclusive<usize> = 80..=200;

/// Where one word in so many holds German or English together ([`is_common`]), there is nothing to recognise, and most of
/// the time is saved.
const COMMON_SHARE: usize = 8;
/// In so many words.
const SAMPLE: usize = 40;

/// The languages that comments and spam are written in. Each costs time, and short English is taken for Latin or Esperanto
/// where these are allowed.
#[rustfmt::skip]
const LANGUAGES: [Lang; 28] = [
    Lang::Ara, Lang::Ces, Lang::Cmn, Lang::Dan, Lang::Deu, Lang::Ell, Lang::Eng, Lang::Fin, Lang::Fra, Lang::Hin,
    Lang::Hrv, Lang::Hun, Lang::Ind, Lang::Ita, Lang::Jpn, Lang::Kor, Lang::Nld, Lang::Pes, Lang::Pol, Lang::Por,
    Lang::Ron, Lang::Rus, Lang::Spa, Lang::Swe, Lang::Tha, Lang::Tur, Lang::Ukr, Lang::Vie,
];

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::with_allowlist(LANGUAGES.to_vec()));

pub(super) fn look(reading: &Reading, found: &mut Vec<Reason>) {
    if reading.chars < *LETTERS.start() || !reading.text.contains(' ') {
        return;
    }
    let sample = reading.folded_text.words().take(SAMPLE);
    let (all, common) = sample.fold((0, 0), |(all, common), word| (all + 1, common + usize::from(is_common(word))));
    if common * COMMON_SHARE >= all {
        return;
    }
    let Some(seen) = detect(reading.text) else { return };
    let own = if reading.submission.site_language == "de" { Lang::Deu } else { Lang::Eng };
    // English is read everywhere; spam in English is told by what it says. Dutch and German are easily taken for another.
    if ![own, Lang::Eng, Lang::Deu, Lang::Nld].contains(&seen) {
        found.push(Reason::new(FOREIGN, 1.5, seen.eng_name()));
    }
}

/// The language that a text begins in, if that is sure.
fn detect(text: &str) -> Option<Lang> {
    let end = text.char_indices().nth(*LETTERS.end()).map_or(text.len(), |(at, _)| at);
    Some(DETECTOR.detect(text.get(..end)?).filter(whatlang::Info::is_reliable)?.lang())
}

/// The language that a text begins in, as its ISO 639-3 code (`deu`, `eng`); `None` where it is not sure. Only the first
/// 200 characters are read.
pub fn language_code(text: &str) -> Option<&'static str> {
    detect(text).map(|language| language.code())
}

/// The words that German and English texts are held together by, and other languages are not.
#[rustfmt::skip]
fn is_common(word: &str) -> bool {
    matches!(word,
        "the" | "and" | "to" | "of" | "is" | "that" | "it" | "you" | "this" | "for" | "with" | "have" | "was" | "are" | "not"
        | "your" | "my" | "but" | "can" | "they" | "what" | "just" | "from" | "has" | "would" | "there" | "will" | "if"
        | "der" | "die" | "das" | "und" | "ist" | "nicht" | "ein" | "eine" | "ich" | "es" | "zu" | "den" | "mit" | "sich"
        | "auf" | "auch" | "dass" | "wie" | "von" | "im" | "dem" | "wird" | "sind" | "oder" | "aber" | "nur" | "für" | "wenn"
        | "noch" | "hat" | "bei" | "schon" | "mehr" | "man" | "sie" | "wir")
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
