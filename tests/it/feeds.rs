//! Atom feeds: of a site, of a page, of what is public alone.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};

on_both! {
    async fn a_feed_holds_what_is_public_and_is_well_formed_whatever_it_says(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let mut hostile = reader.comment("Ein & <b>Satz</b> ]]> mit \u{FFFF} und https://beispiel.example/?a=1&b=2").await;
        hostile["name"] = json!("Eva <&\"'> \u{FFFE}");
        let first: Value = reader.send(&hostile).await.json().await.unwrap();
        let ben = Reader::of(&house, "b").named("ben@example.org");
        let mut other = ben.comment("Auf der anderen Seite").await;
        other["url"] = json!(format!("{}/demo?artikel=b", house.origin()));
        let other: Value = ben.send(&other).await.json().await.unwrap();
        reader.writes("Noch ungesehen").await;
        for taken in [&first, &other] {
            moderator.decides(taken["id"].as_str().unwrap(), "approved").await;
        }
        let address = format!("{}/feeds/demo/comments.atom", house.url);
        let answer = reader.get(&address).await;
        assert_eq!(answer.headers()["content-type"], "application/atom+xml; charset=utf-8");
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("max-age="));
        let etag = answer.headers()["etag"].clone();
        let feed = answer.text().await.unwrap();
        assert_eq!(feed.matches("<entry>").count(), 2);
        assert!(feed.find("Auf der anderen Seite").unwrap() < feed.find("Satz").unwrap(), "the newest comes first");
        assert!(feed.contains(&format!("#comment-{}", first["id"].as_str().unwrap())));
        for private in ["example.org", "Noch ungesehen", "<b>", "]]>", "\u{FFFF}", "\u{FFFE}"] {
            assert!(!feed.contains(private), "{private:?} in {feed}");
        }
        is_well_formed(&feed);
        let known = reader.client.get(&address).header("if-none-match", etag).send().await.unwrap();
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);

        let page = reader.get(&format!("{address}?page=b")).await.text().await.unwrap();
        assert_eq!(page.matches("<entry>").count(), 1);
        assert!(page.contains("Auf der anderen Seite"));
        let empty = reader.get(&format!("{address}?page=niemand%20%3C%26%3E")).await.text().await.unwrap();
        assert_eq!(empty.matches("<entry>").count(), 0);
        is_well_formed(&empty);
        moderator.decides(first["id"].as_str().unwrap(), "spam").await;
        assert_eq!(reader.get(&address).await.text().await.unwrap().matches("<entry>").count(), 1);
        assert_eq!(reader.get(&address.replace("demo", "nowhere")).await.status(), StatusCode::NOT_FOUND);
    }
}

/// Elements close in the order they open, and every `&` begins a reference.
fn is_well_formed(xml: &str) {
    let mut open = Vec::new();
    let body = xml.split_once("?>").unwrap().1;
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{xml}"),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap()),
        }
        for reference in tag.split('&').skip(1).chain(text.split('&').skip(1)) {
            let (name, _) = reference.split_once(';').unwrap();
            assert!(name.starts_with('#') || ["lt", "gt", "amp", "quot", "apos"].contains(&name), "&{name} in {xml}");
        }
    }
    assert!(open.is_empty(), "{open:?} stay open in {xml}");
}
