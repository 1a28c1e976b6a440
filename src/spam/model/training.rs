//! How a file of decisions is learned. All of them are there at once, so that what each token tells can be counted before the
//! first step. What is done with it was chosen on parts of the files that were kept back: other blogs, other videos.

use super::Model;
use super::delta::{Delta, UNIT};
use super::features::Features;
use super::learner::features_of;
use crate::spam::Submission;

/// How often a file of decisions is gone over.
const ROUNDS: u32 = 10;
/// Decisions that the model is surer of than this change no weights; there are enough of them to ask for more than of one
/// that a moderator makes.
const MARGIN: f32 = 1.5;
/// The most that a token is taken to tell the classes apart, in log-odds.
const MOST_TELLING: f32 = 4.0;
/// Lessons that each class is taken to have had more, for that.
const SMOOTH_LESSONS: f32 = 10.0;
/// Occurrences that a token is taken to have had more in each class: where the weights begin, and for each of their steps.
const SMOOTH_FIRST: f32 = 0.2;
const SMOOTH_STEP: f32 = 0.5;
/// The share of what tokens tell with which the weights begin, where the file is short, and how many lessons halve it:
/// counting knows more after a few hundred decisions, weighing after some thousands.
const FIRST_SHARE: f32 = 0.2;
const HALF_SHARE: f32 = 1000.0;

struct Lesson {
    delta: Delta,
    features: Features,
    /// What the first weights would say more of it, had it not been counted itself.
    own: f32,
}

impl Model {
    /// Learns a whole file of decisions into an empty model, in an order of its own, several times over: better than one
    /// after the other, where all are there at once. What comes out is a start; later decisions are learned with
    /// [`Model::learn`].
    pub fn train<'a>(&mut self, decisions: impl IntoIterator<Item = (Submission<'a>, bool)>) {
        self.make_room();
        let mut lessons = Vec::new();
        for (submission, spam) in decisions {
            let (features, text) = features_of(&submission);
            if self.has_learned(text, spam) {
                continue;
            }
            let delta = Delta { spam, text, tokens: features.tokens.clone(), marks: features.marks.clone(), ..Delta::default() };
            self.apply(&delta);
            lessons.push(Lesson { delta, features, own: 0.0 });
        }
        // Files come sorted by source; the hashes of the texts are as good as shuffled.
        lessons.sort_by_key(|lesson| lesson.delta.text);
        self.begin_with_what_tokens_tell(&mut lessons);
        for _ in 0..ROUNDS {
            for Lesson { delta, features, own } in &lessons {
                let [token_step, mark_step, bias_step] = self.steps(features, delta.spam, *own, MARGIN);
                self.step_as_far_as_telling(&features.tokens, token_step);
                self.step(&features.marks, mark_step);
                self.bias = self.bias.wrapping_add(i64::from(bias_step));
            }
        }
    }

    /// A naive Bayes as the start of the regression. Each lesson is then weighed as one that has not been counted, since the
    /// texts to come have not been either.
    fn begin_with_what_tokens_tell(&mut self, lessons: &mut [Lesson]) {
        let share = FIRST_SHARE * HALF_SHARE / (HALF_SHARE + self.all_lessons() as f32);
        for Lesson { delta, features, own } in lessons {
            let sum: f32 = features.tokens.iter().map(|slot| self.lost_without(*slot, delta.spam)).sum();
            *own = share * sum * features.token_scale();
        }
        let weights: Vec<f32> = self.cells.iter().map(|cell| share * self.told(cell.counts, SMOOTH_FIRST)).collect();
        for (cell, weight) in self.cells.iter_mut().zip(weights) {
            cell.weight = cell.weight.wrapping_add((weight / UNIT).round() as i32);
        }
    }

    /// What a token tells that occurred in so many lessons of spam and of ham, in log-odds.
    fn told(&self, counts: [u32; 2], smooth: f32) -> f32 {
        if counts == [0; 2] {
            return 0.0;
        }
        let [in_spam, in_ham] = counts.map(|count| (count as f32 + smooth).ln());
        let [spam, ham] = self.lessons.map(|lessons| (lessons as f32 + SMOOTH_LESSONS).ln());
        in_spam - spam - in_ham + ham
    }

    /// How that changes if it occurred in one lesson less.
    fn lost_without(&self, slot: u32, spam: bool) -> f32 {
        let [in_spam, in_ham] = self.cell(slot).counts;
        let without = [in_spam.saturating_sub(spam.into()), in_ham.saturating_sub((!spam).into())];
        self.told(without, SMOOTH_FIRST) - self.told([in_spam, in_ham], SMOOTH_FIRST)
    }

    /// A token moves the further the more often it occurs in one class than in the other, so that what both share stays out of
    /// the way of what tells them apart.
    fn step_as_far_as_telling(&mut self, slots: &[u32], step: i32) {
        if step == 0 {
            return;
        }
        for slot in slots {
            let telling = self.told(self.cell(*slot).counts, SMOOTH_STEP).abs().min(MOST_TELLING);
            if let Some(cell) = self.cells.get_mut(*slot as usize) {
                cell.weight = cell.weight.wrapping_add((step as f32 * telling).round() as i32);
            }
        }
    }
}
