//! Webhooks: told after a while of what still holds, signed, with nothing but what is public; and kept out of the house's own
//! network.

use std::net::Ipv4Addr;

use leserbrief::moderator::Role;
use leserbrief::store::webhooks::{self, Change, Webhook};
use reqwest::StatusCode;
use serde_json::json;
use tokio::net::TcpListener;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, NOON, TestDatabase, eventually, on_both};
use crate::process::{Process, told};
use crate::receiver::{Answer, Receiver};
use crate::store::{add_comment, add_page, add_site, at, id};

const PAGE: &str = "/panel/sites/demo/webhooks";
const WAIT: i64 = 45_000;

/// A house whose webhooks may go to this machine.
async fn house_on(database: TestDatabase) -> House {
    House::with(database, &["--webhook-networks", "127.0.0.0/8"], &[]).await
}

/// Adds a webhook; returns its secret.
async fn adds(moderator: &Moderator, url: &str) -> String {
    let added = moderator.sends(PAGE, &[("url", url)]).await;
    assert_eq!(added.status(), StatusCode::SEE_OTHER, "{}", added.text().await.unwrap());
    let page = moderator.page(PAGE).await;
    let (_, secret) = page.rsplit_once("<code class=\"mono\">").unwrap();
    secret.split_once('<').unwrap().0.to_owned()
}

/// Where the first form of a page goes whose address ends like this.
fn form_path(page: &str, end: &str) -> String {
    let actions = page.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    actions.filter(|action| action.ends_with(end)).map(str::to_owned).next().unwrap()
}

/// How many calls there are in a state.
async fn calls(house: &House, state: &'static str) -> i64 {
    let sql: &'static str = format!("select count(*) from outbox where kind = 'webhook' and state = '{state}'").leak();
    house.number(sql).await
}

async fn are(house: &House, state: &'static str, count: i64) {
    eventually(state, async || (calls(house, state).await == count).then_some(())).await;
}

/// Lets the time of undo pass.
async fn passes(house: &House) {
    house.nothing_in_hand().await;
    house.wait(WAIT);
}

on_both! {
    async fn a_decision_is_told_signed_and_with_what_is_public_alone(database: TestDatabase) {
        let house = house_on(database).await;
        let receiver = Receiver::answering(&[]).await;
        let owner = Moderator::first(&house).await;
        let secret = adds(&owner, &receiver.url()).await;
        let reader = Reader::of(&house, "buslinie");
        let id = reader.writes("Endlich eine *neue* Linie!").await["id"].as_str().unwrap().to_owned();
        owner.decides(&id, "approved").await;
        assert_eq!(calls(&house, "waiting").await, 1);
        assert!(!house.has_mail_due().await, "not before the time of undo is over");
        passes(&house).await;
        let call = receiver.wait_for(1).await;
        assert!(call.is_signed_with(&secret), "{call:?}");
        assert_eq!(call.header("webhook-timestamp"), ((NOON + WAIT) / 1000).to_string());
        assert_eq!(call.header("content-type"), "application/json");
        assert_eq!(call.header("host"), receiver.address.to_string());
        let said = call.json();
        assert_eq!(said["type"], "comment.approved");
        assert_eq!(said["timestamp"], "2026-11-24T12:00:00Z");
        let page = json!({"id": "buslinie", "url": format!("{}/demo", house.origin()), "title": "Die 14"});
        assert_eq!(
            said["data"],
            json!({
                "id": id, "revision": 2, "status": "approved", "site": "demo", "page": page, "submitted_at": NOON, "parent": null,
                "author": said["data"]["author"], "website": null, "text": "Endlich eine *neue* Linie!",
                "html": "<p>Endlich eine <em>neue</em> Linie!</p>"
            })
        );
        assert!(!String::from_utf8_lossy(&call.body).contains('@'), "no address");
        are(&house, "sent", 1).await;

        owner.decides(&id, "rejected").await;
        passes(&house).await;
        let rejected = receiver.wait_for(2).await.json();
        assert_eq!((&rejected["type"], &rejected["data"]["reason"]), (&json!("comment.rejected"), &json!("other")));
        assert_eq!((&rejected["data"]["text"], &rejected["data"]["author"]), (&json!(null), &json!(null)), "public no more");
        assert_eq!(rejected["data"]["revision"], 3);
        are(&house, "sent", 2).await;
        assert!(owner.page(PAGE).await.contains(">Verschickt</span>"));
        assert!(owner.page("/panel/outbox?state=sent").await.contains(&format!("an http://{}/hook", receiver.address)));
    }
}

on_both! {
    async fn what_is_taken_back_in_time_is_told_to_nobody_and_later_it_is(database: TestDatabase) {
        let house = house_on(database).await;
        let receiver = Receiver::answering(&[]).await;
        let owner = Moderator::first(&house).await;
        adds(&owner, &receiver.url()).await;
        let reader = Reader::of(&house, "buslinie");
        let first = reader.writes_unhurried(&house, "Der erste Beitrag.").await["id"].as_str().unwrap().to_owned();
        let second = reader.writes_unhurried(&house, "Noch ein zweiter dazu.").await["id"].as_str().unwrap().to_owned();
        let decision = owner.decides(&first, "approved").await;
        owner.undoes(&decision).await;
        passes(&house).await;
        are(&house, "unneeded", 1).await;

        // Many as one, and taken back as one.
        let (first_pick, second_pick) = (format!("pick-{first}"), format!("pick-{second}"));
        let (first_seen, second_seen) = (owner.revision(&first).await, owner.revision(&second).await);
        let fields = [(first_pick.as_str(), first_seen.as_str()), (&second_pick, &second_seen), ("to", "spam"), ("back", "")];
        let done = owner.sends("/panel/sites/demo/batches", &fields).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER, "{}", done.text().await.unwrap());
        assert_eq!(calls(&house, "waiting").await, 2);
        let batch = done.headers()["location"].to_str().unwrap().rsplit_once("batch=").unwrap().1.to_owned();
        let batch = batch.split('&').next().unwrap().to_owned();
        assert_eq!(owner.sends(&format!("/panel/batches/{batch}/undo"), &[]).await.status(), StatusCode::SEE_OTHER);
        passes(&house).await;
        are(&house, "unneeded", 3).await;
        assert!(receiver.taken().is_empty(), "{:#?}", receiver.taken());

        // Once told, what is taken back is told as well.
        let decision = owner.decides(&first, "approved").await;
        passes(&house).await;
        receiver.wait_for(1).await;
        owner.undoes(&decision).await;
        passes(&house).await;
        let back = receiver.wait_for(2).await.json();
        assert_eq!((&back["type"], &back["data"]["text"]), (&json!("comment.pending"), &json!(null)));
        are(&house, "sent", 2).await;
    }
}

on_both! {
    async fn another_text_of_a_public_comment_is_told(database: TestDatabase) {
        let house = house_on(database).await;
        let receiver = Receiver::answering(&[]).await;
        let owner = Moderator::first(&house).await;
        adds(&owner, &receiver.url()).await;
        let id = Reader::of(&house, "a").writes("Ein Tipfehler steckt hierin.").await["id"].as_str().unwrap().to_owned();
        owner.decides(&id, "approved").await;
        let revision = owner.revision(&id).await;
        let fields = [("revision", revision.as_str()), ("text", "Ein Tippfehler steckte hierin."), ("back", "")];
        assert_eq!(owner.sends(&format!("/panel/comments/{id}/text"), &fields).await.status(), StatusCode::SEE_OTHER);
        passes(&house).await;
        let one = receiver.wait_for(1).await.json();
        assert_eq!(one["data"]["text"], "Ein Tippfehler steckte hierin.", "both changes are one call");
        let revision = owner.revision(&id).await;
        let fields = [("revision", revision.as_str()), ("text", "Noch einmal verbessert."), ("back", "")];
        owner.sends(&format!("/panel/comments/{id}/text"), &fields).await;
        passes(&house).await;
        assert_eq!(receiver.wait_for(2).await.json()["data"]["text"], "Noch einmal verbessert.");
        are(&house, "sent", 2).await;
    }
}

on_both! {
    async fn a_receiver_in_trouble_is_called_again_and_one_that_is_gone_is_not(database: TestDatabase) {
        let house = house_on(database).await;
        let answers = [
            Answer::Status(503, "Gerade <b>nicht</b>\r\nda".into()),
            Answer::EndlessWords,
            Answer::Status(204, String::new()),
            Answer::Status(410, "weg".into()),
        ];
        let receiver = Receiver::answering(&answers).await;
        let owner = Moderator::first(&house).await;
        adds(&owner, &receiver.url()).await;
        let test = async || {
            let page = owner.page(PAGE).await;
            let path = form_path(&page, "/test");
            assert_eq!(owner.sends(&path, &[]).await.status(), StatusCode::SEE_OTHER);
        };
        test().await;
        let first = receiver.wait_for(1).await;
        assert_eq!(first.json(), json!({"type": "ping", "timestamp": "2026-11-24T12:00:00Z", "data": null}));
        let waits = async |tries: i64| {
            eventually("the call to wait", async || {
                let sql: &'static str = format!("select count(*) from outbox where attempts = {tries} and leased_until = 0 and state = 'waiting'").leak();
                (house.number(sql).await == 1).then_some(())
            })
            .await;
        };
        waits(1).await;
        let page = owner.page("/panel/outbox").await;
        assert!(page.contains("503 Service Unavailable: Gerade &#60;b&#62;nicht&#60;/b&#62; da"), "{page}");
        assert!(!page.contains("Mails kommen zurzeit nicht an."), "a call is no mail");
        test().await;
        assert_eq!(calls(&house, "waiting").await, 1, "one test waits already");
        house.wait(60_000);
        let second = receiver.wait_for(2).await;
        assert_eq!(second.header("webhook-id"), first.header("webhook-id"), "known as the same call");
        waits(2).await;
        assert!(owner.page(PAGE).await.contains("500 Internal Server Error: nein und nein und"));
        house.wait(120_000);
        receiver.wait_for(3).await;
        are(&house, "sent", 1).await;

        test().await;
        receiver.wait_for(4).await;
        are(&house, "failed", 1).await;
        let failed = owner.page("/panel/outbox?state=failed").await;
        let retry = form_path(&failed, "/retry");
        assert!(failed.contains("410 Gone: weg"), "{failed}");
        assert_eq!(owner.sends(&retry, &[]).await.status(), StatusCode::SEE_OTHER);
        receiver.wait_for(5).await;
        are(&house, "sent", 2).await;
    }
}

on_both! {
    async fn no_call_gets_into_the_houses_own_network(database: TestDatabase) {
        let house = House::with(database, &[], &[]).await;
        let receiver = Receiver::answering(&[]).await;
        let owner = Moderator::first(&house).await;
        let port = receiver.address.port();
        for (url, words) in [
            (format!("http://127.0.0.1:{port}/"), "internen Netz"),
            (format!("https://127.1:{port}/"), "internen Netz"),
            ("https://[::1]/".into(), "internen Netz"),
            ("https://169.254.169.254/latest/meta-data".into(), "internen Netz"),
            (format!("http://localhost:{port}/"), "mit https://"),
            ("https://ada:geheim@hooks.example/".into(), "keine Adresse"),
            ("javascript:alert(1)".into(), "keine Adresse"),
        ] {
            let refused = owner.sends(PAGE, &[("url", &url)]).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{url}");
            let page = refused.text().await.unwrap();
            assert!(page.contains(words) && page.contains(&format!("value=\"{url}\"")), "{url}: {page}");
        }
        // What a name stands for shows only when it is asked for.
        adds(&owner, &format!("https://localhost:{port}/")).await;
        let page = owner.page(PAGE).await;
        let test = form_path(&page, "/test");
        owner.sends(&test, &[]).await;
        eventually("the refusal", async || {
            owner.page("/panel/outbox").await.contains("localhost has no address that webhooks may go to").then_some(())
        })
        .await;
        assert!(receiver.taken().is_empty(), "{:#?}", receiver.taken());
    }
}

on_both! {
    async fn no_redirect_is_followed_and_nobody_is_waited_for_without_end(database: TestDatabase) {
        let house = house_on(database).await;
        let inside = Receiver::answering(&[]).await;
        let outside = Receiver::answering(&[Answer::Elsewhere(inside.url()), Answer::Nothing]).await;
        let owner = Moderator::first(&house).await;
        adds(&owner, &outside.url()).await;
        let page = owner.page(PAGE).await;
        let test = form_path(&page, "/test");
        owner.sends(&test, &[]).await;
        outside.wait_for(1).await;
        eventually("the redirect to be told", async || owner.page(PAGE).await.contains("302 Found").then_some(())).await;
        house.wait(60_000);
        outside.wait_for(2).await;
        eventually("the silence to be told", async || owner.page(PAGE).await.contains("no answer within 10 seconds").then_some(())).await;
        assert!(inside.taken().is_empty(), "{:#?}", inside.taken());
        house.wait(120_000);
        outside.wait_for(3).await;
        are(&house, "sent", 1).await;
    }
}

on_both! {
    async fn webhooks_are_for_admins_of_their_site_and_five_at_most(database: TestDatabase) {
        let house = house_on(database).await;
        let receiver = Receiver::answering(&[]).await;
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        let cem = Moderator::with_role(&house, "Cem", "cem@example.org", Role::Admin).await;
        house.adds_site("anderswo").await;
        adds(&cem, &receiver.url()).await;
        let page = cem.page(PAGE).await;
        let (test, removal) = (form_path(&page, "/test"), form_path(&page, "/removal"));
        assert_eq!(ben.opens(PAGE).await.status(), StatusCode::FORBIDDEN);
        assert!(!ben.queue("pending").await.contains("/webhooks"));
        for (path, fields) in [(PAGE, &[("url", "https://hooks.example/")][..]), (&test, &[]), (&removal, &[])] {
            assert_eq!(ben.sends(path, fields).await.status(), StatusCode::FORBIDDEN, "{path}");
            let elsewhere = path.replace("/demo/", "/anderswo/");
            assert_eq!(cem.sends(&elsewhere, fields).await.status(), StatusCode::NOT_FOUND, "{elsewhere}");
            let forged = cem.client.post(format!("{}{path}", house.url)).form(&[("csrf", "x"), ("url", "https://x.example")]).send().await.unwrap();
            assert_eq!(forged.status(), StatusCode::FORBIDDEN, "{path}");
        }
        // An owner's own site does not make another's webhook theirs.
        assert_eq!(owner.sends(&test.replace("/demo/", "/anderswo/"), &[]).await.status(), StatusCode::NOT_FOUND);
        owner.sends(&removal.replace("/demo/", "/anderswo/"), &[]).await;
        assert!(cem.page(PAGE).await.contains(&receiver.url()), "still there");

        let again = cem.sends(PAGE, &[("url", &receiver.url())]).await;
        assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text().await.unwrap().contains("wird schon benachrichtigt"));
        for number in 0..4 {
            adds(&cem, &format!("https://hooks.example/{number}")).await;
        }
        let sixth = cem.sends(PAGE, &[("url", "https://hooks.example/6")]).await;
        assert_eq!(sixth.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(sixth.text().await.unwrap().contains("value=\"https://hooks.example/6\""), "nothing typed is lost");

        // What waits for one that is taken away is not sent.
        let id = Reader::of(&house, "a").writes("Davon erfährt der erste nichts.").await["id"].as_str().unwrap().to_owned();
        owner.decides(&id, "approved").await;
        assert_eq!(calls(&house, "waiting").await, 5);
        for _ in 0..2 {
            assert_eq!(cem.sends(&removal, &[]).await.status(), StatusCode::SEE_OTHER, "twice is once");
        }
        house.runs("delete from outbox where webhook_id in (select id from webhook where url like 'https%')").await;
        passes(&house).await;
        are(&house, "unneeded", 1).await;
        assert!(receiver.taken().is_empty(), "{:#?}", receiver.taken());
    }
}

on_both! {
    async fn the_queries_behind_webhooks(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let page = add_page(&mut tx, &site).await;
        let comment = add_comment(&mut tx, &site, &page, leserbrief::spam::Bucket::Check, 1).await;
        let webhook = Webhook { id: id(), site_id: site.id, url: "https://hooks.example/".into(), domain_index: vec![7] };
        webhooks::add(&mut tx, &webhook, at(1)).await.unwrap();
        assert_eq!(webhooks::of_site(&mut tx, site.id).await.unwrap()[0].url, webhook.url);
        assert!(webhooks::last_call(&mut tx, webhook.id).await.unwrap().is_none());
        let change = Change { comment_id: comment.id, known_before: b"before", at: at(2), due: at(9) };
        webhooks::queue(&mut tx, id(), &webhook, &change).await.unwrap();
        webhooks::queue(&mut tx, id(), &webhook, &Change { known_before: b"between", at: at(3), due: at(10), ..change }).await.unwrap();
        webhooks::queue_test(&mut tx, id(), &webhook, at(20)).await.unwrap();
        webhooks::queue_test(&mut tx, id(), &webhook, at(21)).await.unwrap();
        let leased = leserbrief::store::outbox::lease(&mut tx, at(10), 1000).await.unwrap().unwrap();
        assert_eq!((leased.known_before.as_deref(), leased.covers_until, leased.comment_id), (Some(&b"before"[..]), at(3).millis(), Some(comment.id)));
        let last = webhooks::last_call(&mut tx, webhook.id).await.unwrap().unwrap();
        assert_eq!((last.state.as_str(), last.at), ("waiting", at(10).millis()));
        assert!(leserbrief::store::outbox::lease(&mut tx, at(19), 1000).await.unwrap().is_none());
        assert!(leserbrief::store::outbox::lease(&mut tx, at(20), 1000).await.unwrap().is_some());
        assert!(leserbrief::store::outbox::lease(&mut tx, at(30), 1000).await.unwrap().is_none(), "one test, not two");
        assert!(!webhooks::remove(&mut tx, id(), webhook.id, at(30)).await.unwrap(), "another site's");
        assert!(webhooks::remove(&mut tx, site.id, webhook.id, at(30)).await.unwrap());
        assert!(!webhooks::remove(&mut tx, site.id, webhook.id, at(31)).await.unwrap());
        assert!(webhooks::get(&mut tx, webhook.id).await.unwrap().is_none() && webhooks::of_site(&mut tx, site.id).await.unwrap().is_empty());
    }
}

/// On a real process, which takes its authorities from the system.
#[tokio::test]
async fn a_receiver_behind_tls_must_show_a_certificate_that_holds() {
    for (is_known, name) in [(true, "localhost"), (false, "localhost"), (true, "127.0.0.1")] {
        let database = TestDatabase::new(Database::Sqlite).await;
        told(&database, &["site", "add", "nordblatt", "--origin", "https://nordblatt.example"], "");
        let (acceptor, authority) = crate::smtp_sink::certificates(None);
        let file = database.folder().join("authority.pem");
        std::fs::write(&file, if is_known { authority } else { crate::smtp_sink::certificates(None).1 }).unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = leserbrief::store::sites::all(&mut tx).await.unwrap().remove(0);
        let webhook = Webhook { id: id(), site_id: site.id, url: format!("https://{name}:{port}/"), domain_index: vec![7] };
        webhooks::add(&mut tx, &webhook, at(1)).await.unwrap();
        webhooks::queue_test(&mut tx, id(), &webhook, at(1)).await.unwrap();
        tx.commit().await.unwrap();
        let arguments = ["--webhook-networks", "127.0.0.0/8"];
        let _process = Process::start_with(&database, &arguments, &[("SSL_CERT_FILE", file.to_str().unwrap())]);
        let (stream, _) = listener.accept().await.unwrap();
        if is_known {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let mut stream = acceptor.accept(stream).await.unwrap();
            let mut said = Vec::new();
            while !said.ends_with(b"}") {
                assert_ne!(stream.read_buf(&mut said).await.unwrap(), 0);
            }
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            stream.shutdown().await.unwrap();
            assert!(said.starts_with(b"POST / HTTP/1.1\r\n"), "{}", String::from_utf8_lossy(&said));
        } else {
            assert!(acceptor.accept(stream).await.is_err(), "it must not go on");
        }
        eventually("what became of it", async || {
            let last = webhooks::last_call(&mut store.read().await.unwrap(), webhook.id).await.unwrap();
            last.filter(|last| {
                if is_known {
                    last.state == "sent"
                } else {
                    last.last_error.as_ref().is_some_and(|words| words.contains("no encryption"))
                }
            })
        })
        .await;
    }
}
