//! A comment on its way in, and everything that is refused.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};

on_both! {
    async fn a_comment_waits_until_a_moderator_approves_it(house: House) {
        let reader = Reader::of(&house, "buslinie");
        let taken = reader.writes("Endlich fährt die **14** auch nachts!").await;
        assert_eq!(taken["status"], "pending");
        assert!(reader.reads().await.is_empty());

        let moderator = Moderator::first(&house).await;
        let id = taken["id"].as_str().unwrap();
        assert!(moderator.queue("pending").await.contains("Endlich fährt die"));
        moderator.decides(id, "approved").await;

        assert_eq!(reader.reads().await, ["<p>Endlich fährt die <strong>14</strong> auch nachts!</p>"]);
        let receipt = reader.get(taken["receipt"].as_str().unwrap()).await.text().await.unwrap();
        assert!(receipt.contains("veröffentlicht"), "{receipt}");
    }
}

on_both! {
    async fn what_was_taken_in_is_there_after_a_restart(house: House) {
        let reader = Reader::of(&house, "buslinie");
        let comment = reader.comment("Über Nacht").await;
        let taken: Value = reader.send(&comment).await.json().await.unwrap();
        let house = House::with(house.stop().await, &[], &[]).await;
        let again: Value = Reader::of(&house, "buslinie").send(&comment).await.json().await.unwrap();
        assert_eq!(again["id"], taken["id"], "the token is known as before");
        assert_eq!(house.number("select count(*) from comment").await, 1);
        let receipt = format!("{}/receipt/{}", house.url, taken["receipt"].as_str().unwrap().rsplit_once('/').unwrap().1);
        assert!(reader.get(&receipt).await.text().await.unwrap().contains("Über Nacht"));
    }
}

on_both! {
    async fn the_same_token_twice_makes_one_comment_and_the_same_answer(house: House) {
        let reader = Reader::of(&house, "buslinie");
        let comment = reader.comment("Einmal ist genug.").await;
        let first: Value = reader.send(&comment).await.json().await.unwrap();
        house.wait(5000);
        let (again, and_again) = tokio::join!(reader.send(&comment), reader.send(&comment));
        assert_eq!(again.status(), StatusCode::ACCEPTED);
        assert_eq!(again.json::<Value>().await.unwrap(), first);
        assert_eq!(and_again.json::<Value>().await.unwrap(), first);
        assert_eq!(house.number("select count(*) from comment").await, 1);
    }
}

on_both! {
    async fn twenty_at_once_with_one_token_make_one_comment(house: House) {
        let reader = Reader::of(&house, "buslinie");
        let comment = reader.comment("Wer drückt so oft?").await;
        let sent = (0..20).map(|_| reader.send(&comment));
        for answer in futures_join(sent).await {
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
        }
        assert_eq!(house.number("select count(*) from comment").await, 1);
        assert_eq!(house.number("select count(*) from page").await, 1);
    }
}

/// Runs all of them at once.
pub async fn futures_join<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done = Vec::new();
    // All are polled together, so that they are under way at the same time.
    std::future::poll_fn(|context| {
        waiting.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Ready(answer) => {
                done.push(answer);
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}

on_both! {
    async fn fields_to_mend_are_told_at_once_and_in_the_readers_language(house: House) {
        let reader = Reader::of(&house, "buslinie");
        let mut comment = reader.comment("").await;
        comment["email"] = json!("keine Adresse");
        let url = format!("{}/api/v1/comments", reader.url);
        for (language, words) in [("de", "Bitte schreibe einen Kommentar."), ("de-formal", "Bitte schreiben Sie"), ("en", "Please write")] {
            let answer = reader.client.post(&url).header("accept-language", language).json(&comment).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
            let problem: Value = answer.json().await.unwrap();
            let fields: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|fault| fault["field"].as_str().unwrap()).collect();
            assert_eq!(fields, ["text", "email"]);
            assert!(problem["errors"][0]["message"].as_str().unwrap().starts_with(words), "{problem}");
        }
        assert_eq!(house.number("select count(*) from comment").await, 0);
    }
}

on_both! {
    async fn what_was_said_already_is_a_duplicate(house: House) {
        let reader = Reader::of(&house, "buslinie");
        reader.writes("Das ist wichtig!").await;
        let again = reader.send(&reader.comment("  das ist WICHTIG! ").await).await;
        assert_eq!(again.status(), StatusCode::CONFLICT);
        // On another page, or by somebody else, it is another comment.
        Reader::of(&house, "andere").writes("Das ist wichtig!").await;
        Reader::of(&house, "buslinie").named("ben@example.org").writes("Das ist wichtig!").await;
    }
}

on_both! {
    async fn too_many_in_a_minute_have_to_wait_and_lose_nothing(house: House) {
        let reader = Reader::of(&house, "buslinie");
        for number in 0..5 {
            reader.writes(&format!("Beitrag Nummer {number}")).await;
            house.wait(1000);
        }
        let comment = reader.comment("Und noch einer").await;
        let refused = reader.send(&comment).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "55");
        assert_eq!(refused.headers()["access-control-expose-headers"], "retry-after");
        house.wait(55_000);
        assert_eq!(reader.send(&comment).await.status(), StatusCode::ACCEPTED);
    }
}

on_both! {
    async fn each_limit_holds_and_zero_takes_it_away(house: House) {
        for (limit, value) in [("network_per_minute", 0), ("network_per_hour", 0), ("address_per_hour", 2), ("page_per_minute", 3), ("site_per_minute", 4)] {
            set(&house, &format!("limits.{limit}"), &value.to_string()).await;
        }
        let (eva, ben, cem) = ("eva@example.org", "ben@example.org", "cem@example.org");
        let expected = [(eva, "a", 202), (eva, "a", 202), (eva, "b", 429), (ben, "a", 202), (cem, "a", 429), (cem, "b", 202), (cem, "c", 429)];
        for (number, (who, page, status)) in expected.into_iter().enumerate() {
            let reader = Reader::of(&house, page).named(who);
            let answer = reader.send(&reader.comment(&format!("Nummer {number}")).await).await;
            assert_eq!(answer.status(), status, "number {number} by {who} on {page}");
        }
    }
}

/// Changes a setting of the demo site, and the service knows of it.
pub async fn set(house: &House, name: &str, value: &str) {
    change(house, name, value).await;
    house.app.sites.look_again();
}

/// Changes a setting of the demo site as the command line does, behind the service's back.
pub async fn change(house: &House, name: &str, value: &str) {
    let mut tx = house.app.store.write().await.unwrap();
    let mut site = leserbrief::store::sites::all(&mut tx).await.unwrap().remove(0);
    site.settings.set(name, value).unwrap();
    leserbrief::store::sites::keep(&mut tx, &site).await.unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn a_foreign_page_and_an_unknown_site_are_refused(house: House) {
        let reader = Reader::of(&house, "buslinie");
        let comment = reader.comment("Von fern").await;
        let url = format!("{}/api/v1/comments", house.url);
        for origin in ["https://evil.example", "null", "http://localhost.evil.example", "https://localhost"] {
            let answer = reader.client.post(&url).header("origin", origin).json(&comment).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{origin}");
            assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        }
        let mut elsewhere = comment.clone();
        elsewhere["site"] = json!("nowhere");
        assert_eq!(reader.send(&elsewhere).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(house.number("select count(*) from comment").await, 0);
    }
}

on_both! {
    async fn a_closed_page_takes_no_more(house: House) {
        let reader = Reader::of(&house, "buslinie");
        reader.writes("Der erste von vielen?").await;
        set(&house, "thread.close_after_days", "14").await;
        house.wait(14 * 24 * 60 * 60 * 1000);
        let refused = reader.send(&reader.comment("Zu spät gekommen").await).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        assert!(refused.text().await.unwrap().contains("#closed"));
    }
}

on_both! {
    async fn spam_goes_to_its_own_bucket_with_reasons(house: House) {
        let moderator = Moderator::first(&house).await;
        let reader = Reader::of(&house, "buslinie");
        let mut spam = reader.comment("[url=https://casino.example]Casino bonus[/url] https://a.example https://b.example https://c.example viagra").await;
        spam["homepage"] = json!("https://spam.example");
        assert_eq!(reader.send(&spam).await.status(), StatusCode::ACCEPTED);
        let queue = moderator.queue("likely-spam").await;
        assert!(queue.contains("casino.example") && queue.contains("class=\"reasons\""), "{queue}");
        assert!(!moderator.queue("pending").await.contains("casino.example"));
    }
}

on_both! {
    async fn malformed_requests_are_refused_and_tell_nothing(house: House) {
        let reader = Reader::of(&house, "buslinie");
        let url = format!("{}/api/v1/comments", house.url);
        let deep = "[".repeat(100_000);
        let huge = format!("{{\"text\":\"{}\"}}", "x".repeat(2 << 20));
        for (kind, body, status) in [
            ("application/json", "{", 400),
            ("application/json", deep.as_str(), 400),
            ("application/json", "{\"site\":[]}", 400),
            ("application/json", huge.as_str(), 413),
            ("text/plain", "{}", 415),
            ("application/json", "{\"site\":\"demo\"}", 400),
        ] {
            let answer = reader.client.post(&url).header("content-type", kind).body(body.to_owned()).send().await.unwrap();
            assert_eq!(answer.status(), status, "{kind} {}", &body[..body.len().min(20)]);
            let told = answer.text().await.unwrap();
            assert!(!told.contains("sql") && !told.contains("/src/") && !told.contains("panicked"), "{told}");
        }
        assert_eq!(reader.get(&url).await.status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}

on_both! {
    async fn hostile_text_is_kept_and_shown_as_text(house: House) {
        let moderator = Moderator::first(&house).await;
        let reader = Reader::of(&house, "buslinie");
        let mut comment = reader.comment("<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) \u{202E}'; drop table comment; --").await;
        comment["name"] = json!("<b onmouseover=alert(1)>\"Eva\"</b>");
        comment["title"] = json!("<svg onload=alert(1)>");
        let taken: Value = reader.send(&comment).await.json().await.unwrap();
        let id = taken["id"].as_str().unwrap();
        let pages = [moderator.queue("pending").await, moderator.queue("likely-spam").await, moderator.page(&format!("/panel/comments/{id}")).await];
        moderator.decides(id, "approved").await;
        let hosted = reader.get(&format!("{}/sites/demo/thread?page=buslinie", house.url)).await.text().await.unwrap();
        let thread = reader.thread().await["comments"][0]["html"].to_string();
        for page in pages.iter().chain([&hosted, &thread]) {
            for element in ["<script>alert", "<img", "<b onmouseover", "<svg", "href=\"javascript"] {
                assert!(!page.contains(element), "{element} in {page}");
            }
        }
    }
}

on_both! {
    async fn no_public_answer_holds_an_address(house: House) {
        let moderator = Moderator::first(&house).await;
        let reader = Reader::of(&house, "buslinie").named("geheim.adresse@example.org");
        let taken = reader.writes("Meine Adresse bleibt geheim.").await;
        moderator.decides(taken["id"].as_str().unwrap(), "approved").await;
        let base = &house.url;
        for url in [
            format!("{base}/api/v1/threads?site=demo&page=buslinie"),
            format!("{base}/sites/demo/thread?page=buslinie"),
            taken["receipt"].as_str().unwrap().to_owned(),
        ] {
            let answer = reader.get(&url).await;
            assert_eq!(answer.status(), StatusCode::OK);
            let text = answer.text().await.unwrap();
            assert!(text.contains("bleibt geheim") && !text.contains("geheim.adresse"), "{url}");
            assert!(!text.contains("127.0.0.1\""), "{url}");
        }
        assert_eq!(house.number("select count(*) from comment where email_sealed = email_index").await, 0);
    }
}

on_both! {
    async fn an_answer_hangs_on_what_is_public_only(house: House) {
        let moderator = Moderator::first(&house).await;
        let reader = Reader::of(&house, "buslinie");
        let parent = reader.writes("Die Frage ist: wann?").await;
        let answer_to = async |text: &str| {
            let mut comment = reader.comment(text).await;
            comment["parent"] = parent["id"].clone();
            let taken: Value = reader.send(&comment).await.json().await.unwrap();
            moderator.decides(taken["id"].as_str().unwrap(), "approved").await;
            reader.thread().await["comments"].as_array().unwrap().last().unwrap()["parent"].clone()
        };
        assert_eq!(answer_to("Zu früh geantwortet").await, Value::Null);
        moderator.decides(parent["id"].as_str().unwrap(), "approved").await;
        assert_eq!(answer_to("Im Winter, heißt es.").await, parent["id"]);
    }
}

on_both! {
    async fn a_page_known_by_its_address_gets_its_id_later(house: House) {
        let reader = Reader::of(&house, "");
        let mut comment = reader.comment_without_token("Unter der Adresse");
        comment["url"] = json!(format!("{}/artikel/?utm_source=x#top", house.origin()));
        assert_eq!(reader.send(&comment).await.status(), StatusCode::ACCEPTED);
        comment["page"] = json!("post-7");
        comment["text"] = json!("Unter der Nummer");
        assert_eq!(reader.send(&comment).await.status(), StatusCode::ACCEPTED);
        assert_eq!(house.number("select count(*) from page").await, 1);
        assert_eq!(house.number("select count(*) from page_alias").await, 2);
    }
}

#[tokio::test]
async fn the_flood_guard_refuses_before_anything_costs() {
    let database = crate::harness::TestDatabase::new(Database::Sqlite).await;
    let house = House::with(database, &["--flood-per-second", "1", "--flood-burst", "10"], &[]).await;
    let reader = Reader::of(&house, "buslinie");
    let form = format!("{}/api/v1/form?site=demo&page=x", house.url);
    let mut refused = 0;
    for _ in 0..30 {
        let answer = reader.get(&form).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused += 1;
            assert!(answer.headers().contains_key("retry-after"));
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
        }
    }
    assert!(refused >= 15, "{refused} of 30 were refused");
    // Reading is free.
    for _ in 0..30 {
        reader.thread().await;
    }
}
