//! The moderator's work: cards that tell, grounds, many at once, two at one desk, and what is live.

use reqwest::header::{ACCEPT, LOCATION};
use reqwest::{Response, StatusCode};
use serde_json::Value;

use crate::actors::{Moderator, Reader, done, field};
use crate::harness::{Database, House, eventually, on_both};

/// Nobody is told to wait: a story writes more than a reader may.
pub async fn without_limits(house: &House) {
    for limit in ["network_per_minute", "network_per_hour", "address_per_hour", "page_per_minute", "site_per_minute"] {
        crate::submitting::set(house, &format!("limits.{limit}"), "0").await;
    }
}

/// So many comments that say the same, each by somebody else on another article.
pub async fn floods(house: &House, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        let robot = Reader::of(house, &format!("artikel-{number}")).named(&format!("robot{number}@example.org"));
        let taken = robot.writes("Kostenloses Geld für alle Leser dieser Zeitung, heute noch").await;
        ids.push(taken["id"].as_str().unwrap().to_owned());
    }
    ids
}

pub fn id(taken: &Value) -> &str {
    taken["id"].as_str().unwrap()
}

pub fn location(answer: &Response) -> String {
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

pub async fn post(moderator: &Moderator, path: &str, fields: &[(&str, &str)]) -> Response {
    let csrf = moderator.csrf().await;
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    moderator.client.post(format!("{}{path}", moderator.url)).form(&fields).send().await.unwrap()
}

pub async fn found(moderator: &Moderator, query: &str) -> String {
    let url = format!("{}/panel/sites/demo/comments", moderator.url);
    let answer = moderator.client.get(url).query(&[("q", query)]).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{query}");
    answer.text().await.unwrap()
}

on_both! {
    async fn a_card_says_who_wrote_what_and_why_it_is_here(house: House) {
        without_limits(&house).await;
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let parent = reader.writes("Womit hat das angefangen?").await;
        for (text, to) in [("Eins davor", "approved"), ("Zwei davor", "rejected")] {
            moderator.decides(id(&reader.writes(text).await), to).await;
        }
        moderator.decides(id(&parent), "approved").await;
        let mut answer = reader.comment("Das <b>Online-Casino</b> steht hier: https://casino.example/x").await;
        answer["parent"] = parent["id"].clone();
        assert_eq!(reader.send(&answer).await.status(), StatusCode::ACCEPTED);
        Reader::of(&house, "b").named("ben@example.org").writes("Das <b>Online-Casino</b> steht hier: https://casino.example/x").await;
        house.wait(3 * 60 * 60_000);
        let page = moderator.queue("pending").await + &moderator.queue("likely-spam").await;
        assert!(page.contains("2 freigegeben · 1 abgelehnt · seit 2026"), "{page}");
        assert!(page.contains("Erster Kommentar"), "{page}");
        assert!(page.contains("<mark>Casino</mark>") && page.contains("&lt;b&gt;"), "{page}");
        assert!(page.contains("Womit hat das angefangen?"), "the comment that it answers");
        assert_eq!(page.matches("+1 ähnliche").count(), 2);
        assert!(page.contains("3 Std."), "{page}");
    }
}

on_both! {
    async fn who_waits_longest_is_first_and_doubt_counts_as_an_hour(house: House) {
        without_limits(&house).await;
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        crate::submitting::set(&house, "rules.blocked_words", "seltsam").await;
        for text in ["Der Erste war schon da", "Ein seltsam anderer Gedanke", "Der Dritte kam danach"] {
            let comment = reader.comment(text).await;
            house.wait(50 * 60_000);
            assert_eq!(reader.send(&comment).await.status(), StatusCode::ACCEPTED);
        }
        let page = moderator.queue("pending").await;
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is not in {page}"));
        assert!(at("anderer Gedanke") < at("Der Erste") && at("Der Erste") < at("Der Dritte"));
        assert!(page.contains("Der älteste wartet seit: 100 Min."), "{page}");
        // Each card is on one page of the list, whatever the order.
        let ids: Vec<&str> = page.split("<li data-id=\"").skip(1).map(|rest| &rest[..36]).collect();
        let rest = moderator.queue(&format!("pending&after={}", ids[0])).await;
        assert!(!rest.contains(&format!("<li data-id=\"{}", ids[0])) && ids[1..].iter().all(|id| rest.contains(*id)));
    }
}

on_both! {
    async fn a_rejection_has_a_ground_that_its_author_reads(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Du Dussel").await;
        let path = format!("/panel/comments/{}/decision", id(&taken));
        let unknown = post(&moderator, &path, &[("to", "rejected"), ("revision", "1"), ("code", "nonsense")]).await;
        assert_eq!(unknown.status(), StatusCode::BAD_REQUEST);
        let rejected = post(&moderator, &path, &[("to", "rejected"), ("revision", "1"), ("code", "insult")]).await;
        assert_eq!(rejected.status(), StatusCode::SEE_OTHER);
        let receipt = reader.get(taken["receipt"].as_str().unwrap()).await.text().await.unwrap();
        assert!(receipt.contains("beleidigt jemanden") && receipt.contains("Das hat ein Mensch entschieden."), "{receipt}");
        assert!(moderator.page(&format!("/panel/comments/{}", id(&taken))).await.contains("Beleidigung"));
        let spam = post(&moderator, &path, &[("to", "spam"), ("revision", "2"), ("code", "insult")]).await;
        assert_eq!(spam.status(), StatusCode::SEE_OTHER);
        assert_eq!(house.number("select count(*) from decision where code = 'insult'").await, 1);
        assert_eq!(house.number("select count(*) from decision where to_status = 'spam' and code is null").await, 1);
    }
}

on_both! {
    async fn many_are_decided_as_one_and_taken_back_as_one(house: House) {
        without_limits(&house).await;
        let moderator = Moderator::first(&house).await;
        let known = Reader::of(&house, "artikel-1").named("known@example.org");
        moderator.decides(id(&known.writes("Von hier komme ich").await), "approved").await;
        let ids = floods(&house, 12).await;
        known.writes("Kostenloses Geld für alle Leser dieser Zeitung, heute noch").await;
        let url = format!("{}/panel/sites/demo/bulk", house.url);
        let query = format!("cluster:{} is:open", ids[0]);
        let preview = moderator.client.get(&url).query(&[("q", query.as_str()), ("to", "spam")]).send().await.unwrap();
        let preview = preview.text().await.unwrap();
        assert_eq!(preview.matches("name=\"pick-").count(), 13, "{preview}");
        assert_eq!(preview.matches(" checked>").count(), 12, "whoever has been approved before is not ticked");
        // Somebody decides one of them between the preview and the press.
        moderator.decides(&ids[3], "approved").await;
        let picks: Vec<String> = ids.iter().map(|id| format!("pick-{id}")).collect();
        let mut fields: Vec<(&str, &str)> = picks.iter().map(|pick| (pick.as_str(), "1")).collect();
        fields.extend([("to", "spam"), ("back", "/panel/sites/demo/comments?view=pending")]);
        let decided = post(&moderator, "/panel/sites/demo/batches", &fields).await;
        assert_eq!(decided.status(), StatusCode::SEE_OTHER);
        assert_eq!(house.number("select count(*) from comment where status = 'spam'").await, 11);
        assert_eq!(house.number("select count(*) from comment where status = 'approved'").await, 2);
        let page = moderator.page(&location(&decided)).await;
        assert!(page.contains("11 Kommentare: Als Spam markiert."), "{page}");
        let deeds = moderator.page("/panel/sites/demo/decisions").await;
        assert!(deeds.contains("11 Kommentare"), "{deeds}");
        let rows = |page: &str| page.split_once("<tbody>").map_or(0, |(_, rows)| rows.matches("<tr>").count());
        let journal = moderator.page("/panel/sites/demo/journal?means=bulk").await;
        assert_eq!(rows(&journal), 1, "one entry: {journal}");
        let (_, batch_link) = journal.split_once("<tbody>").unwrap().1.split_once("href=\"").unwrap();
        let batch_link = batch_link.split('"').next().unwrap();
        assert!(journal.contains("11 Kommentare</a>") && batch_link.contains("journal?batch="), "{batch_link}");
        assert_eq!(rows(&moderator.page(batch_link).await), 11, "which tells of each comment");
        assert_eq!(rows(&moderator.page("/panel/sites/demo/journal?means=bulk&to=spam").await), 11, "some of what is asked for");
        let table = moderator.page("/panel/sites/demo/journal.csv?means=bulk").await;
        let batch = batch_link.rsplit_once('=').unwrap().1;
        assert_eq!((table.lines().count(), table.matches(batch).count()), (12, 11), "{table}");
        let batch = location(&decided).rsplit_once("batch=").unwrap().1.to_owned();
        let undone = post(&moderator, &format!("/panel/batches/{batch}/undo"), &[("back", "")]).await;
        assert_eq!(undone.status(), StatusCode::SEE_OTHER);
        assert_eq!(house.number("select count(*) from comment where status = 'spam'").await, 0);
        let again = post(&moderator, &format!("/panel/batches/{batch}/undo"), &[("back", "")]).await;
        assert_eq!(again.status(), StatusCode::CONFLICT);
        assert_eq!(house.number("select count(*) from decision where batch_id is not null").await, 22);
        assert_eq!(house.number("select count(distinct batch_id) from decision where batch_id is not null").await, 2);
        // Public again and gone again, in one go each: the page's count follows.
        let mut fields: Vec<(&str, &str)> = picks.iter().take(2).map(|pick| (pick.as_str(), "3")).collect();
        fields.extend([("to", "approved")]);
        post(&moderator, "/panel/sites/demo/batches", &fields).await;
        assert_eq!(house.number("select cast(sum(approved_count) as bigint) from page").await, 4);
    }
}

on_both! {
    async fn nobody_decides_many_of_anothers_or_without_a_token(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Nicht deiner").await;
        let pick = format!("pick-{}", id(&taken));
        let stranger = Moderator::stranger(&house);
        for path in ["/panel/sites/demo/batches", &format!("/panel/comments/{}/presence", id(&taken)), "/panel/keys"] {
            let fields = [("csrf", "x"), ("to", "spam"), (pick.as_str(), "1")];
            let turned_away = stranger.client.post(format!("{}{path}", house.url)).form(&fields).send().await.unwrap();
            assert_eq!(location(&turned_away), "/panel/sign-in", "{path}");
            let forged = moderator.client.post(format!("{}{path}", house.url)).form(&fields).send().await.unwrap();
            assert_eq!(forged.status(), StatusCode::FORBIDDEN, "{path}");
        }
        post(&moderator, "/panel/sites/demo/batches", &[("to", "withdrawn"), (&pick, "1")]).await;
        assert_eq!(house.number("select count(*) from comment where status = 'pending'").await, 1, "only its author takes it back");
        let unknown = post(&moderator, "/panel/sites/demo/batches", &[("to", "spam"), (&format!("pick-{}", uuid::Uuid::max()), "1"), (&pick, "1")]).await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
        assert_eq!(house.number("select count(*) from decision").await, 0);
        for path in ["/panel/sites/nowhere/events", "/panel/sites/nowhere/state", "/panel/sites/nowhere/bulk", "/panel/sites/nowhere/decisions"] {
            assert_eq!(moderator.opens(path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}

on_both! {
    async fn whoever_is_overtaken_keeps_it_or_overrides(house: House) {
        let ada = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben Beck", "ben@example.org").await;
        let reader = Reader::of(&house, "a");
        let taken = reader.writes("Umstritten").await;
        assert_eq!(ada.presses(id(&taken), "approved", "1").await.status(), StatusCode::SEE_OTHER);
        let path = format!("{}/panel/comments/{}/decision", house.url, id(&taken));
        let csrf = ben.csrf().await;
        let fields = [("csrf", csrf.as_str()), ("to", "rejected"), ("code", "hate"), ("revision", "1"), ("back", "/panel/sites/demo/comments")];
        let told = ben.client.post(&path).header(ACCEPT, "application/json").form(&fields).send().await.unwrap();
        assert_eq!(told.status(), StatusCode::CONFLICT);
        let told: Value = told.json().await.unwrap();
        assert!(told["words"].as_str().unwrap().contains("Ada Admiral") && told["override"] == true && told["revision"] == 2, "{told}");
        let page = ben.client.post(&path).form(&fields).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::CONFLICT);
        let page = page.text().await.unwrap();
        assert!(page.contains("Ada Admiral") && page.contains("So lassen: Freigegeben") && page.contains("Trotzdem: Abgelehnt"), "{page}");
        assert_eq!((field(&page, "revision").as_deref(), field(&page, "code").as_deref()), (Some("2"), Some("hate")));
        let fields = [("csrf", csrf.as_str()), ("to", "rejected"), ("code", "hate"), ("revision", "2"), ("back", "")];
        assert_eq!(ben.client.post(&path).form(&fields).send().await.unwrap().status(), StatusCode::SEE_OTHER);
        assert!(reader.reads().await.is_empty());
    }
}

on_both! {
    async fn a_moderator_notes_edits_and_answers(house: House) {
        without_limits(&house).await;
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Der Herr Meier, Gartenweg 3, lügt").await;
        let path = |kind: &str| format!("/panel/comments/{}/{kind}", id(&taken));
        for kind in ["note", "reply", "text"] {
            assert!(moderator.page(&path(kind)).await.contains("<textarea"), "{kind}");
        }
        assert_eq!(moderator.opens(&path("nonsense")).await.status(), StatusCode::NOT_FOUND);
        post(&moderator, &path("note"), &[("text", "Bitte <prüfen>"), ("back", "")]).await;
        assert!(moderator.queue("pending").await.contains("Bitte &#60;prüfen&#62;"));
        assert!(found(&moderator, "has:note").await.contains("Gartenweg"));

        let short = post(&moderator, &path("text"), &[("text", "x"), ("revision", "1"), ("back", "")]).await;
        assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let late = post(&moderator, &path("text"), &[("text", "Zu spät"), ("revision", "7"), ("back", "")]).await;
        assert_eq!(late.status(), StatusCode::CONFLICT);
        let edited = post(&moderator, &path("text"), &[("text", "Der Herr M. lügt"), ("revision", "1"), ("back", "")]).await;
        assert_eq!(edited.status(), StatusCode::SEE_OTHER);
        let page = moderator.page(&format!("/panel/comments/{}", id(&taken))).await;
        assert!(page.contains("Gartenweg 3") && page.contains("Der Herr M. lügt") && page.contains("Text bearbeitet."), "{page}");
        assert!(found(&moderator, "is:edited").await.contains("Der Herr M."));
        assert!(!found(&moderator, "gartenweg").await.contains("Der Herr M."), "what was taken out is not found");

        let answered = post(&moderator, &path("reply"), &[("text", "Das ist *unbelegt*."), ("revision", "2"), ("back", "")]).await;
        let read = reader.reads().await;
        assert_eq!(read.len(), 2, "{read:?}");
        assert!(read[0].contains("Von der Redaktion bearbeitet") && read[1].contains("<em>unbelegt</em>"), "{read:?}");
        let thread = reader.thread().await;
        assert_eq!(thread["comments"][1]["author"], "Ada Admiral (Redaktion)");
        assert!(!thread.to_string().contains("ada@example.org"));
        let batch = location(&answered).rsplit_once("batch=").unwrap().1.to_owned();
        post(&moderator, &format!("/panel/batches/{batch}/undo"), &[("back", "")]).await;
        assert!(reader.reads().await.is_empty());
        assert!(moderator.queue("pending").await.contains("unbelegt"), "an answer taken back is not lost");
    }
}

on_both! {
    async fn keys_are_everybodys_own(house: House) {
        let moderator = Moderator::first(&house).await;
        Reader::of(&house, "a").writes("Damit es eine Karte gibt").await;
        assert!(moderator.queue("pending").await.contains("&#34;a&#34;:&#34;approve&#34;"));
        let twice = post(&moderator, "/panel/keys", &[("on", "on"), ("key-approve", "j")]).await;
        assert_eq!(twice.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(post(&moderator, "/panel/keys", &[("on", "on"), ("key-approve", "1")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(post(&moderator, "/panel/keys", &[("on", "on"), ("key-approve", "ö")]).await.status(), StatusCode::SEE_OTHER);
        let page = moderator.queue("pending").await;
        assert!(page.contains("ö&#34;:&#34;approve&#34;") && !page.contains("&#34;a&#34;:"), "{page}");
        assert_eq!(post(&moderator, "/panel/keys", &[("key-approve", "ö")]).await.status(), StatusCode::SEE_OTHER);
        let page = moderator.queue("pending").await;
        assert!(page.contains("data-keys=\"{}\"") && page.contains("Tasten sind ausgeschaltet."), "{page}");
    }
}

on_both! {
    async fn colleagues_see_who_reads_what_for_half_a_minute(house: House) {
        let ada = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben Beck", "ben@example.org").await;
        let taken = Reader::of(&house, "a").writes("Wer liest das?").await;
        let read = post(&ben, &format!("/panel/comments/{}/presence", id(&taken)), &[]).await;
        assert_eq!(read.status(), StatusCode::NO_CONTENT);
        assert!(ada.queue("pending").await.contains("Ben Beck liest gerade"));
        assert!(!ben.queue("pending").await.contains("Ben Beck liest gerade"));
        let state: Value = ada.opens("/panel/sites/demo/state").await.json().await.unwrap();
        assert_eq!(state["readers"][id(&taken)], "Ben Beck liest gerade");
        house.wait(30_000);
        assert!(!ada.queue("pending").await.contains("liest gerade"));
    }
}

/// What a stream of events has sent so far, up to the next whole event.
async fn next_event(stream: &mut Response, heard: &mut String) -> Option<Value> {
    loop {
        if let Some((event, rest)) = heard.split_once("\n\n") {
            let (event, rest) = (event.to_owned(), rest.to_owned());
            *heard = rest;
            // A beat tells only that the line is alive.
            if event.contains("event: beat") {
                continue;
            }
            match event.lines().find_map(|line| line.strip_prefix("data: ")) {
                Some(data) => return Some(serde_json::from_str(data).unwrap()),
                None => continue,
            }
        }
        match stream.chunk().await {
            Ok(Some(chunk)) => heard.push_str(&String::from_utf8_lossy(&chunk)),
            _ => return None,
        }
    }
}

on_both! {
    async fn counts_are_live_and_the_stream_ends_with_the_service(house: House) {
        let moderator = Moderator::first(&house).await;
        let reader = Reader::of(&house, "a");
        let first = reader.writes("Schon da").await;
        let url = format!("{}/panel/sites/demo/events?since={}", house.url, id(&first));
        let mut stream = moderator.client.get(&url).send().await.unwrap();
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        assert_eq!(stream.headers()["x-accel-buffering"], "no");
        let mut heard = String::new();
        let state = next_event(&mut stream, &mut heard).await.unwrap();
        assert_eq!((state["pending"].as_str(), state["fresh"].as_i64()), (Some("1"), Some(0)));
        let second = reader.writes("Eben gekommen").await;
        let state = next_event(&mut stream, &mut heard).await.unwrap();
        assert_eq!((state["pending"].as_str(), state["fresh_words"].as_str()), (Some("2"), Some("Ein neuer: anzeigen")));
        // A line that broke is taken up again: whoever knows the newest is told nothing, everybody else at once.
        let mut resumed = moderator.client.get(&url).header("last-event-id", id(&first)).send().await.unwrap();
        assert_eq!(next_event(&mut resumed, &mut String::new()).await.unwrap()["fresh"], 1);
        let mut up_to_date = moderator.client.get(&url).header("last-event-id", id(&second)).send().await.unwrap();
        moderator.decides(id(&first), "approved").await;
        assert_eq!(next_event(&mut up_to_date, &mut String::new()).await.unwrap()["pending"], "1");
        post(&moderator, "/panel/sign-out", &[]).await;
        // Who has signed out hears no more.
        while next_event(&mut up_to_date, &mut String::new()).await.is_some() {}
        // No mail is left behind when the service goes.
        house.wait(60 * 60_000);
        house.outbox_is("no mail that waits", |mails| mails.iter().all(|mail| mail.state != "waiting")).await;
        house.stop().await;
        while next_event(&mut stream, &mut heard).await.is_some() {}
    }
}

on_both! {
    async fn every_view_shows_its_own(house: House) {
        without_limits(&house).await;
        let moderator = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben Beck", "ben@example.org").await;
        let reader = Reader::of(&house, "a");
        for (text, to) in [("Der eine", "approved"), ("Der andere", "rejected"), ("Der dritte", "spam")] {
            let decided = moderator.decides(id(&reader.writes(text).await), to).await;
            assert!(!decided.is_empty());
        }
        for (view, text) in [("approved", "Der eine"), ("rejected", "Der andere"), ("spam", "Der dritte")] {
            let page = moderator.queue(view).await.replace("<mark>", "").replace("</mark>", "");
            assert_eq!(page.matches("<li data-id").count(), 1, "{view}");
            assert!(page.contains(text), "{view}");
        }
        assert_eq!(moderator.queue("mine").await.matches("<li data-id").count(), 3);
        assert_eq!(moderator.queue("all").await.matches("<li data-id").count(), 3);
        assert!(ben.queue("mine").await.contains("noch nichts entschieden"));
        let deeds = moderator.page("/panel/sites/demo/decisions").await;
        assert_eq!(deeds.matches("/undo\"").count(), 3);
        let undo = deeds.split("/panel/decisions/").nth(1).unwrap().split('"').next().unwrap();
        let undone = post(&moderator, &format!("/panel/decisions/{undo}"), &[("back", "/panel/sites/demo/decisions")]).await;
        assert!(!done(&undone).is_empty());
        let again = eventually("the list", async || Some(moderator.page("/panel/sites/demo/decisions").await)).await;
        assert!(again.contains("(rückgängig gemacht)"), "{again}");
    }
}
