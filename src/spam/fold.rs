//! Folding: many spellings of a text that readers take for the same become one.
//!
//! Letters are decomposed (NFKD), lower-cased, freed of invisible characters and stacked marks, and look-alikes become
//! the Latin letter they pass for. Umlauts and ß stay, since "schon" and "schön" are two words. Digits stay digits:
//! reading them as letters is a guess ([`unleet`]) and good only for looking a word up.

use unicode_normalization::UnicodeNormalization;

use super::look_alikes::{look_alike, look_alike_capital};

/// Folds a text. Folding the outcome again changes nothing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    // A visible ASCII character is no mark, so no mark is moved past it: what lies between two of them is folded alone.
    while !rest.is_empty() {
        let (plain, other) = rest.split_at(rest.bytes().position(|byte| !is_visible_ascii(byte)).unwrap_or(rest.len()));
        let start = folded.len();
        folded.push_str(plain);
        if let Some(plain) = folded.get_mut(start..) {
            plain.make_ascii_lowercase();
        }
        let (other, next) = other.split_at(other.bytes().position(is_visible_ascii).unwrap_or(other.len()));
        match other {
            "" => {}
            "ä" | "Ä" => folded.push('ä'),
            "ö" | "Ö" => folded.push('ö'),
            "ü" | "Ü" => folded.push('ü'),
            other => fold_letters(other, &mut folded),
        }
        rest = next;
    }
    folded
}

fn is_visible_ascii(byte: u8) -> bool {
    byte.is_ascii() && !is_invisible(char::from(byte))
}

/// The same for a run of other characters; `folded` has what stands before it.
fn fold_letters(text: &str, folded: &mut String) {
    // What goes goes first: a character between two marks would keep these from being put in order.
    let stays = |c: &char| *c == '\u{308}' || !(is_invisible(*c) || is_stacked_mark(*c));
    for c in text.chars().filter(stays).map(abbreviate).nfkd() {
        if c == '\u{308}' {
            restore_umlaut(folded);
        } else if !is_stacked_mark(c) && !is_invisible(c) {
            match look_alike_capital(c) {
                Some(letter) => folded.push(letter),
                None => folded.extend(c.to_lowercase().map(look_alike)),
            }
        }
    }
}

/// Reads digits and signs as the letters they stand for ("v1agr@" is "viagra"), and l as i, because 1 stands for both.
/// `None` where the word has no such sign, or has fewer than two letters: then it is a number.
pub(super) fn unleet(word: &str) -> Option<String> {
    let is_dressed_up = word.chars().any(|c| leet(c) != c);
    let is_word = || word.chars().filter(|c| c.is_alphabetic()).nth(1).is_some();
    (is_dressed_up && is_word()).then(|| merge_i_and_l(&word.chars().map(leet).collect::<String>()))
}

/// The key under which [`unleet`] finds a word.
pub(super) fn merge_i_and_l(word: &str) -> String {
    word.replace('l', "i")
}

/// The word without its umlauts, where it has any: they may be nothing but decoration ("cäsino").
pub(super) fn without_umlauts(word: &str) -> Option<String> {
    let bare = |c| match c {
        'ä' => 'a',
        'ö' => 'o',
        'ü' => 'u',
        other => other,
    };
    (!word.is_ascii() && word.contains(['ä', 'ö', 'ü'])).then(|| word.chars().map(bare).collect())
}

/// Whether a character that begins with this byte may be one that [`unleet`] reads as a letter.
pub(super) fn may_begin_leet(byte: u8) -> bool {
    const EURO: u8 = 0xe2;
    byte == EURO || leet(char::from(byte)) != char::from(byte)
}

fn leet(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

/// Two characters stand for whole sentences, and would make a text up to eighteen times as long. Each becomes the letter
/// that Arabic abbreviates it by.
fn abbreviate(c: char) -> char {
    match c {
        '\u{fdfa}' => '\u{635}',
        '\u{fdfb}' => '\u{62c}',
        other => other,
    }
}

/// Whether nothing is seen of a character: control and format characters, fillers, variation selectors, tags, and the
/// enclosing marks (which would be drawn around a letter that stays the same). White space is not among them.
pub(super) fn is_invisible(c: char) -> bool {
    // Nearly every character that comes here is one of these.
    !matches!(c, ' '..='~') && is_invisible_sign(c)
}

#[rustfmt::skip]
fn is_invisible_sign(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{1abe}' | '\u{20dd}'..='\u{20e0}' | '\u{20e2}'..='\u{20e4}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The marks that go with any letter of any script. Marks that belong to one script carry vowels there, and stay.
pub(super) fn is_stacked_mark(c: char) -> bool {
    !c.is_ascii()
        && matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn restore_umlaut(folded: &mut String) {
    let umlaut = match folded.chars().next_back() {
        Some('a') => 'ä',
        Some('o') => 'ö',
        Some('u') => 'ü',
        _ => return,
    };
    folded.pop();
    folded.push(umlaut);
}

#[cfg(test)]
mod tests {
    use super::{fold, unleet};
    use proptest::prelude::*;

    #[test]
    fn spellings_that_look_the_same_fold_to_the_same() {
        for (typed, folded) in [
            ("VIAGRA", "viagra"),
            ("ｖｉａｇｒａ", "viagra"),
            ("𝓿𝓲𝓪𝓰𝓻𝓪", "viagra"),
            ("ⓥⓘⓐⓖⓡⓐ 🅥🅘🅐🅖🅡🅐", "viagra viagra"),
            ("vi\u{200b}ag\u{ad}ra", "viagra"),
            ("v\u{335}i\u{336}à\u{301}gra", "viagra"),
            ("vіаgrа", "viagra"),
            ("ᴠɪᴀɢʀᴀ", "viagra"),
            ("Schon", "schon"),
            ("Scho\u{308}n ÜBER Straße", "schön über straße"),
            ("Café, naïve", "cafe, naive"),
            ("2.500 €", "2.500 €"),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(fold(typed), folded, "{typed}");
        }
    }

    #[test]
    fn digits_are_read_as_letters_only_among_letters() {
        for (word, read) in [
            ("v1agra", Some("viagra")),
            ("c@s1no", Some("casino")),
            ("p0k€r", Some("poker")),
            ("5lots", Some("siots")),
            ("2024", None),
            ("5g", None),
            ("viagra", None),
        ] {
            assert_eq!(unleet(word).as_deref(), read, "{word}");
        }
    }

    /// Found by the property below: a mark that is dropped stood between two that change places.
    #[test]
    fn marks_are_dropped_before_the_others_are_put_in_order() {
        let text = "\u{591}\u{488}\u{5b0}";
        assert_eq!(fold(&fold(text)), fold(text));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn folding_marks_and_fillers_twice_is_folding_once(
            text in "[aouAOUеВ\u{300}-\u{36f}\u{483}-\u{489}\u{591}-\u{5bd}\u{200b}\u{34f}\u{1160}\u{3164}\u{1ab0}-\u{1ace}\u{20d0}-\u{20f0}İẞ\u{e31}-\u{e3a}]{0,24}"
        ) {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
