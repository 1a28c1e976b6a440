//! The journal as a page and as a table: filtered, paged, guarded, never changed.

use reqwest::StatusCode;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};

const JOURNAL: &str = "/panel/sites/demo/journal";

on_both! {
    async fn the_journal_tells_who_decided_what_and_is_filtered(house: House) {
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        let id = Reader::of(&house, "a").writes("Ein Kommentar, über den gestritten wird.").await["id"].as_str().unwrap().to_owned();
        owner.decides(&id, "approved").await;
        house.wait(24 * 60 * 60 * 1000);
        let rejected = ben.decides(&id, "rejected").await;
        ben.undoes(&rejected).await;
        let rows = |page: &str| page.matches("<tr>").count() - usize::from(page.contains("<thead>"));
        let all = owner.page(JOURNAL).await;
        assert_eq!(rows(&all), 3);
        assert!(all.contains("Ausstehend → Freigegeben") && all.contains("<q>aus gutem Grund</q>") && all.contains("(rückgängig gemacht)"), "{all}");
        let by_ben = all.split_once("\">Ben</option>").unwrap().0.rsplit_once("value=\"").unwrap().1.to_owned();
        for (query, expected) in [
            (format!("by={by_ben}"), 2),
            ("to=rejected".into(), 1),
            ("means=panel".into(), 3),
            ("means=receipt".into(), 0),
            ("means=rule".into(), 0),
            ("from=2026-11-25".into(), 2),
            ("until=2026-11-24".into(), 1),
            ("from=2026-11-24&until=2026-11-25&to=approved".into(), 2),
            ("by=nobody&to=%27%3B+drop+table&from=x".into(), 3),
        ] {
            assert_eq!(rows(&ben.page(&format!("{JOURNAL}?{query}")).await), expected, "{query}");
        }
    }
}

on_both! {
    async fn the_export_holds_every_entry_once_and_no_formula(house: House) {
        let owner = Moderator::first(&house).await;
        let evil = Moderator::further(&house, "=HYPERLINK(\"https://evil.example\")", "ben@example.org").await;
        let id = Reader::of(&house, "a").writes("Ein Kommentar, der oft hin und her geht.").await["id"].as_str().unwrap().to_owned();
        evil.decides(&id, "rejected").await;
        let sites = house.app.sites.all().await.unwrap();
        let mut tx = house.app.store.write().await.unwrap();
        // More than one reading looks at.
        for number in 0..10_100_i64 {
            let decision = leserbrief::store::decisions::Decision {
                id: house.app.clock.new_id(),
                comment_id: id.parse().unwrap(),
                moderator_id: None,
                from: leserbrief::comment::Status::Pending,
                to: leserbrief::comment::Status::Approved,
                code: None,
                reason: Some(format!("@grund {number}, \"so\"")),
                means: "panel",
                undoes: None,
                of_edit: false,
                batch_id: None,
                revision: number,
                at: house.app.clock.now(),
            };
            leserbrief::store::decisions::add(&mut tx, &decision).await.unwrap();
        }
        tx.commit().await.unwrap();
        let answer = owner.opens("/panel/sites/demo/journal.csv").await;
        assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"journal-demo.csv\"");
        let table = answer.text().await.unwrap();
        assert_eq!(table.lines().count(), 10_102);
        assert!(table.contains("\"'=HYPERLINK(\"\"https://evil.example\"\")\""), "{}", &table[table.len() - 400..]);
        assert!(table.contains("\"'@grund 10099, \"\"so\"\"\""));
        for number in [0, 999, 1000, 9999, 10_000, 10_099] {
            assert_eq!(table.matches(&format!("'@grund {number}, ")).count(), 1, "{number}");
        }
        assert!(!table.contains("@example.org"), "no address");
        // A spreadsheet that splits at semicolons, as German ones do, begins a cell in the middle of a field.
        owner.presses(&id, "approved", &owner.revision(&id).await).await;
        let sites_reason = [("to", "rejected"), ("revision", &*owner.revision(&id).await), ("reason", "gut; =HYPERLINK(1)"), ("back", "")];
        owner.sends(&format!("/panel/comments/{id}/decision"), &sites_reason).await;
        let split = owner.opens("/panel/sites/demo/journal.csv").await.text().await.unwrap();
        assert!(split.contains("\"gut; '=HYPERLINK(1)\""), "{}", &split[..600]);
        let filtered = owner.opens("/panel/sites/demo/journal.csv?to=rejected").await.text().await.unwrap();
        assert_eq!(filtered.lines().count(), 3);
        let first = owner.page(&format!("{JOURNAL}?to=rejected")).await;
        assert!(first.matches("<tr>").count() == 2 && first.contains("Auch vor dem 24.11.2026 nachsehen"), "{first}");
        let nothing = owner.page(&format!("{JOURNAL}?means=receipt")).await;
        assert!(nothing.contains("Bis zurück zum 24.11.2026 steht dazu nichts im Journal."), "{nothing}");
        // Page by page the same entries, each once, however little a filter lets through.
        for (filter, expected) in [("", 10_103), ("to=rejected&", 2), ("means=receipt&", 0)] {
            let (mut path, mut seen) = (format!("{JOURNAL}?{filter}"), 0);
            loop {
                let page = owner.page(&path).await;
                seen += page.matches("<tr>").count().saturating_sub(1);
                let Some((_, rest)) = page.split_once("&amp;after=") else { break };
                path = format!("{JOURNAL}?{filter}after={}", &rest[..36]);
            }
            assert_eq!((seen, sites.len()), (expected, 1), "{filter}");
        }
    }
}

on_both! {
    async fn the_journal_is_the_sites_and_cannot_be_changed(house: House) {
        let owner = Moderator::first(&house).await;
        let ben = Moderator::further(&house, "Ben", "ben@example.org").await;
        house.adds_site("anderswo").await;
        let id = Reader::of(&house, "a").writes("Ein Kommentar mit einer Entscheidung.").await["id"].as_str().unwrap().to_owned();
        owner.decides(&id, "approved").await;
        for path in ["/panel/sites/anderswo/journal", "/panel/sites/anderswo/journal.csv", "/panel/sites/nirgends/journal"] {
            assert_eq!(ben.opens(path).await.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(Moderator::stranger(&house).opens(path).await.headers()["location"], "/panel/sign-in");
        }
        assert!(owner.page("/panel/sites/anderswo/journal").await.contains("Dazu steht nichts"));
        for path in [JOURNAL, "/panel/sites/demo/journal.csv"] {
            assert_eq!(owner.sends(path, &[("reason", "anders")]).await.status(), StatusCode::METHOD_NOT_ALLOWED);
        }
        let mut tx = house.app.store.write().await.unwrap();
        let sql = "update decision set reason = 'anders'";
        let changed = match &mut tx {
            leserbrief::store::Tx::Sqlite(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop),
            leserbrief::store::Tx::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop),
        };
        assert!(changed.unwrap_err().to_string().contains("append-only"));
    }
}
