//! One blocked word, taken apart for comparing.

use std::collections::HashSet;

use crate::spam::fold::fold;
use crate::spam::reading::is_word_part;

/// A folded text, its words, and each of them once.
pub(super) type Field<'a> = (&'a str, Vec<&'a str>, HashSet<&'a str>);

/// A blocked word: words in a row, none where it is made of signs alone, such as an emoji.
pub(super) struct Pattern {
    pub folded: String,
    parts: Vec<Part>,
}

impl Pattern {
    /// `None` where it says nothing: a lone `*` would block every comment.
    pub fn of(typed: &str) -> Option<Self> {
        let folded = fold(typed).trim().to_owned();
        let says_something = folded.chars().any(|c| c != '*' && !c.is_whitespace());
        let parts = folded.split(|c: char| !is_word_part(c) && c != '*').filter(|part| !part.is_empty()).map(Part::of).collect();
        says_something.then_some(Self { folded, parts })
    }

    /// What is in every text that it is in.
    pub fn longest_piece(&self) -> &str {
        if self.is_of_signs() {
            return self.folded.trim_matches('*');
        }
        let pieces = self.parts.iter().flat_map(|part| std::iter::once(&part.beginning).chain(&part.rest));
        pieces.max_by_key(|piece| piece.len()).map_or("", String::as_str)
    }

    fn is_of_signs(&self) -> bool {
        !self.folded.contains(is_word_part)
    }

    /// Whether it has signs within, that must be there as typed: "c++" is not "c".
    fn has_signs(&self) -> bool {
        self.folded.contains(|c: char| !is_word_part(c) && !c.is_whitespace()) && !self.folded.contains('*')
    }

    pub fn is_in(&self, (folded, all, distinct): &Field<'_>) -> bool {
        match self.parts.as_slice() {
            _ if self.is_of_signs() => folded.contains(self.folded.trim_matches('*')),
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

#[cfg(test)]
mod tests {
    use super::{Part, Pattern};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_star_stands_for_anything(a in "[ab]{0,4}", b in "[ab]{0,4}", c in "[ab]{0,4}") {
            let (word, pattern) = (format!("{a}{b}{c}"), format!("{a}*{c}"));
            prop_assert!(Part::of(&pattern).matches(&word));
            prop_assert!(Part::of("*").matches(&word));
            prop_assert!(Part::of(&word).matches(&word));
        }

        #[test]
        fn the_anchor_of_what_says_something_says_something(typed in any::<String>()) {
            prop_assert!(Pattern::of(&typed).is_none_or(|pattern| !pattern.longest_piece().is_empty()));
        }
    }
}
