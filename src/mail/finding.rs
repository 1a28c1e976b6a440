//! What a check of the house's mail, or of anything else, has found: in words, with what to do next.

use serde::Serialize;

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works, and could be better.
    Hint,
    /// It does not work.
    Wrong,
}

/// One thing that was looked at. Nothing secret stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in a word or two.
    pub subject: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// The same in a sentence.
    pub words: String,
    /// What to do next; empty where nothing is to be done.
    pub next: String,
}

impl Finding {
    /// Something as it should be.
    pub fn good(subject: &'static str, words: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Good, words: words.into(), next: String::new() }
    }

    /// Something that could be better.
    pub fn hint(subject: &'static str, words: impl Into<String>, next: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Hint, words: words.into(), next: next.into() }
    }

    /// Something that does not work.
    pub fn wrong(subject: &'static str, words: impl Into<String>, next: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Wrong, words: words.into(), next: next.into() }
    }
}
