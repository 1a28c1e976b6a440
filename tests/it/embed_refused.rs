//! Whatever goes wrong with a comment, its author keeps every character of it.

use fantoccini::Locator;
use serde_json::json;

use crate::actors::{Moderator, Reader};
use crate::browser::{Browser, Manner};
use crate::embed_in_the_browser::{WORDS, approved, opens_demo, sees_the_form, story};
use crate::harness::{Database, House};

async fn writes(reader: &Browser, text: &str) {
    for (field, text) in [("text", text), ("name", "Eva Müller"), ("email", "eva@example.org")] {
        reader.types(&format!("leserbrief-thread [name={field}]"), text).await;
    }
}

const TYPED: &str =
    "return ['text', 'name', 'email'].map((name) => document.querySelector(`leserbrief-thread [name=${name}]`).value)";

story! {
    async fn no_failure_loses_a_character(house: House) {
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        let text = "Zeile eins <b>\n\n  „Zeile“ zwei & 🚌";
        writes(&reader, "Erst einmal").await;
        reader.runs(&format!("const {{ fields }} = document.querySelector('leserbrief-thread'); fields.text.value = {text:?}; \
            fields.text.dispatchEvent(new Event('input', {{ bubbles: true }}))")).await;
        reader.runs("window.told = []; addEventListener('leserbrief:error', ({ detail }) => told.push(detail.status)); window.real = fetch; \
            window.fetch = async (address, options) => { if (!options.body) return real(address, options); \
            const { status, body } = window.broken; if (!status) throw new TypeError('cut'); \
            return new Response(body, { status, headers: { 'Retry-After': '1' } }); }").await;
        let problem = |status: u16| json!({"status": status, "type": "/oops", "detail": format!("Fehler {status}")}).to_string();
        let mut kinds: Vec<(u16, String, &str)> = [400_u16, 403, 404, 409, 413, 415, 429, 500, 503]
            .into_iter().map(|status| (status, problem(status), "Fehler")).collect();
        kinds.push((422, json!({"errors": [{"field": "email", "code": "invalid", "message": "Keine Adresse"}, {"field": "nothing", "code": "x", "message": "Noch etwas"}]}).to_string(), "Noch etwas"));
        // Not ours: a proxy's page, an empty answer, one that says yes and is none, and no answer at all.
        kinds.extend([(502, "<h1>Bad Gateway</h1>".to_owned(), "Dein Text bleibt hier stehen"), (500, String::new(), "Dein Text bleibt"), (200, "<p>Anmelden</p>".to_owned(), "Dein Text bleibt"), (0, String::new(), "Dein Text bleibt")]);
        let count = kinds.len();
        for (status, body, words) in kinds {
            reader.runs(&format!("document.querySelector('.lb-summary').replaceChildren(); window.broken = {}", json!({"status": status, "body": body}))).await;
            reader.until("the button to work", "!document.querySelector('.lb-submit').disabled").await;
            reader.clicks(".lb-submit").await;
            reader.reads(".lb-summary", words).await;
            assert_eq!(reader.runs(TYPED).await, json!([text, "Eva Müller", "eva@example.org"]), "{status}");
            assert_eq!(reader.runs("return document.querySelector('leserbrief-thread [name=text]').readOnly").await, false);
        }
        assert_eq!(reader.runs("return told.length").await, count);
        // The text outlives the page; what somebody has not asked to be remembered does not.
        reader.client.refresh().await.unwrap();
        sees_the_form(&reader).await;
        assert_eq!(reader.runs(TYPED).await, json!([text, "", ""]));
        assert_eq!(house.number("select count(*) from comment").await, 0);
    }
}

story! {
    async fn a_page_that_closes_meanwhile_takes_nothing_and_keeps_the_text(house: House) {
        let moderator = Moderator::first(&house).await;
        approved(&house, &moderator, "Der erste", None).await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        reader.sees(".lb-comment").await;
        writes(&reader, WORDS).await;
        house.runs("update page set closed_at = 1").await;
        reader.clicks(".lb-submit").await;
        reader.reads(".lb-summary", "nimmt keine Kommentare mehr an").await;
        assert_eq!(reader.runs(TYPED).await[0], WORDS);
        assert_eq!(house.number("select count(*) from comment").await, 1);
    }
}

story! {
    async fn the_page_hears_what_happens_and_may_say_no(house: House) {
        let reader = Browser::open(Manner::Desktop).await;
        let listen = json!({"source": "window.told = []; for (const name of ['ready', 'submit', 'posted', 'error']) \
            addEventListener('leserbrief:' + name, (event) => { told.push([name, event.detail, event.target.localName]); \
            if (name === 'submit' && window.no) event.preventDefault(); })"});
        reader.tells("Page.addScriptToEvaluateOnNewDocument", listen).await;
        reader.goes_to(&format!("{}/demo?lang=de", house.origin())).await;
        sees_the_form(&reader).await;
        reader.until("the thread to be ready", "told.length").await;
        assert_eq!(reader.runs("return told.pop()").await, json!(["ready", {"count": 0}, "leserbrief-thread"]));
        writes(&reader, WORDS).await;
        reader.runs("window.no = true").await;
        reader.clicks(".lb-submit").await;
        assert_eq!(reader.runs("return told.pop()[0]").await, "submit");
        assert_eq!(house.number("select count(*) from comment").await, 0, "the page has said no");
        reader.runs("window.no = false; document.querySelector('leserbrief-thread').fields.email.value = 'x'").await;
        reader.clicks(".lb-submit").await;
        reader.until("an error", "told.at(-1)[0] === 'error'").await;
        assert_eq!(reader.runs("return told.pop()[1]").await, json!({"status": 422, "code": "invalid"}));
        reader.runs("document.querySelector('leserbrief-thread').fields.email.value = 'eva@example.org'").await;
        house.wait(60_000);
        reader.clicks(".lb-submit").await;
        reader.until("the comment to be taken", "told.at(-1)[0] === 'posted'").await;
        assert_eq!(reader.runs("return told.at(-1)[1].status").await, "pending");
    }
}

story! {
    async fn nothing_is_remembered_before_the_tick(house: House) {
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        let kept = "return Object.keys(localStorage).length";
        for (remember, expected) in [(false, 0), (true, 1)] {
            sees_the_form(&reader).await;
            reader.runs("for (const name of ['name', 'email']) document.querySelector(`leserbrief-thread [name=${name}]`).value = ''").await;
            writes(&reader, &format!("{WORDS} {remember}")).await;
            if remember {
                reader.clicks("leserbrief-thread [name=remember]").await;
            }
            house.wait(60_000);
            reader.clicks(".lb-submit").await;
            reader.reads(".lb-posted:not(.lb-own)", "wartet auf Freischaltung").await;
            assert_eq!(reader.runs(kept).await, expected);
            assert_eq!(reader.client.get_all_cookies().await.unwrap().len(), 0);
            reader.client.refresh().await.unwrap();
        }
        sees_the_form(&reader).await;
        assert_eq!(reader.runs(TYPED).await, json!(["", "Eva Müller", "eva@example.org"]));
        reader.clicks("leserbrief-thread [name=remember]").await;
        assert_eq!(reader.runs(kept).await, 0, "the tick is gone, and with it what was kept");
    }
}

story! {
    async fn its_author_mends_a_comment_by_the_receipt_and_takes_it_back(house: House) {
        let moderator = Moderator::first(&house).await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        writes(&reader, "Mit einem Feler darin").await;
        house.wait(60_000);
        reader.clicks(".lb-submit").await;
        reader.clicks(".lb-posted a").await;
        let field = reader.sees("#field-text").await;
        field.clear().await.unwrap();
        reader.types("#field-text", "Ohne **Fehler** darin").await;
        reader.clicks("button.primary").await;
        reader.reads(".card .text", "Ohne Fehler darin").await;
        let receipt = reader.client.current_url().await.unwrap();
        let queue = moderator.queue("pending").await;
        let (_, id) = queue.split_once("/panel/comments/").unwrap();
        moderator.decides(&id[..36], "approved").await;
        // The mended text stands in what the server renders and in what the element asks for.
        for include in ["", "&include"] {
            reader.goes_to(&format!("{}/demo?lang=de{include}", house.origin())).await;
            sees_the_form(&reader).await;
            reader.reads(".lb-comment .lb-text strong", "Fehler").await;
            assert_eq!(reader.count(".lb-own").await, 0, "it waits no more");
        }
        reader.goes_to(receipt.as_str()).await;
        let withdraw = reader.client.find_all(Locator::Css("main form button")).await.unwrap().pop().unwrap();
        withdraw.click().await.unwrap();
        reader.reads(".notice", "zurückgezogen").await;
        for include in ["", "&include"] {
            reader.goes_to(&format!("{}/demo?lang=de{include}", house.origin())).await;
            sees_the_form(&reader).await;
            reader.reads(".lb-root > .lb-heading", "Noch keine Kommentare").await;
        }
        assert!(Reader::of(&house, "buslinie").reads().await.is_empty());
    }
}
