//! An author changes a comment that is public already: the approved text stays public until a moderator has seen the other.

use reqwest::{Response, StatusCode};

use crate::actors::{Moderator, Reader, done};
use crate::harness::{Database, House, on_both};
use crate::outbox::mails;
use crate::review::Holder;
use crate::submitting::set;

const MINUTE: i64 = 60_000;

/// A comment that has just been approved, with those who have to do with it.
struct Scene {
    ada: Moderator,
    reader: Reader,
    id: String,
    receipt: String,
}

impl Scene {
    async fn of(house: &House, text: &str) -> Self {
        let (ada, reader) = (Moderator::first(house).await, Reader::of(house, "a"));
        let taken = reader.writes(text).await;
        let (id, receipt) = (taken["id"].as_str().unwrap().to_owned(), taken["receipt"].as_str().unwrap().to_owned());
        ada.decides(&id, "approved").await;
        Self { ada, reader, id, receipt }
    }

    async fn tries(&self, text: &str) -> Response {
        self.reader.client.post(format!("{}/text", self.receipt)).form(&[("text", text)]).send().await.unwrap()
    }

    async fn changes(&self, text: &str) {
        assert_eq!(self.tries(text).await.status(), StatusCode::SEE_OTHER);
    }

    async fn receipt(&self) -> String {
        self.reader.get(&self.receipt).await.text().await.unwrap()
    }

    async fn public(&self) -> Vec<String> {
        self.reader.reads().await
    }
}

/// A page without the marks of what the judgement has found.
fn unmarked(page: &str) -> String {
    page.replace("<mark>", "").replace("</mark>", "")
}

on_both! {
    async fn a_changed_text_waits_beside_the_approved_one_until_it_is_approved(house: House) {
        let scene = Scene::of(&house, "Das ist ein Feler hier").await;
        assert!(scene.receipt().await.contains("ändern. Öffentlich wird die Änderung erst"));
        scene.changes("Das ist kein Fehler hier").await;
        assert_eq!(scene.public().await, ["<p>Das ist ein Feler hier</p>"]);
        let receipt = scene.receipt().await;
        assert!(receipt.contains("Deine Änderung wartet auf Freigabe") && receipt.contains("Das ist kein Fehler hier</textarea>"), "{receipt}");

        let queue = unmarked(&scene.ada.queue("pending").await);
        assert!(queue.contains("geändert</span>") && queue.contains("Das ist <del>ein Feler </del><ins>kein Fehler </ins>hier"), "{queue}");
        assert!(queue.contains("<p>Das ist ein Feler hier</p>") && queue.contains("<p>Das ist kein Fehler hier</p>"), "both texts: {queue}");
        assert!(!queue.contains("value=\"pending\">"), "a text that waits has nowhere to go back to: {queue}");
        assert!(scene.ada.page(&format!("/panel/comments/{}", scene.id)).await.contains("<ins>kein Fehler </ins>"));

        let approved = scene.ada.decides(&scene.id, "approved").await;
        assert_eq!(scene.public().await, ["<p>Das ist kein Fehler hier</p>"]);
        assert!(!scene.ada.queue("pending").await.contains("geändert</span>"));
        let found = unmarked(&scene.ada.page("/panel/sites/demo/comments?q=Fehler").await);
        assert!(found.contains("<p>Das ist kein Fehler hier</p>"), "what is public is what is found: {found}");

        // Undo puts the former text back, and the other one waits again; and so on.
        let undone = done(&scene.ada.undoes(&approved).await);
        assert_eq!(scene.public().await, ["<p>Das ist ein Feler hier</p>"]);
        assert!(scene.ada.queue("pending").await.contains("<ins>kein Fehler </ins>"));
        assert_eq!(done(&scene.ada.undoes(&approved).await), undone, "pressed twice");
        scene.ada.undoes(&undone).await;
        assert_eq!(scene.public().await, ["<p>Das ist kein Fehler hier</p>"]);
        assert_eq!(scene.reader.thread().await["count"], 1);
        assert_eq!(house.number("select count(*) from decision where of_edit").await, 4);
    }
}

on_both! {
    async fn a_refused_change_leaves_the_approved_text_public(house: House) {
        let scene = Scene::of(&house, "Ein freundlicher Satz").await;
        scene.changes("Ein unfreundlicher Satz").await;
        let refused = scene.ada.decides(&scene.id, "rejected").await;
        assert_eq!(scene.public().await, ["<p>Ein freundlicher Satz</p>"]);
        let receipt = scene.receipt().await;
        assert!(receipt.contains("Deine Änderung wurde nicht veröffentlicht") && receipt.contains("aus gutem Grund"), "{receipt}");
        let journal = scene.ada.page("/panel/sites/demo/journal").await;
        assert!(journal.contains("Änderung des Autors:") && journal.contains("aus gutem Grund"), "{journal}");
        assert!(!scene.ada.queue("pending").await.contains("unfreundlicher"));

        scene.ada.undoes(&refused).await;
        assert!(scene.ada.queue("pending").await.contains("unfreundlicher"));
        scene.ada.decides(&scene.id, "spam").await;
        assert_eq!(scene.public().await, ["<p>Ein freundlicher Satz</p>"]);
        assert!(!scene.receipt().await.contains("Spam"), "that is between the moderators");
        // The comment itself is decided as ever.
        scene.ada.decides(&scene.id, "rejected").await;
        assert!(scene.public().await.is_empty());
    }
}

on_both! {
    async fn whoever_saw_an_older_change_decides_nothing(house: House) {
        let scene = Scene::of(&house, "Der erste Satz").await;
        let approved_once = scene.ada.revision(&scene.id).await;
        scene.changes("Der zweite Satz").await;
        // Who has the approved comment still before them rejects nothing that they have not seen.
        assert_eq!(scene.ada.presses(&scene.id, "rejected", &approved_once).await.status(), StatusCode::CONFLICT);
        let seen = scene.ada.revision(&scene.id).await;
        scene.changes("Der dritte Satz, mit <b>Beulen</b>").await;
        let late = scene.ada.presses(&scene.id, "approved", &seen).await;
        assert_eq!(late.status(), StatusCode::CONFLICT);
        let told = late.text().await.unwrap();
        assert!(told.contains("<ins>dritte Satz, mit &#60;b&#62;Beulen&#60;/b&#62;</ins>"), "the conflict shows what waits now: {told}");
        assert_eq!(scene.public().await, ["<p>Der erste Satz</p>"]);

        // What was taken back is not done again for a text that came after.
        let approved = scene.ada.decides(&scene.id, "approved").await;
        let undone = done(&scene.ada.undoes(&approved).await);
        scene.changes("Der vierte Satz").await;
        assert_eq!(scene.ada.undoes(&undone).await.status(), StatusCode::CONFLICT);
        assert_eq!(scene.public().await, ["<p>Der erste Satz</p>"]);
    }
}

on_both! {
    async fn of_an_edit_and_a_decision_at_once_only_what_was_seen_becomes_public(house: House) {
        let scene = Scene::of(&house, "Runde null").await;
        for round in 0..5 {
            scene.changes(&format!("Gesehen {round}")).await;
            let seen = scene.ada.revision(&scene.id).await;
            let unseen = format!("Ungesehen {round}");
            let (decided, _) = tokio::join!(scene.ada.presses(&scene.id, "approved", &seen), scene.tries(&unseen));
            let is_seen = scene.public().await == [format!("<p>Gesehen {round}</p>")];
            assert_eq!(decided.status() == StatusCode::SEE_OTHER, is_seen, "round {round}");
            assert!(!scene.public().await[0].contains("Ungesehen"));
        }
    }
}

on_both! {
    async fn the_time_for_changes_ends_and_nothing_typed_is_lost(house: House) {
        let scene = Scene::of(&house, "Ein Satz von gestern").await;
        let short = scene.tries("x").await;
        assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
        house.wait(15 * MINUTE - 1);
        scene.changes("Gerade noch geändert").await;
        scene.ada.decides(&scene.id, "approved").await;
        house.wait(1);
        // Approval of a change gives no new time.
        let late = scene.tries("Zu <spät> geändert").await;
        assert_eq!(late.status(), StatusCode::CONFLICT);
        let page = late.text().await.unwrap();
        assert!(page.contains("Das kam zu spät") && page.contains("Zu &#60;spät&#62; geändert</textarea>"), "{page}");
        assert!(!scene.receipt().await.contains("<textarea"));
        assert_eq!(scene.public().await, ["<p>Gerade noch geändert</p>"]);
        set(&house, "thread.edit_minutes", "1440").await;
        assert!(scene.receipt().await.contains("<textarea"));
    }
}

on_both! {
    async fn taking_the_comment_back_takes_both_texts(house: House) {
        let scene = Scene::of(&house, "Öffentlicher Satz").await;
        scene.changes("Geänderter Satz").await;
        assert_eq!(scene.reader.client.post(&scene.receipt).send().await.unwrap().status(), StatusCode::SEE_OTHER);
        assert!(scene.public().await.is_empty());
        assert!(!scene.ada.queue("pending").await.contains("Geänderter Satz"));
        assert_eq!(house.number("select count(*) from proposal").await, 0);
        assert_eq!(house.number("select count(*) from comment where proposed_at is not null").await, 0);
        assert_eq!(scene.tries("Noch einmal anders").await.status(), StatusCode::CONFLICT);
    }
}

on_both! {
    async fn hostile_texts_stay_text_and_are_judged(house: House) {
        let scene = Scene::of(&house, "<img src=x onerror=alert(1)> Grüße </p><script>alert(1)</script>").await;
        scene.changes("</ins><script>alert(2)</script> [Klick](javascript:alert(3)) viagra casino \u{202e}").await;
        let comment = format!("/panel/comments/{}", scene.id);
        for page in [scene.ada.queue("pending").await, scene.ada.page(&comment).await, scene.receipt().await] {
            for bad in ["<script>alert", "<img src=x", "href=\"javascript:"] {
                assert!(!page.contains(bad), "{bad}: {page}");
            }
        }
        let queue = scene.ada.queue("pending").await;
        assert!(queue.contains("<ins>&#60;/ins&#62;&#60;script&#62;alert(2)"), "{queue}");
        assert!(queue.contains("class=\"reasons\""), "it is judged like a submission: {queue}");
        let foreign = scene.reader.client.post(format!("{}/text", scene.receipt)).header("origin", "https://evil.example");
        assert_eq!(foreign.form(&[("text", "böse")]).send().await.unwrap().status(), StatusCode::FORBIDDEN);
    }
}

on_both! {
    async fn changes_stand_in_the_queue_by_the_time_they_have_waited(house: House) {
        for limit in ["limits.network_per_minute", "limits.network_per_hour", "limits.address_per_hour"] {
            set(&house, limit, "0").await;
        }
        let scene = Scene::of(&house, "Der alte Satz").await;
        for number in 0..31 {
            house.wait(1000);
            scene.reader.writes(&format!("Kommentar Nummer {number} von vielen")).await;
        }
        house.wait(5000);
        scene.changes("Der neue Satz").await;
        // A comment that the judgement is unsure of stands an hour further ahead.
        house.wait(120 * MINUTE);
        scene.reader.writes("Der allerletzte Kommentar").await;
        let first = scene.ada.queue("pending").await;
        assert!(first.contains(">33<") || first.contains("33"), "counted with the others: {first}");
        assert!(!first.contains("Der neue Satz"), "it is no more urgent than what came before");
        let (_, next) = first.rsplit_once("after=").unwrap();
        let second = scene.ada.queue(&format!("pending&after={}", &next[..36])).await;
        let at = |text: &str| second.find(text).unwrap_or_else(|| panic!("{text}: {second}"));
        assert!(at("Nummer 30") < at("<ins>neue") && at("<ins>neue") < at("allerletzte"));
        // The last one shown may be a changed one as well.
        let third = scene.ada.queue(&format!("pending&after={}", scene.id)).await;
        assert!(third.contains("allerletzte") && !third.contains("Nummer 30") && !third.contains("Der neue Satz"), "{third}");
    }
}

on_both! {
    async fn a_change_is_found_as_what_waits_and_by_its_words(house: House) {
        let scene = Scene::of(&house, "Das ist ein Feler hier").await;
        scene.changes("Das war nur ein Tippfehler, siehe https://fremd.example/").await;
        let finds = async |query: &str| {
            let url = format!("/panel/sites/demo/comments?q={}", query.replace(' ', "+"));
            scene.ada.page(&url).await.contains("class=\"change original\"")
        };
        for query in [
            "is:pending", "is:open", "is:approved", "is:pending -is:answer -zebra", "is:open points:>-9", "is:pending Tippfehler", "Feler",
            "14 is:open author:eva", "link:fremd.example is:pending", "email:eva@example.org is:pending", "is:pending page:a", "-is:spam is:open",
        ] {
            assert!(finds(query).await, "{query}");
        }
        for query in ["-is:pending", "-is:open Tippfehler", "is:pending -Tippfehler", "is:pending is:answer", "is:likely-spam", "is:pending zebra"] {
            assert!(!finds(query).await, "{query}");
        }
        // Beside comments that wait, the newest first, a part at a time.
        let other = scene.reader.writes("Noch ein Kommentar").await["id"].as_str().unwrap().to_owned();
        let both = scene.ada.page("/panel/sites/demo/comments?q=is:pending").await;
        let (newer, older) = (both.find(&format!("c-{other}")).unwrap(), both.find(&format!("c-{}", scene.id)).unwrap());
        assert!(newer < older, "{both}");
        let rest = scene.ada.page(&format!("/panel/sites/demo/comments?q=is:pending&after={other}")).await;
        assert!(rest.contains(&format!("c-{}", scene.id)) && !rest.contains(&format!("c-{other}")), "{rest}");

        let refused = scene.ada.decides(&scene.id, "rejected").await;
        assert!(!finds("is:pending").await && !finds("is:open").await);
        assert!(!scene.ada.page("/panel/sites/demo/comments?q=Tippfehler").await.contains(&scene.id), "what was refused is found no more");
        scene.ada.undoes(&refused).await;
        assert!(finds("Tippfehler is:pending").await);
        scene.changes("Doch lieber ganz anders").await;
        assert!(finds("is:pending anders").await && !finds("Tippfehler").await);
    }
}

on_both! {
    async fn moderators_are_told_of_a_change_and_decide_it_from_the_mail(house: House) {
        set(&house, "thread.edit_minutes", "60").await;
        let scene = Scene::of(&house, "Ein freundlicher Satz").await;
        assert!(mails(&house, 1).await[0].1.contains("Ein freundlicher Satz"));
        let none_waits = async || house.outbox_is("no mail to wait", |mails| mails.iter().all(|mail| mail.state != "waiting")).await;
        none_waits().await;
        house.wait(MINUTE);
        scene.changes("Ein noch freundlicherer Satz").await;
        scene.changes("Ein sehr freundlicher Satz").await;
        assert!(!house.has_mail_due().await, "not so soon after the last one");
        house.wait(9 * MINUTE);
        let (_, text) = mails(&house, 2).await.remove(1);
        for part in ["Eva Müller hat am 24.11.2026", "geändert", "Ein sehr freundlicher Satz", "wartet 1 Kommentar"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("noch freundlicherer"), "{text}");
        let link = text.lines().find(|line| line.starts_with("http://")).unwrap().to_owned();
        let holder = Holder::of(link);
        let page = holder.sees().await;
        assert!(page.contains("Ein <ins>sehr </ins>freundlicher Satz") && page.contains("value=\"approved\""), "{page}");
        assert_eq!(holder.chooses("approved").await, StatusCode::SEE_OTHER);
        assert_eq!(scene.public().await, ["<p>Ein sehr freundlicher Satz</p>"]);
        let page = holder.sees().await;
        assert!(page.contains("Über diesen Kommentar ist entschieden") && !page.contains("<form"), "{page}");

        // What was decided meanwhile is told of to nobody; and the link is for the text that its mail shows.
        scene.changes("Und noch ein Satz").await;
        scene.ada.decides(&scene.id, "rejected").await;
        house.wait(20 * MINUTE);
        none_waits().await;
        assert_eq!(house.mails().len(), 2);
        scene.changes("Einer zum Lesen").await;
        let (_, text) = mails(&house, 3).await.remove(2);
        let holder = Holder::of(text.lines().find(|line| line.starts_with("http://")).unwrap().to_owned());
        scene.changes("Einer, den niemand gelesen hat").await;
        assert_eq!(holder.chooses("approved").await, StatusCode::CONFLICT);
        let page = holder.sees().await;
        assert!(page.contains("hat sich geändert") && page.contains("niemand gelesen hat") && !page.contains("<form"), "{page}");
        assert_eq!(scene.public().await, ["<p>Ein sehr freundlicher Satz</p>"]);
    }
}

on_both! {
    async fn of_a_change_that_looks_like_spam_nobody_is_told(house: House) {
        let scene = Scene::of(&house, "Ein freundlicher Satz").await;
        mails(&house, 1).await;
        set(&house, "rules.blocked_words", "viagra").await;
        scene.changes("viagra casino viagra https://a.example https://b.example https://c.example").await;
        assert!(scene.ada.queue("pending").await.contains("viagra"), "it waits all the same");
        assert_eq!(house.number("select count(*) from proposal where bucket = 'likely-spam'").await, 1);
        house.wait(20 * MINUTE);
        assert!(!house.has_mail_due().await);
        assert_eq!(house.mails().len(), 1);
    }
}

on_both! {
    async fn an_open_queue_tells_of_a_change_that_came(house: House) {
        let scene = Scene::of(&house, "Ein freundlicher Satz").await;
        let since = async || {
            let queue = scene.ada.queue("pending").await;
            queue.split("data-since=\"").nth(1).unwrap()[..36].to_owned()
        };
        let fresh = async |since: &str| {
            let state: serde_json::Value = serde_json::from_str(&scene.ada.page(&format!("/panel/sites/demo/state?since={since}")).await).unwrap();
            state["fresh"].as_i64().unwrap()
        };
        let before = since().await;
        assert_eq!(fresh(&before).await, 0);
        house.wait(1000);
        scene.changes("Ein anderer Satz").await;
        assert_eq!(fresh(&before).await, 1);
        assert_eq!(fresh(&since().await).await, 0, "it has been seen");
        let before = since().await;
        house.wait(1000);
        scene.reader.writes("Ein neuer Kommentar").await;
        assert_eq!(fresh(&before).await, 1);
    }
}
