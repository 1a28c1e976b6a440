//! Two processes of the program on one PostgreSQL, each with a mail server of its own: every mail goes out once.

use std::collections::HashSet;
use std::sync::Arc;

use leserbrief::clock::{Clock, FixedClock};
use leserbrief::email_address::EmailAddress;
use leserbrief::i18n::Locale;
use leserbrief::store::author_addresses::{self, Typed};
use leserbrief::store::thread_wishes::{self, Scope};
use leserbrief::store::{comments, outbox};
use uuid::Uuid;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, TestDatabase, eventually};
use crate::process::Process;
use crate::smtp_sink::{Script, SmtpSink};

const FOLLOWERS: usize = 500;

/// Somebody who has confirmed the address, and follows the article.
async fn follows(house: &House, number: usize, comment_id: Uuid) {
    // No domain takes more than its share of a minute.
    let address = EmailAddress::parse(&format!("leser{number}@{}.example", number % 50)).unwrap();
    let (keys, clock) = (&house.app.keys, &house.app.clock);
    let mut tx = house.app.store.write().await.unwrap();
    let comment = comments::get(&mut tx, comment_id).await.unwrap().unwrap();
    let typed = Typed {
        id: clock.new_id(),
        site_id: comment.site_id,
        email_index: &keys.address_index(&address),
        sealed: &keys.seal(&address).unwrap(),
        domain_index: &keys.domain_index(&address),
        locale: Locale::De,
    };
    let id = author_addresses::ask(&mut tx, &typed, clock.now(), clock.now()).await.unwrap().unwrap();
    author_addresses::confirm(&mut tx, id, comment_id, clock.now()).await.unwrap();
    thread_wishes::keep(&mut tx, id, comment.page_id, Scope::Thread, clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_five_hundred_mails_that_two_processes_send_each_reader_gets_exactly_one() {
    // A minute ago by the clock of the processes.
    let clock = Arc::new(FixedClock::new(Clock::System.now().plus(-60_000).millis()));
    let house = House::beside(TestDatabase::new(Database::Postgres).await, &[], &[], clock).await;
    let ada = Moderator::first(&house).await;
    let written = Reader::of(&house, "a").writes("Davon hören alle, die dabei sind.").await;
    let written = written["id"].as_str().unwrap();
    for number in 0..FOLLOWERS {
        follows(&house, number, written.parse().unwrap()).await;
    }
    ada.decides(written, "approved").await;
    house.outbox_is("the mails to wait", |mails| mails.len() == FOLLOWERS + 1).await;
    house.nothing_in_hand().await;
    let (one, other) = (house.database.clone(), house.database.beside());
    house.stop().await;

    let sinks = [SmtpSink::start(Script::plain()), SmtpSink::start(Script::plain())];
    let urls = sinks.each_ref().map(SmtpSink::plain_url);
    let processes = [Process::start(&one, &["--smtp", &urls[0]]), Process::start(&other, &["--smtp", &urls[1]])];
    let store = one.store().await;
    eventually("every mail to be sent", async || {
        let mails = outbox::newest(&mut store.read().await.unwrap(), 1000).await.unwrap();
        mails.iter().all(|mail| mail.state == "sent" && mail.attempts == 1).then_some(())
    })
    .await;
    store.close().await;
    processes.into_iter().for_each(Process::kill);
    let received = sinks.each_ref().map(SmtpSink::received);
    assert!(received.iter().all(|mails| !mails.is_empty()), "both have sent: {:?}", received.each_ref().map(Vec::len));
    let mails = received.iter().flatten();
    let recipients: HashSet<&str> = mails.clone().map(|mail| mail.to[0].as_str()).collect();
    assert_eq!((mails.count(), recipients.len()), (FOLLOWERS, FOLLOWERS));
}
