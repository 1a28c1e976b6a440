//! The marks: what a text is like rather than what it says.

use std::fmt::Write;

use super::distinct;
use super::hashing::{Family, Written, mix, slot, start_of};
use super::words::Words;
use crate::spam::Reason;
use crate::spam::fold::{is_invisible, is_stacked_mark};
use crate::spam::link::Link;
use crate::spam::reading::{Reading, hard_wrapped_lines};

/// Collects marks.
pub(super) struct Marks(pub Vec<u32>);

impl Marks {
    fn add(&mut self, name: &str, value: impl std::fmt::Display) {
        let mut written = Written(start_of(Family::Mark));
        // Writing into a hash cannot fail.
        let _ = write!(written, "{name} {value}");
        self.0.push(slot(mix(written.0)));
    }

    pub fn of_text(&mut self, reading: &Reading, words: &Words, hashes: &[u64]) {
        let (text, chars) = (reading.text, reading.chars);
        self.add("length", magnitude(chars));
        self.add("words", magnitude(words.all.len()));
        let mut counts = [0_usize; SIGNS.len()];
        let (mut capitals, mut digits, mut signs, mut lines, mut emoji) = (0, 0, 0, 0_usize, 0_usize);
        for c in text.chars().filter(|c| !is_invisible(*c) && !is_stacked_mark(*c)) {
            if matches!(c, 'a'..='z' | ' ') {
                // What most characters are, and nothing that is counted.
                continue;
            }
            capitals += usize::from(c.is_uppercase());
            digits += usize::from(c.is_numeric());
            lines += usize::from(c == '\n');
            emoji += usize::from(matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}'));
            if c.is_alphanumeric() || c.is_whitespace() {
                continue;
            }
            signs += 1;
            if let Some(count) = SIGNS.iter().position(|sign| *sign == c).and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        }
        self.add("capitals", share(capitals, chars));
        self.add("digits", share(digits, chars));
        self.add("signs", share(signs, chars));
        self.add("lines", lines.min(6));
        self.add("emoji", emoji.min(4));
        for (sign, count) in SIGNS.iter().zip(counts).filter(|(_, count)| *count > 0) {
            self.add("sign", format_args!("{sign}{}", count.min(3)));
        }
        let kind = |c: Option<char>| match c {
            Some(c) if c.is_uppercase() => 'A',
            Some(c) if c.is_alphabetic() => 'a',
            Some(c) if c.is_numeric() => '0',
            other => other.unwrap_or(' '),
        };
        self.add("begins", kind(text.trim_start().chars().next()));
        self.add("ends", kind(text.trim_end().chars().next_back()).to_ascii_lowercase());
        self.add("wrapped", hard_wrapped_lines(text).min(3));
        let different = distinct(hashes.iter().map(|hash| slot(*hash)).collect());
        self.add("different", different.len() * 10 / words.all.len().max(1));
        let (mut longest, mut all) = (0, 0);
        for letters in words.skeletons().map(|skeleton| skeleton.chars().count()) {
            longest = longest.max(letters);
            all += letters;
        }
        self.add("longest", magnitude(longest));
        self.add("average", (all / words.all.len().max(1)).min(9));
    }

    pub fn of_links(&mut self, reading: &Reading) {
        self.add("links", reading.links.len().min(4));
        let at_end = reading.text.trim_end().ends_with([')', '>']);
        self.add("link at end", format_args!("{at_end}{}", reading.links.len().min(2)));
        if reading.website.is_some() {
            self.add("website and length", magnitude(reading.chars));
            self.add("website and links", reading.links.len().min(2));
            self.add("website and question", reading.text.contains('?'));
        }
    }

    pub fn of_name(&mut self, name: &str) {
        if name.is_empty() {
            return;
        }
        self.add("name words", name.split_whitespace().count().min(4));
        self.add("name digits", name.contains(|c: char| c.is_ascii_digit()));
        self.add("name begins", name.chars().next().is_some_and(char::is_uppercase));
    }

    pub fn of_website(&mut self, website: &Link, name: &[&str]) {
        let host: String = website.host.chars().filter(|c| c.is_alphanumeric()).collect();
        let whole = name.concat();
        let any = name.iter().any(|word| word.len() >= 4 && host.contains(word));
        let path = website.address.split_once('/').map_or("", |(_, path)| path).trim_matches('/');
        let depth = if path.is_empty() { 0 } else { 1 + path.matches('/').count().min(2) };
        self.add("website", "");
        self.add("website name", format_args!("{}{any}", whole.len() >= 4 && host.contains(&whole)));
        self.add("website depth", depth);
        self.add("website hyphens", website.host.matches('-').count().min(2) + path.matches('-').count().min(3));
        self.add("website ending", website.ending());
        self.add("website length", website.host.len() / 6);
    }

    pub fn of_signals(&mut self, signals: &[Reason], has_website: bool) {
        for signal in signals {
            self.add("signal", &signal.signal);
            self.add("signal", format_args!("{} {}", signal.signal, signal.points.round()));
            if has_website {
                self.add("website and signal", &signal.signal);
            }
        }
    }
}

/// Signs that are counted one by one.
const SIGNS: [char; 18] = ['!', '?', '@', '#', '$', '>', '`', '(', '+', '%', '=', '{', ';', '"', '\'', ':', '/', '…'];

/// Which power of two.
fn magnitude(number: usize) -> u32 {
    usize::BITS - number.leading_zeros()
}

/// A percentage, in steps that grow.
fn share(part: usize, all: usize) -> u8 {
    match part * 100 / all.max(1) {
        0 => 0,
        1..=2 => 1,
        3..=5 => 2,
        6..=10 => 3,
        11..=20 => 4,
        21..=50 => 5,
        _ => 6,
    }
}
