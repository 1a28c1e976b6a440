//! A mail's way: who is told of held comments, when, and who is not.

use leserbrief::accounts::NewAccount;
use leserbrief::clock::{Clock, Timestamp};
use leserbrief::email_address::EmailAddress;
use leserbrief::i18n::Locale;
use leserbrief::moderator::{Moderator as Account, Role};
use leserbrief::site::{Site, SiteSettings};
use leserbrief::store::moderators::{self, Newcomer};
use leserbrief::store::outbox::{self, Arrived, Outcome};
use leserbrief::store::{Store, memberships, sites};
use mail_parser::MessageParser;
use uuid::Uuid;

use crate::actors::{Moderator, PASSWORD, Reader};
use crate::commands::leserbrief;
use crate::harness::{Database, House, NOON, TestDatabase, eventually, on_both};
use crate::smtp_sink::{At, Script, SmtpSink};

const INTERVAL: i64 = 600_000;

/// Waits until so many mails lie in the folder; returns recipient and text of each, oldest first.
pub async fn mails(house: &House, count: usize) -> Vec<(String, String)> {
    let mails = eventually("mails in the folder", async || Some(house.mails()).filter(|mails| mails.len() >= count)).await;
    assert_eq!(mails.len(), count, "{mails:#?}");
    let read = |mail: &String| {
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let to = parsed.to().unwrap().first().unwrap().address().unwrap().to_owned();
        (to, parsed.body_text(0).unwrap().into_owned())
    };
    mails.iter().map(read).collect()
}

/// Waits until every mail so far is through; returns how many are in this state.
async fn settled(house: &House, state: &str) -> usize {
    let none_waits = house.outbox_is("no mail to wait", |mails| mails.iter().all(|mail| mail.state != "waiting")).await;
    none_waits.iter().filter(|mail| mail.state == state).count()
}

on_both! {
    async fn every_moderator_of_the_site_is_told_and_nobody_else(house: House) {
        Moderator::first(&house).await;
        Moderator::further(&house, "Ben", "ben@example.org").await;
        let mut tx = house.app.store.write().await.unwrap();
        let elsewhere = Site {
            id: house.app.clock.new_id(), name: "elsewhere".into(), title: "Anderswo".into(), locale: Locale::De,
            origins: Vec::new(), settings: SiteSettings::default(),
        };
        assert!(sites::add(&mut tx, &elsewhere, house.app.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        let cem = NewAccount { name: "Cem", email: "cem@example.org", password: &PASSWORD.into(), locale: Locale::De };
        house.app.accounts.add(&cem, Role::Admin, Some(elsewhere.id)).await.unwrap();

        Reader::of(&house, "a").writes("Endlich fährt sie auch nachts.").await;
        let mut told = mails(&house, 2).await;
        told.sort();
        for ((to, text), address) in told.iter().zip(["ada@example.org", "ben@example.org"]) {
            assert_eq!(to, address);
            assert!(text.contains("Endlich fährt sie auch nachts.") && text.contains(&format!("{}/review/", house.url)), "{text}");
        }
        assert!(!house.has_mail_due().await);
    }
}

on_both! {
    async fn the_first_comment_is_told_at_once_and_then_there_is_one_mail_an_interval(house: House) {
        Moderator::first(&house).await;
        let reader = Reader::of(&house, "a");
        reader.writes("Nummer 0").await;
        assert!(mails(&house, 1).await[0].1.contains("Nummer 0"));
        settled(&house, "sent").await;
        for number in 1..=5 {
            house.wait(20_000);
            reader.writes(&format!("Nummer {number}")).await;
            assert!(!house.has_mail_due().await, "told too early of number {number}");
        }
        house.wait(INTERVAL - 100_000 - 1);
        assert!(!house.has_mail_due().await);
        house.wait(1);
        let (_, text) = mails(&house, 2).await.remove(1);
        for number in 1..=5 {
            assert!(text.contains(&format!("Nummer {number}")), "{number}: {text}");
        }
        assert!(!text.contains("Nummer 0"), "what was told is not told again: {text}");
        assert!(text.contains(&format!("{}/panel/sites/demo/comments", house.url)), "several are seen in the queue: {text}");
    }
}

on_both! {
    async fn after_a_quiet_time_a_comment_is_told_at_once_again(house: House) {
        Moderator::first(&house).await;
        let reader = Reader::of(&house, "a");
        reader.writes("Am Mittag").await;
        mails(&house, 1).await;
        settled(&house, "sent").await;
        house.wait(INTERVAL);
        reader.writes("Am Nachmittag").await;
        assert!(mails(&house, 2).await[1].1.contains("Am Nachmittag"));
    }
}

on_both! {
    async fn a_commenters_address_stands_in_a_mail_only_if_the_site_says_so(house: House) {
        let ada = Moderator::first(&house).await;
        let reader = Reader::of(&house, "a");
        let taken = reader.writes("Ohne Adresse").await;
        let (_, text) = mails(&house, 1).await.remove(0);
        assert!(!text.contains("eva@") && !text.contains("127.0.0.1/"), "{text}");
        settled(&house, "sent").await;
        let comment = format!("/panel/comments/{}", taken["id"].as_str().unwrap());
        let page = ada.page(&comment).await;
        assert!(page.contains("eva@example.org") && !page.contains("127.0.0"), "an IP address stands nowhere: {page}");
        let page = ada.page("/panel/sites/demo/settings").await;
        assert!(page.contains("name=\"mail.show_address\" value=\"1\"") && !page.contains("address\" checked"), "{page}");
        crate::submitting::set(&house, "mail.show_address", "true").await;
        let page = ada.page("/panel/sites/demo/settings").await;
        assert!(page.contains("aria-describedby=\"note-mail-show-address\" checked"), "{page}");
        house.wait(INTERVAL);
        reader.writes("Mit Adresse").await;
        let (_, text) = mails(&house, 2).await.remove(1);
        assert!(text.contains("E-Mail-Adresse: eva@example[.]org"), "nothing in it can be clicked: {text}");
    }
}

on_both! {
    async fn a_mail_shows_twenty_and_says_how_many_there_are_besides(house: House) {
        Moderator::first(&house).await;
        for limit in ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute"] {
            crate::submitting::set(&house, &format!("limits.{limit}"), "0").await;
        }
        let reader = Reader::of(&house, "a");
        reader.writes("Der erste").await;
        mails(&house, 1).await;
        settled(&house, "sent").await;
        house.wait(1000);
        for number in 0..19 {
            reader.writes(&format!("Beitrag {number}.")).await;
        }
        assert_eq!(house.mails().len(), 1, "nineteen wait for the interval");
        reader.writes("Beitrag 19.").await;
        // Twenty do not, but there is no mail for every twenty of a storm.
        assert!(!house.has_mail_due().await, "a minute lies between two mails");
        house.wait(59_000);
        let (_, text) = mails(&house, 2).await.remove(1);
        assert!(text.starts_with("Bei Nordblatt (Demo) warten 21 Kommentare auf dich."), "{text}");
        assert!(text.contains("Beitrag 0.") && text.contains("Beitrag 19.") && !text.contains("Der erste"), "{text}");
        assert!(text.contains("1 weiterer Kommentar wartet"), "{text}");
        settled(&house, "sent").await;
        house.wait(1000);
        reader.writes("Beitrag 20.").await;
        assert!(!house.has_mail_due().await, "the next one waits for the interval again");
    }
}

on_both! {
    async fn nobody_is_told_of_likely_spam(house: House) {
        Moderator::first(&house).await;
        let reader = Reader::of(&house, "a");
        let mut spam = reader.comment("[url=https://casino.example]Casino bonus[/url] https://a.example https://b.example https://c.example viagra").await;
        spam["homepage"] = "https://spam.example".into();
        assert_eq!(reader.send(&spam).await.status(), reqwest::StatusCode::ACCEPTED);
        assert_eq!(house.number("select count(*) from comment where view = 'likely-spam'").await, 1);
        assert!(house.outbox().await.is_empty());
    }
}

on_both! {
    async fn nobody_is_told_of_what_was_decided_meanwhile(house: House) {
        let ada = Moderator::first(&house).await;
        let reader = Reader::of(&house, "a");
        reader.writes("Schon gemeldet").await;
        mails(&house, 1).await;
        settled(&house, "sent").await;
        house.wait(1000);
        let (one, other) = (reader.writes("Gleich entschieden").await, reader.writes("Auch entschieden").await);
        ada.decides(one["id"].as_str().unwrap(), "approved").await;
        ada.decides(other["id"].as_str().unwrap(), "rejected").await;
        house.wait(INTERVAL);
        assert_eq!(settled(&house, "unneeded").await, 1);
        assert_eq!(house.mails().len(), 1);
        // A mail that was not sent puts off nothing.
        reader.writes("Und noch etwas").await;
        let (_, text) = mails(&house, 2).await.remove(1);
        assert!(text.contains("Und noch etwas") && !text.contains("Gleich entschieden") && !text.contains("Auch entschieden"), "{text}");
    }
}

on_both! {
    async fn nobody_is_told_who_has_lost_the_role(house: House) {
        Moderator::first(&house).await;
        Moderator::further(&house, "Ben", "ben@example.org").await;
        let reader = Reader::of(&house, "a");
        reader.writes("Für beide").await;
        mails(&house, 2).await;
        settled(&house, "sent").await;
        reader.writes("Nur für eine").await;
        house.app.accounts.remove("ben@example.org").await.unwrap();
        house.wait(INTERVAL);
        assert_eq!(settled(&house, "unneeded").await, 1);
        let told = mails(&house, 3).await;
        assert_eq!(told[2].0, "ada@example.org");
        // From now on no mail to him is queued at all.
        house.wait(INTERVAL);
        reader.writes("Wieder nur für eine").await;
        mails(&house, 4).await;
        assert_eq!(house.number("select count(*) from outbox").await, 5);
    }
}

on_both! {
    async fn a_mail_taken_by_a_worker_that_dies_comes_back_when_its_lease_ends(database: TestDatabase) {
        let (store, site_id, ada) = scene(&database).await;
        let held = |first, last| Arrived { count: 1, first: Timestamp::from_millis(first), last: Timestamp::from_millis(last) };
        let at = Timestamp::from_millis;
        let queue = async |arrived: &Arrived| {
            let mut tx = store.write().await.unwrap();
            outbox::queue_held_comments(&mut tx, Clock::System.new_id(), site_id, ada, arrived, INTERVAL).await.unwrap();
            tx.commit().await.unwrap();
        };
        let lease = async |now| {
            let mut tx = store.write().await.unwrap();
            let leased = outbox::lease(&mut tx, at(now), 1000).await.unwrap();
            tx.commit().await.unwrap();
            leased
        };
        let note = async |leased: &outbox::Leased, outcome: Outcome, now| {
            let mut tx = store.write().await.unwrap();
            outbox::note(&mut tx, leased, &outcome, at(now)).await.unwrap();
            tx.commit().await.unwrap();
        };
        // Two processes whose clocks differ: the mail covers what both have taken in, whatever the third one's clock says.
        queue(&held(NOON, NOON + 10)).await;
        queue(&held(NOON - 5, NOON + 20)).await;
        let first = lease(NOON + 7).await.unwrap();
        assert_eq!((first.covers_from, first.covers_until, first.attempts), (NOON - 5, NOON + 20, 1));
        assert!(lease(NOON + 1006).await.is_none(), "it is held");
        let second = lease(NOON + 1007).await.unwrap();
        assert_eq!((second.id, second.attempts), (first.id, 2));
        assert_eq!((second.covers_from, second.covers_until), (first.covers_from, first.covers_until), "it says the same twice");

        // The first worker lives after all. What failed for it says nothing any more; what it has sent is sent.
        note(&first, Outcome::Failed("late".into()), NOON + 1100).await;
        let state = async || outbox::newest(&mut store.read().await.unwrap(), 1).await.unwrap().remove(0).state;
        assert_eq!(state().await, "waiting");
        assert!(lease(NOON + 1100).await.is_none(), "the second one still holds it");
        note(&first, Outcome::Sent, NOON + 1200).await;
        note(&second, Outcome::Later(at(NOON + 1300), "late".into()), NOON + 1300).await;
        assert_eq!((state().await.as_str(), lease(NOON + 9000).await.is_none()), ("sent", true));
    }
}

on_both! {
    async fn the_next_mail_waits_behind_the_one_that_is_being_tried(database: TestDatabase) {
        let (store, site_id, ada) = scene(&database).await;
        let mut tx = store.write().await.unwrap();
        let at = |now| Timestamp::from_millis(NOON + now);
        let arrived = |now| Arrived { count: 1, first: at(now), last: at(now) };
        let ids = [Clock::System.new_id(), Clock::System.new_id()];
        outbox::queue_held_comments(&mut tx, ids[0], site_id, ada, &arrived(0), 0).await.unwrap();
        let first = outbox::lease(&mut tx, at(0), 1000).await.unwrap().unwrap();
        outbox::queue_held_comments(&mut tx, ids[1], site_id, ada, &arrived(1), 0).await.unwrap();
        assert!(outbox::lease(&mut tx, at(1), 1000).await.unwrap().is_none(), "the first is under way");
        assert_eq!(outbox::next_due(&mut tx).await.unwrap(), Some(at(1000)), "and nothing is to be done until its lease ends");
        outbox::note(&mut tx, &first, &Outcome::Later(at(60_000), "451".into()), at(2)).await.unwrap();
        assert!(outbox::lease(&mut tx, at(59_999), 1000).await.unwrap().is_none(), "the first is not through");
        let again = outbox::lease(&mut tx, at(60_000), 1000).await.unwrap().unwrap();
        assert_eq!((again.id, again.attempts), (ids[0], 2));
        outbox::note(&mut tx, &again, &Outcome::Sent, at(60_001)).await.unwrap();
        assert_eq!(outbox::lease(&mut tx, at(60_001), 1000).await.unwrap().unwrap().id, ids[1]);
        drop(tx);
        store.close().await;
    }
}

/// A store that no service works on, its site, and the site's only moderator: here the test is the worker.
async fn scene(database: &TestDatabase) -> (Store, Uuid, Uuid) {
    let house = House::with(database.clone(), &[], &[]).await;
    let site_id = house.app.sites.all().await.unwrap()["demo"].id;
    let id = add_moderator(&house, "ada@example.org", Locale::De, site_id).await;
    (house.stop().await.store().await, site_id, id)
}

/// A moderator of a site who cannot sign in.
pub async fn add_moderator(house: &House, email: &str, locale: Locale, site_id: Uuid) -> Uuid {
    let address = EmailAddress::parse(email).unwrap();
    let keys = &house.app.keys;
    let moderator = Account { id: house.app.clock.new_id(), name: email.into(), is_owner: false, locale };
    let newcomer = Newcomer {
        moderator: &moderator,
        address: &keys.seal(&address).unwrap(),
        address_index: &keys.address_index(&address),
        domain_index: &keys.domain_index(&address),
        password_hash: "none",
    };
    let mut tx = house.app.store.write().await.unwrap();
    assert!(moderators::add(&mut tx, &newcomer, house.app.clock.now()).await.unwrap());
    memberships::give(&mut tx, moderator.id, site_id, Role::Moderator).await.unwrap();
    tx.commit().await.unwrap();
    moderator.id
}

// On SQLite there is one process; its store is shared by several workers all the same.
on_both! {
    async fn of_five_hundred_mails_each_recipient_gets_exactly_one(database: TestDatabase) {
        const MODERATORS: usize = 500;
        let kind = database.kind;
        let sink = SmtpSink::start(Script::plain());
        let url = sink.plain_url();
        let house = House::with(database, &[], &["--smtp", &url]).await;
        let site_id = house.app.sites.all().await.unwrap()["demo"].id;
        for number in 0..MODERATORS {
            // No domain takes more than its share of a minute.
            add_moderator(&house, &format!("moderator{number}@{}.example", number % 50), Locale::De, site_id).await;
        }
        let other = match kind {
            Database::Postgres => Some(House::sharing_with(&house, &["--smtp", &url]).await),
            Database::Sqlite => None,
        };
        let reader = Reader::of(&house, "a");
        reader.writes("An alle").await;
        let further = (0..3).map(|_| tokio::spawn(house.worker(&url).run(house.stop_token())));
        let further: Vec<_> = further.collect();
        if let Some(other) = &other {
            other.wait(0);
        }
        house.outbox_is("every mail to be sent", |mails| mails.len() == MODERATORS && mails.iter().all(|mail| mail.state == "sent")).await;
        let received = sink.received();
        let recipients: std::collections::HashSet<&str> = received.iter().map(|mail| mail.to[0].as_str()).collect();
        assert_eq!((received.len(), recipients.len()), (MODERATORS, MODERATORS));
        assert_eq!(house.number("select max(attempts) from outbox").await, 1);
        house.stop().await;
        for worker in further {
            worker.await.unwrap();
        }
    }
}

on_both! {
    async fn a_domain_is_not_called_too_often_for_moderators_either_and_old_ones_count(database: TestDatabase) {
        let house = House::with(database, &[], &[]).await;
        let site_id = house.app.sites.all().await.unwrap()["demo"].id;
        for number in 0..150 {
            add_moderator(&house, &format!("moderator{number}@gross.example"), Locale::De, site_id).await;
        }
        add_moderator(&house, "post@klein.example", Locale::De, site_id).await;
        // As those are who were there before domains were noted.
        house.runs("update moderator set domain_index = null").await;
        let clock = house.clock();
        let house = House::beside(house.stop().await, &[], &[], clock).await;
        assert_eq!(house.number("select count(distinct domain_index) from moderator").await, 2);
        Reader::of(&house, "a").writes("An alle").await;
        let sent = |mails: &[outbox::Listed]| mails.iter().filter(|mail| mail.state == "sent").count();
        house.outbox_is("a minute's share to be sent", |mails| sent(mails) == 121).await;
        house.wait(59_999);
        assert!(!house.has_mail_due().await, "the minute is not over");
        assert!(house.mails().iter().any(|mail| mail.contains("To: post@klein.example")), "and nobody else was held up");
        house.wait(1);
        house.outbox_is("the rest to be sent", |mails| sent(mails) == 151).await;
        house.stop().await;
    }
}

on_both! {
    async fn a_mail_that_never_goes_out_is_given_up_after_two_days_and_stays_to_be_seen(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().always(At::Rcpt, 451));
        let house = House::with(database, &[], &["--smtp", &sink.plain_url()]).await;
        Moderator::first(&house).await;
        Reader::of(&house, "a").writes("Wer hört mich?").await;
        let mut gone = 0;
        for tries in 1..20 {
            let words = house.waits_after(tries).await;
            assert!(words.starts_with("451 ") && !words.contains("ada@"), "{words}");
            let wait = house.outbox().await[0].due_at - NOON - gone;
            gone += wait;
            house.wait(wait);
        }
        let given_up = house.outbox_is("the mail to be given up", |mails| mails[0].state == "failed").await;
        assert_eq!(given_up[0].attempts, 20);
        let hours = gone / 3_600_000;
        assert!((47..=49).contains(&hours), "{hours} hours");
        assert!(sink.received().is_empty());

        let arguments = house.database.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["mail", "queue", "--json"]).collect();
        let listed = leserbrief(&arguments, "");
        let mail: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
        assert_eq!((&mail["state"], &mail["attempts"], &mail["moderator"]), (&"failed".into(), &20.into(), &"Ada Admiral".into()));
        assert!(mail["error"].as_str().unwrap().starts_with("451 "), "{mail}");
    }
}

on_both! {
    async fn one_domain_is_called_by_two_at_once_and_not_too_often_while_others_are_served(database: TestDatabase) {
        use crate::store::{add_comment, add_page, add_site, at, id};
        use leserbrief::store::{author_addresses, author_mails};
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let page = add_page(&mut tx, &site).await;
        let sealed = leserbrief::secrets::SealedAddress { key_id: 1, bytes: b"sealed".to_vec() };
        for number in 0..200_u8 {
            let domain: &[u8] = if number == 199 { b"other" } else { b"large" };
            let comment = add_comment(&mut tx, &site, &page, leserbrief::spam::Bucket::LikelyFine, i64::from(number)).await;
            let typed = author_addresses::Typed {
                id: id(), site_id: site.id, email_index: &[number], sealed: &sealed, domain_index: domain, locale: Locale::De,
            };
            let address = author_addresses::ask(&mut tx, &typed, at(-1000), at(0)).await.unwrap().unwrap();
            author_mails::queue_confirmation(&mut tx, id(), address, comment.id, at(i64::from(number))).await.unwrap();
        }
        let first = outbox::lease(&mut tx, at(1000), 60_000).await.unwrap().unwrap();
        outbox::lease(&mut tx, at(1000), 60_000).await.unwrap().unwrap();
        let elsewhere = outbox::lease(&mut tx, at(1000), 60_000).await.unwrap().unwrap();
        assert_eq!(elsewhere.covers_from, NOON + 199, "the other domain is not held up");
        assert!(outbox::lease(&mut tx, at(1000), 60_000).await.unwrap().is_none(), "two are under way");
        outbox::note(&mut tx, &first, &Outcome::Sent, at(1000)).await.unwrap();
        let mut tried = 2;
        while let Some(leased) = outbox::lease(&mut tx, at(1000), 60_000).await.unwrap() {
            outbox::note(&mut tx, &leased, &Outcome::Sent, at(1000)).await.unwrap();
            tried += 1;
        }
        assert_eq!(tried, outbox::PER_MINUTE);
        assert!(outbox::lease(&mut tx, at(60_999), 1000).await.unwrap().is_none(), "the minute is not over");
        assert!(outbox::lease(&mut tx, at(61_000), 1000).await.unwrap().is_some());
        drop(tx);
        store.close().await;
    }
}
