//! Judging once more what was judged when it came.

use super::signals::{HOLDING, is_of_the_moment};
use super::{Bucket, History, Reason, Rules, Submission, Verdict, hundredths, weigh};

/// What rules make of a comment that was judged before: its text is read anew under them; how it came, from whom and among
/// what was known at that moment alone, and stands in the reasons `kept`. What a model would say of it is left out, because
/// by now it has learned this very comment. A signal that was switched off then has left nothing that could be switched on.
///
/// The verdict's reasons are not cut to the weightiest.
pub fn judge_again(submission: &Submission, kept: &[Reason], rules: &Rules) -> Verdict {
    let mut verdict = weigh(submission, &History::default(), None, rules);
    let counts = |reason: &&Reason| is_of_the_moment(&reason.signal) && !rules.switches_off(&reason.signal);
    verdict.reasons.retain(|reason| !is_of_the_moment(&reason.signal));
    verdict.reasons.extend(kept.iter().filter(counts).cloned());
    verdict.points = hundredths(verdict.reasons.iter().fold(0.0, |sum, reason| sum + reason.points));
    let is_held = verdict.reasons.iter().any(|reason| HOLDING.contains(&&*reason.signal));
    verdict.bucket = match Bucket::of(verdict.points, rules) {
        Bucket::LikelyFine if is_held => Bucket::Check,
        bucket => bucket,
    };
    verdict.probability = super::probability(verdict.points);
    verdict
}

#[cfg(test)]
mod tests {
    use super::judge_again;
    use crate::spam::testing::submission;
    use crate::spam::{Bucket, History, Model, Rules, judge};

    #[test]
    fn what_is_judged_again_under_the_same_rules_is_judged_the_same() {
        let rules = Rules { max_links: 0, blocked_words: vec!["turnhalle".to_owned()].into(), ..Rules::default() };
        let histories = [
            History::default(),
            History {
                identical_elsewhere: 3,
                identical_in_spam: 2,
                similar_in_spam: 4,
                similar_elsewhere: 5,
                ..History::default()
            },
            History { domain_in_spam: 3, network_in_spam: 2, address_in_spam: 1, missing_headers: 3, ..History::default() },
            History { approved_confirmed: 9, page_last_hour: 9, page_age_days: 90, token_reused: true, ..History::default() },
        ];
        for text in ["Ein Satz.", "KAUFT JETZT!!! https://a.example https://b.example", "In der Turnhalle ist es kalt."] {
            for history in &histories {
                for (honeypot_filled, fill_time_ms) in [(false, Some(60_000)), (true, Some(100)), (false, None)] {
                    let mut came = submission(text);
                    (came.honeypot_filled, came.fill_time_ms) = (honeypot_filled, fill_time_ms);
                    let first = judge(&came, history, &Model::default(), &rules);
                    // Of how the form was filled in nothing is kept but what was said of it.
                    (came.honeypot_filled, came.fill_time_ms) = (false, Some(60_000));
                    let again = judge_again(&came, &first.reasons, &rules);
                    assert_eq!((again.points, again.bucket), (first.points, first.bucket), "{text} {history:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_switched_off_counts_no_more_and_new_words_count() {
        let history = History { domain_in_spam: 7, ..History::default() };
        let came = submission("In der Turnhalle ist es kalt.");
        let first = judge(&came, &history, &Model::default(), &Rules::default());
        assert_eq!((first.points, first.bucket), (4.5, Bucket::Check));
        let off = Rules { switched_off: vec!["neighbour-domain".into()], ..Rules::default() };
        assert_eq!(judge_again(&came, &first.reasons, &off).bucket, Bucket::LikelyFine);
        let words = Rules { blocked_words: vec!["turnhalle".to_owned()].into(), ..Rules::default() };
        assert_eq!(judge_again(&came, &first.reasons, &words).bucket, Bucket::LikelySpam);
    }
}
