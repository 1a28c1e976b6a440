//! Who it is: somebody known, or somebody who looks like it.

use crate::spam::fold::fold;
use crate::spam::reading::Reading;
use crate::spam::{History, Reason};

/// Earlier comments of the confirmed address were approved.
pub(in crate::spam) const APPROVED: &str = "trust-approved";
/// The name is that of a moderator or author, or looks like it.
pub(in crate::spam) const STAFF: &str = "name-of-staff";

/// Earlier approvals outweigh a link or two, and nothing that is enough for the spam bucket alone.
const MOST_TRUST: f64 = 3.0;

pub(super) fn look(reading: &Reading, history: &History, found: &mut Vec<Reason>) {
    if history.approved_confirmed > 0 {
        let trust = f64::from(history.approved_confirmed.saturating_add(1)).log2() * 0.6;
        found.push(Reason::new(APPROVED, -trust.min(MOST_TRUST), history.approved_confirmed));
    }
    let staff = reading.submission.staff_names;
    if staff.is_empty() {
        return;
    }
    let name = letters(reading.author);
    if !name.is_empty() && staff.contains(&name) {
        found.push(Reason::new(STAFF, 3.0, reading.author));
    }
}

/// What a name looks like: the same for names that are taken for each other. For comparing, never for showing.
pub fn look_of_name(name: &str) -> String {
    letters(name)
}

/// What is left of a name for the eye: "Εva  Mustеr" and "eva.muster" are "evamuster"; 0 is o, 1 and l are i.
pub(super) fn letters(name: &str) -> String {
    let look = |c| match c {
        '0' => 'o',
        '1' | 'l' | '|' => 'i',
        other => other,
    };
    fold(name).chars().map(look).filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::{points_of, points_with, submission};
    use crate::spam::{History, look_of_name};

    #[test]
    fn earlier_approvals_lower_the_sum_a_little_each() {
        for (approved_confirmed, points) in [(0, 0.0), (1, -0.6), (3, -1.2), (1_000, -3.0), (u32::MAX, -3.0)] {
            let history = History { approved_confirmed, ..History::default() };
            assert_eq!(points_with(&history, "trust-approved"), points, "{approved_confirmed}");
        }
    }

    #[test]
    fn a_name_that_looks_like_that_of_staff_is_noticed() {
        let staff = [look_of_name("Ole Lund")];
        for (author, points) in
            [("Ole Lund", 3.0), ("OIe  Lund", 3.0), ("0le.lund", 3.0), ("Оlе Lund", 3.0), ("Ole Lundgren", 0.0), ("", 0.0)]
        {
            let mut sent = submission("Danke für den Hinweis.");
            sent.staff_names = &staff;
            sent.author = author;
            assert_eq!(points_of(&sent, "name-of-staff"), points, "{author}");
        }
    }
}
