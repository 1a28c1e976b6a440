//! What an admin may change of a site, and within which bounds.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::spam;

/// What an admin sets for a site; kept as JSON, so that a setting not yet there has its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteSettings {
    /// Whose comments wait for a moderator.
    pub trust: TrustSettings,
    /// How many comments are taken from whom.
    pub limits: Limits,
    /// The rules of the spam judgement.
    pub rules: spam::Rules,
    /// How the judgement itself is judged.
    pub drift: DriftSettings,
    /// How the thread is shown.
    pub thread: ThreadSettings,
    /// What the form says in the site's own words.
    pub form: FormTexts,
    /// Who is told by mail.
    pub mail: MailSettings,
    /// How long what is private is kept.
    pub privacy: PrivacySettings,
}

/// Whose comments wait for a moderator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    /// Everybody's.
    #[default]
    Everything,
    /// Those of authors who have not earned trust.
    Untrusted,
}

impl Hold {
    /// Every way there is.
    pub const ALL: [Self; 2] = [Self::Everything, Self::Untrusted];

    /// The name in settings and catalogues.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Untrusted => "untrusted",
        }
    }
}

/// Whose comments wait. An address earns trust only once its owner has confirmed it: anybody may type it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrustSettings {
    /// Whose comments wait for a moderator.
    pub hold: Hold,
    /// How many approved comments of a confirmed address earn trust; at least 1.
    pub after_approved: u32,
}

impl Default for TrustSettings {
    fn default() -> Self {
        Self { hold: Hold::Everything, after_approved: 3 }
    }
}

/// How the judgement itself is judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DriftSettings {
    /// How many in a hundred of the comments that the judgement takes for spam go to the moderators without saying so.
    pub sample_percent: f64,
}

impl Default for DriftSettings {
    fn default() -> Self {
        Self { sample_percent: 2.0 }
    }
}

/// How long what is private is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrivacySettings {
    /// Days after which the keyed hash of a commenter's network is forgotten; at least 1, so that limits can count.
    pub network_days: u32,
}

impl Default for PrivacySettings {
    fn default() -> Self {
        Self { network_days: 30 }
    }
}

/// How many comments are taken in which time. Zero takes the limit away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// From one network (/32 or /64) in a minute.
    pub network_per_minute: u32,
    /// From one network in an hour.
    pub network_per_hour: u32,
    /// From one e-mail address in an hour.
    pub address_per_hour: u32,
    /// On one page in a minute.
    pub page_per_minute: u32,
    /// On the whole site in a minute.
    pub site_per_minute: u32,
}

impl Default for Limits {
    /// A household or office behind one address may hold a lively discussion; a script may not fill the queue.
    fn default() -> Self {
        Self { network_per_minute: 5, network_per_hour: 40, address_per_hour: 20, page_per_minute: 60, site_per_minute: 300 }
    }
}

/// Which comments a thread begins with; an article says it for its own by the `sort` of its element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// As they came.
    #[default]
    OldestFirst,
    /// The last one first.
    NewestFirst,
}

impl Order {
    /// Every order there is.
    pub const ALL: [Self; 2] = [Self::OldestFirst, Self::NewestFirst];

    /// The name in settings and catalogues.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OldestFirst => "oldest-first",
            Self::NewestFirst => "newest-first",
        }
    }
}

/// How the thread is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ThreadSettings {
    /// How deep answers are indented; deeper ones stand at this depth.
    pub depth: u8,
    /// Which comments it begins with.
    pub order: Order,
    /// Days after its first comment when a page closes; zero never closes it.
    pub close_after_days: u32,
    /// Minutes after approval in which an author may propose another text; zero: never.
    pub edit_minutes: u32,
}

impl Default for ThreadSettings {
    fn default() -> Self {
        Self { depth: 3, order: Order::OldestFirst, close_after_days: 0, edit_minutes: 15 }
    }
}

impl ThreadSettings {
    /// When a page that had its first comment then takes no more, for its age; `None` where age closes none.
    pub fn closes_at(&self, first_comment: Timestamp) -> Option<Timestamp> {
        let days = i64::from(self.close_after_days);
        (days > 0).then(|| first_comment.plus(days * 24 * 60 * 60 * 1000))
    }

    /// Whether a page that had its first comment then takes no more, for its age.
    pub fn has_closed(&self, first_comment: Timestamp, now: Timestamp) -> bool {
        self.closes_at(first_comment).is_some_and(|at| at <= now)
    }
}

/// What the form says in the site's own words; an empty text leaves the usual words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormTexts {
    /// Above the form, in place of "Leave a comment".
    pub title: String,
    /// Below the title: house rules, say.
    pub note: String,
}

/// Who is told by mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailSettings {
    /// Moderators of the site who are not told of held comments; everybody else is.
    pub silent: Vec<Uuid>,
    /// Whether these mails show the commenter's address. The network is kept as a keyed hash alone, and so shown nowhere.
    pub show_address: bool,
    /// Whether authors who want mails and have confirmed their address are told what was decided about their comment.
    pub decisions: bool,
    /// Seconds that a mail to an author waits after the decision that caused it, so that undo takes it back.
    pub undo_seconds: u32,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self { silent: Vec::new(), show_address: false, decisions: false, undo_seconds: 45 }
    }
}

/// A setting that is a number, and its bounds.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// Its dotted name.
    pub name: &'static str,
    /// The least that makes sense.
    pub least: f64,
    /// The most that makes sense.
    pub most: f64,
}

const fn number(name: &'static str, least: f64, most: f64) -> Number {
    Number { name, least, most }
}

/// Every setting that is a number.
pub const NUMBERS: [Number; 15] = [
    number("trust.after_approved", 1.0, 1000.0),
    number("rules.max_links", 0.0, 1000.0),
    number("rules.check_points", 0.0, 100.0),
    number("rules.spam_points", 0.0, 100.0),
    number("drift.sample_percent", 0.0, 100.0),
    number("limits.network_per_minute", 0.0, 10_000.0),
    number("limits.network_per_hour", 0.0, 100_000.0),
    number("limits.address_per_hour", 0.0, 100_000.0),
    number("limits.page_per_minute", 0.0, 100_000.0),
    number("limits.site_per_minute", 0.0, 100_000.0),
    number("thread.depth", 0.0, 10.0),
    number("thread.close_after_days", 0.0, 36_500.0),
    number("thread.edit_minutes", 0.0, 1440.0),
    number("mail.undo_seconds", 0.0, 3600.0),
    number("privacy.network_days", 1.0, 365.0),
];

/// Blocked words at most, and the characters of each: the judgement looks for every one of them in every comment.
const MOST_WORDS: usize = 5000;
const LONGEST_WORD: usize = 200;

/// The characters of a text of the form.
const LONGEST_TITLE: usize = 120;
const LONGEST_NOTE: usize = 1000;

/// What is wrong with a setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SettingFault {
    /// Its dotted name.
    pub name: &'static str,
    /// A stable word for the fault: `range`, `order`, `too_many`, `too_long`.
    pub code: &'static str,
    /// The least and the most that is allowed.
    pub bounds: (f64, f64),
}

impl SiteSettings {
    /// Sets one value under its dotted name, such as `limits.network_per_minute`. A list is separated by commas.
    ///
    /// # Errors
    /// A sentence saying that there is no such setting, or that the value does not fit it.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        self.set_list_separated_by(',', name, value)
    }

    /// The same for a list that has one entry on each line.
    ///
    /// # Errors
    /// As [`SiteSettings::set`].
    pub fn set_lines(&mut self, name: &str, value: &str) -> Result<(), String> {
        self.set_list_separated_by('\n', name, value)
    }

    fn set_list_separated_by(&mut self, separator: char, name: &str, value: &str) -> Result<(), String> {
        use serde_json::Value;
        let mut whole = serde_json::to_value(&*self).map_err(|error| error.to_string())?;
        let place = whole
            .pointer_mut(&format!("/{}", name.replace('.', "/")))
            .filter(|place| !place.is_object())
            .ok_or_else(|| format!("There is no setting {name}."))?;
        *place = match place {
            Value::Array(_) => value.split(separator).map(str::trim).filter(|word| !word.is_empty()).map(Value::from).collect(),
            Value::String(_) => value.trim().into(),
            _ => serde_json::from_str(value.trim()).unwrap_or_else(|_| value.into()),
        };
        *self = serde_json::from_value(whole).map_err(|_| format!("{value} does not fit the setting {name}."))?;
        Ok(())
    }

    /// A value under its dotted name, as [`SiteSettings::set_lines`] takes it; empty where there is none.
    pub fn get(&self, name: &str) -> String {
        use serde_json::Value;
        let whole = serde_json::to_value(self).unwrap_or_default();
        match whole.pointer(&format!("/{}", name.replace('.', "/"))) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
            Some(value) => value.to_string(),
            None => String::new(),
        }
    }

    /// Everything that is out of bounds.
    pub fn faults(&self) -> Vec<SettingFault> {
        let mut faults = Vec::new();
        for Number { name, least, most } in NUMBERS {
            // What is no number at all is out of bounds as well.
            if !self.get(name).parse().is_ok_and(|value: f64| (least..=most).contains(&value)) {
                faults.push(SettingFault { name, code: "range", bounds: (least, most) });
            }
        }
        if self.rules.spam_points < self.rules.check_points {
            faults.push(SettingFault { name: "rules.spam_points", code: "order", bounds: (self.rules.check_points, 100.0) });
        }
        let mut most = |name, code, length: usize, most: usize| {
            #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
            let bounds = (0.0, most as f64);
            if length > most {
                faults.push(SettingFault { name, code, bounds });
            }
        };
        let words = &self.rules.blocked_words;
        most("rules.blocked_words", "too_many", words.len(), MOST_WORDS);
        let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or_default();
        most("rules.blocked_words", "too_long", longest, LONGEST_WORD);
        most("form.title", "too_long", self.form.title.chars().count(), LONGEST_TITLE);
        most("form.note", "too_long", self.form.note.chars().count(), LONGEST_NOTE);
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_changed_by_its_name_or_refused() {
        let mut settings = SiteSettings::default();
        settings.set("limits.network_per_minute", "9").unwrap();
        settings.set("rules.blocked_words", "casino, kredit*").unwrap();
        settings.set("form.title", "2026").unwrap();
        settings.set("trust.hold", "untrusted").unwrap();
        assert_eq!(settings.limits.network_per_minute, 9);
        assert_eq!(*settings.rules.blocked_words, ["casino", "kredit*"]);
        assert_eq!((settings.form.title.as_str(), settings.trust.hold), ("2026", Hold::Untrusted));
        for (name, value) in [("limits", "1"), ("nothing", "1"), ("limits.network_per_minute", "many"), ("thread.depth", "-1")] {
            assert!(settings.set(name, value).is_err(), "{name}={value}");
        }
    }

    #[test]
    fn every_value_reads_back_as_it_was_set() {
        let mut settings = SiteSettings::default();
        settings.set_lines("rules.blocked_words", "eins, zwei\n\n drei ").unwrap();
        assert_eq!(*settings.rules.blocked_words, ["eins, zwei", "drei"]);
        assert_eq!(settings.get("rules.blocked_words"), "eins, zwei\ndrei");
        for Number { name, least, most } in NUMBERS {
            for value in [least, most] {
                settings.set(name, &value.to_string()).unwrap();
                assert_eq!(settings.get(name).parse::<f64>().unwrap(), value, "{name}");
            }
        }
        assert_eq!(settings.faults(), [], "the bounds themselves are within bounds");
    }

    #[test]
    fn what_is_out_of_bounds_is_told_by_name() {
        let mut settings = SiteSettings::default();
        assert_eq!(settings.faults(), []);
        settings.thread.depth = 11;
        settings.privacy.network_days = 0;
        settings.rules.spam_points = f64::NAN;
        settings.form.title = "x".repeat(121);
        settings.rules.blocked_words = vec!["x".repeat(201); 5001].into();
        let names: Vec<_> = settings.faults().iter().map(|fault| (fault.name, fault.code)).collect();
        assert_eq!(
            names,
            [
                ("rules.spam_points", "range"),
                ("thread.depth", "range"),
                ("privacy.network_days", "range"),
                ("rules.blocked_words", "too_many"),
                ("rules.blocked_words", "too_long"),
                ("form.title", "too_long"),
            ]
        );
        let swapped = SiteSettings {
            rules: spam::Rules { check_points: 5.0, spam_points: 2.0, ..Default::default() },
            ..Default::default()
        };
        assert_eq!(swapped.faults().iter().map(|fault| fault.code).collect::<Vec<_>>(), ["order"]);
    }
}
