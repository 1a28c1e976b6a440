//! The words that the site has blocked.

use std::collections::HashSet;

use crate::spam::fold::{fold, merge_i_and_l};
use crate::spam::reading::{Reading, leet_words, spaced_words, words};
use crate::spam::{Reason, Rules};

/// A blocked word occurs in text, name or website.
pub(in crate::spam) const BLOCKED: &str = "blocked-word";

/// A blocked word, folded: words in a row, each with `*` for any letters or none.
struct Pattern<'r> {
    typed: &'r str,
    folded: String,
}

impl Pattern<'_> {
    fn parts(&self) -> impl Iterator<Item = &str> {
        self.folded.split(|c: char| !c.is_alphanumeric() && c != '*').filter(|part| !part.is_empty())
    }

    /// Whether it says anything: a lone `*` would block every comment.
    fn is_empty(&self) -> bool {
        self.folded.chars().all(|c| c == '*' || c.is_whitespace())
    }

    /// Whether it is made of signs alone, such as an emoji, which stand between words.
    fn is_signs(&self) -> bool {
        !self.folded.contains(char::is_alphanumeric)
    }

    fn is_in(&self, folded: &str, all: &[&str], distinct: &HashSet<&str>) -> bool {
        if self.is_signs() {
            return folded.contains(self.folded.trim_matches('*').trim());
        }
        let parts: Vec<&str> = self.parts().collect();
        match parts.as_slice() {
            [one] if !one.contains('*') => distinct.contains(one),
            [one] => distinct.iter().any(|word| matches(one, word)),
            row => all.windows(row.len()).any(|window| row.iter().zip(window).all(|(part, word)| matches(part, word))),
        }
    }
}

pub(super) fn look(reading: &Reading, rules: &Rules, found: &mut Vec<Reason>) {
    let patterns: Vec<Pattern> = rules
        .blocked_words
        .iter()
        .map(|typed| Pattern { typed, folded: fold(typed) })
        .filter(|pattern| !pattern.is_empty())
        .collect();
    if patterns.is_empty() {
        return;
    }
    let disguised: HashSet<String> = leet_words(&reading.folded_text)
        .chain(spaced_words(&reading.folded_text).iter().map(|word| merge_i_and_l(word)))
        .collect();
    let fields = [&reading.folded_text, &reading.folded_fields].map(|folded| {
        let all: Vec<&str> = words(folded).collect();
        let distinct: HashSet<&str> = all.iter().copied().collect();
        (folded, all, distinct)
    });
    let mut hits = patterns.iter().filter(|pattern| {
        fields.iter().any(|(folded, all, distinct)| pattern.is_in(folded, all, distinct))
            || (!disguised.is_empty() && disguised.contains(&merge_i_and_l(&pattern.folded)))
    });
    if let Some(first) = hits.next() {
        // Who blocks a word wants the comment held, whatever the threshold; two such words bin it under the usual rules.
        let points = rules.holding_points(3.0) + if hits.next().is_some() { 2.0 } else { 0.0 };
        found.push(Reason::new(BLOCKED, points, first.typed));
    }
}

/// Whether a word is as the pattern says: its pieces in their order, the first at the beginning, the last at the end.
/// Taking each piece where it first fits is enough, so the cost is one walk along the word.
fn matches(pattern: &str, word: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == word };
    let Some(mut left) = word.strip_prefix(first) else { return false };
    let mut pieces = rest.split('*').peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return left.ends_with(piece);
        }
        let Some((_, after)) = left.split_once(piece) else { return false };
        left = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::matches;
    use crate::spam::testing::submission;
    use crate::spam::{History, Rules, judge};
    use proptest::prelude::*;

    #[test]
    fn blocked_words_are_found_at_word_boundaries() {
        for (blocked, text, found) in [
            ("Rind", "Das Rind steht dort.", true),
            ("Rind", "Die Rinde ist rau.", false),
            ("rind*", "Die Rinde ist rau.", true),
            ("*schwein", "Ein Sparschwein!", true),
            ("k*se", "Der Käse und die Kasse", true),
            ("schon", "schön", false),
            ("SCHÖN", "scho\u{308}n", true),
            ("gute frau", "Meine  gute,\nFrau M.", true),
            ("gute frau*", "Meine gute Frauenärztin", true),
            ("boese.example", "https://boese.example/x", true),
            ("Idiot", "So ein 1d10t!", true),
            ("Idiot", "So ein I.D.I.O.T", true),
            ("🦄", "Ein 🦄 hier", true),
            ("*", "Irgendwas", false),
            ("", "Irgendwas", false),
            ("* *", "Irgendwas hier", false),
        ] {
            let rules = Rules { blocked_words: vec![blocked.to_owned()], ..Rules::default() };
            let reasons = judge(&submission(text), &History::default(), &rules).reasons;
            assert_eq!(reasons.iter().any(|reason| reason.signal == "blocked-word"), found, "{blocked} in {text}");
        }
    }

    #[test]
    fn a_blocked_word_holds_a_comment_whatever_the_threshold() {
        let rules = Rules { blocked_words: vec!["rind".to_owned()], check_points: 8.0, spam_points: 20.0, ..Rules::default() };
        assert_eq!(judge(&submission("Das Rind."), &History::default(), &rules).bucket.as_str(), "check");
    }

    proptest! {
        #[test]
        fn a_star_stands_for_anything(a in "[ab]{0,4}", b in "[ab]{0,4}", c in "[ab]{0,4}") {
            let (word, pattern) = (format!("{a}{b}{c}"), format!("{a}*{c}"));
            prop_assert!(matches(&pattern, &word));
            prop_assert!(matches("*", &word));
            prop_assert_eq!(matches(&word, &word), true);
        }
    }
}
