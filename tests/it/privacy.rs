//! What is private is forgotten in its time.

use leserbrief::privacy::{forget_networks, forget_unconfirmed};

use crate::actors::{Moderator, Reader};
use crate::correspondence::{link, mail_to, posts};
use crate::harness::{Database, House, TestDatabase, on_both};
use crate::reports::report;
use crate::submitting::set;

const DAY: i64 = 24 * 60 * 60 * 1000;

on_both! {
    async fn a_network_is_forgotten_after_its_days(house: House) {
        let reader = Reader::of(&house, "a");
        reader.writes("Vor langer Zeit").await;
        house.wait(20 * DAY);
        reader.writes("Vor kurzem").await;
        let known = async || house.number("select count(*) from comment where network_index is not null").await;
        house.wait(10 * DAY);
        forget_networks(&house.app.store, &house.app.clock).await.unwrap();
        assert_eq!(known().await, 2, "thirty days are not over");
        house.wait(1);
        forget_networks(&house.app.store, &house.app.clock).await.unwrap();
        assert_eq!(known().await, 1);
        set(&house, "privacy.network_days", "0").await;
        forget_networks(&house.app.store, &house.app.clock).await.unwrap();
        assert_eq!(known().await, 0);
        // What is forgotten is counted by no limit, and comments are taken as before.
        reader.writes("Und heute").await;
        forget_networks(&house.app.store, &house.app.clock).await.unwrap();
        assert_eq!(known().await, 1, "a day at least, whatever is set");
    }
}

on_both! {
    async fn an_address_that_nobody_confirms_is_forgotten_when_its_link_ends(database: TestDatabase) {
        let house = House::with(database, &[], &[]).await;
        for name in ["eva", "ben", "cem", "dora"] {
            let address = format!("{name}@example.org");
            Reader::of(&house, "a").named(&address).writes_and_waits(&format!("Von {name}"), None).await;
            let (_, text) = mail_to(&house, &address, 1).await;
            match name {
                "ben" => assert!(posts(&link(&text, "/confirm/"), &[("scope", "answers")]).await.is_redirection()),
                "cem" => assert!(posts(&link(&text, "/unsubscribe/"), &[("stop", "everything")]).await.is_redirection()),
                _ => {}
            }
        }
        house.nothing_in_hand().await;
        // To Dora's address the mail got through a day later only, and with it the link.
        house.runs("update outbox set finished_at = finished_at + 86400000 where id = (select id from outbox order by id desc limit 1)").await;
        let known = async || {
            forget_unconfirmed(&house.app.store, &house.app.clock).await.unwrap();
            let mails = house.number("select count(*) from outbox").await;
            (house.number("select count(*) from author_address").await, mails)
        };
        house.wait(7 * DAY - 1);
        assert_eq!(known().await, (4, 4), "seven days are not over");
        house.wait(1);
        assert_eq!(known().await, (3, 3));
        house.wait(DAY - 1);
        assert_eq!(known().await, (3, 3));
        house.wait(1);
        assert_eq!(known().await, (2, 2), "who has confirmed, and who wants no mail, ever");
        let answered = "select count(*) from author_address where confirmed_at is not null or stopped_at is not null";
        assert_eq!(house.number(answered).await, 2);
        // Forgotten is forgotten: whoever comes back is asked like anybody new.
        Reader::of(&house, "a").writes_and_waits("Ich bin wieder da.", None).await;
        mail_to(&house, "eva@example.org", 2).await;
        house.stop().await;
    }
}

on_both! {
    async fn where_a_report_came_from_is_forgotten_after_the_same_days(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let id = reader.writes("Darüber beschwert sich jemand").await["id"].as_str().unwrap().to_owned();
        moderator.decides(&id, "approved").await;
        assert_eq!(report(&reader, &house, &id, "Das geht zu weit").await.status(), 202);
        let known = async || house.number("select count(*) from report where network_index is not null").await;
        house.wait(7 * DAY);
        forget_networks(&house.app.store, &house.app.clock).await.unwrap();
        assert_eq!(known().await, 1, "thirty days are not over");
        set(&house, "privacy.network_days", "7").await;
        forget_networks(&house.app.store, &house.app.clock).await.unwrap();
        assert_eq!(known().await, 1, "nor are seven, by a millisecond");
        house.wait(1);
        forget_networks(&house.app.store, &house.app.clock).await.unwrap();
        assert_eq!(known().await, 0);
        assert_eq!(house.number("select count(*) from report where resolved_at is null").await, 1, "what was said stays");
        // Nothing private is looked for within a request.
        assert_eq!(report(&reader, &house, &id, "Noch immer").await.status(), 202);
        assert_eq!(known().await, 1);
    }
}
