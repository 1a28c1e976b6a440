//! The queries behind the queue, each by itself, on both databases.

use leserbrief::comment::{Comment, Status};
use leserbrief::secrets::Keys;
use leserbrief::spam::Bucket;
use leserbrief::store::decisions::{self, Decision};
use leserbrief::store::full_text::{self, Wanted};
use leserbrief::store::panel_settings::{self, SavedView};
use leserbrief::store::queue::{self, Card, Part, Pulse};
use leserbrief::store::search::{self, Condition, Filter, Kind, Span, What};
use leserbrief::store::seed::{self, Seeded};
use leserbrief::store::{Tx, authors, clusters, comments, journal, notes, presence, search_due};
use uuid::Uuid;

use crate::harness::{Database, NOON, TestDatabase, on_both};
use crate::store::{add_comment, add_moderator, add_page, add_site, at, id};

/// Decides a comment as it is.
async fn decide(tx: &mut Tx, comment: &Comment, to: Status, by: Uuid, batch_id: Option<Uuid>) -> Uuid {
    let decision = Decision {
        id: id(),
        comment_id: comment.id,
        moderator_id: Some(by),
        from: comment.status,
        to,
        code: (to == Status::Rejected).then_some("hate"),
        reason: None,
        means: "panel",
        undoes: None,
        of_edit: false,
        batch_id,
        revision: 1,
        at: at(9),
    };
    assert!(comments::change_status(tx, comment.id, 1, to, decision.id).await.unwrap());
    decisions::add(tx, &decision).await.unwrap();
    decision.id
}

fn ids(cards: Vec<Card>) -> Vec<Uuid> {
    cards.into_iter().map(|card| card.comment.id).collect()
}

const PART: Part = Part { after: None, limit: 10 };

on_both! {
    async fn what_a_card_tells_is_asked_for_many_at_once(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let page = add_page(&mut tx, &site).await;
        let ada = add_moderator(&mut tx, &Keys::generate(), "ada@example.org").await.unwrap();
        let first = add_comment(&mut tx, &site, &page, Bucket::LikelyFine, 1).await;
        let second = add_comment(&mut tx, &site, &page, Bucket::LikelyFine, 2).await;
        let third = add_comment(&mut tx, &site, &page, Bucket::Check, 3).await;
        let batch = id();
        let one = decide(&mut tx, &first, Status::Approved, ada.id, Some(batch)).await;
        let other = decide(&mut tx, &second, Status::Rejected, ada.id, Some(batch)).await;

        let record = authors::records(&mut tx, &[third.id]).await.unwrap()[&third.id];
        assert_eq!((record.approved, record.rejected, record.spam, record.since), (1, 1, 0, NOON + 1));
        assert!(authors::approved(&mut tx, &[third.id]).await.unwrap().contains(&third.id));
        assert_eq!(clusters::sizes(&mut tx, &[third.id]).await.unwrap()[&third.id], 2);
        assert!(authors::records(&mut tx, &[]).await.unwrap().is_empty() && authors::approved(&mut tx, &[]).await.unwrap().is_empty() && clusters::sizes(&mut tx, &[]).await.unwrap().is_empty());
        assert_eq!(comments::several(&mut tx, &[first.id, third.id, Uuid::nil()]).await.unwrap().len(), 2);
        assert!(comments::answers(&mut tx, first.id, 10).await.unwrap().is_empty());

        notes::add(&mut tx, id(), third.id, ada.id, "Prüfen", at(4)).await.unwrap();
        assert_eq!(notes::of(&mut tx, &[third.id]).await.unwrap()[0].text, "Prüfen");
        presence::note(&mut tx, ada.id, site.id, first.id, at(10)).await.unwrap();
        presence::note(&mut tx, ada.id, site.id, third.id, at(30)).await.unwrap();
        assert_eq!(presence::others(&mut tx, site.id, Uuid::nil(), at(29)).await.unwrap()[0].comment_id, third.id);
        assert!(presence::others(&mut tx, site.id, Uuid::nil(), at(30)).await.unwrap().is_empty());
        assert!(presence::others(&mut tx, site.id, ada.id, at(29)).await.unwrap().is_empty());

        assert_eq!(decisions::of_batch(&mut tx, batch).await.unwrap().len(), 2);
        assert_eq!(journal::sizes(&mut tx, &[batch, id()]).await.unwrap().into_iter().collect::<Vec<_>>(), [(batch, 2)]);
        assert!(journal::sizes(&mut tx, &[]).await.unwrap().is_empty());
        let all = journal::Filter { until: i64::MAX, ..journal::Filter::default() };
        for (filter, expected) in [
            (journal::Filter { batch_is_one: true, ..all.clone() }, &[other][..]),
            (journal::Filter { batch_id: Some(batch), ..all.clone() }, &[other, one]),
            (journal::Filter { batch_id: Some(id()), ..all.clone() }, &[]),
        ] {
            let read = journal::read(&mut tx, site.id, &filter, None, 9).await.unwrap();
            assert_eq!(read.entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), expected, "{filter:?}");
        }
        let deeds = decisions::deeds(&mut tx, site.id, ada.id, 10).await.unwrap();
        assert_eq!((deeds.len(), deeds[0].comments, deeds[0].holding, deeds[0].id), (1, 2, 2, other));
        assert_eq!(decisions::last_ground(&mut tx, ada.id).await.unwrap().as_deref(), Some("hate"));
        assert_eq!(ids(queue::decided_by(&mut tx, site.id, ada.id, PART).await.unwrap()), [second.id, first.id]);
        let after = Part { after: Some(second.id), limit: 10 };
        assert_eq!(ids(queue::decided_by(&mut tx, site.id, ada.id, after).await.unwrap()), [first.id]);
        assert_ne!(one, other);
        let pulse = queue::pulse(&mut tx, site.id, first.id, 100).await.unwrap();
        let expected = Pulse { pending: 1, likely_spam: 0, fresh: 1, newest: Some(third.id), newest_proposed_at: None, oldest_at: Some(NOON + 3) };
        assert_eq!(pulse, expected);

        assert!(!comments::change_text(&mut tx, &first, "Neu", "<p>Neu</p>", at(5)).await.unwrap(), "it has been decided since");
        assert!(comments::change_text(&mut tx, &third, "Neu", "<p>Neu</p>", at(5)).await.unwrap());
        assert_eq!(comments::original_text(&mut tx, third.id).await.unwrap().as_deref(), Some("Text 3"));
        comments::note_staff(&mut tx, third.id, ada.id).await.unwrap();
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn words_are_indexed_once_and_found(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let page = add_page(&mut tx, &site).await;
        let first = add_comment(&mut tx, &site, &page, Bucket::LikelyFine, 1).await;
        let second = add_comment(&mut tx, &site, &page, Bucket::LikelyFine, 2).await;
        let due: Vec<Uuid> = search_due::oldest(&mut tx, 10).await.unwrap().into_iter().map(|due| due.id).collect();
        assert_eq!(due, [first.id, second.id]);
        full_text::index(&mut tx, &[]).await.unwrap();
        let document = |comment: &Comment, stamp, words: &str| full_text::Document { id: comment.id, site_id: site.id, stamp, words: words.into() };
        full_text::index(&mut tx, &[document(&first, 0, "alt haus"), document(&second, 0, "haus")]).await.unwrap();
        assert!(search_due::oldest(&mut tx, 10).await.unwrap().is_empty());
        // What is changed between reading and indexing is due once more, and whoever read it before changes nothing.
        for text in ["Neu", "Noch neuer"] {
            let now = comments::get(&mut tx, first.id).await.unwrap().unwrap();
            assert!(comments::change_text(&mut tx, &now, text, "<p></p>", at(5)).await.unwrap());
        }
        assert_eq!(search_due::oldest(&mut tx, 10).await.unwrap()[0].stamp, 1);
        full_text::index(&mut tx, &[document(&first, 0, "alt")]).await.unwrap();
        full_text::index(&mut tx, &[document(&first, 1, "haus neu")]).await.unwrap();
        full_text::index(&mut tx, &[document(&first, 1, "alt")]).await.unwrap();
        assert!(search_due::oldest(&mut tx, 10).await.unwrap().is_empty());
        let all = Span::ALL;
        fn wanted<'a>(site_id: Uuid, words: &'a [(bool, &'a full_text::Word)], span: Span) -> Wanted<'a> {
            Wanted { site_id, words, span, after: None, limit: 10 }
        }
        let word = |text: &str, is_prefix| full_text::Word::new(text, is_prefix).unwrap();
        for (words, expected) in [
            (vec![(false, word("haus", false))], vec![second.id, first.id]),
            (vec![(false, word("ha", true)), (false, word("neu", false))], vec![first.id]),
            (vec![(false, word("alt", false))], vec![]),
            (vec![(false, word("haus", false)), (true, word("ne", true))], vec![second.id]),
        ] {
            let words: Vec<(bool, &full_text::Word)> = words.iter().map(|(is_not, word)| (*is_not, word)).collect();
            assert_eq!(full_text::newest(&mut tx, wanted(site.id, &words, all)).await.unwrap(), expected, "{words:?}");
        }
        let haus = word("haus", false);
        let haus = [(false, &haus)];
        assert_eq!(full_text::newest(&mut tx, Wanted { after: Some(second.id), ..wanted(site.id, &haus, all) }).await.unwrap(), [first.id]);
        let only = Span { from: second.id, ..all };
        assert_eq!(full_text::newest(&mut tx, wanted(site.id, &haus, only)).await.unwrap(), [second.id]);
        let older = all.older_than(second.id);
        assert_eq!(full_text::newest(&mut tx, wanted(site.id, &haus, older)).await.unwrap(), [first.id]);
        assert!(full_text::newest(&mut tx, Wanted { site_id: Uuid::nil(), ..wanted(site.id, &haus, all) }).await.unwrap().is_empty(), "no other site's");
        let texts: Vec<String> = search_due::of(&mut tx, &[first.id, second.id]).await.unwrap().into_iter().map(|due| due.body).collect();
        assert_eq!(texts, ["Noch neuer", "Text 2"]);
        for (kind, expected) in [(Kind::Any, 2), (Kind::Which(&What::Pending), 2), (Kind::Which(&What::View("spam")), 0), (Kind::Which(&What::Note), 0)] {
            assert_eq!(search::newest(&mut tx, site.id, kind, all, 10).await.unwrap().len(), expected, "{kind:?}");
        }
        let edited = Filter { site_id: site.id, conditions: vec![Condition { is_not: false, what: What::Edited }] };
        assert_eq!(ids(search::passing(&mut tx, &edited, &[second.id, first.id]).await.unwrap()), [first.id]);
        assert_eq!(ids(queue::newest(&mut tx, site.id, None, PART).await.unwrap()), [second.id, first.id]);
        for unfit in ["", "ä", "a b", "\"", "'a'"] {
            assert_eq!(full_text::Word::new(unfit, true), None, "{unfit:?}");
        }
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn a_moderator_keeps_keys_and_views(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let ada = add_moderator(&mut tx, &Keys::generate(), "ada@example.org").await.unwrap();
        assert_eq!(panel_settings::keys(&mut tx, ada.id).await.unwrap(), None);
        panel_settings::keep_keys(&mut tx, ada.id, true, "{}").await.unwrap();
        panel_settings::keep_keys(&mut tx, ada.id, false, "{\"next\":\"n\"}").await.unwrap();
        assert_eq!(panel_settings::keys(&mut tx, ada.id).await.unwrap(), Some((false, "{\"next\":\"n\"}".into())));
        let view = SavedView { id: id(), name: "Neu".into(), query: "is:open".into() };
        panel_settings::add_view(&mut tx, ada.id, site.id, &view, at(1)).await.unwrap();
        panel_settings::remove_view(&mut tx, Uuid::nil(), view.id).await.unwrap();
        assert_eq!(panel_settings::views(&mut tx, ada.id, site.id).await.unwrap()[0].query, "is:open");
        panel_settings::remove_view(&mut tx, ada.id, view.id).await.unwrap();
        assert!(panel_settings::views(&mut tx, ada.id, site.id).await.unwrap().is_empty());

        let page = add_page(&mut tx, &site).await;
        let seeded = |number: i64, decision| Seeded {
            id: id(),
            site_id: site.id,
            page_id: page.id,
            status: if number == 0 { "approved" } else { "pending" },
            bucket: "check",
            points: 2.0,
            reasons: "[]".into(),
            author: "Eva".into(),
            address: b"address".to_vec(),
            network: b"network".to_vec(),
            text: "Text".into(),
            html: "<p>Text</p>".into(),
            fingerprint: vec![u8::try_from(number).unwrap()],
            likeness: None,
            submitted_at: NOON,
            decision,
        };
        seed::add(&mut tx, &[seeded(0, Some((id(), ada.id))), seeded(1, None)], b"sealed").await.unwrap();
        seed::finish(&mut tx).await.unwrap();
        assert_eq!(leserbrief::store::threads::count(&mut tx, page.id).await.unwrap(), 1);
        assert_eq!(queue::count_pending(&mut tx, site.id, 10).await.unwrap(), 1);
        drop(tx);
        store.close().await;
    }
}
