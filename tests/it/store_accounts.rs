//! The queries behind accounts, each by itself, on both databases.

use leserbrief::i18n::Locale;
use leserbrief::moderator::Role;
use leserbrief::secrets::Keys;
use leserbrief::store::account_links::{self, Link};
use leserbrief::store::second_factors::{self, Pending};
use leserbrief::store::sessions::{self, NewSession};
use leserbrief::store::{memberships, moderators, sign_ins, turns};
use leserbrief::totp::Secret;
use uuid::Uuid;

use crate::harness::{Database, NOON, TestDatabase, on_both};
use crate::store::{add_moderator, add_site, at, id, sealed};
use crate::store_housekeeping::scene;

on_both! {
    async fn moderators_have_roles_sessions_and_throttles(database: TestDatabase) {
        let (store, keys) = (database.store().await, Keys::generate());
        let mut tx = store.write().await.unwrap();
        let site = add_site(&mut tx, "nordblatt").await;
        let ada = add_moderator(&mut tx, &keys, "ada@example.org").await.unwrap();
        let ben = add_moderator(&mut tx, &keys, "ben@example.org").await.unwrap();
        assert_eq!(moderators::all(&mut tx).await.unwrap().len(), 2);
        let (address, index) = sealed(&keys, "ada@example.org");
        let (found, hash) = moderators::find(&mut tx, &index).await.unwrap().unwrap();
        assert_eq!((found.id, found.locale, hash.as_str()), (ada.id, Locale::En, "hash"));
        assert!(moderators::find(&mut tx, b"nobody").await.unwrap().is_none());
        moderators::change_password(&mut tx, ada.id, "other").await.unwrap();
        assert_eq!(moderators::find(&mut tx, &index).await.unwrap().unwrap().1, "other");
        moderators::keep_domain(&mut tx, ada.id, b"other").await.unwrap();
        assert!(moderators::without_domain(&mut tx).await.unwrap().is_empty(), "who is new has one");
        let opened = moderators::with_address(&mut tx, ada.id).await.unwrap().unwrap().1;
        assert_eq!(keys.open(&opened).unwrap(), keys.open(&address).unwrap());

        assert_eq!(memberships::role(&mut tx, ada.id, site.id).await.unwrap(), None);
        memberships::give(&mut tx, ada.id, site.id, Role::Moderator).await.unwrap();
        memberships::give(&mut tx, ada.id, site.id, Role::Admin).await.unwrap();
        assert_eq!(memberships::role(&mut tx, ada.id, site.id).await.unwrap(), Some(Role::Admin));
        assert!(!moderators::has_owner(&mut tx).await.unwrap());
        moderators::make_owner(&mut tx, ben.id, true).await.unwrap();
        assert!(moderators::has_owner(&mut tx).await.unwrap());
        assert_eq!(memberships::role(&mut tx, ben.id, site.id).await.unwrap(), Some(Role::Owner));
        assert_eq!(memberships::of_site(&mut tx, site.id).await.unwrap(), [ada.id, ben.id]);
        memberships::take_all(&mut tx, ada.id).await.unwrap();
        assert_eq!(memberships::of_site(&mut tx, site.id).await.unwrap(), [ben.id]);

        for (token, who) in [(b"one", ada.id), (b"two", ada.id), (b"thr", ben.id), (b"fou", ben.id)] {
            let session = NewSession { id: id(), token_hash: token, moderator_id: who, browser: "" };
            sessions::begin(&mut tx, &session, at(0), at(100)).await.unwrap();
        }
        assert_eq!(sessions::find(&mut tx, b"one", at(99)).await.unwrap().unwrap().moderator.id, ada.id);
        assert!(sessions::find(&mut tx, b"one", at(100)).await.unwrap().is_none());
        sessions::extend(&mut tx, b"fou", at(200)).await.unwrap();
        assert_eq!(sessions::find(&mut tx, b"fou", at(199)).await.unwrap().unwrap().expires_at, at(200));
        sessions::end(&mut tx, b"one").await.unwrap();
        assert!(sessions::find(&mut tx, b"one", at(0)).await.unwrap().is_none());
        sessions::end_all(&mut tx, ada.id).await.unwrap();
        assert!(sessions::find(&mut tx, b"two", at(0)).await.unwrap().is_none());
        sessions::end_expired(&mut tx, at(150)).await.unwrap();
        assert!(sessions::find(&mut tx, b"thr", at(0)).await.unwrap().is_none());
        assert!(sessions::find(&mut tx, b"fou", at(0)).await.unwrap().is_some());

        sessions::add_setup_link(&mut tx, b"old", at(0), at(50)).await.unwrap();
        sessions::add_setup_link(&mut tx, b"one", at(50), at(100)).await.unwrap();
        sessions::add_setup_link(&mut tx, b"two", at(50), at(100)).await.unwrap();
        assert!(!sessions::setup_link_holds(&mut tx, b"old", at(0)).await.unwrap(), "the expired one is gone");
        assert!(sessions::setup_link_holds(&mut tx, b"one", at(99)).await.unwrap());
        assert!(!sessions::use_setup_link(&mut tx, b"one", at(100)).await.unwrap());
        assert!(sessions::use_setup_link(&mut tx, b"one", at(99)).await.unwrap());
        assert!(!sessions::use_setup_link(&mut tx, b"two", at(99)).await.unwrap(), "one use ends them all");

        for (came, succeeded) in [(1, false), (2, true), (3, false), (4, false)] {
            sign_ins::note(&mut tx, id(), b"address", b"network", succeeded, at(came)).await.unwrap();
        }
        assert_eq!(sign_ins::nth_from_network(&mut tx, b"network", 4).await.unwrap(), Some(NOON + 1));
        assert_eq!(sign_ins::nth_failure(&mut tx, b"address", 2).await.unwrap(), Some(NOON + 3));
        assert_eq!(sign_ins::nth_failure(&mut tx, b"address", 3).await.unwrap(), None, "a success wipes them out");
        sign_ins::forget(&mut tx, at(2)).await.unwrap();
        assert_eq!(sign_ins::nth_from_network(&mut tx, b"network", 4).await.unwrap(), None);
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn accounts_have_roles_links_and_sessions(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let (site, _, ada, _) = scene(&mut tx).await;
        assert_eq!(memberships::of_moderator(&mut tx, ada.id).await.unwrap(), [(site.id, Role::Admin)]);
        assert_eq!(memberships::members(&mut tx, site.id).await.unwrap()[0].role, Role::Admin);
        memberships::take(&mut tx, ada.id, site.id).await.unwrap();
        assert!(memberships::members(&mut tx, site.id).await.unwrap().is_empty());
        moderators::make_owner(&mut tx, ada.id, true).await.unwrap();
        assert_eq!(memberships::of_moderator(&mut tx, ada.id).await.unwrap(), [(site.id, Role::Owner)]);
        moderators::rename(&mut tx, ada.id, "Ada A.", Locale::DeFormal).await.unwrap();
        let renamed = moderators::all(&mut tx).await.unwrap().remove(0);
        assert_eq!((renamed.name.as_str(), renamed.locale), ("Ada A.", Locale::DeFormal));
        let (index, hash) = moderators::way_in(&mut tx, ada.id).await.unwrap().unwrap();
        assert_eq!(hash, "hash");

        let other = add_site(&mut tx, "b").await;
        let cem = add_moderator(&mut tx, &Keys::generate(), "cem@example.org").await.unwrap();
        memberships::give(&mut tx, cem.id, site.id, Role::Admin).await.unwrap();
        let link = |kind: &str, site_id: Uuid| Link {
            id: id(), kind: kind.into(), moderator_id: ada.id, site_id: Some(site_id), role: Some(Role::Admin), invited_by: Some(cem.id), expires_at: at(100),
        };
        let (first, second, elsewhere) = (link("invitation", site.id), link("invitation", site.id), link("invitation", other.id));
        account_links::add(&mut tx, &first, at(0)).await.unwrap();
        account_links::end_invitations(&mut tx, ada.id, other.id, at(1)).await.unwrap();
        assert!(account_links::holding(&mut tx, first.id, at(2)).await.unwrap().is_some(), "another site's");
        account_links::end_invitations(&mut tx, ada.id, site.id, at(1)).await.unwrap();
        account_links::add(&mut tx, &second, at(1)).await.unwrap();
        account_links::add(&mut tx, &elsewhere, at(1)).await.unwrap();
        assert!(account_links::holding(&mut tx, first.id, at(2)).await.unwrap().is_none(), "the newest holds");
        assert!(account_links::holding(&mut tx, elsewhere.id, at(2)).await.unwrap().is_none(), "Cem has nothing to give there");
        assert_eq!(account_links::holding(&mut tx, second.id, at(99)).await.unwrap().unwrap().role, Some(Role::Admin));
        assert!(account_links::holding(&mut tx, second.id, at(100)).await.unwrap().is_none());
        assert_eq!(account_links::nth_to_account(&mut tx, ada.id, "invitation", 1).await.unwrap(), Some(at(1).millis()));
        assert_eq!(account_links::nth_to_account(&mut tx, ada.id, "invitation", 4).await.unwrap(), None);
        assert_eq!(account_links::nth_to_site(&mut tx, site.id, 2).await.unwrap(), Some(at(0).millis()));
        assert_eq!(account_links::open_invitations(&mut tx, site.id, at(2)).await.unwrap().len(), 1);
        assert_eq!(account_links::invitations_of(&mut tx, ada.id, at(2)).await.unwrap()[0].id, second.id);
        assert!(account_links::use_up(&mut tx, second.id, at(2)).await.unwrap());
        assert!(!account_links::use_up(&mut tx, second.id, at(2)).await.unwrap());
        let third = link("invitation", site.id);
        account_links::add(&mut tx, &third, at(3)).await.unwrap();
        memberships::give(&mut tx, cem.id, site.id, Role::Moderator).await.unwrap();
        assert!(account_links::holding(&mut tx, third.id, at(4)).await.unwrap().is_none(), "Cem may not give it any more");
        moderators::make_owner(&mut tx, cem.id, true).await.unwrap();
        assert!(account_links::holding(&mut tx, third.id, at(4)).await.unwrap().is_some());
        account_links::end_all(&mut tx, ada.id, at(4)).await.unwrap();
        assert!(account_links::holding(&mut tx, third.id, at(5)).await.unwrap().is_none());
        assert!(!moderators::first_password(&mut tx, ada.id, "another").await.unwrap(), "there is one");
        moderators::change_password(&mut tx, ada.id, "").await.unwrap();
        assert!(moderators::first_password(&mut tx, ada.id, "hash").await.unwrap());
        turns::take(&mut tx, &[b"two", b"one", b"two"]).await.unwrap();

        let tokens = [b"one".as_slice(), b"two", b"three"];
        let mut ids = Vec::new();
        for token_hash in tokens {
            let session = NewSession { id: id(), token_hash, moderator_id: ada.id, browser: "Firefox" };
            sessions::begin(&mut tx, &session, at(0), at(100)).await.unwrap();
            ids.push(session.id);
        }
        assert_eq!(sessions::of_moderator(&mut tx, ada.id, at(99), 9).await.unwrap().len(), 3);
        sessions::end_one(&mut tx, id(), ids[0]).await.unwrap();
        sessions::end_one(&mut tx, ada.id, ids[1]).await.unwrap();
        assert!(sessions::find(&mut tx, b"two", at(1)).await.unwrap().is_none());
        sessions::end_others(&mut tx, ada.id, b"three").await.unwrap();
        assert_eq!(sessions::of_moderator(&mut tx, ada.id, at(1), 9).await.unwrap()[0].token_hash, b"three");

        let attempt = id();
        sign_ins::note(&mut tx, attempt, b"device", b"network", false, at(0)).await.unwrap();
        sign_ins::succeed(&mut tx, attempt, &index).await.unwrap();
        let own = sign_ins::of_address(&mut tx, &index, 9).await.unwrap();
        assert_eq!(own.iter().map(|attempt| attempt.succeeded).collect::<Vec<_>>(), [true]);
        drop(tx);
        store.close().await;
    }
}

on_both! {
    async fn a_second_factor_and_its_codes_are_used_once(database: TestDatabase) {
        let store = database.store().await;
        let mut tx = store.write().await.unwrap();
        let (site, _, ada, _) = scene(&mut tx).await;
        let keys = Keys::generate();
        let secret = keys.seal_secret(&Secret::random(), ada.id).unwrap();
        assert!(second_factors::begin(&mut tx, ada.id, &secret).await.unwrap());
        let other = keys.seal_secret(&Secret::random(), ada.id).unwrap();
        assert!(second_factors::begin(&mut tx, ada.id, &other).await.unwrap(), "begun anew");
        assert!(!second_factors::is_on(&mut tx, ada.id).await.unwrap());
        assert!(second_factors::confirm(&mut tx, ada.id, at(1)).await.unwrap());
        assert!(!second_factors::confirm(&mut tx, ada.id, at(2)).await.unwrap());
        assert!(!second_factors::begin(&mut tx, ada.id, &secret).await.unwrap(), "one that is on stays");
        assert!(second_factors::use_step(&mut tx, ada.id, 7).await.unwrap());
        assert!(!second_factors::use_step(&mut tx, ada.id, 7).await.unwrap());
        assert!(!second_factors::use_step(&mut tx, ada.id, 6).await.unwrap());
        let found = second_factors::find(&mut tx, ada.id).await.unwrap().unwrap();
        assert_eq!((found.is_on, found.last_step, found.secret.bytes), (true, 7, other.bytes));
        assert!(memberships::members(&mut tx, site.id).await.unwrap()[0].has_second_factor);
        second_factors::add_recovery_code(&mut tx, ada.id, b"old").await.unwrap();
        second_factors::remove_recovery_codes(&mut tx, ada.id).await.unwrap();
        assert_eq!(second_factors::recovery_codes(&mut tx, ada.id).await.unwrap(), 0);
        second_factors::add_recovery_code(&mut tx, ada.id, b"code").await.unwrap();
        assert!(!second_factors::use_recovery_code(&mut tx, id(), b"code").await.unwrap(), "another's");
        assert_eq!(second_factors::recovery_codes(&mut tx, ada.id).await.unwrap(), 1);
        assert!(second_factors::use_recovery_code(&mut tx, ada.id, b"code").await.unwrap());
        assert!(!second_factors::use_recovery_code(&mut tx, ada.id, b"code").await.unwrap());
        let pending = Pending { moderator_id: ada.id, sign_in_id: id() };
        second_factors::add_pending(&mut tx, b"one", &pending, at(9)).await.unwrap();
        assert_eq!(second_factors::pending(&mut tx, b"one", at(8)).await.unwrap().unwrap().sign_in_id, pending.sign_in_id);
        assert!(second_factors::pending(&mut tx, b"one", at(9)).await.unwrap().is_none());
        second_factors::forget_pending(&mut tx, at(9)).await.unwrap();
        assert!(second_factors::pending(&mut tx, b"one", at(8)).await.unwrap().is_none());
        second_factors::add_pending(&mut tx, b"two", &pending, at(9)).await.unwrap();
        second_factors::end_pending(&mut tx, ada.id).await.unwrap();
        assert!(second_factors::pending(&mut tx, b"two", at(8)).await.unwrap().is_none());
        second_factors::remove(&mut tx, ada.id).await.unwrap();
        assert!(second_factors::find(&mut tx, ada.id).await.unwrap().is_none());
        drop(tx);
        store.close().await;
    }
}
