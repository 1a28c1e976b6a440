//! Deciding, undoing, and two who decide at once.

use reqwest::StatusCode;

use crate::actors::{Moderator, Reader, done, field};
use crate::harness::{Database, House, on_both};

on_both! {
    async fn a_comment_goes_through_every_state_and_back(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Hin und her").await;
        let id = taken["id"].as_str().unwrap();
        for (to, shown) in [("approved", 1), ("spam", 0), ("approved", 1), ("rejected", 0), ("pending", 0), ("rejected", 0)] {
            moderator.decides(id, to).await;
            assert_eq!(reader.reads().await.len(), shown, "after {to}");
            assert_eq!(reader.thread().await["count"], shown, "after {to}");
        }
        let receipt = reader.get(taken["receipt"].as_str().unwrap()).await.text().await.unwrap();
        assert!(receipt.contains("nicht veröffentlicht") && receipt.contains("aus gutem Grund"));
        assert_eq!(house.number("select count(*) from decision").await, 6);
    }
}

on_both! {
    async fn a_decision_is_undone_and_the_undoing_too(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Doch nicht, oder doch").await;
        let approved = moderator.decides(taken["id"].as_str().unwrap(), "approved").await;
        let undone = moderator.undoes(&approved).await;
        assert_eq!(undone.status(), StatusCode::SEE_OTHER);
        assert!(reader.reads().await.is_empty());
        // A second press of the same button changes nothing.
        assert_eq!(done(&moderator.undoes(&approved).await), done(&undone));
        assert_eq!(moderator.undoes(&done(&undone)).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(reader.reads().await.len(), 1);
        assert_eq!(house.number("select count(*) from decision where undoes is not null").await, 2);
    }
}

on_both! {
    async fn of_two_who_decide_at_once_one_is_told_who_was_faster(house: House) {
        let ada = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben Beck", "ben@example.org").await;
        let reader = Reader::of(&house, "a");
        for round in 0..5 {
            let taken = reader.writes(&format!("Runde {round}")).await;
            let id = taken["id"].as_str().unwrap();
            let revision = ada.revision(id).await;
            let (by_ada, by_ben) = tokio::join!(ada.presses(id, "approved", &revision), ben.presses(id, "spam", &revision));
            let (winner, loser) = if by_ada.status() == StatusCode::SEE_OTHER { ("Ada Admiral", by_ben) } else { ("Ben Beck", by_ada) };
            assert_eq!(loser.status(), StatusCode::CONFLICT);
            let told = loser.text().await.unwrap();
            assert!(told.contains(winner) && told.contains("2026"), "{told}");
            house.wait(60_000);
        }
        assert_eq!(house.number("select count(*) from decision").await, 5);
    }
}

on_both! {
    async fn the_same_wish_twice_is_one_decision(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Doppelt gedrückt").await;
        let id = taken["id"].as_str().unwrap();
        let revision = moderator.revision(id).await;
        let (first, second) = tokio::join!(moderator.presses(id, "approved", &revision), moderator.presses(id, "approved", &revision));
        assert_eq!(done(&first), done(&second));
        assert_eq!(reader.thread().await["count"], 1);
    }
}

on_both! {
    async fn an_author_takes_a_comment_back_for_good(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Das nehme ich zurück").await;
        let (id, receipt) = (taken["id"].as_str().unwrap(), taken["receipt"].as_str().unwrap());
        moderator.decides(id, "approved").await;
        assert_eq!(reader.reads().await.len(), 1);
        let foreign = reader.client.post(receipt).header("origin", "https://evil.example").send().await.unwrap();
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        for _ in 0..2 {
            assert_eq!(reader.client.post(receipt).send().await.unwrap().status(), StatusCode::SEE_OTHER);
        }
        assert!(reader.reads().await.is_empty());
        let revision = moderator.revision(id).await;
        assert_eq!(moderator.presses(id, "approved", &revision).await.status(), StatusCode::CONFLICT);
        assert!(moderator.page(&format!("/panel/comments/{id}")).await.contains("Zurückgezogen"));
        for forged in ["x", &receipt[receipt.len() - 20..]] {
            assert_eq!(reader.get(&format!("{}/receipt/{forged}", house.url)).await.status(), StatusCode::NOT_FOUND);
        }
    }
}

on_both! {
    async fn nobody_decides_without_session_token_role_or_origin(house: House) {
        let (owner, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Bitte nicht anfassen").await;
        let id = taken["id"].as_str().unwrap();
        let url = format!("{}/panel/comments/{id}/decision", house.url);
        let csrf = owner.csrf().await;
        let fields = |csrf: &str| [("csrf", csrf.to_owned()), ("to", "approved".to_owned()), ("revision", "1".to_owned())];

        let stranger = Moderator::stranger(&house);
        let turned_away = stranger.client.post(&url).form(&fields(&csrf)).send().await.unwrap();
        assert_eq!(turned_away.headers()["location"], "/panel/sign-in");
        for (csrf, origin) in [("", None), ("forged", None), (csrf.as_str(), Some("https://evil.example")), (csrf.as_str(), Some("null"))] {
            let mut request = owner.client.post(&url).form(&fields(csrf));
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            assert_eq!(request.send().await.unwrap().status(), StatusCode::FORBIDDEN, "{csrf} {origin:?}");
        }
        let cross_site = owner.client.post(&url).header("sec-fetch-site", "cross-site").form(&fields(&csrf)).send().await.unwrap();
        assert_eq!(cross_site.status(), StatusCode::FORBIDDEN);

        // A moderator of another site sees none of it.
        let other = add_site(&house, "other").await;
        let account = leserbrief::accounts::NewAccount {
            name: "Cem",
            email: "cem@example.org",
            password: &secrecy::SecretString::from(crate::actors::PASSWORD),
            locale: leserbrief::i18n::Locale::De,
        };
        house.app.accounts.add(&account, leserbrief::moderator::Role::Moderator, Some(other)).await.unwrap();
        let cem = Moderator::stranger(&house);
        cem.signs_in("cem@example.org", crate::actors::PASSWORD).await;
        assert_eq!(cem.opens(&format!("/panel/comments/{id}")).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(cem.opens("/panel/sites/demo/comments").await.status(), StatusCode::NOT_FOUND);
        let csrf = field(&cem.page("/panel/sites/other/comments").await, "csrf").unwrap();
        assert_eq!(cem.client.post(&url).form(&fields(&csrf)).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        assert_eq!(house.number("select count(*) from decision").await, 0);
    }
}

/// A further site; its id.
async fn add_site(house: &House, name: &str) -> uuid::Uuid {
    let site = leserbrief::site::Site {
        id: house.app.clock.new_id(),
        name: name.into(),
        title: name.into(),
        locale: leserbrief::i18n::Locale::En,
        origins: Vec::new(),
        settings: leserbrief::site::SiteSettings::default(),
    };
    let mut tx = house.app.store.write().await.unwrap();
    assert!(leserbrief::store::sites::add(&mut tx, &site, house.app.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    house.app.sites.look_again();
    site.id
}

on_both! {
    async fn the_queue_goes_on_where_it_stopped(house: House) {
        let moderator = Moderator::first(&house).await;
        crate::submitting::set(&house, "limits.network_per_minute", "0").await;
        crate::submitting::set(&house, "limits.network_per_hour", "0").await;
        crate::submitting::set(&house, "limits.address_per_hour", "0").await;
        let reader = Reader::of(&house, "a");
        for number in 0..35 {
            reader.writes(&format!("Stück <{number}>")).await;
        }
        let first = moderator.queue("pending").await;
        assert!(first.contains("&lt;0&gt;") && first.contains("&lt;29&gt;") && !first.contains("&lt;30&gt;"));
        let (_, next) = first.rsplit_once("after=").unwrap();
        let after = &next[..36];
        let second = moderator.queue(&format!("pending&after={after}")).await;
        assert!(!second.contains("&lt;29&gt;") && second.contains("&lt;30&gt;") && second.contains("&lt;34&gt;"));
        for view in ["likely-spam", "approved", "rejected", "spam", "all", "nonsense"] {
            moderator.queue(view).await;
        }
    }
}

on_both! {
    async fn the_journal_cannot_be_changed(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        moderator.decides(reader.writes("Für immer").await["id"].as_str().unwrap(), "spam").await;
        for sql in ["update decision set to_status = 'approved'", "delete from decision"] {
            let mut tx = house.app.store.write().await.unwrap();
            let changed = match &mut tx {
                leserbrief::store::Tx::Sqlite(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop),
                leserbrief::store::Tx::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop),
            };
            assert!(changed.unwrap_err().to_string().contains("append-only"), "{sql}");
        }
    }
}
