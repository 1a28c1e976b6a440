//! The moderator's work in a real browser: by keys alone, without JavaScript, two at once, on a phone and enlarged.

use fantoccini::key::Key;

use crate::actors::{PASSWORD, Reader};
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, eventually, on_both};
use crate::in_the_browser::becomes_owner;
use crate::working::{floods, without_limits};

const TOPICS: [&str; 4] = [
    "Der Takt am Abend ist wirklich gut, nur die Anzeige an der Haltestelle stimmt selten.",
    "Und wo sollen die Leute parken? Das merkt man am Samstag.",
    "Seit Jahren fordern wir das, schön, dass es endlich kommt.",
    "Mehr Busse, ja. Aber wer fährt sie, wenn niemand mehr Busfahrer werden will?",
];

/// So many comments of as many people, written in their own time.
async fn hold_forth(house: &House, count: usize) {
    for number in 0..count {
        let reader = Reader::of(house, "buslinie").named(&format!("leser{number}@example.org"));
        let mut comment = reader.comment(&format!("Nummer {number}. {}", TOPICS[number % TOPICS.len()])).await;
        comment["name"] = format!("Leserin {number}").into();
        comment["title"] = "Die 14 fährt jetzt bis in die Nacht".into();
        house.wait(90_000);
        assert_eq!(reader.send(&comment).await.status(), 202);
    }
}

async fn signs_in(browser: &Browser, house: &House, email: &str) {
    browser.goes_to(&format!("{}/panel/sign-in", house.url)).await;
    browser.types("#email", email).await;
    browser.types("#password", PASSWORD).await;
    browser.clicks("button.primary").await;
    browser.sees(".tabs").await;
}

async fn number_is(house: &House, sql: &'static str, wanted: i64) {
    eventually(sql, async || (house.number(sql).await == wanted).then_some(())).await;
}

const PENDING: &str = "select count(*) from comment where status = 'pending'";
const SPAM: &str = "select count(*) from comment where status = 'spam'";
const APPROVED: &str = "select count(*) from comment where status = 'approved'";

on_both! {
    async fn the_last_decision_of_an_emptied_queue_can_be_taken_back(house: House) {
        let moderator = Browser::open(Manner::Desktop).await;
        becomes_owner(&moderator, &house).await;
        hold_forth(&house, 1).await;
        moderator.goes_to(&format!("{}/panel/sites/demo/comments", house.url)).await;
        moderator.clicks(".card button.approve").await;
        moderator.sees(".empty").await;
        number_is(&house, APPROVED, 1).await;
        moderator.clicks(".toast button").await;
        moderator.sees(".card").await;
        number_is(&house, PENDING, 1).await;
    }
}

on_both! {
    async fn twenty_comments_are_decided_by_keys_alone(house: House) {
        without_limits(&house).await;
        let moderator = Browser::open(Manner::Desktop).await;
        becomes_owner(&moderator, &house).await;
        hold_forth(&house, 20).await;
        moderator.goes_to(&format!("{}/panel/sites/demo/comments?q=is:open", house.url)).await;
        moderator.sees(".card:focus").await;
        assert_eq!(moderator.count(".card").await, 20);
        moderator.shows("queue").await;
        moderator.presses(&["a"; 8]).await;
        moderator.presses(&["s"; 5]).await;
        moderator.presses(&["d", "1", "d", "4"]).await;
        // The last ground once more.
        let enter = String::from(char::from(Key::Enter));
        moderator.presses(&["d", &enter, "d", &enter]).await;
        moderator.presses(&["j", "k", "a", "a"]).await;
        number_is(&house, PENDING, 1).await;
        number_is(&house, APPROVED, 10).await;
        // One too many: taken back, looked at, decided otherwise.
        moderator.presses(&["u"]).await;
        number_is(&house, APPROVED, 9).await;
        moderator.sees(".card:focus").await;
        assert_eq!(moderator.count(".card").await, 2);
        moderator.presses(&["s", "a"]).await;
        number_is(&house, PENDING, 0).await;
        number_is(&house, APPROVED, 10).await;
        number_is(&house, SPAM, 6).await;
        number_is(&house, "select count(*) from decision where code = 'off-topic'", 3).await;
        number_is(&house, "select count(*) from decision where code = 'insult'", 1).await;
        assert_eq!(moderator.complaints().await, [""; 0]);
    }
}

on_both! {
    async fn fifty_that_say_the_same_go_with_three_keys_and_come_back_with_one(house: House) {
        without_limits(&house).await;
        let moderator = Browser::open(Manner::Desktop).await;
        becomes_owner(&moderator, &house).await;
        hold_forth(&house, 3).await;
        floods(&house, 50).await;
        moderator.goes_to(&format!("{}/panel/sites/demo/comments?q=is:open", house.url)).await;
        moderator.sees(".card:focus").await;
        moderator.reads(".card:focus .about", "+49 ähnliche").await;
        moderator.shows_part("queue-card", ".card:focus").await;
        moderator.presses(&["X", "s"]).await;
        moderator.sees("button.primary:focus").await;
        assert_eq!(moderator.count(".picks input:checked").await, 50);
        moderator.shows("bulk").await;
        moderator.has_no_barriers("bulk").await;
        moderator.presses(&[&String::from(char::from(Key::Enter))]).await;
        moderator.reads(".toast", "50 Kommentare: Als Spam markiert.").await;
        number_is(&house, SPAM, 50).await;
        moderator.presses(&["u"]).await;
        moderator.reads(".toast", "50 Kommentare: Rückgängig gemacht.").await;
        number_is(&house, SPAM, 0).await;
        assert_eq!(moderator.complaints().await, [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_work_without_javascript() {
    let house = House::on(Database::Sqlite).await;
    without_limits(&house).await;
    let moderator = Browser::open(Manner::WithoutScripts).await;
    becomes_owner(&moderator, &house).await;
    hold_forth(&house, 3).await;
    floods(&house, 12).await;
    let open = format!("{}/panel/sites/demo/comments?q=is:open", house.url);
    moderator.goes_to(&open).await;
    moderator.clicks(".card .about a[href*=cluster]").await;
    moderator.clicks(".found .spam").await;
    moderator.sees(".picks input:checked").await;
    assert_eq!(moderator.count(".picks input:checked").await, 12);
    moderator.clicks("button.primary").await;
    moderator.reads(".toast", "12 Kommentare: Als Spam markiert.").await;
    number_is(&house, SPAM, 12).await;
    moderator.clicks(".toast button").await;
    moderator.reads(".toast", "12 Kommentare: Rückgängig gemacht.").await;
    number_is(&house, SPAM, 0).await;
    // A selection, a single decision with its ground, and the undo of an older one.
    moderator.goes_to(&format!("{}/panel/sites/demo/comments?q=leserin", house.url)).await;
    moderator.clicks("li:nth-child(1) .pick input").await;
    moderator.clicks("li:nth-child(2) .pick input").await;
    moderator.clicks("#bulk .approve").await;
    moderator.sees(".picks li").await;
    assert_eq!(moderator.count(".picks li").await, 2);
    moderator.clicks("button.primary").await;
    moderator.reads(".toast", "2 Kommentare: Freigegeben.").await;
    moderator.clicks("li:nth-child(3) .why summary").await;
    moderator.sees("li:nth-child(3) select").await.select_by_value("personal-data").await.unwrap();
    moderator.clicks("li:nth-child(3) button.reject").await;
    moderator.reads(".toast", "Abgelehnt.").await;
    number_is(&house, "select count(*) from decision where code = 'personal-data'", 1).await;
    moderator.goes_to(&format!("{}/panel/sites/demo/decisions", house.url)).await;
    moderator.clicks(".journal li:nth-child(2) button").await;
    number_is(&house, APPROVED, 0).await;
    assert_eq!(moderator.complaints().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_moderators_are_kept_apart_and_a_collision_is_told() {
    let house = House::on(Database::Sqlite).await;
    without_limits(&house).await;
    let ada = Browser::open(Manner::Desktop).await;
    becomes_owner(&ada, &house).await;
    hold_forth(&house, 4).await;
    crate::actors::Moderator::further(&house, "Ben Beck", "ben@example.org").await;
    let ben = Browser::open(Manner::Desktop).await;
    signs_in(&ben, &house, "ben@example.org").await;
    ben.sees(".card:focus").await;
    // Ada comes, finds the first card taken, and stands before the second.
    ada.goes_to(&format!("{}/panel/sites/demo/comments", house.url)).await;
    ada.reads("li:nth-child(1) .reader", "Ben Beck liest gerade").await;
    ada.sees("li:nth-child(2) .card:focus").await;
    ben.reads("li:nth-child(2) .reader", "Ada Admiral liest gerade").await;
    ben.presses(&["j"]).await;
    ben.sees("li:nth-child(3) .card:focus").await;
    // She takes the first one all the same, and so does he, who has seen it before.
    ada.clicks("li:nth-child(1) button.approve").await;
    number_is(&house, APPROVED, 1).await;
    ben.clicks("li:nth-child(1) button.spam").await;
    ben.reads("li:nth-child(1) .failed", "Ada Admiral hat über diesen Kommentar inzwischen entschieden").await;
    ben.shows("conflict").await;
    ben.has_no_barriers("conflict").await;
    ben.clicks("li:nth-child(1) .override").await;
    number_is(&house, SPAM, 1).await;
    number_is(&house, APPROVED, 0).await;
    // A refused request is the browser's complaint too: 409 is what was asked for here.
    let others = |complaint: &String| !complaint.contains("409");
    assert_eq!(ben.complaints().await.into_iter().filter(others).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(ada.complaints().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_fits_a_phone_and_a_page_twice_as_large() {
    let house = House::on(Database::Sqlite).await;
    without_limits(&house).await;
    let desk = Browser::open(Manner::Desktop).await;
    becomes_owner(&desk, &house).await;
    hold_forth(&house, 4).await;
    let phone = Browser::open(Manner::Phone).await;
    signs_in(&phone, &house, "ada@example.org").await;
    phone.goes_to(&format!("{}/panel/sites/demo/comments?q=is:open", house.url)).await;
    phone.shows("queue-phone").await;
    phone.fits().await;
    let mut row = Vec::new();
    for button in ["approve", "reject", "spam"] {
        let (x, y, width, height) = phone.sees(&format!(".decide .{button}")).await.rectangle().await.unwrap();
        assert!(height >= 48.0 && width >= 48.0, "a thumb finds {button}: {width} × {height}");
        row.push((x, y));
    }
    assert!(row.windows(2).all(|pair| pair[0].1 == pair[1].1 && pair[0].0 < pair[1].0), "in one row: {row:?}");
    phone.clicks(".decide .approve").await;
    number_is(&house, APPROVED, 1).await;
    phone.clicks(".toast button").await;
    number_is(&house, APPROVED, 0).await;
    // 200 % of a window 1100 pixels wide leaves 550 of them, 400 % of one of 1280 leaves 320.
    let pages = ["comments?q=is:open", "comments?view=pending", "decisions", "bulk?q=is:open&to=rejected"];
    for width in [550, 320] {
        let metrics = serde_json::json!({"width": width, "height": 600, "deviceScaleFactor": 2, "mobile": false});
        desk.tells("Emulation.setDeviceMetricsOverride", metrics).await;
        for page in pages {
            desk.goes_to(&format!("{}/panel/sites/demo/{page}", house.url)).await;
            desk.sees("main").await;
            desk.fits().await;
        }
    }
    desk.tells("Emulation.clearDeviceMetricsOverride", serde_json::json!({})).await;
    for page in pages {
        desk.goes_to(&format!("{}/panel/sites/demo/{page}", house.url)).await;
        desk.has_no_barriers(page).await;
    }
    desk.is_dark().await;
    for page in ["sites/demo/comments?q=is:open", "keys"] {
        desk.goes_to(&format!("{}/panel/{page}", house.url)).await;
        desk.has_no_barriers(page).await;
    }
    desk.goes_to(&format!("{}/panel/sites/demo/comments?q=is:open", house.url)).await;
    desk.sees(".card:focus").await;
    desk.shows("queue-dark").await;
    // What keys there are, and that they are dead where somebody writes.
    desk.presses(&["?"]).await;
    desk.reads("dialog[open]", "Freigeben").await;
    desk.has_no_barriers("help").await;
    desk.shows("queue-help").await;
    desk.clicks("dialog button").await;
    desk.presses(&["/"]).await;
    desk.sees("#q:focus").await;
    desk.presses(&["aasd"]).await;
    // The keyboard alone gets to every button, without any key of ours.
    let tab = String::from(char::from(Key::Tab));
    let mut steps = 0;
    while desk.count(".decide button.approve:focus").await == 0 {
        steps += 1;
        assert!(steps < 60, "the keyboard finds no button");
        desk.presses(&[&tab]).await;
    }
    assert_eq!(house.number(APPROVED).await, 0);
    desk.presses(&[" "]).await;
    number_is(&house, APPROVED, 1).await;
    for browser in [&desk, &phone] {
        assert_eq!(browser.complaints().await, [""; 0]);
    }
}
