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
/// Bytes of the longest word by which German and English are told ([`is_german`], [`is_english`]).
const LONGEST: usize = 5;

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
/// 40 words or 200 characters are read.
pub fn language_code(text: &str) -> Option<&'static str> {
    told_by_words(text).or_else(|| detect(text)).map(|language| language.code())
}

/// German or English, where the words say so that hold only this one together: most comments are told by them, for a
/// twentieth of what it costs to weigh all languages.
fn told_by_words(text: &str) -> Option<Lang> {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).take(SAMPLE);
    let (mut all, mut german, mut english) = (0, 0, 0);
    for word in words {
        all += 1;
        if word.len() > LONGEST {
            continue;
        }
        let lower = word.contains(char::is_uppercase).then(|| word.to_lowercase());
        let word = lower.as_deref().unwrap_or(word);
        german += usize::from(is_german(word));
        english += usize::from(is_english(word));
    }
    let tells = |own: usize, other: usize| own > 1 && own * COMMON_SHARE >= all && other == 0;
    if tells(german, english) { Some(Lang::Deu) } else { tells(english, german).then_some(Lang::Eng) }
}

#[rustfmt::skip]
fn is_german(word: &str) -> bool {
    matches!(word,
        "und" | "ist" | "nicht" | "eine" | "ich" | "sich" | "auf" | "auch" | "dass" | "das" | "wird" | "sind" | "oder" | "aber"
        | "nur" | "für" | "wenn" | "noch" | "schon" | "sie" | "wir" | "bei" | "vom" | "zum" | "zur" | "einen" | "kein" | "keine")
}

#[rustfmt::skip]
fn is_english(word: &str) -> bool {
    matches!(word,
        "the" | "and" | "that" | "you" | "this" | "with" | "have" | "are" | "not" | "your" | "but" | "they" | "what" | "from"
        | "has" | "would" | "there" | "it" | "of")
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

    #[test]
    fn the_language_is_told_by_its_words_or_by_all_its_letters() {
        for (text, code) in [
            ("Das ist nicht wahr.", Some("deu")),
            ("This is what they want, and you know it.", Some("eng")),
            ("Die Kinder spielten gestern Nachmittag lange draußen hinter dem alten Schulhaus am Fluss.", Some("deu")),
            (
                "Ik vind dat de nieuwe bus eindelijk eens op tijd moet rijden, want de mensen wachten nu al veel te lang.",
                Some("nld"),
            ),
            ("Jeg synes, at den nye bus endelig skal komme til tiden, for folk har ventet alt for længe på den.", Some("dan")),
            ("Cet article est vraiment très intéressant, merci pour toutes ces informations.", Some("fra")),
            ("4711", None),
        ] {
            assert_eq!(super::language_code(text), code, "{text}");
        }
    }
}
