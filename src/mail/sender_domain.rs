//! What the DNS says of the domain that mails come from: without it, other mail servers take them for forged.

use std::net::{IpAddr, SocketAddr};

use super::dns;
use super::finding::Finding;
use super::spf::Check;

/// Looks at SPF, DKIM and DMARC of a sender's domain. `relay` is the host that takes our mail; `selector` the name under which
/// it signs; `server` the name server to ask, where it is not the system's.
pub async fn sender_domain(from: &str, relay: &str, selector: Option<&str>, server: Option<SocketAddr>) -> Vec<Finding> {
    let typed = from.trim().rsplit_once('@').map_or("", |(_, domain)| domain);
    let domain = idna::domain_to_ascii(typed).unwrap_or_default();
    if !is_public(&domain) {
        let words = format!("Mails come from {from}, whose domain nobody else knows: most servers will not take them.");
        return vec![Finding::hint("sender", words, "Set --mail-from to an address of a domain of yours.")];
    }
    let server = server.unwrap_or_else(dns::name_server);
    let selector_name = selector.map(|selector| format!("{selector}._domainkey.{domain}"));
    let texts = async |name: &str| dns::texts(server, name).await;
    let dkim = match (&selector_name, selector) {
        (Some(name), Some(selector)) => texts(name).await.map(|found| dkim(&found, name, selector)),
        _ => Ok(Finding::hint(
            "DKIM",
            "The mail server signs, under a selector that only it knows.",
            "Ask its operator for the selector, and give it here as --dkim-selector.",
        )),
    };
    let found = [
        match texts(&domain).await {
            Ok(found) => Ok(spf(server, &found, &domain, relay).await),
            Err(error) => Err(error),
        },
        dkim,
        dmarc_texts(server, &domain).await.map(|found| dmarc(&found, &domain)),
    ];
    let silent = |error: anyhow::Error| {
        let next = "Check this machine's name server, or name another one with --dns ADDRESS:53.";
        Finding::hint("sender", format!("What the DNS says of {domain} could not be asked: {error}."), next)
    };
    let mut findings: Vec<Finding> = found.into_iter().map(|found| found.unwrap_or_else(silent)).collect();
    findings.dedup();
    findings
}

/// Whether a domain is one that the world can ask for.
fn is_public(domain: &str) -> bool {
    let reserved = ["localdomain", "localhost", "local", "internal", "lan", "home", "invalid"];
    domain.rsplit_once('.').is_some_and(|(_, last)| !reserved.contains(&last) && last.parse::<u8>().is_err())
}

/// A policy is asked for at the domain itself, and then at the one above that a registrar gives (RFC 7489, 6.6.3); for
/// hints two labels are near enough to that.
async fn dmarc_texts(server: SocketAddr, domain: &str) -> anyhow::Result<Vec<String>> {
    let found = dns::texts(server, &format!("_dmarc.{domain}")).await?;
    let above: Vec<&str> = domain.rsplitn(3, '.').take(2).collect();
    let above = above.into_iter().rev().collect::<Vec<_>>().join(".");
    if above == domain || found.iter().any(|text| is_record(text, "v=DMARC1")) {
        return Ok(found);
    }
    dns::texts(server, &format!("_dmarc.{above}")).await
}

/// Whether a text is such a record, as SPF and DMARC begin.
pub(super) fn is_record(text: &str, version: &str) -> bool {
    let begins = text.get(..version.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(version));
    begins && text[version.len()..].chars().next().is_none_or(|next| next == ';' || next.is_whitespace())
}

async fn spf(server: SocketAddr, texts: &[String], domain: &str, relay: &str) -> Finding {
    let records: Vec<&String> = texts.iter().filter(|text| is_record(text, "v=spf1")).collect();
    match records.as_slice() {
        [] => Finding::hint(
            "SPF",
            format!("{domain} does not say which servers may send its mail."),
            format!("Add a TXT record to {domain}, such as: v=spf1 mx include:YOUR-PROVIDER -all"),
        ),
        [one] if one.split_whitespace().skip(1).collect::<Vec<_>>() == ["-all"] => Finding::wrong(
            "SPF",
            format!("{domain} says that it sends no mail at all ({one})."),
            "Name your mail server in this record, or set --mail-from to another domain.",
        ),
        [one] => names_relay(server, domain, one, relay).await,
        _ => Finding::wrong(
            "SPF",
            format!("{domain} has {} SPF records; with more than one, none holds.", records.len()),
            "Make one of them.",
        ),
    }
}

/// Whether the record names the relay. The world sees the address that the relay sends from, which only its operator knows; most
/// often it is the one that it takes mail at.
async fn names_relay(server: SocketAddr, domain: &str, record: &str, relay: &str) -> Finding {
    let addresses = match relay.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) => vec![address],
        Err(_) if is_public(relay) => dns::addresses(server, relay).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let Some(address) = addresses.into_iter().find(is_seen) else {
        let words = format!("{domain} names its servers: {record}. The address that {relay} sends from has to be one of them.");
        return Finding::good("SPF", words);
    };
    match Check::of(server, address).names(domain, record).await {
        Ok(true) => Finding::good("SPF", format!("{domain} names its servers, and {relay} ({address}) among them: {record}.")),
        Ok(false) => Finding::hint(
            "SPF",
            format!("{domain} names its servers, and {relay} ({address}) is not among them: {record}."),
            "Name it in the record, unless its operator says that it sends from another address, which the record names.",
        ),
        Err(error) => Finding::hint(
            "SPF",
            format!("Whether {domain} names {relay} ({address}) cannot be told, for {error}: {record}."),
            "Ask the operator of your mail server what the record should say.",
        ),
    }
}

/// Whether the world can see mail come from an address.
fn is_seen(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => !(ip.is_loopback() || ip.is_private() || ip.is_link_local()),
        IpAddr::V6(ip) => !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()),
    }
}

fn dkim(texts: &[String], name: &str, selector: &str) -> Finding {
    let key = |text: &String| {
        let fields = text.split(';').filter_map(|field| field.split_once('='));
        fields.into_iter().find(|(tag, _)| tag.trim() == "p").map(|(_, key)| key.trim().to_owned())
    };
    match texts.iter().find_map(key) {
        Some(key) if !key.is_empty() => Finding::good("DKIM", format!("There is a key at {name}.")),
        Some(_) => Finding::wrong(
            "DKIM",
            format!("The key at {name} has been taken back."),
            "Let the mail server sign under a new selector, and publish its key.",
        ),
        None => Finding::wrong(
            "DKIM",
            format!("There is no key at {name}."),
            format!("Publish the key that your mail server signs with under the selector {selector}, or check its name."),
        ),
    }
}

fn dmarc(texts: &[String], domain: &str) -> Finding {
    match texts.iter().find(|text| is_record(text, "v=DMARC1")) {
        Some(record) => Finding::good("DMARC", format!("{domain} has a policy: {record}.")),
        None => Finding::hint(
            "DMARC",
            format!("{domain} has no policy for forged mail; large providers ask for one."),
            format!("Add a TXT record to _dmarc.{domain}, to begin with: v=DMARC1; p=none; rua=mailto:you@{domain}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[tokio::test]
    async fn records_are_judged() {
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 1));
        for (found, expected) in [
            (vec![], Verdict::Hint),
            (vec!["google-site-verification=x", "v=spf10 x"], Verdict::Hint),
            (vec!["V=SPF1 mx -all", "other"], Verdict::Good),
            (vec!["v=spf1 -all"], Verdict::Wrong),
            (vec!["v=spf1 mx", "v=spf1 a"], Verdict::Wrong),
        ] {
            assert_eq!(spf(nowhere, &texts(&found), "a.example", "localhost").await.verdict, expected, "{found:?}");
        }
        for (found, expected) in [
            (vec![], Verdict::Wrong),
            (vec!["v=DKIM1; k=rsa; p=MIIB"], Verdict::Good),
            (vec!["v=DKIM1; p="], Verdict::Wrong),
            (vec!["p=MIIB="], Verdict::Good),
        ] {
            assert_eq!(dkim(&texts(&found), "x._domainkey.a.example", "x").verdict, expected, "{found:?}");
        }
        assert_eq!(dmarc(&texts(&["v=DMARC1; p=none"]), "a.example").verdict, Verdict::Good);
        assert_eq!(dmarc(&texts(&["v=spf1"]), "a.example").verdict, Verdict::Hint);
    }

    #[test]
    fn only_domains_of_the_world_are_asked_for() {
        for (domain, expected) in [
            ("nordblatt.example", true),
            ("localhost.localdomain", false),
            ("localhost", false),
            ("127.0.0.1", false),
            ("", false),
        ] {
            assert_eq!(is_public(domain), expected, "{domain}");
        }
    }
}
