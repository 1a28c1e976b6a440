//! From what was typed to safe HTML: emphasis, links, quotes, code and lists; raw HTML is shown as text.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};
use url::Url;

/// The last line of defence: whatever comes out of the renderer, only this passes ([`is_bare`] lets the least of it pass unread).
static ALLOWED: LazyLock<ammonia::Builder<'static>> =
    LazyLock::new(|| allowing(&["p", "br", "em", "strong", "del", "a", "blockquote", "code", "pre", "ul", "ol", "li"]));

static ALLOWED_WITH_MARKS: LazyLock<ammonia::Builder<'static>> =
    LazyLock::new(|| allowing(&["p", "br", "em", "strong", "del", "a", "blockquote", "code", "pre", "ul", "ol", "li", "mark"]));

fn allowing(tags: &[&'static str]) -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(tags.iter().copied().collect())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("ugc nofollow noopener"));
    builder
}

/// Renders a comment. A single line break is kept, as people mean it; headings become paragraphs and pictures
/// their description, so that a comment cannot dress up as the page around it or fetch from elsewhere.
pub fn to_html(text: &str) -> String {
    let rendered = render(text);
    if is_bare(&rendered) { rendered.trim_end().replace("<br />", "<br>") } else { sanitise(&rendered) }
}

fn render(text: &str) -> String {
    let mut rendered = String::with_capacity(text.len() + text.len() / 4);
    let parser = Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH);
    html::push_html(&mut rendered, link_addresses(without_other_links(parser.filter_map(tame))));
    rendered
}

fn sanitise(rendered: &str) -> String {
    ALLOWED.clean(rendered).to_string().trim_end().to_owned()
}

/// Whether the sanitiser has nothing to do, as with most comments: there is no tag but those of paragraphs and line breaks, and
/// no character that HTML reads or writes in another way.
fn is_bare(rendered: &str) -> bool {
    let is_harmless = |from_tag: &str| ["p>", "/p>", "br />"].iter().any(|tag| from_tag.starts_with(tag));
    ['&', '\u{a0}', '\0', '\r'].iter().all(|special| !rendered.contains(*special)) && rendered.split('<').skip(1).all(is_harmless)
}

/// The same for a moderator's eye: `find` tells which ranges of a run of text to mark. The outcome goes through the
/// sanitiser like any other, which here lets `mark` pass as well.
pub fn to_html_with_marks(text: &str, find: &dyn Fn(&str) -> Vec<Range<usize>>) -> String {
    let mut rendered = String::with_capacity(text.len() + text.len() / 2);
    let events = link_addresses(Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH).filter_map(tame));
    html::push_html(
        &mut rendered,
        merge_text(events).flat_map(|event| match &event {
            Event::Text(text) => with_marks(text, &find(text)),
            _ => vec![event],
        }),
    );
    ALLOWED_WITH_MARKS.clean(&rendered).to_string().trim_end().to_owned()
}

/// The parser hands a line out in pieces; a passage may reach over several.
fn merge_text<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    pulldown_cmark::TextMergeStream::new(events)
}

fn with_marks<'a>(text: &str, ranges: &[Range<usize>]) -> Vec<Event<'a>> {
    let piece = |range: Range<usize>| Event::Text(CowStr::from(text.get(range).unwrap_or_default().to_owned()));
    let mut events = Vec::new();
    let mut done = 0;
    for range in ranges {
        events.push(piece(done..range.start));
        events.push(Event::InlineHtml(CowStr::Borrowed("<mark>")));
        events.push(piece(range.clone()));
        events.push(Event::InlineHtml(CowStr::Borrowed("</mark>")));
        done = range.end;
    }
    events.push(piece(done..text.len()));
    events
}

fn tame(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::SoftBreak => Event::HardBreak,
        Event::Start(Tag::Heading { .. }) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) | Event::Rule => return None,
        // The title of a link would be a tooltip with the author's words: it goes with the sanitiser anyway.
        other => other,
    })
}

/// Of a link that leads elsewhere than into the web only the words stay.
fn without_other_links<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut open = Vec::new();
    events.filter(move |event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => {
            let stays = Url::parse(dest_url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            open.push(stays);
            stays
        }
        Event::End(TagEnd::Link) => open.pop().unwrap_or_default(),
        _ => true,
    })
}

/// Turns bare addresses in the text into links, except inside links and code.
fn link_addresses<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(true);
    let mut inside = 0_u32;
    events.flat_map(move |event| {
        match &event {
            Event::Start(Tag::Link { .. } | Tag::CodeBlock(_)) => inside += 1,
            Event::End(TagEnd::Link | TagEnd::CodeBlock) => inside = inside.saturating_sub(1),
            _ => {}
        }
        match event {
            Event::Text(text) if inside == 0 && text.contains("://") => split_at_addresses(&finder, &text),
            other => vec![other],
        }
    })
}

fn split_at_addresses<'a>(finder: &LinkFinder, text: &str) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    for span in finder.spans(text) {
        let words = CowStr::from(span.as_str().to_owned());
        let is_address = span.kind().is_some() && (span.as_str().starts_with("http://") || span.as_str().starts_with("https://"));
        if is_address {
            let (title, id) = (CowStr::from(""), CowStr::from(""));
            events.push(Event::Start(Tag::Link { link_type: LinkType::Autolink, dest_url: words.clone(), title, id }));
            events.push(Event::Text(words));
            events.push(Event::End(TagEnd::Link));
        } else {
            events.push(Event::Text(words));
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::{is_bare, render, sanitise, to_html};
    use proptest::prelude::*;

    const REL: &str = r#"rel="ugc nofollow noopener""#;

    #[test]
    fn the_subset_is_rendered() {
        for (text, expected) in [
            ("**sehr** *gut*", "<p><strong>sehr</strong> <em>gut</em></p>".to_owned()),
            ("eins\nzwei", "<p>eins<br>\nzwei</p>".to_owned()),
            ("> zitiert", "<blockquote>\n<p>zitiert</p>\n</blockquote>".to_owned()),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>".to_owned()),
            ("`<b>`", "<p><code>&lt;b&gt;</code></p>".to_owned()),
            ("# Laut", "<p>Laut</p>".to_owned()),
            ("[hier](https://b.de)", format!(r#"<p><a href="https://b.de" {REL}>hier</a></p>"#)),
            ("siehe https://b.de/x.", format!(r#"<p>siehe <a href="https://b.de/x" {REL}>https://b.de/x</a>.</p>"#)),
        ] {
            assert_eq!(to_html(text), expected, "{text}");
        }
    }

    #[test]
    fn marks_stand_in_text_and_nowhere_else() {
        let all = |text: &str| [text].map(|text| 0..text.len()).to_vec();
        let marked = super::to_html_with_marks("a <b>*c* https://d.example", &all);
        assert_eq!(
            marked,
            format!(
                r#"<p><mark>a &lt;b&gt;</mark><em><mark>c</mark></em><mark> </mark><a href="https://d.example" {REL}><mark>https://d.example</mark></a></p>"#
            )
        );
        assert!(!to_html("<mark>x</mark>").contains("<mark>"));
        assert!(!super::to_html_with_marks("<mark>x</mark>", &|_| Vec::new()).contains("<mark>"));
    }

    #[test]
    fn raw_html_and_hostile_links_stay_text() {
        assert_eq!(to_html("a <script>alert(1)</script>"), "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>");
        assert_eq!(to_html("<b onclick=x>fett</b>"), "<p>&lt;b onclick=x&gt;fett&lt;/b&gt;</p>");
        for hostile in [
            "[x](javascript:alert(1))",
            "[x](data:text/html,y)",
            "![x](https://b.de/p.png)",
            "[x](//b.de)",
            "<javascript:alert(1)>",
        ] {
            let html = to_html(hostile);
            assert!(!html.contains("<a") && !html.contains("<img"), "{hostile} became {html}");
        }
    }

    #[test]
    fn a_text_without_markup_has_nothing_to_be_sanitised() {
        assert!(is_bare(&render("Er sagte: \"Nein.\"\nDas war's.\n\nUnd dann?")));
        for marked in ["*so*", "a & b", "1 < 2", "https://b.de", "- a", "a\u{a0}b", "`c`"] {
            assert!(!is_bare(&render(marked)), "{marked}");
        }
    }

    proptest! {
        #[test]
        fn what_is_not_sanitised_would_have_come_out_the_same(
            text in "(?s)([a-zA-Zä €“\"'.,:;!?()0-9\n\t\u{0}-\u{20}\u{7f}-\u{a1}\u{2028}\u{feff}-]{0,40}|[&<>*/\n p-]{0,6}){0,4}"
        ) {
            prop_assert_eq!(to_html(&text), sanitise(&render(&text)));
        }

        #[test]
        fn no_text_makes_an_element_outside_the_subset(text in "(?s)[<>a-z\"'=/!\\[\\]()*`&;:# \n-]{0,200}") {
            let html = to_html(&text);
            for (at, _) in html.match_indices('<') {
                let name: String = html[at + 1..].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(["p", "br", "em", "strong", "del", "a", "blockquote", "code", "pre", "ul", "ol", "li"].contains(&name.as_str()), "{name} in {html}");
            }
        }
    }
}
