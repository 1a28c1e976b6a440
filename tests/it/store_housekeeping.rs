//! The queries behind journal, numbers, pages and outbox, each by itself, on both databases.

use leserbrief::comment::Status;
use leserbrief::moderator::Role;
use leserbrief::site::{Order, Site};
use leserbrief::spam::Bucket;
use leserbrief::store::changes::{self, Change, Changes};
use leserbrief::store::decisions::{self, Decision};
use leserbrief::store::journal::{self, Filter};
use leserbrief::store::queue::{self, Part};
use leserbrief::store::{Tx, comments, mails, memberships, numbers, pages, past, sites, threads};
use leserbrief::{comment::Comment, moderator::Moderator, secrets::Keys};
use uuid::Uuid;

use crate::harness::{Database, TestDatabase, on_both};
use crate::store::{add_comment, add_moderator, add_page, add_site, at, id, id_at};

async fn decide(tx: &mut Tx, comment: &Comment, by: Option<&Moderator>, to: Status, when: i64, reason: &str) -> Uuid {
    let decision = Decision {
        id: id_at(when),
        comment_id: comment.id,
        moderator_id: by.map(|by| by.id),
        from: comment.status,
        to,
        code: Some("insult"),
        reason: Some(reason.into()),
        means: if by.is_some() { "panel" } else { "receipt" },
        undoes: None,
        of_edit: false,
        batch_id: None,
        revision: 1,
        at: at(when),
    };
    decisions::add(tx, &decision).await.unwrap();
    assert!(comments::change_status(tx, comment.id, 1, to, decision.id).await.unwrap());
    decision.id
}

/// A site with a page, three comments of which two are decided, and who decided.
pub async fn scene(tx: &mut Tx) -> (Site, [Comment; 3], Moderator, [Uuid; 2]) {
    let site = add_site(tx, "a").await;
    let page = add_page(tx, &site).await;
    let ada = add_moderator(tx, &Keys::generate(), "ada@example.org").await.unwrap();
    memberships::give(tx, ada.id, site.id, Role::Admin).await.unwrap();
    let one = add_comment(tx, &site, &page, Bucket::LikelyFine, 0).await;
    let two = add_comment(tx, &site, &page, Bucket::LikelySpam, 1).await;
    let three = add_comment(tx, &site, &page, Bucket::Check, 2).await;
    let first = decide(tx, &one, Some(&ada), Status::Approved, 10, "gut").await;
    let second = decide(tx, &two, None, Status::Spam, 5_000_000, "schlecht").await;
    (site, [one, two, three], ada, [first, second])
}

on_both! {
    async fn what_is_decided_is_listed_counted_and_journalled(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let (site, [one, two, three], ada, [first, second]) = scene(&mut tx).await;
        let other = add_site(&mut tx, "b").await;

        let decided = past::decided(&mut tx, site.id, 10).await.unwrap();
        assert_eq!(decided.iter().map(|comment| comment.id).collect::<Vec<_>>(), [two.id, one.id]);
        assert_eq!(past::decided(&mut tx, site.id, 1).await.unwrap().len(), 1);
        assert_eq!(past::decided(&mut tx, other.id, 10).await.unwrap().len(), 0);
        let judged = numbers::judged(&mut tx, site.id, 10).await.unwrap();
        assert_eq!(judged, [(false, one.reasons.clone())], "what no moderator decided is not counted");
        assert!(numbers::judged(&mut tx, other.id, 10).await.unwrap().is_empty());

        let all = Filter { from: 0, until: i64::MAX, ..Filter::default() };
        let ids = |read: journal::Read| read.entries.into_iter().map(|entry| entry.id).collect::<Vec<_>>();
        assert_eq!(ids(journal::read(&mut tx, site.id, &all, None, 10).await.unwrap()), [second, first]);
        assert_eq!(ids(journal::read(&mut tx, site.id, &all, Some(second), 10).await.unwrap()), [first]);
        assert!(journal::read(&mut tx, other.id, &all, None, 10).await.unwrap().entries.is_empty());
        for (filter, expected) in [
            (Filter { moderator_id: Some(ada.id), ..all.clone() }, first),
            (Filter { to: "spam".into(), ..all.clone() }, second),
            (Filter { means: "receipt".into(), ..all.clone() }, second),
            (Filter { from: at(11).millis(), ..all.clone() }, second),
            (Filter { until: at(11).millis(), ..all.clone() }, first),
        ] {
            assert_eq!(ids(journal::read(&mut tx, site.id, &filter, None, 10).await.unwrap()), [expected], "{filter:?}");
        }
        assert_eq!(journal::people(&mut tx, site.id).await.unwrap(), [(ada.id, ada.name.clone())]);

        let counted = numbers::comments(&mut tx, site.id, at(0)).await.unwrap();
        assert_eq!(counted.iter().map(|c| (c.day, c.status.as_str(), c.count)).collect::<Vec<_>>(), [(0, "approved", 1), (0, "pending", 1), (0, "spam", 1)]);
        let pace = numbers::pace(&mut tx, site.id, at(0)).await.unwrap();
        assert_eq!(pace, [numbers::Pace { day: 0, decided: 1, in_an_hour: 1 }], "the author's own is no moderator's");
        assert_eq!(numbers::grounds(&mut tx, site.id, at(0)).await.unwrap(), [("insult".to_owned(), 2)]);
        assert_eq!(numbers::load(&mut tx, site.id, at(0), 9).await.unwrap(), [(ada.name.clone(), 1)]);

        let cards = queue::of_page(&mut tx, one.page_id, Part { after: None, limit: 2 }).await.unwrap();
        assert_eq!(cards.iter().map(|card| card.comment.id).collect::<Vec<_>>(), [three.id, two.id]);
        assert_eq!(threads::newest(&mut tx, one.page_id, None, 9).await.unwrap().0.len(), 1);
        for (order, beyond) in [(Order::NewestFirst, Uuid::max()), (Order::OldestFirst, Uuid::nil())] {
            let (comments, next) = threads::part(&mut tx, one.page_id, order, None, 9).await.unwrap();
            assert_eq!((comments.len(), next), (1, None));
            let after = |last| Some(threads::Place { last, answer: None });
            assert_eq!(threads::part(&mut tx, one.page_id, order, after(beyond), 9).await.unwrap().0, comments);
            assert_eq!(threads::part(&mut tx, one.page_id, order, after(one.id), 9).await.unwrap(), (Vec::new(), None));
        }
        assert_eq!(threads::author(&mut tx, one.page_id, one.id).await.unwrap().as_deref(), Some(&*one.author));
        assert_eq!(threads::author(&mut tx, one.page_id, two.id).await.unwrap(), None, "it is not public");
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn pages_are_listed_closed_and_moved(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let (site, other) = (add_site(&mut tx, "a").await, add_site(&mut tx, "b").await);
        let (one, two) = (add_page(&mut tx, &site).await, add_page(&mut tx, &site).await);
        let listed = pages::newest(&mut tx, site.id, None, 9).await.unwrap();
        assert_eq!(listed.iter().map(|listed| listed.page.id).collect::<Vec<_>>(), [two.id, one.id]);
        assert_eq!(pages::newest(&mut tx, site.id, Some(two.id), 9).await.unwrap()[0].page.id, one.id);
        assert!(pages::of_site(&mut tx, site.id, one.id).await.unwrap().is_some());
        assert!(pages::of_site(&mut tx, other.id, one.id).await.unwrap().is_none());
        pages::add_alias(&mut tx, site.id, "x", one.id).await.unwrap();
        assert_eq!(pages::names(&mut tx, site.id, one.id, 9).await.unwrap(), ["x"]);
        pages::close(&mut tx, one.id, Some(at(7))).await.unwrap();
        assert_eq!(pages::get(&mut tx, one.id).await.unwrap().unwrap().closed_at, Some(at(7)));
        pages::close(&mut tx, one.id, None).await.unwrap();
        pages::change_url(&mut tx, one.id, "https://a.example/neu").await.unwrap();
        let moved = pages::get(&mut tx, one.id).await.unwrap().unwrap();
        assert_eq!((moved.closed_at, moved.url.as_deref()), (None, Some("https://a.example/neu")));
        assert_eq!(sites::for_change(&mut tx, site.id).await.unwrap().unwrap().name, "a");
        assert!(sites::for_change(&mut tx, id()).await.unwrap().is_none());
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn mails_are_queued_listed_and_tried_again(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let (site, _, ada, _) = scene(&mut tx).await;
        let mail = id();
        mails::queue(&mut tx, mail, "test", ada.id, site.id, None, at(0)).await.unwrap();
        mails::queue(&mut tx, id(), "test", ada.id, site.id, None, at(1)).await.unwrap();
        let waiting = mails::in_state(&mut tx, &ada, "waiting", None, 9).await.unwrap();
        assert_eq!(waiting.iter().map(|mail| mail.id).collect::<Vec<_>>(), [mail], "one that waits untried is enough");
        assert_eq!(mails::site_of(&mut tx, &ada, mail).await.unwrap(), Some(site.id));
        assert!(!mails::fails(&mut tx).await.unwrap());
        assert!(!mails::retry(&mut tx, mail, at(1)).await.unwrap(), "it was not given up");
        let leased = leserbrief::store::outbox::lease(&mut tx, at(1), 60_000).await.unwrap().unwrap();
        assert_eq!((leased.id, leased.kind.as_str(), leased.account_link_id), (mail, "test", None));
        let given_up = leserbrief::store::outbox::Outcome::Failed("550".into());
        leserbrief::store::outbox::note(&mut tx, &leased, &given_up, at(2)).await.unwrap();
        assert!(mails::fails(&mut tx).await.unwrap());
        assert!(mails::retry(&mut tx, mail, at(3)).await.unwrap());
        let cem = add_moderator(&mut tx, &Keys::generate(), "cem@example.org").await.unwrap();
        memberships::give(&mut tx, cem.id, site.id, Role::Admin).await.unwrap();
        assert_eq!(mails::in_state(&mut tx, &cem, "waiting", None, 9).await.unwrap().len(), 1, "of their site");
        mails::queue(&mut tx, id(), "password", ada.id, site.id, None, at(4)).await.unwrap();
        assert_eq!(mails::in_state(&mut tx, &ada, "waiting", None, 9).await.unwrap().len(), 2);
        assert_eq!(mails::in_state(&mut tx, &cem, "waiting", None, 9).await.unwrap().len(), 1, "not of another's account");
        memberships::take(&mut tx, cem.id, site.id).await.unwrap();
        assert!(mails::in_state(&mut tx, &cem, "waiting", None, 9).await.unwrap().is_empty(), "not theirs any more");
        let about_ada = mails::in_state(&mut tx, &ada, "waiting", None, 9).await.unwrap().remove(0).id;
        assert_eq!(mails::site_of(&mut tx, &cem, about_ada).await.unwrap(), None);
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn a_change_of_settings_is_heard_as_anything(database: TestDatabase) {
        let store = database.store().await;
        let heard = Changes::of(&store);
        assert_eq!(heard.is_some(), database.kind == Database::Postgres);
        if let Some(mut heard) = heard {
            assert_eq!(heard.next().await.unwrap(), Change::Anything, "connected");
            let mut tx = store.write().await.unwrap();
            changes::announce_all(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(heard.next().await.unwrap(), Change::Anything);
        }
        store.close().await;
    }
}
