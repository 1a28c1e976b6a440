//! A whole service in the test's process: its own database, a free port, a clock that stands still.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, FromArgMatches};
use leserbrief::clock::{Clock, FixedClock};
use leserbrief::config::{MailSettings, StorageSettings, WebSettings};
use leserbrief::server::{ServeSettings, Server};
use leserbrief::web::App;
use sqlx::Connection;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Noon on a working day.
pub const NOON: i64 = 1_795_521_600_000;

/// Which database a story runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Makes a story into a test on each database.
macro_rules! on_both {
    ($(#[$meta:meta])* async fn $name:ident($house:ident: House) $body:block) => {
        mod $name {
            use super::*;

            async fn story($house: House) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let house = House::on(Database::Sqlite).await;
                story(house).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let house = House::on(Database::Postgres).await;
                story(house).await;
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
pub struct TestDatabase {
    pub kind: Database,
    folder: TempDir,
    postgres: Option<String>,
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
        Self { kind, folder: tempfile::tempdir().unwrap(), postgres }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The `--database` argument; none for SQLite.
    pub fn url(&self) -> Option<String> {
        self.postgres.as_ref().map(|name| format!("{}/{name}", server_url().rsplit_once('/').unwrap().0))
    }

    /// The arguments that every command needs.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--data".to_owned(), self.data().display().to_string()];
        if let Some(url) = self.url() {
            arguments.extend(["--database".to_owned(), url]);
        }
        arguments
    }

    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
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
        let stop = CancellationToken::new();
        Self {
            url: format!("http://{}", server.address().unwrap()),
            app: Arc::clone(server.app()),
            setup_url: server.setup_url(),
            clock,
            mail_waits: server.mail_waits(),
            running: tokio::spawn(server.run(stop.clone())),
            stop,
            database,
        }
    }

    /// A second process on the same data, as far as the database can tell.
    pub async fn sharing(other: &Self) -> Self {
        let database = TestDatabase {
            kind: other.database.kind,
            folder: tempfile::tempdir().unwrap(),
            postgres: other.database.postgres.clone(),
        };
        std::fs::create_dir(database.data()).unwrap();
        std::fs::copy(other.database.data().join("key"), database.data().join("key")).unwrap();
        Self::beside(database, &["--demo", "false"], &[], other.clock()).await
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

    /// The mails that lie in the folder, oldest first.
    pub fn mails(&self) -> Vec<String> {
        let Ok(folder) = std::fs::read_dir(self.database.data().join("mail")) else { return Vec::new() };
        let mut files: Vec<PathBuf> =
            folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "eml")).collect();
        files.sort();
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
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
        let mut tx = self.app.store.read().await.unwrap();
        match &mut tx {
            leserbrief::store::Tx::Sqlite(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await.unwrap(),
            leserbrief::store::Tx::Postgres(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await.unwrap(),
        }
    }
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
