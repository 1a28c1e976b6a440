//! Listening: on TCP and on Unix sockets, as many connections at once as are allowed.

use std::net::SocketAddr;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::either::Either;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::LAST_REQUESTS;
use crate::config::ListenAddress;
use crate::web::App;
use crate::web::api::threads;

/// How long a request may take to arrive with its head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// Where the service listens.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    Unix(Socket),
}

/// A Unix socket that takes its file away when it goes, also where the start is refused after all.
#[derive(Debug)]
pub(super) struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

impl Drop for Socket {
    fn drop(&mut self) {
        // One that cannot be removed is recognised as left behind at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Listens on every address, or on none.
///
/// # Errors
/// A sentence that says which one cannot be had and what to do.
pub(super) async fn bind(addresses: &[ListenAddress]) -> anyhow::Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    for address in addresses {
        listeners.push(match address {
            ListenAddress::Tcp(address) => Listener::Tcp(TcpListener::bind(address).await.with_context(|| {
                format!("The address {address} cannot be listened on. Is something else using it? Choose another with --listen.")
            })?),
            ListenAddress::Unix(path) => Listener::Unix(bind_socket(path)?),
        });
    }
    Ok(listeners)
}

fn bind_socket(path: &Path) -> anyhow::Result<Socket> {
    // A socket left behind by a killed process answers nobody; one that answers is another process's.
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() {
        std::fs::remove_file(path).with_context(|| format!("The old socket {} cannot be removed.", path.display()))?;
    }
    let listener = UnixListener::bind(path).with_context(|| format!("The socket {} cannot be listened on.", path.display()))?;
    Ok(Socket { listener, path: path.to_owned() })
}

impl Listener {
    /// Its address, if it is on TCP.
    pub(super) fn tcp_address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(_) => None,
        }
    }
}

/// Takes connections, as many at once as there are permits. A connection that does not send its head is closed. They speak
/// HTTP/1.1: browsers speak HTTP/2 over TLS alone, which ends at the proxy in front.
pub(super) async fn accept(listener: Listener, app: App, service: Router, connections: Arc<Semaphore>, stop: CancellationToken) {
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(64 * 1024);
    let graceful = GracefulShutdown::new();
    loop {
        let next = async {
            let permit = Arc::clone(&connections).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            () = stop.cancelled() => break,
            next = next => next,
        };
        let (stream, client) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, mostly: some will be given back soon.
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (app, service) = (Arc::clone(&app), service.clone());
        let answer = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
            if let Some(ready) = threads::ready(&app, &request) {
                return Either::Left(std::future::ready(Ok(ready)));
            }
            let mut request = request.map(axum::body::Body::new);
            if let Some(client) = client {
                request.extensions_mut().insert(ConnectInfo(client));
            }
            Either::Right(service.clone().oneshot(request))
        });
        let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), answer));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = %error, "a connection ended badly");
            }
            drop(permit);
        });
    }
    if timeout(LAST_REQUESTS, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were not finished in time");
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Listener {
    async fn accept(&self) -> std::io::Result<(Box<dyn Stream>, Option<SocketAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, client) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok((Box::new(stream), Some(client)))
            }
            Self::Unix(socket) => Ok((Box::new(socket.listener.accept().await?.0), None)),
        }
    }
}
