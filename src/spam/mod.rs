//! The judgement of a submission: pure, the same for the same input, linear in the length of the text. It can hold a
//! comment back or call it likely spam; to publish anything is not in its power.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

mod fold;
mod link;
mod look_alikes;
mod reading;
mod rules;
mod signals;

pub use rules::Rules;
pub use signals::SIGNALS;

/// How many reasons a verdict gives at most: a moderator reads three, and looks through a dozen.
const MOST_REASONS: usize = 12;
/// How many characters of evidence a reason gives at most: what fits on a line of the queue.
const EVIDENCE_CHARS: usize = 80;

/// What a reader has sent, and where to.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    /// The name as typed.
    pub author: &'a str,
    /// The address of the reader's own site as typed, where one was given.
    pub website: Option<&'a str>,
    /// The comment as typed. The first 6,000 characters are read; what is longer is held for a person.
    pub text: &'a str,
    /// Whether something stood in the field that people do not see.
    pub honeypot_filled: bool,
    /// Milliseconds from handing out the form to its coming back; `None` where no signed token came with it.
    pub fill_time_ms: Option<i64>,
    /// Hosts of the site itself, lower-case; links there are not counted.
    pub site_hosts: &'a [String],
    /// The language of the site: "de" or "en".
    pub site_language: &'a str,
}

/// What is known of the same text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Comments with the same [`fingerprint_text`] on other pages or by others.
    pub identical_elsewhere: u32,
    /// How many of these are in the spam bucket, or were decided to be spam.
    pub identical_in_spam: u32,
}

/// One thing that speaks against a submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// A name out of [`SIGNALS`]; in reasons kept from an earlier version it may be one that is no longer there.
    pub signal: Cow<'static, str>,
    /// What it adds to the sum, more than zero.
    pub points: f64,
    /// The fact, in no language: a count, a word, a host. At most 80 characters, none of them a control character.
    pub evidence: String,
}

impl Reason {
    fn new(signal: &'static str, points: f64, evidence: impl fmt::Display) -> Self {
        Self { signal: Cow::Borrowed(signal), points: hundredths(points), evidence: legible(&evidence.to_string()) }
    }
}

/// Rounded, so that a sum of tenths meets a threshold of tenths.
fn hundredths(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}

/// One line of visible characters, cut where it is too long.
fn legible(evidence: &str) -> String {
    let mut line: String = evidence
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !fold::is_invisible(*c) && !fold::is_stacked_mark(*c))
        .take(EVIDENCE_CHARS + 1)
        .collect();
    if line.chars().count() > EVIDENCE_CHARS {
        line = line.chars().take(EVIDENCE_CHARS - 1).chain(['…']).collect();
    }
    line
}

/// Where a submission belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bucket {
    /// Nothing much speaks against it.
    LikelyFine,
    /// A person should look.
    Check,
    /// Taken for spam; a person may still look.
    LikelySpam,
}

impl Bucket {
    /// Every bucket, the least suspicious first.
    pub const ALL: [Self; 3] = [Self::LikelyFine, Self::Check, Self::LikelySpam];

    /// The name used in the database, in addresses and in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LikelyFine => "likely-fine",
            Self::Check => "check",
            Self::LikelySpam => "likely-spam",
        }
    }

    /// Where so many points lead. A threshold or a sum that is not a number leads to a person.
    fn of(points: f64, rules: &Rules) -> Self {
        if points >= rules.spam_points {
            Self::LikelySpam
        } else if points < rules.check_points && !rules.spam_points.is_nan() {
            Self::LikelyFine
        } else {
            Self::Check
        }
    }
}

/// The word is not the name of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownBucket;

impl fmt::Display for UnknownBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a bucket: likely-fine, check or likely-spam is meant")
    }
}

impl std::error::Error for UnknownBucket {}

impl FromStr for Bucket {
    type Err = UnknownBucket;

    fn from_str(name: &str) -> Result<Self, UnknownBucket> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str() == name).ok_or(UnknownBucket)
    }
}

/// What is thought of a submission, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The sum of the points of all reasons given; zero where there are none.
    pub points: f64,
    /// Where it belongs under the site's rules.
    pub bucket: Bucket,
    /// Why, the weightiest first; at most 12.
    pub reasons: Vec<Reason>,
}

/// Judges a submission.
pub fn judge(submission: &Submission, history: &History, rules: &Rules) -> Verdict {
    let reading = reading::Reading::of(submission);
    let mut reasons = signals::collect(&reading, history, rules);
    reasons.sort_by(|a, b| b.points.abs().total_cmp(&a.points.abs()).then_with(|| a.signal.cmp(&b.signal)));
    reasons.truncate(MOST_REASONS);
    // From 0.0 on, since the sum of nothing is -0.0, which would be shown with its sign.
    let points = hundredths(reasons.iter().fold(0.0, |sum, reason| sum + reason.points));
    Verdict { points, bucket: Bucket::of(points, rules), reasons }
}

/// A text as readers take it: folded, every run of white space one space. The same for texts that look the same; for
/// comparing and hashing, never for showing.
pub fn fingerprint_text(text: &str) -> String {
    fold::fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
