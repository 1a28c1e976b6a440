//! What the model has learned from the moderators.

use crate::spam::model::Opinion;
use crate::spam::{EVEN_POINTS, POINTS_PER_E, Reason};

/// The model takes it for spam, or would not exclude it.
pub(in crate::spam) const SPAM: &str = "learned-spam";
/// The model finds it like what was approved.
pub(in crate::spam) const FINE: &str = "learned-fine";

/// Taken off for what the signals of the text still add beside it; chosen, on labelled comments, so that one threshold
/// serves sites of different kinds.
const CAUTION: f64 = 0.1;
/// However sure it is, it says no more than this: as much as the surest signals.
const MOST_POINTS: f64 = 15.0;
/// So much it may take off the sum.
const LEAST_POINTS: f64 = -6.0;

/// From these log-odds on the model's points are above zero, and speak for spam.
pub(in crate::spam) const SPEAKS_FOR_SPAM: f64 = (CAUTION - EVEN_POINTS) / POINTS_PER_E;

pub(in crate::spam) fn reason(opinion: &Opinion, experience: f64) -> Option<Reason> {
    let points = (EVEN_POINTS - CAUTION + POINTS_PER_E * opinion.log_odds).clamp(LEAST_POINTS, MOST_POINTS) * experience;
    let signal = if points > 0.0 { SPAM } else { FINE };
    // Whoever was never shown spam does not say that something is like it.
    if signal == SPAM && !opinion.has_had_spam {
        return None;
    }
    // What is shown with one digit after the point as nothing is not worth a line.
    Some(Reason::new(signal, points, opinion.evidence())).filter(|reason| reason.points.abs() >= 0.05)
}
