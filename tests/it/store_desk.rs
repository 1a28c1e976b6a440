//! The queries of the moderator's desk, each by itself on both databases: see `store`.

use leserbrief::comment::Status;
use leserbrief::secrets::Keys;
use leserbrief::spam::Bucket;
use leserbrief::store::decisions::{self, Decision};
use leserbrief::store::full_text::{self, Word};
use leserbrief::store::panel_settings::{self, SavedView};
use leserbrief::store::queue::{self, Part};
use leserbrief::store::search::{self, Condition, Filter, What};
use leserbrief::store::seed::{self, Seeded};
use leserbrief::store::{authors, clusters, comments, lessons, notes, presence};
use uuid::Uuid;

use crate::harness::{Database, NOON, TestDatabase, on_both};
use crate::store::{add_comment, add_moderator, add_page, add_site, at, id};

on_both! {
    async fn a_desk_sees_decides_and_remembers(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let page = add_page(&mut tx, &site).await;
        let ada = add_moderator(&mut tx, &Keys::generate(), "ada@example.org").await.unwrap();
        let ben = add_moderator(&mut tx, &Keys::generate(), "ben@example.org").await.unwrap();
        let first = add_comment(&mut tx, &site, &page, Bucket::LikelyFine, 1).await;
        let second = add_comment(&mut tx, &site, &page, Bucket::Check, 2).await;
        let pulse = queue::pulse(&mut tx, site.id, first.id, 1000).await.unwrap();
        assert_eq!((pulse.pending, pulse.fresh, pulse.newest, pulse.oldest_at), (2, 1, Some(second.id), Some(NOON + 1)));

        let batch = id();
        for comment in [&first, &second] {
            let decision = Decision {
                id: id(),
                comment_id: comment.id,
                moderator_id: Some(ada.id),
                from: Status::Pending,
                to: Status::Rejected,
                code: Some("insult"),
                reason: None,
                means: "panel",
                undoes: None,
                batch_id: Some(batch),
                revision: 1,
                at: at(5),
            };
            assert!(comments::change_status(&mut tx, comment.id, 1, Status::Rejected, decision.id).await.unwrap());
            decisions::add(&mut tx, &decision).await.unwrap();
        }
        assert_eq!(decisions::of_batch(&mut tx, batch).await.unwrap().len(), 2);
        let deeds = decisions::deeds(&mut tx, site.id, ada.id, 10).await.unwrap();
        assert_eq!(deeds.len(), 1, "a batch is one deed");
        assert_eq!((deeds[0].comments, deeds[0].holding), (2, 2));
        assert_eq!(decisions::last_ground(&mut tx, ada.id).await.unwrap().as_deref(), Some("insult"));
        let part = Part { after: None, limit: 10 };
        let decided = queue::decided_by(&mut tx, site.id, ada.id, part).await.unwrap();
        assert_eq!(decided.len(), 2);
        assert!(queue::decided_by(&mut tx, site.id, ben.id, part).await.unwrap().is_empty());

        let records = authors::records(&mut tx, &[first.id]).await.unwrap();
        assert_eq!((records[&first.id].rejected, records[&first.id].since), (2, NOON + 1));
        assert_eq!(clusters::sizes(&mut tx, &[first.id]).await.unwrap()[&first.id], 1, "one besides itself");
        assert_eq!(comments::several(&mut tx, &[second.id, first.id]).await.unwrap().len(), 2);
        assert!(comments::answers(&mut tx, &first, 10).await.unwrap().is_empty());
        assert_eq!(comments::original_text(&mut tx, first.id).await.unwrap(), None);
        let now = comments::get(&mut tx, first.id).await.unwrap().unwrap();
        assert!(comments::change_text(&mut tx, &now, "Milder", "<p>Milder</p>", at(6)).await.unwrap());
        assert!(!comments::change_text(&mut tx, &now, "Zu spät", "<p>Zu spät</p>", at(6)).await.unwrap());
        assert_eq!(comments::original_text(&mut tx, first.id).await.unwrap().as_deref(), Some("Text 1"));
        comments::note_staff(&mut tx, second.id, ada.id).await.unwrap();
        notes::add(&mut tx, id(), first.id, ada.id, "nachgefragt", at(7)).await.unwrap();
        assert_eq!(notes::of(&mut tx, &[first.id]).await.unwrap()[0].text, "nachgefragt");

        presence::note(&mut tx, ada.id, site.id, first.id, at(100)).await.unwrap();
        assert_eq!(presence::others(&mut tx, site.id, ben.id, at(99)).await.unwrap()[0].comment_id, first.id);
        assert!(presence::others(&mut tx, site.id, ada.id, at(99)).await.unwrap().is_empty());
        assert!(presence::others(&mut tx, site.id, ben.id, at(100)).await.unwrap().is_empty(), "the lease has ended");

        assert_eq!(panel_settings::keys(&mut tx, ada.id).await.unwrap(), None);
        panel_settings::keep_keys(&mut tx, ada.id, false, "{}").await.unwrap();
        assert_eq!(panel_settings::keys(&mut tx, ada.id).await.unwrap(), Some((false, "{}".to_owned())));
        let view = SavedView { id: id(), name: "Links".into(), query: "has:link".into() };
        panel_settings::add_view(&mut tx, ada.id, site.id, &view, at(8)).await.unwrap();
        assert_eq!(panel_settings::views(&mut tx, ada.id, site.id).await.unwrap().len(), 1);
        panel_settings::remove_view(&mut tx, ben.id, view.id).await.unwrap();
        assert_eq!(panel_settings::views(&mut tx, ada.id, site.id).await.unwrap().len(), 1, "it is not Ben's");
        panel_settings::remove_view(&mut tx, ada.id, view.id).await.unwrap();
        assert!(panel_settings::views(&mut tx, ada.id, site.id).await.unwrap().is_empty());

        assert!(!lessons::is_taught(&mut tx, first.id).await.unwrap());
        lessons::add(&mut tx, site.id, second.id, 1, b"delta").await.unwrap();
        assert!(lessons::is_taught(&mut tx, first.id).await.unwrap(), "the other one says the same");
        lessons::add(&mut tx, site.id, second.id, -1, b"delta").await.unwrap();
        assert!(!lessons::is_taught(&mut tx, first.id).await.unwrap());
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn what_is_said_is_found(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let page = add_page(&mut tx, &site).await;
        let comment = add_comment(&mut tx, &site, &page, Bucket::LikelyFine, 1).await;
        let due = full_text::due(&mut tx, 10).await.unwrap();
        assert_eq!(due.iter().map(|due| due.id).collect::<Vec<_>>(), [comment.id]);
        full_text::index(&mut tx, &[(comment.id, "strassenbahn faehrt".to_owned())]).await.unwrap();
        assert!(full_text::due(&mut tx, 10).await.unwrap().is_empty());
        let found = async |tx: &mut leserbrief::store::Tx, word: &str| {
            let what = What::Word(Word::new(word, false).unwrap());
            let filter = Filter { site_id: site.id, conditions: vec![Condition { is_not: false, what }] };
            search::find(tx, &filter, Part { after: None, limit: 10 }).await.unwrap().len()
        };
        assert_eq!((found(&mut tx, "strassenbahn").await, found(&mut tx, "fahrrad").await), (1, 0));

        let seeded = Seeded {
            id: id(),
            site_id: site.id,
            page_id: page.id,
            status: "approved",
            bucket: "likely-fine",
            points: 0.0,
            reasons: "[]".into(),
            author: "Eva".into(),
            address: b"address".to_vec(),
            network: b"network".to_vec(),
            text: "Gesät".into(),
            html: "<p>Gesät</p>".into(),
            fingerprint: b"other".to_vec(),
            submitted_at: NOON,
            decision: None,
        };
        seed::add(&mut tx, &[seeded], b"sealed").await.unwrap();
        seed::finish(&mut tx).await.unwrap();
        assert_eq!(leserbrief::store::threads::approved(&mut tx, page.id, Uuid::nil(), 10).await.unwrap().len(), 1);
        drop(tx);
        store.close().await;
    }
}
