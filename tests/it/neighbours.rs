//! The company that a comment comes in: near duplicates, hosts, networks, addresses, names, and what every browser sends.

use leserbrief::spam::{History, Likeness, Model, Reason};
use leserbrief::store::intake::{self, Question};
use leserbrief::store::{Tx, comments, memberships, neighbours};
use reqwest::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, TestDatabase, eventually, on_both};
use crate::learning::submission;
use crate::store::{add_comment, add_page, add_site, at, id};
use crate::submitting::{futures_join, set};
use crate::working::found;

const DAY: i64 = 24 * 60 * 60 * 1000;

async fn taken(house: &House, id: &str) -> leserbrief::comment::Comment {
    comments::get(&mut house.app.store.read().await.unwrap(), id.parse().unwrap()).await.unwrap().unwrap()
}

/// Sends a comment that is taken; its id.
async fn sends(reader: &Reader, comment: &Value) -> String {
    let answer = reader.send(comment).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED, "{}", answer.text().await.unwrap());
    answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn writes(house: &House, reader: &Reader, text: &str) -> String {
    house.wait(60_000);
    sends(reader, &reader.comment(text).await).await
}

fn evidence<'a>(reasons: &'a [Reason], signal: &str) -> Option<&'a str> {
    reasons.iter().find(|reason| reason.signal == signal).map(|reason| reason.evidence.as_str())
}

on_both! {
    async fn a_text_that_changes_from_copy_to_copy_is_recognised(house: House) {
        let owner = Moderator::first(&house).await;
        let text = "Wir bauen am Samstag gemeinsam die Hütte am Waldrand auf und brauchen dafür noch helfende Hände und Kuchen";
        let first = writes(&house, &Reader::of(&house, "a"), text).await;
        assert_eq!(evidence(&taken(&house, &first).await.reasons, "similar-elsewhere"), None);
        let second = writes(&house, &Reader::of(&house, "b").named("b@example.org"), &text.replace("Kuchen", "Torte")).await;
        assert_eq!(evidence(&taken(&house, &second).await.reasons, "similar-elsewhere"), Some("1"));
        owner.decides(&first, "spam").await;
        let third = writes(&house, &Reader::of(&house, "c").named("c@example.org"), &text.replace("Kuchen", "Saft")).await;
        let reasons = taken(&house, &third).await.reasons;
        assert_eq!((evidence(&reasons, "similar-spam"), evidence(&reasons, "similar-elsewhere")), (Some("1"), Some("1")));
        let other = writes(&house, &Reader::of(&house, "d").named("d@example.org"), "Der Bus kam heute ganz ohne Verspätung am Hafen an, das gab es lange nicht.").await;
        assert_eq!(evidence(&taken(&house, &other).await.reasons, "similar-spam"), None);
    }
}

on_both! {
    async fn those_who_come_together_are_counted_and_compared_as_if_they_came_one_by_one(house: House) {
        for (limit, value) in [("network_per_minute", "0"), ("page_per_minute", "6")] {
            set(&house, &format!("limits.{limit}"), value).await;
        }
        let reader = |number: usize| Reader::of(&house, "neu").named(&format!("leserin-{number}@example.org"));
        let readers: Vec<Reader> = (0..20).map(reader).collect();
        let mut comments = Vec::new();
        for (number, reader) in readers.iter().enumerate() {
            comments.push(reader.comment(&format!("Am Samstag bauen wir gemeinsam am Waldrand, es kommen {number} von uns")).await);
        }
        house.wait(60_000);
        let answers = futures_join(readers.iter().zip(&comments).map(|(reader, comment)| reader.send(comment))).await;
        let mut seen = Vec::new();
        for answer in answers {
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                assert_eq!(answer.headers()["retry-after"], "60");
                continue;
            }
            let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
            seen.push(evidence(&taken(&house, &id).await.reasons, "similar-elsewhere").map(str::to_owned));
        }
        seen.sort();
        assert_eq!(seen.iter().map(Option::as_deref).collect::<Vec<_>>(), [None, Some("1"), Some("2"), Some("3"), Some("4"), Some("5")]);
        assert_eq!(house.number("select count(*) from page").await, 1);

        set(&house, "limits.page_per_minute", "0").await;
        let again = Reader::of(&house, "neu");
        let mut copies = Vec::new();
        for _ in 0..8 {
            copies.push(again.comment("Das muss einmal gesagt werden, und zwar laut.").await);
        }
        let answers = futures_join(copies.iter().map(|copy| again.send(copy))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status() == StatusCode::ACCEPTED).count(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status() == StatusCode::CONFLICT).count(), 7);
    }
}

on_both! {
    async fn hosts_networks_and_addresses_of_spam_are_remembered_until_one_is_approved(house: House) {
        let owner = Moderator::first(&house).await;
        let spammer = Reader::of(&house, "a").named("werbung@example.org");
        let first = writes(&house, &spammer, "Schöne Teppiche gibt es bei https://www.teppich.example/laden und sonst nirgends.").await;
        let none = taken(&house, &first).await.reasons;
        assert!(["neighbour-domain", "neighbour-network", "neighbour-address"].iter().all(|signal| evidence(&none, signal).is_none()), "{none:?}");
        let decision = owner.decides(&first, "spam").await;
        let again = writes(&house, &spammer, "Wer einen Läufer sucht, schaue auf teppich.example/neu vorbei, es lohnt sich.").await;
        let reasons = taken(&house, &again).await.reasons;
        for signal in ["neighbour-domain", "neighbour-network", "neighbour-address"] {
            assert_eq!(evidence(&reasons, signal), Some("1"), "{signal}: {reasons:?}");
        }
        // Undone, nothing is known any more; decided again, and then something approved, it speaks against nobody.
        owner.undoes(&decision).await;
        let unknown = writes(&house, &spammer, "Gardinen hängen schief? Auch das weiß man bei https://teppich.example/hilfe genau.").await;
        assert_eq!(evidence(&taken(&house, &unknown).await.reasons, "neighbour-domain"), None);
        owner.decides(&first, "spam").await;
        owner.decides(&again, "approved").await;
        let known = writes(&house, &spammer, "Die Anleitung zum Säubern liegt unter https://teppich.example/rein und stimmt.").await;
        let reasons = taken(&house, &known).await.reasons;
        assert!(["neighbour-domain", "neighbour-network", "neighbour-address"].iter().all(|signal| evidence(&reasons, signal).is_none()), "{reasons:?}");
    }
}

on_both! {
    async fn many_at_once_on_an_old_page_are_a_burst(house: House) {
        let write = async |number: usize, text: &str| {
            let reader = Reader::of(&house, "a").named(&format!("leser{number}@example.org"));
            sends(&reader, &reader.comment(text).await).await
        };
        write(0, "Als Erste hier, und lange allein.").await;
        house.wait(40 * DAY);
        for (number, text) in ["Mohnblumen am Rand", "Zwei Störche im Feld", "Nebel über dem Fluss", "Sonne am Nachmittag"].iter().enumerate() {
            let id = write(number + 1, text).await;
            assert_eq!(evidence(&taken(&house, &id).await.reasons, "neighbour-burst"), None, "{number}");
        }
        let id = write(9, "Frost in der Nacht").await;
        assert_eq!(evidence(&taken(&house, &id).await.reasons, "neighbour-burst"), Some("4 / 40 d"));
    }
}

on_both! {
    async fn a_token_used_elsewhere_and_a_program_that_is_no_browser_are_noticed(house: House) {
        let reader = Reader::of(&house, "a");
        let comment = reader.comment("Am Deich blüht schon der erste Löwenzahn des Jahres.").await;
        let honest = taken(&house, &sends(&reader, &comment).await).await.reasons;
        assert_eq!((evidence(&honest, "form-reused"), evidence(&honest, "form-no-browser")), (None, None));
        let mut elsewhere = Reader::of(&house, "b").comment("Auf dem Markt gab es heute frischen Spargel zu kaufen.").await;
        elsewhere["token"] = comment["token"].clone();
        let replayed = taken(&house, &sends(&reader, &elsewhere).await).await.reasons;
        assert_eq!((evidence(&replayed, "form-reused"), evidence(&replayed, "form-unsigned")), (Some("1"), Some("0")));
        let robot = reqwest::Client::new();
        let sent = Reader::of(&house, "c").comment("Die Fähre legt seit gestern wieder stündlich ab, sagt der Kapitän.").await;
        let answer = robot.post(format!("{}/api/v1/comments", house.url)).json(&sent).send().await.unwrap();
        let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
        assert_eq!(evidence(&taken(&house, &id).await.reasons, "form-no-browser"), Some("3"));
    }
}

on_both! {
    async fn nobody_passes_for_a_moderator(house: House) {
        Moderator::first(&house).await;
        let reader = Reader::of(&house, "a");
        for (number, (name, is_like)) in [("Ada Admiral", true), ("Аda Admirаl", true), ("Ada Admiral (Redaktion)", true), ("Ada Adler", false)].into_iter().enumerate() {
            house.wait(60_000);
            let mut comment = reader.comment(&format!("{}Hier spricht jemand über das Wetter von heute.", "Nein. ".repeat(number))).await;
            comment["name"] = name.into();
            let reasons = taken(&house, &sends(&reader, &comment).await).await.reasons;
            assert_eq!(evidence(&reasons, "name-of-staff").is_some(), is_like, "{name}: {reasons:?}");
        }
    }
}

on_both! {
    async fn the_same_text_teaches_once_and_is_unlearned_exactly(house: House) {
        for limit in ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute"] {
            set(&house, &format!("limits.{limit}"), "0").await;
        }
        let owner = Moderator::first(&house).await;
        let text = "Traumhafte Uhren in Gold und Silber, bestellt noch heute im Lager am Stadtrand";
        let mut ids = Vec::new();
        for page in ["a", "b", "c", "d"] {
            ids.push(writes(&house, &Reader::of(&house, page), text).await);
        }
        let held = async || house.number("select cast(coalesce(sum(sign), 0) as bigint) from lesson").await;
        let picks: Vec<(String, String)> = ids[..3].iter().map(|id| (format!("pick-{id}"), "1".to_owned())).collect();
        let mut fields: Vec<(&str, &str)> = picks.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("to", "spam"));
        let answer = owner.sends("/panel/sites/demo/batches", &fields).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
        assert_eq!(held().await, 1, "three in one batch teach once");
        owner.decides(&ids[3], "spam").await;
        assert_eq!(held().await, 1, "and so does a fourth one later");
        for (number, id) in ids.iter().enumerate() {
            owner.decides(id, "pending").await;
            assert_eq!(held().await, i64::from(number < 3), "taught for as long as one decision says it");
        }
    }
}

on_both! {
    async fn a_running_service_takes_a_new_start_up(house: House) {
        let site = house.app.sites.all().await.unwrap()["demo"].clone();
        let text = "Handbemalte Kröten aus eigener Werkstatt";
        let points = async || {
            house.app.models.catch_up(site.id).await.unwrap();
            house.app.models.judge(&site, &submission(text), &History::default()).points
        };
        let before = points().await;
        let mut start = Model::default();
        for number in 0..30 {
            start.learn(&submission(&format!("{text} {}", "x".repeat(number + 1))), true);
            start.learn(&submission(&format!("Der Bus kam wieder zu spät {}", "y".repeat(number + 1))), false);
        }
        // As another process would: this one is not told.
        leserbrief::moderation::learning::Models::new(house.database.store().await).keep_shared_start(&start).await.unwrap();
        eventually("the start to be taken up", async || (points().await > before + 1.0).then_some(())).await;
    }
}

on_both! {
    async fn what_is_sampled_goes_to_the_moderators_unmarked(house: House) {
        let owner = Moderator::first(&house).await;
        set(&house, "drift.sample_percent", "100").await;
        let reader = Reader::of(&house, "a");
        let mut comment = reader.comment("Ein Robot hat auch das unsichtbare Feld ausgefüllt.").await;
        comment["homepage"] = "https://robot.example".into();
        let id = sends(&reader, &comment).await;
        let queue = owner.queue("pending").await;
        assert!(queue.contains(&format!("id=\"c-{id}\"")) && !queue.contains("class=\"reasons\""), "{queue}");
        assert!(!owner.page(&format!("/panel/comments/{id}")).await.contains("+5,0"));
        assert!(!owner.queue("likely-spam").await.contains(&format!("id=\"c-{id}\"")));
        // No search tells what the judgement thinks of it, either: it is found as one that nothing was said about.
        let finds = async |query: &str| found(&owner, query).await.contains(&format!("id=\"c-{id}\""));
        eventually("its words to be indexed", async || finds("unsichtbare").await.then_some(())).await;
        for (query, is_found) in [("points:>1", false), ("rule:honeypot", false), ("-rule:honeypot", true), ("-points:>1", true), ("points:0", true)] {
            assert_eq!(finds(query).await, is_found, "{query}");
        }
        owner.decides(&id, "spam").await;
        let decided = taken(&house, &id).await;
        assert_eq!((decided.bucket.as_str(), evidence(&decided.reasons, "honeypot")), ("likely-spam", Some("1")));
        eventually("what the judgement said to be found", async || finds("rule:honeypot").await.then_some(())).await;
        assert!(finds("points:>1").await);
        owner.decides(&id, "pending").await;
        assert_eq!((taken(&house, &id).await.bucket.as_str(), taken(&house, &id).await.reasons.len()), ("check", 0));
        eventually("it to be unmarked again", async || finds("-rule:honeypot").await.then_some(())).await;
    }
}

fn question(site_id: Uuid, likeness: Likeness) -> Question<'static> {
    Question {
        site_id,
        page_name: "a",
        token_id: None,
        network: b"network",
        address: b"address",
        stray_token_id: None,
        fingerprint: b"another",
        likeness: Some(likeness),
        now: at(0),
        allowed: [0; 5],
    }
}

on_both! {
    async fn twenty_thousand_comments_alike_do_not_make_a_question_dearer(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let page = add_page(&mut tx, &site).await;
        let first = add_comment(&mut tx, &site, &page, leserbrief::spam::Bucket::Check, 1).await;
        let likeness = Likeness { opening: 77, simhash: 0x1234_5678_9abc_def0 };
        neighbours::keep_likeness(&mut tx, first.id, Some(likeness)).await.unwrap();
        let hosts = ["teppich.example".to_owned()];
        neighbours::note_hosts(&mut tx, site.id, first.id, true, &hosts).await.unwrap();
        assert_eq!(neighbours::hosts_in_spam(&mut tx, site.id, &hosts).await.unwrap(), 1);
        assert_eq!(neighbours::hosts_in_spam(&mut tx, id(), &hosts).await.unwrap(), 0, "another site");
        neighbours::forget_hosts(&mut tx, first.id).await.unwrap();
        assert_eq!(neighbours::hosts_in_spam(&mut tx, site.id, &hosts).await.unwrap(), 0);
        for (number, is_spam, counted) in [(2, true, 0), (3, true, 1), (4, false, 0)] {
            let judged = add_comment(&mut tx, &site, &page, leserbrief::spam::Bucket::Check, number).await;
            neighbours::note_judged_hosts(&mut tx, site.id, judged.id, is_spam, &hosts).await.unwrap();
            assert_eq!(neighbours::hosts_in_spam(&mut tx, site.id, &hosts).await.unwrap(), counted, "{number}");
        }
        assert!(memberships::names(&mut tx, site.id, 5).await.unwrap().is_empty());
        let numbers = "with recursive number (n) as (select 1 union all select n + 1 from number where n < 20000) ";
        let columns = "site_id, page_id, status, revision, author, email_sealed, email_key_id, email_index, network_index, body, body_html, \
                       fingerprint, notify, points, bucket, reasons, submitted_at, likeness, opening";
        let new_id = if matches!(tx, Tx::Sqlite(_)) { "randomblob(16)" } else { "gen_random_uuid()" };
        let sql = format!("{numbers} insert into comment (id, {columns}) select {new_id}, {columns} from comment cross join number");
        match &mut tx {
            Tx::Sqlite(tx) => sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut **tx).await.map(drop).unwrap(),
            Tx::Postgres(tx) => sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut **tx).await.map(drop).unwrap(),
        }
        let otherwise_begun = Likeness { opening: 5, ..likeness };
        for (asked, simhash) in [(likeness, None), (otherwise_begun, Some(likeness.simhash))] {
            let known = intake::ask(&mut tx, &[question(site.id, asked)]).await.unwrap().remove(0);
            let candidates: Vec<_> = known.candidates().collect();
            assert!((1..=40).contains(&candidates.len()) && candidates.iter().all(|one| one.simhash == simhash), "{candidates:?}");
        }
        let far = Likeness { opening: 5, simhash: !likeness.simhash };
        assert_eq!(intake::ask(&mut tx, &[question(site.id, far)]).await.unwrap()[0].candidates().count(), 0);
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn a_host_that_only_spam_links_to_is_known_before_anybody_decides(house: House) {
        let owner = Moderator::first(&house).await;
        let advertises = |what: &str| format!("BUY VIAGRA CIALIS LEVITRA {what} ONLINE CASINO [url=https://teppich.example/a]viagra[/url] [url=https://teppich.example/b]cialis[/url] [url=https://teppich.example/c]casino bonus[/url]");
        let first = writes(&house, &Reader::of(&house, "a").named("werbung@example.org"), &advertises("CHEAP")).await;
        let again = writes(&house, &Reader::of(&house, "e").named("reklame@example.org"), &advertises("QUICK DELIVERY")).await;
        for id in [&first, &again] {
            assert!(taken(&house, id).await.points >= 8.0, "{:?}", taken(&house, id).await);
        }
        let asks = async |page: &str, name: &str, text: &str| {
            let answer = Reader::of(&house, page).named(name).writes_unhurried(&house, text).await;
            taken(&house, answer["id"].as_str().unwrap()).await.reasons
        };
        let second = asks("b", "b@example.org", "Wer einen Läufer sucht, schaue auf teppich.example/neu vorbei, es lohnt sich.").await;
        assert_eq!(evidence(&second, "neighbour-domain"), Some("1"), "{second:?}");
        // That one was not taken for spam: so others link there, too.
        let third = asks("c", "c@example.org", "Gardinen hängen schief? Auch das weiß man bei https://teppich.example/hilfe genau.").await;
        assert_eq!(evidence(&third, "neighbour-domain"), None, "{third:?}");
        owner.decides(&first, "spam").await;
        assert_eq!(house.number("select count(*) from judged_host where is_spam = true").await, 1);
        assert_eq!(house.number("select count(*) from judged_host").await, 3);
        let fourth = asks("d", "d@example.org", "Die Anleitung zum Säubern liegt unter https://teppich.example/rein und stimmt.").await;
        assert_eq!(evidence(&fourth, "neighbour-domain"), Some("1"), "{fourth:?}");
    }
}

on_both! {
    async fn comments_that_came_otherwise_are_compared_in_the_background(house: House) {
        let owner = Moderator::first(&house).await;
        let text = "Gestern Abend sang der Chor in der alten Kirche, mehr unter https://chor.example/lieder zum Nachhören";
        let id = writes(&house, &Reader::of(&house, "a"), text).await;
        owner.decides(&id, "spam").await;
        house.runs("delete from decided_host").await;
        house.runs("update comment set likeness = null, opening = null").await;
        house.runs("insert into likeness_due (comment_id) select id from comment").await;
        eventually("them to be compared", async || (house.number("select count(*) from likeness_due").await == 0).then_some(())).await;
        assert_eq!(house.number("select count(*) from comment where likeness <> 0").await, 1);
        assert_eq!(house.number("select count(*) from decided_host").await, 1);
        assert!(neighbours::due(&mut house.app.store.read().await.unwrap(), 5).await.unwrap().is_empty());
    }
}
