//! The outbox as a page: what waits and why, a retry, a test mail, and a banner while mail fails. The stories make mail
//! fail on purpose, so they look after it themselves.

use leserbrief::moderator::Role;
use reqwest::StatusCode;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, TestDatabase, eventually, on_both};

const BANNER: &str = "Mails kommen zurzeit nicht an.";

on_both! {
    async fn a_test_mail_goes_out_and_shows_as_sent(database: TestDatabase) {
        let house = House::with(database, &[], &[]).await;
        let owner = Moderator::first(&house).await;
        assert!(!owner.page("/panel/outbox").await.contains(BANNER));
        assert_eq!(owner.sends("/panel/outbox/test", &[]).await.status(), StatusCode::SEE_OTHER);
        let sent = eventually("the test mail", async || {
            Some(owner.page("/panel/outbox?state=sent").await).filter(|page| page.contains("Testmail</b>"))
        })
        .await;
        assert!(sent.contains("an Ada Admiral") && sent.contains("1 Versuch") && !sent.contains("ada@example.org"), "{sent}");
        let mails = house.mails();
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("Subject: Testmail") && mails[0].contains("ada@example.org"), "{}", mails[0]);
    }
}

on_both! {
    async fn while_mail_fails_every_page_says_so_and_the_servers_words_are_there(database: TestDatabase) {
        let house = House::with(database, &[], &["--smtp", "smtp://127.0.0.1:9?tls=none"]).await;
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        owner.sends("/panel/outbox/test", &[]).await;
        house.wait(1000);
        eventually("the banner", async || owner.queue("pending").await.contains(BANNER).then_some(())).await;
        let waiting = owner.page("/panel/outbox").await;
        assert!(waiting.contains("class=\"line mono\"") && waiting.contains(BANNER), "{waiting}");
        let bens = ben.queue("pending").await;
        assert!(bens.contains(BANNER) && !bens.contains("/panel/outbox"), "told, without the way to what is not his");

        house.runs("update outbox set state = 'failed', finished_at = 1795521600000, last_error = '550 <b>No such user</b>'").await;
        let failed = owner.page("/panel/outbox?state=failed").await;
        assert!(failed.contains("550 &#60;b&#62;No such user") && failed.contains(BANNER), "{failed}");
        let retry = failed.split_once("action=\"/panel/outbox/").unwrap().1.split_once("action=\"").map_or_else(
            || failed.split("action=\"").find(|rest| rest.contains("/retry\"")).unwrap().split('"').next().unwrap().to_owned(),
            |(_, rest)| rest.split('"').next().unwrap().to_owned(),
        );
        assert_eq!(ben.sends(&retry, &[]).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(house.number("select count(*) from outbox where state = 'failed'").await, 1);
        for _ in 0..2 {
            assert_eq!(owner.sends(&retry, &[]).await.status(), StatusCode::SEE_OTHER, "twice is once");
        }
        assert_eq!(house.number("select count(*) from outbox").await, 1);
        eventually("another attempt", async || {
            house.wait(1000);
            (house.number("select attempts from outbox").await > 1).then_some(())
        })
        .await;
    }
}

on_both! {
    async fn the_outbox_is_for_admins_and_shows_an_admin_their_sites(database: TestDatabase) {
        let house = House::with(database, &[], &[]).await;
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        let admin = Moderator::with_role(&house, "Cem", "cem@example.org", Role::Admin).await;
        house.adds_site("anderswo").await;
        for (who, status) in [(&owner, StatusCode::OK), (&admin, StatusCode::OK), (&ben, StatusCode::FORBIDDEN)] {
            assert_eq!(who.opens("/panel/outbox").await.status(), status);
        }
        assert_eq!(ben.sends("/panel/outbox/test", &[]).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(Moderator::stranger(&house).opens("/panel/outbox").await.headers()["location"], "/panel/sign-in");
        Reader::of(&house, "a").writes("Davon gehen drei Mails aus.").await;
        eventually("the mails", async || {
            (house.number("select count(*) from outbox where state = 'sent'").await == 3).then_some(())
        })
        .await;
        assert_eq!(admin.page("/panel/outbox?state=sent").await.matches("Wartende Kommentare").count(), 3);
        house.runs("update outbox set site_id = (select id from site where name = 'anderswo') where moderator_id = (select id from moderator where name = 'Ben')").await;
        assert_eq!(admin.page("/panel/outbox?state=sent").await.matches("Wartende Kommentare").count(), 2);
        assert_eq!(owner.page("/panel/outbox?state=sent").await.matches("Wartende Kommentare").count(), 3);
        house.runs("update outbox set state = 'failed' where moderator_id = (select id from moderator where name = 'Ben')").await;
        let failed = owner.page("/panel/outbox?state=failed").await;
        let retry = failed.split("action=\"").find(|rest| rest.contains("/retry\"")).unwrap().split('"').next().unwrap();
        assert_eq!(admin.sends(retry, &[]).await.status(), StatusCode::NOT_FOUND, "another site's mail");
        let forged = owner.client.post(format!("{}{retry}", house.url)).form(&[("csrf", "x")]).send().await.unwrap();
        assert_eq!(forged.status(), StatusCode::FORBIDDEN);
        let unknown = format!("/panel/outbox/{}/retry", house.app.clock.new_id());
        assert_eq!(owner.sends(&unknown, &[]).await.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_outbox_is_shown_part_by_part() {
    let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
    let owner = Moderator::first(&house).await;
    let sites = house.app.sites.all().await.unwrap();
    for _ in 0..120 {
        let mut tx = house.app.store.write().await.unwrap();
        let all = leserbrief::store::moderators::all(&mut tx).await.unwrap();
        let id = house.app.clock.new_id();
        leserbrief::store::mails::queue(&mut tx, id, "test", all[0].id, sites["demo"].id, None, house.app.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        house.runs("update outbox set state = 'sent', finished_at = 1").await;
    }
    let (mut path, mut seen) = ("/panel/outbox?state=sent".to_owned(), 0);
    loop {
        let page = owner.page(&path).await;
        seen += page.matches("Testmail</b>").count();
        let Some((_, rest)) = page.split_once("&amp;after=") else { break };
        path = format!("/panel/outbox?state=sent&after={}", &rest[..36]);
    }
    assert_eq!(seen, 120);
}
