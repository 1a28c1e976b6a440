//! From the HTML that other programs keep of a comment to our Markdown: what was shown there is shown here. Links, emphasis,
//! quotes, code, lists and paragraphs stay; of every other element only the words; and a sign that was plain there and means
//! something in Markdown is escaped. Lines are as people typed them: one line end is a new line, two are a new paragraph.

mod escape;
mod reading;
#[cfg(test)]
mod tests;
mod writing;

use std::iter::Peekable;

use html5ever::tokenizer::{StartTag, Tag};
use reading::{Piece, pieces};
use writing::Writing;

/// A comment's HTML as Markdown. It takes time in proportion to the text, whatever is in it, and can hold no HTML that would
/// come through.
pub fn to_markdown(html: &str) -> String {
    let mut pieces = pieces(html).into_iter().peekable();
    let mut writing = Writing::default();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Text(text) => writing.plain(&text),
            Piece::Tag(tag) if tag.kind == StartTag => open(&mut pieces, &mut writing, &tag),
            Piece::Tag(tag) => close(pieces.peek(), &mut writing, &tag.name),
        }
    }
    writing.end()
}

/// The words of a text that may hold HTML, on one line.
pub fn to_words(html: &str) -> String {
    let words: String = pieces(html).iter().map(|piece| if let Piece::Text(text) = piece { text } else { "" }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn open(pieces: &mut Peekable<impl Iterator<Item = Piece>>, writing: &mut Writing, tag: &Tag) {
    let attribute = |name| tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|found| &*found.value);
    match &*tag.name {
        "b" | "strong" => writing.open_emphasis("**", &tag.name),
        "i" | "em" | "cite" | "dfn" | "var" => writing.open_emphasis("*", &tag.name),
        "del" | "s" | "strike" => writing.open_emphasis("~~", &tag.name),
        "a" => writing.open_link(attribute("href")),
        "blockquote" => writing.open_quote(),
        "ul" | "ol" => writing.open_list(&tag.name),
        "li" => writing.open_item(),
        "br" => {
            writing.line();
            // A line end in the text is the same one.
            if let Some(Piece::Text(text)) = pieces.peek_mut()
                && let Some(after) = text.trim_start_matches([' ', '\t']).strip_prefix('\n')
            {
                *text = after.to_owned();
            }
        }
        "q" => writing.plain("\""),
        "img" => writing.plain(attribute("alt").unwrap_or_default()),
        "pre" | "code" | "tt" | "kbd" | "samp" => writing.code(&text_until_closed(pieces, &tag.name), &*tag.name == "pre"),
        name if is_block(name) => writing.paragraph(),
        _ => {}
    }
}

fn close(next: Option<&Piece>, writing: &mut Writing, name: &str) {
    match name {
        "b" | "strong" | "i" | "em" | "cite" | "dfn" | "var" | "del" | "s" | "strike" | "a" => {
            let next = if let Some(Piece::Text(text)) = next { text.chars().next() } else { None };
            writing.close_inline(name, next);
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

/// The text inside of code: without tags, with the lines that they make. It goes on behind the closing tag; where there is
/// none, all that follows is code.
fn text_until_closed(pieces: &mut impl Iterator<Item = Piece>, name: &str) -> String {
    let mut code = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => code.push_str(&text),
            Piece::Tag(tag) if tag.kind != StartTag && &*tag.name == name => break,
            Piece::Tag(tag) if &*tag.name == "br" => code.push('\n'),
            Piece::Tag(_) => {}
        }
    }
    code
}
