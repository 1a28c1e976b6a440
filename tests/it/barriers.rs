//! Every page of the panel for whoever sees little, sees it dark, enlarges it, or has a keyboard and nothing else.

use fantoccini::key::Key;
use serde_json::json;

use crate::accounts::{TEAM, link_in_mail};
use crate::actors::{Moderator, PASSWORD, Reader};
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, TestDatabase};
use crate::second_factor::{CODE, PAGE, Phone};
use crate::working::without_limits;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The checker finds nothing, in light and in the dark, and nothing is too wide at 200 % of a window of 1100 pixels and at
/// 400 % of one of 1280.
pub async fn is_for_everybody(browser: &Browser, page: &str) {
    browser.sees("main").await;
    for scheme in ["light", "dark"] {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.tells("Emulation.setEmulatedMedia", features).await;
        browser.has_no_barriers(&format!("{page}, {scheme}")).await;
    }
    for width in [550, 320] {
        let metrics = json!({"width": width, "height": 600, "deviceScaleFactor": 2, "mobile": false});
        browser.tells("Emulation.setDeviceMetricsOverride", metrics).await;
        let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.client.execute(overflow, Vec::new()).await.unwrap(), 0, "{page} at {width} pixels");
    }
    browser.tells("Emulation.clearDeviceMetricsOverride", json!({})).await;
}

/// The tabulator gets to everything that can be used, and each shows that it has the keyboard.
pub async fn is_walked_by_keyboard(browser: &Browser, page: &str) {
    let usable = "window.left = new Set([...document.querySelectorAll(\
            'a[href],button,input:not([type=hidden],[tabindex=\"-1\"]),select,textarea,summary,[tabindex=\"0\"]')]\
        .filter(e => e.checkVisibility() && !e.disabled && !(e.type === 'radio' && !e.checked))); return window.left.size";
    let count = browser.client.execute(usable, Vec::new()).await.unwrap().as_u64().unwrap();
    // A date has a field for each of its parts.
    let most = count * 5 + 20;
    let step = "const e = document.activeElement, style = getComputedStyle(e); window.left.delete(e);\
        const shown = e === document.body || style.outlineStyle !== 'none' || style.boxShadow !== 'none';\
        return [window.left.size, shown ? '' : e.outerHTML]";
    let tab = String::from(char::from(Key::Tab));
    let mut steps = 0;
    loop {
        let found = browser.client.execute(step, Vec::new()).await.unwrap();
        if steps > 0 {
            assert_eq!(found[1], "", "{page}: this does not show that it has the keyboard");
        }
        if found[0] == 0 {
            break;
        }
        if steps == most {
            let names = "return [...window.left].map(e => e.outerHTML.slice(0, 200)).join('\\n')";
            panic!("{page}: the keyboard does not get to {}", browser.client.execute(names, Vec::new()).await.unwrap());
        }
        steps += 1;
        browser.presses(&[&tab]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_not_signed_in_finds_no_barrier() {
    let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
    let browser = Browser::open(Manner::Desktop).await;
    browser.goes_to(house.setup_url.as_ref().unwrap()).await;
    is_for_everybody(&browser, "setup").await;
    browser.clicks("button.primary").await;
    browser.sees("[aria-invalid=true]").await;
    is_for_everybody(&browser, "setup, refused").await;
    let owner = Moderator::first(&house).await;
    for path in ["/panel/sign-in", "/panel/password"] {
        browser.goes_to(&format!("{}{path}", house.url)).await;
        is_for_everybody(&browser, path).await;
        is_walked_by_keyboard(&browser, path).await;
    }
    browser.goes_to(&format!("{}/panel/sign-in", house.url)).await;
    browser.types("#email", "ada@example.org").await;
    browser.types("#password", "falsch und lang genug\u{e007}").await;
    browser.sees("[role=alert]").await;
    is_for_everybody(&browser, "sign-in, refused").await;
    owner.sends(TEAM, &[("name", "Ben"), ("email", "ben@example.org"), ("role", "moderator")]).await;
    crate::accounts::posts(&Moderator::stranger(&house), "/panel/password", &[("email", "ada@example.org")]).await;
    for subject in ["Einladung", "Neues Passwort"] {
        browser.goes_to(&format!("{}{}", house.url, link_in_mail(&house, subject).await)).await;
        browser.sees("#password").await;
        is_for_everybody(&browser, subject).await;
        is_walked_by_keyboard(&browser, subject).await;
        browser.goes_to(&format!("{}/panel/password/nonsense", house.url)).await;
        is_for_everybody(&browser, "a link that holds no more").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_signed_in_finds_no_barrier_on_any_page() {
    let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
    without_limits(&house).await;
    let browser = Browser::open(Manner::Desktop).await;
    crate::in_the_browser::becomes_owner(&browser, &house).await;
    let owner = Moderator::stranger(&house);
    owner.signs_in("ada@example.org", PASSWORD).await;
    owner.sends(TEAM, &[("name", "Ben"), ("email", "ben@example.org"), ("role", "moderator")]).await;
    owner.sends("/panel/outbox/test", &[]).await;
    owner.sends("/panel/sites/demo/webhooks", &[("url", "https://hooks.example/comments/of/a/very/long/path?token=4711")]).await;
    let mut ids = Vec::new();
    for (number, to) in ["approved", "rejected", "spam", "pending", "pending"].into_iter().enumerate() {
        house.wait(DAY / 8);
        let text =
            format!("Kommentar Nummer {number}: Hier billige Uhren auf https://uhren.example kaufen, sagt der Bürgermeister.");
        let id = Reader::of(&house, "buslinie").writes(&text).await["id"].as_str().unwrap().to_owned();
        if to != "pending" {
            owner.decides(&id, to).await;
        }
        ids.push(id);
    }
    let (approved, waiting) = (&ids[0], &ids[3]);
    let pages = owner.page("/panel/sites/demo/pages").await;
    let page =
        pages.split("href=\"").find(|rest| rest.starts_with("/panel/sites/demo/pages/")).unwrap().split('"').next().unwrap();
    let mut paths: Vec<String> = ["pending", "likely-spam", "reported", "approved", "rejected", "spam", "all", "mine"]
        .map(|view| format!("/panel/sites/demo/comments?view={view}"))
        .into();
    paths.extend(
        [
            "comments?q=is:open+uhren",
            "comments?q=punkte:%3C",
            "bulk?q=is:open&to=rejected",
            "decisions",
            "settings",
            "pages",
            "journal",
            "numbers",
            "team",
            "embed",
            "webhooks",
        ]
        .map(|path| format!("/panel/sites/demo/{path}")),
    );
    paths.extend(["note", "reply", "text"].map(|kind| format!("/panel/comments/{waiting}/{kind}")));
    paths.extend(
        [
            "outbox",
            "outbox?state=sent",
            "outbox?state=failed",
            "account",
            "account/second-factor",
            "account/mail",
            "accounts",
            "keys",
            "sites/nirgends/comments",
        ]
        .map(|path| format!("/panel/{path}")),
    );
    paths.extend([page.to_owned(), format!("/panel/comments/{approved}"), format!("/panel/comments/{waiting}")]);
    for path in &paths {
        browser.goes_to(&format!("{}{path}", house.url)).await;
        is_for_everybody(&browser, path).await;
        // On the cards keys of our own have the word; their story is told elsewhere.
        if !path.contains("comments?") {
            browser.goes_to(&format!("{}{path}", house.url)).await;
            is_walked_by_keyboard(&browser, path).await;
        }
    }
    // Pages that only a form leads to: a refusal, a conflict, and the steps of a second factor.
    browser.goes_to(&format!("{}/panel/sites/demo/settings", house.url)).await;
    browser.sees("#thread-depth").await.clear().await.unwrap();
    browser.types("#thread-depth", "99\u{e007}").await;
    browser.sees(".message").await;
    is_for_everybody(&browser, "settings, refused").await;
    browser.goes_to(&format!("{}/panel/comments/{waiting}/note", house.url)).await;
    let stale = "const form = document.createElement('form'); form.method = 'post'; form.action = arguments[0];\
        for (const [name, value] of Object.entries({csrf: document.querySelector('[name=csrf]').value, to: 'spam', revision: 1, back: ''}))\
        { const field = document.createElement('input'); field.name = name; field.value = value; form.append(field); }\
        document.body.append(form); form.submit()";
    browser.client.execute(stale, vec![format!("/panel/comments/{approved}/decision").into()]).await.unwrap();
    browser.sees("[role=alert]").await;
    is_for_everybody(&browser, "conflict").await;
    browser.goes_to(&format!("{}{PAGE}", house.url)).await;
    browser.types("#current", &format!("{PASSWORD}\u{e007}")).await;
    browser.sees("svg.qr").await;
    is_for_everybody(&browser, "second factor, begun").await;
    let phone = Phone::reads(&browser.client.source().await.unwrap());
    browser.types("#code", &format!("{}\u{e007}", phone.code(&house, 0))).await;
    browser.sees(".recovery").await;
    is_for_everybody(&browser, "recovery codes").await;
    browser.goes_to(&format!("{}{PAGE}", house.url)).await;
    is_for_everybody(&browser, "second factor, on").await;
    let other = Browser::open(Manner::Desktop).await;
    other.goes_to(&format!("{}/panel/sign-in", house.url)).await;
    other.types("#email", "ada@example.org").await;
    other.types("#password", &format!("{PASSWORD}\u{e007}")).await;
    other.sees("#code").await;
    assert!(other.client.current_url().await.unwrap().as_str().ends_with(CODE));
    is_for_everybody(&other, "code").await;
    is_walked_by_keyboard(&other, "code").await;
    house.stop().await;
}
