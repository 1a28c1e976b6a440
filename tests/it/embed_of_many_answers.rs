//! A comment with very many answers: they come part by part, from the server and in a real browser.

use leserbrief::site::Order;
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::actors::{Moderator, Reader};
use crate::browser::{Browser, Manner};
use crate::embed_in_the_browser::{opens_demo, sees_the_form, story};
use crate::embed_of_long_threads::fill_with;
use crate::harness::{Database, House, on_both};
use crate::submitting::set;

/// Two old comments with an answer each, one with 500, and one after it.
async fn one_of_many_answers(house: &House) -> Vec<Uuid> {
    fill_with(house, 506, |number| match number {
        1 | 3 => Some(number - 1),
        5..=504 => Some(4),
        _ => None,
    })
    .await
}

on_both! {
    async fn a_part_is_bounded_whatever_hangs_on_one_comment(house: House) {
        let ids = one_of_many_answers(&house).await;
        let reader = Reader::of(&house, "buslinie");
        for (order, parts) in [(Order::NewestFirst, vec![200, 200, 102, 4]), (Order::OldestFirst, vec![100, 100, 100, 100, 100, 6])] {
            let (mut sizes, mut seen, mut cursor) = (Vec::new(), Vec::new(), String::new());
            loop {
                let url = format!("{}/api/v1/threads?site=demo&page=buslinie&order={}{cursor}", house.url, order.as_str());
                let part: Value = reader.get(&url).await.json().await.unwrap();
                let comments = part["comments"].as_array().unwrap();
                sizes.push(comments.len());
                for comment in comments {
                    // What an answer belongs to is there before it.
                    let parent: Option<Uuid> = serde_json::from_value(comment["parent"].clone()).unwrap();
                    assert!(parent.is_none_or(|parent| seen.contains(&parent)), "{comment}");
                    seen.push(serde_json::from_value(comment["id"].clone()).unwrap());
                }
                let Some(next) = part["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(sizes, parts);
            let expected: Vec<Uuid> = match order {
                Order::OldestFirst => ids.clone(),
                Order::NewestFirst => [&ids[505..], &ids[4..505], &ids[2..4], &ids[..2]].concat(),
            };
            assert_eq!(seen, expected, "each comes once, in its place");
        }
        // The page without JavaScript goes the same way, and says whom an answer answers even where that one is pages before.
        set(&house, "thread.order", "newest-first").await;
        let mut path = "/sites/demo/thread?page=buslinie".to_owned();
        for (part, first) in ["Nummer 505:", "Nummer 203:", "Nummer 403:", "Nummer 2:"].into_iter().enumerate() {
            let page = reader.get(&format!("{}{path}", house.url)).await.text().await.unwrap();
            assert!(page.contains(first) && page.matches("<article>").count() <= 200, "{part}: {page}");
            assert_eq!(page.matches("Antwort an").count(), [198, 200, 102, 2][part], "{part}");
            let link = page.split("class=\"button\" href=\"").nth(1).map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"));
            path = link.unwrap_or_default();
        }
        assert_eq!(path, "", "the last part is the last");
        for nonsense in ["x", "", ".", "a.b", &format!("{}.", ids[4]), &format!("{0}.{0}.{0}", ids[4])] {
            let answer = reader.get(&format!("{}/api/v1/threads?site=demo&page=buslinie&cursor={nonsense}", house.url)).await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{nonsense}");
        }
    }
}

on_both! {
    async fn who_is_answered_is_named_though_the_comment_stands_in_another_part(house: House) {
        let ids = fill_with(&house, 150, |_| None).await;
        let page = Reader::of(&house, "buslinie").get(&format!("{}/sites/demo/thread?page=buslinie&reply={}", house.url, ids[120])).await.text().await.unwrap();
        assert!(!page.contains("Nummer 120:") && page.contains("Antworte auf den Kommentar von Leserin 0"), "{page}");
        // What is not public has no name.
        let other = Reader::of(&house, "buslinie").get(&format!("{}/sites/demo/thread?page=buslinie&reply={}", house.url, Uuid::nil())).await.text().await.unwrap();
        assert!(other.contains("Schreibe einen Kommentar"), "{other}");
    }
}

/// The numbers of all comments as they are read, from the top.
const READ: &str =
    "return [...document.querySelectorAll('.lb-comment > .lb-text')].map((text) => +/\\d+/.exec(text.textContent)[0])";

story! {
    async fn answers_go_on_where_they_ended_and_what_is_taken_back_goes(house: House) {
        let moderator = Moderator::first(&house).await;
        let ids = one_of_many_answers(&house).await;
        set(&house, "thread.order", "newest-first").await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        let shows = async |count: usize| {
            reader.until(&format!("{count} comments"), &format!("document.querySelectorAll('.lb-comment').length === {count}")).await;
        };
        let more = async |first: usize| {
            reader.runs("document.querySelector('.lb-more').focus()").await;
            reader.presses(&["\u{E007}"]).await;
            reader.is_at(&format!("#comment-{}", ids[first])).await;
        };
        shows(200).await;
        more(203).await;
        shows(400).await;
        more(403).await;
        shows(502).await;
        more(2).await;
        shows(506).await;
        assert_eq!(reader.count(".lb-more").await, 0);
        let expected: Vec<usize> = [505].into_iter().chain(4..505).chain(2..4).chain(0..2).collect();
        assert_eq!(reader.runs(READ).await, json!(expected));
        assert_eq!(reader.count(".lb-list > li").await, 4, "each answer stands below its comment");
        // One of each part is taken back; the reader looks again, part by part.
        for gone in [100, 300, 450, 2] {
            moderator.decides(&ids[gone].to_string(), "rejected").await;
        }
        reader.runs("const thread = document.querySelector('leserbrief-thread'); thread.next = undefined; thread.load('')").await;
        shows(505).await;
        for (first, count) in [(204, 504), (405, 503), (0, 502)] {
            reader.runs("document.querySelector('.lb-more').click()").await;
            reader.until(&format!("the part from {first} on"), "!document.querySelector('leserbrief-thread').loading").await;
            shows(count).await;
        }
        let left: Vec<usize> = expected.into_iter().filter(|number| ![100, 300, 450, 2].contains(number)).collect();
        assert_eq!(reader.runs(READ).await, json!(left));
        // The answer to what is gone stands by itself now.
        assert_eq!(reader.runs(&format!("return document.getElementById('comment-{}').closest('ol').className", ids[3])).await, "lb-list");
        assert_eq!(reader.complaints().await, [""; 0]);
    }
}

story! {
    async fn a_page_that_includes_its_thread_goes_on_within_a_conversation(house: House) {
        let ids = fill_with(&house, 2300, |number| (number > 1).then_some(1)).await;
        set(&house, "thread.order", "newest-first").await;
        let reader = Browser::open(Manner::Desktop).await;
        reader.goes_to(&format!("{}/demo?lang=de&include", house.origin())).await;
        assert_eq!(reader.count(".lb-comment").await, 2000);
        sees_the_form(&reader).await;
        reader.sees("button.lb-more").await;
        reader.runs("document.querySelector('.lb-more').focus()").await;
        reader.presses(&["\u{E007}"]).await;
        reader.is_at(&format!("#comment-{}", ids[2001])).await;
        assert_eq!(reader.count(".lb-comment").await, 2200);
        reader.clicks(".lb-more").await;
        reader.until("all", "document.querySelectorAll('.lb-comment').length === 2300").await;
        assert_eq!(reader.runs(READ).await, json!((1..2300).chain([0]).collect::<Vec<_>>()));
    }
}
