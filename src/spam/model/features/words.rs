//! The words of a text as the learner knows them.

use std::ops::Range;

use super::hashing::{Family, hash, mix, slot};
use crate::spam::reading::is_one_char;

/// Words are cut here; so many letters in a row are an address or a key, and say nothing whole.
const LONGEST_WORD: usize = 40;
/// So many words are looked at: a judgement stays quick whatever comes.
const MOST_WORDS: usize = 600;
/// Letters that stand alone are joined from so many on, as in "v i a g r a".
const SPACED_LETTERS: usize = 4;
/// How many letters make a run.
const RUN: usize = 4;

/// The words of a folded text.
pub(super) struct Words {
    pub all: Vec<Word>,
    /// Their skeletons, one after the other.
    pub buffer: String,
}

pub(super) struct Word {
    /// Where it is in the folded text.
    pub place: Range<usize>,
    /// Where its skeleton is in the buffer.
    skeleton: Range<usize>,
}

impl Words {
    /// Takes a folded text apart. Letters that stand alone one after another are one word.
    pub fn of(folded: &str) -> Self {
        let mut words = Self { all: Vec::with_capacity(folded.len() / 6), buffer: String::with_capacity(folded.len()) };
        // The skeleton of all that is mere letters.
        let bare = folded.replace('l', "i");
        let mut alone: Vec<&str> = Vec::new();
        let mut left = MOST_WORDS;
        let mut take = |piece| {
            left -= 1;
            if is_one_char(piece) && alone.len() < LONGEST_WORD {
                alone.push(piece);
            } else {
                words.join(folded, &bare, &mut alone);
                words.add(folded, &bare, &[piece]);
            }
            left > 0
        };
        for part in folded.split_whitespace() {
            // Most parts are a word and nothing else.
            let goes_on = if is_of_letters(part) { take(part) } else { pieces(part).all(&mut take) };
            if !goes_on {
                break;
            }
        }
        words.join(folded, &bare, &mut alone);
        words
    }

    fn join(&mut self, folded: &str, bare: &str, alone: &mut Vec<&str>) {
        if alone.len() >= SPACED_LETTERS {
            self.add(folded, bare, alone);
        } else {
            alone.iter().for_each(|letter| self.add(folded, bare, &[letter]));
        }
        alone.clear();
    }

    /// One word of so many pieces.
    fn add(&mut self, folded: &str, bare: &str, pieces: &[&str]) {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
        // The pieces are parts of the text, so that their addresses tell where.
        let offset = |piece: &str| piece.as_ptr().addr() - folded.as_ptr().addr();
        let place = offset(first)..offset(last) + last.len();
        let start = self.buffer.len();
        match pieces {
            [piece] if piece.len() <= LONGEST_WORD && is_of_letters(piece) => {
                self.buffer.push_str(bare.get(place.clone()).unwrap_or_default());
            }
            [piece] if piece.is_ascii() => self.buffer.extend(skeleton(piece.bytes().map(char::from))),
            _ => self.buffer.extend(skeleton(pieces.iter().flat_map(|piece| piece.chars()))),
        }
        self.all.push(Word { place, skeleton: start..self.buffer.len() });
    }

    /// As they stand in the text that was taken apart.
    pub fn texts<'f>(&self, folded: &'f str) -> Vec<&'f str> {
        self.all.iter().filter_map(|word| folded.get(word.place.clone())).collect()
    }

    pub fn skeletons(&self) -> impl Iterator<Item = &str> {
        self.all.iter().filter_map(|word| self.buffer.get(word.skeleton.clone()))
    }

    pub fn hashes(&self) -> impl Iterator<Item = u64> {
        self.skeletons().map(|skeleton| hash(Family::Word, skeleton.as_bytes()))
    }

    /// The hash of each word and the one after it, written as one: the same as that of a word which somebody has taken
    /// apart to hide it ("via gra"), or of a compound that others write apart.
    pub fn joined(&self) -> impl Iterator<Item = u64> {
        self.all.windows(2).filter_map(|two| {
            let bytes = self.buffer.get(two.first()?.skeleton.start..two.last()?.skeleton.end)?;
            Some(hash(Family::Word, bytes.as_bytes()))
        })
    }
}

/// A word as the learner knows it. Numbers are known by their shape ("10:15" is "00" and "00"); in words, digits and signs
/// are read as the letters they stand for.
pub(super) fn skeleton(word: impl Iterator<Item = char> + Clone) -> impl Iterator<Item = char> {
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

/// Of nothing but small ASCII letters, of whose skeleton only l differs.
fn is_of_letters(piece: &str) -> bool {
    piece.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The pieces of a part between spaces that are words or may be.
fn pieces(part: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '@' | '$' | '€' | '!' | '|');
    // What a link consists of is looked at there.
    let outside = link_in(part).map_or(part, |at| before(part, at));
    outside.split(move |c: char| !is_part(c)).map(without_signs_around).filter(|piece| !piece.is_empty())
}

/// Where a link begins in a part between spaces. Few parts have one, and to make a search ready takes longer than to see that.
fn link_in(part: &str) -> Option<usize> {
    let may_have_one = part.bytes().any(|byte| matches!(byte, b':' | b'.'));
    may_have_one.then(|| part.find("://").or_else(|| part.find("www."))).flatten()
}

fn without_signs_around(piece: &str) -> &str {
    let is_sign = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'!' | b'|' | b'@' | b'$'));
    let bytes = piece.as_bytes();
    if is_sign(bytes.first()) || is_sign(bytes.last()) { piece.trim_matches(['!', '|', '@', '$']) } else { piece }
}

/// The part of a word before a link that hangs on it: "(siehe" of "(siehe:https://…".
fn before(part: &str, at: usize) -> &str {
    let head = part.get(..at).unwrap_or_default();
    head.strip_suffix("https").or_else(|| head.strip_suffix("http")).unwrap_or(head)
}

/// Four letters at a time. Of skeletons it goes across the borders of words: these runs stay where words are taken apart.
pub(super) fn runs_of_letters(letters: impl Iterator<Item = char>, family: Family, tokens: &mut Vec<u32>) {
    let mut run = [0; RUN];
    for (at, c) in letters.enumerate() {
        let [_, first, second, third] = run;
        run = [first, second, third, u32::from(c)];
        if at + 1 >= RUN {
            let start = 0xcbf2_9ce4_8422_2325 ^ family as u64;
            tokens.push(slot(mix(run.iter().fold(start, |hash, c| (hash ^ u64::from(*c)).wrapping_mul(0x100_0000_01b3)))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Words, skeleton};

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
        let whole = Words::of("viagra viagra").hashes().next();
        assert_eq!(Words::of("v1a-gra").joined().next(), whole);
    }
}
