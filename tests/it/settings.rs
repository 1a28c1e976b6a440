//! A site's settings: changed by its admins alone, tried on the past, noticed at once.

use std::collections::BTreeMap;

use leserbrief::moderator::Role;
use reqwest::{Response, StatusCode};

use crate::actors::{Moderator, Reader, field};
use crate::harness::{Database, House, on_both};

const SETTINGS: &str = "/panel/sites/demo/settings";

/// The fields of a page's form, as a browser would send them back.
pub fn form_of(page: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let pieces: Vec<&str> = page.split(" name=\"").collect();
    for (before, rest) in pieces.iter().zip(&pieces[1..]) {
        let is_box = before.rsplit('<').next().unwrap().contains("checkbox");
        let (name, rest) = rest.split_once('"').unwrap();
        let tag = rest.split_once('>').unwrap().0;
        let unescaped =
            |text: &str| text.replace("&#34;", "\"").replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
        if let Some((_, chosen)) = rest
            .split_once("</select>")
            .and_then(|(options, _)| options.split_once("\" selected")?.0.rsplit_once("value=\""))
            .filter(|_| !tag.contains("value="))
        {
            fields.entry(name.to_owned()).or_insert_with(|| unescaped(chosen));
        } else if let Some((_, value)) = tag.split_once("value=\"") {
            if !is_box || tag.contains(" checked") {
                fields.insert(name.to_owned(), unescaped(value.split('"').next().unwrap()));
            }
        } else if let Some((text, _)) = rest.split_once("</textarea>") {
            fields.insert(name.to_owned(), unescaped(text.split_once(">\n").unwrap().1));
        }
    }
    fields.remove("do");
    fields.remove("paste_as");
    fields.remove("paste");
    fields
}

/// Opens the settings, changes some fields, and presses a button.
pub async fn changes(moderator: &Moderator, changes: &[(&str, &str)], button: &str) -> Response {
    let mut fields = form_of(&moderator.page(SETTINGS).await);
    fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    sends(moderator, &fields, button).await
}

pub async fn sends(moderator: &Moderator, fields: &BTreeMap<String, String>, button: &str) -> Response {
    let mut fields = fields.clone();
    fields.insert("do".into(), button.into());
    moderator.client.post(format!("{}{SETTINGS}", moderator.url)).form(&fields).send().await.unwrap()
}

on_both! {
    async fn an_admin_changes_the_settings_and_they_hold_at_once(house: House) {
        let owner = Moderator::first(&house).await;
        let reader = Reader::of(&house, "a");
        reader.writes("Ein Kommentar, der eine Seite anlegt.").await;
        assert_eq!(reader.thread().await["depth"], 3);
        let changed = [("title", "  Nordblatt  "), ("thread.depth", "5"), ("limits.network_per_minute", "1"), ("rules.check_points", "2,0"), ("trust.hold", "untrusted")];
        let saved = changes(&owner, &changed, "save").await;
        assert_eq!(saved.status(), StatusCode::SEE_OTHER, "{}", saved.text().await.unwrap());
        assert_eq!(saved.headers()["location"], "/panel/sites/demo/settings?saved=true");
        let page = owner.page("/panel/sites/demo/settings?saved=true").await;
        assert!(page.contains("Gespeichert") && page.contains("value=\"Nordblatt\"") && page.contains("value=\"untrusted\" selected"), "{page}");
        assert_eq!(reader.thread().await["depth"], 5, "the thread kept ready is made again");
        let refused = reader.send(&reader.comment("Noch ein Kommentar, gleich danach.").await).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS, "the new limit holds");
    }
}

on_both! {
    async fn the_hosted_thread_follows_order_and_texts(house: House) {
        let owner = Moderator::first(&house).await;
        let reader = Reader::of(&house, "a");
        for text in ["Der erste Kommentar von zweien.", "Der zweite Kommentar, etwas später."] {
            house.wait(60_000);
            let id = reader.writes(text).await["id"].as_str().unwrap().to_owned();
            owner.decides(&id, "approved").await;
        }
        let changed = [("thread.order", "newest-first"), ("form.title", "Schreib <uns>"), ("form.note", "Bitte freundlich.")];
        assert_eq!(changes(&owner, &changed, "save").await.status(), StatusCode::SEE_OTHER);
        let page = reader.get(&format!("{}/sites/demo/thread?page=a", house.url)).await.text().await.unwrap();
        assert!(page.find("Der zweite").unwrap() < page.find("Der erste").unwrap(), "{page}");
        assert!(page.contains("<h2>Schreib &#60;uns&#62;</h2>") && page.contains("<p>Bitte freundlich.</p>"), "{page}");
    }
}

on_both! {
    async fn what_is_kept_ready_for_articles_follows_order_texts_and_depth_at_once(house: House) {
        let owner = Moderator::first(&house).await;
        let reader = Reader::of(&house, "a");
        let mut ids: Vec<String> = Vec::new();
        for (text, parent) in [("Der erste.", None), ("Der zweite.", None), ("Eine Antwort auf den ersten.", Some(0)), ("Noch eine darauf.", Some(2))] {
            house.wait(60_000);
            let mut comment = reader.comment(text).await;
            if let Some(parent) = parent {
                comment["parent"] = ids[parent].as_str().into();
            }
            let taken: serde_json::Value = reader.send(&comment).await.json().await.unwrap();
            ids.push(taken["id"].as_str().unwrap().to_owned());
            owner.decides(ids.last().unwrap(), "approved").await;
        }
        let fragment = async || reader.get(&format!("{}/render/thread?site=demo&page=a", house.url)).await.text().await.unwrap();
        let before = fragment().await;
        assert_eq!(reader.thread().await["order"], "oldest-first");
        assert!(before.find("Der erste.").unwrap() < before.find("Der zweite.").unwrap() && !before.contains("data-newest"), "{before}");
        let changed = [("thread.order", "newest-first"), ("thread.depth", "2"), ("form.title", "Schreib <uns>"), ("form.note", "Bitte freundlich.")];
        assert_eq!(changes(&owner, &changed, "save").await.status(), StatusCode::SEE_OTHER);
        let html = fragment().await;
        // The newest begins, and answers still follow what they answer.
        let order: Vec<usize> = ["Der zweite.", "Der erste.", "Eine Antwort", "Noch eine"].iter().map(|text| html.find(&format!("<p>{text}")).unwrap()).collect();
        assert!(order.is_sorted(), "{html}");
        assert_eq!(html.matches("lb-replies").count(), 2, "only the first depth has room for answers: {html}");
        assert!(html.contains("data-newest") && html.contains("Schreib &#60;uns&#62;</h3>") && html.contains("Bitte freundlich.</p>"), "{html}");
        let thread = reader.thread().await;
        assert_eq!((&thread["order"], &thread["depth"]), (&"newest-first".into(), &2.into()));
        assert_eq!(thread["texts"], serde_json::json!({"write": "Schreib <uns>", "rules": "Bitte freundlich."}));
        let empty = reader.get(&format!("{}/render/thread?site=demo&page=leer", house.url)).await.text().await.unwrap();
        assert!(empty.contains("Bitte freundlich.</p>"), "{empty}");
    }
}

on_both! {
    async fn a_bad_value_changes_nothing_and_loses_nothing(house: House) {
        let owner = Moderator::first(&house).await;
        let before = form_of(&owner.page(SETTINGS).await);
        for (name, value, told) in [
            ("thread.depth", "11", "Bitte eine Zahl von 0 bis 10."),
            ("thread.depth", "-1", "Bitte eine Zahl von 0 bis 10."),
            ("privacy.network_days", "0", "Bitte eine Zahl von 1 bis 365."),
            ("limits.site_per_minute", "viele <b>", "Bitte eine Zahl von 0 bis 100000."),
            ("limits.site_per_minute", "99999999999999999999", "Bitte eine Zahl von 0 bis 100000."),
            ("rules.spam_points", "NaN", "Bitte eine Zahl von 0 bis 100."),
            ("rules.spam_points", "1", "mindestens so viele Punkte"),
            ("title", "   ", "Bitte 1 bis 100 Zeichen."),
            ("origins", "javascript:alert(1)", "Das ist keine: „javascript:alert(1)“"),
            ("origins", "", "mindestens eine Adresse"),
            ("locale", "fr", "Das steht nicht zur Wahl."),
            ("trust.hold", "nobody", "Das steht nicht zur Wahl."),
            ("form.note", &"x".repeat(1001), "Höchstens 1000 Zeichen."),
        ] {
            let refused = changes(&owner, &[(name, value), ("form.title", "Schreib uns <b>")], "save").await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}");
            let page = refused.text().await.unwrap();
            assert!(page.contains(told), "{name}={value}: {page}");
            assert!(page.contains("value=\"Schreib uns &#60;b&#62;\"") && !page.contains("Schreib uns <b>"), "{page}");
            let id = name.replace(['.', '_'], "-");
            assert!(page.contains(&format!("href=\"#{id}\"")), "the summary leads to {name}");
            assert!(page.contains(&format!("id=\"{id}\"")), "{name} is there");
        }
        assert_eq!(form_of(&owner.page(SETTINGS).await), before, "nothing has changed");
    }
}

on_both! {
    async fn rules_are_tried_on_the_past_before_they_hold(house: House) {
        let owner = Moderator::first(&house).await;
        for (text, to) in [
            ("Das Turnhallenfest beginnt heute, wunderbar.", "approved"),
            ("In der Turnhalle um die Ecke gibt es auch Kaffee.", "approved"),
            ("Kommt alle in unsere Turnhalle, es lohnt sich.", "spam"),
            ("Ganz anderer Unfug, der nicht hierher gehört.", "rejected"),
        ] {
            let taken = Reader::of(&house, "a").writes_unhurried(&house, text).await;
            owner.decides(taken["id"].as_str().unwrap(), to).await;
        }
        let tried = changes(&owner, &[("rules.blocked_words", "turnhalle")], "save").await;
        assert_eq!(tried.status(), StatusCode::OK, "a changed rule is tried first");
        let page = tried.text().await.unwrap();
        assert!(page.contains("Von den letzten 4 entschiedenen Kommentaren waren 2 unerwünscht. Diese Regeln hätten davon 1 aufgehalten; die jetzigen halten 0 auf."), "{page}");
        assert!(page.contains("1 freigegebenen Kommentar hätten sie zu Unrecht aufgehalten") && page.contains("In der Turnhalle um die Ecke"), "{page}");
        assert!(!page.contains("Turnhallenfest"), "a word is a word");
        assert_eq!(form_of(&owner.page(SETTINGS).await)["rules.blocked_words"], "", "nothing holds yet");

        // Other rules than those tried are tried again; the same ones hold.
        let mut fields = form_of(&page);
        fields.insert("rules.blocked_words".into(), "unfug".into());
        let again = sends(&owner, &fields, "save").await;
        assert_eq!(again.status(), StatusCode::OK);
        let saved = sends(&owner, &form_of(&again.text().await.unwrap()), "save").await;
        assert_eq!(saved.status(), StatusCode::SEE_OTHER);
        assert_eq!(form_of(&owner.page(SETTINGS).await)["rules.blocked_words"], "unfug");

        // What was caught and would not be any more is told too.
        let looser = changes(&owner, &[("rules.blocked_words", "")], "try").await.text().await.unwrap();
        assert!(looser.contains("1 unerwünschter Kommentar würde nicht mehr aufgehalten") && looser.contains("Ganz anderer Unfug"), "{looser}");
    }
}

on_both! {
    async fn wordpress_keys_and_block_lists_are_pasted_and_tried(house: House) {
        let owner = Moderator::first(&house).await;
        house.wait(60_000);
        let id = Reader::of(&house, "a").writes("Die Bürgerpressestelle hat es bestätigt.").await["id"].as_str().unwrap().to_owned();
        owner.decides(&id, "approved").await;
        let keys = "# Sperrliste\r\npresse\r\n192.0.2.7\r\n2001:db8::1\r\npresse\r\n<script>alert(1)</script>\r\n";
        let tried = changes(&owner, &[("paste", keys), ("paste_as", "wordpress")], "save").await;
        assert_eq!(tried.status(), StatusCode::OK);
        let page = tried.text().await.unwrap();
        assert!(page.contains("4 Zeilen waren doppelt oder kein Wort"), "{page}");
        assert!(page.contains("Bürgerpressestelle"), "WordPress finds its keys inside of words: {page}");
        assert!(!page.contains("<script>alert"), "{page}");
        let saved = sends(&owner, &form_of(&page), "save").await;
        assert_eq!(saved.status(), StatusCode::SEE_OTHER);
        assert_eq!(form_of(&owner.page(SETTINGS).await)["rules.blocked_words"], "*presse*\n<script>alert(1)</script>");
        let list = (0..6000).map(|number| format!("wort{number}\n")).collect::<String>();
        let refused = changes(&owner, &[("paste", &list), ("paste_as", "words")], "save").await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().await.unwrap().contains("Höchstens 5000 Wörter."));
    }
}

on_both! {
    async fn two_admins_do_not_overwrite_each_other_unseen(house: House) {
        let owner = Moderator::first(&house).await;
        let admin = Moderator::with_role(&house, "Ben", "ben@example.org", Role::Admin).await;
        let mut seen_by_admin = form_of(&admin.page(SETTINGS).await);
        assert_eq!(changes(&owner, &[("thread.depth", "4")], "save").await.status(), StatusCode::SEE_OTHER);
        seen_by_admin.insert("thread.close_after_days".into(), "30".into());
        let refused = sends(&admin, &seen_by_admin, "save").await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        let page = refused.text().await.unwrap();
        assert!(page.contains("Jemand hat die Einstellungen geändert"), "{page}");
        assert_eq!(form_of(&page)["thread.close_after_days"], "30", "nothing typed is lost");
        assert_eq!(form_of(&owner.page(SETTINGS).await)["thread.depth"], "4");
        assert_eq!(sends(&admin, &form_of(&page), "save").await.status(), StatusCode::SEE_OTHER, "now they know");
    }
}

on_both! {
    async fn settings_are_for_the_sites_admins_alone(house: House) {
        let owner = Moderator::first(&house).await;
        let moderator = Moderator::further(&house, "Ben", "ben@example.org").await;
        let admin = Moderator::with_role(&house, "Cem", "cem@example.org", Role::Admin).await;
        house.adds_site("anderswo").await;
        let fields = form_of(&owner.page(SETTINGS).await);
        assert!(admin.page("/panel/sites/demo/comments").await.contains("/panel/sites/demo/settings"));
        assert!(!moderator.page("/panel/sites/demo/comments").await.contains("/panel/sites/demo/settings"));
        assert_eq!(moderator.opens(SETTINGS).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(admin.opens(SETTINGS).await.status(), StatusCode::OK);
        assert_eq!(admin.opens("/panel/sites/anderswo/settings").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(owner.opens("/panel/sites/anderswo/settings").await.status(), StatusCode::OK);
        assert_eq!(Moderator::stranger(&house).opens(SETTINGS).await.headers()["location"], "/panel/sign-in");
        let tries = async |who: &Moderator, path: &str, csrf: &str, origin: &str| {
            let mut fields = fields.clone();
            fields.insert("csrf".into(), csrf.into());
            fields.insert("title".into(), "Übernommen".into());
            fields.insert("do".into(), "save".into());
            who.client.post(format!("{}{path}", who.url)).header("origin", origin).form(&fields).send().await.unwrap().status()
        };
        let (own, foreign) = (house.url.as_str(), "https://evil.example");
        assert_eq!(tries(&moderator, SETTINGS, &moderator.csrf().await, own).await, StatusCode::FORBIDDEN);
        assert_eq!(tries(&admin, SETTINGS, &owner.csrf().await, own).await, StatusCode::FORBIDDEN, "another's token");
        assert_eq!(tries(&admin, SETTINGS, "", own).await, StatusCode::FORBIDDEN);
        assert_eq!(tries(&admin, SETTINGS, &admin.csrf().await, foreign).await, StatusCode::FORBIDDEN);
        assert_eq!(tries(&admin, "/panel/sites/anderswo/settings", &admin.csrf().await, own).await, StatusCode::NOT_FOUND);
        assert!(!owner.page(SETTINGS).await.contains("Übernommen"));
        assert_eq!(tries(&admin, SETTINGS, &admin.csrf().await, own).await, StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn whoever_wants_no_mail_gets_none(house: House) {
        let owner = Moderator::first(&house).await;
        let page = owner.page(SETTINGS).await;
        let mut fields = form_of(&page);
        let told: Vec<String> = fields.keys().filter(|name| name.starts_with("told-")).cloned().collect();
        assert_eq!(told.len(), 1);
        fields.remove(&told[0]);
        assert_eq!(sends(&owner, &fields, "save").await.status(), StatusCode::SEE_OTHER);
        Reader::of(&house, "a").writes("Davon erfährt niemand per Mail.").await;
        assert_eq!(house.number("select count(*) from outbox").await, 0);
        assert_eq!(changes(&owner, &[(&told[0], "1")], "save").await.status(), StatusCode::SEE_OTHER);
        house.wait(60_000);
        Reader::of(&house, "a").writes("Davon schon, denn der Haken ist wieder da.").await;
        assert_eq!(house.number("select count(*) from outbox").await, 1);
        assert!(field(&page, "csrf").is_some());
    }
}

on_both! {
    async fn a_hostile_form_fills_neither_the_settings_nor_a_header(house: House) {
        let owner = Moderator::first(&house).await;
        let strangers: Vec<String> = (0..500).map(|_| format!("asked-{}", house.app.clock.new_id())).collect();
        let fields: Vec<(&str, &str)> = strangers.iter().map(|name| (name.as_str(), "1")).collect();
        assert_eq!(changes(&owner, &fields, "save").await.status(), StatusCode::SEE_OTHER);
        assert_eq!(house.app.sites.all().await.unwrap()["demo"].settings.mail.silent.len(), 0);
        let origins: Vec<String> = (0..101).map(|number| format!("https://{number}.example")).collect();
        let refused = changes(&owner, &[("origins", &origins.join("\n"))], "save").await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(changes(&owner, &[("origins", &origins[1..].join("\n"))], "save").await.status(), StatusCode::SEE_OTHER);
    }
}
