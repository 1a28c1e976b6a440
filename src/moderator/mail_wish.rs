//! When a moderator wants to be told of held comments by mail, by the clock on their wall.

use std::str::FromStr;

use jiff::tz::TimeZone;

use crate::clock::Timestamp;
use crate::i18n::Locale;

/// Held comments that are worth a mail before the interval is over.
pub const MANY: i64 = 20;

/// Milliseconds between two mails about the same site at least, however many comments come: a storm of them is one mail a
/// minute, not one for every twenty.
pub const SOONEST: i64 = MINUTE;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60;

/// The longest that anything is put off, in minutes: a day, and what a change of the clocks may add to it.
const LONGEST: i64 = DAY + 3 * 60;

/// Whether and how somebody is told of a site's held comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// Of the first at once, of the next ones together.
    #[default]
    Soon,
    /// Once a day.
    Daily,
    /// Not at all.
    Never,
}

impl Telling {
    /// Every way there is.
    pub const ALL: [Self; 3] = [Self::Soon, Self::Daily, Self::Never];

    /// The name in the database, in forms and in catalogues under `telling-…`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Soon => "soon",
            Self::Daily => "daily",
            Self::Never => "never",
        }
    }
}

impl FromStr for Telling {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|telling| telling.as_str() == name).ok_or_else(|| format!("{name} is no way of telling"))
    }
}

/// What somebody wishes for one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailWish {
    /// Whether and how they are told.
    pub telling: Telling,
    /// The hour of the daily mail, 0 to 23.
    pub hour: u8,
    /// When no mail comes.
    pub quiet: Option<QuietHours>,
}

impl Default for MailWish {
    fn default() -> Self {
        Self { telling: Telling::Soon, hour: 8, quiet: None }
    }
}

/// From one minute of the day until another, past midnight where the first is the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: u16,
    until: u16,
}

impl QuietHours {
    /// From and until in minutes after midnight; `None` where both are the same, or one is no minute of a day.
    pub fn new(from: u16, until: u16) -> Option<Self> {
        let is_minute = |minute: u16| i64::from(minute) < DAY;
        (is_minute(from) && is_minute(until) && from != until).then_some(Self { from, until })
    }

    /// Minutes after midnight: from and until.
    pub const fn minutes(self) -> (u16, u16) {
        (self.from, self.until)
    }

    fn holds(self, minute: i64) -> bool {
        let (from, until) = (i64::from(self.from), i64::from(self.until));
        if from < until { (from..until).contains(&minute) } else { minute >= from || minute < until }
    }
}

/// A minute of the day out of a field for times, such as `21:30`.
pub fn minute_of_day(typed: &str) -> Option<u16> {
    let (hours, minutes) = typed.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// The same as such a field has it.
pub fn time_of_day(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Where somebody's clock hangs. The rules of all zones are part of the program, so that every machine has the same.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone with this name, such as `Europe/Berlin`.
    pub fn parse(name: &str) -> Option<Self> {
        TimeZone::get(name.trim()).ok().filter(|zone| zone.iana_name().is_some()).map(Self)
    }

    /// Where most who read this language live, or the world's own time.
    pub fn usual(locale: Locale) -> Self {
        let name = if locale == Locale::En { "Etc/UTC" } else { "Europe/Berlin" };
        Self::parse(name).unwrap_or(Self(TimeZone::UTC))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("Etc/UTC")
    }

    /// The zones to choose from, by name: those called by a place.
    pub fn all() -> Vec<String> {
        let is_place = |name: &str| name.contains('/') && (!name.starts_with("Etc/") || name == "Etc/UTC");
        let mut names: Vec<String> =
            jiff::tz::db().available().map(|name| name.to_string()).filter(|name| is_place(name)).collect();
        names.sort();
        names
    }

    /// The day, counted from 1970, and the minute of it that the clock shows.
    fn shows(&self, at: Timestamp) -> (i64, i64) {
        let moment = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
        let shown = at.millis().div_euclid(1000) + i64::from(self.0.to_offset(moment).seconds());
        let minutes = shown.div_euclid(60);
        (minutes.div_euclid(DAY), minutes.rem_euclid(DAY))
    }
}

impl MailWish {
    /// When a mail may go out that could go out now, and whose first comment came then.
    ///
    /// Looked for minute by minute on the clock on the wall: so it is right on the days as well that skip an hour or have
    /// one twice.
    pub fn not_before(&self, zone: &Zone, first: Timestamp, now: Timestamp) -> Timestamp {
        let told = if self.telling == Telling::Daily { self.next_hour(zone, first).max(now) } else { now };
        first_minute(told, |at| self.quiet.is_none_or(|quiet| !quiet.holds(zone.shows(at).1)))
    }

    /// The next time that the hour of the daily mail strikes, at this moment or later.
    fn next_hour(&self, zone: &Zone, from: Timestamp) -> Timestamp {
        // The day on which the hour has struck last.
        let struck = |at: Timestamp| {
            let (day, minute) = zone.shows(at);
            if minute >= i64::from(self.hour) * 60 { day } else { day - 1 }
        };
        first_minute(from, |at| struck(at) > struck(at.plus(-MINUTE)))
    }
}

/// The first whole minute for which something holds, or this very moment.
fn first_minute(from: Timestamp, holds: impl Fn(Timestamp) -> bool) -> Timestamp {
    if holds(from) {
        return from;
    }
    let whole = from.plus(-from.millis().rem_euclid(MINUTE));
    (1..=LONGEST).map(|minutes| whole.plus(minutes * MINUTE)).find(|at| holds(*at)).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment, written as RFC 3339 has it.
    fn at(text: &str) -> Timestamp {
        Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn berlin() -> Zone {
        Zone::parse("Europe/Berlin").unwrap()
    }

    fn quiet(from: &str, until: &str) -> Option<QuietHours> {
        QuietHours::new(minute_of_day(from).unwrap(), minute_of_day(until).unwrap())
    }

    #[test]
    fn quiet_hours_end_by_the_clock_on_the_wall_on_both_changes_of_the_year() {
        let night = MailWish { quiet: quiet("22:00", "07:00"), ..MailWish::default() };
        let half_past_two = MailWish { quiet: quiet("22:00", "02:30"), ..MailWish::default() };
        let noon = MailWish { quiet: quiet("12:00", "13:30"), ..MailWish::default() };
        for (wish, now, expected) in [
            // An ordinary night in winter, and one in summer.
            (night, "2026-01-15T21:00:00Z", "2026-01-16T06:00:00Z"),
            (night, "2026-07-15T20:00:00Z", "2026-07-16T05:00:00Z"),
            (night, "2026-07-15T19:59:59Z", "2026-07-15T19:59:59Z"),
            (night, "2026-07-16T05:00:00Z", "2026-07-16T05:00:00Z"),
            (night, "2026-07-16T04:59:59.999Z", "2026-07-16T05:00:00Z"),
            // 29 March 2026: at 2:00 it is 3:00. The night is an hour shorter.
            (night, "2026-03-28T21:00:00Z", "2026-03-29T05:00:00Z"),
            (night, "2026-03-29T00:59:59Z", "2026-03-29T05:00:00Z"),
            // An end that the clock skips is over when it has skipped it.
            (half_past_two, "2026-03-28T22:00:00Z", "2026-03-29T01:00:00Z"),
            // 25 October 2026: at 3:00 it is 2:00 again. The night is an hour longer.
            (night, "2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z"),
            (night, "2026-10-25T01:30:00Z", "2026-10-25T06:00:00Z"),
            // An end that comes twice.
            (half_past_two, "2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z"),
            (half_past_two, "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"),
            // In the middle of the day.
            (noon, "2026-01-15T11:00:00Z", "2026-01-15T12:30:00Z"),
            (noon, "2026-01-15T12:30:00Z", "2026-01-15T12:30:00Z"),
            (MailWish::default(), "2026-01-15T23:00:00Z", "2026-01-15T23:00:00Z"),
        ] {
            let found = wish.not_before(&berlin(), at(now), at(now));
            assert_eq!(found.rfc3339(), at(expected).rfc3339(), "{wish:?} at {now}");
        }
    }

    #[test]
    fn a_daily_mail_comes_once_a_day_when_its_hour_strikes() {
        let daily = |hour| MailWish { telling: Telling::Daily, hour, quiet: None };
        for (hour, first, now, expected) in [
            (8, "2026-01-15T12:00:00Z", "2026-01-15T12:00:00Z", "2026-01-16T07:00:00Z"),
            (8, "2026-01-15T06:59:59Z", "2026-01-15T06:59:59Z", "2026-01-15T07:00:00Z"),
            (8, "2026-01-15T07:00:00Z", "2026-01-15T07:00:00Z", "2026-01-15T07:00:00Z"),
            // Its hour is past, since nobody could send it then: at once.
            (8, "2026-01-15T06:00:00Z", "2026-01-15T09:30:00Z", "2026-01-15T09:30:00Z"),
            (8, "2026-02-28T12:00:00Z", "2026-02-28T12:00:00Z", "2026-03-01T07:00:00Z"),
            (0, "2026-01-15T12:00:00Z", "2026-01-15T12:00:00Z", "2026-01-15T23:00:00Z"),
            // The hour that the clock skips, and the one that comes twice.
            (2, "2026-03-28T12:00:00Z", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            (2, "2026-10-24T12:00:00Z", "2026-10-24T12:00:00Z", "2026-10-25T00:00:00Z"),
            (2, "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:00:00Z"),
            (8, "2026-10-24T12:00:00Z", "2026-10-24T12:00:00Z", "2026-10-25T07:00:00Z"),
        ] {
            let found = daily(hour).not_before(&berlin(), at(first), at(now));
            assert_eq!(found.rfc3339(), at(expected).rfc3339(), "{hour} o'clock after {first}, at {now}");
        }
        let asleep = MailWish { quiet: quiet("06:00", "10:00"), ..daily(8) };
        let found = asleep.not_before(&berlin(), at("2026-01-15T12:00:00Z"), at("2026-01-15T12:00:00Z"));
        assert_eq!(found.rfc3339(), "2026-01-16T09:00:00Z", "quiet hours go before");
    }

    #[test]
    fn zones_have_names_and_times_are_typed() {
        assert!(Zone::parse("Europe/Nirgends").is_none() && Zone::parse("").is_none() && Zone::parse("../x").is_none());
        assert_eq!((Zone::usual(Locale::De).name(), Zone::usual(Locale::En).name()), ("Europe/Berlin", "Etc/UTC"));
        let all = Zone::all();
        assert!(all.len() > 300 && all.iter().all(|name| Zone::parse(name).is_some()), "{}", all.len());
        assert_eq!((minute_of_day("21:30"), minute_of_day("00:00")), (Some(1290), Some(0)));
        for wrong in ["", "24:00", "7", "x:y", "12:60", "-1:00"] {
            assert_eq!(minute_of_day(wrong), None, "{wrong}");
        }
        assert_eq!(time_of_day(425), "07:05");
        assert_eq!((QuietHours::new(5, 5), QuietHours::new(0, 1440)), (None, None));
    }
}
