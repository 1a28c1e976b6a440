//! What is private is forgotten in its time.

use leserbrief::privacy::forget_networks;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};
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
