//! The learner: what the moderators' decisions have taught about words.
//!
//! Two learners share the same numbers ([`features`]), because their errors differ: a logistic regression that changes only
//! when it was not sure enough, and a little of a naive Bayes, which counts. What neither has seen says nothing: a text
//! of unknown words is not taken for spam for that.
//!
//! # Many processes, no lost lesson
//!
//! All that is learned is whole numbers that are only ever added to. A lesson is a [`Delta`]: which numbers, and how much.
//! Adding is all that happens to it, so that deltas of several processes give the same model in any order, none is lost,
//! and undoing one (adding its opposite) is exact, whatever was learned in between. The store keeps deltas in the order
//! of their commits, and now and then adds them up into the pieces of [`Model::piece`].

use std::fmt;

use super::reading::Reading;
use super::signals::learned::SPEAKS_FOR_SPAM;

mod delta;
mod features;
mod learner;
mod pieces;
pub(super) mod start;
mod training;

pub use delta::{Delta, Malformed};
pub use pieces::PIECES;
pub use start::Start;

pub(super) use features::Features;

use features::SLOTS;

/// What was learned so far. Empty it takes no memory to speak of; with a first lesson, [`Model::BYTES`].
#[derive(Clone, Default)]
pub struct Model {
    /// What is known of each number.
    cells: Vec<Cell>,
    /// How often a text was learned as spam, and as ham; each text in two places, by halves of its hash.
    texts: Vec<[u16; 2]>,
    /// The weight that every text has.
    bias: i64,
    /// Lessons of spam and of ham.
    lessons: [u64; 2],
    /// How many tokens these had.
    tokens: [u64; 2],
}

const _: () = assert!(Model::BYTES <= 16 << 20, "an installation's model has its limit");

/// What is known of one number; together, since they are read together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    /// The weight in the logistic regression, in units of [`delta::UNIT`].
    weight: i32,
    /// In how many lessons of spam, and of ham, it occurred.
    counts: [u32; 2],
}

/// Places for texts. With 10,000 learned, six new ones in a thousand are taken for one of them, and not learned.
const TEXTS: usize = 1 << 18;

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [spam, ham] = self.lessons;
        write!(f, "Model({spam} spam, {ham} ham)")
    }
}

impl Model {
    /// What a model takes of memory, in bytes.
    pub const BYTES: usize = SLOTS * size_of::<Cell>() + TEXTS * size_of::<[u16; 2]>();

    /// How many lessons of spam and of ham it has had.
    pub fn lessons(&self) -> (u64, u64) {
        (self.lessons[0], self.lessons[1])
    }

    fn make_room(&mut self) {
        if self.cells.is_empty() {
            self.cells = vec![Cell::default(); SLOTS];
            self.texts = vec![[0; 2]; TEXTS];
        }
    }

    fn all_lessons(&self) -> u64 {
        self.lessons[0].saturating_add(self.lessons[1])
    }

    /// How much its opinion counts beside that of the rules, from 0 (nothing learned) to 1: half after thirty lessons.
    pub(super) fn experience(&self) -> f64 {
        let lessons = self.all_lessons() as f64;
        lessons / (lessons + learner::HALF_EXPERIENCE)
    }

    /// What it thinks of a submission, and the words that weighed most.
    pub(super) fn opinion(&self, reading: &Reading, features: &Features) -> Option<Opinion> {
        if self.cells.is_empty() || self.lessons == [0; 2] {
            return None;
        }
        let log_odds = self.log_odds(features);
        let side = if log_odds > SPEAKS_FOR_SPAM { 1.0 } else { -1.0 };
        let weighed = features.words.iter().filter_map(|(slot, place)| {
            Some((self.weight_of(self.cell(*slot)) * side, reading.folded_text.text.get(place.clone())?))
        });
        Some(Opinion { log_odds, has_had_spam: self.lessons[0] > 0, words: strongest(weighed) })
    }
}

/// How many words an opinion names at most.
const STRONGEST: usize = 4;

/// The words that weigh most, of those that weigh more than nothing. The same word weighs the same wherever it stands.
fn strongest<'a>(words: impl Iterator<Item = (f32, &'a str)>) -> Vec<String> {
    let mut strongest: Vec<(f32, &str)> = Vec::with_capacity(STRONGEST + 1);
    for one in words.filter(|(weight, word)| *weight > 0.0 && word.chars().nth(2).is_some()) {
        if strongest.get(STRONGEST - 1).is_some_and(|last| last.0 > one.0) {
            continue;
        }
        let at = strongest.partition_point(|other| other.0 > one.0 || (other.0 == one.0 && other.1 < one.1));
        if at < STRONGEST && strongest.get(at) != Some(&one) {
            strongest.insert(at, one);
            strongest.truncate(STRONGEST);
        }
    }
    strongest.into_iter().map(|(_, word)| word.to_owned()).collect()
}

/// What the model thinks.
pub(super) struct Opinion {
    /// The logarithm of the odds that it is spam.
    pub log_odds: f64,
    /// Whether it has ever been taught what spam is.
    pub has_had_spam: bool,
    /// The words that weighed most.
    pub words: Vec<String>,
}

impl Opinion {
    /// The words as the evidence of a reason.
    pub fn evidence(&self) -> String {
        if self.words.is_empty() { "–".to_owned() } else { self.words.join(", ") }
    }
}

#[cfg(test)]
mod evasion;
#[cfg(test)]
mod tests;
