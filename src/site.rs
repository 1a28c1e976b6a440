//! A site: whose pages have comments, from which origins, under which rules.

use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::i18n::Locale;

mod settings;

pub use settings::{
    DriftSettings, FormTexts, Hold, Limits, MailSettings, NUMBERS, Number, Order, PrivacySettings, SettingFault, SiteSettings,
    ThreadSettings, TrustSettings,
};

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
}
