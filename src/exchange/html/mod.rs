//! From the HTML that other programs keep of a comment to our Markdown: what was shown there is shown here. Links, emphasis,
//! quotes, code, lists and paragraphs stay; of every other element only the words; and a sign that was plain there and means
//! something in Markdown is escaped. Lines are as people typed them: one line end is a new line, two are a new paragraph.

mod entities;
mod escape;
#[cfg(test)]
mod tests;
mod writing;

pub use entities::decode;
use writing::Writing;

/// Characters that a tag has at most: what is longer is none, so that a text without ends is not searched again and again.
const LONGEST_TAG: usize = 2048;

/// A comment's HTML as Markdown. It takes time in proportion to the text, whatever is in it, and can hold no HTML that would
/// come through: what is not understood is text.
pub fn to_markdown(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let mut reading = Reading::of(html, &lower);
    let mut writing = Writing::default();
    while let Some(piece) = reading.next() {
        match piece {
            Piece::Text(text) => writing.plain(&decode(text)),
            Piece::Open(tag) => open(&mut reading, &mut writing, &tag),
            Piece::Close(name) => close(&reading, &mut writing, &name),
        }
    }
    writing.end()
}

/// The words of a text that may hold HTML, on one line.
pub fn to_words(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let mut reading = Reading::of(html, &lower);
    let mut words = String::with_capacity(html.len());
    while let Some(piece) = reading.next() {
        if let Piece::Text(text) = piece {
            words.push_str(&decode(text));
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn open(reading: &mut Reading<'_>, writing: &mut Writing, tag: &Tag<'_>) {
    match tag.name.as_str() {
        "b" | "strong" => writing.open_emphasis("**", &tag.name),
        "i" | "em" | "cite" | "dfn" | "var" => writing.open_emphasis("*", &tag.name),
        "del" | "s" | "strike" => writing.open_emphasis("~~", &tag.name),
        "a" => writing.open_link(tag.attribute("href").map(|href| decode(href).into_owned())),
        "blockquote" => writing.open_quote(),
        "ul" | "ol" => writing.open_list(&tag.name),
        "li" => writing.open_item(),
        "br" => {
            writing.line();
            reading.skip_line_end();
        }
        "q" => writing.plain("\""),
        "img" => writing.plain(&decode(tag.attribute("alt").unwrap_or_default())),
        "pre" | "code" | "tt" | "kbd" | "samp" => {
            if let Some(inside) = reading.until_closed(&tag.name) {
                writing.code(&text_of(inside), tag.name == "pre");
            }
        }
        // What is no text is not shown.
        "script" | "style" | "iframe" | "object" | "textarea" | "select" | "title" => {
            reading.until_closed(&tag.name);
        }
        name if is_block(name) => writing.paragraph(),
        _ => {}
    }
}

fn close(reading: &Reading<'_>, writing: &mut Writing, name: &str) {
    match name {
        "b" | "strong" | "i" | "em" | "cite" | "dfn" | "var" | "del" | "s" | "strike" | "a" => {
            writing.close_inline(name, reading.rest().chars().next());
        }
        "blockquote" | "ul" | "ol" | "li" => writing.close_block(name),
        "q" => writing.plain("\""),
        "br" => writing.line(),
        name if is_block(name) => writing.paragraph(),
        _ => {}
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "table"
            | "tr"
            | "dl"
            | "dt"
            | "dd"
            | "section"
            | "article"
            | "address"
            | "figure"
            | "figcaption"
            | "header"
            | "footer"
            | "center"
            | "form"
    )
}

/// The text inside of code: without tags, with the lines that they make.
fn text_of(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let mut reading = Reading::of(html, &lower);
    let mut text = String::with_capacity(html.len());
    while let Some(piece) = reading.next() {
        match piece {
            Piece::Text(words) => text.push_str(&decode(words)),
            Piece::Open(tag) if tag.name == "br" => text.push('\n'),
            Piece::Open(_) | Piece::Close(_) => {}
        }
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A tag with what stands in it.
struct Tag<'a> {
    name: String,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The value of an attribute.
    fn attribute(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let after = after.trim_start();
            let Some(value) = after.strip_prefix('=') else {
                if after.len() >= rest.len() || after.is_empty() {
                    return None;
                }
                rest = after;
                continue;
            };
            let value = value.trim_start();
            let (value, after) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            rest = after;
        }
    }
}

enum Piece<'a> {
    Text(&'a str),
    Open(Tag<'a>),
    Close(String),
}

struct Reading<'a> {
    html: &'a str,
    /// The same in lower case, so that closing tags are found.
    lower: &'a str,
    at: usize,
    /// Where the last `>` stands, and the last end of a comment: behind it there is none.
    last_end: Option<usize>,
    last_comment: Option<usize>,
    /// What has been looked for to the end and is not there.
    unclosed: Vec<String>,
}

impl<'a> Reading<'a> {
    fn of(html: &'a str, lower: &'a str) -> Self {
        Self { html, lower, at: 0, last_end: html.rfind('>'), last_comment: html.rfind("-->"), unclosed: Vec::new() }
    }

    fn rest(&self) -> &'a str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            if let Some(tag) = self.tag_at(self.at) {
                self.at += tag.len();
                let inside = tag.trim_start_matches('<').trim_end_matches('>');
                if inside.starts_with(['!', '?']) {
                    continue;
                }
                let (is_closing, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
                let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
                let (name, attributes) = inside.split_at(end);
                let name = name.to_ascii_lowercase();
                return Some(if is_closing { Piece::Close(name) } else { Piece::Open(Tag { name, attributes }) });
            }
            // Up to the next tag; a sign that only looks like the beginning of one is text.
            let mut end = self.at;
            loop {
                let from = end + usize::from(self.html[end..].starts_with('<'));
                end = self.html[from..].find('<').map_or(self.html.len(), |more| from + more);
                if end == self.html.len() || self.tag_at(end).is_some() {
                    break;
                }
            }
            let text = self.html.get(self.at..end)?;
            self.at = end;
            return Some(Piece::Text(text));
        }
    }

    /// The tag, or the comment, that begins here.
    fn tag_at(&self, at: usize) -> Option<&'a str> {
        if self.last_end.is_none_or(|end| end < at) {
            return None;
        }
        let rest = self.html.get(at..)?;
        if rest.starts_with("<!--") {
            let end = self.last_comment.filter(|last| *last >= at + 4).and_then(|_| rest.get(4..)?.find("-->"));
            return rest.get(..end.map_or(4, |end| end + 7));
        }
        let mut signs = rest.bytes().take(LONGEST_TAG).enumerate();
        let begins = matches!(signs.next()?, (_, b'<'));
        let (_, first) = signs.next()?;
        if !begins || !(first.is_ascii_alphabetic() || matches!(first, b'/' | b'!' | b'?')) {
            return None;
        }
        let mut quote = None;
        let mut before = b' ';
        for (length, sign) in signs {
            match (quote, sign) {
                (None, b'>') => return rest.get(..=length),
                // A quotation mark in a tag opens a value after `=` alone.
                (None, b'"' | b'\'') if before == b'=' => quote = Some(sign),
                (Some(open), sign) if open == sign => quote = None,
                _ => {}
            }
            if !sign.is_ascii_whitespace() {
                before = sign;
            }
        }
        None
    }

    /// What stands before the closing tag, and goes on behind it; none where there is no such tag any more.
    fn until_closed(&mut self, name: &str) -> Option<&'a str> {
        if self.unclosed.iter().any(|unclosed| unclosed == name) {
            return None;
        }
        let Some(length) = self.lower.get(self.at..)?.find(&format!("</{name}")) else {
            self.unclosed.push(name.to_owned());
            return None;
        };
        let inside = self.rest().get(..length)?;
        self.at += length;
        Some(inside)
    }

    /// After a tag that ends a line, the line end in the text is the same one.
    fn skip_line_end(&mut self) {
        let rest = self.rest().trim_start_matches([' ', '\t']);
        let rest = rest.strip_prefix('\r').unwrap_or(rest);
        if let Some(rest) = rest.strip_prefix('\n') {
            self.at = self.html.len() - rest.len();
        }
    }
}
