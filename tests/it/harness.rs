//! A whole service in the test's process: its own database, a free port, a clock that stands still.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, FromArgMatches};
use leserbrief::clock::{Clock, FixedClock};
use leserbrief::config::{MailSettings, StorageSettings, WebSettings};
use leserbrief::mail::Mailer;
use leserbrief::outbox::OutboxWorker;
use leserbrief::server::{ServeSettings, Server};
use leserbrief::store::Store;
use leserbrief::store::outbox::{self, Listed};
use leserbrief::web::{App, AppState};
use leserbrief::webhook::Caller;
use sqlx::Connection;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::every_mail::{Watch, mails_in, numbers};

/// Noon on a working day.
pub const NOON: i64 = 1_795_521_600_000;

/// Which database a story runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Makes a story into a test on each database. When it is told, the harness looks at the mails that it caused (see
/// `every_mail`). A story that builds its house itself takes the database instead.
macro_rules! on_both {
    ($(#[$meta:meta])* async fn $name:ident($house:ident: House) $body:block) => {
        on_both! { @tests $name, $house, House, $body, |database| {
            let house = House::with(database, &[], &[]).await;
            let watch = house.watch();
            story(house).await;
            watch.end().await;
        }}
    };
    ($(#[$meta:meta])* async fn $name:ident($database:ident: TestDatabase) $body:block) => {
        on_both! { @tests $name, $database, TestDatabase, $body, |database| story(database).await }
    };
    (@tests $name:ident, $given:ident, $kind:ident, $body:block, |$database:ident| $tell:expr) => {
        mod $name {
            use super::*;

            async fn story($given: $kind) $body

            async fn tell($database: crate::harness::TestDatabase) {
                $tell;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                tell(crate::harness::TestDatabase::new(Database::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                tell(crate::harness::TestDatabase::new(Database::Postgres).await).await;
            }
        }
    };
}
pub(crate) use on_both;

/// Settings as the command line would give them.
pub fn settings<T: Args + FromArgMatches>(arguments: &[&str]) -> T {
    let command = T::augment_args(clap::Command::new("leserbrief"));
    let matches = command.try_get_matches_from(["leserbrief"].iter().chain(arguments)).unwrap();
    T::from_arg_matches(&matches).unwrap()
}

/// A database of its own, gone with the value.
#[derive(Clone)]
pub struct TestDatabase {
    pub kind: Database,
    folder: Arc<TempDir>,
    postgres: Option<String>,
    through: Option<u16>,
}

impl TestDatabase {
    pub async fn new(kind: Database) -> Self {
        let postgres = match kind {
            Database::Sqlite => None,
            Database::Postgres => {
                let name = format!("test_{}", leserbrief::clock::Clock::System.new_id().simple());
                execute_on_server(&format!("create database {name}")).await;
                Some(name)
            }
        };
        Self { kind, folder: Arc::new(tempfile::tempdir().unwrap()), postgres, through: None }
    }

    /// The same database with a folder of its own, as another machine has it, and the same key.
    pub fn beside(&self) -> Self {
        let beside = Self { folder: Arc::new(tempfile::tempdir().unwrap()), ..self.clone() };
        std::fs::create_dir(beside.data()).unwrap();
        std::fs::copy(self.data().join("key"), beside.data().join("key")).unwrap();
        beside
    }

    /// Where the PostgreSQL server listens.
    pub fn server() -> SocketAddr {
        let url = url::Url::parse(&server_url()).unwrap();
        url.socket_addrs(|| Some(5432)).unwrap()[0]
    }

    /// From now on the server is reached through this port of 127.0.0.1.
    pub fn reach_through(&mut self, port: u16) {
        self.through = Some(port);
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The `--database` argument; none for SQLite.
    pub fn url(&self) -> Option<String> {
        let name = self.postgres.as_ref()?;
        let mut url = url::Url::parse(&server_url()).unwrap();
        url.set_path(name);
        if let Some(port) = self.through {
            url.set_host(Some("127.0.0.1")).unwrap();
            url.set_port(Some(port)).unwrap();
        }
        Some(url.into())
    }

    /// The arguments that every command needs.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--data".to_owned(), self.data().display().to_string()];
        if let Some(url) = self.url() {
            arguments.extend(["--database".to_owned(), url]);
        }
        arguments
    }

    /// A store on it, besides that of a service.
    pub async fn store(&self) -> Store {
        std::fs::create_dir_all(self.data()).unwrap();
        let arguments = self.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Store::open(&settings::<StorageSettings>(&arguments).database_url().unwrap()).await.unwrap()
    }

    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    pub fn mail_folder(&self) -> PathBuf {
        self.data().join("mail")
    }
}

fn server_url() -> String {
    std::env::var("LESERBRIEF_TEST_POSTGRES").expect("run the suite with tests/run: it starts a PostgreSQL server")
}

async fn execute_on_server(sql: &str) {
    let mut connection = sqlx::PgConnection::connect(&server_url()).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
}

/// A running service.
pub struct House {
    pub database: TestDatabase,
    pub url: String,
    pub app: App,
    pub setup_url: Option<String>,
    clock: Arc<FixedClock>,
    mail_waits: Arc<Notify>,
    /// Whether mails become files.
    has_mail_folder: bool,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl House {
    pub async fn on(kind: Database) -> Self {
        Self::with(TestDatabase::new(kind).await, &[], &[]).await
    }

    /// With settings for web and mail; the flood guard is off unless set.
    pub async fn with(database: TestDatabase, web: &[&str], mail: &[&str]) -> Self {
        let clock = Arc::new(FixedClock::new(NOON));
        Self::beside(database, web, mail, clock).await
    }

    /// On a clock that another house shares.
    pub async fn beside(database: TestDatabase, web: &[&str], mail: &[&str], clock: Arc<FixedClock>) -> Self {
        let arguments = database.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut web_arguments = vec!["--listen", "127.0.0.1:0"];
        if !web.contains(&"--flood-per-second") {
            web_arguments.extend(["--flood-per-second", "0"]);
        }
        web_arguments.extend(web);
        let settings = ServeSettings {
            storage: settings::<StorageSettings>(&arguments),
            web: settings::<WebSettings>(&web_arguments),
            mail: settings::<MailSettings>(mail),
            clock: Clock::Fixed(Arc::clone(&clock)),
        };
        let server = Server::start(&settings).await.unwrap();
        without_lots(&server.app().store).await;
        let stop = CancellationToken::new();
        Self {
            url: format!("http://{}", server.address().unwrap()),
            app: Arc::clone(server.app()),
            setup_url: server.setup_url(),
            clock,
            mail_waits: server.mail_waits(),
            has_mail_folder: !mail.contains(&"--smtp"),
            running: tokio::spawn(server.run(stop.clone())),
            stop,
            database,
        }
    }

    /// A second process on the same data, as far as the database can tell.
    pub async fn sharing(other: &Self) -> Self {
        Self::sharing_with(other, &[]).await
    }

    /// The same with settings for mail.
    pub async fn sharing_with(other: &Self, mail: &[&str]) -> Self {
        Self::beside(other.database.beside(), &["--demo", "false"], mail, other.clock()).await
    }

    /// The time goes on.
    pub fn wait(&self, milliseconds: i64) {
        self.clock.go_on(milliseconds);
        self.mail_waits.notify_one();
    }

    pub fn clock(&self) -> Arc<FixedClock> {
        Arc::clone(&self.clock)
    }

    /// Where the demo's pages are, as browsers name it.
    pub fn origin(&self) -> String {
        self.url.replace("127.0.0.1", "localhost")
    }

    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Ends the service as SIGTERM would.
    pub async fn stop(self) -> TestDatabase {
        let Self { database, app, stop, running, .. } = self;
        drop(app);
        stop.cancel();
        running.await.unwrap();
        database
    }

    /// A further site, which nobody but owners may look at.
    pub async fn adds_site(&self, name: &str) {
        let site = leserbrief::site::Site {
            id: self.app.clock.new_id(),
            name: name.into(),
            title: name.into(),
            locale: leserbrief::i18n::Locale::De,
            origins: vec![leserbrief::site::Origin::parse("https://anderswo.example").unwrap()],
            settings: leserbrief::site::SiteSettings::default(),
        };
        let mut tx = self.app.store.write().await.unwrap();
        assert!(leserbrief::store::sites::add(&mut tx, &site, self.app.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        self.app.sites.look_again();
    }

    /// What looks after the mail when the story is told.
    pub fn watch(&self) -> Watch {
        Watch {
            database: self.database.clone(),
            keys: self.app.keys.clone(),
            base_url: self.app.base_url.clone(),
            clock: self.clock(),
            mail_waits: Arc::clone(&self.mail_waits),
            mails: self.has_mail_folder.then(|| self.database.mail_folder()),
            stop: self.stop.clone(),
        }
    }

    /// The mails that lie in the folder, oldest first.
    pub fn mails(&self) -> Vec<String> {
        mails_in(&self.database.mail_folder())
    }

    /// The outbox as an operator sees it, newest first.
    pub async fn outbox(&self) -> Vec<Listed> {
        outbox::newest(&mut self.app.store.read().await.unwrap(), 1000).await.unwrap()
    }

    /// Waits until the outbox looks like this.
    pub async fn outbox_is(&self, what: &str, is_so: impl Fn(&[Listed]) -> bool) -> Vec<Listed> {
        let seen = async || Some(self.outbox().await).filter(|mails| is_so(mails));
        let waited = tokio::time::timeout(Duration::from_secs(29), eventually(what, seen)).await;
        match waited {
            Ok(mails) => mails,
            Err(_) => panic!("waited in vain for {what}: {:#?}", self.outbox().await),
        }
    }

    /// Waits until no worker holds a mail, nor finds one to take: a clock that leaps while one does would end its lease, and
    /// put off far into the future what it was about to try.
    pub async fn nothing_in_hand(&self) {
        let now = self.app.clock.now().millis();
        // One that waits behind another is not to be had.
        let in_hand = format!(
            "select count(*) from outbox where state = 'waiting' and (leased_until > 0 or due_at <= {now} and (attempts > 0 \
             or not exists (select 1 from outbox as earlier where earlier.state = 'waiting' and earlier.attempts > 0)))"
        );
        let in_hand: &str = in_hand.leak();
        eventually("no mail to be in hand", async || (self.number(in_hand).await == 0).then_some(())).await;
    }

    /// Waits until the one mail has been tried so often and has to wait; returns why.
    pub async fn waits_after(&self, tries: i64) -> String {
        // A mail in a worker's hand is due still.
        let now = self.app.clock.now().millis();
        let waits = |mail: &Listed| mail.state == "waiting" && mail.attempts == tries && mail.due_at > now;
        let is_so = |mails: &[Listed]| matches!(mails, [one] if waits(one));
        self.outbox_is(&format!("the mail to wait after {tries} tries"), is_so).await.remove(0).last_error.unwrap()
    }

    /// Whether a further worker would find a mail to send now.
    pub async fn has_mail_due(&self) -> bool {
        self.worker_with(Mailer::in_memory("post@comments.example").0).send_next().await.unwrap()
    }

    /// A further worker on the same store.
    pub fn worker(&self, smtp: &str) -> OutboxWorker {
        self.worker_with(Mailer::new(Some(&smtp.into()), Path::new(""), "post@comments.example", "").unwrap())
    }

    fn worker_with(&self, mailer: Mailer) -> OutboxWorker {
        let AppState { store, keys, clock, base_url, .. } = &*self.app;
        OutboxWorker {
            store: store.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            mailer,
            caller: Caller::new(&[]),
            base_url: base_url.clone(),
            mail_waits: Arc::default(),
        }
    }

    /// Changes the database behind the service's back.
    pub async fn runs(&self, sql: &'static str) {
        let mut tx = self.app.store.write().await.unwrap();
        match &mut tx {
            leserbrief::store::Tx::Sqlite(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop).unwrap(),
            leserbrief::store::Tx::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop).unwrap(),
        }
        tx.commit().await.unwrap();
    }

    /// One number from the database.
    pub async fn number(&self, sql: &'static str) -> i64 {
        numbers(&self.app.store, sql).await[0]
    }
}

/// What goes to the moderators for a sample is drawn by lot; no story may depend on it.
async fn without_lots(store: &Store) {
    let mut tx = store.write().await.unwrap();
    for mut site in leserbrief::store::sites::all(&mut tx).await.unwrap() {
        site.settings.set("drift.sample_percent", "0").unwrap();
        leserbrief::store::sites::keep(&mut tx, &site).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Waits until something holds, half a minute at most.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
