//! What happened to accounts: owners read it, nobody changes it, and after a year it is forgotten.

use leserbrief::moderator::Role;
use reqwest::StatusCode;

use crate::accounts::{OTHER_PASSWORD, TEAM, link_in_mail, posts};
use crate::actors::{Moderator, PASSWORD};
use crate::harness::{Database, House, on_both};
use crate::second_factor::sets_up;

const PAGE: &str = "/panel/accounts";
const DAY: i64 = 24 * 60 * 60 * 1000;

/// What the page says, the newest first, without times.
async fn told(who: &Moderator) -> Vec<String> {
    let page = who.page(PAGE).await;
    let list = page.split_once("<ol class=\"rows\">").unwrap().1.split_once("</ol>").unwrap().0;
    let words = |row: &str| -> String {
        let (row, _) = row.split_once("<time").unwrap();
        let text: String = row.split('<').map(|tag| tag.split_once('>').map_or("", |(_, text)| text)).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    list.split("<li>").skip(1).map(words).collect()
}

on_both! {
    async fn what_happens_to_accounts_is_for_owners_to_read(house: House) {
        let owner = Moderator::first(&house).await;
        owner.sends(TEAM, &[("name", "Ben"), ("email", "ben@example.org"), ("role", "moderator")]).await;
        let link = link_in_mail(&house, "Einladung").await;
        let ben = Moderator::stranger(&house);
        posts(&ben, &link, &[("name", "Ben <b>Boot</b>"), ("password", OTHER_PASSWORD)]).await;
        let expected = ["Ben &#60;b&#62;Boot&#60;/b&#62; ist dabei", "Ben &#60;b&#62;Boot&#60;/b&#62; wurde eingeladen: Moderation · Nordblatt (Demo) durch Ada Admiral"];
        assert_eq!(told(&owner).await[..2], expected);

        house.wait(60_000);
        ben.signs_in("ben@example.org", OTHER_PASSWORD).await;
        sets_up(&house, &owner).await;
        ben.sends("/panel/account/sessions", &[]).await;
        let all = told(&owner).await;
        assert!(all[0].contains("Boot&#60;/b&#62; hat sich überall abgemeldet") && !all[0].contains("durch"), "{all:?}");
        assert!(all[1].contains("Ada Admiral hat den zweiten Faktor eingeschaltet"), "{all:?}");
        assert!(all[2].contains("hat sich angemeldet"), "{all:?}");
        house.app.accounts.give_role("ben@example.org", Role::Admin, None).await.unwrap();
        assert!(told(&owner).await[0].contains("hat eine Aufgabe bekommen auf der Kommandozeile"));
        assert!(owner.page(TEAM).await.contains(PAGE));

        // Nobody else reads it, and nothing private is in it.
        let admin = Moderator::with_role(&house, "Cem", "cem@example.org", Role::Admin).await;
        assert_eq!(admin.opens(PAGE).await.status(), StatusCode::FORBIDDEN);
        assert!(!admin.page(TEAM).await.contains(PAGE));
        assert_eq!(Moderator::stranger(&house).opens(PAGE).await.headers()["location"], "/panel/sign-in");
        assert!(!owner.page(PAGE).await.contains("@example.org"));
        assert!(owner.page(&format!("{PAGE}?after=00000000-0000-0000-0000-000000000000")).await.contains("Noch ist nichts geschehen"));

        let before = house.number("select count(*) from account_event").await;
        house.wait(364 * DAY);
        house.app.accounts.forget_expired().await.unwrap();
        assert_eq!(house.number("select count(*) from account_event").await, before);
        house.wait(2 * DAY);
        house.app.accounts.forget_expired().await.unwrap();
        assert_eq!(house.number("select count(*) from account_event").await, 0);
        house.wait(60_000);
        assert_eq!(Moderator::stranger(&house).signs_in("cem@example.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
    }
}
