//! Searching: by everything that is known of a comment, whichever way it takes, and as far as it reaches.

use leserbrief::moderation::query::{Query, Reach, find};
use leserbrief::moderation::search_index;
use leserbrief::spam::Bucket;
use leserbrief::store::queue::Part;
use leserbrief::store::{moderators, sites};
use serde_json::Value;
use uuid::Uuid;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};
use crate::store::{add_comment, add_page};
use crate::working::{found, id, location, post, without_limits};

on_both! {
    async fn everything_is_found_by_what_is_known_of_it(house: House) {
        without_limits(&house).await;
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "fluss"));
        let mut comment = reader.comment("Die Straßenbahnhaltestelle am Käsemarkt fehlt noch immer, und das schon seit vielen Jahren, wie man auf dem Plan sieht: https://www.plan.example/x").await;
        house.wait(120_000);
        comment["title"] = "Hochwasser an der Elbe".into();
        comment["name"] = "Jürgen Groß".into();
        let taken: Value = reader.send(&comment).await.json().await.unwrap();
        let other = Reader::of(&house, "berg").named("ulf@example.org");
        let mut foreign = other.comment("Nothing of the kind was ever planned here, as far as anybody remembers").await;
        // The demo's articles share an address; this one has none, and so is another article.
        foreign.as_object_mut().unwrap().remove("url");
        let decided: Value = other.send(&foreign).await.json().await.unwrap();
        moderator.decides(id(&decided), "rejected").await;
        let cluster = format!("cluster:{}", id(&taken));
        let author = format!("author:{}", id(&taken));
        for query in [
            "haltestelle", "Strasse", "STRASSENBAHN", "kaese", "käsemarkt", "juergen", "groß", "elbe hochwasser", "wasser",
            "author:Jürgen", "author:\"jürgen groß\"", "email:eva@EXAMPLE.org", "page:fluss", "page:hochwasser", "is:pending",
            "is:open", "has:link", "link:plan.example", "lang:de", "-rejected is:pending", "-is:rejected", "points:<5 is:pending",
            "points:-1..4,5 is:open", "rule:links-foreign", "-by:me", "elbe after:2026-11-23 before:2026-11-25", "site:demo elbe", "ip:127.0.0.1 elbe",
            &cluster, &author, "haltestelle -flughafen", "-planned",
        ] {
            let page = found(&moderator, query).await;
            assert!(page.contains("Käsemarkt") && !page.contains("Nothing of the kind"), "{query}: {page}");
        }
        for query in ["by:me", "is:rejected", "author:eva", "lang:en", "-has:link", "-elbe", "page:berg", "by:admiral", "email:ulf@example.org"] {
            let page = found(&moderator, query).await;
            assert!(!page.contains("Käsemarkt") && page.contains("Nothing of the kind"), "{query}");
        }
        for query in [
            "bahnsteig", "käsekuchen", "email:nobody@example.org", "email:x", "ip:192.0.2.1", "before:2026-11-24", "after:2026-11-24",
            "points:>90", "has:note", "is:staff", "site:elsewhere", "by:nobody", "link:example", "haltestelle planned", "is:answer",
            "'\"*^(NEAR)", "\u{0}", "%_", "AND OR NOT",
        ] {
            let page = found(&moderator, query).await;
            assert!(!page.contains("Käsemarkt") && !page.contains("Nothing of the kind"), "{query}");
        }
        for query in ["is:nonsense", "elbe points:many", "ip:1.2.3"] {
            let page = found(&moderator, query).await;
            assert!(page.contains("verstehe ich nicht") && !page.contains("Käsemarkt"), "{query}");
        }
        let page = found(&moderator, &author).await;
        assert!(!page.contains("eva@example.org"), "a list shows no address");
    }
}

on_both! {
    async fn a_search_goes_on_where_it_stopped_and_is_kept_as_a_view(house: House) {
        without_limits(&house).await;
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        for number in 0..33 {
            reader.writes(&format!("Suchwort Nummer <{number}>")).await;
        }
        let first = found(&moderator, "suchwort").await;
        assert!(first.contains("&lt;32&gt;") && first.contains("&lt;3&gt;") && !first.contains("&lt;2&gt;"));
        let after = &first.rsplit_once("after=").unwrap().1[..36];
        let second = moderator.page(&format!("/panel/sites/demo/comments?q=suchwort&after={after}")).await;
        assert!(second.contains("&lt;2&gt;") && second.contains("&lt;0&gt;") && !second.contains("&lt;3&gt;"));
        let kept = post(&moderator, "/panel/sites/demo/views", &[("name", "Meine <Suche>"), ("q", "suchwort is:pending")]).await;
        let page = moderator.page(&location(&kept)).await;
        assert!(page.contains("Meine &#60;Suche&#62;</a>"), "{page}");
        let removal = page.split("/panel/sites/demo/views/").nth(1).unwrap().split('"').next().unwrap();
        let ben = Moderator::further(&house, "Ben Beck", "ben@example.org").await;
        post(&ben, &format!("/panel/sites/demo/views/{removal}"), &[]).await;
        assert_eq!(house.number("select count(*) from saved_view").await, 1, "a view is its owner's");
        post(&moderator, &format!("/panel/sites/demo/views/{removal}"), &[]).await;
        assert_eq!(house.number("select count(*) from saved_view").await, 0);
    }
}

/// All that a search finds, some at a time, and going on wherever it stops.
async fn finds_in_parts(house: &House, query: &str, limit: i64, reach: Reach) -> Vec<Uuid> {
    let mut tx = house.app.store.read().await.unwrap();
    let (site, ada) = (sites::all(&mut tx).await.unwrap().remove(0), moderators::all(&mut tx).await.unwrap().remove(0));
    let query = Query::parse(query).unwrap();
    let Some(filter) = query.resolve(&mut tx, &house.app.keys, site.id, &ada).await.unwrap() else { return Vec::new() };
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let found = find(&mut tx, &filter, Part { after, limit }, reach).await.unwrap();
        assert!(found.cards.len() <= usize::try_from(limit).unwrap());
        ids.extend(found.cards.iter().map(|card| card.comment.id));
        let full = found.cards.len() == usize::try_from(limit).unwrap();
        match found.reached.or(ids.last().copied().filter(|_| full)) {
            Some(last) => after = Some(last),
            None => return ids,
        }
    }
}

on_both! {
    async fn every_way_of_searching_finds_the_same(house: House) {
        without_limits(&house).await;
        let (moderator, eva, ulf) = (Moderator::first(&house).await, Reader::of(&house, "fluss"), Reader::of(&house, "berg").named("ulf@example.org"));
        let words = ["Haltestelle", "Straßenbahn", "Käsemarkt", "Brücke", "Rathausturm", "Buslinie", "www.plan.example"];
        let mut ids = Vec::new();
        for number in 0..21_usize {
            let text = format!("Satz {number}: {} und {} und die {}", words[number % 7], words[number % 5], words[number % 3]);
            let reader = if number % 4 == 0 { &ulf } else { &eva };
            ids.push(id(&reader.writes(&text).await).to_owned());
        }
        for (number, id) in ids.iter().enumerate() {
            if let Some(to) = [Some("approved"), None, Some("rejected"), Some("spam")][number % 4] {
                moderator.decides(id, to).await;
            }
        }
        while search_index::catch_up(&house.app.store, 4).await.unwrap() {}
        // A slice of the index that is full, as it becomes with 16,384 comments: what comes then is in the next one.
        house.runs("update comment_search_slice set size = 16384").await;
        for number in 21..30 {
            eva.writes(&format!("Satz {number}: wieder die Haltestelle, {}", words[number % 7])).await;
        }
        while search_index::catch_up(&house.app.store, 4).await.unwrap() {}
        assert_eq!(house.number("select count(*) from comment_search_slice").await, 2);
        let from_the_beginning = Reach { tried: 1000, read: 1000, rare: 1000 };
        let by_the_index = Reach { tried: 1000, read: 1000, rare: 0 };
        let a_little = Reach { tried: 1, read: 1, rare: 0 };
        let mut most = 0;
        for query in [
            "", "haltestelle", "halte bahn", "bahn -brücke", "-haltestelle", "markt is:pending", "is:open -linie", "haltestelle is:spam",
            "satz -by:me", "satz by:me is:approved", "email:ulf@example.org haltestelle", "email:ulf@example.org -haltestelle is:pending",
            &format!("author:{} page:berg", ids[0]), &format!("cluster:{}", ids[3]), &format!("cluster:{} satz", ids[3]), "has:link", "-has:link markt",
            "points:>1 satz", "satz after:2026-11-24 before:2026-11-25", "satz before:2026-11-24", "turm -page:fluss", "nirgends", "-nirgends",
        ] {
            let all = finds_in_parts(&house, query, 100, from_the_beginning).await;
            assert!(all.is_sorted_by(|newer, older| newer > older), "{query}: {all:?}");
            most = most.max(all.len());
            for (way, reach) in [("index", by_the_index), ("beginning", from_the_beginning), ("a little", a_little)] {
                for limit in [1, 4, 100] {
                    assert_eq!(finds_in_parts(&house, query, limit, reach).await, all, "{query}, {way}, {limit} at a time");
                }
            }
        }
        assert_eq!(most, 30, "one of them asks for all");
    }
}

on_both! {
    async fn a_search_that_would_read_too_much_says_how_far_it_came(house: House) {
        let moderator = Moderator::first(&house).await;
        Reader::of(&house, "a").writes("Text, wie ihn viele schreiben").await;
        let mut tx = house.app.store.write().await.unwrap();
        let site = sites::all(&mut tx).await.unwrap().remove(0);
        let page = add_page(&mut tx, &site).await;
        for came in 0..700 {
            add_comment(&mut tx, &site, &page, Bucket::LikelyFine, came).await;
        }
        tx.commit().await.unwrap();
        // The addresses of all that, too, can be opened.
        house.runs("update comment set email_sealed = (select email_sealed from comment where length(email_sealed) > 10)").await;
        let first = found(&moderator, "-text").await;
        assert!(first.contains("Bis zurück zum 24.11.2026 gibt es dazu keinen Kommentar.") && first.contains("Ältere durchsuchen"), "{first}");
        let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
        assert!(next.ends_with("&further=1"), "{next}");
        let rest = moderator.page(&next).await;
        assert!(rest.contains("Dazu gibt es keinen Kommentar.") && !rest.contains("Ältere durchsuchen"), "{rest}");
        let preview = moderator.page("/panel/sites/demo/bulk?q=-text&to=spam").await;
        assert!(!preview.contains("Gesucht wurde"), "a preview of many looks further at once");
        for further in ["255", "256", "-1", "x"] {
            let status = moderator.opens(&format!("/panel/sites/demo/comments?q=-text&further={further}")).await.status();
            assert!(status == 200 || status == 400, "{further}: {status}");
        }
    }
}

on_both! {
    async fn two_processes_index_each_comment_once(house: House) {
        without_limits(&house).await;
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        for number in 0..40 {
            reader.writes(&format!("Satz {number} von vierzig")).await;
        }
        let indexes = async || while search_index::catch_up(&house.app.store, 3).await.unwrap_or(true) {};
        tokio::join!(indexes(), indexes(), indexes());
        for sql in ["select count(*) from comment_search_row", "select cast(sum(size) as bigint) from comment_search_slice", "select count(*) from comment_search"] {
            assert_eq!(house.number(sql).await, 40, "{sql}");
        }
        assert_eq!(house.number("select count(*) from search_due").await, 0);
        assert!(found(&moderator, "satz vierzig").await.contains("Satz 39"));
    }
}
