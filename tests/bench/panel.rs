//! Server times of the panel on a store of a million comments: `cargo bench --bench panel`.
//!
//! `LESERBRIEF_BENCH_COMMENTS` makes it smaller, `LESERBRIEF_BENCH_DATA` keeps the SQLite store for the next time, and with
//! `LESERBRIEF_TEST_POSTGRES` the same is measured there. What is printed is the whole time of a request over loopback.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on fails")]

use std::time::{Duration, Instant};

use clap::{Args, FromArgMatches};
use leserbrief::accounts::NewAccount;
use leserbrief::clock::Clock;
use leserbrief::commands::seed;
use leserbrief::config::{MailSettings, StorageSettings, WebSettings};
use leserbrief::i18n::Locale;
use leserbrief::moderator::Role;
use leserbrief::server::{ServeSettings, Server};
use reqwest::Client;
use sqlx::Connection;
use tokio_util::sync::CancellationToken;

const PASSWORD: &str = "zwölf Möwen über dem Deich";
const LIMIT: Duration = Duration::from_millis(50);
const TIMES: usize = 40;

fn settings<T: Args + FromArgMatches>(arguments: &[&str]) -> T {
    let command = T::augment_args(clap::Command::new("leserbrief"));
    T::from_arg_matches(&command.try_get_matches_from(["leserbrief"].iter().chain(arguments)).unwrap()).unwrap()
}

#[tokio::main]
async fn main() {
    let comments = std::env::var("LESERBRIEF_BENCH_COMMENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let amount = seed::Arguments { comments, pending: comments / 10 };
    let temporary = tempfile::tempdir().unwrap();
    let kept = std::env::var("LESERBRIEF_BENCH_DATA").unwrap_or_else(|_| temporary.path().join("sqlite").display().to_string());
    let only = std::env::var("LESERBRIEF_BENCH_ONLY").unwrap_or_default();
    if only != "postgres" {
        measure("SQLite", &["--data", &kept], &amount).await;
    }
    if let Ok(server) = std::env::var("LESERBRIEF_TEST_POSTGRES") {
        let name = "leserbrief_bench_panel";
        let mut connection = sqlx::PgConnection::connect(&server).await.unwrap();
        let _ = sqlx::query("create database leserbrief_bench_panel").execute(&mut connection).await;
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        let folder = format!("{kept}-postgres");
        measure("PostgreSQL", &["--data", &folder, "--database", &url], &amount).await;
    }
}

async fn measure(database: &str, arguments: &[&str], amount: &seed::Arguments) {
    let settings = ServeSettings {
        storage: settings::<StorageSettings>(arguments),
        web: settings::<WebSettings>(&["--listen", "127.0.0.1:0", "--flood-per-second", "0", "--demo", "false"]),
        mail: settings::<MailSettings>(&[]),
        clock: Clock::System,
    };
    let server = Server::start(&settings).await.unwrap();
    let app = std::sync::Arc::clone(server.app());
    let password = secrecy::SecretString::from(PASSWORD);
    let account = NewAccount { name: "Ada", email: "ada@example.org", password: &password, locale: Locale::De };
    // A store that is kept has her already.
    let _ = app.accounts.add(&account, Role::Owner, None).await;
    let begun = Instant::now();
    match seed::fill(&app.store, &app.keys, &app.clock, amount).await {
        Ok(()) => println!("{database}: {} comments seeded in {:.0} s", amount.comments, begun.elapsed().as_secs_f64()),
        Err(error) => println!("{database}: {error:#}"),
    }
    app.sites.look_again();
    let url = format!("http://{}", server.address().unwrap());
    let stop = CancellationToken::new();
    let running = tokio::spawn(server.run(stop.clone()));
    let client = Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let credentials = [("email", "ada@example.org"), ("password", PASSWORD)];
    client.post(format!("{url}/panel/sign-in")).form(&credentials).send().await.unwrap();
    let desk = Desk { client, url };
    println!("{database}: server time in ms over {TIMES} requests, limit {}", LIMIT.as_millis());
    println!("{:<48} {:>8} {:>8} {:>8}", "", "median", "p95", "most");
    let queue = desk.page("view=pending").await;
    let deep = (0..3).fold(String::new(), |_, _| after(&queue));
    let (id, page) = (first_id(&queue), between(&queue, "q=page%3A", "\"").to_owned());
    for (name, query) in [
        ("queue, first part", "view=pending".to_owned()),
        ("queue, a later part", format!("view=pending&after={deep}")),
        ("likely spam", "view=likely-spam".into()),
        ("reported", "view=reported".into()),
        ("approved", "view=approved".into()),
        ("all", "view=all".into()),
        ("mine", "view=mine".into()),
        ("search: a word in every second comment", "q=Stadt".into()),
        ("search: part of a compound", "q=bürgermeister".into()),
        ("search: a rare word", "q=brückwaldseestein".into()),
        ("search: two words", "q=Verkehr+brückstein".into()),
        ("search: a word in pending ones", "q=Stadt+is:pending".into()),
        ("search: a word, not another", "q=Verkehr+-Stadt".into()),
        ("search: nothing", "q=xylophonquark".into()),
        ("search: author", "q=author:stadt".into()),
        ("search: email", "q=email:seeded@example.org".into()),
        ("search: this author", format!("q=author:{id}")),
        ("search: this network", format!("q=ip:{id}")),
        ("search: alike", format!("q=cluster:{id}")),
        ("search: this page", format!("q=page:{page}")),
        ("search: points", "q=points:>2+is:approved".into()),
        ("search: rule", "q=rule:links-foreign+is:pending".into()),
        ("search: dates", "q=after:2020-01-01+before:2020-03-01".into()),
        ("search: by me", "q=by:me+is:spam".into()),
    ] {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            desk.page(&query).await;
            times.push(begun.elapsed());
        }
        report(name, times);
    }
    desk.decide().await;
    stop.cancel();
    drop((desk, app));
    running.await.unwrap();
}

struct Desk {
    client: Client,
    url: String,
}

impl Desk {
    async fn page(&self, query: &str) -> String {
        let answer = self.client.get(format!("{}/panel/sites/seeded/comments?{query}", self.url)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{query}");
        answer.text().await.unwrap()
    }

    /// Decisions, their undo, and the pulse of the live counts.
    async fn decide(&self) {
        let (mut decisions, mut undos, mut pulses) = (Vec::new(), Vec::new(), Vec::new());
        let page = self.page("view=pending").await;
        let csrf = between(&page, "name=\"csrf\" value=\"", "\"").to_owned();
        let ids: Vec<String> =
            page.split("<li data-id=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        for id in ids {
            let revision = between(page.split(&format!("name=\"pick-{id}\"")).nth(1).unwrap(), "value=\"", "\"").to_owned();
            let fields = [("csrf", csrf.as_str()), ("to", "approved"), ("revision", &revision), ("back", "")];
            let begun = Instant::now();
            let url = format!("{}/panel/comments/{id}/decision", self.url);
            let answer = self.client.post(url).form(&fields).send().await.unwrap();
            decisions.push(begun.elapsed());
            let location = answer.headers().get("location").expect("a decision leads back").to_str().unwrap().to_owned();
            let done = location.rsplit_once("done=").unwrap().1;
            let begun = Instant::now();
            let fields = [("csrf", csrf.as_str()), ("back", "")];
            self.client.post(format!("{}/panel/decisions/{done}/undo", self.url)).form(&fields).send().await.unwrap();
            undos.push(begun.elapsed());
            let begun = Instant::now();
            self.client.get(format!("{}/panel/sites/seeded/state?since={id}", self.url)).send().await.unwrap();
            pulses.push(begun.elapsed());
        }
        report("decision", decisions);
        report("undo", undos);
        report("live counts", pulses);
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(found, _)| found)
}

fn after(page: &str) -> String {
    page.rsplit_once("after=").map(|(_, rest)| rest[..36].to_owned()).unwrap_or_default()
}

fn first_id(page: &str) -> String {
    between(page, "<li data-id=\"", "\"").to_owned()
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let mark = if at(0.95) > LIMIT { "  OVER" } else { "" };
    println!("{name:<48} {:>8.1} {:>8.1} {:>8.1}{mark}", millis(at(0.5)), millis(at(0.95)), millis(times[times.len() - 1]));
}
