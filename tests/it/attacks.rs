//! Bad inputs, one after another, through the front door. A few of our own are always tried; a larger collection beside
//! the repository (`../shared/attacks/*.jsonl`) is tried where it is.

use std::path::Path;

use data_encoding::BASE64;
use leserbrief::email_address::EmailAddress;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};
use crate::submitting::set;

struct Attack {
    id: String,
    category: String,
    payload: Vec<u8>,
    expected: String,
}

impl Attack {
    fn own(category: &str, payload: &str, expected: &str) -> Self {
        let id = format!("own: {payload:?}");
        Self { id, category: category.into(), payload: payload.into(), expected: expected.into() }
    }

    fn read(line: &str) -> Self {
        let Ok(item) = serde_json::from_str::<Value>(line) else {
            // Half a surrogate pair is no JSON text: it is sent as it stands, behind a byte that makes it no UTF-8 either.
            let (_, raw) = line.split_once("\"payload\": \"").unwrap();
            let raw = raw.split_once("\", \"source\"").unwrap().0;
            let payload = [&[0xff], raw.as_bytes()].concat();
            return Self { id: raw.to_owned(), category: "lone-surrogate".into(), payload, expected: String::new() };
        };
        let word = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let payload = match item["payload_b64"].as_str() {
            Some(encoded) => BASE64.decode(encoded.as_bytes()).unwrap(),
            None => word("payload").into_bytes(),
        };
        Self { id: word("id"), category: word("category"), payload, expected: word("expect") }
    }

    fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.payload).ok()
    }
}

/// Our own, and those of a file of the collection where it is.
fn attacks(file: &str, own: Vec<Attack>) -> Vec<Attack> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/attacks").join(file);
    let more = std::fs::read_to_string(path).unwrap_or_default();
    own.into_iter().chain(more.lines().map(Attack::read)).collect()
}

#[test]
fn addresses_are_told_from_what_is_none() {
    let own = vec![
        Attack::own("own", "eva.mueller+zeitung@sub.example.org", "accept"),
        Attack::own("own", "jörg@müller.example", "accept"),
        Attack::own("own", "eva@example.org\r\nBcc: x@y.example", "reject"),
        Attack::own("own", "eva@@example.org", "reject"),
        Attack::own("own", "\"eva@example.org\"@", "reject"),
        Attack::own("own", "eva\u{202e}@example.org", "reject"),
    ];
    let wrong: Vec<String> = attacks("emails_valid_invalid.jsonl", own)
        .iter()
        .filter(|attack| {
            let taken = attack.text().and_then(EmailAddress::parse).is_some();
            (attack.expected == "accept" && !taken) || (attack.expected == "reject" && taken)
        })
        .map(|attack| format!("{} {:?} should be: {}", attack.id, attack.text(), attack.expected))
        .collect();
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

async fn without_limits(house: &House) {
    for limit in ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute", "site_per_minute"] {
        set(house, &format!("limits.{limit}"), "0").await;
    }
}

on_both! {
    async fn no_body_is_too_strange_for_a_clear_refusal(house: House) {
        let reader = Reader::of(&house, "a");
        let url = format!("{}/api/v1/comments", house.url);
        let own = vec![Attack::own("n_", "{\"a\":1,}", ""), Attack::own("n_", "[1e", ""), Attack::own("y_", "{\"site\":\"demo\"}", "")];
        for attack in attacks("json_bodies.jsonl", own) {
            let sent = reader.client.post(&url).header("content-type", "application/json").body(attack.payload.clone());
            let status = sent.send().await.unwrap().status();
            assert!(status.is_client_error(), "{}: {status}", attack.id);
        }
    }
}

on_both! {
    async fn strange_text_is_kept_as_it_is_or_refused(house: House) {
        without_limits(&house).await;
        let reader = Reader::of(&house, "a");
        let own = vec![
            Attack::own("zalgo", "z\u{300}\u{301}\u{302}algo", ""),
            Attack::own("bidi", "rechts \u{202e}sknil\u{202c} wieder", ""),
            Attack::own("control", "a\u{1b}[31mrot\u{7}", ""),
            Attack::own("nul", "vor\0nach", ""),
            Attack::own("sql", "'); drop table comment; --", ""),
            Attack::own("template", "{{ 7 * 7 }} ${7*7} <%= 7 %>", ""),
        ];
        let mut all = attacks("unicode_abuse.jsonl", own);
        all.extend(attacks("naughty.jsonl", Vec::new()));
        let mut taken = 0;
        for attack in &all {
            // What is no UTF-8 is no JSON either.
            let Some(text) = attack.text() else {
                let body = [b"{\"site\":\"demo\",\"page\":\"a\",\"text\":\"", attack.payload.as_slice(), b"\"}"].concat();
                let url = format!("{}/api/v1/comments", house.url);
                let sent = reader.client.post(&url).header("content-type", "application/json").body(body).send().await.unwrap();
                assert_eq!(sent.status(), StatusCode::BAD_REQUEST, "{}", attack.id);
                continue;
            };
            let mut comment = reader.comment_without_token(&format!("Vorweg: {text} :Schluss"));
            comment["name"] = if text.chars().count() <= 245 { json!(text) } else { json!("Eva") };
            let mut answer = reader.send(&comment).await;
            if answer.status() == StatusCode::UNPROCESSABLE_ENTITY {
                comment["name"] = json!("Eva");
                answer = reader.send(&comment).await;
            }
            match answer.status() {
                StatusCode::ACCEPTED => {
                    taken += 1;
                    let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().parse().unwrap();
                    let mut tx = house.app.store.read().await.unwrap();
                    let kept = leserbrief::store::comments::get(&mut tx, id).await.unwrap().unwrap();
                    assert_eq!(kept.text, format!("Vorweg: {} :Schluss", text.replace("\r\n", "\n").replace('\r', "\n")), "{}", attack.id);
                }
                StatusCode::UNPROCESSABLE_ENTITY => assert!(text.contains('\0'), "{} was refused", attack.id),
                // The same text twice in the collection.
                StatusCode::CONFLICT => {}
                status => panic!("{} ({}): {status}", attack.id, attack.category),
            }
        }
        assert!(taken * 10 >= all.len() * 8, "{taken} of {} were taken", all.len());
    }
}

on_both! {
    async fn nothing_hostile_becomes_an_element(house: House) {
        without_limits(&house).await;
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let own = vec![
            Attack::own("html", "<svg/onload=alert(1)>", ""),
            Attack::own("html", "<img src=x onerror=alert(1)//", ""),
            Attack::own("markdown", "[x](javascript:alert(1)) ![x](https://x.example/p.png)", ""),
            Attack::own("markdown", "[x](https://x.example/\"onmouseover=\"alert(1))", ""),
            Attack::own("html", "</textarea></script><script>alert(1)</script>", ""),
        ];
        // Each is rendered; every hundredth also goes the whole way, since the panel and the hosted thread escape alike.
        for (number, attack) in attacks("xss.jsonl", own).into_iter().enumerate() {
            let Some(text) = attack.text() else { continue };
            assert_harmless(&leserbrief::markdown::to_html(text), &attack.id);
            if number % 100 != 0 {
                continue;
            }
            let mut comment = reader.comment_without_token(&format!("{number}: {text}"));
            comment["name"] = json!(text.chars().take(245).collect::<String>());
            comment["title"] = json!(text);
            let answer = reader.send(&comment).await;
            if answer.status() != StatusCode::ACCEPTED {
                assert!(answer.status().is_client_error(), "{}", attack.id);
                continue;
            }
            let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
            for page in [moderator.page(&format!("/panel/comments/{id}")).await, moderator.queue("all").await] {
                let (_, body) = page.split_once("<main").unwrap();
                for (element, _) in body.match_indices('<').map(|(at, _)| body[at..].split_at(body[at..].len().min(12))) {
                    let name: String = element[1..].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                    assert!(!["script", "svg", "img", "iframe", "object", "embed", "style", "base", "meta", "link", "math"].contains(&name.as_str()), "{} made {element}", attack.id);
                }
            }
        }
    }
}

/// The rendered text has the elements of the subset alone, and no attribute but those of links and lists.
fn assert_harmless(html: &str, id: &str) {
    for (at, _) in html.match_indices('<') {
        let tag = html[at..].split('>').next().unwrap().trim_start_matches(['<', '/']);
        let mut words = tag.split_whitespace();
        let name = words.next().unwrap_or_default();
        assert!(
            ["p", "br", "em", "strong", "del", "a", "blockquote", "code", "pre", "ul", "ol", "li"].contains(&name),
            "{id}: {html}"
        );
        if name == "a" && words.clone().next().is_some() {
            assert!(tag.starts_with("a href=\"http") && tag.ends_with("rel=\"ugc nofollow noopener\""), "{id}: {html}");
        } else if name == "ol" {
            assert!(words.all(|word| word.starts_with("start=\"")), "{id}: {html}");
        } else {
            assert_eq!(words.next(), None, "{id}: {html}");
        }
    }
}

on_both! {
    async fn the_way_back_leads_nowhere_else_whatever_is_asked(house: House) {
        without_limits(&house).await;
        let reader = Reader::of(&house, "a");
        let own = vec![
            Attack::own("open-redirect", "https://localhost@evil.example/", ""),
            Attack::own("open-redirect", "/\\evil.example", ""),
            Attack::own("author-url", "java\tscript:alert(1)", ""),
        ];
        let allowed = house.origin().replace("http://", "");
        for (number, attack) in attacks("urls_ssrf_js.jsonl", own).into_iter().enumerate() {
            let Some(payload) = attack.text() else { continue };
            let payload = payload.replace("{ALLOWED}", &allowed);
            let text = format!("Nummer {number}");
            let token = reader.token().await;
            let fields = [("page", "a"), ("url", &payload), ("name", "Eva"), ("email", "eva@example.org"), ("website", &payload), ("text", &text), ("token", &token)];
            let url = format!("{}/sites/demo/comments", house.url);
            let sent = reader.client.post(&url).form(&fields).send().await.unwrap();
            if let Some(location) = sent.headers().get("location") {
                let to = reqwest::Url::parse(&house.url).unwrap().join(location.to_str().unwrap()).unwrap();
                let origin = to.origin().ascii_serialization();
                assert!(origin == house.url || origin == house.origin(), "{} leads to {to}", attack.id);
            } else {
                assert!(sent.status().is_client_error(), "{}: {}", attack.id, sent.status());
            }
        }
        assert_eq!(house.number("select count(*) from comment where website is not null and website not like 'http%'").await, 0);
    }
}
