//! A stranger's text in which no mail program finds anything to click.

use std::net::Ipv4Addr;

use super::one_line;

/// A text on one line, at most `longest` characters, with nothing to click.
pub(super) fn defanged_line(text: &str, longest: usize) -> String {
    defanged(&one_line(text, longest))
}

/// A text in which no mail program finds anything to click: `http` becomes `hxxp`, the colon of other schemes and the dots
/// of whatever could be a host come into brackets.
pub(super) fn defanged(text: &str) -> String {
    brackets_in_hosts(&broken_schemes(text))
}

/// Schemes that mail programs turn into links even without `//`.
const CLICKABLE: &[&str] =
    &["callto", "data", "facetime", "file", "javascript", "magnet", "mailto", "sip", "skype", "sms", "tel", "vbscript"];

fn broken_schemes(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut pieces = text.split(':').peekable();
    while let Some(piece) = pieces.next() {
        let Some(after) = pieces.peek() else { return safe + piece };
        let (before, scheme) = piece.split_at(piece.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len());
        safe += before;
        match scheme.to_ascii_lowercase().as_str() {
            "http" => safe += "hxxp:",
            "https" => safe += "hxxps:",
            known if after.starts_with("//") || CLICKABLE.contains(&known) => safe = safe + scheme + "[:]",
            _ => safe = safe + scheme + ":",
        }
    }
    safe
}

fn brackets_in_hosts(text: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || is_dot(c) || matches!(c, '-' | '_' | '@');
    let mut safe = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (name, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        safe += before;
        if reads_as_host(name) {
            safe += &name.split(is_dot).collect::<Vec<_>>().join("[.]");
        } else {
            safe += name;
        }
        rest = after;
    }
    safe + rest
}

/// Two labels at least, the last one of letters, or four numbers: a date and "z.B." are none.
fn reads_as_host(name: &str) -> bool {
    let name = name.trim_matches(is_dot);
    let Some((_, last)) = name.rsplit_once(is_dot) else { return false };
    let is_top_level = last.starts_with("xn--") || (last.chars().nth(1).is_some() && last.chars().all(char::is_alphabetic));
    is_top_level || name.contains('@') || name.parse::<Ipv4Addr>().is_ok()
}

/// The full stop, and the three signs that browsers read as one in a host.
fn is_dot(c: char) -> bool {
    matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_defanged() {
        for (typed, shown) in [
            ("https://example.com", "hxxps://example[.]com"),
            ("(HTTP://Example.COM/a?b=c.d#e)", "(hxxp://Example[.]COM/a?b=c.d#e)"),
            ("see www.example.com.", "see www[.]example[.]com[.]"),
            ("ftp://x.example", "ftp[:]//x[.]example"),
            ("http://http://x.example", "hxxp://hxxp://x[.]example"),
            ("http://192.0.2.1/x", "hxxp://192[.]0[.]2[.]1/x"),
            ("http://user:pw@x.example:80", "hxxp://user:pw@x[.]example:80"),
            ("mailto:eva@b.example", "mailto[:]eva@b[.]example"),
            ("JavaScript:alert(1)", "JavaScript[:]alert(1)"),
            ("//x.example/y", "//x[.]example/y"),
            ("bücher。example", "bücher[.]example"),
            ("x.xn--p1ai", "x[.]xn--p1ai"),
            ("z.B. am 12.10.2026 um 3.30 Uhr: d.h. bald ...", "z.B. am 12.10.2026 um 3.30 Uhr: d.h. bald ..."),
            ("Ende. Anfang: gut", "Ende. Anfang: gut"),
        ] {
            assert_eq!(defanged(typed), shown);
        }
        assert_eq!(defanged_line("exa\u{200b}mple.com", 99), "example[.]com");
    }
}
