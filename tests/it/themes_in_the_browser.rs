//! The embed in shapes of theme that it meets, in every state: it does not break in them, and changes nothing of theirs.

use fantoccini::Locator;
use serde_json::json;

use crate::browser::{Browser, Manner};
use crate::embed_in_the_browser::story;
use crate::harness::{Database, House, eventually};

/// The plain page, a reset, a framework, a dark page, a serif magazine, and rules for everything.
const THEMES: [&str; 6] = ["", "reset", "framework", "dark", "serif", "hostile"];

/// Opens the gallery, and waits until each state is there.
async fn opens_gallery(browser: &Browser, house: &House, theme: &str) {
    browser.goes_to(&format!("{}/demo/gallery?theme={theme}", house.origin())).await;
    for (state, words) in [
        ("#empty", "Noch keine Kommentare"),
        ("#one", "1 Kommentar"),
        ("#deep", "5 Kommentare"),
        ("#pending .lb-posted", "Dein Kommentar wartet"),
        ("#error .lb-summary", "mindestens drei Zeichen"),
        ("#closed", "Die Kommentare sind geschlossen."),
        ("#limited .lb-submit", "Sekunden warten"),
        ("#offline .lb-summary", "Dein Text bleibt hier stehen"),
        ("#failed", "konnten nicht geladen werden"),
        ("#long", "donau"),
        ("#dark", "Auch im Dunkeln."),
        ("#rtl", "ليلى"),
    ] {
        eventually(&format!("{state} in {theme:?} to say {words:?}"), async || {
            let element = browser.client.find(Locator::Css(state)).await.ok()?;
            element.text().await.ok().filter(|text| text.to_lowercase().contains(&words.to_lowercase()))
        })
        .await;
    }
}

story! {
    async fn every_state_is_without_a_fault_in_every_theme(house: House) {
        let browser = Browser::open(Manner::Desktop).await;
        for theme in THEMES {
            browser.prefers("light").await;
            opens_gallery(&browser, &house, theme).await;
            assert_eq!(browser.complaints().await, [""; 0], "{theme:?}");
            browser.has_no_barriers(theme).await;
            browser.shows(&format!("gallery-{theme}")).await;
            if theme.is_empty() {
                browser.shows_part("thread", "#deep leserbrief-thread").await;
                browser.shows_part("dark", "#dark leserbrief-thread").await;
            }
            // The trap stays out of sight, and nothing is wider than the page.
            let trap = "return [...document.querySelectorAll('.lb-trap')].every((trap) => trap.offsetWidth <= 10 && trap.offsetHeight <= 10 \
                        && getComputedStyle(trap).clipPath !== 'none') && document.documentElement.scrollWidth <= innerWidth";
            assert_eq!(browser.runs(trap).await, true, "{theme:?}");
            // In the dark those follow that say they do; the others stay as they are.
            browser.is_dark().await;
            opens_gallery(&browser, &house, theme).await;
            browser.has_no_barriers(&format!("{theme} in the dark")).await;
            browser.shows(&format!("gallery-{theme}-dark")).await;
            // The checker's own styles are refused and noted, which is nothing of ours.
            browser.complaints().await;
        }
    }
}

story! {
    async fn texts_keep_the_contrast_of_the_page_whatever_it_is(house: House) {
        let browser = Browser::open(Manner::Desktop).await;
        for theme in THEMES {
            for scheme in ["light", "dark"] {
                browser.prefers(scheme).await;
                opens_gallery(&browser, &house, theme).await;
                // Even where an element says something else than its page.
                for own in ["auto", "light", "dark"] {
                    browser.runs(&format!("document.querySelectorAll('leserbrief-thread').forEach((thread) => thread.setAttribute('theme', {own:?}))")).await;
                    assert_eq!(browser.pale("leserbrief-thread").await, [""; 0], "theme={own} in {theme:?}, {scheme} preferred");
                }
            }
        }
        // Pages whose own text has just the contrast that it needs leave no room for anything paler.
        browser.prefers("light").await;
        opens_gallery(&browser, &house, "").await;
        for (ink, paper) in [("#767676", "#ffffff"), ("#747474", "#fdfdfd"), ("#7b7b7b", "#0b0b0b"), ("#949494", "#222222"), ("#0a0a0a", "#7a7a7a")] {
            browser.runs(&format!("document.body.style.color = {ink:?}; document.body.style.background = {paper:?}")).await;
            assert_eq!(browser.pale("#empty, #one, #deep, #pending, #error, #closed, #offline, #failed, #rtl").await, [""; 0], "{ink} on {paper}");
        }
        // The measure itself works.
        browser.runs("document.body.style.color = '#999'; document.body.style.background = '#fff'").await;
        assert!(browser.pale("#one").await.len() > 5);
    }
}

story! {
    async fn a_small_window_and_a_large_zoom_hide_nothing(house: House) {
        let browser = Browser::open(Manner::Desktop).await;
        // 320 pixels wide, and 400 % of a window of 1280 by 1024.
        for (width, height, zoom) in [(320, 640, 1), (1280, 1024, 4)] {
            browser.has_window(width, height, zoom).await;
            for theme in THEMES {
                opens_gallery(&browser, &house, theme).await;
                let wider = "return [...document.querySelectorAll('leserbrief-thread, leserbrief-thread *:not(.lb-trap, .lb-trap *)')] \
                             .filter((node) => { const box = node.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1 \
                             || node.scrollWidth > node.clientWidth + 2 && getComputedStyle(node).overflowX !== 'visible' && !node.matches('input, textarea'); }) \
                             .map((node) => node.closest('section').id + ' ' + node.className + ' ' + node.tagName).slice(0, 9)";
                browser.shows(&format!("gallery-{theme}-{width}")).await;
                assert_eq!(browser.runs(wider).await, json!([]), "{theme:?} at {width} and {zoom}");
                assert_eq!(browser.runs("return document.documentElement.scrollWidth <= innerWidth").await, true, "{theme:?} at {width} and {zoom}");
                // Everything that is pressed is large enough for a thumb, and nothing covers it.
                let small = "return [...document.querySelectorAll('leserbrief-thread :is(button, input:not([type=checkbox]), textarea, .lb-tick, .lb-date)')] \
                             .filter((node) => !node.closest('.lb-trap') && node.getClientRects().length && node.getBoundingClientRect().height < 23.9) \
                             .map((node) => node.closest('section').id + ' ' + node.className + ' ' + node.name).slice(0, 9)";
                assert_eq!(browser.runs(small).await, json!([]), "{theme:?} at {width} and {zoom}");
            }
        }
    }
}

/// How everything of the page looks that is not ours, by element: all that a style sheet can say of it, custom properties and
/// what stands before and after it included. What only follows from the height of what is in it is left out, and the names that
/// the browser's driver leaves behind.
const LOOKS: &str = "const looks = (node) => { \
        const holds = node.querySelector('leserbrief-thread'); \
        const said = [...node.computedStyleMap()].filter(([name]) => !holds || !/^(height|block-size|perspective-origin|transform-origin)$/.test(name)); \
        const beside = ['::before', '::after', '::marker', '::first-letter', '::first-line', '::selection'].map((part) => { \
            const style = getComputedStyle(node, part); return ['content', 'color', 'background-color', 'font', 'margin', 'display'].map((name) => style[name]).join(); }); \
        return node.localName + ' ' + said.map(([name, values]) => name + ':' + values.map(String).join()).join(';') + beside.join('|'); }; \
    return { looks: [...document.querySelectorAll('*')].filter((node) => !node.closest('leserbrief-thread, head')).map(looks), \
        names: Object.keys(window).filter((name) => !/^(cdc|ret|se)_/.test(name)).sort(), cookies: document.cookie }";

story! {
    async fn the_page_looks_the_same_with_the_embed_and_without(house: House) {
        let browser = Browser::open(Manner::Desktop).await;
        browser.tells("Network.enable", json!({})).await;
        for theme in THEMES {
            // Without: its files do not come through.
            browser.tells("Network.setBlockedURLs", json!({"urls": ["*/embed/v1/*"]})).await;
            browser.goes_to(&format!("{}/demo/gallery?theme={theme}", house.origin())).await;
            browser.until("the page to be complete", "document.readyState === 'complete'").await;
            assert_eq!(browser.runs("return !!customElements.get('leserbrief-thread')").await, false);
            let without = browser.runs(LOOKS).await;
            browser.tells("Network.setBlockedURLs", json!({"urls": []})).await;
            browser.complaints().await;
            opens_gallery(&browser, &house, theme).await;
            let with_us = browser.runs(LOOKS).await;
            let (before, after) = (without["looks"].as_array().unwrap(), with_us["looks"].as_array().unwrap());
            assert!(before.len() > 30 && before[0].as_str().unwrap().len() > 5000, "{} elements", before.len());
            assert_eq!(before.len(), after.len(), "{theme:?}");
            for (before, after) in before.iter().zip(after) {
                let differs: Vec<(&str, &str)> = before.as_str().unwrap().split(';').zip(after.as_str().unwrap().split(';')).filter(|(a, b)| a != b).collect();
                assert!(differs.is_empty(), "{theme:?}: {} {differs:?}", &before.as_str().unwrap()[..20]);
            }
            // No globals, no cookies.
            assert_eq!((&without["names"], &with_us["cookies"]), (&with_us["names"], &"".into()), "{theme:?}");
        }
        // The measure itself works.
        browser.runs("document.querySelector('.beside button').style.letterSpacing = '1px'").await;
        let touched = browser.runs(LOOKS).await;
        opens_gallery(&browser, &house, THEMES[5]).await;
        assert_ne!(touched["looks"], browser.runs(LOOKS).await["looks"]);
    }
}
