//! How the text lies on the page.

use crate::spam::Reason;
use crate::spam::reading::{Reading, hard_wrapped_lines};

/// Lines that break off in the middle of a sentence.
pub(in crate::spam) const WRAPPED: &str = "layout-wrapped";

pub(super) fn look(reading: &Reading, found: &mut Vec<Reason>) {
    let wrapped = hard_wrapped_lines(reading.text);
    if wrapped > 0 {
        found.push(Reason::new(WRAPPED, if wrapped > 1 { 3.0 } else { 1.8 }, wrapped));
    }
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::{points_of, submission};

    #[test]
    fn lines_that_break_off_in_a_sentence_count() {
        for (text, points) in [
            ("Ich habe diesen Beitrag sehr gern gelesen und\nwerde ihn weiterempfehlen.", 1.8),
            (
                "Ich habe diesen Beitrag sehr gern gelesen und\r\nwerde ihn an alle meine Freunde weitergeben,\r\nso gut war er.",
                3.0,
            ),
            ("Ich habe diesen Beitrag sehr gern gelesen.\n\nund noch etwas", 0.0),
            ("Rosen sind rot\nveilchen sind blau", 0.0),
        ] {
            assert_eq!(points_of(&submission(text), "layout-wrapped"), points, "{text}");
        }
    }
}
