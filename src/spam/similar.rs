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
        let folded = fold(text);
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        let opening = words.get(..TELLING_WORDS)?.concat();
        if opening.chars().count() < TELLING_LETTERS - TELLING_WORDS + 1 {
            return None;
        }
        let mut sums = [0_i32; 64];
        for pair in words.windows(2) {
            let hash = pair.iter().fold(0, |hash, word| hash_of(hash, word));
            for (bit, sum) in sums.iter_mut().enumerate() {
                *sum += if hash >> bit & 1 == 1 { 1 } else { -1 };
            }
        }
        let simhash = sums.iter().enumerate().fold(0, |hash, (bit, sum)| hash | u64::from(*sum > 0) << bit);
        Some(Self { opening: hash_of(0, &opening), simhash })
    }

    /// Eight keys to keep in an index. Near duplicates have at least one in common, since six changed bits leave two of
    /// eight bytes alone: so they are found by looking up eight keys, among however many comments.
    pub fn keys(&self) -> [u16; 8] {
        let mut keys = [0; 8];
        for (place, (key, byte)) in keys.iter_mut().zip(self.simhash.to_le_bytes()).enumerate() {
            *key = (place as u16) << 8 | u16::from(byte);
        }
        keys
    }

    /// Whether two texts are near duplicates.
    pub fn is_near(&self, other: &Self) -> bool {
        self.opening == other.opening || (self.simhash ^ other.simhash).count_ones() <= NEAR_BITS
    }
}

fn hash_of(start: u64, word: &str) -> u64 {
    let hash =
        word.bytes().fold(start ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::Likeness;

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
    fn near_duplicates_have_a_key_in_common() {
        let like = Likeness::of(TEXT).unwrap();
        let near = Likeness { simhash: like.simhash ^ 0x0101_0101_0101, opening: 0 };
        assert!(like.is_near(&near));
        assert!(like.keys().iter().any(|key| near.keys().contains(key)));
    }

    #[test]
    fn short_texts_are_like_nothing() {
        assert_eq!(Likeness::of("Danke für den Artikel!"), None);
        assert_eq!(Likeness::of("a b c d e f g"), None);
    }
}
