//! What every installation begins with: weights of the tokens that labelled comments elsewhere have in common, made once by
//! `leserbrief spam distil` and frozen. They come from comments of another kind than a site's own, so they only ever speak for
//! spam, never loudly, and the less the more the site's moderators have taught.

use std::ops::Range;
use std::sync::LazyLock;

use super::delta::{UNIT, read, read_signed, read_slots, write, write_signed, write_slots};
use super::features::{Features, SLOTS};
use super::learner::{acquaintance, doubt};
use super::{Malformed, Model, Opinion};
use crate::spam::reading::Reading;

/// Trained on the YouTube Spam Collection (Alberto, Lochter, Almeida 2015, CC BY 4.0) and on ScamSpot (MIT), of which it holds
/// hashes and weights and no words.
static SHIPPED: LazyLock<Start> = LazyLock::new(|| Start::from_bytes(include_bytes!("start.bin")).unwrap_or_default());

/// The version of the file, apart from that of the features, with which the numbers change their meaning.
const VERSION: u64 = super::delta::VERSION << 8 | 1;
/// A token that occurred in fewer lessons says nothing of other places.
const LEAST_LESSONS: u32 = 3;
/// Weights are kept in a byte each, as multiples of this.
const STEP: f32 = 1.0 / 32.0;
/// So many numbers share a word of bits.
const WORD: u32 = u64::BITS;

/// Frozen weights.
#[derive(Debug, Default, PartialEq)]
pub struct Start {
    bias: f32,
    /// A bit for each number: whether it has a weight. Most have none, and are told at one glance.
    known: Vec<u64>,
    /// How many have one before those of each word of bits.
    before: Vec<u32>,
    /// The weights, in the order of their numbers.
    weights: Vec<i8>,
}

impl Start {
    /// What a trained model knows of tokens that were common in its lessons.
    pub fn distilled(model: &Model) -> Self {
        let (mut slots, mut weights) = (Vec::new(), Vec::new());
        for (slot, cell) in (0..).zip(&model.cells) {
            let weight = (model.weight_of(*cell) / STEP).round().clamp(i8::MIN.into(), i8::MAX.into()) as i8;
            if cell.counts.iter().sum::<u32>() >= LEAST_LESSONS && weight != 0 {
                slots.push(slot);
                weights.push(weight);
            }
        }
        Self::of(model.bias as f32 * UNIT, &slots, weights)
    }

    fn of(bias: f32, slots: &[u32], weights: Vec<i8>) -> Self {
        let mut known = vec![0; SLOTS.div_ceil(WORD as usize)];
        for slot in slots {
            if let Some(bits) = known.get_mut((slot / WORD) as usize) {
                *bits |= 1_u64 << (slot % WORD);
            }
        }
        let (mut before, mut count) = (Vec::with_capacity(known.len()), 0);
        for bits in &known {
            before.push(count);
            count += bits.count_ones();
        }
        Self { bias, known, before, weights }
    }

    /// As bytes for the file: about two for each token.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.weights.len() * 3 + 16);
        write(&mut bytes, VERSION);
        write_signed(&mut bytes, (self.bias / UNIT).round() as i64);
        let slots: Vec<u32> = (0..SLOTS as u32).filter(|slot| self.weight(*slot).is_some()).collect();
        write_slots(&mut bytes, &slots);
        bytes.extend(self.weights.iter().map(|weight| weight.cast_unsigned()));
        bytes
    }

    /// Reads what [`Start::to_bytes`] wrote.
    ///
    /// # Errors
    /// The bytes are cut off, of another version, or nonsense.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes = &mut bytes;
        if read(bytes)? != VERSION {
            return Err(Malformed);
        }
        let (bias, slots) = (read_signed(bytes)? as f32 * UNIT, read_slots(bytes)?);
        let is_in_order = slots.is_sorted_by(|one, next| one < next);
        let start = Self::of(bias, &slots, bytes.iter().map(|weight| weight.cast_signed()).collect());
        if is_in_order && start.weights.len() == slots.len() { Ok(start) } else { Err(Malformed) }
    }

    /// How many tokens it knows.
    pub fn tokens(&self) -> usize {
        self.weights.len()
    }

    fn weight(&self, slot: u32) -> Option<f32> {
        let (word, bit) = ((slot / WORD) as usize, 1_u64 << (slot % WORD));
        let bits = *self.known.get(word)?;
        if bits & bit == 0 {
            return None;
        }
        let at = *self.before.get(word)? + (bits & (bit - 1)).count_ones();
        Some(f32::from(*self.weights.get(at as usize)?) * STEP)
    }

    fn opinion(&self, reading: &Reading, features: &Features) -> Opinion {
        let scale = features.token_scale();
        let weights: f32 = features.tokens.iter().filter_map(|slot| self.weight(*slot)).sum();
        let known = features.words.iter().filter_map(|(slot, place)| Some((self.weight(*slot)?, place.clone())));
        let known: Vec<(f32, Range<usize>)> = known.collect();
        let acquaintance = acquaintance(known.len(), features.words.len());
        let words = known.into_iter().filter_map(|(weight, place)| Some((weight, reading.folded_text.text.get(place)?)));
        Opinion {
            log_odds: f64::from(self.bias + weights * scale - doubt(acquaintance)),
            has_had_spam: true,
            words: super::strongest(words),
        }
    }
}

/// What the shipped start thinks of a submission.
pub(in crate::spam) fn opinion(reading: &Reading, features: &Features) -> Opinion {
    SHIPPED.opinion(reading, features)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{SHIPPED, Start};
    use crate::spam::testing::submission;
    use crate::spam::{History, Model, Rules, judge};

    /// What the start says of a text on a site whose moderators have taught so much: points and words.
    fn said(model: &Model, text: &str) -> Option<(f64, String)> {
        let verdict = judge(&submission(text), &History::default(), model, &Rules::default());
        let reason = verdict.reasons.into_iter().find(|reason| reason.signal == "start-spam")?;
        Some((reason.points, reason.evidence))
    }

    const ADVERTISEMENTS: [&str; 3] = [
        "Please subscribe to my channel and check out my new video guys",
        "Trading crypto with her made me rich, message her on telegram to invest and earn weekly profits",
        "hey everyone please check out my page and subscribe for free gift cards",
    ];

    #[test]
    fn a_new_site_knows_what_is_sent_everywhere_and_is_never_sure_of_it() {
        assert!(SHIPPED.tokens() > 10_000, "{}", SHIPPED.tokens());
        for text in ADVERTISEMENTS {
            let (points, words) = said(&Model::default(), text).unwrap_or_default();
            assert!(points > 0.5 && points <= 3.0, "{text}: {points}");
            assert!(words.split(", ").all(|word| text.to_lowercase().contains(word)), "{text}: {words}");
        }
        for text in [
            "Die Buslinie fährt am Sonntag gar nicht, das hat der Rat so beschlossen.",
            "The council should have asked the residents before it closed the road to the station.",
            "Ich habe das Buch gelesen, von dem im Artikel die Rede ist, und kann es nur empfehlen.",
            "",
        ] {
            assert_eq!(said(&Model::default(), text), None, "{text}");
        }
        assert!(Rules::default().spam_points > 3.0, "the start alone takes nothing for spam");
    }

    #[test]
    fn the_more_moderators_teach_the_less_the_start_says() {
        let (mut model, mut last) = (Model::default(), f64::INFINITY);
        for number in 0..300 {
            if number % 60 == 0 {
                let points = said(&model, ADVERTISEMENTS[0]).map_or(0.0, |(points, _)| points);
                assert!(points < last, "after {number}: {points}");
                last = points;
            }
            model.learn(&submission(&format!("Der Radweg endet an der Kreuzung {}", "x".repeat(number))), false);
        }
        assert_eq!(said(&model, ADVERTISEMENTS[0]), None);
    }

    #[test]
    fn what_is_written_is_read_and_what_is_cut_off_is_refused() {
        let mut model = Model::default();
        let lessons: Vec<(String, bool)> = (0..40)
            .map(|at| {
                (format!("{} {}", ["Wundercreme mit Rabatt", "Die Buslinie fährt nicht"][at % 2], "x".repeat(at)), at % 2 == 0)
            })
            .collect();
        model.train(lessons.iter().map(|(text, spam)| (submission(text), *spam)));
        let start = Start::distilled(&model);
        let bytes = start.to_bytes();
        assert!(start.tokens() > 20);
        assert_eq!(Start::from_bytes(&bytes), Ok(start));
        assert!(Start::from_bytes(&bytes[..bytes.len() - 1]).is_err());
        assert!(Start::from_bytes(&[]).is_err());
        assert!(Start::from_bytes(&[1]).is_err(), "of another version");
    }

    proptest! {
        #[test]
        fn nonsense_is_refused_or_read_and_never_panics(mut bytes in proptest::collection::vec(any::<u8>(), 0..64), is_ours: bool) {
            if is_ours {
                bytes.splice(0..0, SHIPPED.to_bytes().into_iter().take(2));
            }
            if let Ok(start) = Start::from_bytes(&bytes) {
                prop_assert!(start.tokens() <= bytes.len());
            }
        }
    }
}
