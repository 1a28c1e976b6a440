//! Limits in front of everything that costs: the length of a body, and the flood guard (so many requests a second from
//! one network, counted in memory). Limits that must outlive a restart, or hold across processes, are counted from the
//! comments themselves.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::QuantaInstant;
use governor::middleware::NoOpMiddleware;
use http_body_util::BodyExt;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use tower_governor::governor::{GovernorConfigBuilder, SharedRateLimiter};
use tower_governor::key_extractor::KeyExtractor;
use tower_governor::{GovernorError, GovernorLayer};

use super::client_ip::{ProxyTrust, client_address, network_of};
use crate::error::Error;

/// The longest body that is read, in bytes: 65,525 characters of four bytes, each byte escaped as `%XX`, and the rest.
pub const LONGEST_BODY: usize = 1 << 20;

/// A body up to this length is heard out before it is refused, in bytes.
const HEARD_OUT: usize = 16 << 20;

/// Refuses a body that is too long, but hears it out first: a browser that is cut off while it sends never reads why.
pub async fn refuse_long_body(request: Request<Body>, next: Next) -> Response {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_none_or(|length| length <= LONGEST_BODY) {
        return next.run(request).await;
    }
    if length.is_some_and(|length| length <= HEARD_OUT) {
        let mut body = request.into_body();
        while let Some(Ok(_)) = body.frame().await {}
    }
    Error::TooLarge.into_response()
}

/// Networks remembered at most, each about 100 bytes. Beyond it larger networks are counted as one, which a flood from
/// a million addresses reaches and readers do not.
const REMEMBERED: usize = 100_000;

/// Requests after which networks that have been quiet are forgotten.
const SWEEP: u32 = 8192;

/// The layer for routes that cost something.
pub type FloodGuard = GovernorLayer<ByNetwork, NoOpMiddleware<QuantaInstant>, axum::body::Body>;

/// The flood guard, or none where `per_second` is zero.
pub fn flood_guard(per_second: u32, burst: u32, trust: ProxyTrust) -> Option<FloodGuard> {
    let period = Duration::from_secs(1).checked_div(per_second)?;
    let key = ByNetwork { trust, memory: Arc::default() };
    let config = GovernorConfigBuilder::default().period(period).burst_size(burst.max(1)).key_extractor(key.clone()).finish()?;
    // Set once, here: the key extractor tidies the memory of the limiter that it is part of.
    let _ = key.memory.limiter.set(config.limiter().clone());
    Some(GovernorLayer::new(config).error_handler(refuse))
}

fn refuse(error: GovernorError) -> axum::http::Response<axum::body::Body> {
    match error {
        GovernorError::TooManyRequests { wait_time, .. } => {
            Error::TooMany { retry_after: i64::try_from(wait_time).unwrap_or(1).max(1) }.into_response()
        }
        other => Error::Internal(anyhow::anyhow!("the flood guard failed: {other}")).into_response(),
    }
}

/// Counts a request under its client's network: /32 and /64, or /16 and /32 while too many are remembered.
#[derive(Clone)]
pub struct ByNetwork {
    trust: ProxyTrust,
    memory: Arc<Memory>,
}

#[derive(Default)]
struct Memory {
    requests: AtomicU32,
    is_coarse: AtomicBool,
    limiter: OnceLock<SharedRateLimiter<IpNet, NoOpMiddleware<QuantaInstant>>>,
}

impl KeyExtractor for ByNetwork {
    type Key = IpNet;

    fn extract<B>(&self, request: &Request<B>) -> Result<IpNet, GovernorError> {
        let address = client_address(&self.trust, request);
        if self.memory.requests.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.memory.sweep();
        }
        Ok(if self.memory.is_coarse.load(Ordering::Relaxed) { coarse_network_of(address) } else { network_of(address) })
    }
}

impl Memory {
    fn sweep(&self) {
        let Some(limiter) = self.limiter.get() else { return };
        limiter.retain_recent();
        self.is_coarse.store(limiter.len() > REMEMBERED, Ordering::Relaxed);
    }
}

fn coarse_network_of(address: IpAddr) -> IpNet {
    match address.to_canonical() {
        IpAddr::V4(address) => IpNet::V4(Ipv4Net::new_assert(address, 16).trunc()),
        IpAddr::V6(address) => IpNet::V6(Ipv6Net::new_assert(address, 32).trunc()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::extract::ConnectInfo;
    use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

    fn request(address: IpAddr) -> Request<()> {
        let mut request = Request::new(());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((address, 1))));
        request
    }

    #[test]
    fn a_million_addresses_are_not_remembered_one_by_one() {
        let key = ByNetwork { trust: ProxyTrust::default(), memory: Arc::default() };
        let config =
            GovernorConfigBuilder::default().period(Duration::from_secs(60)).burst_size(5).key_extractor(key.clone()).finish();
        let limiter = config.unwrap().limiter().clone();
        key.memory.limiter.set(limiter.clone()).ok().unwrap();
        for number in 0..1_000_000_u32 {
            let v4 = IpAddr::V4(Ipv4Addr::from(number.wrapping_mul(2_654_435_761)));
            let v6 = IpAddr::V6(Ipv6Addr::from(u128::from(number) << 64 | 0x2001_0db8 << 96));
            let address = if number % 2 == 0 { v4 } else { v6 };
            let _ = limiter.check_key(&key.extract(&request(address)).unwrap());
        }
        let remembered = limiter.len();
        assert!(remembered <= REMEMBERED + SWEEP as usize + 65_536, "{remembered} networks are remembered");
        assert!(remembered > REMEMBERED, "the test reaches the bound");
    }

    #[test]
    fn a_flood_guard_of_zero_is_none() {
        assert!(flood_guard(0, 1, ProxyTrust::default()).is_none());
    }
}
