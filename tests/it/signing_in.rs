//! The door: the first owner, signing in and out, throttles.

use reqwest::StatusCode;

use crate::actors::{Moderator, PASSWORD};
use crate::harness::{Database, House, TestDatabase, on_both};

on_both! {
    async fn the_setup_link_makes_one_owner_once(house: House) {
        let setup = house.setup_url.clone().unwrap();
        let stranger = Moderator::stranger(&house);
        let weak = [("name", ""), ("email", "ada"), ("password", "kurz")];
        let refused = stranger.client.post(&setup).form(&weak).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let told = refused.text().await.unwrap();
        assert!(told.contains("mindestens 15 Zeichen") && told.contains("value=\"ada\"") && !told.contains("\"kurz\""), "{told}");
        let fields = [("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD)];
        let (one, two) = tokio::join!(stranger.client.post(&setup).form(&fields).send(), stranger.client.post(&setup).form(&fields).send());
        let mut statuses = [one.unwrap().status(), two.unwrap().status()];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND]);
        assert_eq!(stranger.client.get(&setup).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        assert_eq!(house.number("select count(*) from moderator").await, 1);
    }
}

on_both! {
    async fn each_process_prints_a_setup_link_that_holds_for_a_day(house: House) {
        let first = house.setup_url.clone().unwrap();
        let second = house.app.accounts.new_setup_token().await.unwrap().unwrap();
        assert!(house.app.accounts.setup_holds(first.rsplit_once('/').unwrap().1).await.unwrap());
        assert!(house.app.accounts.setup_holds(&second).await.unwrap());
        house.wait(24 * 60 * 60 * 1000);
        assert!(!house.app.accounts.setup_holds(&second).await.unwrap());
    }
}

on_both! {
    async fn two_people_with_a_setup_link_each_make_one_owner(house: House) {
        let second = house.app.accounts.new_setup_token().await.unwrap().unwrap();
        let links = [house.setup_url.clone().unwrap(), format!("{}/panel/setup/{second}", house.url)];
        let (ada, ben) = (Moderator::stranger(&house), Moderator::stranger(&house));
        let make = async |stranger: &Moderator, link: &str, email: &str| {
            let fields = [("name", "Ada"), ("email", email), ("password", PASSWORD)];
            stranger.client.post(link).form(&fields).send().await.unwrap().status()
        };
        let (one, two) = tokio::join!(make(&ada, &links[0], "ada@example.org"), make(&ben, &links[1], "ben@example.org"));
        let mut statuses = [one, two];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND]);
        assert_eq!(house.number("select count(*) from moderator").await, 1);
        assert_eq!(house.number("select count(*) from setup_link").await, 0);
    }
}

on_both! {
    async fn whoever_signs_out_is_out(house: House) {
        let moderator = Moderator::first(&house).await;
        let csrf = moderator.csrf().await;
        let url = format!("{}/panel/sign-out", house.url);
        assert_eq!(moderator.client.post(&url).form(&[("csrf", "x")]).send().await.unwrap().status(), StatusCode::FORBIDDEN);
        assert_eq!(moderator.client.post(&url).form(&[("csrf", &csrf)]).send().await.unwrap().status(), StatusCode::SEE_OTHER);
        assert_eq!(moderator.opens("/panel").await.headers()["location"], "/panel/sign-in");
        assert_eq!(house.number("select count(*) from session").await, 0);
    }
}

on_both! {
    async fn an_unknown_name_gets_the_answer_of_a_wrong_password(house: House) {
        Moderator::first(&house).await;
        let stranger = Moderator::stranger(&house);
        let wrong = stranger.signs_in("ada@example.org", "zwölf Möwen über dem Meer").await;
        let unknown = stranger.signs_in("eda@example.org", "zwölf Möwen über dem Meer").await;
        assert_eq!((wrong.status(), unknown.status()), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
        let words = async |answer: reqwest::Response| answer.text().await.unwrap().replace("eda@", "ada@");
        assert_eq!(words(wrong).await, words(unknown).await);
        // Both have been hashed for: the time is the same because the work is.
        assert_eq!(house.number("select count(*) from sign_in where not succeeded").await, 2);
        assert_eq!(stranger.signs_in("ada@EXAMPLE.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn five_attempts_a_minute_from_one_network(house: House) {
        Moderator::first(&house).await;
        let stranger = Moderator::stranger(&house);
        for number in 0..5 {
            let answer = stranger.signs_in(&format!("nobody{number}@example.org"), "falsch").await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
        let refused = stranger.signs_in("ada@example.org", PASSWORD).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "60");
        house.wait(60_000);
        assert_eq!(stranger.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn a_hundred_failures_close_an_account_for_a_day_wherever_they_come_from(house: House) {
        let owner = Moderator::first(&house).await;
        drop(owner);
        let address = leserbrief::email_address::EmailAddress::parse("ada@example.org").unwrap();
        let index = house.app.keys.address_index(&address);
        let mut tx = house.app.store.write().await.unwrap();
        for number in 0..100_u8 {
            let at = house.app.clock.now().plus(-1000);
            leserbrief::store::sign_ins::note(&mut tx, house.app.clock.new_id(), &index, &[number], false, at).await.unwrap();
        }
        tx.commit().await.unwrap();
        let stranger = Moderator::stranger(&house);
        assert_eq!(stranger.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::TOO_MANY_REQUESTS);
        house.wait(24 * 60 * 60 * 1000);
        assert_eq!(stranger.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn a_session_ends_unused_after_a_week_and_used_after_a_month(house: House) {
        let day = 24 * 60 * 60 * 1000;
        let idle = Moderator::first(&house).await;
        let busy = Moderator::further(&house, "Ben", "ben@example.org").await;
        for _ in 0..29 {
            house.wait(day);
            busy.queue("pending").await;
        }
        assert_eq!(idle.opens("/panel").await.headers()["location"], "/panel/sign-in");
        house.wait(day + 1);
        assert_eq!(busy.opens("/panel").await.headers()["location"], "/panel/sign-in");
        house.app.accounts.forget_expired().await.unwrap();
        assert_eq!(house.number("select count(*) from session").await, 0);
    }
}

on_both! {
    async fn each_sign_in_begins_a_new_session(house: House) {
        let moderator = Moderator::first(&house).await;
        let before = moderator.csrf().await;
        assert_eq!(moderator.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
        assert_ne!(moderator.csrf().await, before);
        assert_eq!(house.number("select count(*) from session").await, 1, "the one before has ended");
    }
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host() {
    let database = TestDatabase::new(Database::Sqlite).await;
    let house = House::with(database, &["--base-url", "https://comments.example"], &[]).await;
    let token = house.app.accounts.new_setup_token().await.unwrap().unwrap();
    let stranger = Moderator::stranger(&house);
    let url = format!("{}/panel/setup/{token}", house.url);
    let fields = [("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD)];
    let made = stranger.client.post(url).form(&fields).send().await.unwrap();
    let cookie = made.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-leserbrief="), "{cookie}");
    for flag in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{flag} in {cookie}");
    }
    assert!(made.headers().contains_key("strict-transport-security"));
    assert_eq!(stranger.opens("/demo").await.status(), StatusCode::NOT_FOUND, "no demo where strangers are");
}
