//! One call: a name is asked for, an address that may be called is connected to, the body is posted, the status is read. No
//! redirect is followed, which could lead anywhere, and no answer is read further than a line.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes};
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::url::{is_allowed, may_be_called};
use super::{WebhookUrl, is_public, sign};

/// How long a call may take in all: receivers are to answer first and work afterwards.
const LONGEST_CALL: Duration = Duration::from_secs(10);

/// Addresses of one name that are tried.
const MOST_ADDRESSES: usize = 4;

/// Bytes of a refusal that are read, and characters of it that are kept.
const MOST_READ: usize = 2048;
const MOST_WORDS: usize = 200;

/// What is to be posted.
#[derive(Clone, Debug)]
pub struct Call {
    /// Where to.
    pub url: WebhookUrl,
    /// What the receiver knows a call by that it gets a second time.
    pub id: String,
    /// The moment of this try, in seconds since the epoch.
    pub seconds: i64,
    /// What the signature is made with.
    pub secret: [u8; 32],
    /// JSON.
    pub body: Vec<u8>,
}

/// Why a call did not succeed, in words for whoever set the webhook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may succeed later.
    #[error("{0}")]
    Temporary(String),
    /// The receiver says that it is gone for good (410).
    #[error("{0}")]
    Permanent(String),
}

/// Makes calls. A clone is another handle on the same settings.
#[derive(Clone, Debug)]
pub struct Caller {
    allowed: Arc<[IpNet]>,
    /// The system's authorities, read with the first call that needs them.
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl Caller {
    /// A caller that may reach the open Internet, and the networks in `allowed` besides.
    pub fn new(allowed: &[IpNet]) -> Self {
        Self { allowed: allowed.into(), tls: Arc::default() }
    }

    /// A webhook's address as it was kept, if it may still be called.
    ///
    /// # Errors
    /// The operator has taken its network back, which is told in words.
    pub fn address(&self, kept: &str) -> anyhow::Result<WebhookUrl> {
        WebhookUrl::parse(kept, &self.allowed).map_err(|_| anyhow::anyhow!("{kept} may not be called (see --webhook-networks)"))
    }

    /// Makes a call; `Ok` means that the receiver has answered with a 2xx.
    ///
    /// # Errors
    /// Any other answer, none within ten seconds, or no address that may be called: see [`Failure`].
    pub async fn call(&self, call: &Call) -> Result<(), Failure> {
        let answer = timeout(LONGEST_CALL, self.attempt(call)).await;
        let answer = answer.unwrap_or_else(|_| Err(format!("no answer within {} seconds", LONGEST_CALL.as_secs())));
        match answer.map_err(Failure::Temporary)? {
            (status, _) if status.is_success() => Ok(()),
            (status, words) if status == StatusCode::GONE => Err(Failure::Permanent(told(status, &words))),
            (status, words) => Err(Failure::Temporary(told(status, &words))),
        }
    }

    async fn attempt(&self, call: &Call) -> Result<(StatusCode, Bytes), String> {
        let stream = self.connect(&call.url).await?;
        if !call.url.is_tls() {
            return post(stream, call).await;
        }
        let name = ServerName::try_from(call.url.host().to_owned()).map_err(|error| error.to_string())?;
        let connector = TlsConnector::from(self.tls()?);
        let stream = connector.connect(name, stream).await.map_err(|error| format!("no encryption: {error}"))?;
        post(stream, call).await
    }

    /// A connection to an address that may be called. The name is asked for once, and what was checked is what is connected to.
    async fn connect(&self, url: &WebhookUrl) -> Result<TcpStream, String> {
        let host = url.host();
        let found = lookup_host((host, url.port())).await.map_err(|error| format!("{host}: {error}"))?;
        let may_be = |address: &SocketAddr| {
            let is_open = url.is_tls() || !is_public(address.ip()) || is_allowed(address.ip(), &self.allowed);
            is_open && may_be_called(address.ip(), &self.allowed)
        };
        let mut words = format!("{host} has no address that webhooks may go to (see --webhook-networks)");
        for address in found.filter(may_be).take(MOST_ADDRESSES) {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => words = format!("{host}: {error}"),
            }
        }
        Err(words)
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, String> {
        if let Some(config) = self.tls.get() {
            return Ok(Arc::clone(config));
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::clone(self.tls.get_or_init(|| Arc::new(config))))
    }
}

async fn post(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, call: &Call) -> Result<(StatusCode, Bytes), String> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    let request = Request::post(call.url.target())
        .header(header::HOST, call.url.authority())
        .header(header::USER_AGENT, concat!("Leserbrief/", env!("CARGO_PKG_VERSION")))
        .header(header::CONTENT_TYPE, "application/json")
        .header("webhook-id", &call.id)
        .header("webhook-timestamp", call.seconds)
        .header("webhook-signature", sign(&call.secret, &call.id, call.seconds, &call.body))
        .body(Full::new(Bytes::from(call.body.clone())))
        .map_err(|error| error.to_string())?;
    let asked = async {
        let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let (head, body) = answer.into_parts();
        let words = if head.status.is_success() { Bytes::new() } else { beginning(body).await };
        Ok((head.status, words))
    };
    // The connection moves only as long as it is polled, and ends with the call.
    tokio::pin!(asked);
    tokio::select! {
        answer = &mut asked => answer,
        ended = connection => match ended {
            Ok(()) => asked.await,
            Err(error) => Err(error.to_string()),
        },
    }
}

/// What a refusal begins with.
async fn beginning(mut body: impl Body<Data = Bytes> + Unpin) -> Bytes {
    let mut read = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        read.extend_from_slice(frame.data_ref().map_or(&[][..], |data| &data[..data.len().min(MOST_READ)]));
        if read.len() >= MOST_READ {
            break;
        }
    }
    read.into()
}

/// A status and what came with it, in one line.
fn told(status: StatusCode, words: &[u8]) -> String {
    let words: String = String::from_utf8_lossy(words).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = format!("{status}: {words}");
    line.trim_end_matches([':', ' ']).chars().take(MOST_WORDS).collect()
}
