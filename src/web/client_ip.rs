//! Where a request comes from: the connection, or what a trusted proxy says of it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::App;
use crate::config::ForwardedHeader;
use crate::error::Error;

/// Whom to believe.
#[derive(Clone, Debug, Default)]
pub struct ProxyTrust {
    /// Networks whose header is believed.
    pub networks: Vec<IpNet>,
    /// The header.
    pub header: ForwardedHeader,
}

impl ProxyTrust {
    /// The client's address: the nearest hop that is not a trusted proxy, counted from our end of the header. What
    /// stands left of it anybody may have written.
    pub fn client(&self, connected: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut nearest = connected.to_canonical();
        if !self.trusts(nearest) {
            return nearest;
        }
        for hop in self.hops(headers).into_iter().rev() {
            // A hop that cannot be read hides all that come before it.
            let Some(hop) = hop else { return nearest };
            nearest = hop;
            if !self.trusts(nearest) {
                return nearest;
            }
        }
        nearest
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    fn hops(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let name = match self.header {
            ForwardedHeader::XForwardedFor => "x-forwarded-for",
            ForwardedHeader::Forwarded => "forwarded",
        };
        let values = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("unreadable"));
        let elements = values.flat_map(|value| value.split(','));
        match self.header {
            ForwardedHeader::XForwardedFor => elements.map(address).collect(),
            ForwardedHeader::Forwarded => elements.map(|element| forwarded_for(element).and_then(address)).collect(),
        }
    }
}

/// The `for` of an element such as `for="[2001:db8::1]:4711";proto=https` (RFC 7239).
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })
}

/// An address as proxies write it: with or without port, IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address: IpAddr =
        text.parse().ok().or_else(bracketed).or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(address.to_canonical())
}

/// The network that a client is counted under: its address (/32), or the /64 that an IPv6 customer has to himself.
pub fn network_of(address: IpAddr) -> IpNet {
    match address.to_canonical() {
        IpAddr::V4(address) => IpNet::V4(Ipv4Net::from(address)),
        IpAddr::V6(address) => IpNet::V6(Ipv6Net::new_assert(address, 64).trunc()),
    }
}

/// The client's address; a connection over a Unix socket comes from this machine.
pub fn client_address<B>(trust: &ProxyTrust, request: &Request<B>) -> IpAddr {
    connected_client(trust, request.extensions().get(), request.headers())
}

fn connected_client(trust: &ProxyTrust, connected: Option<&ConnectInfo<SocketAddr>>, headers: &HeaderMap) -> IpAddr {
    let loopback = IpAddr::from([127, 0, 0, 1]);
    trust.client(connected.map_or(loopback, |ConnectInfo(address)| address.ip()), headers)
}

/// The network of whoever asks.
#[derive(Clone, Copy, Debug)]
pub struct ClientNetwork(pub IpNet);

impl FromRequestParts<App> for ClientNetwork {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let address = connected_client(&app.proxy_trust, parts.extensions.get(), &parts.headers);
        Ok(Self(network_of(address)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trust: &ProxyTrust, connected: &str, header: &str) -> String {
        let name = if trust.header == ForwardedHeader::Forwarded { "forwarded" } else { "x-forwarded-for" };
        let mut headers = HeaderMap::new();
        headers.insert(name, header.parse().unwrap());
        trust.client(connected.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_header_is_believed_from_trusted_proxies_alone_and_from_the_right() {
        let trust =
            ProxyTrust { networks: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()], ..ProxyTrust::default() };
        for (connected, header, expected) in [
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.9.9.9", "198.51.100.1"),
            ("::ffff:10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
            ("::1", "[2001:db8::1]:80", "2001:db8::1"),
            ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.7", "10.0.0.7"),
            ("10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ] {
            assert_eq!(client(&trust, connected, header), expected, "{connected} {header}");
        }
    }

    #[test]
    fn the_forwarded_header_is_read_in_its_own_form() {
        let trust = ProxyTrust { networks: vec!["10.0.0.0/8".parse().unwrap()], header: ForwardedHeader::Forwarded };
        let header = r#"for=6.6.6.6, For="[2001:db8:cafe::17]:4711";proto=https"#;
        assert_eq!(client(&trust, "10.0.0.1", header), "2001:db8:cafe::17");
        assert_eq!(client(&trust, "10.0.0.1", "for=_hidden"), "10.0.0.1");
    }

    #[test]
    fn a_customer_is_one_network() {
        assert_eq!(network_of("2001:db8:1:2:3::4".parse().unwrap()).to_string(), "2001:db8:1:2::/64");
        assert_eq!(network_of("::ffff:1.2.3.4".parse().unwrap()).to_string(), "1.2.3.4/32");
    }
}
