//! Reading XML as a stream, within a bound of memory, and saying where it is broken.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// Bytes that one text, or one tag, of a file has at most: it has to be held in memory at once.
pub const MOST_BYTES: usize = 32 << 20;

/// Elements that are open within each other at most.
const DEEPEST: u32 = 64;

/// Why a file cannot be read, or not any further.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It is no file of the kind that it was taken for.
    #[error("it is no {0}")]
    Foreign(&'static str),
    /// It is broken at this byte, counted from its beginning.
    #[error("it is broken at byte {0}: {1}")]
    Broken(u64, String),
}

/// What a file consists of.
#[derive(Debug)]
pub enum Piece<'a> {
    /// An element begins: its name as written, with the prefix, and its attributes as written.
    Open(&'a str, &'a str),
    /// The innermost element ends.
    Close(&'a str),
    /// Text of the innermost element, or a part of it.
    Text(&'a str),
    /// The file ends.
    End,
}

/// A file that is being read.
pub struct Pieces<R> {
    reader: Reader<Bounded<BufReader<R>>>,
    buffer: Vec<u8>,
    kept: String,
    attributes: String,
    depth: u32,
    /// Whether the element that has just begun is at its end, too.
    is_empty: bool,
}

/// Which kind of piece has been read; the words are kept apart.
enum Seen {
    Open,
    Close,
    Text,
    End,
}

impl<R: Read> Pieces<R> {
    /// The pieces of a file.
    pub fn of(file: R) -> Self {
        let bounded = Bounded { inner: BufReader::with_capacity(1 << 16, file), left: MOST_BYTES };
        let mut reader = Reader::from_reader(bounded);
        // A lone `&` is what somebody meant.
        reader.config_mut().allow_dangling_amp = true;
        Self { reader, buffer: Vec::new(), kept: String::new(), attributes: String::new(), depth: 0, is_empty: false }
    }

    /// How many bytes have been read.
    pub fn position(&self) -> u64 {
        self.reader.buffer_position()
    }

    /// The next piece; of a text no more than about `most` bytes. A definition of a file's own (DTD) is refused, since what it
    /// stands for could have no end.
    ///
    /// # Errors
    /// The file is broken, ends too early, or has a text of more than [`MOST_BYTES`].
    pub fn next(&mut self, most: usize) -> Result<Piece<'_>, Fault> {
        let seen = if std::mem::take(&mut self.is_empty) { Seen::Close } else { self.read(most)? };
        match seen {
            Seen::Open if self.depth == DEEPEST => return Err(self.broken("elements lie too deep within each other")),
            Seen::Open => self.depth += 1,
            Seen::Close => self.depth = self.depth.saturating_sub(1),
            Seen::End if self.depth > 0 => return Err(self.broken("it ends before it is complete")),
            Seen::Text | Seen::End => {}
        }
        Ok(match seen {
            Seen::Open => Piece::Open(&self.kept, &self.attributes),
            Seen::Close => Piece::Close(&self.kept),
            Seen::Text => Piece::Text(&self.kept),
            Seen::End => Piece::End,
        })
    }

    fn read(&mut self, most: usize) -> Result<Seen, Fault> {
        loop {
            self.kept.clear();
            self.attributes.clear();
            self.buffer.clear();
            // What a long text has needed is not held for the short ones.
            self.buffer.shrink_to(1 << 16);
            self.reader.get_mut().left = MOST_BYTES;
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => return Err(Fault::Broken(self.reader.error_position(), error.to_string())),
            };
            let keep = |text: &str, kept: &mut String| kept.push_str(&text[..text.floor_char_boundary(most)]);
            return Ok(match event {
                Event::Start(tag) => {
                    self.kept.push_str(tag.name().into_inner());
                    self.attributes.push_str(tag.attributes_raw());
                    Seen::Open
                }
                Event::Empty(tag) => {
                    self.kept.push_str(tag.name().into_inner());
                    self.attributes.push_str(tag.attributes_raw());
                    self.is_empty = true;
                    Seen::Open
                }
                Event::End(tag) => {
                    self.kept.push_str(tag.name().into_inner());
                    Seen::Close
                }
                Event::Text(text) => {
                    keep(&text, &mut self.kept);
                    Seen::Text
                }
                Event::CData(text) => {
                    keep(&text, &mut self.kept);
                    Seen::Text
                }
                Event::GeneralRef(reference) => {
                    push_sign(&reference, &mut self.kept);
                    Seen::Text
                }
                Event::DocType(_) => return Err(self.broken("definitions of its own (DOCTYPE) are refused")),
                Event::Eof => Seen::End,
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => continue,
            });
        }
    }

    /// That it is broken here.
    pub fn broken(&self, what: &str) -> Fault {
        Fault::Broken(self.position(), what.to_owned())
    }
}

/// The sign that a reference stands for; one that XML does not know is the reference itself.
fn push_sign(reference: &BytesRef<'_>, kept: &mut String) {
    let sign = match &**reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        name => match reference.resolve_char_ref() {
            Ok(Some(sign)) => sign,
            _ => return kept.push_str(&format!("&{name};")),
        },
    };
    kept.push(sign);
}

/// A reader that ends with an error after so many bytes, unless it is told to go on.
struct Bounded<R> {
    inner: R,
    left: usize,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(format!("a text of more than {} MiB", MOST_BYTES >> 20)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count);
        self.inner.consume(count);
    }
}
