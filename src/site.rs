//! A site: whose pages have comments, from which origins, under which rules.

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::i18n::Locale;
use crate::spam;

/// A site of the installation.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its id.
    pub id: Uuid,
    /// The name in addresses and in the `site` attribute.
    pub name: String,
    /// The name that people read.
    pub title: String,
    /// The language of its readers.
    pub locale: Locale,
    /// Where comments may be sent from.
    pub origins: Vec<Origin>,
    /// Everything that an admin may change.
    pub settings: SiteSettings,
}

impl Site {
    /// Whether comments may be sent from there.
    pub fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed.0 == origin)
    }

    /// The host names of its origins, in lower case and without port.
    pub fn hosts(&self) -> Vec<String> {
        self.origins.iter().filter_map(|origin| Url::parse(&origin.0).ok()?.host_str().map(str::to_owned)).collect()
    }
}

/// Scheme, host and port of the pages that may send comments, as browsers write it in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin(String);

impl Origin {
    /// Takes an origin or any address on it; only `http` and `https` have one.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| Self(url.origin().ascii_serialization()))
    }

    /// As browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text can name a site: 1 to 63 of `a-z`, `0-9` and `-`, with no `-` at either end.
pub fn is_site_name(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// What an admin sets for a site; kept as JSON, so that a setting not yet there has its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteSettings {
    /// How many comments are taken from whom.
    pub limits: Limits,
    /// The rules of the spam judgement.
    pub rules: spam::Rules,
    /// How the thread is shown.
    pub thread: ThreadSettings,
    /// How long what is private is kept.
    pub privacy: PrivacySettings,
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

/// How the thread is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ThreadSettings {
    /// How deep answers are indented; deeper ones stand at this depth.
    pub depth: u8,
    /// Days after its first comment when a page closes; zero never closes it.
    pub close_after_days: u32,
}

impl Default for ThreadSettings {
    fn default() -> Self {
        Self { depth: 3, close_after_days: 0 }
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

impl SiteSettings {
    /// Sets one value under its dotted name, such as `limits.network_per_minute`.
    ///
    /// # Errors
    /// A sentence saying that there is no such setting, or that the value does not fit it.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let mut whole = serde_json::to_value(&*self).map_err(|error| error.to_string())?;
        let place = whole
            .pointer_mut(&format!("/{}", name.replace('.', "/")))
            .filter(|place| !place.is_object())
            .ok_or_else(|| format!("There is no setting {name}."))?;
        *place = if place.is_array() {
            value.split(',').map(str::trim).filter(|word| !word.is_empty()).map(serde_json::Value::from).collect()
        } else {
            serde_json::from_str(value).unwrap_or_else(|_| value.into())
        };
        *self = serde_json::from_value(whole).map_err(|_| format!("{value} does not fit the setting {name}."))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_browsers_send() {
        for (text, expected) in [
            ("https://Nordblatt.example/2026/x", Some("https://nordblatt.example")),
            ("http://localhost:8080", Some("http://localhost:8080")),
            ("https://a.example:443", Some("https://a.example")),
            ("ftp://a.example", None),
            ("javascript:alert(1)", None),
            ("a.example", None),
        ] {
            assert_eq!(Origin::parse(text).map(|origin| origin.0).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_setting_is_changed_by_its_name_or_refused() {
        let mut settings = SiteSettings::default();
        settings.set("limits.network_per_minute", "9").unwrap();
        settings.set("rules.blocked_words", "casino, kredit*").unwrap();
        assert_eq!(settings.limits.network_per_minute, 9);
        assert_eq!(settings.rules.blocked_words, ["casino", "kredit*"]);
        for (name, value) in [("limits", "1"), ("nothing", "1"), ("limits.network_per_minute", "many"), ("thread.depth", "-1")] {
            assert!(settings.set(name, value).is_err(), "{name}={value}");
        }
    }
}
