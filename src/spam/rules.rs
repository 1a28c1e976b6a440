//! What the operator has set.

use serde::{Deserialize, Serialize};

use super::may_be_switched_off;

/// A threshold beyond this is meant to hold nothing, and the points have to stay a number that JSON can write.
const MOST_HOLDING_POINTS: f64 = 1e6;

/// What a site has set. A setting that is missing has its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// How many different links to other sites a comment may have before they weigh; by default 2, as WordPress has it.
    pub max_links: u32,
    /// Words that hold a comment. `*` stands for any letters, several words for these in a row; capitals and look-alike
    /// letters make no difference, and signs must be there as typed ("c++" is not "c"). A lone `*` is ignored.
    pub blocked_words: Vec<String>,
    /// From this many points on a comment is to be looked at ([`Bucket::Check`](super::Bucket::Check)); by default 2.0:
    /// about one strong signal.
    pub check_points: f64,
    /// From this many points on it is taken for spam ([`Bucket::LikelySpam`](super::Bucket::LikelySpam)); by default 5.0:
    /// more than any one family of words reaches alone.
    pub spam_points: f64,
    /// Signals that count nothing on this site, because they were wrong too often there.
    pub switched_off: Vec<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self { max_links: 2, blocked_words: Vec::new(), check_points: 2.0, spam_points: 5.0, switched_off: Vec::new() }
    }
}

impl Rules {
    /// Whether a signal counts nothing here.
    pub(super) fn switches_off(&self, signal: &str) -> bool {
        self.switched_off.iter().any(|off| off == signal) && may_be_switched_off(signal)
    }

    /// Points that reach the threshold of [`Bucket::Check`](super::Bucket::Check), and are no fewer than `usual`.
    pub(super) fn holding_points(&self, usual: f64) -> f64 {
        // A threshold that is not a number leads to a person anyway.
        if self.check_points.is_nan() { usual } else { self.check_points.clamp(usual, MOST_HOLDING_POINTS) }
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[test]
    fn held_is_held_under_any_threshold() {
        for (check_points, points) in [(2.0, 3.0), (8.0, 8.0), (-1.0, 3.0), (f64::NAN, 3.0), (f64::INFINITY, 1e6)] {
            let rules = Rules { check_points, ..Rules::default() };
            assert_eq!(rules.holding_points(3.0), points, "{check_points}");
        }
    }
}
