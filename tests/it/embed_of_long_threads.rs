//! Threads longer than one answer, in a real browser: read part by part, from either end, linked into and searched.

use serde_json::json;
use uuid::Uuid;

use crate::browser::{Browser, Manner};
use crate::embed_in_the_browser::{WORDS, opens_demo, sees_the_form, story};
use crate::harness::{Database, House};
use crate::submitting::set;

const ENTER: &str = "\u{E007}";

/// How often the element has asked for the thread.
const ASKED: &str =
    "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/v1/threads')).length";

/// The numbers of the comments at the top of their conversations, as they stand.
const TOPS: &str = "return [...document.querySelectorAll('.lb-list > li > .lb-comment > .lb-text')].map((text) => +/\\d+/.exec(text.textContent)[0])";

/// Cuts the line, or mends it.
pub async fn cut(browser: &Browser, offline: bool) {
    browser.tells("Network.enable", json!({})).await;
    let conditions = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
    browser.tells("Network.emulateNetworkConditions", conditions).await;
}

async fn shows_comments(browser: &Browser, count: usize) {
    browser.until(&format!("{count} comments"), &format!("document.querySelectorAll('.lb-comment').length === {count}")).await;
}

story! {
    async fn a_long_thread_goes_on_where_the_reader_is(house: House) {
        let ids = fill(&house, 250).await;
        let reader = opens_demo(&house, Manner::Desktop, "").await;
        sees_the_form(&reader).await;
        shows_comments(&reader, 100).await;
        // By keyboard: the first of the new ones takes the focus, and nothing that was read has moved.
        reader.runs("document.querySelector('.lb-more').focus()").await;
        let place = format!("return Math.round(document.getElementById('comment-{}').getBoundingClientRect().top)", ids[99]);
        let before = reader.runs(&place).await;
        reader.presses(&[ENTER]).await;
        reader.is_at(&format!("#comment-{}", ids[100])).await;
        assert_eq!(reader.count(".lb-comment").await, 200);
        assert_eq!(reader.runs(&place).await, before, "the place is lost");
        // The line breaks: what is there stays, and the same button goes on when it is back.
        cut(&reader, true).await;
        reader.clicks(".lb-more").await;
        reader.reads(".lb-foot", "konnten nicht geladen werden").await;
        reader.is_at(".lb-retry").await;
        assert_eq!(reader.count(".lb-comment").await, 200);
        cut(&reader, false).await;
        reader.presses(&[ENTER]).await;
        reader.is_at(&format!("#comment-{}", ids[200])).await;
        assert_eq!(reader.count(".lb-comment").await, 250);
        assert_eq!(reader.count(".lb-foot > *").await, 0, "there is no more to load");
        let order = reader.runs(TOPS).await;
        assert_eq!(order, json!((0..250).step_by(3).collect::<Vec<_>>()));
    }
}

story! {
    async fn a_link_leads_to_a_comment_that_no_answer_has_brought_yet(house: House) {
        let ids = fill(&house, 250).await;
        let in_view = |id: &Uuid| format!("(() => {{ const {{ top }} = document.getElementById('comment-{id}').getBoundingClientRect(); return top >= 0 && top < innerHeight; }})()");
        // Far down, from outside.
        let reader = Browser::open(Manner::Desktop).await;
        reader.goes_to(&format!("{}/demo?lang=de#comment-{}", house.origin(), ids[240])).await;
        reader.is_at(&format!("#comment-{}", ids[240])).await;
        reader.until("it to be in view", &in_view(&ids[240])).await;
        // From within an article whose thread is not there yet, since nobody has scrolled that far.
        let other = opens_demo(&house, Manner::Desktop, "").await;
        other.until("the element to be there", "customElements.get('leserbrief-thread')").await;
        assert_eq!(other.runs(ASKED).await, 0, "nothing is asked for before it is near");
        other.runs(&format!("location.hash = 'comment-{}'", ids[150])).await;
        other.is_at(&format!("#comment-{}", ids[150])).await;
        other.until("it to be in view", &in_view(&ids[150])).await;
        assert_eq!(other.count(".lb-comment").await, 200, "no more is loaded than leads there");
        // One that is no longer public is not looked for to the end.
        let gone = Uuid::from_u128(ids[50].as_u128() + 1);
        let third = Browser::open(Manner::Desktop).await;
        third.goes_to(&format!("{}/demo?lang=de#comment-{gone}", house.origin())).await;
        shows_comments(&third, 100).await;
        third.sees(".lb-more").await;
        assert_eq!(third.runs(ASKED).await, 1);
    }
}

story! {
    async fn the_newest_come_first_and_one_answer_is_enough(house: House) {
        fill(&house, 250).await;
        set(&house, "thread.order", "newest-first").await;
        let newest = |from: i64, to: i64| json!((to..=from).rev().step_by(3).collect::<Vec<_>>());
        for include in ["", "&include"] {
            let reader = opens_demo(&house, Manner::Desktop, include).await;
            sees_the_form(&reader).await;
            let count = if include.is_empty() { 100 } else { 250 };
            reader.sees(".lb-sort").await;
            shows_comments(&reader, count).await;
            assert_eq!(reader.runs(ASKED).await, 1, "{include:?}");
            // 249 is the last conversation's only comment; then three belong together, however new each of them is.
            let oldest = if include.is_empty() { 150 } else { 0 };
            assert_eq!(reader.runs(TOPS).await, newest(249, oldest), "{include:?}");
            if include.is_empty() {
                reader.runs("document.querySelector('.lb-more').focus()").await;
                reader.presses(&[ENTER]).await;
                shows_comments(&reader, 202).await;
                assert_eq!(reader.runs("return document.activeElement.textContent.includes('Nummer 147:')").await, true);
                assert_eq!(reader.runs(TOPS).await, newest(249, 48));
            }
            // Turned, it begins at the other end.
            reader.clicks(".lb-sort").await;
            reader.reads(".lb-sort", "Neueste zuerst").await;
            let shown: Vec<i64> = serde_json::from_value(reader.runs(TOPS).await).unwrap();
            assert_eq!(shown[..3], [0, 3, 6], "{include:?}");
            assert!(reader.runs(ASKED).await.as_i64().unwrap() <= 3, "{include:?}");
            reader.is_at(".lb-sort").await;
        }
        // An article has its own order, whatever the site's is.
        let reader = opens_demo(&house, Manner::Desktop, "&include").await;
        reader.runs("document.querySelector('leserbrief-thread').setAttribute('sort', 'oldest')").await;
        sees_the_form(&reader).await;
        reader.reads(".lb-sort", "Neueste zuerst").await;
        assert_eq!(reader.runs(TOPS).await, json!((0..250).step_by(3).collect::<Vec<_>>()));
    }
}

story! {
    async fn a_thread_longer_than_a_page_holds_goes_on_after_it(house: House) {
        let ids = fill(&house, 1010).await;
        let reader = opens_demo(&house, Manner::Desktop, "&include").await;
        assert_eq!(reader.count(".lb-comment").await, 1000);
        sees_the_form(&reader).await;
        reader.sees(".lb-report").await;
        reader.sees("button.lb-more").await;
        reader.runs("document.querySelector('.lb-more').focus()").await;
        reader.presses(&[ENTER]).await;
        reader.is_at(&format!("#comment-{}", ids[1000])).await;
        assert_eq!(reader.count(".lb-comment").await, 1010);
        assert_eq!(reader.runs(ASKED).await, 2);
    }
}

story! {
    async fn a_thread_of_a_thousand_is_there_at_once_and_searched_to_its_end(house: House) {
        fill(&house, 1000).await;
        let reader = Browser::open(Manner::Desktop).await;
        let watch = json!({"source": "addEventListener('leserbrief:ready', () => requestAnimationFrame(() => setTimeout(() => \
            window.ready = performance.now())))"});
        reader.tells("Page.addScriptToEvaluateOnNewDocument", watch).await;
        // In processor time of the page's thread, so that what else the machine does counts for nothing.
        reader.tells("Performance.enable", json!({"timeDomain": "threadTicks"})).await;
        reader.goes_to(&format!("{}/demo?lang=de&include", house.origin())).await;
        reader.until("the page to be complete", "document.readyState === 'complete'").await;
        let painted = "const [page] = performance.getEntriesByType('navigation'); const paint = performance.getEntriesByName('first-contentful-paint')[0]; \
                       return [page.responseEnd, page.domInteractive, paint && paint.startTime, page.transferSize]";
        let figures = reader.runs(painted).await;
        let [arrived, parsed, paint, bytes] = [0, 1, 2, 3].map(|at| figures[at].as_f64().unwrap_or_default());
        println!("1,000 comments: {bytes} bytes with the article; parsed {:.0} ms and painted {:.0} ms after they arrived", parsed - arrived, (paint - arrived).max(0.0));
        let readable = busy(&reader).await;
        println!("1,000 comments: {readable:.0} ms of processor time until the page is complete");
        assert_eq!(reader.count(".lb-comment").await, 1000);
        sees_the_form(&reader).await;
        reader.until("the element to take over", "window.ready").await;
        let taken_over = busy(&reader).await - readable;
        println!("1,000 comments: {taken_over:.0} ms of processor time more for the element");
        let took = "const thread = performance.getEntriesByType('resource').find(({ name }) => name.includes('/threads')); return window.ready - thread.responseEnd";
        println!("1,000 comments: taken over and painted {:.0} ms after the answer", reader.runs(took).await.as_f64().unwrap());
        assert_eq!(reader.count(".lb-comment").await, 1000);
        // Not before: to look for something, a browser lays out what nobody has seen yet.
        assert_eq!(reader.runs("return window.find('Beitrag Nummer 999')").await, true);
        assert_eq!(reader.complaints().await, [""; 0]);
        assert!(readable < 300.0, "{readable} ms of processor time until it can be read");
    }
}

story! {
    async fn whoever_searches_the_page_finds_the_last_of_a_thousand(house: House) {
        fill(&house, 1000).await;
        let reader = Browser::open(Manner::Desktop).await;
        reader.tells("Performance.enable", json!({"timeDomain": "threadTicks"})).await;
        reader.goes_to(&format!("{}/demo?lang=de", house.origin())).await;
        reader.until("the element to be there", "customElements.get('leserbrief-thread')").await;
        let before = busy(&reader).await;
        sees_the_form(&reader).await;
        shows_comments(&reader, 100).await;
        let first = busy(&reader).await - before;
        assert_eq!(reader.runs("return window.find('Beitrag Nummer 999')").await, false);
        // Control and F, as a search begins.
        reader.tells("Input.dispatchKeyEvent", json!({"type": "keyDown", "key": "f", "code": "KeyF", "windowsVirtualKeyCode": 70, "modifiers": 2})).await;
        shows_comments(&reader, 1000).await;
        let all = busy(&reader).await - before;
        println!("1,000 comments by the element alone: {first:.0} ms of processor time for the first hundred, {all:.0} ms for all");
        assert_eq!(reader.runs("return window.find('Beitrag Nummer 999')").await, true);
        assert!(first < 300.0, "{first} ms until the first hundred can be read");
    }
}

/// How long the page's thread has worked, in milliseconds.
async fn busy(browser: &Browser) -> f64 {
    let metrics = browser.tells("Performance.getMetrics", json!({})).await;
    let all = metrics["metrics"].as_array().unwrap();
    all.iter().find(|metric| metric["name"] == "TaskDuration").unwrap()["value"].as_f64().unwrap() * 1000.0
}

/// Puts so many approved comments under the demo's article: conversations of three, each answering the one before it.
async fn fill(house: &House, many: usize) -> Vec<Uuid> {
    fill_with(house, many, |number| (number % 3 != 0).then(|| number - 1)).await
}

/// The same where a comment answers the one that `answers` names.
pub async fn fill_with(house: &House, many: usize, answers: impl Fn(usize) -> Option<usize>) -> Vec<Uuid> {
    use leserbrief::comment::{Comment, Status};
    use leserbrief::store::{arrivals, intake, pages};
    let site = house.app.sites.get("demo").await.unwrap();
    let clock = leserbrief::clock::Clock::Fixed(house.clock());
    let page = leserbrief::page::Page {
        id: clock.new_id(),
        url: Some(format!("{}/demo?lang=de", house.origin())),
        title: "Die 14".into(),
        closed_at: None,
        created_at: clock.now(),
    };
    let address = house.app.keys.seal(&leserbrief::email_address::EmailAddress::parse("eva@example.org").unwrap()).unwrap();
    let mut tx = house.app.store.write().await.unwrap();
    pages::add(&mut tx, site.id, &page).await.unwrap();
    pages::add_alias(&mut tx, site.id, "buslinie", page.id).await.unwrap();
    let mut ids: Vec<Uuid> = Vec::new();
    for number in 0..many {
        let text = format!("Beitrag Nummer {number}: {WORDS}");
        let comment = Comment {
            id: clock.new_id(),
            site_id: site.id,
            page_id: page.id,
            parent_id: answers(number).map(|at| ids[at]),
            status: Status::Approved,
            revision: 1,
            author: format!("Leserin {}", number % 40),
            website: None,
            html: format!("<p>{text}</p>"),
            text,
            points: 0.0,
            bucket: leserbrief::spam::Bucket::Check,
            reasons: Vec::new(),
            submitted_at: clock.now(),
            last_decision_id: None,
            proposed_at: None,
        };
        ids.push(comment.id);
        let question = intake::Question {
            site_id: site.id,
            page_name: "buslinie",
            token_id: None,
            network: b"n",
            address: b"a",
            fingerprint: b"f",
            stray_token_id: None,
            likeness: None,
            now: house.app.clock.now(),
            allowed: [0; 5],
        };
        arrivals::add(
            &mut tx,
            &[arrivals::Arrival { comment: &comment, address: &address, question: &question, notify: false, is_sampled: false }],
        )
        .await
        .unwrap();
    }
    pages::count_approved(&mut tx, page.id, many as i64).await.unwrap();
    tx.commit().await.unwrap();
    ids
}
