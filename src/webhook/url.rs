//! The address of a receiver, checked at the door.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use super::is_public;

/// Characters of an address.
const LONGEST: usize = 1000;

/// Where a webhook goes: `http` or `https`, a host, neither name nor password in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookUrl(Url);

/// What is wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlFault {
    /// It is no address of a receiver.
    Invalid,
    /// It lies in a network that is not everybody's, and that the operator has not allowed.
    NotPublic,
    /// It would be called in the clear over the open Internet.
    NeedsTls,
}

impl WebhookUrl {
    /// The address that was typed. What is known without asking for a name is said at once: numbers that no call may go to, and
    /// `http://`, which is for networks in `allowed` alone. Names are asked for when the call is made.
    ///
    /// # Errors
    /// See [`UrlFault`].
    pub fn parse(typed: &str, allowed: &[IpNet]) -> Result<Self, UrlFault> {
        let mut url = Url::parse(typed.trim()).map_err(|_| UrlFault::Invalid)?;
        url.set_fragment(None);
        let has_secret = !url.username().is_empty() || url.password().is_some();
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || has_secret || url.as_str().len() > LONGEST {
            return Err(UrlFault::Invalid);
        }
        let url = Self(url);
        match url.literal() {
            Some(address) if !may_be_called(address, allowed) => Err(UrlFault::NotPublic),
            Some(address) if !url.is_tls() && is_public(address) => Err(UrlFault::NeedsTls),
            None if !url.is_tls() && allowed.is_empty() => Err(UrlFault::NeedsTls),
            _ => Ok(url),
        }
    }

    /// As it is kept and shown.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, in ASCII; a number of IPv6 without brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }

    /// The port that is connected to.
    pub(super) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// The `Host` header.
    pub(super) fn authority(&self) -> &str {
        self.0.authority()
    }

    /// Path and query, as a request names them.
    pub(super) fn target(&self) -> &str {
        &self.0[url::Position::BeforePath..url::Position::AfterQuery]
    }

    /// Whether the call is made over TLS.
    pub(super) fn is_tls(&self) -> bool {
        self.0.scheme() == "https"
    }

    fn literal(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        }
    }
}

/// Whether a call may go to an address: an open one, or one that the operator has allowed.
pub(super) fn may_be_called(address: IpAddr, allowed: &[IpNet]) -> bool {
    is_public(address) || is_allowed(address, allowed)
}

/// Whether the operator has allowed an address by name of its network. What is written as IPv6 and means IPv4 is that.
pub(super) fn is_allowed(address: IpAddr, allowed: &[IpNet]) -> bool {
    allowed.iter().any(|network| network.contains(&address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_refused_or_needs_to_be_allowed() {
        let loopback: IpNet = "127.0.0.0/8".parse().unwrap();
        for (typed, alone, allowed) in [
            (" https://hooks.example/a?b=c#d ", Ok("https://hooks.example/a?b=c"), Ok("https://hooks.example/a?b=c")),
            ("http://hooks.example/", Err(UrlFault::NeedsTls), Ok("http://hooks.example/")),
            ("http://127.0.0.1:9/x", Err(UrlFault::NotPublic), Ok("http://127.0.0.1:9/x")),
            ("https://0x7f.1/", Err(UrlFault::NotPublic), Ok("https://127.0.0.1/")),
            ("https://[::ffff:127.0.0.1]/", Err(UrlFault::NotPublic), Ok("https://[::ffff:7f00:1]/")),
            ("https://[::1]/", Err(UrlFault::NotPublic), Err(UrlFault::NotPublic)),
            ("https://169.254.169.254/latest", Err(UrlFault::NotPublic), Err(UrlFault::NotPublic)),
            ("http://1.1.1.1/", Err(UrlFault::NeedsTls), Err(UrlFault::NeedsTls)),
            ("https://ada:geheim@hooks.example/", Err(UrlFault::Invalid), Err(UrlFault::Invalid)),
            ("ftp://hooks.example/", Err(UrlFault::Invalid), Err(UrlFault::Invalid)),
            ("hooks.example", Err(UrlFault::Invalid), Err(UrlFault::Invalid)),
            ("", Err(UrlFault::Invalid), Err(UrlFault::Invalid)),
        ] {
            let read = |networks: &[IpNet]| WebhookUrl::parse(typed, networks).map(|url| url.as_str().to_owned());
            assert_eq!(read(&[]), alone.map(str::to_owned), "{typed}");
            assert_eq!(read(&[loopback]), allowed.map(str::to_owned), "{typed}, allowed");
        }
        assert_eq!(WebhookUrl::parse(&format!("https://hooks.example/{}", "a".repeat(LONGEST)), &[]), Err(UrlFault::Invalid));
    }
}
