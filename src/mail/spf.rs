//! Whether an SPF record names a mail server's address (RFC 7208), as far as that can be told from here.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Context, bail, ensure};
use ipnet::IpNet;

use super::dns;
use super::sender_domain::is_record;

/// Look-ups that a record may cost; with one more none of it holds.
const MOST_LOOKUPS: u32 = 10;

/// One question: does it name this address?
pub(super) struct Check {
    /// The name server to ask.
    server: SocketAddr,
    /// The address.
    address: IpAddr,
    /// Look-ups that are left.
    left: u32,
}

impl Check {
    pub(super) fn of(server: SocketAddr, address: IpAddr) -> Self {
        Self { server, address, left: MOST_LOOKUPS }
    }

    /// Whether a domain's record names the address.
    ///
    /// # Errors
    /// It cannot be told: the record is for receivers alone (macros, `exists`, `ptr`), is none, costs too many look-ups, or the
    /// name server does not answer.
    pub(super) async fn names(&mut self, domain: &str, record: &str) -> anyhow::Result<bool> {
        let mut redirect = None;
        for term in record.split_whitespace().skip(1) {
            ensure!(!term.contains('%'), "it holds a macro");
            match term.split_once('=') {
                Some((name, target)) if name.eq_ignore_ascii_case("redirect") => redirect = Some(target),
                Some(_) => {}
                None => {
                    let mechanism = term.trim_start_matches(['+', '-', '~', '?']);
                    if self.matches(domain, mechanism).await? {
                        return Ok(!term.starts_with(['-', '~', '?']));
                    }
                }
            }
        }
        match redirect {
            Some(target) => self.elsewhere(target).await,
            None => Ok(false),
        }
    }

    async fn matches(&mut self, domain: &str, mechanism: &str) -> anyhow::Result<bool> {
        let (mechanism, length) = mechanism.split_once('/').map_or((mechanism, ""), |(mechanism, length)| (mechanism, length));
        let (name, value) = mechanism.split_once(':').map_or((mechanism, domain), |(name, value)| (name, value));
        match name.to_ascii_lowercase().as_str() {
            "all" => Ok(true),
            // An IPv6 address has colons of its own, behind the first one.
            "ip4" | "ip6" => {
                self.is_in(value.parse().context("it holds an address that is none")?, &format!("{length}//{length}"))
            }
            "a" => {
                self.spend()?;
                self.is_among(&dns::addresses(self.server, value).await?, length)
            }
            "mx" => {
                self.spend()?;
                for server in dns::mail_servers(self.server, value).await?.iter().take(10) {
                    if self.is_among(&dns::addresses(self.server, server).await?, length)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            "include" => self.elsewhere(value).await,
            other => bail!("it holds {other}"),
        }
    }

    async fn elsewhere(&mut self, domain: &str) -> anyhow::Result<bool> {
        self.spend()?;
        let texts = dns::texts(self.server, domain).await?;
        let record = texts.iter().find(|text| is_record(text, "v=spf1")).with_context(|| format!("{domain} has none"))?;
        Box::pin(self.names(domain, record)).await
    }

    fn spend(&mut self) -> anyhow::Result<()> {
        self.left = self.left.checked_sub(1).with_context(|| format!("it costs more than {MOST_LOOKUPS} look-ups"))?;
        Ok(())
    }

    fn is_among(&self, addresses: &[IpAddr], length: &str) -> anyhow::Result<bool> {
        for address in addresses {
            if self.is_in(*address, length)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the address lies in this network: `/24`, `//64`, or `/24//64` for the one kind and the other.
    fn is_in(&self, address: IpAddr, length: &str) -> anyhow::Result<bool> {
        let (v4, v6) = length.split_once('/').unwrap_or((length, ""));
        let (most, given) = if address.is_ipv4() { (32, v4) } else { (128, v6.trim_start_matches('/')) };
        let prefix = if given.is_empty() { most } else { given.parse().context("it holds a network that is none")? };
        Ok(IpNet::new(address, prefix).context("it holds a network that is none")?.contains(&self.address))
    }
}
