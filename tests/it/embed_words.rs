//! What the embed says: each text can be the page's own, in each language; and what the form asks for, in its order.

use serde_json::{Value, json};

use crate::actors::Moderator;
use crate::browser::{Browser, Manner};
use crate::embed_in_the_browser::{WORDS, approved, sees_the_form, story};
use crate::embed_of_long_threads::{cut, fill_with};
use crate::harness::{Database, House};

const KEYS: [&str; 2] =
    [include_str!("../../templates/locales/en/embed.ftl"), include_str!("../../templates/locales/en/more.ftl")];

/// The names of all texts, as attributes have them after `text-`.
fn names() -> Vec<&'static str> {
    let keys =
        KEYS.into_iter().flat_map(str::lines).filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" ="));
    keys.filter_map(|(key, _)| Some(key.split_once('-')?.1)).collect()
}

story! {
    async fn every_text_can_be_the_pages_own(house: House) {
        let moderator = Moderator::first(&house).await;
        fill_with(&house, 101, |number| (number == 1).then_some(0)).await;
        let reader = Browser::open(Manner::Desktop).await;
        // A page that has a word of its own for everything, and remembers which of them was ever said.
        let names = names();
        assert!(names.len() > 35, "{names:?}");
        let own: Vec<(String, String)> = names.iter().map(|name| (format!("text-{name}"), format!("⟦{name}⟧ %s"))).collect();
        let put = json!({"source": format!("window.said = new Set(); window.others = new Set(); new MutationObserver(() => {{ \
            const thread = document.querySelector('leserbrief-thread'); if (!thread) return; \
            if (!thread.hasAttribute('text-submit')) for (const [name, value] of {}) thread.setAttribute(name, value); \
            if (!thread.querySelector('.lb-root, .lb-loading, .lb-show')) return; \
            const labels = [...thread.querySelectorAll('[aria-label]')].map((node) => node.getAttribute('aria-label')); \
            for (const text of [...labels, ...[...thread.querySelectorAll('*')].flatMap((node) => [...node.childNodes].filter(({{ nodeType }}) => nodeType === 3).map(({{ data }}) => data))]) {{ \
            const found = [...text.matchAll(/⟦([^⟧]+)⟧/g)]; found.forEach(([, name]) => said.add(name)); \
            if (!found.length && /\\S/.test(text) && thread.querySelector('.lb-root, .lb-show')) others.add(text); }} }}).observe(document, {{ subtree: true, childList: true, characterData: true, attributes: true }})",
            json!(own))});
        reader.tells("Page.addScriptToEvaluateOnNewDocument", put).await;
        let article = format!("{}/demo?lang=de", house.origin());
        // The line breaks on the way to the comments, and on the way of one.
        reader.goes_to(&article).await;
        reader.until("the element to be there", "customElements.get('leserbrief-thread')").await;
        cut(&reader, true).await;
        reader.scrolls_to("leserbrief-thread").await;
        reader.sees(".lb-retry").await;
        cut(&reader, false).await;
        reader.clicks(".lb-retry").await;
        reader.sees(".lb-more").await;
        reader.clicks(".lb-sort").await;
        reader.until("the other order", "said.has('oldest')").await;
        reader.until("the thread to be there", "!document.querySelector('leserbrief-thread').loading").await;
        reader.clicks(".lb-reply").await;
        for (field, text) in [("text", WORDS), ("name", "Eva Müller"), ("email", "eva@example")] {
            reader.types(&format!("leserbrief-thread [name={field}]"), text).await;
        }
        reader.clicks(".lb-submit").await;
        reader.until("what is to be mended", "said.has('check')").await;
        cut(&reader, true).await;
        reader.clicks(".lb-submit").await;
        reader.until("the broken line", "said.has('offline')").await;
        cut(&reader, false).await;
        reader.runs("window.real = fetch; window.fetch = async (address, options) => options?.body ? new Response('', { status: window.status, headers: { 'Retry-After': '1' } }) : real(address, options)").await;
        for (status, word) in [(500, "failed"), (429, "wait")] {
            reader.runs(&format!("window.status = {status}")).await;
            reader.until("the button to work", "!document.querySelector('.lb-submit').disabled").await;
            reader.clicks(".lb-submit").await;
            reader.until(word, &format!("said.has({word:?})")).await;
        }
        reader.until("the button to work", "!document.querySelector('.lb-submit').disabled").await;
        reader.clicks(".lb-report").await;
        reader.runs("window.status = 500").await;
        reader.clicks(".lb-complaint .lb-button").await;
        reader.until("a report that was not sent", "said.has('not-sent')").await;
        reader.runs("window.fetch = real").await;
        reader.clicks(".lb-complaint .lb-button").await;
        reader.until("thanks for it", "said.has('thanks')").await;
        reader.runs("document.querySelector('leserbrief-thread').fields.email.value = 'eva@example.org'").await;
        house.wait(60_000);
        reader.clicks(".lb-submit").await;
        reader.until("the comment to wait", "said.has('pending')").await;
        // New ones while somebody reads.
        reader.runs("document.querySelector('leserbrief-thread').setAttribute('refresh', '0.2'); document.querySelector('leserbrief-thread').watch()").await;
        for word in ["new-one", "new-many"] {
            approved(&house, &moderator, &format!("Und dann {word}"), None).await;
            reader.until(word, &format!("said.has({word:?})")).await;
        }
        // Elements that say other things: asked first, of an article without comments, with one, and closed.
        let put = |attributes: Value| format!("const own = document.createElement('leserbrief-thread'); for (const [name, value] of \
            Object.entries({attributes})) own.setAttribute(name, value); document.querySelector('leserbrief-thread').replaceWith(own)");
        reader.runs(&put(json!({"site": "demo", "page": "leer", "loading": "manual"}))).await;
        reader.until("the offer", "said.has('show')").await;
        reader.clicks(".lb-show").await;
        reader.until("none", "said.has('none')").await;
        let other = crate::actors::Reader::of(&house, "andere");
        let mut comment = other.comment("Nur einer").await;
        comment["url"] = json!(format!("{}/demo?artikel=andere", house.origin()));
        let taken: Value = other.send(&comment).await.json().await.unwrap();
        moderator.decides(taken["id"].as_str().unwrap(), "approved").await;
        reader.runs(&put(json!({"site": "demo", "page": "andere", "loading": "eager"}))).await;
        reader.until("one", "said.has('count-one')").await;
        sees_the_form(&reader).await;
        reader.runs("const real = fetch; window.fetch = async (address, options) => options?.body ? new Response(JSON.stringify({ id: '0', status: 'approved', receipt: '/' })) : real(address, options)").await;
        reader.types("leserbrief-thread [name=text]", "Sofort zu lesen").await;
        reader.clicks(".lb-submit").await;
        reader.until("a comment that waits for nobody", "said.has('published')").await;
        house.runs("update page set closed_at = 1").await;
        house.app.threads.forget_all();
        reader.runs(&put(json!({"site": "demo", "page": "andere", "loading": "eager"}))).await;
        reader.until("a closed article", "said.has('closed')").await;

        let said: Vec<String> = serde_json::from_value(reader.runs("return [...said]").await).unwrap();
        let unsaid: Vec<&&str> = names.iter().filter(|name| !said.iter().any(|said| said == *name)).collect();
        assert!(unsaid.is_empty(), "never said in the page's own words: {unsaid:?}");
        // Nothing else is said but what people wrote, when, and what the server found wrong.
        let others: Vec<String> = serde_json::from_value(reader.runs("return [...others]").await).unwrap();
        let fine = ["Beitrag Nummer", "Leserin ", "Eva Müller", " *", "Homepage", "Und dann", "Nur einer", WORDS, "Sofort", "E-Mail-Adresse aus"];
        let strange: Vec<&String> = others.iter().filter(|text| !fine.iter().any(|fine| text.contains(fine)) && !text.contains(char::is_numeric) && text.trim().len() > 2).collect();
        let dates = ["heute", "gestern", "vorgestern", "dieser Minute", "dieser Stunde"];
        let strange: Vec<&&String> = strange.iter().filter(|text| !dates.iter().any(|date| text.contains(date))).collect();
        assert!(strange.is_empty(), "{strange:?}");
    }
}

story! {
    async fn the_form_has_its_fields_in_the_order_that_readers_know(house: House) {
        let moderator = Moderator::first(&house).await;
        approved(&house, &moderator, WORDS, None).await;
        let fields = "return [...document.querySelectorAll('form [name]')].filter((field) => field.type !== 'hidden' && field.name !== 'homepage') \
            .map((field) => [field.name, field.type, field.required, field.autocomplete, \
            field.labels[0].textContent.replace(/[\\s*]+/g, ' ').trim(), \
            (field.getAttribute('aria-describedby') || '').split(' ').map((id) => document.getElementById(id)?.textContent || '').join('').trim()])";
        let note = "Deine E-Mail-Adresse wird nicht veröffentlicht.";
        let expected = |remembers: bool| {
            let mut all = vec![
                json!(["text", "textarea", true, "", "Kommentar", ""]),
                json!(["name", "text", true, "name", "Name", ""]),
                json!(["email", "email", true, "email", "E-Mail-Adresse", note]),
                json!(["website", "url", false, "url", "Website", ""]),
                json!(["remember", "checkbox", false, "", "Meine Angaben in diesem Browser merken", ""]),
                json!(["notify", "checkbox", false, "", "Schick mir eine E-Mail, wenn jemand antwortet", ""]),
            ];
            if !remembers {
                // Nothing but a script can remember; and a browser must not insist on `https://` before it lets a form go.
                all.remove(4);
                all[3][1] = json!("text");
            }
            all
        };
        let reader = Browser::open(Manner::Desktop).await;
        reader.goes_to(&format!("{}/demo?lang=de", house.origin())).await;
        sees_the_form(&reader).await;
        assert_eq!(reader.runs(fields).await, json!(expected(true)));
        // What readers get without a script: in the page, in the rendered fragment, on the hosted page.
        reader.tells("Network.enable", json!({})).await;
        reader.tells("Network.setBlockedURLs", json!({"urls": ["*.js"]})).await;
        for path in ["/demo?lang=de", "/demo?lang=de&include", "/sites/demo/thread?page=buslinie"] {
            reader.goes_to(&format!("{}{path}", house.origin())).await;
            let mut expected = expected(false);
            if path.starts_with("/sites") {
                expected[4][4] = json!("Gib mir per E-Mail Bescheid, wenn jemand antwortet");
            }
            assert_eq!(reader.runs(fields).await, json!(expected), "{path}");
            // Field by field with the keyboard, past the trap.
            reader.runs("document.querySelector('form [name=text]').focus()").await;
            for name in ["name", "email", "website", "notify"] {
                reader.presses(&["\u{E004}"]).await;
                assert_eq!(reader.runs("return document.activeElement.name").await, name, "{path}");
            }
        }
    }
}

story! {
    async fn a_moment_is_told_in_the_readers_words_and_exactly_when_asked(house: House) {
        let moderator = Moderator::first(&house).await;
        let id = approved(&house, &moderator, WORDS, None).await;
        for (lang, words) in [("de", ["vor 5 Minuten", "vor 3 Stunden", "gestern", "vor 4 Tagen"]), ("en", ["5 minutes ago", "3 hours ago", "yesterday", "4 days ago"])] {
            let reader = Browser::open(Manner::Desktop).await;
            let clock = |since: i64| json!({"source": format!("Date.now = () => {} + {since}", crate::harness::NOON)});
            for (since, words) in [5 * 60, 3 * 3600, 30 * 3600, 4 * 86400].into_iter().zip(words) {
                let set = reader.tells("Page.addScriptToEvaluateOnNewDocument", clock(since * 1000 + 9_000)).await;
                reader.goes_to(&format!("{}/demo?lang={lang}&since={since}#comment-{id}", house.origin())).await;
                reader.reads(&format!("#comment-{id} time"), words).await;
                reader.tells("Page.removeScriptToEvaluateOnNewDocument", json!({"identifier": set["identifier"]})).await;
            }
            assert_eq!(reader.runs("return document.querySelector('.lb-comment time').dateTime").await, "2026-11-24T12:00:00.000Z");
            reader.clicks(".lb-date").await;
            let exact = if lang == "de" { "Dienstag, 24. November 2026" } else { "November 24, 2026" };
            reader.reads(".lb-comment time", exact).await;
        }
    }
}
