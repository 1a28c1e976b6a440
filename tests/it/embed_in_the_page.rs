//! What the embed does in the page around it: its attributes, numbers of comments elsewhere, other scripts' directions,
//! and nothing that moves.

use serde_json::{Value, json};

use crate::actors::{Moderator, Reader};
use crate::browser::{Browser, Manner};
use crate::embed_in_the_browser::{WORDS, approved, opens_demo, story};
use crate::harness::{Database, House};
use crate::submitting::set;

story! {
    async fn nothing_moves_when_it_loads(house: House) {
        let moderator = Moderator::first(&house).await;
        set(&house, "limits.network_per_minute", "0").await;
        for number in 0..4 {
            approved(&house, &moderator, &format!("{number}: {WORDS}"), None).await;
        }
        for (manner, include) in [(Manner::Desktop, ""), (Manner::Phone, ""), (Manner::Desktop, "&include"), (Manner::Phone, "&include")] {
            let reader = Browser::open(manner).await;
            let observe = json!({"source": "window.moved = []; new PerformanceObserver((list) => list.getEntries().forEach((entry) => \
                moved.push([entry.value, entry.sources.map(({ node }) => node && (node.className || node.nodeName)).join()]))).observe({type: 'layout-shift', buffered: true})"});
            reader.tells("Page.addScriptToEvaluateOnNewDocument", observe).await;
            reader.goes_to(&format!("{}/demo?lang=de{include}", house.origin())).await;
            reader.until("the element to be there", "customElements.get('leserbrief-thread')").await;
            // As people come to it: from above, so that it is there before it is seen.
            let near = "const { top } = document.querySelector('leserbrief-thread').getBoundingClientRect(); scrollBy(0, top - innerHeight - 200)";
            reader.runs(near).await;
            reader.until("the thread to be loaded", "document.querySelectorAll('.lb-report').length === 4").await;
            reader.scrolls_to("leserbrief-thread").await;
            reader.until("two frames", "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))").await;
            let moved: Vec<(f64, String)> = serde_json::from_value(reader.runs("return moved").await).unwrap();
            let sum: f64 = moved.iter().map(|(value, _)| value).sum();
            assert!(sum < 0.001, "{manner:?} {include:?}: {moved:?}");
        }
        // The measure itself works.
        let reader = Browser::open(Manner::Desktop).await;
        reader.goes_to(&format!("{}/demo?lang=de", house.origin())).await;
        reader.runs("window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => moved += value)).observe({type: 'layout-shift'}); \
            requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector('main').prepend(Object.assign(document.createElement('h1'), {textContent: 'Geschoben'}))))").await;
        reader.until("what is moved to be seen", "moved > 0.001").await;
    }
}

story! {
    async fn an_element_does_what_its_attributes_say(house: House) {
        let moderator = Moderator::first(&house).await;
        approved(&house, &moderator, "Der erste", None).await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        reader.until("the element to be there", "customElements.get('leserbrief-thread')").await;
        let put = |attributes: Value| format!("const own = document.createElement('leserbrief-thread'); for (const [name, value] of \
            Object.entries({attributes})) own.setAttribute(name, value); document.querySelector('leserbrief-thread').replaceWith(own)");
        // Nothing is asked for before the reader wants it; then the first comment has the focus.
        reader.runs(&put(json!({"site": "demo", "page": "buslinie", "loading": "manual", "theme": "dark", "heading-level": "4"}))).await;
        reader.reads(".lb-show", "Kommentare anzeigen").await;
        assert_eq!(reader.count(".lb-comment").await, 0);
        reader.clicks(".lb-show").await;
        reader.is_at(".lb-comment").await;
        assert_eq!(reader.count(".lb-show").await, 0);
        let looks = "return [getComputedStyle(document.querySelector('leserbrief-thread')).colorScheme, document.querySelector('.lb-root > .lb-heading').localName, \
            document.querySelector('.lb-form .lb-heading').localName]";
        assert_eq!(reader.runs(looks).await, json!(["dark", "h4", "h5"]));
        reader.runs(&put(json!({"site": "demo", "page": "buslinie", "loading": "eager", "readonly": "", "theme": "light"}))).await;
        reader.reads(".lb-comment", "Der erste").await;
        assert_eq!((reader.count(".lb-form").await, reader.count(".lb-reply").await), (0, 0));
        assert_eq!(reader.runs("return getComputedStyle(document.querySelector('leserbrief-thread')).colorScheme").await, "light");
        assert_eq!(reader.complaints().await, [""; 0]);
    }
}

story! {
    async fn numbers_anywhere_on_a_page_come_in_one_request(house: House) {
        let moderator = Moderator::first(&house).await;
        approved(&house, &moderator, "Der erste", None).await;
        for text in ["Eins", "Zwei"] {
            let other = Reader::of(&house, "andere");
            let mut comment = other.comment(text).await;
            comment["url"] = json!(format!("{}/demo?artikel=andere", house.origin()));
            let taken: Value = other.send(&comment).await.json().await.unwrap();
            moderator.decides(taken["id"].as_str().unwrap(), "approved").await;
        }
        let reader = Browser::open(Manner::Desktop).await;
        // A front page: three articles, one of them named twice, and no thread.
        let front = json!({"source": "document.addEventListener('DOMContentLoaded', () => { document.querySelector('leserbrief-thread').remove(); \
            document.querySelector('.byline').insertAdjacentHTML('beforeend', ['andere', 'leer', 'buslinie'].map((page) => \
            `<a class=\"front\" href=\"#\" data-leserbrief-count=\"${page}\" data-leserbrief-site=\"demo\"></a>`).join('')); })"});
        reader.tells("Page.addScriptToEvaluateOnNewDocument", front).await;
        // Not as strict a page as the demo's, or it would not let itself be filled like this.
        reader.tells("Page.setBypassCSP", json!({"enabled": true})).await;
        reader.goes_to(&format!("{}/demo?lang=de", house.origin())).await;
        reader.until("the numbers", "[...document.querySelectorAll('.front')].every((node) => node.textContent)").await;
        let texts = "return [...document.querySelectorAll('[data-leserbrief-count]')].map((node) => node.textContent)";
        assert_eq!(reader.runs(texts).await, json!(["1 Kommentar", "2 Kommentare", "Noch keine Kommentare", "1 Kommentar"]));
        let asked = "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/')).length";
        assert_eq!(reader.runs(asked).await, 1);
    }
}

/// Whether a text's first letter stands left of its last sign, so that a full stop or a number is where it belongs.
const READS_LEFT_TO_RIGHT: &str = "const place = (node, at) => { const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + 1); \
    return range.getBoundingClientRect().left; }; \
    return [...arguments[0]].map((css) => { const walker = document.createTreeWalker(document.querySelector(css), NodeFilter.SHOW_TEXT); \
    const node = walker.nextNode(); return place(node, 0) < place(node, node.length - 1) ? '' : css; }).filter(Boolean)";

story! {
    async fn german_words_in_a_page_from_right_to_left_keep_their_order(house: House) {
        let browser = Browser::open(Manner::Desktop).await;
        browser.goes_to(&format!("{}/demo/gallery", house.origin())).await;
        browser.reads("#rtl", "ليلى").await;
        browser.shows_part("gallery-rtl", "#rtl").await;
        let places = json!([["#rtl .lb-root > .lb-heading", "#rtl .lb-note span", "#rtl .lb-note + .lb-note", "#rtl .lb-tick", "#rtl .lb-submit", "#rtl .lb-field label", "#rtl .lb-replies .lb-author", "#rtl .lb-date time"]]);
        let wrong = browser.client.execute(READS_LEFT_TO_RIGHT, places.as_array().unwrap().clone()).await.unwrap();
        assert_eq!(wrong, json!([]));
        // The page's side is kept all the same.
        let right = "const box = (css) => document.querySelector(css).getBoundingClientRect(); const label = document.createRange(); \
            label.selectNodeContents(document.querySelector('#rtl .lb-field label')); \
            return Math.abs(label.getBoundingClientRect().right - box('#rtl .lb-field textarea').right) < 3";
        assert_eq!(browser.runs(right).await, true);
    }
}
