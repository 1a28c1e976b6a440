//! Which signals of the judgement the moderators bear out, and which they contradict.

use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;

use crate::error::Result;
use crate::site::SiteSettings;
use crate::spam::{Reason, SIGNALS, may_be_switched_off};
use crate::store::{Tx, numbers};

/// Decided comments that are looked at.
const LOOKED_AT: i64 = 1000;

/// A signal that spoke less often may have had bad luck.
const LEAST_SPOKEN: i64 = 30;

/// How often a signal spoke for spam, and what the moderators decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalAgreement {
    /// A name out of [`SIGNALS`].
    pub signal: &'static str,
    /// Comments that it spoke against and that were decided to be spam.
    pub spam: i64,
    /// Comments that it spoke against and that were approved.
    pub approved: i64,
    /// Whether the site would do better without it: it spoke at least 30 times, was wrong more than half the time, and
    /// what it spoke against was spam no more often than comments are anyway.
    pub is_proposed: bool,
}

/// What became of the site's last 1,000 comments that a moderator approved or marked as spam, for each signal that spoke
/// against one of them; those most often wrong first.
///
/// # Errors
/// The database cannot be reached.
pub async fn agreement_of_signals(tx: &mut Tx, site_id: Uuid) -> Result<Vec<SignalAgreement>> {
    Ok(agreement(&numbers::judged(tx, site_id, LOOKED_AT).await?))
}

/// The signals that a site may do without.
pub fn switchable() -> impl Iterator<Item = &'static str> {
    SIGNALS.iter().copied().filter(|signal| may_be_switched_off(signal))
}

/// Switches off the signals that are wanted off, and no others. Where these are off already the rules stay as they are, so that
/// there is nothing to be tried.
pub fn switch_off(settings: &mut SiteSettings, is_wanted: impl Fn(&str) -> bool) {
    let wanted: Vec<&str> = switchable().filter(|signal| is_wanted(signal)).collect();
    let now = &mut settings.rules.switched_off;
    if !switchable().all(|signal| now.iter().any(|off| off == signal) == wanted.contains(&signal)) {
        *now = wanted.into_iter().map(str::to_owned).collect();
    }
}

fn agreement(judged: &[(bool, Vec<Reason>)]) -> Vec<SignalAgreement> {
    let mut counts: BTreeMap<&str, [i64; 2]> = BTreeMap::new();
    let (mut all_spam, mut all) = (0, 0);
    for (is_spam, reasons) in judged {
        all += 1;
        all_spam += i64::from(*is_spam);
        let spoke: HashSet<&str> = reasons.iter().filter(|reason| reason.points > 0.0).map(|reason| &*reason.signal).collect();
        for signal in spoke {
            counts.entry(signal).or_default()[usize::from(*is_spam)] += 1;
        }
    }
    let mut signals: Vec<SignalAgreement> = counts
        .into_iter()
        .filter_map(|(name, [approved, spam])| {
            let signal = *SIGNALS.iter().find(|signal| **signal == name)?;
            let spoke = spam + approved;
            let is_poor = spoke >= LEAST_SPOKEN && approved * 2 > spoke && spam * all <= all_spam * spoke;
            Some(SignalAgreement { signal, spam, approved, is_proposed: is_poor && may_be_switched_off(signal) })
        })
        .collect();
    signals.sort_by_key(|signal| (!signal.is_proposed, -signal.approved, -signal.spam));
    signals
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::agreement;
    use crate::spam::Reason;

    #[test]
    fn a_signal_is_proposed_where_it_is_wrong_often_and_tells_nothing() {
        let reasons = |signals: &[&'static str]| -> Vec<Reason> {
            let reason = |signal: &&'static str| Reason { signal: Cow::Borrowed(*signal), points: 1.0, evidence: String::new() };
            signals.iter().map(reason).collect()
        };
        // Of 200 comments 40 are spam: one in five.
        let table = [
            // Wrong four times of five, as chance would have it.
            ("shouting-marks", 8, 32, true),
            ("shouting-capitals", 0, 30, true),
            ("links-foreign", 0, 29, false),
            // Wrong more than half the time, and yet twice as good as chance.
            ("links-many", 16, 24, false),
            ("words-seo", 16, 4, false),
            // Holds comments whatever it is worth.
            ("blocked-word", 0, 40, false),
            ("learned-spam", 0, 40, false),
        ];
        for (signal, spam, approved, is_proposed) in table {
            let mut judged = vec![(true, Vec::new()); 40 - spam];
            judged.extend(vec![(false, Vec::new()); 160 - approved]);
            judged.extend(vec![(true, reasons(&[signal, signal])); spam]);
            judged.extend(vec![(false, reasons(&[signal, "no-longer-there"])); approved]);
            let found = agreement(&judged);
            let counts =
                found.iter().map(|found| (found.signal, found.spam, found.approved, found.is_proposed)).collect::<Vec<_>>();
            assert_eq!(counts, [(signal, spam as i64, approved as i64, is_proposed)]);
        }
        let mut for_it = reasons(&["trust-approved"]);
        for_it[0].points = -1.0;
        assert!(agreement(&[(true, for_it)]).is_empty(), "what speaks for a comment did not speak for spam");
    }
}
