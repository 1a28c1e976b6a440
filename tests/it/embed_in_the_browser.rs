//! The embed in a real browser: by keyboard, by ear, in every state, under strict policies and other people's styles.

use serde_json::{Value, json};

use crate::actors::{Moderator, Reader};
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House};
use crate::submitting::set;

pub const WORDS: &str = "Endlich! Nach der Nachtschicht will niemand vierzig Minuten laufen.";

pub async fn opens_demo(house: &House, manner: Manner, query: &str) -> Browser {
    let browser = Browser::open(manner).await;
    browser.goes_to(&format!("{}/demo?lang=de{query}", house.origin())).await;
    browser
}

pub async fn sees_the_form(browser: &Browser) {
    browser.scrolls_to("leserbrief-thread").await;
    browser.sees(".lb-form .lb-cancel, .lb-form .lb-submit").await;
}

/// A comment on the demo's article that is public.
pub async fn approved(house: &House, moderator: &Moderator, text: &str, parent: Option<&str>) -> String {
    let reader = Reader::of(house, "buslinie");
    let mut comment = reader.comment(text).await;
    if let Some(parent) = parent {
        comment["parent"] = parent.into();
    }
    let taken: Value = reader.send(&comment).await.json().await.unwrap();
    let id = taken["id"].as_str().unwrap().to_owned();
    moderator.decides(&id, "approved").await;
    id
}

macro_rules! story {
    (async fn $name:ident($house:ident: House) $body:block) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let $house = House::on(Database::Sqlite).await;
            $body
        }
    };
}

pub(crate) use story;

story! {
    async fn the_whole_form_is_used_by_keyboard_and_told_by_ear(house: House) {
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        reader.tabs_to("leserbrief-thread [name=text]").await;
        reader.presses(&["Hm"]).await;
        reader.tabs_to(".lb-submit").await;
        reader.presses(&["\u{E007}"]).await;
        // What is wrong takes the focus, names each field, and leads there.
        reader.reads(".lb-summary", "Bitte gib einen Namen an.").await;
        reader.is_at(".lb-summary").await;
        assert_eq!(reader.sees(".lb-summary").await.attr("role").await.unwrap().as_deref(), Some("alert"));
        reader.presses(&["\u{E004}"]).await;
        reader.presses(&["\u{E007}"]).await;
        reader.is_at("leserbrief-thread [name=text]").await;
        let described = "const field = document.activeElement; return [field.getAttribute('aria-invalid'), \
                         document.getElementById(field.getAttribute('aria-describedby').split(' ').at(-1)).textContent]";
        assert_eq!(reader.runs(described).await, json!(["true", "Der Kommentar braucht mindestens drei Zeichen."]));
        reader.presses(&[": endlich wieder ein Bus."]).await;
        for (field, text) in [("name", "Eva Müller"), ("email", "eva@example.org")] {
            reader.tabs_to(&format!("leserbrief-thread [name={field}]")).await;
            reader.presses(&[text]).await;
        }
        reader.tabs_to("leserbrief-thread [name=remember]").await;
        reader.presses(&[" "]).await;
        reader.tabs_to(".lb-submit").await;
        reader.presses(&["\u{E007}"]).await;
        reader.reads(".lb-posted", "Dein Kommentar wartet auf Freischaltung.").await;
        reader.reads(".lb-posted", "Hm: endlich wieder ein Bus.").await;
        reader.is_at(".lb-posted").await;
        assert_eq!(reader.sees(".lb-posted").await.attr("role").await.unwrap().as_deref(), Some("status"));
        // After a reload its author still sees it, in this browser, and is remembered because of the tick.
        reader.client.refresh().await.unwrap();
        sees_the_form(&reader).await;
        reader.reads(".lb-own", "Hm: endlich wieder ein Bus.").await;
        assert_eq!(reader.runs("return document.querySelector('leserbrief-thread [name=name]').value").await, "Eva Müller");
        assert_eq!(reader.complaints().await.iter().filter(|line| !line.contains("422")).count(), 0);
    }
}

story! {
    async fn pages_for_readers_have_no_fault(house: House) {
        let moderator = Moderator::first(&house).await;
        approved(&house, &moderator, WORDS, None).await;
        let taken = Reader::of(&house, "buslinie").named("ben@example.org").writes("Und am Sonntag?").await;
        for manner in [Manner::Desktop, Manner::Phone] {
            let browser = Browser::open(manner).await;
            for path in ["/sites/demo/thread?page=buslinie", "/sites/demo/thread?page=buslinie&state=pending", "/panel/sign-in", "/nothing", taken["receipt"].as_str().unwrap()] {
                let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", house.url) };
                browser.goes_to(&url).await;
                browser.has_no_barriers(path).await;
            }
            browser.goes_to(&format!("{}/demo?lang=de&include", house.origin())).await;
            sees_the_form(&browser).await;
            browser.reads(".lb-comment", WORDS).await;
            browser.has_no_barriers("the article").await;
        }
    }
}

story! {
    async fn what_the_server_has_rendered_is_taken_over_and_does_not_move(house: House) {
        let moderator = Moderator::first(&house).await;
        let first = approved(&house, &moderator, WORDS, None).await;
        approved(&house, &moderator, "Eine Antwort darauf", Some(&first)).await;
        let reader = Browser::open(Manner::Desktop).await;
        let observe = json!({"source": "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => { \
            if (document.querySelector('leserbrief-thread')) moved += entry.value; })).observe({type: 'layout-shift', buffered: true});"});
        reader.tells("Page.addScriptToEvaluateOnNewDocument", observe).await;
        reader.goes_to(&format!("{}/demo?lang=de&include#comment-{first}", house.origin())).await;
        reader.until("the element to take over", "document.querySelector('.lb-report')").await;
        // The very nodes of the server, with what only scripts can do.
        let script = "const article = document.querySelector('.lb-comment'); \
                      return [document.querySelectorAll('.lb-comment').length, document.querySelectorAll('.lb-replies .lb-comment').length, \
                      article === document.activeElement, !article.querySelector('time').textContent.includes('UTC'), document.querySelectorAll('form').length, \
                      document.querySelectorAll('link[href$=\"leserbrief.css\"]').length]";
        assert_eq!(reader.runs(script).await, json!([2, 1, true, true, 1, 1]));
        assert!(reader.runs("return moved").await.as_f64().unwrap() < 0.01, "{}", reader.runs("return moved").await);
        reader.shows("taken-over").await;
        // The exact moment is told to whoever asks for it.
        reader.clicks(&format!("#comment-{first} .lb-date")).await;
        reader.reads(&format!("#comment-{first} time"), "November 2026").await;
        // An answer is written in its place, and given up again.
        reader.clicks(&format!("#comment-{first} .lb-reply")).await;
        reader.reads(".lb-form .lb-heading", "Antworte auf den Kommentar von Eva Müller").await;
        reader.is_at("leserbrief-thread [name=text]").await;
        reader.types("leserbrief-thread [name=text]", "Ein Entwurf").await;
        reader.clicks(".lb-cancel").await;
        reader.is_at(&format!("#comment-{first} .lb-reply")).await;
        assert_eq!(reader.runs("return document.querySelector('leserbrief-thread [name=text]').value").await, "");
        reader.clicks(&format!("#comment-{first} .lb-reply")).await;
        assert_eq!(reader.runs("return document.querySelector('leserbrief-thread [name=text]').value").await, "Ein Entwurf");
        // What a decision takes away meanwhile is gone when the element looks.
        moderator.decides(&first, "rejected").await;
        reader.client.refresh().await.unwrap();
        reader.until("the answer to stand alone", "document.querySelectorAll('.lb-comment').length === 1 && document.querySelector('.lb-report')").await;
        assert_eq!(reader.complaints().await, [""; 0]);
    }
}

story! {
    async fn offline_nothing_is_lost_and_online_it_is_one_comment(house: House) {
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        for (field, text) in [("text", WORDS), ("name", "Eva Müller"), ("email", "eva@example.org")] {
            reader.types(&format!("leserbrief-thread [name={field}]"), text).await;
        }
        house.wait(60_000);
        // The answer is lost on its way: the comment is there, and nobody knows.
        reader.runs("const real = fetch; window.fetch = async (...all) => { const answer = await real(...all); \
                     if (String(all[0]).endsWith('/comments')) { window.fetch = real; throw new TypeError('cut'); } return answer; }").await;
        reader.clicks(".lb-submit").await;
        reader.reads(".lb-summary", "Dein Text bleibt hier stehen").await;
        assert_eq!(house.number("select count(*) from comment").await, 1);
        let offline = |offline: bool| json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        reader.tells("Network.enable", json!({})).await;
        reader.tells("Network.emulateNetworkConditions", offline(true)).await;
        reader.clicks(".lb-submit").await;
        reader.reads(".lb-summary", "Du bist gerade offline.").await;
        assert_eq!(reader.runs("return document.querySelector('leserbrief-thread [name=text]').value").await, WORDS);
        reader.tells("Network.emulateNetworkConditions", offline(false)).await;
        reader.clicks(".lb-submit").await;
        reader.reads(".lb-posted", "Dein Kommentar wartet auf Freischaltung.").await;
        assert_eq!(house.number("select count(*) from comment").await, 1);
    }
}

story! {
    async fn too_many_are_told_how_long_to_wait_and_then_sent(house: House) {
        set(&house, "limits.network_per_minute", "1").await;
        Reader::of(&house, "andere").writes("Einer ist schon da").await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        house.wait(55_000);
        for (field, text) in [("text", WORDS), ("name", "Eva Müller"), ("email", "eva@example.org")] {
            reader.types(&format!("leserbrief-thread [name={field}]"), text).await;
        }
        reader.clicks(".lb-submit").await;
        reader.reads(".lb-summary", "Bitte warte 5 Sekunden").await;
        reader.reads(".lb-submit", "Sekunden warten").await;
        house.wait(5_000);
        reader.until("the button to work again", "!document.querySelector('.lb-submit').disabled").await;
        assert_eq!(reader.runs("return document.querySelector('leserbrief-thread [name=text]').value").await, WORDS);
        reader.clicks(".lb-submit").await;
        reader.reads(".lb-posted", "wartet auf Freischaltung").await;
    }
}

story! {
    async fn in_two_tabs_each_has_its_own_draft_and_new_comments_are_offered(house: House) {
        let moderator = Moderator::first(&house).await;
        approved(&house, &moderator, "Der erste", None).await;
        let reader = opens_demo(&house, Manner::Desktop, "&include").await;
        reader.runs("document.querySelector('leserbrief-thread').setAttribute('refresh', '0.2')").await;
        sees_the_form(&reader).await;
        reader.until("the element to take over", "document.querySelector('.lb-report')").await;
        reader.types("leserbrief-thread [name=text]", "Aus dem ersten Fenster").await;
        let first = reader.client.window().await.unwrap();
        let second = reader.client.new_window(true).await.unwrap().handle;
        reader.client.switch_to_window(second).await.unwrap();
        reader.goes_to(&format!("{}/demo?lang=de", house.origin())).await;
        sees_the_form(&reader).await;
        assert_eq!(reader.runs("return document.querySelector('leserbrief-thread [name=text]').value").await, "");
        reader.client.close_window().await.unwrap();
        reader.client.switch_to_window(first).await.unwrap();
        let (two, _) = (approved(&house, &moderator, "Der zweite", None).await, approved(&house, &moderator, "Der dritte", None).await);
        reader.reads(".lb-news", "2 neue Kommentare anzeigen").await;
        assert_eq!(reader.count(".lb-comment").await, 1, "nothing jumps");
        reader.shows("new-comments").await;
        reader.clicks(".lb-new").await;
        reader.is_at(&format!("#comment-{two}")).await;
        assert_eq!(reader.count(".lb-comment").await, 3);
        assert_eq!(reader.runs("return document.querySelector('leserbrief-thread [name=text]').value").await, "Aus dem ersten Fenster");
        // The numbers elsewhere in the page follow, and the order is the reader's.
        reader.reads("[data-leserbrief-count]", "3 Kommentare").await;
        reader.clicks(".lb-sort").await;
        reader.until("the newest to come first", "document.querySelector('.lb-comment').textContent.includes('Der dritte')").await;
        assert_eq!(reader.complaints().await, [""; 0]);
    }
}

story! {
    async fn a_comment_is_reported_from_its_place(house: House) {
        let moderator = Moderator::first(&house).await;
        let id = approved(&house, &moderator, "Das geht zu weit!", None).await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        reader.clicks(".lb-report").await;
        reader.is_at("#lb-reason").await;
        reader.types("#lb-reason", "Beleidigend").await;
        assert_eq!(reader.complaints().await, [""; 0]);
        // The checker marks what it looks at, which the page's policy reports.
        reader.has_no_barriers("the article").await;
        reader.clicks(".lb-complaint .lb-button").await;
        reader.reads(&format!("#comment-{id}"), "Danke, die Redaktion sieht sich den Kommentar an.").await;
        assert!(moderator.queue("reported").await.contains("Beleidigend"));
    }
}

story! {
    async fn an_application_takes_the_element_out_puts_it_back_and_turns_the_page(house: House) {
        let moderator = Moderator::first(&house).await;
        approved(&house, &moderator, "Der erste", None).await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        reader.types("leserbrief-thread [name=text]", "Ein Entwurf").await;
        reader.runs("window.kept = document.querySelector('leserbrief-thread'); kept.remove()").await;
        reader.runs("document.querySelector('#comments').append(kept)").await;
        assert_eq!(reader.count(".lb-form").await, 1);
        assert_eq!(reader.runs("return kept.querySelector('[name=text]').value").await, "Ein Entwurf");
        reader.runs("kept.setAttribute('page', 'andere')").await;
        reader.reads(".lb-root > .lb-heading", "Noch keine Kommentare").await;
        assert_eq!(reader.runs("return kept.querySelector('[name=text]').value").await, "");
        reader.runs("kept.setAttribute('page', 'buslinie')").await;
        reader.reads(".lb-root > .lb-heading", "1 Kommentar").await;
        assert_eq!(reader.runs("return kept.querySelector('[name=text]').value").await, "Ein Entwurf");
        assert_eq!(reader.count(".lb-comment").await, 1);
        // Every text can be the page's own.
        reader.runs("const own = document.createElement('leserbrief-thread'); for (const [name, value] of \
            Object.entries({site: 'demo', page: 'buslinie', loading: 'eager', 'text-submit': 'Ab die Post', 'text-count-one': 'Genau %s Stimme'})) \
            own.setAttribute(name, value); kept.replaceWith(own)").await;
        reader.reads(".lb-submit", "Ab die Post").await;
        reader.reads(".lb-root > .lb-heading", "Genau 1 Stimme").await;
        assert_eq!(reader.complaints().await, [""; 0]);
    }
}

story! {
    async fn the_sites_order_and_words_reach_its_articles(house: House) {
        let moderator = Moderator::first(&house).await;
        let first = approved(&house, &moderator, "Der erste", None).await;
        approved(&house, &moderator, "Der zweite", None).await;
        approved(&house, &moderator, "Eine Antwort", Some(&first)).await;
        for (name, value) in [("thread.order", "newest-first"), ("form.title", "Schreib <uns>"), ("form.note", "Bitte freundlich.\nUnd kurz.")] {
            set(&house, name, value).await;
        }
        let texts = "return [...document.querySelectorAll('.lb-text')].map((node) => node.textContent.trim())";
        for include in ["&include", ""] {
            let reader = opens_demo(&house, Manner::Phone, include).await;
            sees_the_form(&reader).await;
            reader.until("the element to be there", "document.querySelector('.lb-report')").await;
            assert_eq!(reader.runs(texts).await, json!(["Der zweite", "Der erste", "Eine Antwort"]), "{include:?}");
            reader.reads(".lb-form .lb-heading", "Schreib <uns>").await;
            reader.reads(".lb-form .lb-note", "Bitte freundlich.\nUnd kurz.").await;
            reader.has_no_barriers("the article").await;
            reader.shows(&format!("own-words{include}")).await;
            // An answer has its own heading; the house's words come back with the form.
            reader.clicks(".lb-reply").await;
            reader.reads(".lb-form .lb-heading", "Antworte auf").await;
            reader.clicks(".lb-cancel").await;
            reader.reads(".lb-form .lb-heading", "Schreib <uns>").await;
            // The reader's order holds, whatever comes meanwhile.
            reader.reads(".lb-sort", "Älteste zuerst").await;
            reader.clicks(".lb-sort").await;
            reader.reads(".lb-sort", "Neueste zuerst").await;
            assert_eq!(reader.runs(texts).await, json!(["Der erste", "Eine Antwort", "Der zweite"]), "{include:?}");
            reader.runs("const thread = document.querySelector('leserbrief-thread'); thread.next = undefined; thread.load('')").await;
            reader.until("the thread to be looked at again", "!document.querySelector('leserbrief-thread').loading").await;
            assert_eq!(reader.runs(texts).await, json!(["Der erste", "Eine Antwort", "Der zweite"]), "{include:?}");
            // The article's own word goes before the site's.
            reader.runs("const own = document.createElement('leserbrief-thread'); for (const [name, value] of \
                Object.entries({site: 'demo', page: 'buslinie', loading: 'eager', sort: 'oldest', 'text-write': 'Und du?'})) \
                own.setAttribute(name, value); document.querySelector('leserbrief-thread').replaceWith(own)").await;
            reader.reads(".lb-form .lb-heading", "Und du?").await;
            assert_eq!(reader.runs(texts).await, json!(["Der erste", "Eine Antwort", "Der zweite"]), "{include:?}");
        }
    }
}

story! {
    async fn an_article_asks_for_little(house: House) {
        let moderator = Moderator::first(&house).await;
        approved(&house, &moderator, "Der erste", None).await;
        let reader = opens_demo(&house, Manner::Desktop, "&include").await;
        reader.runs("document.querySelectorAll('[data-leserbrief-count]').forEach((node) => node.remove())").await;
        sees_the_form(&reader).await;
        reader.until("the element to take over", "document.querySelector('.lb-report')").await;
        let asked = reader.runs("return performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/embed/') || name.includes('/api/'))").await;
        let asked: Vec<&str> = asked.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).filter(|name| !name.contains("count")).collect();
        assert!(asked.len() <= 3, "{asked:?}");
        // Of nobody but the page itself and the service.
        let others = "return [...new Set(performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin))].sort()";
        let mut known = [house.origin(), house.url.clone()];
        known.sort();
        assert_eq!(reader.runs(others).await, json!(known));
    }
}
