//! What the shipped start says, where the moderators have taught little yet.

use crate::spam::Reason;
use crate::spam::model::Opinion;

/// Like advertisements that came elsewhere.
pub(in crate::spam) const SPAM: &str = "start-spam";

/// Points for each unit of log-odds above zero. Chosen on labelled comments of other kinds than the start was made from: more
/// would catch more of those kinds, and blogs' ham with it.
const POINTS_PER_UNIT: f64 = 0.4;
/// The most that it says, well below what makes spam of a comment.
const MOST_POINTS: f64 = 3.0;

/// `share` is how much it still has to say, from 0 to 1. It never speaks for a comment.
pub(in crate::spam) fn reason(opinion: &Opinion, share: f64) -> Option<Reason> {
    let points = (POINTS_PER_UNIT * opinion.log_odds).clamp(0.0, MOST_POINTS) * share;
    Some(Reason::new(SPAM, points, opinion.evidence())).filter(|reason| reason.points >= 0.05)
}
