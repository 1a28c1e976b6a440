//! The words that a site has blocked, made ready once for all comments that are looked through for them.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};

use super::fold::merge_i_and_l;
use super::reading::Reading;

mod pattern;

use pattern::Pattern;

/// Bytes of a word that are looked for in a text; the few words whose beginning is there are then compared as a whole. This
/// bounds the memory: 5,000 words take a few MiB, however long they are.
const ANCHOR_BYTES: usize = 12;

/// Words that hold a comment, as they were typed. What they are looked for by is worked out with the first comment, and goes
/// with the list. A clone shares both.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub struct BlockedWords(Arc<Words>);

#[derive(Default)]
struct Words {
    typed: Vec<String>,
    matcher: OnceLock<Matcher>,
}

impl BlockedWords {
    /// Works out what they are looked for by, where that is not done yet: some milliseconds for thousands of words.
    pub fn make_ready(&self) {
        self.matcher();
    }

    /// The first of the list that is in the text, the name or the website, and whether there is a second one.
    pub(super) fn find(&self, reading: &Reading) -> Option<(&str, bool)> {
        if self.is_empty() {
            return None;
        }
        let mut hits = self.matcher().hits(reading);
        let first = hits.next()?;
        Some((self.get(first)?.as_str(), hits.next().is_some()))
    }

    fn matcher(&self) -> &Matcher {
        self.0.matcher.get_or_init(|| Matcher::of(&self.0.typed))
    }
}

impl From<Vec<String>> for BlockedWords {
    fn from(typed: Vec<String>) -> Self {
        Self(Arc::new(Words { typed, matcher: OnceLock::new() }))
    }
}

impl From<BlockedWords> for Vec<String> {
    fn from(words: BlockedWords) -> Self {
        words.to_vec()
    }
}

impl Deref for BlockedWords {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0.typed
    }
}

impl PartialEq for BlockedWords {
    fn eq(&self, other: &Self) -> bool {
        self.0.typed == other.0.typed
    }
}

impl fmt::Debug for BlockedWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.typed.fmt(f)
    }
}

/// Finds the few of many words that may be in a text, in one walk along it.
struct Matcher {
    /// What says something, in the order of the list, with the place there.
    patterns: Vec<(usize, Pattern)>,
    /// By the number of an anchor, the patterns that are only there where it is.
    by_anchor: Vec<Vec<usize>>,
    /// `None` where the list says nothing.
    anchors: Option<AhoCorasick>,
    /// By what a disguised word is read as, the patterns that are this word.
    by_disguise: HashMap<String, Vec<usize>>,
}

impl Matcher {
    fn of(typed: &[String]) -> Self {
        let patterns: Vec<(usize, Pattern)> =
            typed.iter().enumerate().filter_map(|(place, typed)| Some((place, Pattern::of(typed)?))).collect();
        let mut anchors: Vec<&str> = Vec::new();
        let (mut numbers, mut by_anchor, mut by_disguise) = (HashMap::new(), Vec::<Vec<usize>>::new(), HashMap::new());
        for (at, (_, pattern)) in patterns.iter().enumerate() {
            let anchor = beginning(pattern.longest_piece(), ANCHOR_BYTES);
            let number = *numbers.entry(anchor).or_insert_with(|| {
                anchors.push(anchor);
                by_anchor.push(Vec::new());
                anchors.len() - 1
            });
            by_anchor[number].push(at);
            by_disguise.entry(merge_i_and_l(&pattern.folded)).or_insert_with(Vec::new).push(at);
        }
        // Building fails only for more anchors than a site may have; then each pattern is looked for by itself.
        let anchors = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&anchors).ok();
        Self { anchors, by_anchor, by_disguise, patterns }
    }

    /// The places in the list of what is there, in their order.
    fn hits(&self, reading: &Reading) -> impl Iterator<Item = usize> {
        let fields = [&reading.folded_text, &reading.folded_fields].map(|folded| {
            let all: Vec<&str> = folded.words().collect();
            let distinct: HashSet<&str> = all.iter().copied().collect();
            (folded.text.as_str(), all, distinct)
        });
        let disguised: HashSet<usize> = (reading.folded_text.leet_words())
            .chain(reading.folded_text.spaced_words().iter().map(|word| merge_i_and_l(word)))
            .filter_map(|word| self.by_disguise.get(&word))
            .flatten()
            .copied()
            .collect();
        let mut candidates = self.candidates(fields.each_ref().map(|(text, ..)| *text));
        candidates.extend(&disguised);
        candidates.sort_unstable();
        candidates.dedup();
        let is_there = move |at: &usize| {
            disguised.contains(at)
                || (self.patterns.get(*at)).is_some_and(|(_, pattern)| fields.iter().any(|field| pattern.is_in(field)))
        };
        candidates.into_iter().filter(is_there).filter_map(|at| self.patterns.get(at)).map(|(place, _)| *place)
    }

    /// The patterns whose anchor is in one of the texts; each that is there is among them.
    fn candidates(&self, texts: [&str; 2]) -> Vec<usize> {
        let Some(anchors) = &self.anchors else { return (0..self.patterns.len()).collect() };
        let mut seen = vec![false; self.by_anchor.len()];
        for text in texts {
            for found in anchors.find_overlapping_iter(text) {
                seen[found.pattern().as_usize()] = true;
            }
        }
        self.by_anchor.iter().zip(seen).filter(|(_, seen)| *seen).flat_map(|(patterns, _)| patterns).copied().collect()
    }
}

/// As much of a text as fits.
fn beginning(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{BlockedWords, Matcher};
    use crate::spam::fold::{fold, merge_i_and_l};
    use crate::spam::reading::{Reading, is_word_part};
    use crate::spam::testing::submission;
    use proptest::prelude::*;

    #[test]
    fn a_list_is_kept_as_typed_and_its_clones_share_what_was_made_of_it() {
        let words: BlockedWords = serde_json::from_str(r#"["Rind*","",  "C++"]"#).unwrap();
        words.make_ready();
        assert!(words.clone().0.matcher.get().is_some());
        assert_eq!(serde_json::to_string(&words).unwrap(), r#"["Rind*","","C++"]"#);
        assert_eq!(words, BlockedWords::from(words.to_vec()));
    }

    /// What a blocked word means, said as plainly as it can be: each is looked for by itself, a star tried at every length.
    fn is_meant(typed: &str, reading: &Reading) -> bool {
        fn fits(pattern: &[char], word: &[char]) -> bool {
            match pattern.split_first() {
                None => word.is_empty(),
                Some(('*', rest)) => (0..=word.len()).any(|taken| fits(rest, &word[taken..])),
                Some((c, rest)) => word.first() == Some(c) && fits(rest, &word[1..]),
            }
        }
        let folded = fold(typed).trim().to_owned();
        if folded.chars().all(|c| c == '*' || c.is_whitespace()) {
            return false;
        }
        let text = &reading.folded_text;
        let read = text.leet_words().chain(text.spaced_words().iter().map(|word| merge_i_and_l(word))).collect::<HashSet<_>>();
        let has_letters = folded.contains(is_word_part);
        let is_exact = !folded.contains('*') && folded.contains(|c: char| !is_word_part(c) && !c.is_whitespace());
        let parts = folded.split(|c: char| !is_word_part(c) && c != '*').filter(|part| !part.is_empty());
        let row: Vec<Vec<char>> = parts.map(|part| part.chars().collect()).collect();
        read.contains(&merge_i_and_l(&folded))
            || [text, &reading.folded_fields].into_iter().any(|field| {
                let words: Vec<Vec<char>> = field.words().map(|word| word.chars().collect()).collect();
                let in_a_row = || words.windows(row.len()).any(|at| row.iter().zip(at).all(|(part, word)| fits(part, word)));
                match has_letters {
                    false => field.text.contains(folded.trim_matches('*')),
                    true => (!is_exact || field.text.contains(&folded)) && in_a_row(),
                }
            })
    }

    proptest! {
        #[test]
        fn many_words_at_once_are_found_as_each_by_itself(
            typed in proptest::collection::vec(prop_oneof!["[abil1@ *.!🦄äÄ\u{94d}\u{e49}\u{5b8}]{0,7}", "[ab]{1,2}[ *][ab]{1,20}", any::<String>()], 0..12),
            text in prop_oneof!["[abil1@ *.!🦄äÄ\u{94d}\u{e49}\u{5b8}]{0,60}", "([ab]{1,20} ){0,6}", any::<String>()],
            author in "[ab1 .🦄]{0,8}",
        ) {
            let mut sent = submission(&text);
            sent.author = &author;
            let reading = Reading::of(&sent);
            let meant: Vec<usize> = (0..typed.len()).filter(|at| is_meant(&typed[*at], &reading)).collect();
            prop_assert_eq!(Matcher::of(&typed).hits(&reading).collect::<Vec<_>>(), meant.clone());
            let words = BlockedWords::from(typed.clone());
            let found = words.find(&reading);
            prop_assert_eq!(found, meant.first().map(|at| (typed[*at].as_str(), meant.len() > 1)));
        }
    }
}
