//! The same text again: on other pages, by others, or within itself.

use std::collections::HashSet;

use crate::spam::reading::Reading;
use crate::spam::{History, Reason};

/// The same text has been taken for spam.
pub(in crate::spam) const IN_SPAM: &str = "repeated-spam";
/// The same text came elsewhere.
pub(in crate::spam) const ELSEWHERE: &str = "repeated-elsewhere";
/// A near duplicate has been taken for spam.
pub(in crate::spam) const NEAR_SPAM: &str = "similar-spam";
/// A near duplicate came elsewhere.
pub(in crate::spam) const NEAR_ELSEWHERE: &str = "similar-elsewhere";
/// The text repeats itself.
pub(in crate::spam) const WITHIN: &str = "repeated-within";

/// Shorter texts ("Danke!", "Stimmt.") are the same by chance, and count half.
const TELLING_CHARS: usize = 24;
/// A text of fewer words may repeat itself for effect.
const WITHIN_FROM_WORDS: usize = 40;

pub(super) fn look(reading: &Reading, history: &History, found: &mut Vec<Reason>) {
    let share = if reading.folded_text.text.chars().nth(TELLING_CHARS).is_some() { 1.0 } else { 0.5 };
    if history.identical_in_spam > 0 {
        let points = 3.0 + f64::from(history.identical_in_spam.min(5)) * 0.4;
        found.push(Reason::new(IN_SPAM, points * share, history.identical_in_spam));
    }
    let elsewhere = history.identical_elsewhere.saturating_sub(history.identical_in_spam);
    if elsewhere > 0 {
        found.push(Reason::new(ELSEWHERE, (f64::from(elsewhere.min(4)) * 0.8) * share, elsewhere));
    }
    let mut similar = |signal, count: u32, first: f64, at_most: f64| {
        if count > 0 {
            found.push(Reason::new(signal, (first * f64::from(count.saturating_add(1)).log2()).min(at_most), count));
        }
    };
    similar(NEAR_SPAM, history.similar_in_spam, 1.0, 3.5);
    similar(NEAR_ELSEWHERE, history.similar_elsewhere.saturating_sub(history.similar_in_spam), 0.3, 1.5);
    let all = reading.folded_text.words().count();
    if all >= WITHIN_FROM_WORDS {
        // A text that does not repeat itself has shown so within its first quarter.
        let mut distinct = HashSet::with_capacity(all / 4 + 1);
        let repeats_itself = reading.folded_text.words().all(|word| {
            distinct.insert(word);
            distinct.len() * 4 < all
        });
        if repeats_itself {
            found.push(Reason::new(WITHIN, 1.2, format!("{} / {all}", distinct.len())));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::{points_of, points_with, submission};
    use crate::spam::{History, Model, Rules, judge};

    #[test]
    fn the_same_text_elsewhere_counts_and_more_so_among_spam() {
        let long = submission("Ich habe hier einen langen Satz für alle Seiten.");
        let short = submission("Danke!");
        for (sent, identical_elsewhere, identical_in_spam, points) in [
            (&long, 0, 0, 0.0),
            (&long, 1, 0, 0.8),
            (&long, 9, 0, 3.2),
            (&short, 1, 0, 0.4),
            (&long, 1, 1, 3.4),
            (&long, u32::MAX, u32::MAX, 5.0),
            (&long, 0, 1, 3.4),
        ] {
            let history = History { identical_elsewhere, identical_in_spam, ..History::default() };
            let verdict = judge(sent, &history, &Model::default(), &Rules::default());
            assert_eq!(verdict.points, points, "{identical_elsewhere} {identical_in_spam}");
        }
    }

    #[test]
    fn near_duplicates_count_less() {
        let history = History { similar_elsewhere: 4, similar_in_spam: 3, ..History::default() };
        assert_eq!(points_with(&history, "similar-spam"), 2.0);
        assert_eq!(points_with(&history, "similar-elsewhere"), 0.3);
    }

    #[test]
    fn a_text_that_repeats_itself_counts() {
        assert_eq!(points_of(&submission(&"kauf jetzt gut ".repeat(20)), "repeated-within"), 1.2);
        assert_eq!(points_of(&submission("ja ja ja ja ja"), "repeated-within"), 0.0);
    }
}
