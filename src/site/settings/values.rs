//! Settings by their dotted names: set, read back, and held within their bounds.

use super::SiteSettings;

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
    use crate::site::Hold;
    use crate::spam;

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
