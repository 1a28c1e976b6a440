//! Attacks on accounts by those who have one, by those who had one, and by strangers.

use leserbrief::accounts::Invited;
use leserbrief::moderator::Role;
use reqwest::StatusCode;
use secrecy::SecretString;
use uuid::Uuid;

use crate::accounts::{OTHER_PASSWORD, TEAM, link_in_mail, posts};
use crate::actors::{Moderator, PASSWORD};
use crate::harness::{Database, House, TestDatabase, eventually, on_both};

const ELSEWHERE: &str = "/panel/sites/anderswo/team";
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

async fn moderator(house: &House, name: &str) -> leserbrief::moderator::Moderator {
    let mut tx = house.app.store.read().await.unwrap();
    leserbrief::store::moderators::all(&mut tx).await.unwrap().into_iter().find(|one| one.name == name).unwrap()
}

async fn site_id(house: &House, name: &str) -> Uuid {
    house.app.sites.all().await.unwrap()[name].id
}

/// The newest link of a kind that is another one than those before.
async fn next_link(house: &House, subject: &str, before: &[&str]) -> String {
    eventually("another link", async || Some(link_in_mail(house, subject).await).filter(|link| !before.contains(&link.as_str())))
        .await
}

on_both! {
    async fn one_sites_invitation_ends_none_of_anothers_and_one_acceptance_takes_both(house: House) {
        let owner = Moderator::first(&house).await;
        house.adds_site("anderswo").await;
        let invite = |role| [("name", "Dora"), ("email", "dora@example.org"), ("role", role)];
        owner.sends(TEAM, &invite("admin")).await;
        let first = link_in_mail(&house, "Einladung").await;
        owner.sends(ELSEWHERE, &invite("moderator")).await;
        let second = next_link(&house, "Einladung", &[&first]).await;
        let dora = Moderator::stranger(&house);
        assert_eq!(dora.opens(&first).await.status(), StatusCode::OK, "another site has nothing to say about it");
        let accepted = posts(&dora, &first, &[("name", "Dora"), ("password", OTHER_PASSWORD)]).await;
        assert_eq!(accepted.status(), StatusCode::SEE_OTHER);
        assert_eq!(dora.opens(TEAM).await.status(), StatusCode::OK, "an admin here");
        assert_eq!(dora.opens("/panel/sites/anderswo/comments").await.status(), StatusCode::OK, "and a moderator there");
        assert_eq!(dora.opens(ELSEWHERE).await.status(), StatusCode::FORBIDDEN);
        // The other link would have been a second password for the same account.
        let thief = Moderator::stranger(&house);
        assert_eq!(posts(&thief, &second, &[("name", "Dieb"), ("password", PASSWORD)]).await.status(), StatusCode::NOT_FOUND);
        house.wait(MINUTE);
        assert_eq!(thief.signs_in("dora@example.org", OTHER_PASSWORD).await.status(), StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn an_invitation_sets_no_password_of_an_account_in_use_and_ends_with_the_account(house: House) {
        let owner = Moderator::first(&house).await;
        owner.sends(TEAM, &[("name", "Dora"), ("email", "dora@example.org"), ("role", "moderator")]).await;
        let first = link_in_mail(&house, "Einladung").await;
        house.app.accounts.reset("dora@example.org", &SecretString::from(OTHER_PASSWORD)).await.unwrap();
        let thief = Moderator::stranger(&house);
        assert_eq!(posts(&thief, &first, &[("name", "Dieb"), ("password", PASSWORD)]).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(thief.signs_in("dora@example.org", OTHER_PASSWORD).await.status(), StatusCode::SEE_OTHER);

        owner.sends(TEAM, &[("name", "Emil"), ("email", "emil@example.org"), ("role", "moderator")]).await;
        let second = next_link(&house, "Einladung", &[&first]).await;
        house.app.accounts.remove("emil@example.org").await.unwrap();
        assert_eq!(posts(&thief, &second, &[("name", "Emil"), ("password", PASSWORD)]).await.status(), StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn an_invitation_holds_as_long_as_whoever_gave_it_may_give_it(house: House) {
        let owner = Moderator::first(&house).await;
        let admin = Moderator::with_role(&house, "Cem", "cem@example.org", Role::Admin).await;
        admin.sends(TEAM, &[("name", "Cem zwei"), ("email", "cem.zwei@example.org"), ("role", "admin")]).await;
        let link = link_in_mail(&house, "Einladung").await;
        let cem = moderator(&house, "Cem").await;
        let second = Moderator::stranger(&house);
        assert_eq!(second.opens(&link).await.status(), StatusCode::OK);
        owner.sends(&format!("{TEAM}/{}", cem.id), &[("role", "moderator")]).await;
        assert_eq!(second.opens(&link).await.status(), StatusCode::NOT_FOUND, "no key under the mat");
        assert_eq!(posts(&second, &link, &[("name", "Cem zwei"), ("password", OTHER_PASSWORD)]).await.status(), StatusCode::NOT_FOUND);
        assert!(!owner.page(TEAM).await.contains("Cem zwei"));
    }
}

on_both! {
    async fn nobody_changes_their_own_role_by_inviting_themselves(house: House) {
        Moderator::first(&house).await;
        let admin = Moderator::with_role(&house, "Cem", "cem@example.org", Role::Admin).await;
        let invited = admin.sends(TEAM, &[("name", "Cem"), ("email", "cem@example.org"), ("role", "moderator")]).await;
        assert_eq!(invited.status(), StatusCode::FORBIDDEN);
        assert_eq!(admin.opens(TEAM).await.status(), StatusCode::OK, "an admin still");
    }
}

on_both! {
    async fn invitations_are_no_way_to_mail_the_world(house: House) {
        Moderator::first(&house).await;
        let (ada, site) = (moderator(&house, "Ada Admiral").await, site_id(&house, "demo").await);
        house.adds_site("anderswo").await;
        let elsewhere = site_id(&house, "anderswo").await;
        let invite = async |site, address: &str| house.app.accounts.invite(&ada, site, "Opfer", address, Role::Moderator).await;
        for _ in 0..5 {
            assert_eq!(invite(site, "victim@example.org").await.unwrap(), Invited::ByMail);
        }
        assert!(matches!(invite(site, "victim@example.org").await, Err(leserbrief::error::Error::TooMany { retry_after: 86_400 })));
        assert!(invite(elsewhere, "victim@example.org").await.is_err(), "five a day to one address, whoever invites");
        for number in 5..50 {
            assert_eq!(invite(site, &format!("victim{number}@example.org")).await.unwrap(), Invited::ByMail);
        }
        assert!(invite(site, "one.more@example.org").await.is_err(), "fifty a day from one site");
        assert_eq!(invite(elsewhere, "one.more@example.org").await.unwrap(), Invited::ByMail);
        house.wait(24 * HOUR);
        assert_eq!(invite(site, "victim@example.org").await.unwrap(), Invited::ByMail);
    }
}

on_both! {
    async fn whoever_asks_for_a_strangers_password_fills_no_mailbox_and_keeps_nobody_out(house: House) {
        Moderator::first(&house).await;
        let stranger = Moderator::stranger(&house);
        // A mail that still waits takes the newest link in, so each is waited for.
        let all_sent = async || {
            let waiting = async || house.number("select count(*) from outbox where state = 'waiting'").await;
            eventually("every mail to be sent", async || (waiting().await == 0).then_some(())).await;
        };
        for _ in 0..24 {
            for address in ["ada@example.org", " ada@EXAMPLE.org ", "ada@Example.org", "ada@eXample.org", "ada@exAmple.org"] {
                assert_eq!(posts(&stranger, "/panel/password", &[("email", address)]).await.status(), StatusCode::OK);
            }
            all_sent().await;
            house.wait(10 * MINUTE);
        }
        assert_eq!(house.number("select count(*) from account_link").await, 12, "in four hours, and for the day");
        // Nothing of it has closed the way for the owner, nor has a newer link ended one that is still in time.
        house.wait(20 * HOUR);
        assert_eq!(posts(&stranger, "/panel/password", &[("email", "ada@example.org")]).await.status(), StatusCode::OK);
        all_sent().await;
        let one = link_in_mail(&house, "Neues Passwort").await;
        house.wait(10 * MINUTE);
        posts(&stranger, "/panel/password", &[("email", "ada@example.org")]).await;
        all_sent().await;
        let two = link_in_mail(&house, "Neues Passwort").await;
        assert_ne!(one, two);
        assert_eq!(posts(&stranger, &one, &[("password", OTHER_PASSWORD)]).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(stranger.opens(&two).await.status(), StatusCode::NOT_FOUND, "one password, and all of them have ended");
    }
}

on_both! {
    async fn a_changed_password_ends_the_links_that_wait_in_a_mailbox(house: House) {
        let owner = Moderator::first(&house).await;
        let thief = Moderator::stranger(&house);
        posts(&thief, "/panel/password", &[("email", "ada@example.org")]).await;
        let link = link_in_mail(&house, "Neues Passwort").await;
        let changed = owner.sends("/panel/account", &[("current", PASSWORD), ("password", OTHER_PASSWORD)]).await;
        assert_eq!(changed.status(), StatusCode::OK);
        assert_eq!(posts(&thief, &link, &[("password", "drei Schafe auf der Weide")]).await.status(), StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn an_admin_sees_and_sends_again_no_mail_about_anothers_account(database: TestDatabase) {
        let house = House::with(database, &[], &["--smtp", "smtp://127.0.0.1:9?tls=none"]).await;
        let owner = Moderator::first(&house).await;
        let admin = Moderator::with_role(&house, "Cem", "cem@example.org", Role::Admin).await;
        posts(&Moderator::stranger(&house), "/panel/password", &[("email", "ada@example.org")]).await;
        house.waits_after(1).await;
        for (who, sees) in [(&owner, true), (&admin, false)] {
            let page = who.page("/panel/outbox?state=waiting").await;
            assert_eq!(page.contains("an Ada Admiral"), sees, "{page}");
        }
        house.runs("update outbox set state = 'failed', finished_at = 1").await;
        let id = house.outbox().await.remove(0).id;
        assert_eq!(admin.sends(&format!("/panel/outbox/{id}/retry"), &[]).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(owner.sends(&format!("/panel/outbox/{id}/retry"), &[]).await.status(), StatusCode::SEE_OTHER);
        house.stop().await;
    }
}

on_both! {
    async fn many_guesses_at_once_are_no_more_than_one_after_another(house: House) {
        Moderator::first(&house).await;
        let guesses = (0..24).map(|number| {
            let stranger = Moderator::stranger(&house);
            async move { stranger.signs_in("ada@example.org", &format!("geraten {number}")).await.status() }
        });
        let answers = futures_util::future::join_all(guesses).await;
        let looked_at = answers.iter().filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY).count();
        assert_eq!(looked_at, 5, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count(), 19);
    }
}

on_both! {
    async fn without_a_link_nothing_is_judged_and_no_session_is_left_behind(house: House) {
        let owner = Moderator::first(&house).await;
        // The cost of judging a password is for those who have a link.
        let weak = [("name", ""), ("email", ""), ("password", "kurz")];
        for path in ["/panel/setup/AAAA", "/panel/invitation/AAAA", "/panel/password/AAAA"] {
            assert_eq!(posts(&Moderator::stranger(&house), path, &weak).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
        owner.sends(TEAM, &[("name", "Dora"), ("email", "dora@example.org"), ("role", "moderator")]).await;
        let link = link_in_mail(&house, "Einladung").await;
        // On the owner's own machine: their session there is over, not only out of sight.
        let accepted = posts(&owner, &link, &[("name", "Dora"), ("password", OTHER_PASSWORD)]).await;
        assert_eq!(accepted.status(), StatusCode::SEE_OTHER);
        assert_eq!(house.number("select count(*) from session").await, 1);
    }
}
