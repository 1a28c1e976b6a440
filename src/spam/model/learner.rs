//! How the model scores and learns. The constants were tried on 18,000 labelled comments of four kinds, with the same values
//! for all.

use std::sync::LazyLock;

use super::delta::{Delta, UNIT};
use super::features::{Features, hash_of_text};
use super::{Cell, Model, TEXTS};
use crate::spam::reading::Reading;
use crate::spam::{Rules, Submission, signals};

/// After so many lessons the model counts as much as the rules do.
pub(super) const HALF_EXPERIENCE: f64 = 30.0;
/// What a mark counts, beside the tokens, which have the length 1 together.
const MARK_SCALE: f32 = 0.12;
/// Lessons that the model is surer of than this change no weights.
const MARGIN: f32 = 1.0;
/// How far a lesson moves the weights.
const RATE: f32 = 0.3;
const BIAS_RATE: f32 = 0.1;
/// A decision is gone over so often, until it is sure enough; a moderator does not say it twice.
const STEPS: usize = 4;
/// The share of the naive Bayes.
const BAYES: f32 = 0.1;
/// Tokens that each class is taken to have had before the first lesson: where only one class was taught, what it has not
/// had is still no sign of the other.
const SMOOTH: f32 = 20_000.0;
/// For each so many lessons, a word must have occurred once more to be known.
const LESSONS_A_WORD: u64 = 2000;
/// Where so many of its words are known, a text is known enough.
const KNOWN_ENOUGH: f32 = 0.7;
/// What a text of unknown words loses.
const UNKNOWN: f32 = 5.0;

/// What both learners say.
struct Score {
    regression: f32,
    bayes: f32,
    /// From 0 (not a word) to 1.
    known: f32,
}

impl Model {
    pub(super) fn log_odds(&self, features: &Features) -> f64 {
        let score = self.score(features);
        f64::from(score.regression + BAYES * score.bayes - doubt(score.known))
    }

    fn score(&self, features: &Features) -> Score {
        // One occurrence in thousands of comments is a name, a slip or a quotation, and no acquaintance.
        let enough = 1 + self.all_lessons() / LESSONS_A_WORD;
        let is_known = |slot: u32| self.cell(slot).counts.iter().map(|count| u64::from(*count)).sum::<u64>() >= enough;
        let mut words: Vec<bool> = features.words.iter().map(|(slot, _)| is_known(*slot)).collect();
        // Two unknown words that make a known one together are that word, taken apart.
        for (at, joined) in features.joined.iter().enumerate() {
            if let Some(both) = words.get_mut(at..at + 2)
                && both == [false; 2]
                && is_known(*joined)
            {
                both.fill(true);
            }
        }
        let known = acquaintance(words.iter().filter(|known| **known).count(), features.words.len());
        let [spam, ham] = self.tokens.map(|tokens| (tokens as f32 + SMOOTH).ln());
        let logarithms = &*LOGARITHMS;
        let logarithm = |count: u32| logarithms.get(count as usize).copied().unwrap_or_else(|| (count as f32 + 0.5).ln());
        let (mut weights, mut odds) = (0_i64, 0.0);
        for slot in &features.tokens {
            let Cell { weight, counts: [in_spam, in_ham] } = self.cell(*slot);
            weights += i64::from(weight);
            if (in_spam, in_ham) != (0, 0) {
                odds += logarithm(in_spam) - logarithm(in_ham) - spam + ham;
            }
        }
        let marks: i64 = features.marks.iter().map(|slot| i64::from(self.cell(*slot).weight)).sum();
        // What a text is like means something among texts of its kind only, so it counts as far as the words are known.
        let regression = self.bias as f32 * UNIT
            + weights as f32 * UNIT * features.token_scale()
            + marks as f32 * UNIT * MARK_SCALE * known * known;
        Score { regression, bayes: odds * features.token_scale(), known }
    }

    /// What one token adds, for a text of one token.
    pub(super) fn weight_of(&self, cell: Cell) -> f32 {
        let [spam, ham] = self.tokens.map(|tokens| tokens as f32 + SMOOTH);
        let [in_spam, in_ham] = cell.counts.map(|count| count as f32 + 0.5);
        let bayes = if cell.counts == [0; 2] { 0.0 } else { (in_spam / spam).ln() - (in_ham / ham).ln() };
        cell.weight as f32 * UNIT + BAYES * bayes
    }

    pub(super) fn cell(&self, slot: u32) -> Cell {
        self.cells.get(slot as usize).copied().unwrap_or_default()
    }

    /// Learns that a submission is spam, or is not, and tells what has changed. A text that was learned as the same before
    /// changes nothing: a thousand copies of an advertisement teach what one does.
    pub fn learn(&mut self, submission: &Submission, spam: bool) -> Delta {
        let (features, text) = features_of(submission);
        self.make_room();
        if self.has_learned(text, spam) {
            return Delta::default();
        }
        let mut delta = Delta { spam, text, tokens: features.tokens.clone(), marks: features.marks.clone(), ..Delta::default() };
        self.apply(&delta);
        for _ in 0..STEPS {
            let [token_step, mark_step, bias_step] = self.steps(&features, spam, 0.0, MARGIN);
            delta.token_step += token_step;
            delta.mark_step += mark_step;
            delta.bias_step += bias_step;
            self.step(&features.tokens, token_step);
            self.step(&features.marks, mark_step);
            self.bias = self.bias.wrapping_add(i64::from(bias_step));
        }
        delta
    }

    /// Whether a text has been learned as the same, and not as the opposite since. Another text has both places with a
    /// small chance only.
    pub(super) fn has_learned(&self, text: u64, spam: bool) -> bool {
        places(text).into_iter().all(|place| {
            let [as_spam, as_ham] = self.texts.get(place).copied().unwrap_or_default();
            if spam { as_spam > as_ham } else { as_ham > as_spam }
        })
    }

    /// What one step of the regression adds to tokens, marks and bias: nothing where it is surer than the `margin`. `beside`
    /// is what its log-odds are to be taken for more than they are.
    pub(super) fn steps(&self, features: &Features, spam: bool, beside: f32, margin: f32) -> [i32; 3] {
        let side = if spam { 1.0 } else { -1.0 };
        let agreement = (self.score(features).regression + beside) * side;
        if agreement >= margin {
            return [0; 3];
        }
        let step = side * RATE / (1.0 + agreement.exp()) / UNIT;
        [step * features.token_scale(), step * MARK_SCALE, step * BIAS_RATE].map(|step| step.round() as i32)
    }

    pub(super) fn step(&mut self, slots: &[u32], step: i32) {
        if step != 0 {
            for slot in slots {
                if let Some(cell) = self.cells.get_mut(*slot as usize) {
                    cell.weight = cell.weight.wrapping_add(step);
                }
            }
        }
    }

    /// Adds a lesson that another process has learned.
    pub fn apply(&mut self, delta: &Delta) {
        self.add(delta, 1);
    }

    /// Takes a lesson back, whatever was learned since.
    pub fn revert(&mut self, delta: &Delta) {
        self.add(delta, -1);
    }

    fn add(&mut self, delta: &Delta, sign: i32) {
        if delta.is_empty() {
            return;
        }
        self.make_room();
        let class = usize::from(!delta.spam);
        let one = sign.cast_unsigned();
        self.step(&delta.tokens, delta.token_step.wrapping_mul(sign));
        self.step(&delta.marks, delta.mark_step.wrapping_mul(sign));
        self.bias = self.bias.wrapping_add(i64::from(delta.bias_step) * i64::from(sign));
        for slot in &delta.tokens {
            if let Some(count) = self.cells.get_mut(*slot as usize).and_then(|cell| cell.counts.get_mut(class)) {
                *count = count.wrapping_add(one);
            }
        }
        for place in places(delta.text) {
            if let Some(times) = self.texts.get_mut(place).and_then(|times| times.get_mut(class)) {
                *times = times.wrapping_add(sign as i16 as u16);
            }
        }
        let tokens = (delta.tokens.len() as u64).wrapping_mul(i64::from(sign).cast_unsigned());
        if let (Some(lessons), Some(all)) = (self.lessons.get_mut(class), self.tokens.get_mut(class)) {
            *lessons = lessons.wrapping_add(i64::from(sign).cast_unsigned());
            *all = all.wrapping_add(tokens);
        }
    }
}

/// How well a text is known of which so many words are, from 0 to 1.
pub(super) fn acquaintance(known_words: usize, words: usize) -> f32 {
    let share = (known_words as f32 + 1.0) / (words as f32 + 1.0);
    (share / KNOWN_ENOUGH).min(1.0)
}

/// What is taken off the log-odds of a text that is known so well.
pub(super) fn doubt(known: f32) -> f32 {
    UNKNOWN * (1.0 - known).powi(2)
}

/// Of counts, half of one added. Most tokens have occurred a few times; to compute it for each took longer than all else in a score.
static LOGARITHMS: LazyLock<[f32; 256]> = LazyLock::new(|| std::array::from_fn(|count| (count as f32 + 0.5).ln()));

/// The numbers of a submission in their order, under the usual rules: what is learned must not depend on how the rules stand today.
pub(super) fn features_of(submission: &Submission) -> (Features, u64) {
    let reading = Reading::of(submission);
    let found = signals::of_text(&reading, &Rules::default());
    let mut features = Features::of(&reading, &found);
    features.tokens.sort_unstable();
    features.marks.sort_unstable();
    (features, hash_of_text(&reading.folded_text.text))
}

/// Where a text is in the table of texts.
fn places(text: u64) -> [usize; 2] {
    [text as usize % TEXTS, (text >> 32) as usize % TEXTS]
}
