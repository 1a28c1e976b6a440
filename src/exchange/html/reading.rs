//! Reading HTML as a browser does: into the words and the tags between them.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, CharacterTokens, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer};

/// Bytes that are given to the tokenizer at a time.
const PORTION: usize = 1 << 14;

/// Portions that a tag, or a comment, has at most. A longer one is read as if it had no end, behind which a browser shows
/// nothing: the tokenizer compares each attribute of a tag with all those before it.
const LONGEST_TAG: usize = 4;

/// What HTML consists of; comments are left out.
pub(super) enum Piece {
    /// Words, with their entities as the signs they stand for; lines end with `\n`. Two of them do not follow each other.
    Text(String),
    Tag(Tag),
}

/// The pieces of a text. It takes time in proportion to the text, whatever is in it.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let tokenizer = Tokenizer::new(Pieces::default(), Default::default());
    let queue = BufferQueue::default();
    let mut rest = html;
    while !rest.is_empty() && tokenizer.sink.portions.get() < LONGEST_TAG {
        let (portion, after) = rest.split_at(rest.floor_char_boundary(PORTION));
        tokenizer.sink.portions.update(|portions| portions + 1);
        queue.push_back(StrTendril::from_slice(portion));
        // There is nothing it could wait for: no script is run.
        let _ = tokenizer.feed(&queue);
        rest = after;
    }
    tokenizer.end();
    tokenizer.sink.pieces.into_inner()
}

#[derive(Default)]
struct Pieces {
    pieces: RefCell<Vec<Piece>>,
    /// Portions since the last words or tag.
    portions: Cell<usize>,
}

impl TokenSink for Pieces {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut pieces = self.pieces.borrow_mut();
        match token {
            CharacterTokens(text) => match pieces.last_mut() {
                // What is read raw is not shown.
                Some(Piece::Tag(tag)) if raw(tag).is_some() => {}
                Some(Piece::Text(before)) => before.push_str(&text),
                _ => pieces.push(Piece::Text(text.into())),
            },
            TagToken(tag) => {
                let raw = raw(&tag);
                pieces.push(Piece::Tag(tag));
                self.portions.set(0);
                return raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData);
            }
            _ => return TokenSinkResult::Continue,
        }
        self.portions.set(0);
        TokenSinkResult::Continue
    }
}

/// How a browser reads what follows a tag that has no tags in it.
fn raw(tag: &Tag) -> Option<RawKind> {
    match &*tag.name {
        _ if tag.kind != StartTag => None,
        "script" => Some(RawKind::ScriptData),
        "style" | "iframe" => Some(RawKind::Rawtext),
        "textarea" | "title" => Some(RawKind::Rcdata),
        _ => None,
    }
}
