//! A submission made ready for the signals: cut to a readable length, folded and taken apart once.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::Submission;
use super::fold::{fold, may_begin_leet, unleet};
use super::link::{Link, bare, links_of};

/// How many characters of a text are looked at, so that a judgement stays under 2 ms whatever comes. The longest of 5,775
/// honest comments had 4,442. What is longer is held for a person (`text-long`).
pub(super) const READ_CHARS: usize = 6_000;
/// The same for a name and an address; those that are stored are shorter.
const READ_FIELD_CHARS: usize = 500;
/// Bytes of a line that a program has wrapped; a verse is shorter, a paragraph longer.
const WRAPPED_WIDTH: std::ops::RangeInclusive<usize> = 25..=140;
/// Spaced-out letters are joined when there are at least this many: "z. B." and "u. v. a." are honest.
const SPACED_LETTERS: usize = 5;
/// A run of spaced-out letters is cut here, which bounds the search inside of it.
const LONGEST_RUN: usize = 64;
/// So many runs are joined; who writes more of them has been found out by then.
const MOST_RUNS: usize = 16;

/// What the signals look at.
pub(super) struct Reading<'a> {
    /// As it came.
    pub submission: &'a Submission<'a>,
    /// The readable part of the text.
    pub text: &'a str,
    /// How many characters that is.
    pub chars: usize,
    /// The readable part of the name.
    pub author: &'a str,
    /// Whether text and name are of characters that hide nothing ([`is_plain`]), as most are.
    pub is_plain: bool,
    /// The website, where there is one and it is not the site itself.
    pub website: Option<Link<'a>>,
    /// The links in the text that lead to other sites, as often as they occur.
    pub links: Vec<Link<'a>>,
    /// The text, folded, and cut to the same length once more, since some letters fold to several.
    pub folded_text: Folded,
    /// Whether there is more than what is read.
    pub is_cut: bool,
    /// Name and website, folded, on lines of their own.
    pub folded_fields: Folded,
}

impl<'a> Reading<'a> {
    pub fn of(submission: &'a Submission<'a>) -> Self {
        let text = beginning(submission.text, READ_CHARS);
        let author = beginning(submission.author, READ_FIELD_CHARS);
        let website = website(submission);
        let folded = fold(text);
        let readable = beginning(&folded, READ_CHARS);
        Self {
            submission,
            text,
            chars: text.chars().count(),
            author,
            is_plain: is_plain(text) && is_plain(author),
            website: website_elsewhere(submission),
            links: links_elsewhere(submission),
            is_cut: text.len() < submission.text.len() || readable.len() < folded.len(),
            folded_text: Folded::of(readable.to_owned()),
            folded_fields: Folded::of(format!("{}\n{}", fold(author), fold(website))),
        }
    }
}

fn website<'a>(submission: &Submission<'a>) -> &'a str {
    beginning(submission.website.unwrap_or_default(), READ_FIELD_CHARS).trim()
}

/// The website, where there is one and it is not the site itself.
pub(super) fn website_elsewhere<'a>(submission: &Submission<'a>) -> Option<Link<'a>> {
    Some(Link::of(website(submission))).filter(|link| leads_elsewhere(submission, link))
}

/// The links in the text that lead to other sites, as often as they occur.
pub(super) fn links_elsewhere<'a>(submission: &Submission<'a>) -> Vec<Link<'a>> {
    links_of(beginning(submission.text, READ_CHARS))
        .filter(|link| leads_elsewhere(submission, link) && !link.leads_to_a_moment())
        .collect()
}

fn leads_elsewhere(submission: &Submission, link: &Link) -> bool {
    !link.host.is_empty() && !submission.site_hosts.iter().any(|own| bare(own) == bare(&link.host))
}

/// How many lines of a text break off in the middle of a sentence, at the width of an old mail program: texts that robots
/// paste are wrapped like that (53 of 100 in blogs), those that people type into a form are not (2 of 100).
pub(super) fn hard_wrapped_lines(text: &str) -> usize {
    let mut lines = text.lines().map(str::trim);
    let Some(mut before) = lines.next() else { return 0 };
    let mut wrapped = 0;
    for line in lines {
        let goes_on = before.ends_with(|c: char| c.is_alphabetic() || c == ',') && line.starts_with(char::is_lowercase);
        wrapped += usize::from(goes_on && WRAPPED_WIDTH.contains(&before.len()));
        before = line;
    }
    wrapped
}

fn beginning(text: &str, chars: usize) -> &str {
    // Mostly there are fewer bytes than that.
    if text.len() <= chars {
        return text;
    }
    text.char_indices().nth(chars).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// A folded text and where its words are: runs of letters and digits. Found once, since telling a letter from a sign is
/// slow in some scripts.
pub(super) struct Folded {
    /// The text.
    pub text: String,
    words: Vec<Range<usize>>,
}

impl Folded {
    /// Takes a text apart that has been folded.
    pub fn of(text: String) -> Self {
        let mut words = Vec::with_capacity(text.len() / 6);
        let mut start = None;
        for (at, byte) in text.bytes().enumerate() {
            let is_part = match byte {
                0..=0x7f => byte.is_ascii_alphanumeric(),
                // Within a character that began before.
                0x80..=0xbf => continue,
                _ => text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_word_part),
            };
            if is_part {
                start.get_or_insert(at);
            } else if let Some(start) = start.take() {
                words.push(start..at);
            }
        }
        words.extend(start.map(|start| start..text.len()));
        Self { text, words }
    }

    /// The words in their order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().filter_map(|range| self.text.get(range.clone()))
    }

    /// Words written with digits or signs for letters, read as in [`unleet`].
    pub fn leet_words(&self) -> impl Iterator<Item = String> {
        let is_edge = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '@' | '$' | '!' | '|');
        parts_with(&self.text, may_begin_leet, is_edge)
            .map(|part| part.trim_matches(['!', '|']))
            .filter(|part| part.len() <= LONGEST_RUN)
            .filter_map(unleet)
    }

    /// Letters that stand alone one after another ("v i a g r a", "c.a.s.i.n.o"), joined.
    pub fn spaced_words(&self) -> Vec<String> {
        let mut joined = Vec::new();
        let (mut run, mut letters) = (String::new(), 0);
        for word in self.words().chain([""]) {
            let mut chars = word.chars();
            match (chars.next(), chars.next()) {
                (Some(letter), None) if letters < LONGEST_RUN => {
                    run.push(letter);
                    letters += 1;
                }
                _ => {
                    if letters >= SPACED_LETTERS
                        && joined.len() < MOST_RUNS
                        && run.chars().filter(|c| c.is_alphabetic()).count() * 2 > letters
                    {
                        joined.push(std::mem::take(&mut run));
                    }
                    run.clear();
                    letters = 0;
                }
            }
        }
        joined
    }
}

/// Whether a text is of visible ASCII, line breaks and tabs, U+00C0 to U+00FF (letters but for × and ÷), dashes, quotation marks
/// and the euro sign: of nothing that is invisible, of another script, or dressed up.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' '..='~' | '\n' | '\r' | '\t' | 'À'..='ÿ' | '\u{2010}'..='\u{2027}' | '€'))
}

/// Whether a text has a byte that is one of these. All are looked at: sixteen at a time, that is faster than to stop at the first.
pub(super) fn has_byte(text: &str, is_one: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |has, byte| has | is_one(byte))
}

/// The parts of a text between edges in which there is a certain byte, a sign of ASCII or the first one of a character; what
/// has none is passed over without being taken apart. No edge begins with such a byte.
pub(super) fn parts_with(text: &str, is_sign: impl Fn(u8) -> bool, is_edge: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (before, from_sign) = rest.split_at_checked(rest.bytes().position(&is_sign)?)?;
        let start = before.char_indices().rev().find(|(_, c)| is_edge(*c)).map_or(0, |(at, c)| at + c.len_utf8());
        let end = from_sign.char_indices().skip(1).find(|(_, c)| is_edge(*c)).map_or(rest.len(), |(at, _)| before.len() + at);
        let part;
        (part, rest) = rest.split_at_checked(end)?;
        part.get(start..)
    })
}

/// Whether a word is of one character. None has more than four bytes, and few words have as little.
pub(super) fn is_one_char(word: &str) -> bool {
    word.len() <= 4 && word.chars().nth(1).is_none()
}

/// Whether a character is part of a word; what is not stands between two.
pub(super) fn is_word_part(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        // Most letters of Korean, Chinese and Japanese: the look-up of the standard library takes longest for these.
        '\u{1100}'..='\u{11ff}' | '\u{3041}'..='\u{3096}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => true,
        // Marks are what vowels are in some scripts.
        _ => c.is_alphanumeric() || is_combining_mark(c),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Folded, parts_with};

    proptest! {
        #[test]
        fn parts_with_a_sign_are_those_of_all_parts_that_have_one(text in "[a-c@1 .äß€\u{85}\u{3000}]{0,60}") {
            let is_edge = |c: char| c.is_whitespace() || c == '.';
            let is_sign = |byte: u8| matches!(byte, b'@' | b'1' | 0xe2);
            let all: Vec<&str> = text.split(is_edge).filter(|part| part.bytes().any(is_sign)).collect();
            prop_assert_eq!(parts_with(&text, is_sign, is_edge).collect::<Vec<_>>(), all);
        }
    }

    #[test]
    fn words_are_letters_and_digits() {
        let folded = Folded::of("ja, z. b. 5g-netz! über".to_owned());
        assert_eq!(folded.words().collect::<Vec<_>>(), ["ja", "z", "b", "5g", "netz", "über"]);
    }

    #[test]
    fn disguised_words_are_read() {
        let folded = |text: &str| Folded::of(text.to_owned());
        assert_eq!(folded("buy v1agra!! (c@sino) 100 €").leet_words().collect::<Vec<_>>(), ["viagra", "casino"]);
        assert_eq!(folded("buy v i a g r a, c.a.s.i.n.o now").spaced_words(), ["viagracasino"]);
        assert_eq!(folded("z. b. hier, u. v. a. dort, 1 2 3 4 a").spaced_words(), [""; 0]);
    }
}
