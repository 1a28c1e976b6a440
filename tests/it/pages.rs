//! A site's pages: listed, closed, opened again, moved.

use leserbrief::moderator::Role;
use reqwest::StatusCode;
use serde_json::Value;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};

const PAGES: &str = "/panel/sites/demo/pages";

/// The path of the one page that the list shows.
async fn only_page(moderator: &Moderator) -> String {
    let list = moderator.page(PAGES).await;
    let id = list.split_once("/panel/sites/demo/pages/").unwrap().1[..36].to_owned();
    format!("{PAGES}/{id}")
}

on_both! {
    async fn a_page_is_closed_and_opened_again(house: House) {
        let owner = Moderator::first(&house).await;
        let reader = Reader::of(&house, "buslinie");
        reader.writes("Der erste Kommentar dieser Seite.").await;
        assert_eq!(reader.thread().await["open"], true);
        let page = only_page(&owner).await;
        for _ in 0..2 {
            assert_eq!(owner.sends(&page, &[("closed", "true")]).await.status(), StatusCode::SEE_OTHER, "twice is once");
        }
        assert_eq!(reader.thread().await["open"], false, "at once");
        house.wait(60_000);
        assert_eq!(reader.send(&reader.comment("Zu spät gekommen, leider.").await).await.status(), StatusCode::FORBIDDEN);
        assert!(owner.page(&page).await.contains("Seite wieder öffnen"));
        assert_eq!(owner.sends(&page, &[("closed", "false")]).await.status(), StatusCode::SEE_OTHER);
        reader.writes("Und jetzt geht es wieder, gut so.").await;
        let shown = owner.page(&page).await;
        assert!(shown.contains("Der erste Kommentar") && shown.contains("Und jetzt geht es wieder"), "{shown}");
        assert_eq!(owner.sends(&page, &[]).await.status(), StatusCode::BAD_REQUEST);
    }
}

on_both! {
    async fn a_moved_page_is_known_by_both_addresses(house: House) {
        let owner = Moderator::first(&house).await;
        let old = format!("{}/demo", house.origin());
        let reader = Reader::of(&house, "buslinie");
        let id = reader.writes("Ein Kommentar zieht um.").await["id"].as_str().unwrap().to_owned();
        owner.decides(&id, "approved").await;
        let page = only_page(&owner).await;
        let new = format!("{}/2026/neu", house.origin());
        // Asked for before it exists there, so that "nothing" is remembered.
        assert_eq!(Reader::of(&house, &new).reads().await, [""; 0]);
        let moved = owner.sends(&page, &[("url", &format!("{new}/?utm_source=x#c"))]).await;
        assert_eq!(moved.status(), StatusCode::SEE_OTHER);
        for name in ["buslinie", &old, &new] {
            assert_eq!(Reader::of(&house, name).reads().await.len(), 1, "{name}");
        }
        let found = owner.opens(&format!("{PAGES}?find={new}/")).await;
        assert_eq!(found.headers()["location"], page.as_str(), "any of its names finds it");

        Reader::of(&house, "andere").named("ulf@example.org").writes("Eine andere Seite, die auch einen Namen hat.").await;
        for (url, words) in [
            ("https://evil.example/x", "Bitte eine Adresse auf einer der Adressen der Website."),
            ("javascript:alert(1)", "Bitte eine Adresse auf einer der Adressen der Website."),
            ("", "Bitte eine Adresse auf einer der Adressen der Website."),
        ] {
            let refused = owner.sends(&page, &[("url", url)]).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{url}");
            let told = refused.text().await.unwrap();
            assert!(told.contains(words) && told.contains(&format!("name=\"url\" value=\"{url}\"")), "{told}");
        }
        let answer: Value = Reader::of(&house, "buslinie").thread().await;
        assert_eq!(answer["count"], 1);
    }
}

on_both! {
    async fn an_address_that_is_anothers_is_not_taken(house: House) {
        let owner = Moderator::first(&house).await;
        let (one, two) = (format!("{}/eins", house.origin()), format!("{}/zwei", house.origin()));
        for url in [&one, &two] {
            let reader = Reader::of(&house, url);
            let mut comment = reader.comment(&format!("Ein Kommentar auf {}.", url.len())).await;
            comment["url"] = url.as_str().into();
            comment["text"] = format!("Ein Kommentar auf der Seite {}.", &url[url.len() - 4..]).into();
            house.wait(60_000);
            assert_eq!(reader.send(&comment).await.status(), StatusCode::ACCEPTED);
        }
        let page = owner.opens(&format!("{PAGES}?find={one}")).await.headers()["location"].to_str().unwrap().to_owned();
        let refused = owner.sends(&page, &[("url", &two)]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().await.unwrap().contains("schon eine andere Seite"));
        assert!(owner.opens(&format!("{PAGES}?find={two}")).await.headers()["location"] != page.as_str());
    }
}

on_both! {
    async fn pages_are_read_by_moderators_and_changed_by_admins(house: House) {
        let owner = Moderator::first(&house).await;
        let moderator = Moderator::further(&house, "Ben", "ben@example.org").await;
        let admin = Moderator::with_role(&house, "Cem", "cem@example.org", Role::Admin).await;
        house.adds_site("anderswo").await;
        Reader::of(&house, "a").writes("Ein Kommentar legt die Seite an.").await;
        let page = only_page(&owner).await;
        let elsewhere = page.replace("/demo/", "/anderswo/");
        assert!(!moderator.page(&page).await.contains("Seite schließen"));
        assert_eq!(moderator.sends(&page, &[("closed", "true")]).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(moderator.sends(&page, &[("url", &format!("{}/x", house.origin()))]).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(admin.opens(&elsewhere).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(admin.sends(&elsewhere, &[("closed", "true")]).await.status(), StatusCode::NOT_FOUND);
        // The owner has both sites, and a page is still the one's alone.
        assert_eq!(owner.opens(&elsewhere).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(owner.sends(&elsewhere, &[("closed", "true")]).await.status(), StatusCode::NOT_FOUND);
        let forged = admin.client.post(format!("{}{page}", house.url)).form(&[("csrf", "x"), ("closed", "true")]).send().await.unwrap();
        assert_eq!(forged.status(), StatusCode::FORBIDDEN);
        assert_eq!(house.number("select count(*) from page where closed_at is not null").await, 0);
        assert_eq!(admin.sends(&page, &[("closed", "true")]).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(house.number("select count(*) from page where closed_at is not null").await, 1);
    }
}

on_both! {
    async fn many_pages_are_shown_part_by_part(house: House) {
        let owner = Moderator::first(&house).await;
        let sites = house.app.sites.all().await.unwrap();
        let mut tx = house.app.store.write().await.unwrap();
        for number in 0..120 {
            let now = house.app.clock.now();
            let page = leserbrief::page::Page {
                id: house.app.clock.new_id(), url: None, title: format!("Seite {number:03}"), closed_at: None, created_at: now,
            };
            leserbrief::store::pages::add(&mut tx, sites["demo"].id, &page).await.unwrap();
        }
        tx.commit().await.unwrap();
        let (mut path, mut seen) = (PAGES.to_owned(), Vec::new());
        loop {
            let list = owner.page(&path).await;
            seen.extend(list.split("\">Seite ").skip(1).map(|rest| rest[..3].parse::<u32>().unwrap()));
            let Some((_, rest)) = list.split_once("?after=") else { break };
            path = format!("{PAGES}?after={}", &rest[..36]);
        }
        assert_eq!(seen, (0..120).rev().collect::<Vec<_>>(), "each once, the newest first");
    }
}
