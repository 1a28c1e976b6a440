//! Links that lead away from the site.

use std::collections::HashSet;

use linkify::{LinkFinder, LinkKind};

use crate::spam::reading::{Reading, words};
use crate::spam::{Reason, Rules};

/// Links to other sites, no more than allowed.
pub(in crate::spam) const FOREIGN: &str = "links-foreign";
/// More links to other sites than allowed.
pub(in crate::spam) const MANY: &str = "links-many";
/// Nothing but a link.
pub(in crate::spam) const ONLY: &str = "links-only";
/// A service that hides where a link leads.
pub(in crate::spam) const SHORTENED: &str = "links-shortened";
/// A number for a host.
pub(in crate::spam) const NUMERIC: &str = "links-numeric-host";
/// An address spelt so that programs overlook it or people misread it.
pub(in crate::spam) const DISGUISED: &str = "links-disguised";
/// A host under an ending that costs next to nothing.
pub(in crate::spam) const CHEAP_ENDING: &str = "links-cheap-ending";
/// An address for a name.
pub(in crate::spam) const IN_NAME: &str = "name-is-address";
/// A website that is a page deep inside of a site.
pub(in crate::spam) const DEEP_WEBSITE: &str = "website-deep";

const SHORTENERS: &[&str] = &[
    "bit.ly",
    "bitly.com",
    "cutt.ly",
    "goo.gl",
    "is.gd",
    "ow.ly",
    "rb.gy",
    "rebrand.ly",
    "s.id",
    "shorturl.at",
    "t.ly",
    "t.me",
    "tiny.cc",
    "tinyurl.com",
    "v.gd",
    "wa.me",
];
/// Given away, or sold for about a dollar: what campaigns use up by the thousand. A choice, not a statistic.
const CHEAP_ENDINGS: &[&str] = &[
    "bid", "bond", "buzz", "cf", "cfd", "click", "club", "cyou", "ga", "gq", "icu", "loan", "ml", "monster", "pw", "quest",
    "rest", "sbs", "site", "su", "tk", "top", "vip", "win", "xyz",
];
/// Without `http://` only these make a link: "ASP.NET" and a full stop with no space after it ("heute.So") are none.
const BARE_ENDINGS: &[&str] = &["biz", "com", "info", "org"];
/// Where people have their page under a path, so that a path says nothing.
const PROFILES: &[&str] = &["facebook.com", "github.com", "instagram.com", "linkedin.com", "twitter.com", "x.com", "youtube.com"];
/// Enough to judge by; the rest is counted, not looked at.
const LOOKED_AT: usize = 50;

/// The hosts, in lower case, of the first links in a text and of the website that are not the site's own.
pub(super) fn foreign_hosts(reading: &Reading) -> Vec<String> {
    let website = (!reading.website.is_empty()).then(|| host_of(reading.website));
    website
        .into_iter()
        .chain(foreign_links(reading).take(LOOKED_AT).map(host_of))
        .filter(|host| is_foreign(reading, host))
        .collect()
}

pub(super) fn look(reading: &Reading, rules: &Rules, found: &mut Vec<Reason>) {
    let links: HashSet<&str> = foreign_links(reading).map(|link| link.trim_end_matches('/')).collect();
    let count = u32::try_from(links.len()).unwrap_or(u32::MAX);
    if count > rules.max_links {
        // The first beyond the limit holds a comment under the usual rules; twice as many more nearly bin it.
        found.push(Reason::new(MANY, (2.0 + 0.5 * f64::from(count - rules.max_links - 1)).min(4.5), count));
    } else if count > 0 {
        found.push(Reason::new(FOREIGN, 0.5 * f64::from(count.min(3)), count));
    }
    let link_words: usize = foreign_links(reading).map(|link| words(link).count()).sum();
    if count > 0 && words(reading.text).take(link_words + 3).count() < link_words + 3 {
        found.push(Reason::new(ONLY, 1.2, count));
    }
    let mut hosts = foreign_hosts(reading);
    hosts.sort_unstable();
    hosts.dedup();
    let mut first = |signal, points, holds: &dyn Fn(&str) -> bool| {
        if let Some(host) = hosts.iter().find(|host| holds(host)) {
            found.push(Reason::new(signal, points, host));
        }
    };
    first(SHORTENED, 1.5, &|host| SHORTENERS.contains(&host));
    first(NUMERIC, 2.0, &|host| {
        host.starts_with('[') || (host.contains('.') && host.chars().all(|c| c == '.' || c.is_ascii_digit()))
    });
    first(CHEAP_ENDING, 1.2, &|host| CHEAP_ENDINGS.contains(&ending(host)));
    let hidden = ["[.]", "(.)", "(dot)", "[dot]", "hxxp:", "hxxps:"].into_iter().find(|mark| reading.folded_text.contains(mark));
    let misread = foreign_links(reading).take(LOOKED_AT).find(|link| authority(link).contains('@'));
    if let Some(evidence) = misread.or(hidden) {
        found.push(Reason::new(DISGUISED, 1.8, evidence));
    }
    if links_of(reading.author).next().is_some() {
        found.push(Reason::new(IN_NAME, 2.0, reading.author));
    }
    let path = without_scheme(reading.website).split_once('/').map_or("", |(_, path)| path);
    let host = host_of(reading.website);
    let is_profile = PROFILES.contains(&host.strip_prefix("www.").unwrap_or(&host));
    if path.trim_matches('/').len() > 12 && !is_profile && is_foreign(reading, &host) {
        found.push(Reason::new(DEEP_WEBSITE, 1.2, host));
    }
}

fn foreign_links<'t>(reading: &'t Reading) -> impl Iterator<Item = &'t str> {
    links_of(reading.text).filter(|link| is_foreign(reading, &host_of(link)))
}

fn links_of(text: &str) -> impl Iterator<Item = &str> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    let links: Vec<&str> = finder.links(text).map(|link| link.as_str()).filter(|link| is_link(link)).collect();
    links.into_iter()
}

fn is_link(link: &str) -> bool {
    let host = host_of(link);
    link.contains("://") || host.starts_with("www.") || BARE_ENDINGS.contains(&ending(&host)) || link.len() > host.len() + 1
}

fn is_foreign(reading: &Reading, host: &str) -> bool {
    let bare = host.strip_prefix("www.").unwrap_or(host);
    !host.is_empty() && !reading.submission.site_hosts.iter().any(|own| own.strip_prefix("www.").unwrap_or(own) == bare)
}

fn without_scheme(link: &str) -> &str {
    link.split_once("://").map_or(link, |(_, rest)| rest)
}

/// User, host and port.
fn authority(link: &str) -> &str {
    without_scheme(link).split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

fn host_of(link: &str) -> String {
    let authority = authority(link);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let port = host.rsplit_once(':').filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit()));
    port.map_or(host, |(host, _)| host).trim_end_matches('.').to_lowercase()
}

fn ending(host: &str) -> &str {
    host.rsplit('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::spam::testing::{points_of, submission};

    #[test]
    fn links_count_by_where_they_lead() {
        for (text, signal, points) in [
            ("Mehr dazu auf https://example.org/a im Netz", "links-foreign", 0.5),
            ("Mehr dazu auf https://example.org/a und https://example.org/a/ im Netz", "links-foreign", 0.5),
            ("Siehe https://www.heimat.example/artikel/3 bitte", "links-foreign", 0.0),
            ("Das war gestern.So nicht. ASP.NET, Node.js", "links-foreign", 0.0),
            ("Geh auf billig.com oder www.a.example", "links-foreign", 1.0),
            ("a.com b.com c.com sind drei", "links-many", 2.0),
            ("a.com b.com c.com d.com e.com f.com g.com h.com i.com", "links-many", 4.5),
            ("https://example.org/ein/weg", "links-only", 1.2),
            ("https://example.org/ein/weg ist ein guter Weg", "links-only", 0.0),
            ("Hier: https://bit.ly/abc", "links-shortened", 1.5),
            ("Hier: http://10.1.2.3:8080/x", "links-numeric-host", 2.0),
            ("Hier: http://bank.example@boese.example/x", "links-disguised", 1.8),
            ("Hier: boese[.]example", "links-disguised", 1.8),
            ("Hier: https://gewinn.xyz", "links-cheap-ending", 1.2),
        ] {
            assert_eq!(points_of(&submission(text), signal), points, "{text}");
        }
    }

    #[test]
    fn name_and_website_are_looked_at() {
        let mut sent = submission("Danke für den Hinweis.");
        sent.author = "www.billig.example";
        sent.website = Some("https://a.example/die-besten-angebote-2024");
        assert_eq!(points_of(&sent, "name-is-address"), 2.0);
        assert_eq!(points_of(&sent, "website-deep"), 1.2);
        sent.website = Some("https://github.com/ein-langer-benutzername");
        assert_eq!(points_of(&sent, "website-deep"), 0.0);
    }
}
