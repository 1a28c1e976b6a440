//! Sudden death, and the orderly one, of the real process: what it has acknowledged is there, once, and is told.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use leserbrief::clock::{Clock, FixedClock};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::actors::PASSWORD;
use crate::every_mail::{ids, mails_in};
use crate::harness::{Database, House, TestDatabase, eventually, on_both};
use crate::process::{Process, told};
use crate::smtp_sink::{Script, SmtpSink};

const ROUNDS: usize = 20;
const READERS: usize = 4;

/// What readers have sent: by token, the comment, and the id if they were told one.
#[derive(Default)]
struct Sent(Mutex<BTreeMap<String, (Value, Option<String>)>>);

impl Sent {
    fn note(&self, token: &str, comment: &Value, id: Option<String>) {
        self.0.lock().unwrap().insert(token.to_owned(), (comment.clone(), id));
    }

    fn all(&self) -> BTreeMap<String, (Value, Option<String>)> {
        self.0.lock().unwrap().clone()
    }
}

/// One reader who writes comment after comment, until nobody answers any more. What was told is noted at once.
async fn writes_on(url: String, name: String, sent: Arc<Sent>, taken: Arc<AtomicUsize>) {
    let client = Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
    for number in 0.. {
        let form = client.get(format!("{url}/api/v1/form?site=demo&page=a")).send().await;
        let Ok(Ok(form)) = (match form {
            Ok(form) => Ok(form.json::<Value>().await),
            Err(error) => Err(error),
        }) else {
            return;
        };
        let token = form["token"].as_str().unwrap();
        let comment = json!({
            "site": "demo", "page": "a", "title": "Die 14", "name": name, "email": format!("{name}@example.org"),
            "text": format!("Meinung Nummer {number} von {name}"), "token": token,
        });
        sent.note(token, &comment, None);
        let Ok(answer) = client.post(format!("{url}/api/v1/comments")).json(&comment).send().await else { return };
        let status = answer.status();
        let Ok(told) = answer.json::<Value>().await else {
            assert!(!status.is_server_error(), "{status}");
            return;
        };
        assert_eq!(status, StatusCode::ACCEPTED, "{told}");
        sent.note(token, &comment, Some(told["id"].as_str().unwrap().to_owned()));
        taken.fetch_add(1, Ordering::SeqCst);
    }
}

/// Several readers at once, for whom so many comments are taken; the instant after that differs a little each time.
async fn load(url: &str, round: usize, sent: &Arc<Sent>, enough: usize) -> Vec<tokio::task::JoinHandle<()>> {
    let taken = Arc::new(AtomicUsize::default());
    let readers = (0..READERS).map(|reader| {
        let name = format!("leser{reader}.{round}");
        tokio::spawn(writes_on(url.to_owned(), name, Arc::clone(sent), Arc::clone(&taken)))
    });
    let readers = readers.collect();
    let begun = Instant::now();
    while taken.load(Ordering::SeqCst) < enough {
        assert!(begun.elapsed() < Duration::from_secs(30), "too few comments were taken");
        tokio::task::yield_now().await;
    }
    for _ in 0..round * 37 % 200 {
        tokio::task::yield_now().await;
    }
    readers
}

/// A service with an owner and without limits, as it is before the load.
fn prepared(database: &TestDatabase, more: &[&str]) {
    Process::start(database, more).kill();
    let limits = ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute", "site_per_minute"];
    let mut settings: Vec<String> = limits.iter().map(|limit| format!("limits.{limit}=0")).collect();
    // Text after text like the last one, each in no time, is spam by every measure: here it shall be told of.
    settings.push("rules.spam_points=100".into());
    let set: Vec<&str> = ["site", "set", "demo"].into_iter().chain(settings.iter().map(String::as_str)).collect();
    told(database, &set, "");
    add_owner(database);
}

fn add_owner(database: &TestDatabase) {
    let add = ["moderator", "add", "Ada", "--email", "ada@example.org", "--role", "owner", "--password-stdin"];
    told(database, &add, &format!("{PASSWORD}\n"));
}

/// Sends everything of the last round again: whoever was told an id is told the same one, and the others are told one now.
async fn sends_again(url: &str, sent: &Sent, since: &HashSet<String>) {
    let client = Client::new();
    for (token, (comment, id)) in sent.all() {
        if since.contains(&token) {
            continue;
        }
        let answer = client.post(format!("{url}/api/v1/comments")).json(&comment).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let told = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
        if let Some(id) = id {
            assert_eq!(told, id, "the same token, another comment");
        }
        sent.note(&token, &comment, Some(told));
    }
}

/// What must be true at the end of it all; a further service on the same data, an hour later, sends what waits.
async fn nothing_is_lost_and_nothing_is_there_twice(database: TestDatabase, sent: &Sent, mail: &[&str]) -> House {
    let hour_later = Clock::System.now().plus(3_600_000).millis();
    let house = House::beside(database, &[], mail, Arc::new(FixedClock::new(hour_later))).await;
    let sent = sent.all();
    assert!(sent.len() > ROUNDS);
    let rows = ids(&house.app.store, "select id from comment").await;
    let there: HashSet<String> = rows.iter().map(ToString::to_string).collect();
    let acknowledged: HashSet<String> = sent.into_values().map(|(_, id)| id.unwrap()).collect();
    assert_eq!(there, acknowledged, "each comment that was acknowledged, and no other");
    let untold = "select count(*) from comment where not exists \
        (select 1 from outbox where submitted_at between covers_from and covers_until)";
    assert_eq!(house.number(untold).await, 0, "comments that no mail tells of");
    house.outbox_is("every mail to be sent", |mails| mails.iter().all(|mail| mail.state == "sent")).await;
    house
}

on_both! {
    async fn killed_at_any_instant_it_has_lost_nothing_and_tells_nothing_twice(database: TestDatabase) {
        prepared(&database, &[]);
        let sent = Arc::new(Sent::default());
        let mut before = HashSet::new();
        for round in 0..ROUNDS {
            let process = Process::start(&database, &["--mail-interval", "0"]);
            sends_again(&process.url, &sent, &before).await;
            before = sent.all().into_keys().collect();
            let readers = load(&process.url, round, &sent, 1 + round % 7).await;
            process.kill();
            for reader in readers {
                reader.await.unwrap();
            }
        }
        let process = Process::start(&database, &[]);
        sends_again(&process.url, &sent, &HashSet::new()).await;
        process.kill();
        let house = nothing_is_lost_and_nothing_is_there_twice(database, &sent, &[]).await;
        // A mail that a killed process had written and not noted is the same file again.
        let files = mails_in(&house.database.mail_folder());
        assert_eq!(files.len(), house.outbox().await.len());
        house.stop().await;
    }
}

on_both! {
    async fn killed_at_any_instant_it_sends_no_mail_twice_but_the_one_in_hand(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain());
        let url = sink.plain_url();
        prepared(&database, &["--smtp", &url]);
        let sent = Arc::new(Sent::default());
        for round in 0..ROUNDS {
            let process = Process::start(&database, &["--mail-interval", "0", "--smtp", &url]);
            let readers = load(&process.url, round, &sent, 1 + round % 7).await;
            process.kill();
            for reader in readers {
                reader.await.unwrap();
            }
        }
        let process = Process::start(&database, &["--smtp", &url]);
        sends_again(&process.url, &sent, &HashSet::new()).await;
        process.kill();
        let house = nothing_is_lost_and_nothing_is_there_twice(database, &sent, &["--smtp", &url]).await;
        let mut received: HashMap<String, usize> = HashMap::new();
        for mail in sink.received() {
            assert_eq!(mail.to, ["ada@example.org"]);
            *received.entry(mail.message_id()).or_default() += 1;
        }
        let ids: HashSet<String> = house.outbox().await.iter().map(|mail| format!("{}@127.0.0.1", mail.id)).collect();
        assert_eq!(received.keys().cloned().collect::<HashSet<_>>(), ids);
        // One process has one mail in hand: each death may cost one more copy, whose id is the same.
        let copies = received.values().sum::<usize>() - received.len();
        assert!(copies <= ROUNDS + 2, "{copies} copies");
        house.stop().await;
    }
}

on_both! {
    async fn killed_between_the_mail_and_its_answer_it_sends_the_same_mail_again(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().keep_and_hang());
        let url = sink.plain_url().replace("timeout=1", "timeout=40");
        prepared(&database, &["--smtp", &url]);
        let process = Process::start(&database, &["--smtp", &url]);
        let sent = Arc::new(Sent::default());
        let reader = load(&process.url, 0, &sent, 1).await;
        sink.wait_for(1).await;
        process.kill();
        for reader in reader {
            reader.await.unwrap();
        }
        let hour_later = Clock::System.now().plus(3_600_000).millis();
        let house = House::beside(database, &[], &["--smtp", &url], Arc::new(FixedClock::new(hour_later))).await;
        house.outbox_is("every mail to be sent", |mails| mails.iter().all(|mail| mail.state == "sent")).await;
        let received = sink.received();
        let copies: Vec<_> = received.iter().filter(|mail| mail.message_id() == received[0].message_id()).collect();
        assert_eq!(copies.len(), 2, "once more, and known by its id");
        assert!(copies.iter().all(|copy| copy.to == ["ada@example.org"]));
        assert_eq!(received.len(), house.outbox().await.len() + 1, "and no other twice");
        house.stop().await;
    }
}

on_both! {
    async fn asked_to_stop_under_load_it_answers_what_it_has_taken_and_ends_well(database: TestDatabase) {
        prepared(&database, &[]);
        let mut before = 0;
        for round in 0..5 {
            let mut process = Process::start(&database, &[]);
            let sent = Arc::new(Sent::default());
            let readers = load(&process.url, round, &sent, 5).await;
            process.terminate();
            let told_at = Instant::now();
            assert_eq!(process.ends().await.code(), Some(0));
            assert!(told_at.elapsed() < Duration::from_secs(10), "a service manager would have killed it");
            for reader in readers {
                reader.await.unwrap();
            }
            let store = database.store().await;
            let rows = ids(&store, "select id from comment").await;
            store.close().await;
            let there: HashSet<String> = rows.iter().map(ToString::to_string).collect();
            let now: HashSet<String> = sent.all().into_values().filter_map(|(_, id)| id).collect();
            assert!(now.is_subset(&there), "what was acknowledged is there");
            assert_eq!(there.len() - before, now.len(), "what was taken in was acknowledged");
            before = there.len();
        }
    }
}

on_both! {
    async fn on_an_empty_folder_it_says_what_to_do_and_later_only_what_is_new(database: TestDatabase) {
        let process = Process::start(&database, &[]);
        let said = process.said.clone();
        let lines: Vec<&str> = said.lines().collect();
        let port = process.url.rsplit_once(':').unwrap().1;
        assert_eq!(lines[0], format!("Leserbrief listens on http://127.0.0.1:{port}"));
        assert_eq!(lines[1], format!("Demo article:         http://localhost:{port}/demo"));
        let setup = lines[2].strip_prefix("Make the first owner: ").unwrap().strip_suffix("  (once, within 24 hours)").unwrap();
        assert_eq!(lines[3], format!("Mails go to:          {}", database.mail_folder().display()));
        assert_eq!(lines.len(), 4);
        let client = Client::new();
        let article = client.get(format!("{}/demo", process.url)).send().await.unwrap();
        assert_eq!(article.status(), StatusCode::OK);
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&database.data().join("key")), mode(&database.data())), (0o600, 0o700));
        let names: HashSet<_> = std::fs::read_dir(database.data()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(names.iter().all(|name| name == "key" || name.to_string_lossy().starts_with("leserbrief.sqlite")), "{names:?}");

        // Nobody has used it: the next start prints one of its own, and the old one, which may stand on somebody's screen,
        // holds until an owner is made.
        process.kill();
        let process = Process::start(&database, &[]);
        let again = process.said.lines().nth(2).unwrap();
        assert!(again.starts_with("Make the first owner: ") && !again.contains(setup.rsplit_once('/').unwrap().1));
        let old = format!("{}/panel/setup/{}", process.url, setup.rsplit_once('/').unwrap().1);
        assert_eq!(client.get(old).send().await.unwrap().status(), StatusCode::OK);
        process.kill();

        add_owner(&database);
        let process = Process::start(&database, &[]);
        let old = format!("{}/panel/setup/{}", process.url, setup.rsplit_once('/').unwrap().1);
        assert_eq!(client.get(old).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        assert!(!process.said.contains("setup") && process.said.contains("Moderators' panel:"), "{}", process.said);
        process.kill();
    }
}

/// A first start may end at any instant; the next one makes good what is missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_its_first_start_it_starts_the_next_time() {
    for kind in [Database::Sqlite, Database::Postgres] {
        let mut has_key_before = false;
        for round in 0..12 {
            let database = TestDatabase::new(kind).await;
            let mut child = crate::commands::command(&[]);
            child.args(database.arguments()).args(["--listen", "127.0.0.1:0"]);
            let mut child = child.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
            // Half of the rounds wait for the key file and then a little; the others do not wait for it.
            if round % 2 == 0 {
                eventually("a sign of life", async || database.data().join("key").exists().then_some(())).await;
                has_key_before = true;
            }
            for _ in 0..round * 2000 {
                tokio::task::yield_now().await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            Process::start(&database, &[]).kill();
        }
        assert!(has_key_before);
    }
}
