//! The numbers of a site's last 90 days, drawn by the server as plain SVG, each with a table of the same.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::charts::{Bar, DAYS, STATES, Share, by_day, pace_bars, shares, stacked};
use super::{Frame, frame};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::i18n::Locale;
use crate::moderation::drift::{self, SignalAgreement};
use crate::store::numbers::{self, Counted, Pace};
use crate::web::App;
use crate::web::session::SignedIn;
use crate::web::view::Page;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// How long numbers are taken for fresh, in milliseconds: counting a quarter of a year is work.
const FRESH: i64 = 60_000;

/// Rows of the lists at most.
const LISTED: i64 = 12;

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
