//! What holds for every mail, whatever a story was about. A mail that a story leaves unlooked-at is looked at here: when a
//! story on both databases ends, what still waits is sent, and each mail in the folder is held against these laws.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use leserbrief::clock::FixedClock;
use leserbrief::secrets::Keys;
use leserbrief::store::{Store, Tx, comments, moderators};
use mail_parser::{Message, MessageParser};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::harness::{TestDatabase, eventually};

/// What the harness keeps of a house to look after its mail when the story is told.
pub struct Watch {
    pub database: TestDatabase,
    pub keys: Keys,
    pub base_url: String,
    pub clock: Arc<FixedClock>,
    pub mail_waits: Arc<Notify>,
    /// The folder that takes the mails; none where they go to a server, whose mails the story looks at.
    pub mails: Option<PathBuf>,
    pub stop: CancellationToken,
}

impl Watch {
    /// Has everything sent that waits, looks at each mail, and ends the service.
    pub async fn end(self) {
        // The story may have closed the one of the service.
        let store = self.database.store().await;
        eventually("the outbox to be empty", async || {
            let waiting = numbers(&store, "select count(*) from outbox where state = 'waiting'").await[0];
            let in_hand = numbers(&store, "select count(*) from outbox where state = 'waiting' and leased_until > 0").await[0];
            // A clock that leaps while a worker holds a mail would end its lease, and another one would take it.
            if in_hand == 0 {
                self.clock.go_on(600_000);
                self.mail_waits.notify_one();
            }
            (waiting == 0).then_some(())
        })
        .await;
        if let Some(folder) = &self.mails {
            self.look(&store, &mails_in(folder)).await;
        }
        self.stop.cancel();
        store.close().await;
    }

    async fn look(&self, store: &Store, mails: &[String]) {
        let sent = numbers(store, "select count(*) from outbox where state = 'sent'").await[0];
        assert_eq!(mails.len(), usize::try_from(sent).unwrap(), "as many files as mails were sent");
        let trouble = "select count(*) from outbox where state = 'failed' or last_error is not null";
        assert_eq!(numbers(store, trouble).await, [0], "a mail had trouble that the story does not speak of");
        let (moderators, authors) = self.addresses(store).await;
        let mut ids = HashSet::new();
        for mail in mails {
            let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
            let to = parsed.to().unwrap().first().unwrap().address().unwrap();
            let is_to_author = parsed.header("List-Unsubscribe").is_some();
            assert!(if is_to_author { &authors } else { &moderators }.contains(to), "a mail to nobody: {mail}");
            assert!(ids.insert(parsed.message_id().unwrap().to_owned()), "a message id twice: {mail}");
            for author in authors.difference(&moderators).filter(|author| *author != to) {
                assert!(!mail.contains(author.as_str()), "an author's address: {mail}");
            }
            obeys(&parsed, mail, &self.base_url);
        }
    }

    /// The addresses of moderators, and of those who commented.
    async fn addresses(&self, store: &Store) -> (HashSet<String>, HashSet<String>) {
        let opened = |sealed| self.keys.open(&sealed).unwrap().expose().to_owned();
        let ids = ids(store, "select id from comment").await;
        let mut tx = store.read().await.unwrap();
        let (mut here, mut there) = (HashSet::new(), HashSet::new());
        for moderator in moderators::all(&mut tx).await.unwrap() {
            here.insert(opened(moderators::with_address(&mut tx, moderator.id).await.unwrap().unwrap().1));
        }
        for id in ids {
            there.insert(opened(comments::sealed_address(&mut tx, id).await.unwrap().unwrap()));
        }
        (here, there)
    }
}

/// What every mail is: told by a machine, as text and as HTML with the same one link into the house, loading nothing.
pub fn obeys(parsed: &Message<'_>, mail: &str, base_url: &str) {
    assert_eq!(parsed.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"), "{mail}");
    assert!(parsed.header("List-Id").is_some(), "{mail}");
    assert_eq!((parsed.text_body.len(), parsed.html_body.len()), (1, 1), "{mail}");
    let (text, html) = (parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap());
    let links = |body: &str| body.matches("http://").count() + body.matches("https://").count();
    // A mail to an author has a second one, which stops such mails, as its head does; its first may lead to the article.
    let stops = parsed.header_raw("List-Unsubscribe").map(|link| link.trim().trim_matches(['<', '>']).to_owned());
    let count = if stops.is_some() { 2 } else { 1 };
    assert_eq!((links(&text), links(&html)), (count, count), "{mail}");
    if let Some(stops) = &stops {
        assert_eq!(parsed.header_raw("List-Unsubscribe-Post").map(str::trim), Some("List-Unsubscribe=One-Click"), "{mail}");
        assert!(stops.starts_with(&format!("{base_url}/unsubscribe/")), "{mail}");
        assert!(text.lines().any(|line| line == stops) && html.contains(&format!("href=\"{stops}\"")), "{mail}");
    }
    let beginning = if stops.is_some() { "http" } else { base_url };
    let link = text.lines().find(|line| line.starts_with(beginning)).unwrap();
    assert!(html.contains(&format!("href=\"{link}\"")), "{mail}");
    for loaded in ["<img", "<link", "<script", "<iframe", "<object", "<svg"] {
        assert!(!html.contains(loaded), "{loaded} in {mail}");
    }
}

/// The mails in a folder, oldest first.
pub fn mails_in(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "eml")).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// One column of numbers.
pub async fn numbers(store: &Store, sql: &'static str) -> Vec<i64> {
    match &mut store.read().await.unwrap() {
        Tx::Sqlite(tx) => sqlx::query_scalar(sql).fetch_all(&mut **tx).await.unwrap(),
        Tx::Postgres(tx) => sqlx::query_scalar(sql).fetch_all(&mut **tx).await.unwrap(),
    }
}

/// One column of ids.
pub async fn ids(store: &Store, sql: &'static str) -> Vec<Uuid> {
    match &mut store.read().await.unwrap() {
        Tx::Sqlite(tx) => sqlx::query_scalar(sql).fetch_all(&mut **tx).await.unwrap(),
        Tx::Postgres(tx) => sqlx::query_scalar(sql).fetch_all(&mut **tx).await.unwrap(),
    }
}
