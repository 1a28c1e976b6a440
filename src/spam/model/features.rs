//! What the learner sees of a submission: a set of numbers below 2²⁰, made by hashing.
//!
//! Words are hashed as their skeleton ([`skeleton`]): digits and signs read as letters, umlauts bare, l as i. So a word has
//! one number however it is dressed up. Beside the words stand pairs of words, runs of four letters (compounds and
//! inflected forms share most of theirs) and the parts of links: the *tokens*. What the text is like rather than what it
//! says (length, line breaks, signs, the website, the signals that fired) are the *marks*, which weigh the same in a short
//! text and in a long one.

use std::fmt::Write;
use std::ops::Range;

use crate::spam::Reason;
use crate::spam::fold::{fold, is_invisible, is_stacked_mark};
use crate::spam::link::{Link, bare};
use crate::spam::reading::{Reading, hard_wrapped_lines};

/// How many numbers there are. Two words may share one by chance; more numbers would cost more memory.
pub(super) const SLOTS: usize = 1 << 20;
/// Words are cut here; so many letters in a row are an address or a key, and say nothing whole.
const LONGEST_WORD: usize = 40;
/// So many words are looked at: a judgement stays quick whatever comes.
const MOST_WORDS: usize = 600;
/// Letters that stand alone are joined from so many on, as in "v i a g r a".
const SPACED_LETTERS: usize = 4;
/// How many letters make a run.
const RUN: usize = 4;
/// So many links, and so many parts of each, are looked at.
const MOST_LINKS: usize = 12;

/// The numbers of a submission; tokens and marks each once, in order.
pub(in crate::spam) struct Features {
    /// Words in their order, with their number and where they are in the folded text: for telling which of them are known, and
    /// which weighed most.
    pub words: Vec<(u32, Range<usize>)>,
    /// Each word and the one after it, written as one.
    pub joined: Vec<u32>,
    /// Words, pairs of words, runs of letters, links.
    pub tokens: Vec<u32>,
    /// What the text is like.
    pub marks: Vec<u32>,
}

/// The families of numbers, so that the word "com" and the ending "com" are two.
#[derive(Clone, Copy)]
enum Family {
    Word = 1,
    Mark,
    Host,
    LinkPart,
    Name,
    Pair,
    Letters,
    Text,
}

impl Features {
    /// Collects them. `signals` are those that speak of the text itself.
    pub fn of(reading: &Reading, signals: &[Reason]) -> Self {
        let words = Words::of(&reading.folded_text.text);
        let mut tokens = Vec::with_capacity(words.all.len() * 8 + 32);
        let hashes: Vec<u64> = words.skeletons().map(|skeleton| hash(Family::Word, skeleton.as_bytes())).collect();
        for (at, first) in hashes.iter().enumerate() {
            tokens.push(slot(*first));
            for (distance, second) in hashes.iter().skip(at + 1).take(2).enumerate() {
                tokens.push(slot(mix(first.rotate_left(7 + u32::from(distance > 0)) ^ second ^ Family::Pair as u64)));
            }
        }
        let joined: Vec<u32> = words.joined().map(slot).collect();
        tokens.extend_from_slice(&joined);
        runs_of_letters(&words.buffer, &mut tokens);
        for link in reading.links.iter().take(MOST_LINKS) {
            tokens.push(slot(hash(Family::Host, bare(&link.host).as_bytes())));
            let parts = link.address.split(|c: char| !c.is_alphanumeric()).filter(|part| part.len() > 2);
            tokens.extend(parts.take(MOST_LINKS).map(|part| slot(hash_of_skeleton(Family::LinkPart, &fold(part)))));
        }
        let name_line = reading.folded_fields.text.split('\n').next().unwrap_or_default();
        let name = Words::of(name_line);
        tokens.extend(name.skeletons().map(|skeleton| slot(hash(Family::Name, skeleton.as_bytes()))));
        let mut marks = Marks(Vec::with_capacity(64));
        marks.of_text(reading, &words, &hashes);
        marks.of_links(reading);
        marks.of_name(reading.author);
        if let Some(website) = &reading.website {
            marks.of_website(website, &name.texts(name_line));
        }
        marks.of_signals(signals, reading.website.is_some());
        let words = words.all.into_iter().zip(&hashes).map(|(word, hash)| (slot(*hash), word.place)).collect();
        Self { words, joined, tokens: distinct(tokens), marks: distinct(marks.0) }
    }

    /// How much one token counts: the tokens of a text together have the length 1.
    pub fn token_scale(&self) -> f32 {
        1.0 / (self.tokens.len().max(1) as f32).sqrt()
    }
}

fn distinct(mut slots: Vec<u32>) -> Vec<u32> {
    slots.sort_unstable();
    slots.dedup();
    slots
}

fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

/// FNV-1a with a final stir: the same in every version and on every machine, since what is learned is kept by it.
fn hash(family: Family, bytes: &[u8]) -> u64 {
    mix(bytes.iter().fold(start_of(family), |hash, byte| fold_in(hash, *byte)))
}

fn start_of(family: Family) -> u64 {
    0xcbf2_9ce4_8422_2325 ^ (family as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn fold_in(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
}

fn hash_of_skeleton(family: Family, word: &str) -> u64 {
    let mut written = Written(start_of(family));
    // Writing into a hash cannot fail.
    let _ = skeleton(word.chars()).try_for_each(|c| written.write_char(c));
    mix(written.0)
}

/// Hashes what is written to it, without keeping it.
struct Written(u64);

impl std::fmt::Write for Written {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 = text.bytes().fold(self.0, fold_in);
        Ok(())
    }
}

/// The hash of a folded text without its numbers and signs: those are what robots change from copy to copy.
pub(super) fn hash_of_text(folded: &str) -> u64 {
    let letters: String = folded.chars().filter(|c| c.is_alphabetic()).collect();
    hash(Family::Text, letters.as_bytes())
}

fn slot(hash: u64) -> u32 {
    // The remainder is below 2^20.
    (hash % SLOTS as u64) as u32
}

/// The words of a folded text.
struct Words {
    all: Vec<Word>,
    /// Their skeletons, one after the other.
    buffer: String,
}

struct Word {
    /// Where it is in the folded text.
    place: Range<usize>,
    /// Where its skeleton is in the buffer.
    skeleton: Range<usize>,
}

impl Words {
    /// Takes a folded text apart. Letters that stand alone one after another are one word.
    fn of(folded: &str) -> Self {
        let mut words = Self { all: Vec::new(), buffer: String::with_capacity(folded.len()) };
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '@' | '$' | '€' | '!' | '|');
        let mut alone: Vec<&str> = Vec::new();
        // What a link consists of is looked at there.
        let outside = folded
            .split_whitespace()
            .map(|part| part.find("://").or_else(|| part.find("www.")).map_or(part, |at| before(part, at)));
        let pieces =
            outside.flat_map(|part| part.split(|c: char| !is_part(c))).map(|piece| piece.trim_matches(['!', '|', '@', '$']));
        for piece in pieces.filter(|piece| !piece.is_empty()).take(MOST_WORDS) {
            if piece.chars().nth(1).is_none() && alone.len() < LONGEST_WORD {
                alone.push(piece);
                continue;
            }
            words.join(folded, &mut alone);
            words.add(folded, &[piece]);
        }
        words.join(folded, &mut alone);
        words
    }

    fn join(&mut self, folded: &str, alone: &mut Vec<&str>) {
        if alone.len() >= SPACED_LETTERS {
            self.add(folded, alone);
        } else {
            alone.iter().for_each(|letter| self.add(folded, &[letter]));
        }
        alone.clear();
    }

    /// One word of so many pieces.
    fn add(&mut self, folded: &str, pieces: &[&str]) {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
        // The pieces are parts of the text, so that their addresses tell where.
        let offset = |piece: &str| piece.as_ptr().addr() - folded.as_ptr().addr();
        let start = self.buffer.len();
        self.buffer.extend(skeleton(pieces.iter().flat_map(|piece| piece.chars())));
        self.all.push(Word { place: offset(first)..offset(last) + last.len(), skeleton: start..self.buffer.len() });
    }

    /// As they stand in the text that was taken apart.
    fn texts<'f>(&self, folded: &'f str) -> Vec<&'f str> {
        self.all.iter().filter_map(|word| folded.get(word.place.clone())).collect()
    }

    fn skeletons(&self) -> impl Iterator<Item = &str> {
        self.all.iter().filter_map(|word| self.buffer.get(word.skeleton.clone()))
    }

    /// The hash of each word and the one after it, written as one: the same as that of a word which somebody has taken
    /// apart to hide it ("via gra"), or of a compound that others write apart.
    fn joined(&self) -> impl Iterator<Item = u64> {
        self.all.windows(2).filter_map(|two| {
            let bytes = self.buffer.get(two.first()?.skeleton.start..two.last()?.skeleton.end)?;
            Some(hash(Family::Word, bytes.as_bytes()))
        })
    }
}

/// A word as the learner knows it. Numbers are known by their shape ("10:15" is "00" and "00"); in words, digits and signs
/// are read as the letters they stand for.
fn skeleton(word: impl Iterator<Item = char> + Clone) -> impl Iterator<Item = char> {
    let (digits, letters) = word.clone().fold((0, 0), |(digits, letters), c| {
        (digits + usize::from(c.is_ascii_digit()), letters + usize::from(c.is_alphabetic()))
    });
    let as_number = letters == 0 || digits > letters;
    word.take(LONGEST_WORD).map(move |c| match c {
        '0'..='9' if as_number => '0',
        '0' => 'o',
        '1' | '!' | '|' | 'l' => 'i',
        '3' | '€' => 'e',
        '4' | '@' | 'ä' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        'ö' => 'o',
        'ü' => 'u',
        other => other,
    })
}

/// The part of a word before a link that hangs on it: "(siehe" of "(siehe:https://…".
fn before(part: &str, at: usize) -> &str {
    let head = part.get(..at).unwrap_or_default();
    head.strip_suffix("https").or_else(|| head.strip_suffix("http")).unwrap_or(head)
}

/// Four letters at a time of the skeletons, across the borders of words: these stay where words are taken apart.
fn runs_of_letters(skeletons: &str, tokens: &mut Vec<u32>) {
    let mut run = [0; RUN];
    for (at, c) in skeletons.chars().enumerate() {
        run.rotate_left(1);
        run[RUN - 1] = u32::from(c);
        if at + 1 >= RUN {
            let start = 0xcbf2_9ce4_8422_2325 ^ Family::Letters as u64;
            tokens.push(slot(mix(run.iter().fold(start, |hash, c| (hash ^ u64::from(*c)).wrapping_mul(0x100_0000_01b3)))));
        }
    }
}

/// Collects marks.
struct Marks(Vec<u32>);

impl Marks {
    fn add(&mut self, name: &str, value: impl std::fmt::Display) {
        let mut written = Written(start_of(Family::Mark));
        // Writing into a hash cannot fail.
        let _ = write!(written, "{name} {value}");
        self.0.push(slot(mix(written.0)));
    }

    fn of_text(&mut self, reading: &Reading, words: &Words, hashes: &[u64]) {
        let (text, chars) = (reading.text, reading.chars);
        self.add("length", magnitude(chars));
        self.add("words", magnitude(words.all.len()));
        let mut counts = [0_usize; SIGNS.len()];
        let (mut capitals, mut digits, mut signs, mut lines, mut emoji) = (0, 0, 0, 0_usize, 0_usize);
        for c in text.chars().filter(|c| !is_invisible(*c) && !is_stacked_mark(*c)) {
            capitals += usize::from(c.is_uppercase());
            digits += usize::from(c.is_numeric());
            signs += usize::from(!c.is_alphanumeric() && !c.is_whitespace());
            lines += usize::from(c == '\n');
            emoji += usize::from(matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}'));
            if let Some(count) = SIGNS.iter().position(|sign| *sign == c).and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        }
        self.add("capitals", share(capitals, chars));
        self.add("digits", share(digits, chars));
        self.add("signs", share(signs, chars));
        self.add("lines", lines.min(6));
        self.add("emoji", emoji.min(4));
        for (sign, count) in SIGNS.iter().zip(counts).filter(|(_, count)| *count > 0) {
            self.add("sign", format_args!("{sign}{}", count.min(3)));
        }
        let kind = |c: Option<char>| match c {
            Some(c) if c.is_uppercase() => 'A',
            Some(c) if c.is_alphabetic() => 'a',
            Some(c) if c.is_numeric() => '0',
            other => other.unwrap_or(' '),
        };
        self.add("begins", kind(text.trim_start().chars().next()));
        self.add("ends", kind(text.trim_end().chars().next_back()).to_ascii_lowercase());
        self.add("wrapped", hard_wrapped_lines(text).min(3));
        let different = distinct(hashes.iter().map(|hash| slot(*hash)).collect());
        self.add("different", different.len() * 10 / words.all.len().max(1));
        let (mut longest, mut all) = (0, 0);
        for letters in words.skeletons().map(|skeleton| skeleton.chars().count()) {
            longest = longest.max(letters);
            all += letters;
        }
        self.add("longest", magnitude(longest));
        self.add("average", (all / words.all.len().max(1)).min(9));
    }

    fn of_links(&mut self, reading: &Reading) {
        self.add("links", reading.links.len().min(4));
        let at_end = reading.text.trim_end().ends_with([')', '>']);
        self.add("link at end", format_args!("{at_end}{}", reading.links.len().min(2)));
        if reading.website.is_some() {
            self.add("website and length", magnitude(reading.chars));
            self.add("website and links", reading.links.len().min(2));
            self.add("website and question", reading.text.contains('?'));
        }
    }

    fn of_name(&mut self, name: &str) {
        if name.is_empty() {
            return;
        }
        self.add("name words", name.split_whitespace().count().min(4));
        self.add("name digits", name.contains(|c: char| c.is_ascii_digit()));
        self.add("name begins", name.chars().next().is_some_and(char::is_uppercase));
    }

    fn of_website(&mut self, website: &Link, name: &[&str]) {
        let host: String = website.host.chars().filter(|c| c.is_alphanumeric()).collect();
        let whole = name.concat();
        let any = name.iter().any(|word| word.len() >= 4 && host.contains(word));
        let path = website.address.split_once('/').map_or("", |(_, path)| path).trim_matches('/');
        let depth = if path.is_empty() { 0 } else { 1 + path.matches('/').count().min(2) };
        self.add("website", "");
        self.add("website name", format_args!("{}{any}", whole.len() >= 4 && host.contains(&whole)));
        self.add("website depth", depth);
        self.add("website hyphens", website.host.matches('-').count().min(2) + path.matches('-').count().min(3));
        self.add("website ending", website.ending());
        self.add("website length", website.host.len() / 6);
    }

    fn of_signals(&mut self, signals: &[Reason], has_website: bool) {
        for signal in signals {
            self.add("signal", &signal.signal);
            self.add("signal", format_args!("{} {}", signal.signal, signal.points.round()));
            if has_website {
                self.add("website and signal", &signal.signal);
            }
        }
    }
}

/// Signs that are counted one by one.
const SIGNS: [char; 18] = ['!', '?', '@', '#', '$', '>', '`', '(', '+', '%', '=', '{', ';', '"', '\'', ':', '/', '…'];

/// Which power of two.
fn magnitude(number: usize) -> u32 {
    usize::BITS - number.leading_zeros()
}

/// A percentage, in steps that grow.
fn share(part: usize, all: usize) -> u8 {
    match part * 100 / all.max(1) {
        0 => 0,
        1..=2 => 1,
        3..=5 => 2,
        6..=10 => 3,
        11..=20 => 4,
        21..=50 => 5,
        _ => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, Words, hash, skeleton};

    #[test]
    fn a_word_has_one_skeleton_however_it_is_dressed_up() {
        for (word, bare) in [
            ("viagra", "viagra"),
            ("v1@gra", "viagra"),
            ("c4$ino", "casino"),
            ("cäsinö", "casino"),
            ("2m19s", "0m00s"),
            ("2024", "0000"),
        ] {
            assert_eq!(skeleton(word.chars()).collect::<String>(), bare, "{word}");
        }
    }

    #[test]
    fn letters_that_stand_alone_are_one_word() {
        let skeletons = |text: &str| Words::of(text).skeletons().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(skeletons("buy v i a g r a, c.a.s.i.n.o!"), ["buy", "viagracasino"]);
        assert_eq!(skeletons("z. b. dort"), ["z", "b", "dort"]);
    }

    #[test]
    fn a_word_in_two_parts_is_among_the_joined_ones() {
        let whole = Words::of("viagra viagra").skeletons().map(|word| hash(Family::Word, word.as_bytes())).next();
        assert_eq!(Words::of("v1a-gra").joined().next(), whole);
    }
}
