//! Submissions for tests: honest in every respect but the one that a test changes.

use std::sync::LazyLock;

use super::{History, Model, Rules, Submission, judge};

static SITE_HOSTS: LazyLock<Vec<String>> = LazyLock::new(|| vec!["heimat.example".to_owned()]);

/// What Eva writes on a German site within five minutes.
pub(super) fn submission(text: &str) -> Submission<'_> {
    Submission {
        author: "Eva",
        website: None,
        text,
        honeypot_filled: false,
        fill_time_ms: Some(300_000),
        site_hosts: &SITE_HOSTS,
        site_language: "de",
        staff_names: &[],
    }
}

/// The points that one signal gives, zero where it is not among the reasons.
pub(super) fn points_of(submission: &Submission, signal: &str) -> f64 {
    let reasons = judge(submission, &History::default(), &Model::default(), &Rules::default()).reasons;
    reasons.iter().filter(|reason| reason.signal == signal).map(|reason| reason.points).sum()
}

/// The same for an honest comment with a history.
pub(super) fn points_with(history: &History, signal: &str) -> f64 {
    let sent = submission("Das Freibad hat seit Mai wieder offen, jeden Tag von neun bis acht.");
    let reasons = judge(&sent, history, &Model::default(), &Rules::default()).reasons;
    reasons.iter().filter(|reason| reason.signal == signal).map(|reason| reason.points).sum()
}
