//! A history in memory, for judging a file of comments as the service would have judged them one after the other.

use std::collections::HashMap;

use super::link::bare;
use super::reading::{links_elsewhere, website_elsewhere};
use super::{History, Likeness, Submission, fingerprint_text};

/// What came before: texts, openings, links.
#[derive(Debug, Default)]
pub struct Recent {
    texts: HashMap<String, Seen>,
    openings: HashMap<u64, Seen>,
    domains: HashMap<String, Seen>,
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
        let domain =
            domains.iter().filter_map(|domain| self.domains.get(domain)).filter(|seen| seen.fine == 0).map(|seen| seen.spam);
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

    /// Remembers a submission as what it was judged to be; with `decided`, as what a moderator said it was. Only a
    /// moderator's word speaks for or against links and addresses: judgements alone would confirm each other.
    pub fn note(&mut self, submission: &Submission, address: &str, spam: bool, decided: bool) {
        self.texts.entry(fingerprint_text(submission.text)).or_default().note(spam);
        if let Some(like) = Likeness::of(submission.text) {
            self.openings.entry(like.opening).or_default().note(spam);
        }
        if decided {
            for domain in domains(submission) {
                self.domains.entry(domain).or_default().note(spam);
            }
            if !address.is_empty() {
                self.addresses.entry(address.to_owned()).or_default().note(spam);
            }
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
