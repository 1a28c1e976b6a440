//! Markup that this form has never understood: whoever sends it writes for other forms, or for all of them.

use crate::spam::Reason;
use crate::spam::link::{Link, links_of};
use crate::spam::reading::{Reading, has_byte};

/// `[url=…]` and its kin.
pub(in crate::spam) const BBCODE: &str = "markup-bbcode";
/// `<a href=…>`.
pub(in crate::spam) const HTML: &str = "markup-html-link";
/// `[text](address "text")`: a link that names itself twice, for search engines.
pub(in crate::spam) const TITLED: &str = "markup-titled-link";
/// Placeholders of a spam program that it did not fill in.
pub(in crate::spam) const LEFTOVER: &str = "markup-template";

const BBCODE_LINKS: &[&str] = &["[url=", "[url]", "[/url]", "[link=", "[link]", "[/link]", "[img]"];

pub(super) fn look(reading: &Reading, found: &mut Vec<Reason>) {
    let text = &reading.folded_text.text;
    let bbcode: usize = if text.contains('[') { BBCODE_LINKS.iter().map(|tag| text.matches(tag).count()).sum() } else { 0 };
    if bbcode > 0 {
        found.push(Reason::new(BBCODE, 3.5, bbcode));
    }
    let mut html = if has_byte(text, |byte| matches!(byte, b'<' | b'&')) {
        text.matches("<a ").count() + text.matches("&lt;a ").count()
    } else {
        0
    };
    if html > 0 {
        html = html.saturating_sub(links_of(reading.text).filter(Link::leads_to_a_moment).count());
    }
    if html > 0 {
        found.push(Reason::new(HTML, if html > 2 { 1.6 } else { 0.8 }, html));
    }
    if let Some(title) = titled(reading.text) {
        found.push(Reason::new(TITLED, 3.0, title));
    }
    if let Some(placeholder) = leftover(text) {
        found.push(Reason::new(LEFTOVER, 2.5, placeholder));
    }
}

fn titled(text: &str) -> Option<&str> {
    if !has_byte(text, |byte| byte == b']') {
        return None;
    }
    text.split("](http").skip(1).find_map(|rest| {
        let inside = rest.get(..rest.find(')')?)?;
        let (_, title) = inside.split_once(" \"")?;
        Some(title.trim_end_matches('"'))
    })
}

/// "{great|nice|good}", "%name%", "#file_links": where the program should have chosen. One look at each place where such
/// a placeholder can begin, and 60 characters on.
fn leftover(text: &str) -> Option<&str> {
    let spinning = text.match_indices('{').find_map(|(at, _)| {
        let rest = text.get(at..)?;
        let end = rest.char_indices().take(60).find(|(_, c)| *c == '}')?.0;
        let inside = rest.get(1..end)?;
        let choices = inside.split('|').count();
        (choices >= 3 && inside.split('|').all(is_choice)).then(|| rest.get(..=end)).flatten()
    });
    let unfilled =
        || ["#file_links", "#file[", "%blogtitle%", "%keyword%", "%anchor"].into_iter().find(|mark| text.contains(mark));
    spinning.or_else(|| if has_byte(text, |byte| matches!(byte, b'#' | b'%')) { unfilled() } else { None })
}

/// A choice is of plain words: a pattern of a programming language with `{a|b|c}` has more to it.
fn is_choice(choice: &str) -> bool {
    choice.chars().any(char::is_alphabetic) && choice.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '-'))
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::{points_of, submission};

    #[test]
    fn markup_of_other_forms_counts() {
        for (text, signal, points) in [
            ("Hier [URL=https://a.example]klicken[/URL]", "markup-bbcode", 3.5),
            ("Das Feld arr[url] im Code", "markup-bbcode", 3.5),
            ("Siehe [1] und [2]", "markup-bbcode", 0.0),
            ("<a href=\"https://a.example\">hier</a>", "markup-html-link", 0.8),
            ("<A HREF=x>1</a> <a href=y>2</a> <a href=z>3</a>", "markup-html-link", 1.6),
            ("wenn a <b und b> c", "markup-html-link", 0.0),
            ("Siehe [Koffer](https://a.example/koffer \"Koffer\")", "markup-titled-link", 3.0),
            ("Siehe Koffer](https://a.example/koffer \"Koffer\")", "markup-titled-link", 3.0),
            ("Siehe [hier](https://a.example/koffer) (\"Koffer\")", "markup-titled-link", 0.0),
            ("What a {great|nice|superb} site", "markup-template", 2.5),
            ("match x { 1|2|3 }", "markup-template", 0.0),
            ("{{{{{{{{{{ÄÄÄÄ|", "markup-template", 0.0),
        ] {
            assert_eq!(points_of(&submission(text), signal), points, "{text}");
        }
    }
}
