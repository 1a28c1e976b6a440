//! The words that the site has blocked.

use std::collections::HashSet;

use crate::spam::fold::{fold, merge_i_and_l};
use crate::spam::reading::Reading;
use crate::spam::{Reason, Rules};

/// A blocked word occurs in text, name or website.
pub(in crate::spam) const BLOCKED: &str = "blocked-word";

/// A blocked word: words in a row, none where it is made of signs alone, such as an emoji.
struct Pattern<'r> {
    typed: &'r str,
    folded: String,
    parts: Vec<Part>,
}

impl<'r> Pattern<'r> {
    /// `None` where it says nothing: a lone `*` would block every comment.
    fn of(typed: &'r str) -> Option<Self> {
        let folded = fold(typed).trim().to_owned();
        let says_something = folded.chars().any(|c| c != '*' && !c.is_whitespace());
        let parts =
            folded.split(|c: char| !c.is_alphanumeric() && c != '*').filter(|part| !part.is_empty()).map(Part::of).collect();
        says_something.then_some(Self { typed, folded, parts })
    }

    /// Whether it has signs within, that must be there as typed: "c++" is not "c".
    fn has_signs(&self) -> bool {
        self.folded.contains(|c: char| !c.is_alphanumeric() && !c.is_whitespace()) && !self.folded.contains('*')
    }

    fn is_in(&self, folded: &str, all: &[&str], distinct: &HashSet<&str>) -> bool {
        match self.parts.as_slice() {
            _ if !self.folded.contains(char::is_alphanumeric) => folded.contains(self.folded.trim_matches('*')),
            _ if self.has_signs() && !folded.contains(self.folded.as_str()) => false,
            [Part { beginning, rest }] if rest.is_empty() => distinct.contains(beginning.as_str()),
            [part] => distinct.iter().any(|word| part.matches(word)),
            row => all.windows(row.len()).any(|window| row.iter().zip(window).all(|(part, word)| part.matches(word))),
        }
    }
}

/// A word of a pattern, taken apart at its stars.
struct Part {
    beginning: String,
    /// What follows each star; the last piece ends the word.
    rest: Vec<String>,
}

impl Part {
    fn of(part: &str) -> Self {
        let mut pieces = part.split('*').map(str::to_owned);
        Self { beginning: pieces.next().unwrap_or_default(), rest: pieces.collect() }
    }

    /// Whether the word has all pieces in their order. Taking each where it first fits is enough, so the cost is one walk
    /// along the word.
    fn matches(&self, word: &str) -> bool {
        let Some((end, middle)) = self.rest.split_last() else { return self.beginning == word };
        let Some(mut left) = word.strip_prefix(self.beginning.as_str()) else { return false };
        for piece in middle.iter().filter(|piece| !piece.is_empty()) {
            let Some((_, after)) = left.split_once(piece.as_str()) else { return false };
            left = after;
        }
        left.ends_with(end.as_str())
    }
}

pub(super) fn look(reading: &Reading, rules: &Rules, found: &mut Vec<Reason>) {
    let patterns: Vec<Pattern> = rules.blocked_words.iter().filter_map(|typed| Pattern::of(typed)).collect();
    if patterns.is_empty() {
        return;
    }
    let text = &reading.folded_text;
    let disguised: HashSet<String> =
        text.leet_words().chain(text.spaced_words().iter().map(|word| merge_i_and_l(word))).collect();
    let fields = [text, &reading.folded_fields].map(|folded| {
        let all: Vec<&str> = folded.words().collect();
        let distinct: HashSet<&str> = all.iter().copied().collect();
        (&folded.text, all, distinct)
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

#[cfg(test)]
mod tests {
    use super::Part;
    use crate::spam::testing::submission;
    use crate::spam::{History, Model, Rules, judge};
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
            ("C++", "Ich mag c++ sehr", true),
            ("C++", "Das steht in Punkt c", false),
            ("Idiot", "So ein 1d10t!", true),
            ("Idiot", "So ein I.D.I.O.T", true),
            ("🦄", "Ein 🦄 hier", true),
            ("*", "Irgendwas", false),
            ("", "Irgendwas", false),
            ("* *", "Irgendwas hier", false),
        ] {
            let rules = Rules { blocked_words: vec![blocked.to_owned()], ..Rules::default() };
            let reasons = judge(&submission(text), &History::default(), &Model::default(), &rules).reasons;
            assert_eq!(reasons.iter().any(|reason| reason.signal == "blocked-word"), found, "{blocked} in {text}");
        }
    }

    #[test]
    fn a_blocked_word_holds_a_comment_whatever_the_threshold() {
        let rules = Rules { blocked_words: vec!["rind".to_owned()], check_points: 8.0, spam_points: 20.0, ..Rules::default() };
        assert_eq!(judge(&submission("Das Rind."), &History::default(), &Model::default(), &rules).bucket.as_str(), "check");
    }

    proptest! {
        #[test]
        fn a_star_stands_for_anything(a in "[ab]{0,4}", b in "[ab]{0,4}", c in "[ab]{0,4}") {
            let (word, pattern) = (format!("{a}{b}{c}"), format!("{a}*{c}"));
            prop_assert!(Part::of(&pattern).matches(&word));
            prop_assert!(Part::of("*").matches(&word));
            prop_assert!(Part::of(&word).matches(&word));
        }
    }
}
