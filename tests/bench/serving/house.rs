//! A store in use, for the program to serve: a site, an owner, an article with a hundred comments.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, ensure};
use leserbrief::clock::{Clock, FixedClock};
use leserbrief::comment::Status;
use leserbrief::config::DatabaseUrl;
use leserbrief::moderation::decide::{Wish, decide};
use leserbrief::moderation::learning::Models;
use leserbrief::secrets::Keys;
use leserbrief::store::queue::{self, Part};
use leserbrief::store::{Store, moderators, sites};
use sqlx::Connection as _;
use tempfile::TempDir;

use crate::load::Connection;
use crate::process::Process;

/// The program as it is released.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_leserbrief");

/// The article that is read, and its comments.
pub const THREAD: &str = "/api/v1/threads?site=demo&page=buslinie";
pub const COMMENTS: usize = 100;

/// What a reader writes, about as long as comments are.
pub const TEXT: &str = "Endlich fährt die 14 auch nachts, das war überfällig. Wer im Schichtdienst arbeitet, stand bisher \
    zwei Stunden am Deich und wartete auf den ersten Bus. Schade nur, dass der Anschluss zur Fähre weiterhin nicht passt: \
    Die letzte legt um 23:40 Uhr ab, der Bus kommt um 23:45 Uhr. Vielleicht lassen sich die fünf Minuten noch finden, \
    bevor der neue Fahrplan gedruckt wird.";

/// Which database.
#[derive(Debug)]
pub enum Database {
    Sqlite,
    /// On this server, where databases are made and dropped.
    Postgres(String),
}

/// A store in use.
#[derive(Debug)]
pub struct House {
    folder: TempDir,
    database: Database,
    url: String,
    keys: Keys,
    sent: Arc<AtomicU64>,
}

impl House {
    /// Makes one.
    pub async fn prepare(database: Database) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = new_database(&database, folder.path(), "data/leserbrief.sqlite").await?;
        let house = Self { folder, database, url, keys: Keys::generate(), sent: Arc::default() };
        house.run(&["site", "add", "demo", "--origin", "http://localhost", "--title", "Nordblatt"], "")?;
        let limits = ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute", "site_per_minute"];
        let mut changes: Vec<String> = limits.iter().map(|limit| format!("limits.{limit}=0")).collect();
        // The same words again and again are spam: judged in full, but told of like any other comment.
        changes.push("rules.spam_points=100".into());
        let set: Vec<&str> = ["site", "set", "demo"].into_iter().chain(changes.iter().map(String::as_str)).collect();
        house.run(&set, "")?;
        let owner = ["moderator", "add", "Ada", "--email", "ada@example.org", "--role", "owner", "--password-stdin"];
        house.run(&owner, "zwölf Möwen über dem Deich")?;
        let keys = Keys::load(&house.data().join("key"))?.context("no key file")?;
        let house = Self { keys, ..house };
        house.fill_thread().await?;
        Ok(house)
    }

    /// `leserbrief serve` on a free port, without the limits that the load would run into.
    pub fn serve(&self) -> Command {
        let mut command = self.program();
        command.args(["serve", "--listen", "127.0.0.1:0", "--flood-per-second", "0", "--demo", "false"]);
        command.env("RUST_LOG", "warn");
        command
    }

    /// Comments for one connection.
    pub fn submissions(&self) -> Submissions {
        Submissions { keys: self.keys.clone(), sent: Arc::clone(&self.sent), page: None }
    }

    /// Where files may be put.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The URL (a path, for SQLite) of a new database on the same disk or server.
    pub async fn another_database(&self) -> anyhow::Result<String> {
        new_database(&self.database, self.folder(), "bare.sqlite").await
    }

    async fn fill_thread(&self) -> anyhow::Result<()> {
        let (process, address) = Process::spawn(&mut self.serve())?;
        let mut submissions = Submissions { page: Some("buslinie"), ..self.submissions() };
        let (mut connection, mut request) = (Connection::open(address).await?, Vec::new());
        for _ in 0..COMMENTS {
            submissions.next(&mut request);
            ensure!(connection.exchange(&request).await?.status == 202, "a comment was not taken");
        }
        drop(process);
        let (store, clock) = (self.store().await?, Clock::System);
        let models = Models::new(store.clone());
        let mut tx = store.read().await?;
        let owner = moderators::all(&mut tx).await?.pop().context("no owner")?;
        let site = sites::all(&mut tx).await?.pop().context("no site")?;
        let part = Part { after: None, limit: 2 * i64::try_from(COMMENTS)? };
        let pending = queue::urgent(&mut tx, site.id, part).await?;
        drop(tx);
        ensure!(pending.len() == COMMENTS, "{} comments wait where {COMMENTS} were sent", pending.len());
        for card in pending {
            let wish = Wish {
                comment_id: card.comment.id,
                seen_revision: card.comment.revision,
                to: Status::Approved,
                ground: None,
                reason: None,
            };
            decide(&store, &clock, &models, &owner, &wish).await?;
        }
        store.close().await;
        Ok(())
    }

    async fn store(&self) -> anyhow::Result<Store> {
        Store::open(&database_url(&self.url)).await
    }

    fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    fn program(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.env_clear().arg("--data").arg(self.data());
        if let Database::Postgres(_) = self.database {
            command.args(["--database", &self.url]);
        }
        command
    }

    fn run(&self, arguments: &[&str], input: &str) -> anyhow::Result<()> {
        let mut child = self.program().args(arguments).stdin(Stdio::piped()).spawn()?;
        std::io::Write::write_all(&mut child.stdin.take().context("no standard input")?, input.as_bytes())?;
        ensure!(child.wait()?.success(), "leserbrief {arguments:?} failed");
        Ok(())
    }
}

/// The database that a URL, or a path, names.
pub fn database_url(url: &str) -> DatabaseUrl {
    if url.starts_with("postgres") { DatabaseUrl::Postgres(url.into()) } else { DatabaseUrl::Sqlite(url.into()) }
}

async fn new_database(database: &Database, folder: &Path, file: &str) -> anyhow::Result<String> {
    match database {
        Database::Sqlite => Ok(folder.join(file).display().to_string()),
        Database::Postgres(server) => {
            let name = format!("bench_{}", Clock::System.new_id().simple());
            let mut connection = sqlx::PgConnection::connect(server).await?;
            sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&mut connection).await?;
            let (server, _) = server.rsplit_once('/').context("the server's URL names no database")?;
            Ok(format!("{server}/{name}"))
        }
    }
}

/// Comments as the embed sends them, no two alike.
#[derive(Debug)]
pub struct Submissions {
    keys: Keys,
    sent: Arc<AtomicU64>,
    /// The article; twenty of them in turn, where none is named.
    page: Option<&'static str>,
}

impl Submissions {
    /// Writes the next request.
    pub fn next(&mut self, request: &mut Vec<u8>) {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let page = self.page.map_or_else(|| format!("artikel-{}", number % 20), str::to_owned);
        // The form was opened a minute ago, as it is where a person writes.
        let opened = Clock::Fixed(Arc::new(FixedClock::new(Clock::System.now().plus(-60_000).millis())));
        let token = self.keys.sign_form(opened.new_id(), "demo", &page);
        let body = format!(
            r#"{{"site":"demo","page":"{page}","url":"http://localhost/2026/{page}","title":"Neue Buslinie","name":"Eva Müller","email":"leserin-{number}@example.org","website":"","text":"{TEXT} Das meint Leserin {number}.","token":"{token}","notify":false,"homepage":""}}"#
        );
        let head = format!(
            "POST /api/v1/comments HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\nuser-agent: bench\r\naccept: */*\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        request.clear();
        request.extend_from_slice(head.as_bytes());
        request.extend_from_slice(body.as_bytes());
    }
}
