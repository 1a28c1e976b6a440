//! A page: the article that a thread belongs to, and the names it is known by.

use url::Url;
use uuid::Uuid;

use crate::clock::Timestamp;

/// An article.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its id.
    pub id: Uuid,
    /// Where it can be read, if its address lies on an origin of the site.
    pub url: Option<String>,
    /// Its title, or its name where none came.
    pub title: String,
    /// When an admin closed it.
    pub closed_at: Option<Timestamp>,
    /// When its first comment came.
    pub created_at: Timestamp,
}

/// Query parameters that say where a reader came from, not what is read.
/// Taken from the documentation of the advertising networks that add them.
const TRACKING: &[&str] =
    &["fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "mc_cid", "mc_eid", "igshid", "twclid", "yclid"];

/// The name under which a page is found: the CMS's id as it is, or the canonical form of an address.
/// `None` for an empty name, one of more than 500 characters, or one with control characters.
pub fn page_name(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 500 || text.chars().any(char::is_control) {
        return None;
    }
    Some(canonical_url(text).map_or_else(|| text.to_owned(), String::from))
}

/// The canonical form of an article's address: no fragment, no tracking parameters, host in lower case,
/// no default port, no `index.html`, no trailing slash. `None` where it is not an `http(s)` address.
pub fn canonical_url(text: &str) -> Option<Url> {
    let mut url = Url::parse(text.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || text.len() > 2000 {
        return None;
    }
    url.set_fragment(None);
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !name.starts_with("utm_") && !TRACKING.contains(&name.as_ref()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    if kept.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
    let path = url.path().strip_suffix("index.html").unwrap_or(url.path()).to_owned();
    url.set_path(path.trim_end_matches('/'));
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_article_has_one_name() {
        for text in [
            "https://nordblatt.example/2026/bus",
            "https://NORDBLATT.example:443/2026/bus/",
            "https://nordblatt.example/2026/bus/index.html#comments",
            " https://nordblatt.example/2026/bus?utm_source=x&fbclid=1 ",
            "https://user:secret@nordblatt.example/2026/bus",
        ] {
            assert_eq!(page_name(text).as_deref(), Some("https://nordblatt.example/2026/bus"), "{text}");
        }
        assert_eq!(page_name("https://a.example/?p=7&gclid=2").as_deref(), Some("https://a.example/?p=7"));
        assert_eq!(page_name("post-8213").as_deref(), Some("post-8213"));
        assert_eq!(page_name("javascript:alert(1)").as_deref(), Some("javascript:alert(1)"));
        assert_eq!(canonical_url("javascript:alert(1)"), None);
    }

    #[test]
    fn a_name_that_names_nothing_is_refused() {
        for text in ["", "  ", "a\0b", "a\nb", &"x".repeat(501)] {
            assert_eq!(page_name(text), None, "{text:?}");
        }
    }
}
