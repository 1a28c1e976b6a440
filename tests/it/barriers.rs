//! Pages of the panel for whoever sees little, sees it dark, enlarges it, or has a keyboard and nothing else.

use fantoccini::key::Key;
use serde_json::json;

use crate::accounts::{TEAM, link_in_mail};
use crate::actors::Moderator;
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, TestDatabase};

/// The checker finds nothing, in light and in the dark, and nothing is too wide at 200 % of a window of 1100 pixels and at
/// 400 % of one of 1280.
async fn is_for_everybody(browser: &Browser, page: &str) {
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
async fn is_walked_by_keyboard(browser: &Browser, page: &str) {
    let usable = "window.left = new Set([...document.querySelectorAll(\
            'a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex=\"0\"]')]\
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
