//! The passages of a comment that its reasons speak of, marked in its HTML.

use std::ops::Range;

use crate::comment::Comment;
use crate::{markdown, spam};

/// The comment's HTML with the passages in `<mark>`. The HTML is made anew from the text and goes through the same
/// sanitiser: nothing is inserted into HTML that is ready.
pub fn marked_html(comment: &Comment) -> String {
    let phrases = phrases_of(comment);
    if phrases.is_empty() {
        return comment.html.clone();
    }
    markdown::to_html_with_marks(&comment.text, &|text| find(text, &phrases))
}

/// What the evidence names in words: numbers ("3", "12 s") and shares are no passages.
fn phrases_of(comment: &Comment) -> Vec<Vec<String>> {
    let pieces = comment.reasons.iter().flat_map(|reason| reason.evidence.split(", "));
    let mut phrases: Vec<Vec<String>> = pieces
        .filter(|piece| piece.chars().filter(|c| c.is_alphabetic()).count() >= 3)
        .map(|piece| words(piece).map(|(_, word)| word).collect())
        .filter(|phrase: &Vec<String>| !phrase.is_empty())
        .take(24)
        .collect();
    phrases.sort();
    phrases.dedup();
    phrases
}

/// Where the phrases stand in a text, in order and without overlapping.
fn find(text: &str, phrases: &[Vec<String>]) -> Vec<Range<usize>> {
    let all: Vec<(Range<usize>, String)> = words(text).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let matching = phrases
            .iter()
            .filter(|phrase| all.iter().skip(at).map(|(_, word)| word).take(phrase.len()).eq(phrase.iter()))
            .map(Vec::len)
            .max();
        match (matching, all.get(at)) {
            (Some(length), Some((first, _))) => {
                let end = all.get(at + length - 1).map_or(first.end, |(range, _)| range.end);
                found.push(first.start..end);
                at += length;
            }
            _ => at += 1,
        }
    }
    found
}

/// The words of a text, folded, with where they stand.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    let mut ranges = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            ranges.push(start..at);
        }
    }
    ranges.extend(start.map(|start| start..text.len()));
    ranges.into_iter().filter_map(|range| Some((range.clone(), spam::fingerprint_text(text.get(range)?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str, evidence: &str) -> Vec<String> {
        let phrases: Vec<Vec<String>> = evidence.split(", ").map(|piece| words(piece).map(|(_, word)| word).collect()).collect();
        find(text, &phrases).into_iter().map(|range| text[range].to_owned()).collect()
    }

    #[test]
    fn passages_are_found_as_they_are_written() {
        assert_eq!(marks("Kaufen Sie VIAGRA, ohne Rezept!", "viagra, ohne rezept"), ["VIAGRA", "ohne Rezept"]);
        assert_eq!(marks("Siehe https://billig.example/x", "billig.example"), ["billig.example"]);
        assert_eq!(marks("Viagrafall", "viagra"), [""; 0]);
    }
}
