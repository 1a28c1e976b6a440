//! The words that the site has blocked.

use crate::spam::reading::Reading;
use crate::spam::{Reason, Rules};

/// A blocked word occurs in text, name or website.
pub(in crate::spam) const BLOCKED: &str = "blocked-word";

pub(super) fn look(reading: &Reading, rules: &Rules, found: &mut Vec<Reason>) {
    if let Some((first, is_one_of_several)) = rules.blocked_words.find(reading) {
        // Who blocks a word wants the comment held, whatever the threshold; two such words bin it under the usual rules.
        let points = rules.holding_points(3.0) + if is_one_of_several { 2.0 } else { 0.0 };
        found.push(Reason::new(BLOCKED, points, first));
    }
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::submission;
    use crate::spam::{History, Model, Rules, judge};

    #[test]
    fn blocked_words_are_found_at_word_boundaries() {
        for (blocked, text, found) in [
            ("Rind", "Das Rind steht dort.", true),
            ("Rind", "Die Rinde ist rau.", false),
            ("rind*", "Die Rinde ist rau.", true),
            ("*schwein", "Ein Sparschwein!", true),
            ("k*se", "Der Käse und die Kasse", true),
            ("schon", "schön", false),
            ("SCHÖN", "scho\u{308}n", true),
            ("gute frau", "Meine  gute,\nFrau M.", true),
            ("gute frau*", "Meine gute Frauenärztin", true),
            ("boese.example", "https://boese.example/x", true),
            ("C++", "Ich mag c++ sehr", true),
            ("C++", "Das steht in Punkt c", false),
            ("Idiot", "So ein 1d10t!", true),
            ("Idiot", "So ein I.D.I.O.T", true),
            ("🦄", "Ein 🦄 hier", true),
            ("हिन्दी", "यह हिन्दी है", true),
            ("हिन्दी", "यह हिन्दीभाषी है", false),
            ("हिन्दी*", "यह हिन्दीभाषी है", true),
            ("น้ำ", "ขาย น้ำ ถูก", true),
            ("ฟรี เงินกู้", "สมัคร ฟรี เงินกู้ วันนี้", true),
            ("tie\u{302}\u{300}n", "gửi tiền ngay", true),
            ("tiền", "gửi tie\u{302}\u{300}n ngay", true),
            ("שָׁלוֹם", "אמר שָׁלוֹם לכולם", true),
            ("שָׁלוֹם", "אמר לכולם", false),
            ("קָזִינ*", "זה קָזִינוֹ חדש", true),
            ("قِمَار", "هذا قِمَار كبير", true),
            ("*", "Irgendwas", false),
            ("", "Irgendwas", false),
            ("* *", "Irgendwas hier", false),
        ] {
            let rules = Rules { blocked_words: vec![blocked.to_owned()].into(), ..Rules::default() };
            let reasons = judge(&submission(text), &History::default(), &Model::default(), &rules).reasons;
            assert_eq!(reasons.iter().any(|reason| reason.signal == "blocked-word"), found, "{blocked} in {text}");
        }
    }

    #[test]
    fn a_blocked_word_holds_a_comment_whatever_the_threshold() {
        let rules =
            Rules { blocked_words: vec!["rind".to_owned()].into(), check_points: 8.0, spam_points: 20.0, ..Rules::default() };
        assert_eq!(judge(&submission("Das Rind."), &History::default(), &Model::default(), &rules).bucket.as_str(), "check");
    }
}
