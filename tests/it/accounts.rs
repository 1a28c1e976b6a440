//! Accounts: invitations, roles, new passwords, own sessions; and attacks on each.

use leserbrief::moderator::Role;
use mail_parser::MessageParser;
use reqwest::{Response, StatusCode};

use crate::actors::{Moderator, PASSWORD, Reader};
use crate::harness::{Database, House, eventually, on_both};

pub const TEAM: &str = "/panel/sites/demo/team";
pub const OTHER_PASSWORD: &str = "elf Störche auf dem Schornstein";
const HOUR: i64 = 60 * 60 * 1000;

/// The link in the newest mail whose subject has these words, as the path behind the service's address.
pub async fn link_in_mail(house: &House, subject: &str) -> String {
    eventually(subject, async || {
        house.mails().iter().rev().find_map(|mail| {
            let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
            let text =
                parsed.subject().unwrap_or_default().contains(subject).then(|| parsed.body_text(0).unwrap().into_owned())?;
            assert!(!mail.contains("List-Unsubscribe"), "a mail about an account is no newsletter");
            Some(text.lines().find_map(|line| line.strip_prefix(&house.url))?.to_owned())
        })
    })
    .await
}

pub async fn posts(who: &Moderator, path: &str, fields: &[(&str, &str)]) -> Response {
    who.client.post(format!("{}{path}", who.url)).form(fields).send().await.unwrap()
}

on_both! {
    async fn an_invitation_makes_a_moderator_once(house: House) {
        let owner = Moderator::first(&house).await;
        let invited = owner.sends(TEAM, &[("name", "Ben"), ("email", "ben@example.org"), ("role", "moderator")]).await;
        assert_eq!(invited.headers()["location"], "/panel/sites/demo/team?done=mailed");
        let team = owner.page(TEAM).await;
        assert!(team.contains("Ben ist eingeladen (Moderation)") && !team.contains("ben@example.org"), "{team}");
        let link = link_in_mail(&house, "Einladung").await;
        let ben = Moderator::stranger(&house);
        // An invitation is no account yet: no password opens it, and no comment is told of by mail.
        assert_eq!(ben.signs_in("ben@example.org", "").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        Reader::of(&house, "a").writes("Davon erfährt Ben noch nichts.").await;
        assert_eq!(house.number("select count(*) from outbox where kind = 'held-comments'").await, 1);
        for _ in 0..2 {
            assert!(ben.page(&link).await.contains("value=\"Ben\""), "looking uses nothing up");
        }
        let weak = posts(&ben, &link, &[("name", "Ben"), ("password", "kurz")]).await;
        assert_eq!(weak.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(weak.text().await.unwrap().contains("mindestens 15 Zeichen"));
        let fields = [("name", "Ben Boot"), ("password", OTHER_PASSWORD)];
        let (one, two) = tokio::join!(posts(&ben, &link, &fields), posts(&ben, &link, &fields));
        let mut statuses = [one.status(), two.status()];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND], "once, however fast");
        assert_eq!(ben.opens(&link).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(posts(&ben, &link, &fields).await.status(), StatusCode::NOT_FOUND);
        let again = Moderator::stranger(&house);
        assert_eq!(again.signs_in("ben@example.org", OTHER_PASSWORD).await.status(), StatusCode::SEE_OTHER);
        assert!(again.queue("pending").await.contains("Davon erfährt Ben noch nichts"));
        assert_eq!(again.opens(TEAM).await.status(), StatusCode::FORBIDDEN);
        assert!(owner.page(TEAM).await.contains("Ben Boot"));
    }
}

on_both! {
    async fn an_invitation_expires_is_replaced_and_taken_back(house: House) {
        let owner = Moderator::first(&house).await;
        let invite = [("name", "Ben"), ("email", "ben@example.org"), ("role", "moderator")];
        owner.sends(TEAM, &invite).await;
        let first = link_in_mail(&house, "Einladung").await;
        let ben = Moderator::stranger(&house);
        house.wait(7 * 24 * HOUR - 1);
        assert_eq!(ben.opens(&first).await.status(), StatusCode::OK);
        house.wait(1);
        assert_eq!(ben.opens(&first).await.status(), StatusCode::NOT_FOUND);
        let owner = { let again = Moderator::stranger(&house); again.signs_in("ada@example.org", PASSWORD).await; again };
        owner.sends(TEAM, &invite).await;
        let second = eventually("another link", async || Some(link_in_mail(&house, "Einladung").await).filter(|link| *link != first)).await;
        owner.sends(TEAM, &invite).await;
        let third = eventually("a third link", async || Some(link_in_mail(&house, "Einladung").await).filter(|link| *link != second)).await;
        assert_eq!(ben.opens(&second).await.status(), StatusCode::NOT_FOUND, "the newest one holds");
        let team = owner.page(TEAM).await;
        let end = team.split("action=\"").find(|rest| rest.contains("/end\"")).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(owner.sends(&end, &[]).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(ben.opens(&third).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(posts(&ben, &third, &[("name", "Ben"), ("password", OTHER_PASSWORD)]).await.status(), StatusCode::NOT_FOUND);
        // Forged ones: cut, longer, of another kind.
        for forged in [&third[..third.len() - 1], "/panel/invitation/", "/panel/invitation/AAAA", &third.replace("invitation", "password")] {
            assert_eq!(ben.opens(forged).await.status(), StatusCode::NOT_FOUND, "{forged}");
        }
        assert_eq!(house.number("select count(*) from moderator where password_hash <> ''").await, 1);
    }
}

on_both! {
    async fn nobody_gives_more_than_they_have(house: House) {
        let owner = Moderator::first(&house).await;
        let admin = Moderator::with_role(&house, "Cem", "cem@example.org", Role::Admin).await;
        house.wait(60_000);
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        house.adds_site("anderswo").await;
        let invite = |role| [("name", "Dora"), ("email", "dora@example.org"), ("role", role)];
        assert_eq!(ben.sends(TEAM, &invite("moderator")).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(admin.sends(TEAM, &invite("owner")).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(admin.sends(TEAM, &invite("emperor")).await.status(), StatusCode::BAD_REQUEST);
        assert_eq!(admin.sends("/panel/sites/anderswo/team", &invite("moderator")).await.status(), StatusCode::NOT_FOUND);
        let forged = posts(&admin, TEAM, &[("csrf", "x"), ("name", "Dora"), ("email", "dora@example.org"), ("role", "admin")]).await;
        assert_eq!(forged.status(), StatusCode::FORBIDDEN);
        let bad = admin.sends(TEAM, &[("name", "Dora <b>"), ("email", "dora"), ("role", "moderator")]).await;
        assert_eq!(bad.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text().await.unwrap().contains("value=\"Dora &#60;b&#62;\""));
        assert_eq!(house.number("select count(*) from account_link").await, 0);

        let id_of = async |name: &str| {
            let mut tx = house.app.store.read().await.unwrap();
            leserbrief::store::moderators::all(&mut tx).await.unwrap().into_iter().find(|m| m.name == name).unwrap().id
        };
        let (ada, bens, cems) = (id_of("Ada Admiral").await, id_of("Ben").await, id_of("Cem").await);
        for (who, target, role, status) in [
            (&ben, bens, "admin", StatusCode::FORBIDDEN),
            (&admin, ada, "none", StatusCode::FORBIDDEN),
            (&admin, ada, "moderator", StatusCode::FORBIDDEN),
            (&admin, bens, "owner", StatusCode::FORBIDDEN),
            (&admin, cems, "moderator", StatusCode::FORBIDDEN),
            (&admin, house.app.clock.new_id(), "admin", StatusCode::NOT_FOUND),
            (&admin, bens, "admin", StatusCode::SEE_OTHER),
            (&owner, bens, "moderator", StatusCode::SEE_OTHER),
        ] {
            assert_eq!(who.sends(&format!("{TEAM}/{target}"), &[("role", role)]).await.status(), status, "{role}");
        }
        assert_eq!(admin.sends(&format!("/panel/sites/anderswo/team/{bens}"), &[("role", "admin")]).await.status(), StatusCode::NOT_FOUND);
        // Whoever loses the role loses the site at once, and gets no mail for it any more.
        assert_eq!(owner.sends(&format!("{TEAM}/{bens}"), &[("role", "none")]).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(ben.opens("/panel/sites/demo/comments").await.status(), StatusCode::NOT_FOUND);
        // Who has an account already has the role at once.
        let given = owner.sends(TEAM, &[("name", "x"), ("email", "ben@example.org"), ("role", "moderator")]).await;
        assert_eq!(given.headers()["location"], "/panel/sites/demo/team?done=given");
        assert_eq!(ben.opens("/panel/sites/demo/comments").await.status(), StatusCode::OK);
    }
}

on_both! {
    async fn a_forgotten_password_is_set_anew_once_within_an_hour(house: House) {
        let owner = Moderator::first(&house).await;
        let stranger = Moderator::stranger(&house);
        let known = posts(&stranger, "/panel/password", &[("email", "ada@example.org")]).await;
        let unknown = posts(&stranger, "/panel/password", &[("email", "eda@example.org")]).await;
        assert_eq!((known.status(), unknown.status()), (StatusCode::OK, StatusCode::OK));
        assert_eq!(known.text().await.unwrap(), unknown.text().await.unwrap().replace("eda@", "ada@"), "the same answer");
        let link = link_in_mail(&house, "Neues Passwort").await;
        assert_eq!(house.number("select count(*) from outbox").await, 1);
        // Asked again at once, no second mail goes out.
        posts(&stranger, "/panel/password", &[("email", "ada@example.org")]).await;
        assert_eq!(house.number("select count(*) from outbox").await, 1);
        assert_eq!(posts(&stranger, &link, &[("password", "passwordpassword")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let set = posts(&stranger, &link, &[("password", OTHER_PASSWORD)]).await;
        assert_eq!(set.headers()["location"], "/panel/sign-in");
        assert_eq!(owner.opens("/panel").await.headers()["location"], "/panel/sign-in", "every session has ended");
        assert_eq!(posts(&stranger, &link, &[("password", PASSWORD)]).await.status(), StatusCode::NOT_FOUND, "once");
        house.wait(60_000);
        assert_eq!(stranger.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(stranger.signs_in("ada@example.org", OTHER_PASSWORD).await.status(), StatusCode::SEE_OTHER);

        posts(&stranger, "/panel/password", &[("email", "ada@example.org")]).await;
        assert_eq!(house.number("select count(*) from outbox").await, 1, "within five minutes");
        house.wait(5 * 60_000);
        posts(&stranger, "/panel/password", &[("email", "ada@example.org")]).await;
        let second = eventually("another link", async || Some(link_in_mail(&house, "Neues Passwort").await).filter(|other| *other != link)).await;
        house.wait(HOUR);
        assert_eq!(stranger.opens(&second).await.status(), StatusCode::NOT_FOUND, "an hour");
        assert_eq!(posts(&stranger, &second, &[("password", PASSWORD)]).await.status(), StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn asking_for_passwords_is_throttled_and_keeps_nobody_out(house: House) {
        Moderator::first(&house).await;
        let stranger = Moderator::stranger(&house);
        for number in 0..5 {
            let asked = posts(&stranger, "/panel/password", &[("email", &format!("nobody{number}@example.org"))]).await;
            assert_eq!(asked.status(), StatusCode::OK);
        }
        let refused = posts(&stranger, "/panel/password", &[("email", "ada@example.org")]).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "60");
        assert_eq!(house.number("select count(*) from account_link").await, 0);
        let address = leserbrief::email_address::EmailAddress::parse("ada@example.org").unwrap();
        let index = house.app.keys.address_index(&address);
        let mut tx = house.app.store.read().await.unwrap();
        assert_eq!(leserbrief::store::sign_ins::nth_failure(&mut tx, &index, 1).await.unwrap(), None);
    }
}

on_both! {
    async fn a_known_browser_is_not_locked_out_by_strangers(house: House) {
        let owner = Moderator::first(&house).await;
        assert_eq!(owner.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
        let stranger = Moderator::stranger(&house);
        for _ in 0..5 {
            stranger.signs_in("ada@example.org", "geraten").await;
        }
        let address = leserbrief::email_address::EmailAddress::parse("ada@example.org").unwrap();
        let index = house.app.keys.address_index(&address);
        let mut tx = house.app.store.write().await.unwrap();
        for number in 0..100_u8 {
            leserbrief::store::sign_ins::note(&mut tx, house.app.clock.new_id(), &index, &[number], false, house.app.clock.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        // From the same network, with the account closed: the owner's browser still gets in, a stranger does not.
        assert_eq!(stranger.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::TOO_MANY_REQUESTS);
        let forged = stranger.client.post(format!("{}/panel/sign-in", house.url)).header("cookie", "leserbrief-device=AAAA.AAAA")
            .form(&[("email", "ada@example.org"), ("password", PASSWORD)]).send().await.unwrap();
        assert_eq!(forged.status(), StatusCode::TOO_MANY_REQUESTS);
        for _ in 0..10 {
            assert_eq!(owner.signs_in("ada@example.org", "vertippt").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(owner.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::TOO_MANY_REQUESTS, "a stolen browser guesses ten times a day");
        house.wait(24 * HOUR);
        assert_eq!(owner.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn ones_own_account_is_changed_and_its_sessions_end(house: House) {
        let owner = Moderator::first(&house).await;
        let phone = Moderator::stranger(&house);
        phone.signs_in("ada@example.org", PASSWORD).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        let page = owner.page("/panel/account").await;
        assert_eq!(page.matches("name=\"session\"").count(), 1, "one other session, and this one: {page}");
        assert!(page.contains("Diese Sitzung") && page.contains("Erfolgreich"), "{page}");
        // Another's session is out of reach.
        let id = page.split_once("name=\"session\" value=\"").unwrap().1[..36].to_owned();
        ben.sends("/panel/account/sessions", &[("session", &id)]).await;
        assert_eq!(phone.opens("/panel/account").await.status(), StatusCode::OK);
        assert_eq!(posts(&owner, "/panel/account/sessions", &[("csrf", "x"), ("session", &id)]).await.status(), StatusCode::FORBIDDEN);
        owner.sends("/panel/account/sessions", &[("session", &id)]).await;
        assert_eq!(phone.opens("/panel/account").await.headers()["location"], "/panel/sign-in");
        assert_eq!(owner.opens("/panel/account").await.status(), StatusCode::OK);

        let renamed = owner.sends("/panel/account", &[("name", "Ada <Admiral>"), ("locale", "en")]).await;
        assert_eq!(renamed.status(), StatusCode::OK);
        let page = owner.page("/panel/account").await;
        assert!(page.contains("value=\"Ada &#60;Admiral&#62;\"") && page.contains("My account"), "{page}");
        let nameless = owner.sends("/panel/account", &[("name", " "), ("locale", "en")]).await;
        assert_eq!(nameless.status(), StatusCode::UNPROCESSABLE_ENTITY);
        house.wait(60_000);
        phone.signs_in("ada@example.org", PASSWORD).await;
        let change = |current, password| [("current", current), ("password", password)];
        assert_eq!(owner.sends("/panel/account", &change("falsch", OTHER_PASSWORD)).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(owner.sends("/panel/account", &change(PASSWORD, "kurz")).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(owner.sends("/panel/account", &change(PASSWORD, OTHER_PASSWORD)).await.status(), StatusCode::OK);
        assert_eq!(owner.opens("/panel/account").await.status(), StatusCode::OK, "this session goes on");
        assert_eq!(phone.opens("/panel/account").await.headers()["location"], "/panel/sign-in", "the others end");
        for _ in 0..2 {
            owner.sends("/panel/account", &change("geraten", OTHER_PASSWORD)).await;
        }
        assert_eq!(owner.sends("/panel/account", &change("geraten", OTHER_PASSWORD)).await.status(), StatusCode::TOO_MANY_REQUESTS);
        let out = owner.sends("/panel/account/sessions", &[]).await;
        assert_eq!(out.headers()["location"], "/panel/sign-in");
        assert_eq!(owner.opens("/panel").await.headers()["location"], "/panel/sign-in");
        assert_eq!(ben.opens("/panel").await.status(), StatusCode::SEE_OTHER);
        assert_eq!(house.number("select count(*) from session").await, 1, "Ben's");
    }
}

on_both! {
    async fn a_hash_of_earlier_parameters_is_made_anew_at_sign_in(house: House) {
        let owner = Moderator::first(&house).await;
        // "zwölf Möwen über dem Deich" under 19 MiB and two passes.
        use argon2::password_hash::PasswordHasher;
        let weaker = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, argon2::Params::new(19 * 1024, 2, 1, None).unwrap());
        let hash = weaker.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
        let mut tx = house.app.store.write().await.unwrap();
        let id = leserbrief::store::moderators::all(&mut tx).await.unwrap()[0].id;
        leserbrief::store::moderators::change_password(&mut tx, id, &hash).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(house.number("select count(*) from moderator where password_hash like '%m=65536,t=3,p=1%'").await, 0);
        assert_eq!(owner.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(house.number("select count(*) from moderator where password_hash like '%m=65536,t=3,p=1%'").await, 1);
        assert_eq!(owner.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
    }
}
