//! Reading: bytes kept ready, thrown away exactly when a decision changes them.

use leserbrief::store::Store;
use reqwest::StatusCode;
use serde_json::Value;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, eventually, on_both};
use crate::submitting::{change, set};

on_both! {
    async fn a_reader_who_has_the_thread_is_told_so(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Zum ersten").await;
        let url = format!("{}/api/v1/threads?site=demo&page=a", house.url);
        let empty = reader.get(&url).await.headers()["etag"].clone();
        moderator.decides(taken["id"].as_str().unwrap(), "approved").await;
        let answer = reader.get(&url).await;
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let etag = answer.headers()["etag"].clone();
        assert_ne!(etag, empty);
        let known = reader.client.get(&url).header("if-none-match", &etag).send().await.unwrap();
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(known.content_length().unwrap_or_default(), 0);
    }
}

on_both! {
    async fn a_hot_thread_is_read_without_the_database(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        moderator.decides(reader.writes("Heiß begehrt").await["id"].as_str().unwrap(), "approved").await;
        let before = eventually("the thread to be kept", async || {
            let thread = reader.thread().await;
            (format!("{:?}", house.app.threads) == "HotThreads(1 kept)").then_some(thread)
        })
        .await;
        // A mail in the worker's hand could not be noted any more, and would wait for its lease to end.
        house.outbox_is("no mail to wait", |mails| mails.iter().all(|mail| mail.state != "waiting")).await;
        house.app.store.close().await;
        for _ in 0..3 {
            assert_eq!(reader.thread().await, before);
        }
        let cold = reader.get(&format!("{}/api/v1/threads?site=demo&page=b", house.url)).await;
        assert_eq!(cold.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(cold.headers()["retry-after"], "10");
        assert!(!cold.text().await.unwrap().to_lowercase().contains("pool"));
    }
}

on_both! {
    async fn a_hot_thread_is_thrown_away_by_what_changes_it_and_by_nothing_else(house: House) {
        let moderator = Moderator::first(&house).await;
        set(&house, "limits.network_per_minute", "0").await;
        let (reader, other) = (Reader::of(&house, "a"), Reader::of(&house, "b"));
        let id_of = |taken: Value| taken["id"].as_str().unwrap().to_owned();
        let public = id_of(reader.writes("Heiß begehrt").await);
        moderator.decides(&public, "approved").await;
        let kept = || format!("{:?}", house.app.threads);
        let is_hot = async || {
            eventually("the thread to be kept", async || {
                reader.thread().await;
                (kept() == "HotThreads(1 kept)").then_some(())
            })
            .await;
        };
        is_hot().await;
        if let Store::Postgres(pool) = &house.app.store {
            // It hears of its own decisions, too, and perhaps late: by now it has heard of all before this one.
            sqlx::query("notify leserbrief_page_changed, 'anything'").execute(pool).await.unwrap();
            eventually("the news to be heard", async || (kept() == "HotThreads(0 kept)").then_some(())).await;
            is_hot().await;
        }
        // Written, refused, written elsewhere, and let through there.
        let refused = id_of(reader.writes("Noch ungesehen").await);
        moderator.decides(&refused, "rejected").await;
        moderator.decides(&refused, "spam").await;
        let mut elsewhere = other.comment("Anderswo").await;
        elsewhere["url"] = "".into();
        moderator.decides(&id_of(other.send(&elsewhere).await.json().await.unwrap()), "approved").await;
        assert_eq!(kept(), "HotThreads(1 kept)");
        assert_eq!(reader.reads().await, ["<p>Heiß begehrt</p>"]);
        for (id, to) in [(&refused, "approved"), (&public, "rejected"), (&public, "approved")] {
            is_hot().await;
            moderator.decides(id, to).await;
            assert_eq!(kept(), "HotThreads(0 kept)", "{to}");
        }
    }
}

on_both! {
    async fn a_hot_thread_closes_when_its_time_comes(house: House) {
        const DAY: i64 = 24 * 60 * 60 * 1000;
        set(&house, "thread.close_after_days", "1").await;
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        moderator.decides(reader.writes("Bis morgen!").await["id"].as_str().unwrap(), "approved").await;
        house.wait(DAY - 1);
        assert_eq!(reader.thread().await["open"], true);
        house.wait(1);
        assert_eq!(reader.thread().await["open"], false);
        let late = reader.send(&reader.comment("Zu spät").await).await;
        assert_eq!(late.status(), StatusCode::FORBIDDEN);
    }
}

on_both! {
    async fn a_setting_changed_elsewhere_reaches_a_hot_thread(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        moderator.decides(reader.writes("Tief verschachtelt").await["id"].as_str().unwrap(), "approved").await;
        assert_eq!(reader.thread().await["depth"], 3);
        change(&house, "thread.depth", "1").await;
        eventually("the thread to follow", async || (reader.thread().await["depth"] == 1).then_some(())).await;
    }
}

on_both! {
    async fn a_long_thread_comes_in_parts(house: House) {
        let moderator = Moderator::first(&house).await;
        for limit in ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute"] {
            set(&house, &format!("limits.{limit}"), "0").await;
        }
        let reader = Reader::of(&house, "a");
        for number in 0..105 {
            moderator.decides(reader.writes(&format!("Teil {number}")).await["id"].as_str().unwrap(), "approved").await;
        }
        let first = reader.thread().await;
        assert_eq!((first["count"].clone(), first["comments"].as_array().unwrap().len()), (105.into(), 100));
        let url = format!("{}/api/v1/threads?site=demo&page=a&cursor={}", house.url, first["next"].as_str().unwrap());
        let second: Value = reader.get(&url).await.json().await.unwrap();
        let rest: Vec<&str> = second["comments"].as_array().unwrap().iter().map(|comment| comment["html"].as_str().unwrap()).collect();
        assert_eq!(rest, ["<p>Teil 100</p>", "<p>Teil 101</p>", "<p>Teil 102</p>", "<p>Teil 103</p>", "<p>Teil 104</p>"]);
        assert_eq!(second["next"], Value::Null);
        let hosted = reader.get(&format!("{}/sites/demo/thread?page=a", house.url)).await.text().await.unwrap();
        assert!(hosted.contains("Teil 99<") && !hosted.contains("Teil 100<") && hosted.contains("after="));
        assert_eq!(reader.get(&url.replace("cursor=", "cursor=x")).await.status(), StatusCode::BAD_REQUEST);
    }
}

on_both! {
    async fn counts_come_in_one_request(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        moderator.decides(reader.writes("Eins").await["id"].as_str().unwrap(), "approved").await;
        reader.writes("Noch nicht").await;
        let url = format!("{}/api/v1/counts?site=demo&page=a&page=b", house.url);
        let answer: Value = reader.get(&url).await.json().await.unwrap();
        assert_eq!(answer, serde_json::json!({"counts": {"a": 1, "b": 0}}));
        let many = format!("{url}{}", "&page=c".repeat(100));
        assert_eq!(reader.get(&many).await.status(), StatusCode::BAD_REQUEST);
    }
}

on_both! {
    async fn health_is_told(house: House) {
        let reader = Reader::of(&house, "a");
        assert_eq!(reader.get(&format!("{}/livez", house.url)).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(reader.get(&format!("{}/readyz", house.url)).await.status(), StatusCode::NO_CONTENT);
        house.app.store.close().await;
        house.app.sites.look_again();
        assert_eq!(reader.get(&format!("{}/livez", house.url)).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(reader.get(&format!("{}/readyz", house.url)).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_hears_of_a_decision() {
    let one = House::on(Database::Postgres).await;
    // Made first: a second process prints a setup link of its own, and the one before holds no more.
    let (moderator, reader) = (Moderator::first(&one).await, Reader::of(&one, "a"));
    let other = House::sharing(&one).await;
    let there = Reader::of(&other, "a");
    let taken = reader.writes("Überall zu lesen").await;
    let id = taken["id"].as_str().unwrap();
    assert!(there.reads().await.is_empty());
    for (to, shown) in [("approved", 1), ("spam", 0), ("approved", 1)] {
        moderator.decides(id, to).await;
        eventually("the other process to hear of it", async || (there.reads().await.len() == shown).then_some(())).await;
    }
}

#[tokio::test]
async fn the_api_is_described() {
    let house = House::on(Database::Sqlite).await;
    let reader = Reader::of(&house, "a");
    let described: Value = reader.get(&format!("{}/api/openapi.json", house.url)).await.json().await.unwrap();
    assert!(described["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths: Vec<&String> = described["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/api/v1/comments", "/api/v1/comments/{id}/reports", "/api/v1/counts", "/api/v1/form", "/api/v1/threads"]);
}
