//! The numbers: counted right, kept for a minute, shown to whom they concern.

use leserbrief::moderator::Role;
use leserbrief::store::Tx;
use reqwest::StatusCode;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};
use crate::settings::{changes, form_of, sends};

const NUMBERS: &str = "/panel/sites/demo/numbers";

on_both! {
    async fn the_numbers_are_those_of_the_comments(house: House) {
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        assert!(owner.page(NUMBERS).await.contains("Noch gibt es keine Kommentare."));
        let mut ids = Vec::new();
        for number in 0..4 {
            house.wait(60_000);
            let text = format!("Der Kommentar Nummer {number} von vieren.");
            ids.push(Reader::of(&house, "a").writes(&text).await["id"].as_str().unwrap().to_owned());
        }
        owner.decides(&ids[0], "approved").await;
        owner.decides(&ids[1], "spam").await;
        house.wait(2 * 60 * 60 * 1000);
        ben.decides(&ids[2], "rejected").await;
        let page = owner.page(NUMBERS).await;
        for words in [
            "Freigegeben: <b>1</b>", "Ausstehend: <b>1</b>", "Abgelehnt: <b>1</b>", "Spam: <b>1</b>",
            "4 Kommentare; am meisten an einem Tag: 4.", "67\u{a0}% von 3 Kommentaren", "Ada Admiral", "Anderer Grund", "24.11.2026",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(page.matches("<rect class=\"approved\" x=\"890\" y=\"150\" width=\"8.5\" height=\"50\"/>").count(), 1, "{page}");
        assert!(!page.contains("style="), "a policy without inline styles shows nothing of them");
        assert!(!ben.page(NUMBERS).await.contains("Wer wie viel entscheidet"), "how much others do is for admins");
        // Kept for a minute, then counted again.
        owner.decides(&ids[3], "approved").await;
        assert!(owner.page(NUMBERS).await.contains("Freigegeben: <b>1</b>"));
        house.wait(60_000);
        assert!(owner.page(NUMBERS).await.contains("Freigegeben: <b>2</b>"));
        house.wait(90 * 24 * 60 * 60 * 1000);
        assert!(Moderator::with_role(&house, "Dora", "dora@example.org", Role::Admin).await.page(NUMBERS).await.contains("Noch gibt es keine"));
    }
}

on_both! {
    async fn the_numbers_are_the_sites_own(house: House) {
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        house.adds_site("anderswo").await;
        Reader::of(&house, "a").writes("Ein Kommentar nur für diese Website.").await;
        assert_eq!(ben.opens("/panel/sites/anderswo/numbers").await.status(), StatusCode::NOT_FOUND);
        assert!(owner.page("/panel/sites/anderswo/numbers").await.contains("Noch gibt es keine Kommentare."));
        assert_eq!(Moderator::stranger(&house).opens(NUMBERS).await.headers()["location"], "/panel/sign-in");
    }
}

/// Sixty more comments for each that is there, judged and decided as it is.
async fn multiply_sixtyfold(house: &House) {
    let columns = "site_id, page_id, status, revision, author, email_sealed, email_key_id, email_index, network_index, body, body_html, \
                   fingerprint, notify, points, bucket, reasons, submitted_at, last_decision_id";
    let mut tx = house.app.store.write().await.unwrap();
    // Ids say when a comment came: 0190… is of June 2024.
    let new_id = if matches!(tx, Tx::Sqlite(_)) {
        "unhex('0190' || hex(randomblob(14)))"
    } else {
        "cast('0190' || substr(cast(gen_random_uuid() as text), 5) as uuid)"
    };
    let numbers = "with recursive number (n) as (select 1 union all select n + 1 from number where n < 60) ";
    let sql = format!("{numbers} insert into comment (id, {columns}) select {new_id}, {columns} from comment cross join number");
    match &mut tx {
        Tx::Sqlite(tx) => sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut **tx).await.map(drop).unwrap(),
        Tx::Postgres(tx) => sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut **tx).await.map(drop).unwrap(),
    }
    tx.commit().await.unwrap();
}

on_both! {
    async fn a_signal_that_is_wrong_too_often_is_proposed_tried_and_switched_off(house: House) {
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        let reader = Reader::of(&house, "a");
        let mut ids = Vec::new();
        for text in ["Das ist ja großartig!!!!!!!!!", "Wie schön, dass das Freibad offen hat!!!!!!!!!", "Der Chor singt morgen am Markt.", "Im Angebot: www.billig.example."] {
            house.wait(60_000);
            ids.push(reader.writes(text).await["id"].as_str().unwrap().to_owned());
        }
        for (id, to) in ids.iter().zip(["approved", "approved", "approved", "spam"]) {
            owner.decides(id, to).await;
        }
        let settings = owner.page("/panel/sites/demo/settings").await;
        assert!(settings.contains("name=\"off-shouting-marks\"") && !settings.contains("Vorschlag: sprach"), "twice is no proof");
        multiply_sixtyfold(&house).await;
        let page = owner.page(NUMBERS).await;
        assert!(page.contains("Ausrufezeichen <span class=\"state spam\">besser abschalten</span></th><td>0</td><td>122</td><td>0\u{a0}%</td>"), "{page}");
        assert!(page.contains("Links nach außen</th><td>61</td><td>0</td><td>100\u{a0}%</td>"), "{page}");
        assert!(page.contains("/panel/sites/demo/settings#signals"));
        let of_ben = ben.page(NUMBERS).await;
        assert!(of_ben.contains("besser abschalten") && !of_ben.contains("settings#signals"), "settings are for admins");

        let settings = owner.page("/panel/sites/demo/settings").await;
        assert_eq!(settings.matches("Vorschlag: sprach 122-mal für Spam, 122-mal zu Unrecht").count(), 1, "{settings}");
        assert!(!settings.contains("off-blocked-word") && !settings.contains("off-learned-spam"), "those stay");
        let tried = changes(&owner, &[("off-shouting-marks", "1"), ("off-blocked-word", "1")], "save").await;
        assert_eq!(tried.status(), StatusCode::OK, "a changed rule is tried first");
        let tried = tried.text().await.unwrap();
        assert!(tried.contains("Was diese Regeln getan hätten"), "{tried}");
        assert_eq!(sends(&owner, &form_of(&tried), "save").await.status(), StatusCode::SEE_OTHER);
        let rules = house.app.sites.get("demo").await.unwrap().settings.rules.clone();
        assert_eq!(rules.switched_off, ["shouting-marks"]);
        house.wait(2 * 60 * 60 * 1000);
        let id = reader.writes("Jetzt aber wirklich!!!!!!!!!").await["id"].as_str().unwrap().to_owned();
        assert!(!owner.page(&format!("/panel/comments/{id}")).await.contains("Ausrufezeichen"));
        // Saved again, nothing is to be tried; unticked, it counts again.
        assert_eq!(changes(&owner, &[("thread.depth", "4")], "save").await.status(), StatusCode::SEE_OTHER);
        let mut fields = form_of(&owner.page("/panel/sites/demo/settings").await);
        assert_eq!(fields.remove("off-shouting-marks").as_deref(), Some("1"));
        let tried = sends(&owner, &fields, "save").await.text().await.unwrap();
        assert_eq!(sends(&owner, &form_of(&tried), "save").await.status(), StatusCode::SEE_OTHER);
        assert!(house.app.sites.get("demo").await.unwrap().settings.rules.switched_off.is_empty());
    }
}
