//! The whole way of a comment, as people walk it: in a real browser, with and without JavaScript.

use mail_parser::MessageParser;

use crate::actors::PASSWORD;
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, eventually, on_both};

const WORDS: &str = "Endlich! Nach der Nachtschicht will niemand vierzig Minuten laufen.";

/// Becomes the owner by the printed link; stands before the queue then.
pub async fn becomes_owner(browser: &Browser, house: &House) {
    browser.goes_to(house.setup_url.as_ref().unwrap()).await;
    browser.types("#name", "Ada Admiral").await;
    browser.types("#email", "ada@example.org").await;
    browser.types("#password", PASSWORD).await;
    browser.clicks("button.primary").await;
    browser.sees(".tabs").await;
}

/// The link of the newest mail.
async fn link_in_mail(house: &House) -> String {
    eventually("a mail", async || {
        let mail = house.mails().pop()?;
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let text = parsed.body_text(0).unwrap().into_owned();
        text.lines().find(|line| line.starts_with("http://")).map(str::to_owned)
    })
    .await
}

on_both! {
    async fn a_comment_is_written_approved_and_read(house: House) {
        let (reader, moderator) = (Browser::open(Manner::Desktop).await, Browser::open(Manner::Desktop).await);
        becomes_owner(&moderator, &house).await;

        let article = format!("{}/demo", house.origin());
        reader.goes_to(&article).await;
        assert_eq!(house.origin().replace("localhost", "127.0.0.1"), house.url, "the article is of another origin");
        reader.scrolls_to("leserbrief-thread").await;
        reader.reads(".lb-form .lb-heading", "Schreibe einen Kommentar").await;
        reader.reads(".lb-note:not(:empty)", "Deine E-Mail-Adresse wird nicht veröffentlicht. Erforderliche Felder sind mit * markiert").await;
        reader.shows("article").await;
        reader.shows_part("form", "footer#comments").await;

        // Sent too early: told what is missing, and where.
        reader.types("[name=text]", WORDS).await;
        reader.clicks(".lb-submit").await;
        reader.reads(".lb-summary", "Bitte gib einen Namen an.").await;
        reader.types("[name=name]", "Eva Müller").await;
        reader.types("[name=email]", "eva@example.org").await;
        house.wait(60_000);
        reader.clicks(".lb-submit").await;
        reader.reads(".lb-posted", "Dein Kommentar wartet auf Freischaltung.").await;
        reader.shows("form-pending").await;
        reader.clicks(".lb-posted a").await;
        reader.reads(".notice", "wartet auf Freischaltung").await;
        let receipt = reader.client.current_url().await.unwrap();

        moderator.goes_to(&link_in_mail(&house).await).await;
        moderator.reads(".card .text", WORDS).await;
        moderator.clicks("a[href^='/panel/comments/']").await;
        moderator.reads(".facts", "eva@example.org").await;
        moderator.clicks("button.approve").await;
        moderator.reads(".state", "Freigegeben").await;

        reader.goes_to(receipt.as_str()).await;
        reader.reads(".notice", "Dein Kommentar ist veröffentlicht.").await;
        reader.goes_to(&article).await;
        reader.scrolls_to("leserbrief-thread").await;
        reader.reads(".lb-comment", WORDS).await;
        reader.reads(".lb-author", "Eva Müller").await;
        reader.shows("article-with-a-comment").await;
        assert!(!reader.client.source().await.unwrap().contains("eva@example.org"));

        moderator.clicks(".journal form button").await;
        moderator.reads(".state", "Ausstehend").await;
        reader.goes_to(&article).await;
        reader.scrolls_to("leserbrief-thread").await;
        reader.reads(".lb-heading", "Noch keine Kommentare").await;
        // The browser notes that a form was refused; nothing else is out of order.
        let (told, rest): (Vec<String>, Vec<String>) = reader.complaints().await.into_iter().partition(|line| line.contains("422 (Unprocessable"));
        assert_eq!((told.len(), rest), (1, Vec::new()));
        assert_eq!(moderator.complaints().await, [""; 0]);
    }
}

on_both! {
    async fn the_same_without_javascript(house: House) {
        let (reader, moderator) = (Browser::open(Manner::WithoutScripts).await, Browser::open(Manner::WithoutScripts).await);
        becomes_owner(&moderator, &house).await;

        reader.goes_to(&format!("{}/demo?lang=de", house.origin())).await;
        assert_eq!(reader.count(".lb-form").await, 0, "no script has run");
        reader.types("#text", WORDS).await;
        reader.types("#name", "Eva Müller").await;
        reader.types("#email", "eva@example.org").await;
        reader.clicks("leserbrief-thread form button").await;
        // The article is the same for everybody and has no token: the comment is shown once more.
        reader.reads("#form-message", "Lies deinen Kommentar noch einmal").await;
        assert_eq!(reader.sees("#field-text").await.prop("value").await.unwrap().as_deref(), Some(WORDS));
        reader.shows("form-without-javascript").await;
        house.wait(60_000);
        reader.clicks("#respond button.primary").await;
        reader.reads("#leserbrief-pending", "Dein Kommentar wartet auf Freischaltung").await;
        assert!(reader.sees("#leserbrief-pending").await.is_displayed().await.unwrap());
        assert!(reader.client.current_url().await.unwrap().as_str().starts_with(&format!("{}/demo?lang=de", house.origin())));

        moderator.goes_to(&format!("{}/panel", house.url)).await;
        moderator.reads(".card .text", WORDS).await;
        moderator.clicks("button.approve").await;
        moderator.reads(".toast", "Freigegeben.").await;
        reader.clicks("leserbrief-thread a").await;
        reader.reads(".comments", WORDS).await;
        moderator.clicks(".toast button").await;
        moderator.reads(".toast", "Rückgängig gemacht.").await;
        moderator.reads(".card .text", WORDS).await;
        for browser in [&reader, &moderator] {
            assert_eq!(browser.complaints().await, [""; 0]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_written_without_javascript() {
    let house = House::on(Database::Sqlite).await;
    let moderator = crate::actors::Moderator::first(&house).await;
    let first = crate::embed_in_the_browser::approved(&house, &moderator, WORDS, None).await;
    let reader = Browser::open(Manner::WithoutScripts).await;
    reader.goes_to(&format!("{}/demo?lang=de&include", house.origin())).await;
    reader.clicks(&format!("#comment-{first} .lb-reply")).await;
    reader.reads("#respond h2", "Eva Müller").await;
    for (field, text) in [("text", "Das finde ich auch."), ("name", "Ulf Petersen"), ("email", "ulf@example.org")] {
        reader.types(&format!("#field-{field}"), text).await;
    }
    house.wait(60_000);
    reader.clicks("#respond button.primary").await;
    reader.reads("#leserbrief-pending", "wartet auf Freischaltung").await;
    assert!(reader.client.current_url().await.unwrap().as_str().starts_with(&format!("{}/demo", house.origin())));
    assert_eq!(house.number("select count(*) from comment where parent_id is not null").await, 1);
    assert_eq!(reader.complaints().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_speaks_english_too() {
    let house = House::on(Database::Sqlite).await;
    let reader = Browser::open(Manner::Phone).await;
    reader.goes_to(&format!("{}/demo", house.origin())).await;
    reader.clicks(".language a").await;
    reader.reads("h1", "Route 14 now runs into the night").await;
    reader.scrolls_to("leserbrief-thread").await;
    reader.reads(".lb-form .lb-heading", "Leave a comment").await;
    reader.shows("form-phone").await;
    let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(reader.client.execute(overflow, Vec::new()).await.unwrap(), 0, "nothing is wider than a phone");
    assert_eq!(reader.complaints().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_panel_is_for_the_eye_and_for_the_phone() {
    let house = House::on(Database::Sqlite).await;
    let moderator = Browser::open(Manner::Desktop).await;
    moderator.goes_to(&format!("{}/panel/sign-in", house.url)).await;
    moderator.shows("sign-in").await;
    becomes_owner(&moderator, &house).await;
    for (name, email, text) in [
        ("Eva Müller", "eva@example.org", WORDS),
        (
            "Ulf Petersen",
            "ulf@example.org",
            "Und wo sollen die Leute parken? **Vierzehn** Plätze weniger, das merkt man am Samstag.\n\n> 1800 Fahrgäste am Tag\n\nDas glaube ich erst, wenn ich es sehe.",
        ),
        (
            "Gast",
            "gast@example.org",
            "UNGLAUBLICH, was das kostet! Wer rechnet das nach? Zahlen stehen hier: https://zahlen.example/nahverkehr",
        ),
    ] {
        let writer = crate::actors::Reader::of(&house, "buslinie").named(email);
        let mut comment = writer.comment(text).await;
        comment["name"] = name.into();
        comment["title"] = "Die 14 fährt jetzt bis in die Nacht".into();
        house.wait(90_000);
        assert_eq!(writer.send(&comment).await.status(), 202);
    }
    moderator.goes_to(&format!("{}/panel", house.url)).await;
    assert_eq!(moderator.count(".card").await, 3);
    moderator.shows("panel").await;
    moderator.is_dark().await;
    moderator.shows("panel-dark").await;
    let phone = Browser::open(Manner::Phone).await;
    phone.goes_to(&format!("{}/panel/sign-in", house.url)).await;
    phone.types("#email", "ada@example.org").await;
    phone.types("#password", PASSWORD).await;
    phone.clicks("button.primary").await;
    phone.sees(".card").await;
    phone.shows("panel-phone").await;
    let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(phone.client.execute(overflow, Vec::new()).await.unwrap(), 0, "nothing is wider than a phone");
    let button = phone.sees("button.approve").await.rectangle().await.unwrap();
    assert!(button.3 >= 48.0, "a thumb finds {button:?}");
    assert_eq!(phone.complaints().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_mail_about_a_held_comment_is_read_in_light_in_the_dark_and_on_a_phone() {
    let house = House::on(Database::Sqlite).await;
    crate::actors::Moderator::further(&house, "Ben", "ben@example.org").await;
    let reader = crate::actors::Reader::of(&house, "buslinie");
    let mut comment = reader.comment(&format!("{WORDS}\n\nMehr auf https://busse.example/nachtlinie")).await;
    comment["title"] = "Die 14 fährt bis in die Nacht".into();
    house.wait(60_000);
    assert_eq!(reader.send(&comment).await.status(), reqwest::StatusCode::ACCEPTED);
    let link = link_in_mail(&house).await;
    let mail = house.mails().pop().unwrap();
    let file = tempfile::Builder::new().suffix(".html").tempfile().unwrap();
    std::fs::write(&file, MessageParser::default().parse(mail.as_bytes()).unwrap().body_html(0).unwrap().as_bytes()).unwrap();
    for (manner, name) in [(Manner::Desktop, "mail"), (Manner::Phone, "mail-phone")] {
        let browser = Browser::open(manner).await;
        browser.goes_to(&format!("file://{}", file.path().display())).await;
        browser.reads("body", "Nach der Nachtschicht will niemand").await;
        assert_eq!(browser.sees("a").await.attr("href").await.unwrap().as_deref(), Some(link.as_str()));
        assert_eq!(browser.count("a, img, link, script, iframe").await, 1);
        browser.fits().await;
        let shows = async |name: &str| match manner {
            Manner::Phone => browser.shows(name).await,
            _ => browser.shows_part(name, "div.paper").await,
        };
        shows(name).await;
        browser.is_dark().await;
        shows(&format!("{name}-dark")).await;
        assert_eq!(browser.complaints().await, [""; 0]);
    }
    house.stop().await;
}
