//! A second factor that is lost, and the password that is allowed to be shorter beside one.

use leserbrief::moderator::Role;
use reqwest::StatusCode;

use crate::accounts::{OTHER_PASSWORD, TEAM, link_in_mail, posts};
use crate::actors::{Moderator, PASSWORD};
use crate::harness::{Database, House, eventually, on_both};
use crate::second_factor::{CODE, MINUTE, PAGE, id_of, is_out, owing, sets_up};

const DAY: i64 = 24 * 60 * MINUTE;
const SHORT: &str = "Möwe&Deich7";

on_both! {
    async fn a_password_may_be_shorter_beside_a_code_and_never_alone(house: House) {
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        let change = |current, password| [("current", current), ("password", password)];
        let refused = ben.sends("/panel/account", &change(PASSWORD, SHORT)).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().await.unwrap().contains("mindestens 15 Zeichen"));
        let (phone, _) = sets_up(&house, &ben).await;
        house.wait(MINUTE);
        let shorter = ben.sends("/panel/account", &change(PASSWORD, "Möwe&De")).await;
        assert!(shorter.text().await.unwrap().contains("mindestens 8 Zeichen"));
        assert_eq!(ben.sends("/panel/account", &change(PASSWORD, SHORT)).await.status(), StatusCode::OK);
        let end = ben.sends(PAGE, &[("do", "end"), ("current", SHORT), ("code", &phone.code(&house, 0))]).await;
        assert_eq!(end.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(end.text().await.unwrap().contains("Ohne zweiten Faktor"));
        // An owner takes the factor off: the short password opens nothing by itself, and is told so to nobody but who knows it.
        house.wait(MINUTE);
        let id = id_of(&house, "Ben").await;
        owner.sends(&format!("{TEAM}/{id}/second-factor"), &[]).await;
        let ben = Moderator::stranger(&house);
        let alone = ben.signs_in("ben@example.org", SHORT).await;
        assert_eq!(alone.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(alone.text().await.unwrap().contains("zu kurz, um ohne zweiten Faktor"));
        assert!(!ben.signs_in("ben@example.org", "Möwe&Deich8").await.text().await.unwrap().contains("zu kurz"));
        posts(&ben, "/panel/password", &[("email", "ben@example.org")]).await;
        let link = link_in_mail(&house, "Neues Passwort").await;
        assert_eq!(posts(&ben, &link, &[("password", SHORT)]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(posts(&ben, &link, &[("password", OTHER_PASSWORD)]).await.status(), StatusCode::SEE_OTHER);
        house.wait(MINUTE);
        assert_eq!(ben.signs_in("ben@example.org", OTHER_PASSWORD).await.headers()["location"], "/panel");
    }
}

on_both! {
    async fn an_owner_takes_a_lost_factor_off_and_nobody_else_does(house: House) {
        let owner = Moderator::first(&house).await;
        let admin = Moderator::with_role(&house, "Cem", "cem@example.org", Role::Admin).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        house.adds_site("anderswo").await;
        let (_, _) = sets_up(&house, &ben).await;
        sets_up(&house, &owner).await;
        let (bens, adas) = (id_of(&house, "Ben").await, id_of(&house, "Ada Admiral").await);
        let path = |site: &str, id: uuid::Uuid| format!("/panel/sites/{site}/team/{id}/second-factor");
        for (who, path, status) in [
            (&admin, path("demo", bens), StatusCode::FORBIDDEN),
            (&ben, path("demo", bens), StatusCode::FORBIDDEN),
            (&admin, path("anderswo", bens), StatusCode::NOT_FOUND),
            (&owner, path("anderswo", bens), StatusCode::NOT_FOUND),
            (&owner, path("demo", house.app.clock.new_id()), StatusCode::NOT_FOUND),
            (&owner, path("demo", adas), StatusCode::FORBIDDEN),
        ] {
            assert_eq!(who.sends(&path, &[]).await.status(), status, "{path}");
        }
        assert_eq!(posts(&owner, &path("demo", bens), &[("csrf", "x")]).await.status(), StatusCode::FORBIDDEN);
        assert!(admin.page(TEAM).await.contains("Zweiter Faktor") && !admin.page(TEAM).await.contains("zurücksetzen"));
        let team = owner.page(TEAM).await;
        assert_eq!(team.matches("/second-factor\"").count(), 1, "Ben's, not one's own: {team}");
        assert_eq!(house.number("select count(*) from second_factor").await, 2);
        let owes = owing(&house, "ben@example.org").await;
        for _ in 0..2 {
            assert_eq!(owner.sends(&path("demo", bens), &[]).await.headers()["location"], "/panel/sites/demo/team?done=reset");
        }
        assert!(is_out(&ben.opens("/panel/account").await), "every session has ended");
        assert!(is_out(&owes.opens(CODE).await));
        assert_eq!(link_in_mail(&house, "Zweiter Faktor zurückgesetzt").await, "/panel/account");
        eventually("one mail about it", async || {
            Some(house.mails().iter().filter(|mail| mail.contains("ben@example.org")).count()).filter(|count| *count >= 2)
        }).await;
        house.wait(DAY);
        assert_eq!(Moderator::stranger(&house).signs_in("ben@example.org", PASSWORD).await.headers()["location"], "/panel");
        // The operator has a way for the last owner.
        house.app.accounts.reset_second_factor_of("ada@example.org").await.unwrap();
        assert_eq!(Moderator::stranger(&house).signs_in("ada@example.org", PASSWORD).await.headers()["location"], "/panel");
    }
}
