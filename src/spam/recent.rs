//! A history in memory, for judging a file of comments as the service would have judged them one after the other.

use std::collections::HashMap;

use super::link::bare;
use super::reading::{links_elsewhere, website_elsewhere};
use super::{Bucket, History, Likeness, Submission, Verdict, fingerprint_text};

/// What came before: texts, openings, links.
#[derive(Debug, Default)]
pub struct Recent {
    texts: HashMap<String, Seen>,
    openings: HashMap<u64, Seen>,
    domains: HashMap<String, Seen>,
    judged_domains: HashMap<String, Seen>,
    addresses: HashMap<String, Seen>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    spam: u32,
    fine: u32,
}

impl Seen {
    fn note(&mut self, spam: bool) {
        let count = if spam { &mut self.spam } else { &mut self.fine };
        *count = count.saturating_add(1);
    }
}

impl Recent {
    /// What is known of a submission. `address` is any mark of the e-mail address, empty where none was given.
    pub fn of(&self, submission: &Submission, address: &str) -> History {
        let text = self.texts.get(&fingerprint_text(submission.text)).copied().unwrap_or_default();
        let similar =
            Likeness::of(submission.text).and_then(|like| self.openings.get(&like.opening)).copied().unwrap_or_default();
        let domains = domains(submission);
        let domain = domains.iter().map(|domain| {
            let decided = self.domains.get(domain).copied().unwrap_or_default();
            let judged = self.judged_domains.get(domain).copied().unwrap_or_default();
            match (decided.fine, judged.fine) {
                (0, 0) => decided.spam.saturating_add(judged.spam.saturating_sub(1)),
                (0, _) => decided.spam,
                _ => 0,
            }
        });
        let by_address = self.addresses.get(address).filter(|seen| seen.fine == 0).copied().unwrap_or_default();
        History {
            identical_elsewhere: text.spam.saturating_add(text.fine),
            identical_in_spam: text.spam,
            similar_elsewhere: similar.spam.saturating_add(similar.fine).saturating_sub(text.spam.saturating_add(text.fine)),
            similar_in_spam: similar.spam.saturating_sub(text.spam).saturating_sub(similar.fine),
            domain_in_spam: domain.max().unwrap_or_default(),
            address_in_spam: by_address.spam,
            ..History::default()
        }
    }

    /// Remembers a submission as what a moderator said it was.
    pub fn note_decided(&mut self, submission: &Submission, address: &str, spam: bool) {
        self.note_text(submission, spam);
        for domain in domains(submission) {
            self.domains.entry(domain).or_default().note(spam);
        }
        if !address.is_empty() {
            self.addresses.entry(address.to_owned()).or_default().note(spam);
        }
    }

    /// Remembers a submission as what it was judged to be. Of addresses that says nothing, and of links only what
    /// [`Verdict::tells_of_links`]: judgements would confirm each other.
    pub fn note_judged(&mut self, submission: &Submission, verdict: &Verdict) {
        self.note_text(submission, verdict.bucket == Bucket::LikelySpam);
        if let Some(spam) = verdict.tells_of_links() {
            for domain in domains(submission) {
                self.judged_domains.entry(domain).or_default().note(spam);
            }
        }
    }

    fn note_text(&mut self, submission: &Submission, spam: bool) {
        self.texts.entry(fingerprint_text(submission.text)).or_default().note(spam);
        if let Some(like) = Likeness::of(submission.text) {
            self.openings.entry(like.opening).or_default().note(spam);
        }
    }
}

/// The hosts that are looked at of one submission.
const MOST_DOMAINS: usize = 16;

/// The hosts that a submission links to, each once, the first 16: what to keep of it for [`History::domain_in_spam`].
pub fn domains(submission: &Submission) -> Vec<String> {
    let links = website_elsewhere(submission).into_iter().chain(links_elsewhere(submission));
    let mut hosts: Vec<String> = links.map(|link| bare(&link.host).to_owned()).take(MOST_DOMAINS).collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

#[cfg(test)]
mod tests {
    use super::Recent;
    use crate::spam::testing::submission;
    use crate::spam::{Bucket, Verdict};

    #[test]
    fn links_of_what_is_surely_spam_count_until_something_else_has_them_too() {
        let judged = |points: f64, bucket| Verdict { points, probability: 0.5, bucket, reasons: Vec::new() };
        let sent = submission("Mehr davon auf https://teppich.example/laden, jederzeit.");
        let mut recent = Recent::default();
        let mut seen = Vec::new();
        for verdict in [
            judged(6.0, Bucket::LikelySpam),
            judged(8.0, Bucket::LikelySpam),
            judged(9.0, Bucket::LikelySpam),
            judged(3.0, Bucket::Check),
        ] {
            recent.note_judged(&sent, &verdict);
            seen.push(recent.of(&sent, "").domain_in_spam);
        }
        recent.note_decided(&sent, "", true);
        seen.push(recent.of(&sent, "").domain_in_spam);
        recent.note_decided(&sent, "", false);
        seen.push(recent.of(&sent, "").domain_in_spam);
        assert_eq!(seen, [0, 0, 1, 0, 1, 0]);
    }
}
