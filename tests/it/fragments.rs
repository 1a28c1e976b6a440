//! The thread as a piece of HTML for the article: rendered once, kept, and thrown away when a decision changes it.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::actors::{Moderator, Reader, field};
use crate::harness::{Database, House, eventually, on_both};
use crate::submitting::set;

fn address(house: &House, page: &str) -> String {
    format!("{}/render/thread?site=demo&page={page}", house.url)
}

async fn fragment(reader: &Reader, house: &House, page: &str) -> String {
    let answer = reader.get(&address(house, page)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

/// The JSON for search engines.
fn linked_data(fragment: &str) -> Value {
    let (_, rest) = fragment.split_once("<script type=\"application/ld+json\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

on_both! {
    async fn a_page_includes_its_thread_with_answers_below_what_they_answer(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let first = reader.writes("Die Frage & <eins>").await;
        moderator.decides(first["id"].as_str().unwrap(), "approved").await;
        let mut answer = reader.comment("Eine Antwort").await;
        answer["parent"] = first["id"].clone();
        answer["name"] = json!("</script><script>alert(1)</script>");
        let answer: Value = reader.send(&answer).await.json().await.unwrap();
        moderator.decides(answer["id"].as_str().unwrap(), "approved").await;
        reader.writes("Noch ungesehen").await;

        let html = fragment(&reader, &house, "a").await;
        let (above, below) = html.split_once(&format!("id=\"comment-{}\"", first["id"].as_str().unwrap())).unwrap();
        assert!(above.contains("2 Kommentare") && above.contains("class=\"lb-list\""), "{above}");
        let (_, below) = below.split_once("class=\"lb-replies\"").unwrap();
        assert!(below.contains("Eine Antwort"));
        assert!(!html.contains("Noch ungesehen") && !html.contains("eva@example.org") && !html.contains("<script>alert"));
        let data = linked_data(&html);
        assert_eq!((&data["@context"], &data["commentCount"]), (&json!("https://schema.org"), &json!(2)));
        assert_eq!(data["comment"][0]["text"], "Die Frage & <eins>");
        assert_eq!(data["comment"][1]["author"]["name"], "</script><script>alert(1)</script>");
        assert_eq!(data["comment"][1]["parentItem"]["@id"], format!("{}/demo#comment-{}", house.origin(), first["id"].as_str().unwrap()));
        assert!(html.contains(&format!("&#38;reply={}#respond", first["id"].as_str().unwrap())), "answers without JavaScript: {html}");
    }
}

on_both! {
    async fn the_plain_form_of_a_fragment_leads_back_to_the_article(house: House) {
        let reader = Reader::of(&house, "a");
        let article = format!("{}/demo", house.origin());
        for known in [false, true] {
            if known {
                reader.writes("Der erste").await;
            }
            let answer = reader.client.get(address(&house, "a")).query(&[("url", article.as_str()), ("title", "Die \"14\"")]).send().await.unwrap();
            let html = answer.text().await.unwrap();
            assert!(html.contains(&format!("action=\"{}/sites/demo/comments\"", house.url)));
            assert_eq!(field(&html, "url").unwrap(), article, "known: {known}");
            assert!(html.contains("Noch keine Kommentare") && html.contains("id=\"leserbrief-pending\""));
        }
        let foreign = reader.get(&format!("{}&url=https://evil.example/", address(&house, "b"))).await.text().await.unwrap();
        assert_eq!(field(&foreign, "url").unwrap(), "");
    }
}

on_both! {
    async fn a_hot_fragment_is_read_without_the_database_and_by_shared_caches(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        moderator.decides(reader.writes("Heiß begehrt").await["id"].as_str().unwrap(), "approved").await;
        eventually("the fragment to be kept", async || {
            fragment(&reader, &house, "a").await;
            (format!("{:?}", house.app.threads) == "HotThreads(1 kept)").then_some(())
        })
        .await;
        house.app.store.close().await;
        let answer = reader.client.get(address(&house, "a")).header("accept-encoding", "br").send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(answer.headers()["content-encoding"], "br");
        let cached = answer.headers()["cache-control"].to_str().unwrap();
        assert!(cached.contains("s-maxage=") && cached.contains("stale-while-revalidate="), "{cached}");
        let etag = answer.headers()["etag"].clone();
        let known = reader.client.get(address(&house, "a")).header("accept-encoding", "br").header("if-none-match", &etag).send().await.unwrap();
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    }
}

on_both! {
    async fn a_decision_throws_the_fragment_away_with_the_thread(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Mal da, mal fort").await;
        let id = taken["id"].as_str().unwrap();
        for (to, shown) in [("approved", true), ("rejected", false), ("approved", true)] {
            fragment(&reader, &house, "a").await;
            moderator.decides(id, to).await;
            assert_eq!(fragment(&reader, &house, "a").await.contains("Mal da, mal fort"), shown);
            assert_eq!(!reader.reads().await.is_empty(), shown);
        }
        // Its author takes it back.
        let receipt = taken["receipt"].as_str().unwrap();
        assert_eq!(reader.client.post(receipt).send().await.unwrap().status(), StatusCode::SEE_OTHER);
        assert!(!fragment(&reader, &house, "a").await.contains("Mal da, mal fort"));
    }
}

on_both! {
    async fn a_closed_page_renders_no_form(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        moderator.decides(reader.writes("Der letzte").await["id"].as_str().unwrap(), "approved").await;
        set(&house, "thread.close_after_days", "14").await;
        house.wait(14 * 24 * 60 * 60 * 1000);
        let html = fragment(&reader, &house, "a").await;
        assert!(html.contains("Die Kommentare sind geschlossen.") && !html.contains("<form") && !html.contains("lb-reply"), "{html}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_throws_its_fragment_away_too() {
    let one = House::on(Database::Postgres).await;
    let (moderator, reader) = (Moderator::first(&one).await, Reader::of(&one, "a"));
    let other = House::sharing(&one).await;
    let taken = reader.writes("Überall zu lesen").await;
    for (to, shown) in [("approved", true), ("spam", false)] {
        fragment(&reader, &other, "a").await;
        moderator.decides(taken["id"].as_str().unwrap(), to).await;
        eventually("the other process to hear of it", async || {
            (fragment(&reader, &other, "a").await.contains("Überall zu lesen") == shown).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn what_has_no_thread_has_no_fragment() {
    let house = House::on(Database::Sqlite).await;
    let reader = Reader::of(&house, "a");
    for (query, status) in [("site=nowhere&page=a", 404), ("site=demo", 400), ("", 400), ("site=demo&page=a%00b", 400)] {
        assert_eq!(reader.get(&format!("{}/render/thread?{query}", house.url)).await.status(), status, "{query}");
    }
}
