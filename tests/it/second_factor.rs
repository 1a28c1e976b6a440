//! The second factor: set up, asked for, lost; and attacks on it. The codes are worked out here anew, as an app would.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::StatusCode;

use crate::accounts::{OTHER_PASSWORD, link_in_mail, posts};
use crate::actors::{Moderator, PASSWORD};
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, TestDatabase, on_both};

pub const PAGE: &str = "/panel/account/second-factor";
pub const CODE: &str = "/panel/sign-in/code";
const STEP: i64 = 30_000;
pub const MINUTE: i64 = 60_000;

/// An app on a phone that has read a page's secret.
#[derive(Clone)]
pub struct Phone {
    secret: Vec<u8>,
}

impl Phone {
    pub fn reads(page: &str) -> Self {
        let text = page.split_once("translate=\"no\">").expect("the secret as text").1.split_once('<').unwrap().0;
        Self { secret: BASE32_NOPAD.decode(text.replace(' ', "").as_bytes()).unwrap() }
    }

    /// The code of now, or of so many steps later.
    pub fn code(&self, house: &House, later: i64) -> String {
        let step = house.app.clock.now().millis() / STEP + later;
        let mut mac = <Hmac<sha1::Sha1> as KeyInit>::new_from_slice(&self.secret).unwrap();
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = (hash[19] & 15) as usize;
        let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// A code that is none of about now.
    fn wrong(&self, house: &House) -> String {
        let near: Vec<String> = (-2..=2).map(|later| self.code(house, later)).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

/// Sets a second factor up; returns the phone and the recovery codes.
pub async fn sets_up(house: &House, who: &Moderator) -> (Phone, Vec<String>) {
    let begun = who.sends(PAGE, &[("do", "begin"), ("current", PASSWORD)]).await;
    assert_eq!(begun.status(), StatusCode::OK);
    let phone = Phone::reads(&begun.text().await.unwrap());
    let confirmed = who.sends(PAGE, &[("do", "confirm"), ("code", &phone.code(house, 0))]).await;
    assert_eq!(confirmed.status(), StatusCode::OK);
    let page = confirmed.text().await.unwrap();
    let list = page.split_once("recovery\">").unwrap().1.split_once("</ol>").unwrap().0;
    (phone, list.split("<li>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect())
}

/// A browser that has given the password and owes the code.
pub async fn owing(house: &House, email: &str) -> Moderator {
    let who = Moderator::stranger(house);
    let passed = who.signs_in(email, PASSWORD).await;
    assert_eq!(passed.headers()["location"], CODE, "{email}");
    who
}

async fn gives(who: &Moderator, code: &str) -> StatusCode {
    posts(who, CODE, &[("code", code)]).await.status()
}

/// Whether it opens the panel.
async fn enters(who: &Moderator, code: &str) -> bool {
    posts(who, CODE, &[("code", code)]).await.headers().get("location").is_some_and(|location| location == "/panel")
}

pub fn is_out(answer: &reqwest::Response) -> bool {
    answer.headers().get("location").is_some_and(|location| location == "/panel/sign-in")
}

pub async fn id_of(house: &House, name: &str) -> uuid::Uuid {
    let mut tx = house.app.store.read().await.unwrap();
    leserbrief::store::moderators::all(&mut tx).await.unwrap().into_iter().find(|one| one.name == name).unwrap().id
}

on_both! {
    async fn a_second_factor_is_set_up_once_and_asked_for_from_then_on(house: House) {
        let owner = Moderator::first(&house).await;
        let elsewhere = Moderator::stranger(&house);
        elsewhere.signs_in("ada@example.org", PASSWORD).await;
        assert!(owner.page("/panel/account").await.contains("Einrichten"));
        let refused = owner.sends(PAGE, &[("do", "begin"), ("current", "falsch")]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(posts(&owner, PAGE, &[("do", "begin"), ("current", PASSWORD), ("csrf", "x")]).await.status(), StatusCode::FORBIDDEN);
        let begun = owner.sends(PAGE, &[("do", "begin"), ("current", PASSWORD)]).await.text().await.unwrap();
        assert!(begun.contains("<svg class=\"qr\"") && begun.contains("<path fill=\"#000\" d=\"M4 4h1v1h-1z"), "{begun}");
        let phone = Phone::reads(&begun);
        // Begun is not on, and the secret is not shown to whoever opens the page.
        assert!(!owner.page(PAGE).await.contains("<svg"));
        assert_eq!(elsewhere.signs_in("ada@example.org", PASSWORD).await.headers()["location"], "/panel");
        let wrong = owner.sends(PAGE, &[("do", "confirm"), ("code", &phone.wrong(&house))]).await;
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(Phone::reads(&wrong.text().await.unwrap()).secret, phone.secret, "the picture is still there");
        let code = phone.code(&house, 0);
        let typed = format!(" {} {} ", &code[..3], &code[3..]);
        let on = owner.sends(PAGE, &[("do", "confirm"), ("code", &typed)]).await;
        assert_eq!(on.headers()["cache-control"], "no-store");
        let on = on.text().await.unwrap();
        assert_eq!(on.matches("<li>").count(), 10, "{on}");
        assert!(is_out(&elsewhere.opens("/panel/account").await), "sessions without a code have ended");
        assert!(owner.page("/panel/account").await.contains("An. 10 Wiederherstellungscodes"));
        assert!(!owner.page(PAGE).await.contains("<svg"), "shown once");
        house.wait(MINUTE);
        assert_eq!(owner.sends(PAGE, &[("do", "begin"), ("current", PASSWORD)]).await.status(), StatusCode::FORBIDDEN, "there is one");
        assert_eq!(owner.sends(PAGE, &[("do", "confirm"), ("code", &phone.code(&house, 1))]).await.status(), StatusCode::NOT_FOUND);
        let sealed = leserbrief::store::second_factors::find(&mut house.app.store.read().await.unwrap(), id_of(&house, "Ada Admiral").await).await.unwrap().unwrap();
        assert!(!sealed.secret.bytes.windows(20).any(|bytes| bytes == phone.secret), "under seal");

        house.wait(MINUTE);
        let ada = owing(&house, "ada@example.org").await;
        assert!(is_out(&ada.opens("/panel").await), "no session yet");
        assert_eq!(ada.opens(CODE).await.status(), StatusCode::OK);
        assert_eq!(gives(&ada, &phone.wrong(&house)).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(is_out(&ada.opens("/panel").await));
        let entered = posts(&ada, CODE, &[("code", &phone.code(&house, 0))]).await;
        assert_eq!(entered.headers()["location"], "/panel");
        assert_eq!(ada.opens("/panel/account").await.status(), StatusCode::OK);
        assert!(is_out(&ada.opens(CODE).await), "nothing is owed any more");
        assert_eq!(link_in_mail(&house, "Zweiter Faktor eingeschaltet").await, "/panel/account");
    }
}

on_both! {
    async fn recovery_codes_are_renewed_and_the_old_ones_hold_no_more(house: House) {
        let owner = Moderator::first(&house).await;
        let (phone, old) = sets_up(&house, &owner).await;
        house.wait(MINUTE);
        let renews = async |password: &str, code: &str| owner.sends(PAGE, &[("do", "renew"), ("current", password), ("code", code)]).await;
        for (password, code) in [("falsch", phone.code(&house, 0)), (PASSWORD, phone.wrong(&house)), (PASSWORD, String::new())] {
            assert_eq!(renews(password, &code).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
        let renewed = renews(PASSWORD, &phone.code(&house, 0)).await;
        assert_eq!(renewed.headers()["cache-control"], "no-store");
        let page = renewed.text().await.unwrap();
        assert!(page.contains("Die alten gelten nicht mehr."), "{page}");
        let list = page.split_once("recovery\">").unwrap().1.split_once("</ol>").unwrap().0;
        let new: Vec<&str> = list.split("<li>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
        assert_eq!((new.len(), new.iter().any(|code| old.iter().any(|known| known == code))), (10, false));
        assert!(!enters(&owing(&house, "ada@example.org").await, &old[0]).await);
        assert!(enters(&owing(&house, "ada@example.org").await, new[0]).await);
        crate::harness::eventually("a mail that tells of it", async || {
            house.mails().iter().any(|mail| mail.contains("Subject: Wiederherstellungscodes erneuert")).then_some(())
        })
        .await;
        // Without a second factor there is nothing to renew.
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        assert_eq!(ben.sends(PAGE, &[("do", "renew"), ("current", PASSWORD), ("code", "123456")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}

on_both! {
    async fn a_code_is_taken_once_and_from_a_clock_one_step_off(house: House) {
        let owner = Moderator::first(&house).await;
        let (phone, _) = sets_up(&house, &owner).await;
        let ada = owing(&house, "ada@example.org").await;
        assert_eq!(gives(&ada, &phone.code(&house, 0)).await, StatusCode::UNPROCESSABLE_ENTITY, "it has confirmed the factor");
        assert_eq!(gives(&ada, &phone.code(&house, 2)).await, StatusCode::UNPROCESSABLE_ENTITY, "a minute ahead");
        assert_eq!(gives(&ada, &phone.code(&house, 1)).await, StatusCode::SEE_OTHER, "a step ahead");
        let again = owing(&house, "ada@example.org").await;
        assert_eq!(gives(&again, &phone.code(&house, 1)).await, StatusCode::UNPROCESSABLE_ENTITY, "used");
        house.wait(2 * MINUTE);
        let ada = owing(&house, "ada@example.org").await;
        assert_eq!(gives(&ada, &phone.code(&house, -2)).await, StatusCode::UNPROCESSABLE_ENTITY, "a minute behind");
        assert_eq!(gives(&ada, &phone.code(&house, -1)).await, StatusCode::SEE_OTHER, "a step behind");
        // Seen over a shoulder and sent at once, from two browsers.
        house.wait(2 * MINUTE);
        let (one, two) = (owing(&house, "ada@example.org").await, owing(&house, "ada@example.org").await);
        let code = phone.code(&house, 0);
        let (one, two) = tokio::join!(enters(&one, &code), enters(&two, &code));
        assert!(one != two, "once, however fast");
    }
}

on_both! {
    async fn a_recovery_code_stands_in_once_and_for_its_account_alone(house: House) {
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        let (_, codes) = sets_up(&house, &owner).await;
        let (bens_phone, bens_codes) = sets_up(&house, &ben).await;
        assert_eq!((codes.len(), codes[0].len()), (10, 29));
        let ada = owing(&house, "ada@example.org").await;
        house.wait(MINUTE);
        for foreign in [&bens_codes[0], &bens_phone.code(&house, 0), "", "------", &codes[0][1..]] {
            assert_eq!(gives(&ada, foreign).await, StatusCode::UNPROCESSABLE_ENTITY, "{foreign}");
        }
        house.wait(MINUTE);
        assert_eq!(gives(&ada, &codes[0].to_uppercase().replace('-', " ")).await, StatusCode::SEE_OTHER, "however it is typed");
        assert_eq!(link_in_mail(&house, "Wiederherstellungscode").await, "/panel/account");
        assert!(ada.page("/panel/account").await.contains("An. 9 Wiederherstellungscodes"));
        let (one, two) = (owing(&house, "ada@example.org").await, owing(&house, "ada@example.org").await);
        assert_eq!(gives(&one, &codes[0]).await, StatusCode::UNPROCESSABLE_ENTITY, "used");
        let (first, second) = tokio::join!(enters(&one, &codes[1]), enters(&two, &codes[1]));
        assert!(first != second, "once, however fast");
        assert_eq!(house.number("select count(*) from recovery_code").await, 18);
    }
}

on_both! {
    async fn guessed_codes_are_counted_over_every_way_in(house: House) {
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        let (phone, codes) = sets_up(&house, &owner).await;
        let (bens_phone, _) = sets_up(&house, &ben).await;
        house.wait(MINUTE);
        let thief = owing(&house, "ada@example.org").await;
        let guesses = (0..12).map(|number| { let thief = &thief; async move { gives(thief, &format!("{number:06}")).await } });
        let answers = futures_util::future::join_all(guesses).await;
        assert_eq!(answers.iter().filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY).count(), 5, "{answers:?}");
        house.wait(MINUTE);
        let again = owing(&house, "ada@example.org").await;
        for _ in 0..5 {
            assert_eq!(gives(&again, &phone.wrong(&house)).await, StatusCode::UNPROCESSABLE_ENTITY);
        }
        // Ten are enough for a day: no further sign-in, no recovery code and no right code opens.
        house.wait(MINUTE);
        let third = owing(&house, "ada@example.org").await;
        for code in [phone.code(&house, 0), codes[0].clone()] {
            let refused = posts(&third, CODE, &[("code", &code)]).await;
            assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
            assert!(refused.headers().contains_key("retry-after"));
        }
        assert_eq!(gives(&owing(&house, "ben@example.org").await, &bens_phone.code(&house, 0)).await, StatusCode::SEE_OTHER, "Ben is not concerned");
        // A password that the thief does not know opens the way again; what they had in hand is worth nothing.
        posts(&third, "/panel/password", &[("email", "ada@example.org")]).await;
        let link = link_in_mail(&house, "Neues Passwort").await;
        assert_eq!(posts(&third, &link, &[("password", OTHER_PASSWORD)]).await.status(), StatusCode::SEE_OTHER);
        assert!(is_out(&posts(&third, CODE, &[("code", &phone.code(&house, 0))]).await));
        let ada = Moderator::stranger(&house);
        assert_eq!(ada.signs_in("ada@example.org", OTHER_PASSWORD).await.headers()["location"], CODE, "a new password is no second factor");
        assert_eq!(gives(&ada, &phone.code(&house, 0)).await, StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn whoever_owes_a_code_has_five_minutes_and_no_session(house: House) {
        let owner = Moderator::first(&house).await;
        let (phone, _) = sets_up(&house, &owner).await;
        let passed = Moderator::stranger(&house).signs_in("ada@example.org", PASSWORD).await;
        let cookies: Vec<&str> = passed.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
        assert_eq!(cookies.len(), 1, "neither a session nor a known device: {cookies:?}");
        assert!(cookies[0].contains("HttpOnly") && cookies[0].contains("SameSite=Lax"), "{cookies:?}");
        let token = cookies[0].strip_prefix("leserbrief-pending=").unwrap().split(';').next().unwrap();
        let stranger = Moderator::stranger(&house);
        for (cookie, path) in [
            (format!("leserbrief={token}"), "/panel/account"),
            (format!("leserbrief-pending={}", &token[1..]), CODE),
            ("leserbrief-pending=".into(), CODE),
        ] {
            let opened = stranger.client.get(format!("{}{path}", house.url)).header("cookie", cookie).send().await.unwrap();
            assert!(is_out(&opened), "{path}");
        }
        assert!(is_out(&stranger.opens(CODE).await) && is_out(&posts(&stranger, CODE, &[("code", "123456")]).await));
        assert_eq!(house.number("select count(*) from session").await, 1, "the owner's");
        let ada = owing(&house, "ada@example.org").await;
        house.wait(5 * MINUTE);
        assert!(is_out(&ada.opens(CODE).await));
        assert!(is_out(&posts(&ada, CODE, &[("code", &phone.code(&house, 0))]).await), "too late");
        house.app.accounts.forget_expired().await.unwrap();
        assert_eq!(house.number("select count(*) from pending_sign_in").await, 0);
        // A password alone that was right still counts as an attempt that failed.
        assert!(owner.page("/panel/account").await.contains("Gescheitert"));
    }
}

on_both! {
    async fn a_second_factor_is_turned_off_by_password_and_code(house: House) {
        let owner = Moderator::first(&house).await;
        let (phone, codes) = sets_up(&house, &owner).await;
        house.wait(MINUTE);
        let end = async |current: &str, code: &str| owner.sends(PAGE, &[("do", "end"), ("current", current), ("code", code)]).await.status();
        assert_eq!(end("falsch", &phone.code(&house, 0)).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(end(PASSWORD, &phone.wrong(&house)).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(end(PASSWORD, "").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(posts(&owner, PAGE, &[("do", "end"), ("current", PASSWORD), ("code", &codes[0]), ("csrf", "x")]).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(house.number("select count(*) from second_factor where confirmed_at is not null").await, 1);
        assert_eq!(end(PASSWORD, &phone.code(&house, 0)).await, StatusCode::SEE_OTHER);
        assert_eq!(house.number("select (select count(*) from second_factor) + (select count(*) from recovery_code)").await, 0);
        assert_eq!(link_in_mail(&house, "Zweiter Faktor ausgeschaltet").await, "/panel/account");
        assert_eq!(Moderator::stranger(&house).signs_in("ada@example.org", PASSWORD).await.headers()["location"], "/panel");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_phone_without_scripts_a_factor_is_set_up_and_used() {
    let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
    Moderator::first(&house).await;
    for manner in [Manner::WithoutScripts, Manner::Phone] {
        let browser = Browser::open(manner).await;
        browser.goes_to(&format!("{}/panel/sign-in", house.url)).await;
        browser.types("#email", "ada@example.org").await;
        browser.types("#password", PASSWORD).await;
        browser.clicks("button.primary").await;
        browser.sees(".sections").await;
        browser.goes_to(&format!("{}{PAGE}", house.url)).await;
        browser.types("#current", PASSWORD).await;
        browser.clicks("button.primary").await;
        let (_, _, width, height) = browser.sees("svg.qr").await.rectangle().await.unwrap();
        assert!((200.0..400.0).contains(&width) && (width - height).abs() < 1.0, "a square to be scanned: {width} × {height}");
        browser.shows("second-factor").await;
        let phone = Phone::reads(&browser.client.source().await.unwrap());
        browser.types("#code", &phone.code(&house, 0)).await;
        browser.clicks("button.primary").await;
        browser.reads(".notice", "eingeschaltet").await;
        assert_eq!(browser.count(".recovery li").await, 10);
        browser.shows("second-factor-codes").await;
        house.wait(MINUTE);
        browser.goes_to(&format!("{}/panel/sign-in", house.url)).await;
        browser.types("#email", "ada@example.org").await;
        browser.types("#password", PASSWORD).await;
        browser.clicks("button.primary").await;
        browser.sees("#code").await;
        browser.shows("code").await;
        // Enter sends it, and the field has the keyboard already.
        browser.types("#code", &format!("{}\u{e007}", phone.code(&house, 0))).await;
        browser.sees(".sections").await;
        assert_eq!(browser.complaints().await, [""; 0]);
        house.app.accounts.reset_second_factor_of("ada@example.org").await.unwrap();
        house.wait(MINUTE);
    }
}
