//! The database goes away under load and comes back: nobody is told that a comment is kept where it is not.

use std::net::SocketAddr;

use reqwest::StatusCode;
use serde_json::Value;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, TestDatabase, eventually};
use crate::smtp_sink::{Script, SmtpSink};
use crate::submitting::set;

/// A line to the database server that can be cut.
struct Line {
    here: SocketAddr,
    there: SocketAddr,
    cut: CancellationToken,
}

impl Line {
    async fn to(there: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let this = Self { here, there, cut: CancellationToken::new() };
        this.carry(listener);
        this
    }

    fn carry(&self, listener: TcpListener) {
        let there = self.there;
        tokio::spawn(self.cut.clone().run_until_cancelled_owned(async move {
            // Ended with this task, as a crash would end them.
            let mut calls = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                calls.spawn(async move {
                    let mut far = TcpStream::connect(there).await?;
                    copy_bidirectional(&mut near, &mut far).await
                });
            }
        }));
    }

    /// Every connection breaks off, and no new one is taken.
    async fn cut(&self) {
        self.cut.cancel();
        eventually("the line to be cut", async || TcpStream::connect(self.here).await.is_err().then_some(())).await;
    }

    async fn mend(&mut self) {
        self.cut = CancellationToken::new();
        let listener = eventually("the port to be free", async || TcpListener::bind(self.here).await.ok()).await;
        self.carry(listener);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_is_out_of_reach_nothing_is_acknowledged_and_then_it_goes_on() {
    let mut database = TestDatabase::new(Database::Postgres).await;
    let mut line = Line::to(TestDatabase::server()).await;
    database.reach_through(line.here.port());
    let house = House::with(database, &[], &[]).await;
    for limit in ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute"] {
        set(&house, &format!("limits.{limit}"), "0").await;
    }
    let reader = Reader::of(&house, "a");
    let mut comments = Vec::new();
    for number in 0..12 {
        comments.push(reader.comment(&format!("Beitrag {number}")).await);
    }
    assert_eq!(reader.send(&comments[0]).await.status(), StatusCode::ACCEPTED);

    line.cut().await;
    let mut refused = 0;
    for answer in crate::submitting::futures_join(comments.iter().map(|comment| reader.send(comment))).await {
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()["retry-after"], "10");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["type"], "#unavailable");
        refused += 1;
    }
    assert_eq!(refused, comments.len());

    line.mend().await;
    let first = &comments[0];
    eventually("the service to go on", async || (reader.send(first).await.status() == StatusCode::ACCEPTED).then_some(())).await;
    for comment in &comments {
        let answer = reader.send(comment).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{}", answer.text().await.unwrap());
    }
    assert_eq!(house.number("select count(*) from comment").await, 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_went_out_while_postgres_was_out_of_reach_is_not_sent_again() {
    let mut database = TestDatabase::new(Database::Postgres).await;
    let mut line = Line::to(TestDatabase::server()).await;
    database.reach_through(line.here.port());
    let sink = SmtpSink::start(Script::plain().keep_and_wait());
    let url = sink.plain_url().replace("timeout=1", "timeout=40");
    let house = House::with(database, &[], &["--smtp", &url]).await;
    Moderator::first(&house).await;
    Reader::of(&house, "a").writes("Eine Meldung genügt.").await;
    sink.wait_for(1).await;
    line.cut().await;
    sink.goes_on();
    // The second of these begins when the worker has tried in vain.
    for _ in 0..2 {
        assert!(house.app.store.write().await.is_err());
    }
    line.mend().await;
    house.outbox_is("what became of the mail to be noted", |mails| mails.len() == 1 && mails[0].state == "sent").await;
    // Longer than any lease.
    house.wait(3_600_000);
    assert!(!house.has_mail_due().await);
    assert_eq!(sink.received().len(), 1);
}
