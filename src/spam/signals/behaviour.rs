//! How the form was filled in.

use crate::spam::reading::{READ_CHARS, Reading};
use crate::spam::{History, Reason, Rules};

/// The field that people do not see was filled in.
pub(in crate::spam) const HONEYPOT: &str = "honeypot";
/// Sent faster than anybody writes.
pub(in crate::spam) const TOO_FAST: &str = "form-too-fast";
/// Too much text for the time: pasted, at best.
pub(in crate::spam) const PASTED: &str = "form-pasted";
/// The form was opened long ago.
pub(in crate::spam) const TOO_OLD: &str = "form-old";
/// The form came without its signed token.
pub(in crate::spam) const UNSIGNED: &str = "form-unsigned";
/// A form token that has been used.
pub(in crate::spam) const REUSED: &str = "form-reused";
/// Without the headers that every browser sends.
pub(in crate::spam) const HEADERS: &str = "form-no-browser";
/// Longer than what is read by program.
pub(in crate::spam) const LONG: &str = "text-long";

/// Name, address and text in less than this are filled in by a program.
const TOO_FAST_MS: i64 = 3_000;
/// A day: pages stay open overnight, forms that robots collect are used for weeks.
const TOO_OLD_MS: i64 = 24 * 3_600_000;
/// The fastest typists reach 20 characters a second; twice that leaves room for dictation.
const CHARS_A_SECOND: u64 = 40;
/// Shorter texts say nothing about speed: they may be completed by a keyboard's suggestion.
const SPEED_FROM_CHARS: u64 = 120;

pub(super) fn look(reading: &Reading, history: &History, rules: &Rules, found: &mut Vec<Reason>) {
    if reading.submission.honeypot_filled {
        found.push(Reason::new(HONEYPOT, 5.0, "1"));
    }
    if reading.is_cut {
        // Never less than what holds a comment: its end is unread.
        found.push(Reason::new(LONG, rules.holding_points(2.0), READ_CHARS));
    }
    if history.token_reused {
        found.push(Reason::new(REUSED, 2.0, "1"));
    }
    if history.missing_headers > 0 {
        found.push(Reason::new(HEADERS, (0.8 * f64::from(history.missing_headers)).min(2.4), history.missing_headers));
    }
    let Some(ms) = reading.submission.fill_time_ms else {
        found.push(Reason::new(UNSIGNED, 2.0, "0"));
        return;
    };
    let chars = u64::try_from(reading.chars).unwrap_or(u64::MAX);
    let seconds = ms.max(0).cast_unsigned() / 1_000;
    if ms < TOO_FAST_MS {
        found.push(Reason::new(TOO_FAST, 3.0, format!("{}.{} s", seconds, ms.max(0) % 1_000 / 100)));
    } else if chars >= SPEED_FROM_CHARS && chars > seconds.saturating_mul(CHARS_A_SECOND) {
        found.push(Reason::new(PASTED, 0.8, format!("{chars} / {seconds} s")));
    } else if ms > TOO_OLD_MS {
        found.push(Reason::new(TOO_OLD, 1.0, format!("{} h", seconds / 3_600)));
    }
}

#[cfg(test)]
mod tests {
    use crate::spam::History;
    use crate::spam::testing::{points_of, points_with, submission};

    #[test]
    fn the_time_a_form_took_counts() {
        let text = "Wir haben das im Verein lange besprochen. ".repeat(5);
        for (fill_time_ms, signal, points) in [
            (None, "form-unsigned", 2.0),
            (Some(i64::MIN), "form-too-fast", 3.0),
            (Some(2_999), "form-too-fast", 3.0),
            (Some(4_000), "form-pasted", 0.8),
            (Some(60_000), "form-pasted", 0.0),
            (Some(86_400_001), "form-old", 1.0),
            (Some(i64::MAX), "form-old", 1.0),
        ] {
            let mut sent = submission(&text);
            sent.fill_time_ms = fill_time_ms;
            assert_eq!(points_of(&sent, signal), points, "{fill_time_ms:?}");
        }
    }

    #[test]
    fn a_used_token_and_a_program_that_is_no_browser_count() {
        let history = History { token_reused: true, missing_headers: 2, ..History::default() };
        assert_eq!(points_with(&history, "form-reused"), 2.0);
        assert_eq!(points_with(&history, "form-no-browser"), 1.6);
        assert_eq!(points_with(&History::default(), "form-no-browser"), 0.0);
    }

    #[test]
    fn the_hidden_field_is_enough_for_the_spam_bucket() {
        let mut sent = submission("Danke für den Hinweis.");
        assert_eq!(points_of(&sent, "honeypot"), 0.0);
        sent.honeypot_filled = true;
        assert_eq!(points_of(&sent, "honeypot"), 5.0);
    }

    #[test]
    fn a_text_too_long_to_read_is_held() {
        assert_eq!(points_of(&submission(&"Ja. ".repeat(1_501)), "text-long"), 2.0);
    }
}
