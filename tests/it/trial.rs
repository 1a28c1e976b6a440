//! Rules are tried on the past as it was: with what was known of a comment when it came. And what the pages of the rules look
//! like.

use serde_json::json;

use crate::actors::{Moderator, PASSWORD, Reader};
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, on_both};
use crate::settings::changes;
use crate::submitting::set;

async fn decided(owner: &Moderator, reader: &Reader, comment: &serde_json::Value, to: &str) {
    let taken: serde_json::Value = reader.send(comment).await.json().await.unwrap();
    owner.decides(taken["id"].as_str().unwrap(), to).await;
}

on_both! {
    async fn the_past_is_tried_with_what_was_known_when_it_came(house: House) {
        for limit in ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute"] {
            set(&house, &format!("limits.{limit}"), "0").await;
        }
        let owner = Moderator::first(&house).await;
        let eva = Reader::of(&house, "a");
        let ben = Reader::of(&house, "b").named("ben@example.org");
        // Harmless to look at: one that nothing speaks against, the same once more, and one of a robot.
        let words = "Das ist ein ganz gewöhnlicher Satz ohne alles.";
        let slowly = async |reader: &Reader, text: &str| {
            let comment = reader.comment(text).await;
            house.wait(60_000);
            comment
        };
        decided(&owner, &eva, &slowly(&eva, words).await, "spam").await;
        decided(&owner, &ben, &slowly(&ben, words).await, "spam").await;
        let mut robot = slowly(&Reader::of(&house, "c").named("carl@example.org"), "Noch so ein Satz, und diesmal mit Turnhalle.").await;
        robot["homepage"] = json!("https://robot.example");
        robot["page"] = json!("a");
        robot["token"] = json!(eva.token().await);
        house.wait(60_000);
        decided(&owner, &eva, &robot, "rejected").await;
        let dora = Reader::of(&house, "d").named("dora@example.org");
        decided(&owner, &dora, &slowly(&dora, "Ich freue mich über den Bus.").await, "approved").await;

        let tried = changes(&owner, &[("rules.blocked_words", "gewöhnlicher")], "try").await.text().await.unwrap();
        assert!(tried.contains("Von den letzten 4 entschiedenen Kommentaren waren 3 unerwünscht. Diese Regeln hätten davon 3 aufgehalten; die jetzigen halten 2 auf."), "{tried}");
        assert!(tried.contains("was beim Eintreffen bekannt war") && tried.contains("Was aus Entscheidungen gelernt wurde, bleibt außen vor"), "{tried}");
        // Without what told of the company the second is let go; what a robot filled in holds under any rules.
        let off = [("off-repeated-spam", "1"), ("off-repeated-elsewhere", "1"), ("off-neighbour-network", "1"), ("off-neighbour-address", "1")];
        let looser = changes(&owner, &off, "try").await.text().await.unwrap();
        assert!(looser.contains("Diese Regeln hätten davon 1 aufgehalten; die jetzigen halten 2 auf.") && looser.contains("1 unerwünschter Kommentar würde nicht mehr aufgehalten"), "{looser}");
    }
}

/// Comments under the demo's article: spam that shouts, and people who do, too.
async fn a_past(house: &House) {
    let owner = Moderator::stranger(house);
    assert_eq!(owner.signs_in("ada@example.org", PASSWORD).await.status(), 303);
    for limit in ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute"] {
        set(house, &format!("limits.{limit}"), "0").await;
    }
    for number in 0..36 {
        let reader = Reader::of(house, "buslinie").named(&format!("leserin{number}@example.org"));
        let text = format!("Endlich!!! Das wurde auch Zeit!!! Nummer {number} freut sich!!!");
        let comment = reader.comment(&text).await;
        house.wait(120_000);
        decided(&owner, &reader, &comment, if number % 9 == 0 { "spam" } else { "approved" }).await;
    }
    for (number, text) in [
        "Wir treffen uns in der Turnhalle.",
        "Online-Casino mit Bonus: https://casino.example",
        "Kredit ohne Schufa unter https://kredit.example",
    ]
    .iter()
    .enumerate()
    {
        let reader = Reader::of(house, "buslinie").named(&format!("gast{number}@example.org"));
        let comment = reader.comment(text).await;
        house.wait(120_000);
        decided(&owner, &reader, &comment, if number == 0 { "approved" } else { "spam" }).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trial_its_preview_and_the_signals_are_for_every_eye() {
    let house = House::on(Database::Sqlite).await;
    for manner in [Manner::Desktop, Manner::Phone] {
        let browser = Browser::open(manner).await;
        if manner == Manner::Desktop {
            crate::in_the_browser::becomes_owner(&browser, &house).await;
            a_past(&house).await;
        }
        browser.goes_to(&format!("{}/panel/sign-in", house.url)).await;
        browser.types("#email", "ada@example.org").await;
        browser.types("#password", PASSWORD).await;
        browser.clicks("button.primary").await;
        browser.sees(".sections").await;
        let suffix = if manner == Manner::Phone { "-phone" } else { "" };
        for scheme in ["light", "dark"] {
            browser.prefers(scheme).await;
            let name = |name: &str| format!("{name}-{scheme}{suffix}");
            browser.goes_to(&format!("{}/panel/sites/demo/settings", house.url)).await;
            // A list is pasted, and a signal that is wrong too often is ticked.
            browser.runs("document.querySelector('details:has(#paste)').open = true").await;
            browser.types("#paste", "# Eine Liste\nturnhalle\ncasino\nkredit\n192.0.2.1").await;
            browser.runs("document.querySelectorAll('#signals input[type=checkbox], [name^=off-]')[0].click()").await;
            browser.shows(&name("rules")).await;
            browser.has_no_barriers(&name("rules")).await;
            browser.fits().await;
            browser.runs("document.querySelector('form.settings button[value=try]').click()").await;
            browser.reads(".trial", "zu Unrecht aufgehalten").await;
            browser.reads(".trial", "was beim Eintreffen bekannt war").await;
            browser.reads(".notice", "2 Zeilen").await;
            let typed = browser.sees("#rules-blocked-words").await.prop("value").await.unwrap().unwrap();
            assert_eq!(typed.replace('\r', ""), "turnhalle\ncasino\nkredit");
            browser.shows(&name("trial")).await;
            browser.has_no_barriers(&name("trial")).await;
            browser.fits().await;
            browser.goes_to(&format!("{}/panel/sites/demo/numbers", house.url)).await;
            browser.reads("main", "besser abschalten").await;
            browser.shows(&name("agreement")).await;
            browser.has_no_barriers(&name("agreement")).await;
            browser.fits().await;
        }
    }
}
