//! Server times of the panel on a store of a million comments: `cargo bench --bench panel`.
//!
//! `LESERBRIEF_BENCH_COMMENTS` makes it smaller, `LESERBRIEF_BENCH_DATA` keeps the SQLite store for the next time, and with
//! `LESERBRIEF_TEST_POSTGRES` the same is measured there; `LESERBRIEF_BENCH_NAMED` measures only what has this in its name. What
//! is printed is the whole time of a request over loopback.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement that cannot go on fails")]

use std::time::{Duration, Instant};

use clap::{Args, FromArgMatches};
use leserbrief::accounts::NewAccount;
use leserbrief::clock::Clock;
use leserbrief::commands::seed;
use leserbrief::config::{MailSettings, StorageSettings, WebSettings};
use leserbrief::i18n::Locale;
use leserbrief::moderation::{drift, trial};
use leserbrief::moderator::Role;
use leserbrief::server::{ServeSettings, Server};
use leserbrief::store::numbers;
use leserbrief::web::App;
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
    let named = std::env::var("LESERBRIEF_BENCH_NAMED").unwrap_or_default();
    let queue = desk.page("comments?view=pending").await;
    let deep = (0..3).fold(String::new(), |_, _| after(&queue));
    let (id, page) = (first_id(&queue), between(&queue, "q=page%3A", "\"").to_owned());
    for (name, path) in [
        ("queue, first part", "comments?view=pending".to_owned()),
        ("queue, a later part", format!("comments?view=pending&after={deep}")),
        ("likely spam", "comments?view=likely-spam".into()),
        ("reported", "comments?view=reported".into()),
        ("approved", "comments?view=approved".into()),
        ("all", "comments?view=all".into()),
        ("mine", "comments?view=mine".into()),
        ("search: a word in every second comment", "comments?q=Stadt".into()),
        ("search: part of a compound", "comments?q=bürgermeister".into()),
        ("search: a rare word", "comments?q=brückwaldseestein".into()),
        ("search: two words", "comments?q=Verkehr+brückstein".into()),
        ("search: a word in pending ones", "comments?q=Stadt+is:pending".into()),
        ("search: a word, not another", "comments?q=Verkehr+-Stadt".into()),
        ("search: nothing", "comments?q=xylophonquark".into()),
        ("search: author", "comments?q=author:stadt".into()),
        ("search: email", "comments?q=email:seeded@example.org".into()),
        ("search: this author", format!("comments?q=author:{id}")),
        ("search: this network", format!("comments?q=ip:{id}")),
        ("search: alike", format!("comments?q=cluster:{id}")),
        ("search: this page", format!("comments?q=page:{page}")),
        ("search: points", "comments?q=points:>2+is:approved".into()),
        ("search: rule", "comments?q=rule:links-foreign+is:pending".into()),
        ("search: dates", "comments?q=after:2020-01-01+before:2020-03-01".into()),
        ("search: by me", "comments?q=by:me+is:spam".into()),
        ("search: pending ones", "comments?q=is:pending".into()),
        ("search: points that few have", "comments?q=points:>2".into()),
        ("search: open ones without a frequent word", "comments?q=is:open+-Stadt".into()),
        ("search: pending ones without a rare word", "comments?q=is:pending+-brückwaldseestein".into()),
        ("search: rejected ones without a link", "comments?q=is:rejected+-has:link".into()),
        ("search: a frequent word, not by this author", format!("comments?q=Stadt+-author:{id}")),
        ("search: a frequent word by this author", format!("comments?q=Stadt+author:{id}")),
        ("search: a frequent word in two months years ago", "comments?q=Stadt+after:2020-01-01+before:2020-03-01".into()),
        ("search: a frequent word where nothing is edited", "comments?q=Stadt+is:edited".into()),
        ("bulk: preview of a frequent word", "bulk?q=Stadt&to=spam".into()),
        ("bulk: preview of what is pending", "bulk?q=is:pending&to=rejected".into()),
        ("bulk: preview of what is alike", format!("bulk?q=cluster:{id}&to=spam")),
        ("a comment with its conversation", format!("../../comments/{id}")),
        ("journal", "journal".into()),
        ("journal: spam by mail, of which there is none", "journal?to=spam&means=mail".into()),
        ("journal: a month years ago", "journal?from=2020-01-01&until=2020-01-31".into()),
        ("last decisions", "decisions".into()),
        ("pages", "pages".into()),
        ("numbers, kept for a minute", "numbers".into()),
        ("outbox", "../../outbox?state=sent".into()),
        ("settings", "settings".into()),
    ] {
        if !name.contains(&named) {
            continue;
        }
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            desk.page(&path).await;
            times.push(begun.elapsed());
        }
        report(name, times);
    }
    if named.is_empty() {
        count_anew(&app).await;
    }
    if named.is_empty() || "decision".contains(&named) {
        desk.decide().await;
    }
    stop.cancel();
    drop((desk, app));
    running.await.unwrap();
}

struct Desk {
    client: Client,
    url: String,
}

impl Desk {
    async fn page(&self, path: &str) -> String {
        let answer = self.client.get(format!("{}/panel/sites/seeded/{path}", self.url)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    /// Decisions, their undo, and the pulse of the live counts.
    async fn decide(&self) {
        let (mut decisions, mut undos, mut pulses) = (Vec::new(), Vec::new(), Vec::new());
        let page = self.page("comments?view=pending").await;
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

/// What the page of numbers counts once a minute, and the trial of rules that an admin waits for.
async fn count_anew(app: &App) {
    let site = app.sites.get("seeded").await.unwrap();
    let since = app.clock.now().plus(-90 * 86_400_000);
    let (mut counts, mut signals, mut trials) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let mut tx = app.store.read().await.unwrap();
        let begun = Instant::now();
        numbers::comments(&mut tx, site.id, since).await.unwrap();
        numbers::pace(&mut tx, site.id, since).await.unwrap();
        numbers::grounds(&mut tx, site.id, since).await.unwrap();
        numbers::load(&mut tx, site.id, since, 12).await.unwrap();
        counts.push(begun.elapsed());
        let begun = Instant::now();
        drift::agreement_of_signals(&mut tx, site.id).await.unwrap();
        signals.push(begun.elapsed());
        drop(tx);
        let begun = Instant::now();
        trial::try_on_past(&app.store, &site, &site.settings.rules).await.unwrap();
        trials.push(begun.elapsed());
    }
    report("numbers, counted anew", counts);
    report("which signals are borne out", signals);
    report("a trial of rules on 500 comments", trials);
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
