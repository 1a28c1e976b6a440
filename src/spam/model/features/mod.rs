//! What the learner sees of a submission: a set of numbers below 2²⁰, made by hashing.
//!
//! Words are hashed as their skeleton ([`words::skeleton`]): digits and signs read as letters, umlauts bare, l as i. So a
//! word has one number however it is dressed up. Beside the words stand pairs of words, runs of four letters (compounds and
//! inflected forms share most of theirs), the parts of links and of handles, and emoji: the *tokens*. What the text is like
//! rather than what it says (length, line breaks, signs, the website, the signals that fired) are the *marks*, which weigh
//! the same in a short text and in a long one.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::LazyLock;

use crate::spam::Reason;
use crate::spam::fold::fold;
use crate::spam::link::bare;
use crate::spam::reading::Reading;

mod handles;
mod hashing;
mod marks;
mod words;

pub(super) use hashing::hash_of_text;

use hashing::{Family, hash, hash_of_skeleton, mix, slot};
use marks::Marks;
use words::{Words, runs_of_letters};

/// How many numbers there are. Two words may share one by chance; more numbers would cost more memory.
pub(super) const SLOTS: usize = 1 << 20;
/// So many links, and so many parts of each, are looked at.
const MOST_LINKS: usize = 12;

/// The numbers of a submission; tokens and marks each once.
pub(in crate::spam) struct Features {
    /// Words in their order, with their number and where they are in the folded text: for telling which of them are known, and
    /// which weighed most.
    pub words: Vec<(u32, Range<usize>)>,
    /// Each word and the one after it, written as one.
    pub joined: Vec<u32>,
    /// Words, pairs of words, runs of letters, links, handles, emoji.
    pub tokens: Vec<u32>,
    /// What the text is like.
    pub marks: Vec<u32>,
}

impl Features {
    /// Collects them. `signals` are those that speak of the text itself.
    pub fn of(reading: &Reading, signals: &[Reason]) -> Self {
        let words = Words::of(&reading.folded_text.text);
        let mut tokens = Vec::with_capacity(words.all.len() * 8 + 32);
        let hashes: Vec<u64> = words.hashes().collect();
        let pair = |first: u64, second: &u64| slot(mix(first ^ second ^ Family::Pair as u64));
        tokens.extend(hashes.iter().map(|hash| slot(*hash)));
        tokens.extend(hashes.iter().zip(hashes.iter().skip(1)).map(|(first, second)| pair(first.rotate_left(7), second)));
        tokens.extend(hashes.iter().zip(hashes.iter().skip(2)).map(|(first, second)| pair(first.rotate_left(8), second)));
        let joined: Vec<u32> = words.joined().map(slot).collect();
        tokens.extend_from_slice(&joined);
        runs_of_letters(words.buffer.chars(), Family::Letters, &mut tokens);
        if !reading.is_plain {
            handles::emoji(reading.text, &mut tokens);
        }
        handles::handles(&reading.folded_text.text, &mut tokens);
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

/// Each once, in the order in which they came first. The table is half empty at least, and where a number has its place in it
/// nobody can foresee, so that no text is made to look for it long.
fn distinct(mut slots: Vec<u32>) -> Vec<u32> {
    const EMPTY: u32 = u32::MAX;
    let bits = (slots.len() * 2).next_power_of_two().ilog2();
    let (spread, mask) = (*SPREAD, (1_usize << bits) - 1);
    let mut table = vec![EMPTY; mask + 1];
    slots.retain(|slot| {
        let mut at = (u64::from(*slot).wrapping_mul(spread) >> 32 >> (32 - bits)) as usize;
        loop {
            match table[at] {
                EMPTY => break,
                known if known == *slot => return false,
                _ => at = (at + 1) & mask,
            }
        }
        table[at] = *slot;
        true
    });
    slots
}

/// An odd number that is another one in each process.
static SPREAD: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0) | 1);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{SLOTS, distinct};

    proptest! {
        #[test]
        fn each_number_stays_once(slots in proptest::collection::vec(0..SLOTS as u32, 0..2000), alike: bool) {
            let slots: Vec<u32> = slots.into_iter().map(|slot| if alike { slot & !0xfff } else { slot }).collect();
            let mut known = std::collections::HashSet::new();
            let first: Vec<u32> = slots.iter().copied().filter(|slot| known.insert(*slot)).collect();
            prop_assert_eq!(distinct(slots.iter().chain(&slots).copied().collect()), first);
        }
    }
}
