//! What holds for every judgement.

use proptest::prelude::*;

use super::testing::submission;
use super::{Bucket, History, Model, Reason, Rules, SIGNALS, fingerprint_text, judge};

#[test]
fn an_honest_comment_has_no_reasons() {
    let verdict = judge(
        &submission("Schöner Artikel! Nur der Absatz über das Freibad stimmt so nicht: Es ist seit Mai wieder offen."),
        &History::default(),
        &Model::default(),
        &Rules::default(),
    );
    assert_eq!((verdict.points, verdict.bucket, verdict.reasons), (0.0, Bucket::LikelyFine, vec![]));
}

#[test]
fn an_advertisement_is_likely_spam() {
    let text = "Buy cheap Viagra online without prescription [url=http://pillen.example]here[/url]";
    let verdict = judge(&submission(text), &History::default(), &Model::default(), &Rules::default());
    assert_eq!(verdict.bucket, Bucket::LikelySpam, "{verdict:?}");
    assert!(verdict.reasons.is_sorted_by(|a, b| a.points >= b.points));
}

#[test]
fn signal_names_are_distinct_kebab_case() {
    for (at, name) in SIGNALS.iter().enumerate() {
        assert!(name.chars().all(|c| c == '-' || c.is_ascii_lowercase()), "{name}");
        assert!(!SIGNALS.iter().skip(at + 1).any(|other| other == name), "{name}");
    }
}

#[test]
fn buckets_have_names_that_are_read_back() {
    for bucket in Bucket::ALL {
        assert_eq!(bucket.as_str().parse(), Ok(bucket));
    }
    assert!("spam".parse::<Bucket>().is_err());
}

#[test]
fn thresholds_decide_and_nonsense_leads_to_a_person() {
    let nan = f64::NAN;
    for (points, check, spam, bucket) in [
        (1.9, 2.0, 5.0, Bucket::LikelyFine),
        (2.0, 2.0, 5.0, Bucket::Check),
        (5.0, 2.0, 5.0, Bucket::LikelySpam),
        (0.0, nan, 5.0, Bucket::Check),
        (0.0, 2.0, nan, Bucket::Check),
        (nan, 2.0, 5.0, Bucket::Check),
        (3.0, 9.0, 3.0, Bucket::LikelySpam),
    ] {
        let rules = Rules { check_points: check, spam_points: spam, ..Rules::default() };
        assert_eq!(Bucket::of(points, &rules), bucket, "{points} {check} {spam}");
    }
}

#[test]
fn texts_that_look_the_same_have_one_fingerprint() {
    assert_eq!(fingerprint_text("  Kаufen\u{200b} SIE\r\n\tjetzt "), "kaufen sie jetzt");
    assert_ne!(fingerprint_text("schon"), fingerprint_text("schön"));
    assert_eq!(fingerprint_text(" \u{200b} "), "");
}

#[test]
fn evidence_is_one_short_line() {
    let reason = Reason::new("honeypot", 1.0, format!("a\nb\u{202e}\u{0}{}", "ß".repeat(200)));
    assert_eq!(reason.evidence.chars().count(), 80);
    assert!(reason.evidence.starts_with("a bß") && reason.evidence.ends_with('…'));
}

proptest! {
    #[test]
    fn any_submission_is_judged_once_and_for_all(
        text in prop_oneof![any::<String>(), "([a-c0-9@$!.:/*{}|<>\\[\\]=äа\u{301}\u{200b}\u{202e} ]|http://|www\\.|\\.com|viagra|\\[url=){0,40}"],
        author in any::<String>(),
        website in any::<Option<String>>(),
        blocked in proptest::collection::vec(prop_oneof![any::<String>(), "[a-c* ]{0,5}"], 0..4),
        (honeypot_filled, fill_time_ms) in any::<(bool, Option<i64>)>(),
        (identical_elsewhere, identical_in_spam) in any::<(u32, u32)>(),
        (max_links, check_points, spam_points) in any::<(u32, f64, f64)>(),
    ) {
        let mut sent = submission(&text);
        sent.author = &author;
        sent.website = website.as_deref();
        sent.honeypot_filled = honeypot_filled;
        sent.fill_time_ms = fill_time_ms;
        let history = History { identical_elsewhere, identical_in_spam, approved_confirmed: identical_in_spam, ..History::default() };
        for rules in [Rules { max_links, blocked_words: blocked, check_points, spam_points, switched_off: Vec::new() }, Rules::default()] {
            let verdict = judge(&sent, &history, &Model::default(), &rules);
            prop_assert!(verdict.reasons.len() <= 12);
            prop_assert!(verdict.reasons.iter().all(|reason| reason.points != 0.0 && reason.points.is_finite() && SIGNALS.contains(&&*reason.signal)));
            prop_assert!(verdict.reasons.iter().all(|reason| reason.evidence.chars().count() <= 80));
            let again = judge(&sent, &history, &Model::default(), &rules);
            prop_assert_eq!(verdict.bucket, again.bucket);
            prop_assert_eq!(verdict.points.to_bits(), again.points.to_bits());
            prop_assert_eq!(verdict.reasons, again.reasons);
        }
        prop_assert_eq!(fingerprint_text(&fingerprint_text(&text)), fingerprint_text(&text));
    }
}
