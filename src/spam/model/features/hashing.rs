//! How a word becomes a number: by a hash that is the same in every version and on every machine, since what is learned is
//! kept by it.

use std::fmt::Write;

use super::SLOTS;
use super::words::skeleton;

/// The families of numbers, so that the word "com" and the ending "com" are two.
#[derive(Clone, Copy)]
pub(super) enum Family {
    Word = 1,
    Mark,
    Host,
    LinkPart,
    Name,
    Pair,
    Letters,
    Text,
    Emoji,
    Handle,
    HandleLetters,
}

pub(super) fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

/// FNV-1a with a final stir.
pub(super) fn hash(family: Family, bytes: &[u8]) -> u64 {
    mix(bytes.iter().fold(start_of(family), |hash, byte| fold_in(hash, *byte)))
}

pub(super) fn start_of(family: Family) -> u64 {
    0xcbf2_9ce4_8422_2325 ^ (family as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

pub(super) fn fold_in(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
}

pub(super) fn hash_of_skeleton(family: Family, word: &str) -> u64 {
    let mut written = Written(start_of(family));
    // Writing into a hash cannot fail.
    let _ = skeleton(word.chars()).try_for_each(|c| written.write_char(c));
    mix(written.0)
}

/// Hashes what is written to it, without keeping it.
pub(super) struct Written(pub u64);

impl std::fmt::Write for Written {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 = text.bytes().fold(self.0, fold_in);
        Ok(())
    }
}

/// The hash of a folded text without its numbers and signs: those are what robots change from copy to copy.
pub(in crate::spam::model) fn hash_of_text(folded: &str) -> u64 {
    let letters: String = folded.chars().filter(|c| c.is_alphabetic()).collect();
    hash(Family::Text, letters.as_bytes())
}

pub(super) fn slot(hash: u64) -> u32 {
    // The remainder is below 2^20.
    (hash % SLOTS as u64) as u32
}
