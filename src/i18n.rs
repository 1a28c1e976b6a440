//! Languages: which one, and the words in it. The words live in `templates/locales/<language>/*.ftl`.

use std::borrow::{Borrow, Cow};
use std::collections::HashMap;
use std::str::FromStr;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::clock::Timestamp;

static_loader! {
    static WORDS = {
        locales: "./templates/locales",
        fallback_language: "en",
        // The isolating marks around arguments would show up in plain-text mail.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language that every text of the program exists in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Locale {
    /// German that says "du".
    #[default]
    De,
    /// German that says "Sie".
    DeFormal,
    /// English.
    En,
}

impl Locale {
    /// Every language there is.
    pub const ALL: [Self; 3] = [Self::De, Self::DeFormal, Self::En];

    /// The name used in settings, folders and file names.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::DeFormal => "de-formal",
            Self::En => "en",
        }
    }

    /// What the `lang` attribute of a page says.
    pub const fn html_lang(self) -> &'static str {
        match self {
            Self::De | Self::DeFormal => "de",
            Self::En => "en",
        }
    }

    /// The first language of an `Accept-Language` header that is spoken here; `usual` where there is none.
    /// A site that says "Sie" keeps saying it to those who ask for German.
    pub fn negotiate(accept_language: Option<&str>, usual: Self) -> Self {
        let mut wanted: Vec<(f32, Self)> = accept_language
            .unwrap_or_default()
            .split(',')
            .take(16)
            .filter_map(|range| {
                let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
                let language = tag.trim().split('-').next().unwrap_or_default();
                let locale = match language.to_ascii_lowercase().as_str() {
                    "en" => Self::En,
                    "de" if tag.trim().eq_ignore_ascii_case("de-formal") => Self::DeFormal,
                    "de" if usual == Self::DeFormal => Self::DeFormal,
                    "de" => Self::De,
                    _ => return None,
                };
                Some((weight.trim().parse().ok()?, locale))
            })
            .collect();
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        wanted.first().map_or(usual, |(_, locale)| *locale)
    }

    /// The words under `key`.
    pub fn text(self, key: &str) -> String {
        WORDS.try_lookup(&self.identifier(), key).unwrap_or_else(|| missing(key))
    }

    /// The words for one of a family of names, such as a status: under `family-name`.
    pub fn text_for(self, family: &str, name: &str) -> String {
        self.text(&format!("{family}-{name}"))
    }

    /// The words under `key` with one argument filled in.
    pub fn text_with<'a>(self, key: &str, name: &'static str, value: impl Into<FluentValue<'a>>) -> String {
        self.text_with_all(key, [(name, value.into())])
    }

    /// The words under `key` with arguments filled in.
    pub fn text_with_all<'a>(self, key: &str, values: impl IntoIterator<Item = (&'static str, FluentValue<'a>)>) -> String {
        let values: HashMap<_, _> = values.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        WORDS.try_lookup_with_args(&self.identifier(), key, &values).unwrap_or_else(|| missing(key))
    }

    /// A moment as a person reads it, in UTC and saying so.
    pub fn moment(self, at: impl Borrow<Timestamp>) -> String {
        let at = *at.borrow();
        let german = format_description!("[day].[month].[year], [hour]:[minute] UTC");
        let english = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
        let format = if self == Self::En { english } else { german };
        OffsetDateTime::from_unix_timestamp(at.millis().div_euclid(1000))
            .ok()
            .and_then(|at| at.format(format).ok())
            .unwrap_or_default()
    }

    /// A day as a person reads it.
    pub fn day(self, at: Timestamp) -> String {
        let moment = self.moment(at);
        moment.split([',', ' ']).next().unwrap_or_default().to_owned()
    }

    /// A number of points with its sign and one decimal, as the language writes it.
    pub fn points(self, points: impl Borrow<f64>) -> String {
        let text = format!("{:+.1}", points.borrow()).replace('-', "−");
        if self == Self::En { text } else { text.replace('.', ",") }
    }

    /// What speaks for a judgement is in no language; a number at its beginning, such as "0.5 s", is written as this one does.
    pub fn measure(self, evidence: &str) -> String {
        let number = evidence.split(' ').next().unwrap_or_default();
        let is_number = number.starts_with(|c: char| c.is_ascii_digit()) && number.parse::<f64>().is_ok();
        if self == Self::En || !is_number { evidence.to_owned() } else { evidence.replacen('.', ",", 1) }
    }

    fn identifier(self) -> LanguageIdentifier {
        self.as_str().parse().unwrap_or_default()
    }
}

fn missing(key: &str) -> String {
    tracing::error!(key, "a text is missing in every language");
    key.to_owned()
}

impl FromStr for Locale {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|locale| locale.as_str() == name)
            .ok_or_else(|| format!("{name} is not a language spoken here: de, de-formal or en"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_spoken_here_wins() {
        for (header, usual, expected) in [
            (None, Locale::De, Locale::De),
            (Some("fr, en;q=0.5, de;q=0.7"), Locale::En, Locale::De),
            (Some("de-AT"), Locale::DeFormal, Locale::DeFormal),
            (Some("de-formal"), Locale::En, Locale::DeFormal),
            (Some("fr"), Locale::DeFormal, Locale::DeFormal),
            (Some(",;q=,de;q=x,en-GB"), Locale::De, Locale::En),
        ] {
            assert_eq!(Locale::negotiate(header, usual), expected, "{header:?}");
        }
    }

    #[test]
    fn points_are_written_as_the_language_writes_them() {
        assert_eq!(Locale::De.points(2.06), "+2,1");
        assert_eq!(Locale::En.points(-1.2), "−1.2");
        assert_eq!(Locale::De.measure("0.5 s"), "0,5 s");
        assert_eq!(Locale::En.measure("0.5 s"), "0.5 s");
        for other in ["spam.example", "1.2.3.4", "", "12 / 3 s", "viagra 0.5"] {
            assert_eq!(Locale::De.measure(other), other);
        }
    }
}
