use proptest::prelude::*;

use super::{to_markdown, to_words};
use crate::markdown::to_html;

#[test]
fn what_was_shown_there_is_shown_here() {
    for (html, markdown) in [
        ("Sch&ouml;n &amp; gut", "Schön & gut"),
        ("eins\r\nzwei\n\n\n\ndrei", "eins\nzwei\n\ndrei"),
        ("<p>eins<br />\nzwei</p>\n<p>drei</p>", "eins\nzwei\n\ndrei"),
        ("<strong>sehr</strong> <em>gut</em>", "**sehr** *gut*"),
        ("das ist<b> wichtig </b>heute", "das ist **wichtig** heute"),
        ("<b><i>beides</i></b>, <b>eins <b>zwei</b></b>", "***beides***, **eins zwei**"),
        ("vor<i>\"Wort\"</i>nach", "vor\"Wort\"nach"),
        ("<b>ein Absatz\n\nund noch einer</b>", "ein Absatz\n\nund noch einer"),
        ("<b>ohne Ende", "**ohne Ende**"),
        ("ohne Anfang</b></p></blockquote>", "ohne Anfang"),
        ("<i>über <b>Kreuz</i> weg</b>", "*über **Kreuz*** weg"),
        ("<del>alt</del>neu", "~~alt~~neu"),
        (r#"<a href="https://b.de/x?a=1&amp;b=2" rel="nofollow">hier</a>!"#, "[hier](https://b.de/x?a=1&b=2)!"),
        (
            "<a href='https://de.wikipedia.org/wiki/Bus_(Linie)'>Bus [1]</a>",
            r"[Bus \[1\]](<https://de.wikipedia.org/wiki/Bus_(Linie)>)",
        ),
        (r#"<a href="https://b.de/x">https://b.de/x</a>"#, "https://b.de/x"),
        (
            r#"<a class=x href=https://b.de>b</a> Achtung!<a href="https://b.de">c</a>"#,
            r"[b](https://b.de/) Achtung\![c](https://b.de/)",
        ),
        (r#"<a href="javascript:alert(1)">x</a> <a href="/hier">y</a> <a>z</a>"#, "x y z"),
        ("siehe https://b.de/a_b*c und http://c.de.", "siehe <https://b.de/a_b*c> und http://c.de."),
        ("<blockquote><p>eins</p><p>zwei</p></blockquote>drei", "> eins\n>\n> zwei\n\ndrei"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<ul>\n<li>eins</li>\n<li>zwei\nnoch</li></ul>", "- eins\n- zwei\n  noch"),
        ("<ol><li>eins<li>zwei<ul><li>tief</ul></ol>", "1. eins\n2. zwei\n\n   - tief"),
        ("so: <code>a &lt; b * c</code>", "so: `a < b * c`"),
        ("<code>`</code>", "`` ` ``"),
        ("<pre><code>a\n  b</code></pre>danach", "```\na\n  b\n```\n\ndanach"),
        ("<code>ohne Ende", "`ohne Ende`"),
        ("<pre>a<br>b\r\n<b>c</b></pre>", "```\na\nb\nc\n```"),
        ("a <script>alert('<b>')</script>b<!-- c -->d<textarea><p>e</textarea>f<style>g", "a bdf"),
        ("eins <zwei drei", "eins"),
        ("eins\0 <b\0>zwei</b\0> &#0;", "eins zwei \u{fffd}"),
        ("a < b > c <3 &lt;b&gt;", r"a < b > c <3 \<b>"),
        ("<span style=\"x>y\">x</span><foo>z</foo>", "xz"),
        ("*stern* _strich_ snake_case `x` ~~y~~ a*b", r"\*stern\* \_strich\_ snake_case \`x\` \~\~y\~\~ a\*b"),
        ("# laut\n> nein\n- a\n1. b\n---\n===", "\\# laut\n\\> nein\n\\- a\n1\\. b\n\\---\n\\==="),
        ("[x](https://b.de) [y]: z &copy; &amp;copy; \\* C:\\x", r"[x\](https://b.de) [y\]: z © \&copy; \\\* C:\x"),
        ("    kein Code", "kein Code"),
        ("<img src=x alt=\"Bild\">", "Bild"),
        ("<q>so</q>", "\"so\""),
        ("<p></p> \n", ""),
    ] {
        assert_eq!(to_markdown(html), markdown, "{html}");
    }
}

#[test]
fn entities_are_the_signs_they_stand_for() {
    for (text, expected) in [
        ("M&uuml;ller &amp; S&#246;hne &#x2014; &quot;gut&quot;", "Müller & Söhne — \"gut\""),
        ("a & b &unknown; &; &#; &#x110000; &#0;c", "a & b &unknown; &; &#; \u{fffd} \u{fffd}c"),
        ("&amp;lt; &CounterClockwiseContourIntegral;", "&lt; ∳"),
        ("kein Ende &auml", "kein Ende ä"),
    ] {
        assert_eq!(to_words(text), expected, "{text}");
    }
}

#[test]
fn words_are_on_one_line() {
    assert_eq!(to_words("Die <em>neue</em>\n Buslinie &#8211; Teil&nbsp;1"), "Die neue Buslinie – Teil 1");
}

#[test]
fn what_is_deep_or_without_end_takes_no_more_time() {
    let attributes: String = (0..200_000).map(|number| format!(" {number:x}")).collect();
    assert_eq!(to_markdown(&format!("vorher<a{attributes}>nachher")), "vorher");
    for piece in [
        "<b>",
        "<blockquote>",
        "<ul><li>",
        "<code>",
        "<!--",
        "<a href=\"",
        "<",
        "</",
        "&",
        "[",
        "<i><b>",
        "<a<a",
        "&a",
        "&not",
        "<a\n",
    ] {
        // What looked at everything once more for each piece would not come to an end here.
        let html = piece.repeat((1 << 20) / piece.len());
        assert!(to_markdown(&html).len() <= 16 * html.len(), "{piece}");
    }
}

#[test]
fn a_long_text_is_read_as_a_short_one() {
    let html = "<b title='>'>gr&uuml;n</b>\r\n";
    let many = 100_000 / html.len();
    assert_eq!(to_markdown(&html.repeat(many)), ["**grün**"].repeat(many).join("\n"));
    assert_eq!(to_words(&format!("a<script>{}</script>b", "<b>;".repeat(50_000))), "ab");
}

/// What a reader sees of rendered Markdown, in words.
fn seen(html: &str) -> String {
    to_words(&html.replace("<br>", " ").replace("</p>", " "))
}

proptest! {
    #[test]
    fn plain_text_is_seen_as_it_is(text in "[a-c1-2 \\n*_`~#>+=.)(\\[\\]!:|\\\\-]{0,60}") {
        let markdown = to_markdown(&text);
        let shown = seen(&to_html(&markdown));
        prop_assert_eq!(shown, text.split_whitespace().collect::<Vec<_>>().join(" "), "{}", markdown);
    }

    #[test]
    fn no_comment_makes_an_element_outside_the_subset(html in "(?s)(<(/)?(a|b|i|p|ul|ol|li|code|pre|blockquote|script|del|br)( href=\"(https://b.de/)?\")?>|[a-c <>&\"'/!\\[\\]()*`;:#\n-]){0,40}") {
        let rendered = to_html(&to_markdown(&html));
        for (at, _) in rendered.match_indices('<') {
            let name: String = rendered[at + 1..].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
            prop_assert!(["p", "br", "em", "strong", "del", "a", "blockquote", "code", "pre", "ul", "ol", "li"].contains(&name.as_str()), "{} in {}", name, rendered);
        }
    }

    #[test]
    fn no_text_is_too_strange(html in "(?s).{0,200}") {
        to_markdown(&html);
        to_words(&html);
    }
}
