//! The card of a changed comment, for everybody: in light and in the dark, on a phone, by keyboard.

use crate::actors::{Moderator, Reader};
use crate::barriers::{is_for_everybody, is_walked_by_keyboard};
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House};
use crate::in_the_browser::becomes_owner;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_card_of_a_changed_comment_has_no_barriers() {
    let house = House::on(Database::Sqlite).await;
    let desk = Browser::open(Manner::Desktop).await;
    becomes_owner(&desk, &house).await;
    let (ada, reader) = (Moderator::stranger(&house), Reader::of(&house, "buslinie"));
    ada.signs_in("ada@example.org", crate::actors::PASSWORD).await;
    let mut comment = reader.comment("Der Takt am Abend ist gut, nur die Anzeige an der Haltestele stimmt selten.").await;
    comment["title"] = "Die 14 fährt jetzt bis in die Nacht".into();
    house.wait(90_000);
    let taken: serde_json::Value = reader.send(&comment).await.json().await.unwrap();
    ada.decides(taken["id"].as_str().unwrap(), "approved").await;
    house.wait(90_000);
    let text =
        "Der Takt am Abend ist gut, nur die Anzeige an der Haltestelle stimmt selten. Mehr dazu: https://takt.example/abend";
    let receipt = taken["receipt"].as_str().unwrap();
    let sent = reader.client.post(format!("{receipt}/text")).form(&[("text", text)]).send().await.unwrap();
    assert_eq!(sent.status(), 303);

    let queue = format!("{}/panel/sites/demo/comments?q=is:pending", house.url);
    desk.goes_to(&queue).await;
    desk.sees(".card .change ins").await;
    desk.clicks(".approved-text summary").await;
    desk.shows("change").await;
    is_for_everybody(&desk, "a changed comment").await;
    desk.shows("change-dark").await;
    is_walked_by_keyboard(&desk, "a changed comment").await;
    let narrow = serde_json::json!({"width": 320, "height": 640, "deviceScaleFactor": 2, "mobile": true});
    desk.tells("Emulation.setDeviceMetricsOverride", narrow).await;
    for page in ["comments?view=pending", "comments?q=is:pending"] {
        desk.goes_to(&format!("{}/panel/sites/demo/{page}", house.url)).await;
        desk.sees(".card .change ins").await;
        desk.fits().await;
        // Every view is there to be touched, and none is scrolled out of sight.
        let hidden = "return [...document.querySelectorAll('.tabs a')].filter(a => { const at = a.getBoundingClientRect(); \
            return at.left < 0 || at.right > innerWidth || at.height < 24; }).length";
        assert_eq!(desk.runs(hidden).await, 0, "{page}");
    }
    desk.shows("change-320").await;
    is_walked_by_keyboard(&desk, "a changed comment at 320 pixels").await;
    desk.clicks(".card button.approve").await;
    desk.reads(".toast", "Der neue Text ist freigegeben").await;
    assert_eq!(reader.reads().await.len(), 1);
    assert_eq!(desk.complaints().await, [""; 0]);
}
