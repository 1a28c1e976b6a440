//! A submission made ready for the signals: cut to a readable length, folded once, taken apart into words.

use super::Submission;
use super::fold::{fold, unleet};

/// How many characters of a text are looked at, so that a judgement stays under 2 ms whatever comes. A page of a book has
/// 1,800; nobody waits long to read more than eight of them. What is longer is held for a person (`text-long`).
pub(super) const READ_CHARS: usize = 16_000;
/// The same for a name and an address; those that are stored are shorter.
const READ_FIELD_CHARS: usize = 1_000;
/// Spaced-out letters are joined when there are at least this many: "z. B." and "u. v. a." are honest.
const SPACED_LETTERS: usize = 4;
/// A run of spaced-out letters is cut here, which bounds the search inside of it.
const LONGEST_RUN: usize = 64;

/// What the signals look at.
pub(super) struct Reading<'a> {
    /// As it came.
    pub submission: &'a Submission<'a>,
    /// The readable part of the text.
    pub text: &'a str,
    /// Whether that is all of it.
    pub whole: bool,
    /// The readable part of the name.
    pub author: &'a str,
    /// The readable part of the website's address, empty where there is none.
    pub website: &'a str,
    /// The text, folded.
    pub folded_text: String,
    /// Name and website, folded, on lines of their own.
    pub folded_fields: String,
}

impl<'a> Reading<'a> {
    pub fn of(submission: &'a Submission<'a>) -> Self {
        let text = beginning(submission.text, READ_CHARS);
        let author = beginning(submission.author, READ_FIELD_CHARS);
        let website = beginning(submission.website.unwrap_or_default(), READ_FIELD_CHARS).trim();
        Self {
            submission,
            text,
            whole: text.len() == submission.text.len(),
            author,
            website,
            folded_text: fold(text),
            folded_fields: format!("{}\n{}", fold(author), fold(website)),
        }
    }
}

fn beginning(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// The words of a text: runs of letters and digits.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Words written with digits or signs for letters, read as in [`unleet`].
pub(super) fn leet_words(folded: &str) -> impl Iterator<Item = String> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '@' | '$' | '€' | '!' | '|');
    folded
        .split(move |c| !is_part(c))
        .map(|part| part.trim_matches(['!', '|']))
        .filter(|part| part.len() <= LONGEST_RUN)
        .filter_map(unleet)
}

/// Letters that stand alone one after another ("v i a g r a", "c.a.s.i.n.o"), joined.
pub(super) fn spaced_words(folded: &str) -> Vec<String> {
    let mut joined = Vec::new();
    let mut run = String::new();
    let mut letters = 0;
    for word in words(folded).chain([""]) {
        let mut chars = word.chars();
        match (chars.next(), chars.next()) {
            (Some(letter), None) if letters < LONGEST_RUN => {
                run.push(letter);
                letters += 1;
            }
            _ => {
                if letters >= SPACED_LETTERS && run.contains(char::is_alphabetic) {
                    joined.push(std::mem::take(&mut run));
                }
                run.clear();
                letters = 0;
            }
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{leet_words, spaced_words, words};

    #[test]
    fn words_are_letters_and_digits() {
        assert_eq!(words("Ja, z. B. 5g-netz!").collect::<Vec<_>>(), ["Ja", "z", "B", "5g", "netz"]);
    }

    #[test]
    fn disguised_words_are_read() {
        assert_eq!(leet_words("buy v1agra!! (c@sino) 100 €").collect::<Vec<_>>(), ["viagra", "casino"]);
        assert_eq!(spaced_words("buy v i a g r a, c.a.s.i.n.o now"), ["viagracasino"]);
        assert!(spaced_words("z. B. hier, u. v. a. dort, 1 2 3 4 5").is_empty());
    }
}
