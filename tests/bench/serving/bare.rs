//! The least that could do the same: axum sending the same bytes, and inserting the same row with one commit for all
//! that come together. It runs in a child process, started as this program with an argument.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use leserbrief::clock::{Clock, random_bytes};
use leserbrief::comment::{Comment, Status};
use leserbrief::secrets::SealedAddress;
use leserbrief::spam::Bucket;
use leserbrief::store::arrivals::{self, Arrival};
use leserbrief::store::intake::Question;
use leserbrief::store::{Store, pages, sites};
use tokio::sync::{mpsc, oneshot};

use crate::house::{House, TEXT, database_url};

/// What makes this program the bare server.
pub const ARGUMENT: &str = "--as-bare-server";

/// The server of these bytes.
pub fn reading(body: &[u8], folder: &Path) -> anyhow::Result<Command> {
    let file = folder.join("body");
    std::fs::write(&file, body)?;
    this_program(&["read", &file.display().to_string()])
}

/// The server that inserts into a database of its own, on the same kind of server and disk.
pub async fn inserting(house: &House) -> anyhow::Result<Command> {
    let url = house.another_database().await?;
    this_program(&["insert", &url])
}

fn this_program(arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(ARGUMENT).args(arguments);
    Ok(command)
}

/// Serves as one of the two.
pub fn serve(arguments: &[String]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let router = match arguments {
            [what, file] if what == "read" => {
                let body = Bytes::from(std::fs::read(file)?);
                Router::new().route("/api/v1/threads", get(async move || ([(CONTENT_TYPE, "application/json")], body.clone())))
            }
            [what, url] if what == "insert" => {
                let (jobs, waiting) = mpsc::channel(1024);
                let desk = Desk::open(url).await?;
                tokio::spawn(desk.run(waiting));
                Router::new().route("/api/v1/comments", post(insert)).with_state(jobs)
            }
            other => bail!("{other:?} is nothing to serve"),
        };
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        println!("listens on http://{}", listener.local_addr()?);
        Ok(axum::serve(listener, router).await?)
    })
}

async fn insert(State(jobs): State<mpsc::Sender<oneshot::Sender<()>>>, _: Bytes) -> StatusCode {
    let (answer, answered) = oneshot::channel();
    if jobs.send(answer).await.is_ok() && answered.await.is_ok() {
        StatusCode::ACCEPTED
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}

struct Desk {
    store: Store,
    comment: Comment,
}

impl Desk {
    async fn open(url: &str) -> anyhow::Result<Self> {
        let store = Store::open(&database_url(url)).await?;
        let (clock, now) = (Clock::System, Clock::System.now());
        let site = leserbrief::site::Site {
            id: clock.new_id(),
            name: "demo".into(),
            title: "Demo".into(),
            locale: leserbrief::i18n::Locale::De,
            origins: Vec::new(),
            settings: leserbrief::site::SiteSettings::default(),
        };
        let page =
            leserbrief::page::Page { id: clock.new_id(), url: None, title: "Demo".into(), closed_at: None, created_at: now };
        let mut tx = store.write().await?;
        sites::add(&mut tx, &site, now).await?;
        pages::add(&mut tx, site.id, &page).await?;
        tx.commit().await?;
        let comment = Comment {
            id: clock.new_id(),
            site_id: site.id,
            page_id: page.id,
            parent_id: None,
            status: Status::Pending,
            revision: 1,
            author: "Eva Müller".into(),
            website: None,
            text: TEXT.into(),
            html: format!("<p>{TEXT}</p>"),
            points: 0.0,
            bucket: Bucket::LikelyFine,
            reasons: Vec::new(),
            submitted_at: now,
            last_decision_id: None,
            proposed_at: None,
        };
        Ok(Self { store, comment })
    }

    async fn run(self, mut waiting: mpsc::Receiver<oneshot::Sender<()>>) -> anyhow::Result<()> {
        let mut answers = Vec::new();
        while waiting.recv_many(&mut answers, 64).await > 0 {
            let rows: Vec<Row> = answers.iter().map(|_| Row::new(&self.comment)).collect();
            let questions: Vec<Question<'_>> = rows.iter().map(Row::question).collect();
            let arrivals: Vec<Arrival<'_>> = rows.iter().zip(&questions).map(|(row, question)| row.arrival(question)).collect();
            let mut tx = self.store.write().await?;
            arrivals::add(&mut tx, &arrivals).await.context("the bare insert")?;
            tx.commit().await?;
            for answer in answers.drain(..) {
                let _ = answer.send(());
            }
        }
        Ok(())
    }
}

struct Row {
    comment: Comment,
    address: SealedAddress,
    hashes: [[u8; 32]; 3],
}

impl Row {
    fn new(like: &Comment) -> Self {
        let comment = Comment { id: Clock::System.new_id(), submitted_at: Clock::System.now(), ..like.clone() };
        let address = SealedAddress { key_id: 1, bytes: random_bytes::<60>().to_vec() };
        Self { comment, address, hashes: std::array::from_fn(|_| random_bytes()) }
    }

    fn arrival<'a>(&'a self, question: &'a Question<'a>) -> Arrival<'a> {
        Arrival { comment: &self.comment, address: &self.address, question, notify: false, is_sampled: false }
    }

    fn question(&self) -> Question<'_> {
        let [network, address, fingerprint] = &self.hashes;
        Question {
            site_id: self.comment.site_id,
            page_name: "",
            token_id: Some(Clock::System.new_id()),
            network,
            address,
            fingerprint,
            stray_token_id: None,
            likeness: None,
            now: self.comment.submitted_at,
            allowed: [0; 5],
        }
    }
}
