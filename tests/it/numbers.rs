//! The numbers: counted right, kept for a minute, shown to whom they concern.

use leserbrief::moderator::Role;
use reqwest::StatusCode;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};

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
