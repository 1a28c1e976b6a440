//! The names and numbers under which HTML writes signs.

use std::borrow::Cow;

/// Names that texts of German and English bloggers have; of others the name stays.
const NAMES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("shy", "\u{ad}"),
    ("auml", "ä"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("Auml", "Ä"),
    ("Ouml", "Ö"),
    ("Uuml", "Ü"),
    ("szlig", "ß"),
    ("agrave", "à"),
    ("aacute", "á"),
    ("acirc", "â"),
    ("atilde", "ã"),
    ("aring", "å"),
    ("aelig", "æ"),
    ("ccedil", "ç"),
    ("egrave", "è"),
    ("eacute", "é"),
    ("ecirc", "ê"),
    ("euml", "ë"),
    ("igrave", "ì"),
    ("iacute", "í"),
    ("icirc", "î"),
    ("iuml", "ï"),
    ("ntilde", "ñ"),
    ("ograve", "ò"),
    ("oacute", "ó"),
    ("ocirc", "ô"),
    ("oslash", "ø"),
    ("ugrave", "ù"),
    ("uacute", "ú"),
    ("ucirc", "û"),
    ("Eacute", "É"),
    ("euro", "€"),
    ("pound", "£"),
    ("cent", "¢"),
    ("hellip", "…"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("lsaquo", "‹"),
    ("rsaquo", "›"),
    ("bull", "•"),
    ("middot", "·"),
    ("deg", "°"),
    ("sect", "§"),
    ("para", "¶"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("times", "×"),
    ("divide", "÷"),
    ("plusmn", "±"),
    ("frac12", "½"),
    ("frac14", "¼"),
    ("sup2", "²"),
    ("sup3", "³"),
    ("micro", "µ"),
    ("rarr", "→"),
    ("larr", "←"),
];

/// A text with its entities as the signs they stand for. What stands for none stays as it is; signs that no text has are
/// left out.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let end = after.bytes().take(32).position(|sign| !sign.is_ascii_alphanumeric() && sign != b'#');
        let sign = end.filter(|end| after[*end..].starts_with(';')).and_then(|end| Some((end, sign(&after[..end])?)));
        match sign {
            Some((end, sign)) => {
                decoded.push_str(&sign);
                rest = &after[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = after;
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The sign of a name, or of a number after `#`.
fn sign(name: &str) -> Option<Cow<'static, str>> {
    let Some(number) = name.strip_prefix('#') else {
        return NAMES.iter().find(|(known, _)| *known == name).map(|(_, sign)| Cow::Borrowed(*sign));
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    let sign = char::from_u32(code.ok()?)?;
    Some(if sign == '\0' { Cow::Borrowed("") } else { Cow::Owned(sign.to_string()) })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn entities_are_the_signs_they_stand_for() {
        for (text, expected) in [
            ("M&uuml;ller &amp; S&#246;hne &#x2014; &quot;gut&quot;", "Müller & Söhne — \"gut\""),
            ("a & b &unknown; &; &#; &#x110000; &#0;c", "a & b &unknown; &; &#; &#x110000; c"),
            ("&amp;lt;", "&lt;"),
            ("kein Ende &auml", "kein Ende &auml"),
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
    }
}
