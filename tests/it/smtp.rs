//! Conversations with real mail servers, good and bad: what arrives, what waits, what is given up, and what is never said
//! in the clear.

use std::io::Write;

use reqwest::StatusCode;
use tempfile::NamedTempFile;

use crate::actors::{Moderator, Reader};
use crate::commands::leserbrief;
use crate::harness::{Database, House, TestDatabase, on_both};
use crate::smtp_sink::{At, Received, Script, SmtpSink};

const MINUTE: i64 = 60_000;
const WORDS: &str = "Das muss heute noch jemand lesen.";

/// A house with one moderator, whose mails go to `url`, and a comment that waits in it.
async fn held(database: TestDatabase, url: &str) -> (House, Reader) {
    let house = House::with(database, &[], &["--smtp", url]).await;
    Moderator::first(&house).await;
    let reader = Reader::of(&house, "a");
    reader.writes(WORDS).await;
    (house, reader)
}

/// The one mail that the sink has taken; the outbox says so too.
async fn arrived(house: &House, sink: &SmtpSink) -> Received {
    house.outbox_is("the mail to be sent", |mails| mails.len() == 1 && mails[0].state == "sent").await;
    let mut received = sink.received();
    assert_eq!(received.len(), 1);
    let mail = received.remove(0);
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("leserbrief@localhost.localdomain", &["ada@example.org".to_owned()][..])
    );
    assert!(mail.words().contains(WORDS));
    crate::every_mail::obeys(&mail.parsed(), &mail.words(), &house.url);
    mail
}

fn authority(sink: &SmtpSink) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(sink.ca_pem().as_bytes()).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_goes_out_plain_to_this_machine_and_by_starttls_and_by_tls_signed_in_or_not() {
    for script in [Script::plain, Script::starttls, Script::tls] {
        for has_sign_in in [false, true] {
            let database = TestDatabase::new(Database::Sqlite).await;
            let script = if has_sign_in { script().require_auth("post@nord", "ge:heim/ä") } else { script() };
            let sink = SmtpSink::start(script);
            let (file, who) = (authority(&sink), if has_sign_in { "post%40nord:ge%3Aheim%2F%C3%A4@" } else { "" });
            let ca = file.path().display();
            let url = match (sink.greets_encrypted(), sink.offers_encryption()) {
                (true, _) => format!("smtps://{who}localhost:{}?ca={ca}", sink.port),
                (_, true) => format!("smtp://{who}localhost:{}?ca={ca}", sink.port),
                _ => format!("smtp://{who}localhost:{}?tls=none", sink.port),
            };
            let (house, _) = held(database, &url).await;
            let mail = arrived(&house, &sink).await;
            assert_eq!(mail.encrypted, sink.offers_encryption());
            assert_eq!(mail.user.as_deref(), has_sign_in.then_some("post@nord"));
            if sink.offers_encryption() {
                let clear = sink.said_in_the_clear();
                assert!(clear.iter().all(|line| line.starts_with("EHLO ") || line == "STARTTLS"), "{clear:?}");
            }
        }
    }
}

on_both! {
    async fn a_server_that_is_down_is_asked_again_until_it_is_up(database: TestDatabase) {
        let sink = SmtpSink::start(Script::down());
        let (house, reader) = held(database, &sink.plain_url()).await;
        house.waits_after(1).await;
        // An hour long, with a comment every ten minutes.
        for number in 0..6 {
            // A leap while a mail is in hand is one more try, and a longer time until the next.
            house.nothing_in_hand().await;
            house.wait(10 * MINUTE);
            reader.writes(&format!("Stunde der Stille, {number}")).await;
        }
        let waiting = |mails: &[leserbrief::store::outbox::Listed]| mails.iter().map(|mail| mail.attempts).collect::<Vec<_>>();
        let is_tried = |mails: &[leserbrief::store::outbox::Listed]| waiting(mails)[1..].iter().all(|tries| *tries > 1);
        house.outbox_is("two mails to wait", |mails| mails.len() == 2 && waiting(mails)[0] == 0 && is_tried(mails)).await;
        house.nothing_in_hand().await;
        assert!(sink.received().is_empty());
        sink.come_up(Script::plain()).await;
        house.wait(60 * MINUTE);
        let received = sink.wait_for(2).await;
        assert!(received[0].words().contains(WORDS) && !received[0].words().contains("Stille"));
        for number in 0..6 {
            assert!(received[1].words().contains(&format!("Stunde der Stille, {number}")), "{}", received[1].words());
        }
        house.outbox_is("both to be sent", |mails| mails.iter().all(|mail| mail.state == "sent")).await;
        assert_eq!(sink.received().len(), 2);
    }
}

on_both! {
    async fn a_mail_refused_for_now_is_tried_again_after_a_minute_and_then_two(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().answer(At::Rcpt, &[451]).answer(At::End, &[452]));
        let (house, _) = held(database, &sink.plain_url()).await;
        assert_eq!(house.waits_after(1).await, "451 as the script says about …");
        house.wait(MINUTE - 1);
        assert!(!house.has_mail_due().await);
        house.wait(1);
        assert_eq!(house.waits_after(2).await, "452 as the script says about …");
        house.wait(2 * MINUTE - 1);
        assert!(!house.has_mail_due().await);
        house.wait(1);
        arrived(&house, &sink).await;
    }
}

on_both! {
    async fn a_server_that_closes_for_a_while_is_asked_again(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().answer(At::Greeting, &[421]).answer(At::Mail, &[421]).answer(At::Data, &[421]));
        let (house, _) = held(database, &sink.plain_url()).await;
        for tries in 1..=3 {
            let words = house.waits_after(tries).await;
            assert!(words.starts_with("421 "), "{words}");
            house.wait(10 * MINUTE);
        }
        arrived(&house, &sink).await;
    }
}

on_both! {
    async fn a_mail_refused_for_good_is_given_up_and_stays_to_be_seen(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().answer(At::Rcpt, &[550]));
        let house = House::with(database, &[], &["--smtp", &sink.plain_url()]).await;
        let (ada, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        reader.writes(WORDS).await;
        house.outbox_is("the mail to be given up", |mails| mails[0].state == "failed").await;
        house.wait(1000 * MINUTE);
        assert!(!house.has_mail_due().await);
        assert!(sink.received().is_empty());
        let arguments = house.database.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["mail", "queue"]).collect();
        let listed = String::from_utf8(leserbrief(&arguments, "").stdout).unwrap();
        let columns: Vec<&str> = listed.trim_end().split('\t').collect();
        assert_eq!(columns, ["failed", "2026-11-24T12:00:00Z", "1", "demo", "Ada Admiral", "550 as the script says about …"]);
        // Nothing new is begun to that address, until somebody lets a mail be tried again and it arrives.
        reader.writes("Und jetzt?").await;
        house.outbox_is("the next not to be begun", |mails| mails.len() == 2 && mails.iter().all(|mail| mail.state == "failed")).await;
        assert!(sink.received().is_empty());
        let page = ada.page("/panel/outbox?state=failed").await;
        assert!(page.contains("Der Server lehnt sie ab") && page.contains("Mails kommen zurzeit nicht an."), "{page}");
        let retry = page.split("action=\"").find(|rest| rest.contains("/retry\"")).unwrap().split('"').next().unwrap();
        assert_eq!(ada.sends(retry, &[]).await.status(), StatusCode::SEE_OTHER);
        sink.wait_for(1).await;
        house.outbox_is("it to be noted", |mails| mails.iter().any(|mail| mail.state == "sent")).await;
        house.wait(1000 * MINUTE);
        reader.writes("Und jetzt wieder?").await;
        assert!(sink.wait_for(2).await[1].words().contains("Und jetzt wieder?"));
        house.outbox_is("it to be sent", |mails| mails.iter().filter(|mail| mail.state == "sent").count() == 2).await;
        house.stop().await;
    }
}

on_both! {
    async fn a_server_that_falls_silent_is_left_and_asked_again(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().hang(At::Greeting).hang(At::Rcpt).hang(At::End));
        let (house, _) = held(database, &sink.plain_url()).await;
        for tries in 1..=3 {
            let words = house.waits_after(tries).await;
            let seconds = if tries == 3 { 4 } else { 1 };
            assert!(words.ends_with(&format!("did not answer within {seconds} seconds")) || words.contains("timed out"), "{words}");
            house.wait(10 * MINUTE);
        }
        arrived(&house, &sink).await;
    }
}

on_both! {
    async fn a_connection_is_kept_for_the_next_mail_unless_an_answer_is_outstanding(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().hang(At::End));
        let (house, reader) = held(database, &sink.plain_url()).await;
        house.waits_after(1).await;
        house.wait(MINUTE);
        arrived(&house, &sink).await;
        house.nothing_in_hand().await;
        house.wait(10 * MINUTE);
        reader.writes("Über dieselbe Leitung").await;
        assert!(sink.wait_for(2).await[1].words().contains("Über dieselbe Leitung"));
        let said = sink.said_in_the_clear();
        let count = |verb: &str| said.iter().filter(|line| line.starts_with(verb)).count();
        assert_eq!((count("EHLO "), count("MAIL ")), (2, 3), "what hung is left, what was good is kept: {said:?}");
        house.outbox_is("both to be sent", |mails| mails.iter().all(|mail| mail.state == "sent")).await;
    }
}

on_both! {
    async fn a_connection_cut_anywhere_costs_a_try_and_no_mail(database: TestDatabase) {
        let places = [At::Greeting, At::Mail, At::Rcpt, At::Data, At::End];
        let sink = SmtpSink::start(places.into_iter().fold(Script::plain(), Script::cut));
        let (house, _) = held(database, &sink.plain_url()).await;
        for tries in 1..=5 {
            house.waits_after(tries).await;
            house.wait(60 * MINUTE);
        }
        arrived(&house, &sink).await;
    }
}

on_both! {
    async fn only_where_the_answer_is_lost_may_a_mail_come_twice_and_is_known_by_its_id(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().keep_and_cut());
        let (house, reader) = held(database, &sink.plain_url()).await;
        house.waits_after(1).await;
        // What comes meanwhile is not in the second copy: who knows the mail already would not read it.
        house.wait(1000);
        reader.writes("Inzwischen gekommen").await;
        house.wait(MINUTE);
        let twice = sink.wait_for(2).await;
        assert_eq!(twice[0].message_id(), twice[1].message_id());
        for copy in &twice {
            assert!(copy.words().contains(WORDS) && !copy.words().contains("Inzwischen"), "{}", copy.words());
        }
        house.nothing_in_hand().await;
        house.wait(10 * MINUTE);
        let received = sink.wait_for(3).await;
        assert_ne!(received[2].message_id(), received[0].message_id());
        assert!(received[2].words().contains("Inzwischen gekommen"));
        house.outbox_is("both to be sent", |mails| mails.len() == 2 && mails.iter().all(|mail| mail.state == "sent")).await;
        assert_eq!(sink.received().len(), 3);
    }
}

/// What makes a server unfit: nothing is given up, nobody is told a password or an address, and the operator is told why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_cannot_be_trusted_gets_no_mail_and_no_password() {
    let foreign = SmtpSink::start(Script::starttls());
    let wrong = authority(&foreign);
    for (script, scheme, parameters, told) in [
        (Script::plain(), "smtp", "", "offers no STARTTLS, and nothing is sent in the clear"),
        (Script::starttls(), "smtp", "", "certificate"),
        (Script::tls(), "smtps", "", "certificate"),
        (Script::starttls(), "smtp", "&ca=wrong", "certificate"),
        (Script::tls(), "smtps", "&ca=wrong", "certificate"),
        (Script::tls(), "smtp", "", ""),
        (Script::plain(), "smtps", "", ""),
    ] {
        let sink = SmtpSink::start(script.require_auth("post", "geheim"));
        let parameters = parameters.replace("wrong", wrong.path().to_str().unwrap());
        let url = format!("{scheme}://post:geheim@localhost:{}?timeout=1{parameters}", sink.port);
        let (house, _) = held(TestDatabase::new(Database::Sqlite).await, &url).await;
        let words = house.waits_after(1).await;
        assert!(words.contains(told) && !words.contains("geheim"), "{url}: {words}");
        assert!(sink.received().is_empty());
        let clear = sink.said_in_the_clear().join("\n");
        for secret in ["geheim", "AUTH", "MAIL", "ada@"] {
            assert!(!clear.contains(secret), "{secret} was said in the clear: {clear}");
        }
    }
}

on_both! {
    async fn a_wrong_password_waits_for_the_operator_and_loses_no_mail(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().require_auth("post", "richtig"));
        let wrong = format!("smtp://post:falsch@127.0.0.1:{}?tls=none", sink.port);
        let (house, _) = held(database, &wrong).await;
        let words = house.waits_after(1).await;
        assert!(words.starts_with("535 ") && !words.contains("falsch"), "{words}");
        let arguments = house.database.arguments();
        let test = [&["mail", "test", "--to", "ada@example.org", "--smtp", wrong.as_str()][..], &arguments.iter().map(String::as_str).collect::<Vec<_>>()].concat();
        let refused = leserbrief(&test, "");
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && told.contains("535 ") && !told.contains("falsch"), "{told}");

        // Mended and started again, what waited goes out.
        let clock = house.clock();
        let database = house.stop().await;
        let right = wrong.replace("falsch", "richtig");
        let house = House::beside(database, &[], &["--smtp", &right], clock).await;
        house.wait(MINUTE);
        house.outbox_is("the mail to be sent", |mails| mails[0].state == "sent").await;
        assert_eq!(sink.received()[0].user.as_deref(), Some("post"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_beyond_ascii_needs_a_server_that_takes_it() {
    for (script, state) in [(Script::plain().utf8(), "sent"), (Script::plain(), "failed")] {
        let sink = SmtpSink::start(script);
        let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &["--smtp", &sink.plain_url()]).await;
        Moderator::further(&house, "Jörg", "jörg@bücher.example").await;
        Reader::of(&house, "a").writes(WORDS).await;
        let mails = house.outbox_is("the mail to be through", |mails| mails.len() == 1 && mails[0].state != "waiting").await;
        assert_eq!(mails[0].state, state);
        let recipients: Vec<String> = sink.received().into_iter().flat_map(|mail| mail.to).collect();
        assert_eq!(recipients, if state == "sent" { vec!["jörg@xn--bcher-kva.example"] } else { vec![] });
    }
}

/// A mail in hand that hangs keeps nobody from stopping.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_server_does_not_keep_the_service_from_stopping() {
    let sink = SmtpSink::start(Script::plain().hang(At::End));
    let url = format!("smtp://127.0.0.1:{}?tls=none&timeout=40", sink.port);
    let (house, _) = held(TestDatabase::new(Database::Sqlite).await, &url).await;
    sink.wait_for_deeds(1).await;
    let clock = house.clock();
    let stopped = tokio::time::timeout(std::time::Duration::from_secs(30), house.stop()).await;
    let database = stopped.expect("the service stops although the server would have 160 seconds");
    // The lease ends, and the mail is sent by the next one.
    let house = House::beside(database, &[], &["--smtp", &url], clock).await;
    house.wait(5 * MINUTE);
    arrived(&house, &sink).await;
}

on_both! {
    async fn international_addresses_are_taken_at_the_form_and_mailed_as_their_servers_can_read_them(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().utf8());
        let house = House::with(database, &[], &["--smtp", &sink.plain_url()]).await;
        for (name, address) in [("Jürgen", "jürgen@example.org"), ("Leo", "leser@müller.example")] {
            Moderator::further(&house, name, address).await;
            // The same address at the form: what is sealed is what was typed.
            Reader::of(&house, name).named(address).writes(&format!("Von {name}")).await;
        }
        let ids = crate::every_mail::ids(&house.app.store, "select id from comment order by id").await;
        let mut tx = house.app.store.read().await.unwrap();
        for (id, address) in ids.iter().zip(["jürgen@example.org", "leser@müller.example"]) {
            let sealed = leserbrief::store::comments::sealed_address(&mut tx, *id).await.unwrap().unwrap();
            assert_eq!(house.app.keys.open(&sealed).unwrap().expose(), address);
        }
        drop(tx);
        house.nothing_in_hand().await;
        house.wait(10 * MINUTE);
        house.outbox_is("every mail to be sent", |mails| mails.len() == 3 && mails.iter().all(|mail| mail.state == "sent")).await;
        for mail in sink.received() {
            // A domain goes by its ASCII form everywhere; only a local part beyond ASCII asks the server for more.
            let expected: (&str, bool) = if mail.utf8 { ("jürgen@example.org", true) } else { ("leser@xn--mller-kva.example", false) };
            assert_eq!((mail.to[0].as_str(), mail.utf8), expected);
            assert_eq!(mail.parsed().to().unwrap().first().unwrap().address(), Some(expected.0));
            assert!(mail.utf8 || mail.data.is_ascii(), "a mail without SMTPUTF8 is ASCII to the byte");
        }
        house.stop().await;
    }
}
