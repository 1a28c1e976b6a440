//! What happens while somebody reads: new comments are offered, whatever becomes of the line, and mails about answers are asked
//! for.

use mail_parser::MessageParser;

use crate::actors::Moderator;
use crate::browser::{Browser, Manner};
use crate::embed_in_the_browser::{WORDS, approved, opens_demo, sees_the_form, story};
use crate::embed_of_long_threads::cut;
use crate::harness::{Database, House, eventually};

/// Has the element look for new comments every fifth of a second, and counts how often it has asked and how often in vain.
async fn looks_often(reader: &Browser) {
    reader
        .runs(
            "window.asked = window.failed = 0; const real = fetch; window.fetch = async (...all) => { asked++; \
             try { return await real(...all); } catch (error) { failed++; throw error; } }; \
             document.querySelector('leserbrief-thread').setAttribute('refresh', '0.2'); \
             document.querySelector('leserbrief-thread').watch()",
        )
        .await;
}

story! {
    async fn a_broken_line_is_outlived_and_what_came_meanwhile_is_offered(house: House) {
        let moderator = Moderator::first(&house).await;
        let first = approved(&house, &moderator, "Der erste", None).await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        reader.sees(".lb-comment").await;
        looks_often(&reader).await;
        reader.until("a first look", "asked").await;
        cut(&reader, true).await;
        approved(&house, &moderator, "Eine Antwort", Some(&first)).await;
        // The element asks on, again and again, and tells nobody: what is there can be read.
        reader.until("three looks in vain", "failed >= 3").await;
        assert_eq!((reader.count(".lb-comment").await, reader.count(".lb-news, .lb-foot > *").await), (1, 0));
        cut(&reader, false).await;
        reader.reads(".lb-news", "1 neuen Kommentar anzeigen").await;
        reader.clicks(".lb-new").await;
        reader.reads(".lb-replies .lb-comment", "Eine Antwort").await;
        // One by one they are added up, in one offer.
        for (number, words) in [(1, "1 neuen Kommentar anzeigen"), (2, "2 neue Kommentare anzeigen"), (3, "3 neue Kommentare anzeigen")] {
            approved(&house, &moderator, &format!("Dann {number}"), None).await;
            reader.reads(".lb-news", words).await;
        }
        assert_eq!((reader.count(".lb-news").await, reader.count(".lb-comment").await), (1, 2), "nothing jumps");
        assert_eq!(reader.sees(".lb-news").await.attr("role").await.unwrap().as_deref(), Some("status"));
        reader.clicks(".lb-new").await;
        reader.until("all of them", "document.querySelectorAll('.lb-comment').length === 5").await;
        assert_eq!(reader.runs("return document.activeElement.textContent.includes('Dann 1')").await, true);
    }
}

story! {
    async fn a_line_that_was_cut_before_the_first_look_is_outlived_too(house: House) {
        let moderator = Moderator::first(&house).await;
        approved(&house, &moderator, "Der erste", None).await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        reader.sees(".lb-comment").await;
        // What looks is itself a file that has to come.
        cut(&reader, true).await;
        looks_often(&reader).await;
        approved(&house, &moderator, "Der zweite", None).await;
        reader.until("two tries", "performance.getEntriesByType('resource').filter(({ name }) => name.includes('more.js')).length > 1").await;
        assert_eq!(reader.runs("return asked").await, 0);
        cut(&reader, false).await;
        reader.reads(".lb-news", "1 neuen Kommentar anzeigen").await;
    }
}

story! {
    async fn nobody_is_asked_while_nobody_looks(house: House) {
        let moderator = Moderator::first(&house).await;
        approved(&house, &moderator, "Der erste", None).await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        reader.sees(".lb-comment").await;
        reader.runs("Object.defineProperty(document, 'hidden', { get: () => window.away, configurable: true }); window.away = true; \
            const listen = document.addEventListener; document.addEventListener = function (name, ...all) { \
            if (name === 'visibilitychange') window.waiting = true; return listen.call(this, name, ...all); }").await;
        looks_often(&reader).await;
        reader.until("the element to wait for the reader", "window.waiting").await;
        approved(&house, &moderator, "Der zweite", None).await;
        assert_eq!(reader.runs("return asked").await, 0);
        reader.runs("window.away = false; document.dispatchEvent(new Event('visibilitychange'))").await;
        reader.reads(".lb-news", "1 neuen Kommentar anzeigen").await;
        // Nor after the element has left the page, nor where the page says so.
        reader.runs("window.kept = document.querySelector('leserbrief-thread'); kept.remove(); window.then = asked").await;
        reader.runs("kept.setAttribute('refresh', '0'); document.querySelector('#comments').append(kept)").await;
        reader.until("two frames", "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))").await;
        assert_eq!(reader.runs("return [asked - then, kept.timer > 0 && kept.getAttribute('refresh') !== '0']").await, serde_json::json!([0, false]));
    }
}

story! {
    async fn who_ticks_for_mails_about_answers_is_asked_by_mail_and_says_yes(house: House) {
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        let kept = "return Object.keys(localStorage).length";
        // Nobody gets a mail who has not asked; nor is it asked for beforehand.
        for (ticks, remembers) in [(false, false), (true, false), (false, true)] {
            sees_the_form(&reader).await;
            assert_eq!(reader.runs("return document.querySelector('leserbrief-thread [name=notify]').checked").await, false);
            reader.runs("for (const name of ['name', 'email']) document.querySelector(`leserbrief-thread [name=${name}]`).value = ''").await;
            for (field, text) in [("text", format!("{WORDS} {ticks} {remembers}")), ("name", "Eva Müller".into()), ("email", "eva@example.org".into())] {
                reader.types(&format!("leserbrief-thread [name={field}]"), &text).await;
            }
            for (name, _) in [("notify", ticks), ("remember", remembers)].into_iter().filter(|(_, wanted)| *wanted) {
                reader.clicks(&format!("leserbrief-thread [name={name}]")).await;
            }
            house.wait(61_000);
            reader.clicks(".lb-submit").await;
            reader.reads(".lb-posted:not(.lb-own)", "wartet auf Freischaltung").await;
            // The tick is for this comment: a browser keeps nothing of it, and name and address only after the other one.
            assert_eq!(reader.runs(kept).await, i64::from(remembers));
            let asked = house.number("select count(*) from outbox where kind = 'confirmation'").await;
            assert_eq!(asked, i64::from(ticks || remembers), "one question for one tick");
            reader.client.refresh().await.unwrap();
        }
        sees_the_form(&reader).await;
        let known = "const { name, notify, text } = document.querySelector('leserbrief-thread').fields; return [name.value, notify.checked, text.value]";
        assert_eq!(reader.runs(known).await, serde_json::json!(["Eva Müller", false, ""]));
        // The one mail asks for a yes, which a person gives on the page that it leads to.
        let mail = eventually("the question", async || {
            house.mails().into_iter().find(|mail| MessageParser::default().parse(mail.as_bytes()).unwrap().body_text(0).unwrap().contains("/confirm/"))
        }).await;
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        assert_eq!(parsed.to().unwrap().first().unwrap().address(), Some("eva@example.org"));
        let text = parsed.body_text(0).unwrap().into_owned();
        assert!(!text.contains("Nachtschicht"), "nobody's words: {text}");
        reader.goes_to(text.lines().find(|line| line.contains("/confirm/")).unwrap()).await;
        assert_eq!(house.number("select count(*) from author_address where confirmed_at is not null").await, 0);
        reader.clicks("[name=scope][value=answers]").await;
        reader.clicks("button.primary").await;
        reader.reads(".notice", "Deine Adresse ist bestätigt.").await;
        assert_eq!(house.number("select count(*) from author_address where confirmed_at is not null").await, 1);
    }
}
