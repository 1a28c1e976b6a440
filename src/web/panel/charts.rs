//! Plain drawings of numbers, in units of their own: bars for the server to write as SVG.

use crate::store::numbers::{Counted, Pace};

/// Days that a drawing shows.
pub(super) const DAYS: usize = 90;

/// The states that are drawn, from the bottom up.
pub(super) const STATES: [&str; 4] = ["approved", "pending", "rejected", "spam"];

/// The drawing's size, in its own units.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 200.0;

/// A bar of a drawing.
#[derive(Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) class: &'static str,
}

/// A row of a table beside a drawing, with a bar of its own.
pub(super) struct Share {
    pub(super) name: String,
    pub(super) count: i64,
    pub(super) width: f64,
}

/// The counts of each day in the order of the states; others are not drawn.
pub(super) fn by_day(comments: &[Counted]) -> Vec<[i64; 4]> {
    let mut days = vec![[0; 4]; DAYS];
    for counted in comments {
        let state = STATES.iter().position(|state| *state == counted.status);
        // A comment from the future, by another machine's clock, stands on the last day.
        let day = usize::try_from(counted.day).unwrap_or_default().min(DAYS - 1);
        if let Some(state) = state {
            days[day][state] += counted.count;
        }
    }
    days
}

#[expect(clippy::cast_precision_loss, reason = "pixels")]
pub(super) fn stacked(days: &[[i64; 4]], highest: i64) -> Vec<Bar> {
    let step = WIDTH / days.len().max(1) as f64;
    let mut bars = Vec::new();
    for (day, counts) in days.iter().enumerate() {
        let mut y = HEIGHT;
        for (state, count) in STATES.into_iter().zip(counts).filter(|(_, count)| **count > 0) {
            let height = HEIGHT * *count as f64 / highest.max(1) as f64;
            y -= height;
            bars.push(Bar {
                x: tenths(day as f64 * step),
                y: tenths(y),
                width: tenths(step - 1.5),
                height: tenths(height),
                class: state,
            });
        }
    }
    bars
}

#[expect(clippy::cast_precision_loss, reason = "pixels")]
pub(super) fn pace_bars(pace: &[Pace]) -> Vec<Bar> {
    let step = WIDTH / DAYS as f64;
    pace.iter()
        .filter(|pace| pace.decided > 0)
        .map(|pace| {
            let height = HEIGHT / 2.0 * pace.in_an_hour as f64 / pace.decided as f64;
            let x = pace.day.clamp(0, DAYS as i64 - 1) as f64 * step;
            Bar {
                x: tenths(x),
                y: tenths(HEIGHT / 2.0 - height),
                width: tenths(step - 1.5),
                height: tenths(height),
                class: "approved",
            }
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "pixels")]
pub(super) fn shares(counted: &[(String, i64)]) -> Vec<Share> {
    let most = counted.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    counted
        .iter()
        .map(|(name, count)| Share { name: name.clone(), count: *count, width: tenths(*count as f64 * 100.0 / most as f64) })
        .collect()
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(day: i64, status: &str, bucket: &str, count: i64) -> Counted {
        Counted { day, status: status.into(), bucket: bucket.into(), count }
    }

    #[test]
    fn bars_stand_on_each_other_and_fit_the_drawing() {
        let days = by_day(&[
            counted(0, "approved", "check", 3),
            counted(0, "spam", "check", 1),
            counted(200, "pending", "check", 2),
            counted(1, "erased", "check", 9),
        ]);
        assert_eq!((days[0], days[1], days[89]), ([3, 0, 0, 1], [0; 4], [0, 2, 0, 0]));
        let bars = stacked(&days, 4);
        assert_eq!(bars[0], Bar { x: 0.0, y: 50.0, width: 8.5, height: 150.0, class: "approved" });
        assert_eq!((bars[1].y, bars[1].height, bars[1].class), (0.0, 50.0, "spam"));
        assert!(bars.iter().all(|bar| bar.x + bar.width <= WIDTH && bar.y + bar.height <= HEIGHT), "{bars:?}");
        assert_eq!(stacked(&by_day(&[]), 0), []);
    }
}
