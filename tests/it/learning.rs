//! The judgement learns from decisions, forgets what is taken back, and remembers through restarts and processes.

use leserbrief::spam::{History, Model, Submission};
use serde_json::Value;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, TestDatabase, eventually, on_both};
use crate::submitting::set;

async fn without_limits(house: &House) {
    for limit in ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute", "site_per_minute"] {
        set(house, &format!("limits.{limit}"), "0").await;
    }
}

/// The points that a comment gets, which is taken on a page of its own.
async fn points_of(house: &House, number: usize, text: &str) -> f64 {
    let reader = Reader::of(house, &format!("probe-{number}"));
    let taken: Value = reader.writes(text).await;
    let id = taken["id"].as_str().unwrap().parse().unwrap();
    let mut tx = house.app.store.read().await.unwrap();
    leserbrief::store::comments::get(&mut tx, id).await.unwrap().unwrap().points
}

const ADVERTISEMENT: &str = "Gartenzwerge aus eigener Werkstatt, handbemalt und wetterfest, jetzt mit Rabatt bestellen";

/// Teaches, with different words each time, that offers of garden gnomes are spam and talk about buses is none.
async fn teach(house: &House, moderator: &Moderator, rounds: std::ops::Range<usize>) {
    let reader = Reader::of(house, "a");
    let goods = ["Zwerge", "Wichtel", "Figuren", "Gnome", "Rehe", "Frösche", "Igel", "Störche"];
    let places = ["Markt", "Bahnhof", "Klinikum", "Hafen", "Deich", "Rathaus", "Gaswerk", "Anleger"];
    for round in rounds {
        let (thing, place) = (goods[round % 8], places[round % 8]);
        let spam = format!("Handbemalte {thing} Nummer {round} aus eigener Werkstatt, wetterfest, mit Rabatt bestellen");
        let ham = format!("Am {place} stand ich heute {round} Minuten, der Bus kam dann doch noch pünktlich an");
        moderator.decides(reader.writes(&spam).await["id"].as_str().unwrap(), "spam").await;
        moderator.decides(reader.writes(&ham).await["id"].as_str().unwrap(), "approved").await;
    }
}

pub fn submission(text: &str) -> Submission<'_> {
    Submission {
        author: "Eva",
        website: None,
        text,
        honeypot_filled: false,
        fill_time_ms: Some(60_000),
        site_hosts: &[],
        site_language: "de",
        staff_names: &[],
    }
}

on_both! {
    async fn what_moderators_call_spam_is_recognised_and_forgotten_when_it_is_undone(house: House) {
        without_limits(&house).await;
        // The probes are like each other, which is another matter.
        set(&house, "rules.switched_off", "similar-spam,similar-elsewhere").await;
        let moderator = Moderator::first(&house).await;
        let honest = "Der Bus am Hafen kam heute wieder pünktlich, ich stand keine zwei Minuten";
        let honest_before = points_of(&house, 10, honest).await;
        let before = points_of(&house, 0, ADVERTISEMENT).await;
        teach(&house, &moderator, 0..12).await;
        let after = points_of(&house, 1, ADVERTISEMENT).await;
        assert!(after > before + 2.0, "{before} became {after}");
        let honest_after = points_of(&house, 2, &honest.replace("zwei", "drei")).await;
        assert!(honest_after < honest_before + 1.0, "{honest_before} became {honest_after}");

        // Every decision back to pending: the model is as it was, to the last bit.
        let ids: Vec<String> = {
            let mut tx = house.app.store.read().await.unwrap();
            let sites = leserbrief::store::sites::all(&mut tx).await.unwrap();
            let mut ids = Vec::new();
            for view in ["spam", "approved"] {
                let part = leserbrief::store::queue::Part { after: None, limit: 100 };
                let cards = leserbrief::store::queue::newest(&mut tx, sites[0].id, Some(view), part).await.unwrap();
                ids.extend(cards.into_iter().map(|card| card.comment.id.to_string()));
            }
            ids
        };
        assert_eq!(ids.len(), 24);
        for id in &ids {
            moderator.decides(id, "pending").await;
        }
        let of_sign = async |sql| house.number(sql).await;
        let learned = of_sign("select count(*) from lesson where sign > 0").await;
        assert!(learned >= 16, "{learned} lessons");
        assert_eq!(of_sign("select count(*) from lesson where sign < 0").await, learned);
        let forgotten = points_of(&house, 3, "Gartenzwerge aus eigener Werkstatt, handbemalt und wetterfest, mit Rabatt bestellen").await;
        assert!((forgotten - before).abs() < 0.5, "{before} became {forgotten}");
    }
}

on_both! {
    async fn what_was_learned_outlives_a_restart(database: TestDatabase) {
        let house = House::with(database, &[], &[]).await;
        without_limits(&house).await;
        let moderator = Moderator::first(&house).await;
        teach(&house, &moderator, 0..12).await;
        let reader = Reader::of(&house, "a");
        let text = "Handbemalte Kröten aus eigener Werkstatt, wetterfest, mit Rabatt bestellen";
        let before: Value = reader.writes(text).await;
        let points = async |house: &House, taken: &Value| {
            let id = taken["id"].as_str().unwrap().parse().unwrap();
            let mut tx = house.app.store.read().await.unwrap();
            leserbrief::store::comments::get(&mut tx, id).await.unwrap().unwrap()
        };
        let told = points(&house, &before).await;
        assert!(told.reasons.iter().any(|reason| reason.signal == "learned-spam"), "{:?}", told.reasons);
        // Half of it added up, half of it lesson by lesson.
        house.app.models.fold(5).await.unwrap();
        assert!(house.number("select count(*) from model_piece").await > 2);
        teach(&house, &moderator, 12..16).await;
        let house = House::with(house.stop().await, &[], &[]).await;
        let again: Value = Reader::of(&house, "b").writes(&text.replace("Kröten", "Krähen")).await;
        let told = points(&house, &again).await;
        assert!(told.reasons.iter().any(|reason| reason.signal == "learned-spam"), "{:?}", told.reasons);
    }
}

on_both! {
    async fn sites_begin_with_what_they_have_in_common(house: House) {
        without_limits(&house).await;
        let text = "Handbemalte Kröten aus eigener Werkstatt";
        let mut start = Model::default();
        for number in 0..30 {
            start.learn(&submission(&format!("{text}, Nummer {number}, {}", "wetterfest ".repeat(number % 5))), true);
            start.learn(&submission(&format!("Der Bus kam {number} Minuten zu spät, {}", "wieder ".repeat(number % 5))), false);
        }
        for _ in 0..2 {
            house.app.models.keep_shared_start(&start).await.unwrap();
        }
        let reader = Reader::of(&house, "a");
        let taken: Value = reader.writes(&format!("{text}, alle Größen")).await;
        let mut tx = house.app.store.read().await.unwrap();
        let id = taken["id"].as_str().unwrap().parse().unwrap();
        let kept = leserbrief::store::comments::get(&mut tx, id).await.unwrap().unwrap();
        assert!(kept.reasons.iter().any(|reason| reason.signal == "learned-spam"), "{:?}", kept.reasons);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_hears_of_what_was_learned() {
    let one = House::on(Database::Postgres).await;
    without_limits(&one).await;
    let moderator = Moderator::first(&one).await;
    let other = House::sharing(&one).await;
    points_of(&one, 0, ADVERTISEMENT).await;
    teach(&one, &moderator, 0..12).await;
    let site = one.app.sites.all().await.unwrap()["demo"].clone();
    let judge = async |house: &House| {
        house.app.models.catch_up(site.id).await.unwrap();
        house.app.models.judge(&site, &submission(ADVERTISEMENT), &History::default()).points
    };
    let here = judge(&one).await;
    assert!(here > 2.0, "{here}");
    eventually("the other process to think the same", async || (judge(&other).await == here).then_some(())).await;
    other.stop().await;
}
