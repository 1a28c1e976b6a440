//! Letters that pass for Latin ones.

/// Capitals that look like another Latin letter than their small form does.
pub(super) fn look_alike_capital(c: char) -> Option<char> {
    Some(match c {
        'Η' => 'h',
        'Ν' => 'n',
        'Υ' => 'y',
        'Ζ' => 'z',
        '\u{1f150}'..='\u{1f169}' => nth_letter(c, 0x1f150),
        '\u{1f170}'..='\u{1f189}' => nth_letter(c, 0x1f170),
        _ => return None,
    })
}

fn nth_letter(c: char, first: u32) -> char {
    char::from_u32(u32::from(c) - first + u32::from('a')).unwrap_or(c)
}

/// The Latin letter that a small letter passes for. From the shapes in Unicode's charts; the letters that scammers use
/// on Latin text, not the whole of Unicode's confusables, which would also merge letters that nobody mixes up.
#[rustfmt::skip]
pub(super) fn look_alike(c: char) -> char {
    match c {
        '\0'..='\u{7f}' => c,
        'а' | 'α' | 'ɑ' | 'ᴀ' | 'ⱥ' => 'a',
        'в' | 'β' | 'ʙ' | 'ƅ' | 'ь' => 'b',
        'с' | 'ᴄ' | 'ϲ' | 'ƈ' => 'c',
        'ԁ' | 'ᴅ' | 'đ' | 'ɖ' | 'ɗ' => 'd',
        'е' | 'ε' | 'ᴇ' | 'ҽ' | 'є' | 'ɛ' => 'e',
        'ꜰ' | 'ƒ' => 'f',
        'ɡ' | 'ɢ' | 'ɠ' => 'g',
        'н' | 'ʜ' | 'һ' | 'հ' | 'ħ' => 'h',
        'і' | 'ι' | 'ɪ' | 'ı' | 'ɩ' | 'ӏ' | 'ɨ' => 'i',
        'ј' | 'ᴊ' => 'j',
        'к' | 'κ' | 'ᴋ' | 'ƙ' | 'қ' => 'k',
        'ʟ' | 'ł' | 'ɫ' | 'ƚ' => 'l',
        'м' | 'ᴍ' | 'μ' => 'm',
        'п' | 'η' | 'ɴ' | 'ո' | 'ɲ' | 'ŋ' => 'n',
        'о' | 'ο' | 'σ' | 'ᴏ' | 'օ' | 'ø' | 'ө' => 'o',
        'р' | 'ρ' | 'ᴘ' | 'ƥ' => 'p',
        'ԛ' => 'q',
        'г' | 'ʀ' | 'ɾ' => 'r',
        'ѕ' | 'ꜱ' | 'ʂ' | 'ƽ' => 's',
        'т' | 'τ' | 'ᴛ' | 'ƭ' | 'ŧ' => 't',
        'υ' | 'ᴜ' | 'ս' | 'ʋ' => 'u',
        'ν' | 'ѵ' | 'ᴠ' => 'v',
        'ω' | 'ԝ' | 'ᴡ' | 'ѡ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'ү' | 'ʏ' | 'γ' | 'ƴ' => 'y',
        'ᴢ' | 'ƶ' | 'ʐ' => 'z',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{look_alike, look_alike_capital};

    #[test]
    fn look_alikes_become_small_latin_letters_and_german_ones_stay() {
        for (shown, meant) in [('а', 'a'), ('ѕ', 's'), ('ν', 'v'), ('ʟ', 'l'), ('ß', 'ß'), ('ä', 'ä'), ('я', 'я'), ('l', 'l')]
        {
            assert_eq!(look_alike(shown), meant);
        }
        assert_eq!(look_alike_capital('🅰'), Some('a'));
        assert_eq!(look_alike_capital('Ν'), Some('n'));
        assert_eq!(look_alike_capital('N'), None);
    }
}
