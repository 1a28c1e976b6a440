//! Links in texts, and what they lead to.

use linkify::{LinkFinder, LinkKind};

/// Without `http://` only these make a link: "ASP.NET" and a full stop with no space after it ("heute.So") are none.
const BARE_ENDINGS: &[&str] = &["biz", "com", "info", "org"];

/// A host without the `www.` that makes no difference.
pub(super) fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

/// An address on the web.
pub(super) struct Link<'a> {
    /// As written, without `https://`.
    pub address: &'a str,
    /// Its part before the path: user, host and port.
    pub authority: &'a str,
    /// The host in lower case.
    pub host: String,
}

impl<'a> Link<'a> {
    /// Takes an address apart, whatever it is.
    pub fn of(written: &'a str) -> Self {
        let address = written.split_once("://").map_or(written, |(_, rest)| rest);
        let authority = address.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let port = host.rsplit_once(':').filter(|(_, port)| port.chars().all(|c| c.is_ascii_digit()));
        let host = port.map_or(host, |(host, _)| host).trim_end_matches('.').to_lowercase();
        Self { address, authority, host }
    }

    /// The last part of the host.
    pub fn ending(&self) -> &str {
        self.host.rsplit('.').next().unwrap_or_default()
    }

    /// Whether it leads to a minute and second of a recording ("…&t=2m19s"): readers quote the place they speak of.
    pub fn leads_to_a_moment(&self) -> bool {
        let moment = self.address.rsplit_once("t=").filter(|(before, _)| before.ends_with(['?', '&', '#', ';']));
        moment.is_some_and(|(_, at)| {
            at.starts_with(|c: char| c.is_ascii_digit()) && at.chars().all(|c| c.is_ascii_digit() || matches!(c, 'h' | 'm' | 's'))
        })
    }

    fn is_meant(&self, written: &str) -> bool {
        let has_path = self.address.len() > self.authority.len() + 1;
        written.contains("://") || has_path || self.host.starts_with("www.") || BARE_ENDINGS.contains(&self.ending())
    }
}

/// The links in a text, also those written without `http://` where they are surely meant.
pub(super) fn links_of(text: &str) -> impl Iterator<Item = Link<'_>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    let found: Vec<&str> = finder.links(text).map(|link| link.as_str()).collect();
    found
        .into_iter()
        .map(|written| (written, Link::of(written)))
        .filter(|(written, link)| link.is_meant(written))
        .map(|(_, link)| link)
}

#[cfg(test)]
mod tests {
    use super::links_of;

    #[test]
    fn hosts_are_read_off_links() {
        let hosts: Vec<String> =
            links_of("http://A.Example:80/x www.b.example c.com http://u:p@d.org/x heute.So").map(|link| link.host).collect();
        assert_eq!(hosts, ["a.example", "www.b.example", "c.com", "d.org"]);
    }
}
