//! Opens the store, binds, runs web and workers side by side, stops them gracefully.

mod background;
mod listen;
mod opening;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use opening::open_store;

use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::config::{MailSettings, StorageSettings, WebSettings};
use crate::mail::Mailer;
use crate::moderation::learning::Models;
use crate::moderation::staff::StaffNames;
use crate::moderation::submit::{Desk, Intake};
use crate::outbox::OutboxWorker;
use crate::store::changes::{Changes, OtherWriters};
use crate::web::client_ip::ProxyTrust;
use crate::web::hot_threads::HotThreads;
use crate::web::panel::numbers::NumbersKept;
use crate::web::panel::outbox::MailHealth;
use crate::web::reader::demo::demo_origin;
use crate::web::sites::SiteDirectory;
use crate::web::{App, AppState, Flood, router};
use crate::webhook::Caller;

use background::{forget_expired, hear_changes, keep_index, notice_other_writers, watch_sites};
use listen::{Listener, accept, bind};
use opening::add_demo_site;

/// How long a shutdown waits for what is under way.
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
        accounts.note_domains().await?;
        let setup_token = accounts.new_setup_token().await.map_err(anyhow::Error::from)?;
        let outbox = OutboxWorker {
            store: store.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            mailer,
            caller: Caller::new(&settings.web.webhook_networks),
            base_url: base_url.clone(),
            mail_waits: Arc::clone(&mail_waits),
        };
        let threads = Arc::new(HotThreads::new(settings.web.thread_cache));
        let app = Arc::new(AppState {
            mail_health: MailHealth::default(),
            mail_waits,
            mail_interval: interval,
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
            webhook_networks: settings.web.webhook_networks.clone(),
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
        if let Some(others) = OtherWriters::of(&store) {
            tasks.spawn(notice_other_writers(Arc::clone(&self.app), others, stop.clone()));
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
