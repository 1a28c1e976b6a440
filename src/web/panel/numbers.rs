//! The numbers of a site's last 90 days, drawn by the server as plain SVG, each with a table of the same.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::{Frame, frame};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::i18n::Locale;
use crate::moderation::drift::{self, SignalAgreement};
use crate::store::numbers::{self, Counted, Pace};
use crate::web::App;
use crate::web::session::SignedIn;
use crate::web::view::Page;

const DAYS: usize = 90;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// How long numbers are taken for fresh, in milliseconds: counting a quarter of a year is work.
const FRESH: i64 = 60_000;

/// Rows of the lists at most.
const LISTED: i64 = 12;

/// The states that are drawn, from the bottom up.
const STATES: [&str; 4] = ["approved", "pending", "rejected", "spam"];

/// The drawing's size, in its own units.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 200.0;

/// A site's numbers as they were counted.
#[derive(Debug, Default)]
pub struct Numbers {
    counted_at: i64,
    since: i64,
    comments: Vec<Counted>,
    pace: Vec<Pace>,
    grounds: Vec<(String, i64)>,
    load: Vec<(String, i64)>,
    signals: Vec<SignalAgreement>,
}

/// Numbers kept for a minute.
#[derive(Debug, Default)]
pub struct NumbersKept(Mutex<HashMap<Uuid, Arc<Numbers>>>);

async fn count(app: &App, site_id: Uuid) -> Result<Arc<Numbers>> {
    let now = app.clock.now().millis();
    let kept = app.numbers.0.lock().unwrap_or_else(PoisonError::into_inner).get(&site_id).cloned();
    if let Some(numbers) = kept.filter(|numbers| now - numbers.counted_at < FRESH) {
        return Ok(numbers);
    }
    // Whole days, so that each bar is a day and the last one is today.
    let since = Timestamp::from_millis(now.div_euclid(DAY) * DAY).plus(-(DAYS as i64 - 1) * DAY);
    let mut tx = app.store.read().await?;
    let numbers = Arc::new(Numbers {
        counted_at: now,
        since: since.millis(),
        comments: numbers::comments(&mut tx, site_id, since).await?,
        pace: numbers::pace(&mut tx, site_id, since).await?,
        grounds: numbers::grounds(&mut tx, site_id, since).await?,
        load: numbers::load(&mut tx, site_id, since, LISTED).await?,
        signals: drift::agreement_of_signals(&mut tx, site_id).await?,
    });
    app.numbers.0.lock().unwrap_or_else(PoisonError::into_inner).insert(site_id, Arc::clone(&numbers));
    Ok(numbers)
}

/// A bar of a drawing.
#[derive(Debug, PartialEq)]
struct Bar {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    class: &'static str,
}

/// A row of a table beside a drawing, with a bar of its own.
struct Share {
    name: String,
    count: i64,
    width: f64,
}

/// How the judgement and the moderators agree.
#[derive(Debug, Default, PartialEq)]
struct Agreement {
    spam_confirmed: i64,
    spam_approved: i64,
    fine_confirmed: i64,
    fine_spam: i64,
}

#[derive(Template)]
#[template(path = "panel/numbers.html")]
struct NumbersPage {
    locale: Locale,
    frame: Frame,
    site: String,
    bars: Vec<Bar>,
    highest: i64,
    /// Of each day that had a comment: its date, and the counts in the order of the states.
    days: Vec<(String, [i64; 4])>,
    totals: [i64; 4],
    decided: i64,
    in_an_hour: i64,
    pace: Vec<Bar>,
    grounds: Vec<Share>,
    load: Vec<Share>,
    agreement: Agreement,
    signals: Vec<SignalAgreement>,
}

impl NumbersPage {
    fn percent(&self, part: impl Borrow<i64>, whole: impl Borrow<i64>) -> String {
        let (part, whole) = (*part.borrow(), *whole.borrow());
        if whole == 0 { "–".into() } else { format!("{}\u{a0}%", (part * 100 + whole / 2) / whole) }
    }

    fn offers_settings(&self) -> bool {
        self.frame.is_admin() && self.signals.iter().any(|signal| signal.is_proposed)
    }

    fn total(&self) -> i64 {
        self.totals.iter().sum()
    }

    fn total_in_words(&self) -> String {
        self.locale.text_with_all("numbers-total", [("count", self.total().into()), ("highest", self.highest.into())])
    }

    fn hour_in_words(&self) -> String {
        let share = self.percent(self.in_an_hour, self.decided);
        self.locale.text_with_all("numbers-hour-note", [("share", share.into()), ("count", self.decided.into())])
    }
}

/// The numbers; how much each moderator does is shown to admins.
pub async fn show(State(app): State<App>, Path(site): Path<String>, by: SignedIn) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?.in_section("numbers");
    let numbers = count(&app, frame.site()?.id).await?;
    let locale = frame.moderator.locale;
    let by_day = by_day(&numbers.comments);
    let highest = by_day.iter().map(|counts| counts.iter().sum()).max().unwrap_or(0);
    let mut totals = [0; 4];
    for counts in &by_day {
        for (total, count) in totals.iter_mut().zip(counts) {
            *total += count;
        }
    }
    let day = |index: usize| locale.day(Timestamp::from_millis(numbers.since + index as i64 * DAY));
    let named: Vec<_> = numbers.grounds.iter().map(|(code, count)| (locale.text_for("ground", code), *count)).collect();
    let page = NumbersPage {
        locale,
        site,
        bars: stacked(&by_day, highest),
        highest,
        days: by_day
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, counts)| counts.iter().any(|c| *c > 0))
            .map(|(i, c)| (day(i), *c))
            .collect(),
        totals,
        decided: numbers.pace.iter().map(|pace| pace.decided).sum(),
        in_an_hour: numbers.pace.iter().map(|pace| pace.in_an_hour).sum(),
        pace: pace_bars(&numbers.pace),
        grounds: shares(&named),
        load: if frame.is_admin() { shares(&numbers.load) } else { Vec::new() },
        agreement: agreement(&numbers.comments),
        signals: numbers.signals.clone(),
        frame,
    };
    Ok(Page::new(page).into_response())
}

/// The counts of each day in the order of the states; others are not drawn.
fn by_day(comments: &[Counted]) -> Vec<[i64; 4]> {
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
fn stacked(days: &[[i64; 4]], highest: i64) -> Vec<Bar> {
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
fn pace_bars(pace: &[Pace]) -> Vec<Bar> {
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
fn shares(counted: &[(String, i64)]) -> Vec<Share> {
    let most = counted.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    counted
        .iter()
        .map(|(name, count)| Share { name: name.clone(), count: *count, width: tenths(*count as f64 * 100.0 / most as f64) })
        .collect()
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn agreement(comments: &[Counted]) -> Agreement {
    let mut agreement = Agreement::default();
    for counted in comments {
        let count = match (counted.bucket.as_str(), counted.status.as_str()) {
            ("likely-spam", "spam" | "rejected") => &mut agreement.spam_confirmed,
            ("likely-spam", "approved") => &mut agreement.spam_approved,
            ("likely-fine", "approved") => &mut agreement.fine_confirmed,
            ("likely-fine", "spam") => &mut agreement.fine_spam,
            _ => continue,
        };
        *count += counted.count;
    }
    agreement
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

    #[test]
    fn agreement_counts_what_both_have_judged() {
        let counts = [
            counted(0, "spam", "likely-spam", 5),
            counted(1, "rejected", "likely-spam", 1),
            counted(0, "approved", "likely-spam", 2),
            counted(0, "approved", "likely-fine", 7),
            counted(0, "spam", "likely-fine", 3),
            counted(0, "pending", "likely-fine", 100),
        ];
        assert_eq!(agreement(&counts), Agreement { spam_confirmed: 6, spam_approved: 2, fine_confirmed: 7, fine_spam: 3 });
    }
}
