//! Readers tell the moderators of a comment.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};

pub async fn report(reader: &Reader, house: &House, id: &str, reason: &str) -> Response {
    let url = format!("{}/api/v1/comments/{id}/reports", house.url);
    let body = json!({"site": "demo", "page": "a", "token": reader.token().await, "reason": reason});
    reader.client.post(url).header("origin", house.origin()).json(&body).send().await.unwrap()
}

on_both! {
    async fn a_report_waits_for_a_moderator_with_its_reason(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Das geht zu weit!").await;
        let id = taken["id"].as_str().unwrap();
        // What is not public cannot be told of: nobody learns that it is there.
        assert_eq!(report(&reader, &house, id, "").await.status(), StatusCode::NOT_FOUND);
        moderator.decides(id, "approved").await;
        // The same network twice is one report.
        for _ in 0..2 {
            assert_eq!(report(&reader, &house, id, "Das ist <b>beleidigend</b>").await.status(), StatusCode::ACCEPTED);
        }
        assert_eq!(house.number("select count(*) from report").await, 1);
        for page in [moderator.queue("reported").await, moderator.queue("approved").await, moderator.page(&format!("/panel/comments/{id}")).await] {
            assert!(page.contains("1 Meldung von Lesern") && page.contains("beleidigend") && !page.contains("<b>beleidigend"), "{page}");
        }
        // Nothing public says so.
        assert!(!reader.thread().await.to_string().contains("beleidigend"));

        let csrf = moderator.csrf().await;
        let url = format!("{}/panel/comments/{id}/reports", house.url);
        let stranger = Moderator::stranger(&house).client.post(&url).form(&[("csrf", &csrf)]).send().await.unwrap();
        assert_eq!(stranger.headers()["location"], "/panel/sign-in");
        assert_eq!(moderator.client.post(&url).form(&[("csrf", "falsch")]).send().await.unwrap().status(), StatusCode::FORBIDDEN);
        assert!(moderator.queue("reported").await.contains("beleidigend"));
        let done = moderator.client.post(&url).form(&[("csrf", csrf.as_str()), ("back", "/panel/sites/demo/comments?view=reported")]).send().await.unwrap();
        assert_eq!(done.headers()["location"], "/panel/sites/demo/comments?view=reported");
        assert!(moderator.queue("reported").await.contains("Nichts ist gemeldet."));
        assert_eq!(reader.reads().await.len(), 1, "the comment stays");

        // Told of again, and decided: that is an answer, too.
        assert_eq!(report(&reader, &house, id, "Immer noch").await.status(), StatusCode::ACCEPTED);
        moderator.decides(id, "rejected").await;
        assert_eq!(house.number("select count(*) from report where resolved_at is null").await, 0);
    }
}

on_both! {
    async fn reports_are_limited_and_need_the_page(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        crate::submitting::set(&house, "limits.network_per_minute", "0").await;
        let mut ids = Vec::new();
        for number in 0..11 {
            let taken = reader.writes(&format!("Beitrag Nummer {number}")).await;
            ids.push(taken["id"].as_str().unwrap().to_owned());
            moderator.decides(&ids[number], "approved").await;
        }
        for (number, id) in ids.iter().enumerate() {
            let answer = report(&reader, &house, id, "").await;
            assert_eq!(answer.status(), if number < 10 { 202 } else { 429 }, "number {number}");
            if number == 10 {
                assert_eq!(answer.headers()["retry-after"], "3600");
            }
        }
        house.wait(60 * 60 * 1000);
        assert_eq!(report(&reader, &house, &ids[10], &"x".repeat(9999)).await.status(), StatusCode::ACCEPTED);
        assert_eq!(house.number("select cast(max(length(reason)) as bigint) from report").await, 500);

        let url = format!("{}/api/v1/comments/{}/reports", house.url, ids[0]);
        let token = reader.token().await;
        let body = |token: &str| json!({"site": "demo", "page": "a", "token": token, "reason": ""});
        for (origin, body, status) in [
            ("https://evil.example", body(&token), 403),
            (house.origin().as_str(), body(""), 403),
            (house.origin().as_str(), json!({"site": "nowhere"}), 404),
            (house.origin().as_str(), Value::Null, 400),
        ] {
            assert_eq!(reader.client.post(&url).header("origin", origin).json(&body).send().await.unwrap().status(), status, "{body}");
        }
        let unknown = report(&reader, &house, "00000000-0000-0000-0000-000000000000", "").await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    }
}
