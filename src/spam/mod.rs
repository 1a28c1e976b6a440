//! The judgement of a submission: pure, the same for the same input, linear in the length of the text. It can hold a
//! comment back or call it likely spam; to publish anything is not in its power.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

mod again;
mod blocked_words;
mod fold;
mod link;
mod look_alikes;
mod model;
mod reading;
mod recent;
mod rules;
mod signals;
mod similar;

pub use again::judge_again;
pub use blocked_words::BlockedWords;
pub use fold::fold;
pub use model::{Delta, Malformed, Model, PIECES, Start};
pub use recent::{Recent, domains};
pub use rules::Rules;
pub use signals::trust::look_of_name;
pub use signals::{SIGNALS, language_code, may_be_switched_off};
pub use similar::{Likeness, NEAR_BITS};

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
    /// What the names of the site's moderators look like ([`look_of_name`]), whom nobody else should look like. Empty for a
    /// submission of theirs.
    pub staff_names: &'a [String],
}

/// What is known of the same text, the same links, the same sender. What is not known is zero, and says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Comments with the same [`fingerprint_text`] on other pages or by others.
    pub identical_elsewhere: u32,
    /// How many of these are in the spam bucket, or were decided to be spam.
    pub identical_in_spam: u32,
    /// Comments that are near duplicates ([`Likeness::is_near`]) and not the same.
    pub similar_elsewhere: u32,
    /// How many of these are in the spam bucket, or were decided to be spam.
    pub similar_in_spam: u32,
    /// Comments that link to one of the same hosts ([`domains`]) and were decided to be spam, or are undecided and surely are
    /// ([`Verdict::tells_of_links`]). Of the undecided one is not counted, since one alone may be a mistake, and none is where
    /// another is not taken for spam. Zero where an approved comment links there.
    pub domain_in_spam: u32,
    /// Comments decided to be spam from the same network, lately; zero where an approved one came from there.
    pub network_in_spam: u32,
    /// Comments decided to be spam with the same address; zero where one was approved.
    pub address_in_spam: u32,
    /// Comments on the same page within the last hour, and how many days ago that page had its first comment.
    pub page_last_hour: u32,
    /// See there.
    pub page_age_days: u32,
    /// Approved comments of the same address, where a click in a mail has **confirmed** it. An address that was only typed
    /// proves nothing: then this is zero.
    pub approved_confirmed: u32,
    /// Whether the form token has made a comment before.
    pub token_reused: bool,
    /// How many of the headers that every browser sends are missing.
    pub missing_headers: u32,
}

/// One thing that speaks against a submission, or for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// A name out of [`SIGNALS`]; in reasons kept from an earlier version it may be one that is no longer there.
    pub signal: Cow<'static, str>,
    /// What it adds to the sum, never zero; less than zero where it speaks for the submission.
    pub points: f64,
    /// The fact, in no language: a count, a word, a host. At most 80 characters, none of them a control character.
    pub evidence: String,
}

impl Reason {
    /// The same for so much of its points; `None` where nothing is left.
    fn weighed(self, share: f64) -> Option<Self> {
        let points = hundredths(self.points * share);
        (points != 0.0).then_some(Self { points, ..self })
    }

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
    /// How likely it is spam, from 0 to 1: the points on another scale, a half at [`EVEN_POINTS`].
    pub probability: f64,
    /// Where it belongs under the site's rules.
    pub bucket: Bucket,
    /// Why, the weightiest first; at most 12.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// What it says of the hosts that the comment links to, until a moderator says something: that spam is sent for them
    /// where it is sure of it, that others link there too where it takes the comment for none, and else nothing.
    pub fn tells_of_links(&self) -> Option<bool> {
        match self.bucket {
            Bucket::LikelySpam => (self.points >= SURE_POINTS).then_some(true),
            Bucket::Check | Bucket::LikelyFine => Some(false),
        }
    }
}

/// From so many points on a judgement speaks against others that link to the same hosts.
const SURE_POINTS: f64 = 8.0;
/// So many points mean that it is as likely spam as not.
pub const EVEN_POINTS: f64 = 5.0;
/// So many points more make the odds e times as high.
const POINTS_PER_E: f64 = 2.0;

/// So much of the weight of the text's signals goes over to the model as it learns. The rest stays: the model knows what they
/// were worth among what it has seen, they also know what it has not.
const LEARNED_SHARE: f64 = 0.6;

/// With so much experience of its own, which takes 270 decisions, a site no longer asks the shipped start.
const START_UNTIL: f64 = 0.9;

/// Judges a submission. As the model gains experience, what it says takes the place of what the signals of the text say,
/// since it has learned what these are worth on this site; behaviour, neighbourhood, trust and the site's own rules keep
/// their weight.
///
/// Points below zero only lower the sum. Nothing they say takes a comment out of [`Bucket::Check`] that the site's rules
/// hold, or whose end was not read, or that a robot has sent.
pub fn judge(submission: &Submission, history: &History, model: &Model, rules: &Rules) -> Verdict {
    weigh(submission, history, Some(model), rules)
}

/// The same; without a model neither it nor the shipped start is asked.
fn weigh(submission: &Submission, history: &History, model: Option<&Model>, rules: &Rules) -> Verdict {
    let reading = reading::Reading::of(submission);
    let of_text = signals::of_text(&reading, rules);
    let mut reasons = signals::of_circumstances(&reading, history, rules);
    let is_held = reasons.iter().any(|reason| signals::HOLDING.contains(&&*reason.signal));
    let mut experience = 0.0;
    if let Some(model) = model {
        let features = model::Features::of(&reading, &of_text);
        if let Some(opinion) = model.opinion(&reading, &features) {
            experience = model.experience();
            reasons.extend(signals::learned::reason(&opinion, experience));
        }
        if experience < START_UNTIL {
            reasons.extend(signals::start::reason(&model::start::opinion(&reading, &features), 1.0 - experience));
        }
    }
    reasons.extend(of_text.into_iter().filter_map(|reason| reason.weighed(1.0 - LEARNED_SHARE * experience)));
    reasons.retain(|reason| !rules.switches_off(&reason.signal));
    reasons.sort_by(|a, b| b.points.abs().total_cmp(&a.points.abs()).then_with(|| a.signal.cmp(&b.signal)));
    reasons.truncate(MOST_REASONS);
    // From 0.0 on, since the sum of nothing is -0.0, which would be shown with its sign.
    let points = hundredths(reasons.iter().fold(0.0, |sum, reason| sum + reason.points));
    let bucket = match Bucket::of(points, rules) {
        Bucket::LikelyFine if is_held => Bucket::Check,
        bucket => bucket,
    };
    Verdict { points, probability: probability(points), bucket, reasons }
}

fn probability(points: f64) -> f64 {
    1.0 / (1.0 + ((EVEN_POINTS - points) / POINTS_PER_E).exp())
}

/// A text as readers take it: folded, every run of white space one space. The same for texts that look the same; for
/// comparing and hashing, never for showing.
pub fn fingerprint_text(text: &str) -> String {
    let folded = fold::fold(text);
    let mut joined = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
