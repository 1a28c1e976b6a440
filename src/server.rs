//! Opens the store, binds, runs web and workers side by side, stops them gracefully.

use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::either::Either;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::config::{DatabaseUrl, ListenAddress, MailSettings, StorageSettings, WebSettings};
use crate::mail::Mailer;
use crate::moderation::learning::{MOST_UNFOLDED, Models};
use crate::moderation::staff::StaffNames;
use crate::moderation::submit::{Desk, Intake};
use crate::moderation::{neighbours, search_index};
use crate::outbox::OutboxWorker;
use crate::privacy;
use crate::secrets::Keys;
use crate::site::{Origin, Site, SiteSettings};
use crate::store::changes::{Change, Changes};
use crate::store::{Store, sites};
use crate::web::api::threads;
use crate::web::client_ip::ProxyTrust;
use crate::web::hot_threads::HotThreads;
use crate::web::panel::numbers::NumbersKept;
use crate::web::panel::outbox::MailHealth;
use crate::web::reader::demo::demo_origin;
use crate::web::sites::SiteDirectory;
use crate::web::{App, AppState, Flood, router};

/// How long a request may take to arrive with its head, and a shutdown to finish what is under way.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
const LAST_REQUESTS: Duration = Duration::from_secs(8);

/// How long a shutdown then waits for what was taken in to be written, and for the store to close: in all, a service
/// manager that waits ten seconds has no need to kill.
const LAST_WRITES: Duration = Duration::from_millis(750);

/// Everything that `serve` needs.
#[derive(Clone, Debug)]
pub struct ServeSettings {
    /// Where the data is.
    pub storage: StorageSettings,
    /// How it is reached.
    pub web: WebSettings,
    /// How mail leaves.
    pub mail: MailSettings,
    /// The time.
    pub clock: Clock,
}

/// A service that listens.
#[derive(Debug)]
pub struct Server {
    app: App,
    listeners: Vec<Listener>,
    flood: Flood,
    max_connections: usize,
    outbox: OutboxWorker,
    intake: tokio::task::JoinHandle<()>,
    setup_token: Option<String>,
}

#[derive(Debug)]
enum Listener {
    Tcp(TcpListener),
    Unix(Socket),
}

/// A Unix socket that takes its file away when it goes, also where the start is refused after all.
#[derive(Debug)]
struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

impl Drop for Socket {
    fn drop(&mut self) {
        // One that cannot be removed is recognised as left behind at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Opens the store with its key file. Nothing is made where something is refused.
///
/// # Errors
/// A sentence that says what is wrong and what to do.
pub async fn open_store(storage: &StorageSettings) -> anyhow::Result<(Store, Keys)> {
    let url = storage.database_url()?;
    let key_file = storage.key_file();
    let known = Keys::load(&key_file)?;
    if matches!(url, DatabaseUrl::Sqlite(_)) {
        make_folder(&storage.data)?;
    }
    let store = Store::open(&url).await?;
    let keys = match (known, store.key_check().await?) {
        (Some(keys), _) => keys,
        (None, None) => {
            make_folder(&storage.data)?;
            Keys::create(&key_file)?
        }
        (None, Some(_)) => {
            bail!(
                "The key file {} is missing: without it the addresses in the database stay sealed. Put it back.",
                key_file.display()
            )
        }
    };
    store.tie_to_key(&keys.check_value()).await?;
    if store.key_check().await? != Some(keys.check_value()) {
        bail!("The key file {} is not the one this database was made with. Put the right one back.", key_file.display());
    }
    Ok((store, keys))
}

fn make_folder(path: &Path) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("The data folder {} cannot be made.", path.display()))
}

impl Server {
    /// Binds first, so that a port in use leaves nothing behind; then opens the store.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to do.
    pub async fn start(settings: &ServeSettings) -> anyhow::Result<Self> {
        let listeners = bind(&settings.web.listen).await?;
        let bound = listeners.iter().find_map(Listener::tcp_address);
        let base_url = settings.web.base_url(bound)?;
        let smtp = settings.mail.smtp_url()?;
        let host = url::Url::parse(&base_url)?.host_str().unwrap_or("localhost").trim_matches(['[', ']']).to_owned();
        let sender = settings.mail.sender(&host);
        let mailer = Mailer::new(smtp.as_ref(), &settings.storage.mail_folder(), &sender, "Leserbrief")?;
        let (store, keys) = open_store(&settings.storage).await?;
        let clock = settings.clock.clone();
        let has_demo = settings.web.demo.unwrap_or(matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1"));
        if has_demo {
            add_demo_site(&store, &clock, &base_url).await?;
        }
        let mail_waits = Arc::new(Notify::new());
        let interval = i64::from(settings.mail.mail_interval) * 1000;
        let models = Models::new(store.clone());
        let desk = Desk {
            store: store.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            models: models.clone(),
            staff: StaffNames::new(store.clone()),
            mail_interval: interval,
            mail_waits: Arc::clone(&mail_waits),
        };
        let (intake, intake_task) = Intake::start(desk);
        let accounts = Accounts::new(store.clone(), keys.clone(), clock.clone());
        let setup_token = accounts.new_setup_token().await.map_err(anyhow::Error::from)?;
        let outbox = OutboxWorker {
            store: store.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            mailer,
            base_url: base_url.clone(),
            mail_waits: Arc::clone(&mail_waits),
        };
        let threads = Arc::new(HotThreads::new(settings.web.thread_cache));
        let app = Arc::new(AppState {
            mail_health: MailHealth::default(),
            mail_waits,
            numbers: NumbersKept::default(),
            sites: SiteDirectory::new(store.clone(), Arc::clone(&threads)),
            threads,
            proxy_trust: ProxyTrust { networks: settings.web.trusted_proxies.clone(), header: settings.web.forwarded_header },
            store,
            keys,
            clock,
            accounts,
            intake,
            models,
            base_url,
            has_demo,
            closing: CancellationToken::new(),
        });
        let flood = Flood { per_second: settings.web.flood_per_second, burst: settings.web.flood_burst };
        let max_connections = settings.web.max_connections;
        Ok(Self { app, listeners, flood, max_connections, outbox, intake: intake_task, setup_token })
    }

    /// Where browsers reach it.
    pub fn base_url(&self) -> &str {
        &self.app.base_url
    }

    /// The demo article, if it is served.
    pub fn demo_url(&self) -> Option<String> {
        self.app.has_demo.then(|| format!("{}/demo", demo_origin(&self.app.base_url)))
    }

    /// The link that makes the first owner; `None` where there is one.
    pub fn setup_url(&self) -> Option<String> {
        Some(format!("{}/panel/setup/{}", self.app.base_url, self.setup_token.as_ref()?))
    }

    /// Where mails go, in words.
    pub fn mail_destination(&self) -> String {
        self.outbox.mailer.destination()
    }

    /// Where it listens, if on TCP.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listeners.iter().find_map(Listener::tcp_address)
    }

    /// What wakes the mail worker.
    pub fn mail_waits(&self) -> Arc<Notify> {
        Arc::clone(&self.outbox.mail_waits)
    }

    /// The state behind the routes, for tests that set the scene.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Serves until told to stop; then requests under way are answered, and what was taken in is written.
    pub async fn run(self, stop: CancellationToken) {
        let service = router(Arc::clone(&self.app), self.flood);
        let store = self.app.store.clone();
        let tasks = TaskTracker::new();
        tasks.spawn(self.outbox.run(stop.clone()));
        tasks.spawn(forget_expired(Arc::clone(&self.app), stop.clone()));
        tasks.spawn(keep_index(store.clone(), stop.clone()));
        let (closing, stopped) = (self.app.closing.clone(), stop.clone());
        tasks.spawn(async move {
            stopped.cancelled().await;
            closing.cancel();
        });
        tasks.spawn(watch_sites(Arc::clone(&self.app), stop.clone()));
        if let Some(changes) = Changes::of(&store) {
            tasks.spawn(hear_changes(Arc::clone(&self.app), changes, stop.clone()));
        }
        let connections = Arc::new(Semaphore::new(self.max_connections));
        let acceptors = TaskTracker::new();
        for listener in self.listeners {
            acceptors.spawn(accept(listener, Arc::clone(&self.app), service.clone(), Arc::clone(&connections), stop.clone()));
        }
        acceptors.close();
        tasks.close();
        stop.cancelled().await;
        let deadline = Instant::now() + LAST_REQUESTS;
        acceptors.wait().await;
        if timeout_at(deadline, tasks.wait()).await.is_err() {
            // Its lease ends by itself, and the next one to start sends it again under the same Message-ID.
            tracing::warn!("a mail server did not answer in time; its mail stays in the outbox");
        }
        // The intake ends when nobody can submit any more.
        drop((service, self.app));
        let _ = timeout(LAST_WRITES, self.intake).await;
        let _ = timeout(LAST_WRITES, store.close()).await;
    }
}

async fn bind(addresses: &[ListenAddress]) -> anyhow::Result<Vec<Listener>> {
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
    fn tcp_address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(_) => None,
        }
    }
}

/// Takes connections, as many at once as there are permits. A connection that does not send its head is closed.
async fn accept(listener: Listener, app: App, service: Router, connections: Arc<Semaphore>, stop: CancellationToken) {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(64 * 1024);
    server.http2().timer(TokioTimer::new()).max_concurrent_streams(100).keep_alive_interval(Duration::from_secs(20));
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
        let connection = graceful.watch(server.serve_connection(TokioIo::new(stream), answer).into_owned());
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

/// A site for the demo article, where there is none at all.
async fn add_demo_site(store: &Store, clock: &Clock, base_url: &str) -> anyhow::Result<()> {
    let mut tx = store.write().await?;
    let origins: Vec<Origin> = Origin::parse(&demo_origin(base_url)).into_iter().collect();
    let existing = sites::all(&mut tx).await?;
    match existing.into_iter().find(|site| site.name == "demo") {
        Some(mut site) if site.origins != origins => {
            // The demo follows the port that the service is on.
            site.origins = origins;
            sites::keep(&mut tx, &site).await?;
        }
        Some(_) => return Ok(()),
        None => {
            let (id, title) = (clock.new_id(), "Nordblatt (Demo)".to_owned());
            let (locale, settings) = (crate::i18n::Locale::De, SiteSettings::default());
            sites::add(&mut tx, &Site { id, name: "demo".into(), title, locale, origins, settings }, clock.now()).await?;
        }
    }
    tx.commit().await
}

/// Once an hour: sessions and attempts that count no more, networks that have been kept long enough, lessons to add up.
async fn forget_expired(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = app.accounts.forget_expired().await {
            tracing::error!(%error, "expired sessions could not be removed");
        }
        if let Err(error) = privacy::forget_networks(&app.store, &app.clock).await {
            tracing::error!(error = format!("{error:#}"), "old networks could not be forgotten");
        }
        if let Err(error) = app.models.fold(MOST_UNFOLDED).await {
            tracing::error!(error = format!("{error:#}"), "lessons could not be added up");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(3600)) => {}
        }
    }
}

/// Keeps the full-text index up with the comments, and what they are compared by.
async fn keep_index(store: Store, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let not_now = |error: anyhow::Error| {
            tracing::error!(error = format!("{error:#}"), "new comments could not be indexed");
            false
        };
        let more = search_index::catch_up(&store, 64).await.unwrap_or_else(not_now)
            | neighbours::catch_up(&store, 64).await.unwrap_or_else(not_now);
        // With more to do it is only courtesy to let others write in between.
        let pause = if more { Duration::from_millis(20) } else { Duration::from_secs(2) };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Notices what the command line, or another process, changes in a site.
async fn watch_sites(app: App, stop: CancellationToken) {
    stop.run_until_cancelled(app.sites.watch()).await;
}

/// Throws threads away that other processes have changed.
async fn hear_changes(app: App, mut changes: Changes, stop: CancellationToken) {
    app.threads.set_deaf(true);
    loop {
        let heard = tokio::select! {
            () = stop.cancelled() => return,
            heard = changes.next() => heard,
        };
        match heard {
            Ok(Change::Page(page_id)) => app.threads.forget(page_id),
            Ok(Change::Anything) => {
                app.sites.look_again();
                app.threads.forget_all();
                app.threads.set_deaf(false);
            }
            Err(error) => {
                app.threads.set_deaf(true);
                tracing::warn!(error = format!("{error:#}"), "changes by other processes cannot be heard; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}
