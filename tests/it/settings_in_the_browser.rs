//! Settings, pages, journal, numbers, outbox and account in a real browser: by thumb, by keyboard, in the dark, without
//! JavaScript.

use crate::actors::{PASSWORD, Reader};
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, on_both};

const PAGES: [(&str, &str); 8] = [
    ("settings", "/panel/sites/demo/settings"),
    ("pages", "/panel/sites/demo/pages"),
    ("journal", "/panel/sites/demo/journal"),
    ("numbers", "/panel/sites/demo/numbers"),
    ("team", "/panel/sites/demo/team"),
    ("webhooks", "/panel/sites/demo/webhooks"),
    ("outbox", "/panel/outbox?state=sent"),
    ("account", "/panel/account"),
];

async fn becomes_owner(browser: &Browser, house: &House) {
    browser.goes_to(house.setup_url.as_ref().unwrap()).await;
    browser.types("#name", "Ada Admiral").await;
    browser.types("#email", "ada@example.org").await;
    browser.types("#password", PASSWORD).await;
    browser.clicks("button.primary").await;
    browser.sees(".tabs").await;
}

/// Some days with comments, and decisions about them.
async fn some_days(house: &House) {
    let owner = crate::actors::Moderator::stranger(house);
    for day in 0..6 {
        house.wait(24 * 60 * 60 * 1000);
        assert_eq!(owner.signs_in("ada@example.org", PASSWORD).await.status(), 303);
        for number in 0..=(day % 4) {
            house.wait(61_000);
            let text = format!("Ein Kommentar an Tag {day}, der {number}. von einigen, mit etwas Länge.");
            let id = Reader::of(house, "buslinie").writes(&text).await["id"].as_str().unwrap().to_owned();
            match (day + number) % 4 {
                0 => drop(owner.decides(&id, "spam").await),
                1 => {}
                2 => drop(owner.decides(&id, "rejected").await),
                _ => drop(owner.decides(&id, "approved").await),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_fits_a_phone_the_dark_and_the_policy() {
    let house = House::on(Database::Sqlite).await;
    for manner in [Manner::Phone, Manner::Desktop] {
        let browser = Browser::open(manner).await;
        if manner == Manner::Phone {
            becomes_owner(&browser, &house).await;
            some_days(&house).await;
        }
        browser.goes_to(&format!("{}/panel/sign-in", house.url)).await;
        browser.types("#email", "ada@example.org").await;
        browser.types("#password", PASSWORD).await;
        browser.clicks("button.primary").await;
        browser.sees(".sections").await;
        for (name, path) in PAGES {
            browser.goes_to(&format!("{}{path}", house.url)).await;
            browser.sees("h1").await;
            let suffix = if manner == Manner::Phone { "-phone" } else { "" };
            browser.shows(&format!("{name}{suffix}")).await;
            let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            assert_eq!(browser.client.execute(overflow, Vec::new()).await.unwrap(), 0, "{name} is no wider than its window");
            let nameless = "return [...document.querySelectorAll('input:not([type=hidden]),select,textarea,button,a')]\
                .filter(e => !(e.labels && e.labels.length) && !e.textContent.trim() && !e.getAttribute('aria-label')).length";
            assert_eq!(browser.client.execute(nameless, Vec::new()).await.unwrap(), 0, "{name}: everything has a name");
            let low = "return [...document.querySelectorAll('button,select,input:not([type=hidden]):not([type=checkbox])')]\
                .filter(e => e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().height < 24).length";
            assert_eq!(browser.client.execute(low, Vec::new()).await.unwrap(), 0, "{name}: nothing is too small to hit");
        }
        browser.is_dark().await;
        for (name, path) in [PAGES[0], PAGES[3]] {
            browser.goes_to(&format!("{}{path}", house.url)).await;
            browser.sees("h1").await;
            let suffix = if manner == Manner::Phone { "-phone" } else { "" };
            browser.shows(&format!("{name}-dark{suffix}")).await;
        }
        assert_eq!(browser.complaints().await, [""; 0]);
    }
}

on_both! {
    async fn settings_are_changed_without_javascript_and_by_keyboard(house: House) {
        let browser = Browser::open(Manner::WithoutScripts).await;
        becomes_owner(&browser, &house).await;
        browser.clicks(".sections a[href$=settings]").await;
        browser.sees("#thread-depth").await.clear().await.unwrap();
        // Enter in a field sends the form, as every form does; the first button of it must not be another's.
        browser.types("#thread-depth", "99").await;
        browser.clicks("form.settings > p:last-child button").await;
        browser.reads(".message", "Bitte eine Zahl von 0 bis 10.").await;
        assert_eq!(browser.sees("#thread-depth").await.prop("value").await.unwrap().as_deref(), Some("99"));
        browser.clicks(".message a").await;
        assert!(browser.client.current_url().await.unwrap().as_str().ends_with("#thread-depth"));
        browser.sees("#thread-depth").await.clear().await.unwrap();
        browser.types("#thread-depth", "2").await;
        browser.types("#rules-blocked-words", "turnhalle").await;
        browser.clicks("form.settings > p:last-child button").await;
        browser.reads(".trial", "Noch ist nichts entschieden").await;
        browser.clicks(".trial button").await;
        browser.reads(".notice", "Gespeichert").await;
        assert_eq!(browser.sees("#thread-depth").await.prop("value").await.unwrap().as_deref(), Some("2"));
        // By keys alone: the skip link is first, and leads past the navigation.
        browser.goes_to(&format!("{}/panel/sites/demo/pages", house.url)).await;
        browser.types("#find", "gibt-es-nicht\u{e007}").await;
        browser.reads(".fault", "Eine solche Seite gibt es noch nicht.").await;
        let complaints = browser.complaints().await;
        assert!(complaints.len() == 1 && complaints[0].contains("422"), "the refusal that was asked for: {complaints:?}");
    }
}
