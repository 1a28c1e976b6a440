//! Texts that are nearly the same: robots change a word or a number from copy to copy.

use super::fold::fold;

/// Texts with fewer words have no [`Likeness`]: "Danke für den Artikel" is everybody's.
const TELLING_WORDS: usize = 5;
/// Nor have those with fewer letters.
const TELLING_LETTERS: usize = 20;
/// Texts whose hashes differ in no more bits of 64 are near duplicates: a word or two of a longer text were changed.
pub const NEAR_BITS: u32 = 6;

/// What a text is compared by. Equal openings, or hashes at most [`NEAR_BITS`] apart, make two texts near duplicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// A hash of the first five words.
    pub opening: u64,
    /// 64 bits, most of which stay when a few words are changed (Charikar's simhash, over pairs of words).
    pub simhash: u64,
}

impl Likeness {
    /// The likeness of a text; `None` where it is too short to have one.
    pub fn of(text: &str) -> Option<Self> {
        Self::of_folded(&fold(text))
    }

    /// The likeness of a text that has been folded, as by [`fingerprint_text`](super::fingerprint_text).
    pub fn of_folded(folded: &str) -> Option<Self> {
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        let opening = words.get(..TELLING_WORDS)?.concat();
        if opening.chars().count() < TELLING_LETTERS - TELLING_WORDS + 1 {
            return None;
        }
        let pairs = words.windows(2).map(|pair| pair.iter().fold(0, |hash, word| hash_of(hash, word)));
        Some(Self { opening: hash_of(0, &opening), simhash: majority(pairs) })
    }

    /// The quarters of the simhash, the first one first: what near duplicates are looked up by, each in an index of its own,
    /// among however many comments. Three changed bits leave at least one quarter alone, six do so three times in five; and
    /// where the words that changed are not the first five, the opening finds them whatever has changed. Shorter pieces
    /// would miss nothing, but in a million comments each of them is shared by thousands that have nothing in common.
    pub fn quarters(&self) -> [u16; 4] {
        [48, 32, 16, 0].map(|shift| (self.simhash >> shift) as u16)
    }

    /// Simhash and opening as a database keeps whole numbers.
    pub const fn as_numbers(self) -> (i64, i64) {
        (self.simhash.cast_signed(), self.opening.cast_signed())
    }

    /// Whether two texts are near duplicates.
    pub fn is_near(&self, other: &Self) -> bool {
        self.opening == other.opening || self.has_near_simhash(other.simhash)
    }

    /// The same where the openings are known to differ.
    pub fn has_near_simhash(&self, simhash: u64) -> bool {
        (self.simhash ^ simhash).count_ones() <= NEAR_BITS
    }
}

/// The bits that more of the hashes have than have not.
fn majority(hashes: impl Iterator<Item = u64>) -> u64 {
    // How many have each bit: the first of these numbers holds the ones of all 64 counts, the next one their twos, and so on, so
    // that a hash is added to all counts at once.
    let mut counts: Vec<u64> = Vec::with_capacity(16);
    let mut all = 0_u64;
    for mut carried in hashes {
        all += 1;
        for digits in &mut counts {
            (*digits, carried) = (*digits ^ carried, *digits & carried);
        }
        counts.extend(Some(carried).filter(|carried| *carried != 0));
    }
    let count = |bit: u32| (0..).zip(&counts).map(|(power, digits)| (digits >> bit & 1) << power).sum::<u64>();
    (0..u64::BITS).filter(|bit| count(*bit) * 2 > all).fold(0, |hash, bit| hash | 1 << bit)
}

fn hash_of(start: u64, word: &str) -> u64 {
    let hash =
        word.bytes().fold(start ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Likeness, majority};

    proptest! {
        #[test]
        fn a_bit_stays_that_more_have_than_have_not(hashes in proptest::collection::vec(any::<u64>(), 0..300)) {
            let majority = majority(hashes.iter().copied());
            for bit in 0..64 {
                let having = hashes.iter().filter(|hash| *hash >> bit & 1 == 1).count();
                prop_assert_eq!(majority >> bit & 1 == 1, having * 2 > hashes.len(), "{}", bit);
            }
        }
    }

    const TEXT: &str = "Unser Verein sucht für den Sommer noch Leute, die beim Aufbau der Zelte helfen und am Abend den Grill \
                        bewachen, damit die Kinder in Ruhe spielen können und niemand hungrig nach Hause geht.";

    #[test]
    fn a_changed_word_or_number_makes_a_near_duplicate() {
        let like = Likeness::of(TEXT).unwrap();
        for changed in [TEXT.replace("Sommer", "Winter"), format!("{TEXT} 4711"), TEXT.to_uppercase(), TEXT.replace(", ", " ")] {
            assert!(like.is_near(&Likeness::of(&changed).unwrap()), "{changed}");
        }
        assert!(!like.is_near(&Likeness::of(&TEXT.chars().rev().collect::<String>()).unwrap()));
    }

    #[test]
    fn near_duplicates_have_a_quarter_or_their_opening_in_common() {
        let like = Likeness::of(TEXT).unwrap();
        let near = Likeness { simhash: like.simhash ^ 0x0001_0000_0100_0001, opening: 0 };
        assert!(like.is_near(&near));
        assert!(like.quarters().iter().zip(near.quarters()).any(|(one, other)| *one == other));
        // Each word of the text in turn becomes another one.
        let words: Vec<&str> = TEXT.split(' ').collect();
        let found = (0..words.len()).filter(|at| {
            let mut changed = words.clone();
            changed[*at] = "Gurkensalat";
            let changed = Likeness::of(&changed.join(" ")).unwrap();
            changed.opening == like.opening || like.quarters().iter().zip(changed.quarters()).any(|(one, other)| *one == other)
        });
        let (found, all) = (found.count(), words.len());
        assert!(found * 10 >= all * 9, "{found} of {all} are found");
    }

    #[test]
    fn short_texts_are_like_nothing() {
        assert_eq!(Likeness::of("Danke für den Artikel!"), None);
        assert_eq!(Likeness::of("a b c d e f g"), None);
    }
}
