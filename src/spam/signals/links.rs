//! Links that lead away from the site.

use std::collections::HashSet;

use super::trust::letters;
use crate::spam::link::{Link, bare, links_of};
use crate::spam::reading::Reading;
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
/// A host that people take for the site's own.
pub(in crate::spam) const OWN_LOOK_ALIKE: &str = "links-own-look-alike";
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
/// Where people have their page under a path, so that a path says nothing.
const PROFILES: &[&str] = &["facebook.com", "github.com", "instagram.com", "linkedin.com", "twitter.com", "x.com", "youtube.com"];
/// A path of fewer characters is "/blog" or "/en/".
const DEEP_FROM_CHARS: usize = 12;
/// Fewer words beside a link do not say why one should follow it.
const WORDS_BESIDE: usize = 3;

pub(super) fn look(reading: &Reading, rules: &Rules, found: &mut Vec<Reason>) {
    let links: HashSet<&str> = reading.links.iter().map(|link| link.address.trim_end_matches('/')).collect();
    let count = u32::try_from(links.len()).unwrap_or(u32::MAX);
    if count > rules.max_links {
        // The first beyond the limit holds a comment under the usual rules; with five more it is nearly binned.
        found.push(Reason::new(MANY, (2.0 + 0.5 * f64::from(count - rules.max_links - 1)).min(4.5), count));
    } else if count > 0 {
        found.push(Reason::new(FOREIGN, 0.5 * f64::from(count.min(3)), count));
    }
    // What a link itself consists of (with "https") is not counted as words beside it.
    let linked: usize = reading.links.iter().map(|link| 1 + link.address.split(|c: char| c.is_ascii_punctuation()).count()).sum();
    if count > 0 && reading.folded_text.words().count() < linked + WORDS_BESIDE {
        found.push(Reason::new(ONLY, 1.2, count));
    }
    let mut first = |signal, points, holds: &dyn Fn(&Link) -> bool| {
        if let Some(link) = reading.website.iter().chain(&reading.links).find(|link| holds(link)) {
            found.push(Reason::new(signal, points, &link.host));
        }
    };
    first(SHORTENED, 1.5, &|link| SHORTENERS.contains(&bare(&link.host)));
    first(NUMERIC, 2.0, &|link| is_number(&link.host));
    first(CHEAP_ENDING, 1.2, &|link| CHEAP_ENDINGS.contains(&link.ending()));
    first(OWN_LOOK_ALIKE, 2.5, &|link| reading.submission.site_hosts.iter().any(|own| passes_for(&link.host, bare(own))));
    let misread = reading.links.iter().find(|link| link.authority.contains('@')).map(|link| link.authority);
    let hidden =
        || ["[.]", "(.)", "(dot)", "[dot]", "hxxp:", "hxxps:"].into_iter().find(|mark| reading.folded_text.text.contains(mark));
    if let Some(evidence) = misread.or_else(hidden) {
        found.push(Reason::new(DISGUISED, 1.8, evidence));
    }
    if links_of(reading.author).next().is_some() {
        found.push(Reason::new(IN_NAME, 2.0, reading.author));
    }
    if let Some(website) = &reading.website {
        let path = website.address.split_once('/').map_or("", |(_, path)| path).trim_matches('/');
        if !path.is_empty() && !PROFILES.contains(&bare(&website.host)) {
            let points = if path.len() >= DEEP_FROM_CHARS { 3.0 } else { 1.8 };
            found.push(Reason::new(DEEP_WEBSITE, points, &website.host));
        }
    }
}

/// Whether a host begins like the site's own ("heimat.example.boese.example"), or looks the same ("he1mat.example"). What ends
/// like it is a part of the site.
fn passes_for(host: &str, own: &str) -> bool {
    let host = bare(host);
    if own.is_empty() || host == own || host.strip_suffix(own).is_some_and(|part| part.ends_with('.')) {
        return false;
    }
    let begins = host.strip_prefix(own).is_some_and(|rest| rest.starts_with(['.', '-']));
    begins || letters(&idna::domain_to_unicode(host).0) == letters(own)
}

fn is_number(host: &str) -> bool {
    host.starts_with('[') || (host.contains('.') && host.chars().all(|c| c == '.' || c.is_ascii_digit()))
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
            ("Hier: https://heimat.example/x", "links-own-look-alike", 0.0),
            ("Hier: https://bilder.heimat.example/x", "links-own-look-alike", 0.0),
            ("Hier: https://heimatverein.example/x", "links-own-look-alike", 0.0),
            ("Hier: https://heimat.example.boese.example/x", "links-own-look-alike", 2.5),
            ("Hier: https://he1mat.example/x", "links-own-look-alike", 2.5),
            ("Hier: https://heimat-example/x", "links-own-look-alike", 2.5),
            ("Hier: https://hеimat.example/x", "links-own-look-alike", 2.5),
            ("Hier: https://xn--hemat-0sa.example/x", "links-own-look-alike", 2.5),
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
        assert_eq!(points_of(&sent, "website-deep"), 3.0);
        sent.website = Some("https://a.example/blog");
        assert_eq!(points_of(&sent, "website-deep"), 1.8);
        sent.website = Some("https://github.com/ein-langer-benutzername");
        assert_eq!(points_of(&sent, "website-deep"), 0.0);
    }
}
