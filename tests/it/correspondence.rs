//! Mails to authors: asked once, told what they want to hear, stopped by one click; and what a confirmed address earns.

use leserbrief::i18n::Locale;
use mail_parser::MessageParser;
use reqwest::StatusCode;

use crate::actors::{Moderator, Reader};
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, TestDatabase, eventually, on_both};
use crate::smtp_sink::{At, Script, SmtpSink};
use crate::submitting::set;

const MINUTE: i64 = 60_000;

/// The mails to somebody, oldest first: subject and text.
fn mails_to(house: &House, address: &str) -> Vec<(String, String)> {
    let read = |mail: &String| {
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let to = parsed.to().unwrap().first().unwrap().address().unwrap().to_owned();
        (to == address).then(|| (parsed.subject().unwrap().to_owned(), parsed.body_text(0).unwrap().into_owned()))
    };
    house.mails().iter().filter_map(read).collect()
}

pub async fn mail_to(house: &House, address: &str, count: usize) -> (String, String) {
    let found = eventually("a mail", async || Some(mails_to(house, address)).filter(|mails| mails.len() >= count)).await;
    assert_eq!(found.len(), count, "{found:#?}");
    found.into_iter().next_back().unwrap()
}

/// Waits until no mail to an author waits.
async fn is_quiet(house: &House) {
    house
        .outbox_is("no mail to wait", |mails| mails.iter().all(|mail| mail.state != "waiting" || !mail.moderator.is_empty()))
        .await;
}

/// The link of a mail that begins like this, below the service.
pub fn link(text: &str, path: &str) -> String {
    text.lines().find(|line| line.contains(path)).unwrap_or_else(|| panic!("no {path} in {text}")).to_owned()
}

/// Presses a button of a page that a mail led to.
pub async fn posts(url: &str, fields: &[(&str, &str)]) -> StatusCode {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    client.post(url).form(fields).send().await.unwrap().status()
}

/// Somebody comments and confirms the address; returns the comment's id.
async fn confirms(house: &House, reader: &Reader, address: &str, scope: &str) -> String {
    let taken = reader.writes_and_waits("Mein erster Beitrag dazu.", None).await;
    let (_, text) = mail_to(house, address, 1).await;
    assert_eq!(posts(&link(&text, "/confirm/"), &[("scope", scope)]).await, StatusCode::SEE_OTHER);
    taken["id"].as_str().unwrap().to_owned()
}

on_both! {
    async fn an_address_is_asked_once_a_day_and_the_mail_holds_nobodys_words(house: House) {
        let reader = Reader::of(&house, "a");
        reader.writes("Ohne Haken kommt keine Mail.").await;
        assert!(house.outbox().await.is_empty());
        reader.writes_and_waits("Kauft bei spam.example!", None).await;
        reader.writes_and_waits("Und noch einmal.", None).await;
        let (subject, text) = mail_to(&house, "eva@example.org", 1).await;
        assert_eq!(subject, "[Nordblatt (Demo)] Bitte bestätige deine E-Mail-Adresse");
        for word in ["spam", "Eva", "Die 14", "einmal."] {
            assert!(!text.contains(word), "{word}: {text}");
        }
        house.wait(23 * 60 * MINUTE);
        reader.writes_and_waits("Am nächsten Morgen.", None).await;
        is_quiet(&house).await;
        assert_eq!(mails_to(&house, "eva@example.org").len(), 1);
        house.wait(2 * 60 * MINUTE);
        reader.writes_and_waits("Einen Tag später.", None).await;
        mail_to(&house, "eva@example.org", 2).await;
    }
}

on_both! {
    async fn one_network_cannot_have_us_fire_at_strangers(house: House) {
        for limit in ["network_per_minute", "network_per_hour", "page_per_minute"] {
            set(&house, &format!("limits.{limit}"), "0").await;
        }
        for number in 0..14 {
            let victim = Reader::of(&house, "a").named(&format!("opfer{number}@example.org"));
            victim.writes_and_waits(&format!("Meinung {number}"), None).await;
        }
        is_quiet(&house).await;
        assert_eq!(house.number("select count(*) from outbox").await, 10);
    }
}

/// A comment with the marks of a robot, by somebody who wants to hear of answers.
async fn looks_like_spam(reader: &Reader, text: &str) -> String {
    let mut comment = reader.comment(text).await;
    comment["notify"] = true.into();
    comment["homepage"] = "https://spam.example".into();
    let answer = reader.send(&comment).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    answer.json::<serde_json::Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
}

on_both! {
    async fn whoever_was_taken_for_spam_is_asked_when_somebody_approves_and_not_if_that_is_taken_back(house: House) {
        let ada = Moderator::first(&house).await;
        let eva = Reader::of(&house, "a");
        let first = looks_like_spam(&eva, "Nur mein Browser füllt jedes Feld aus.").await;
        assert_eq!(house.number("select count(*) from comment where view = 'likely-spam'").await, 1);
        assert!(house.outbox().await.is_empty(), "nobody is asked for a robot");
        let decision = ada.decides(&first, "approved").await;
        house.wait(44_000);
        assert!(!house.has_mail_due().await);
        ada.undoes(&decision).await;
        house.wait(MINUTE);
        is_quiet(&house).await;
        assert!(mails_to(&house, "eva@example.org").is_empty(), "taken back in time");
        // Decided otherwise in time, it is as good.
        ada.decides(&first, "approved").await;
        ada.decides(&first, "rejected").await;
        house.wait(MINUTE);
        is_quiet(&house).await;
        assert!(mails_to(&house, "eva@example.org").is_empty());
        house.wait(24 * 60 * MINUTE);
        ada.decides(&first, "approved").await;
        assert!(!house.has_mail_due().await);
        house.wait(45_000);
        let (_, text) = mail_to(&house, "eva@example.org", 1).await;
        assert_eq!(house.number("select count(*) from author_address where length(domain_index) = 32").await, 1);
        // Once a day, whoever asks.
        let second = looks_like_spam(&eva, "Noch einmal fülle ich alles aus.").await;
        ada.decides(&second, "approved").await;
        house.wait(MINUTE);
        is_quiet(&house).await;
        assert_eq!(mails_to(&house, "eva@example.org").len(), 1);
        assert_eq!(posts(&link(&text, "/confirm/"), &[("scope", "answers")]).await, StatusCode::SEE_OTHER);
        let answer = Reader::of(&house, "a").named("ben@example.org").writes_and_waits("Das kenne ich.", Some(&first)).await;
        ada.decides(answer["id"].as_str().unwrap(), "approved").await;
        house.wait(MINUTE);
        assert!(mail_to(&house, "eva@example.org", 2).await.1.contains("> Das kenne ich."));
    }
}

on_both! {
    async fn one_network_cannot_have_us_fire_at_strangers_by_way_of_the_moderators_either(house: House) {
        crate::working::without_limits(&house).await;
        let ada = Moderator::first(&house).await;
        let mut taken = Vec::new();
        for number in 0..12 {
            let victim = Reader::of(&house, "a").named(&format!("opfer{number}@example.org"));
            taken.push(looks_like_spam(&victim, &format!("Meinung Nummer {number}, wie sie jemand haben könnte")).await);
        }
        house.wait(24 * 60 * MINUTE);
        let asked = async || house.number("select count(*) from outbox where kind = 'confirmation'").await;
        for id in &taken[..11] {
            ada.decides(id, "approved").await;
        }
        assert_eq!(asked().await, 10);
        // Of a network that is forgotten nobody knows.
        house.runs("update comment set network_index = null").await;
        ada.decides(&taken[11], "approved").await;
        assert_eq!(asked().await, 11);
    }
}

on_both! {
    async fn a_link_opened_twice_does_nothing_and_a_persons_button_confirms(house: House) {
        let reader = Reader::of(&house, "a");
        reader.writes_and_waits("Bitte Bescheid geben.", None).await;
        let (_, text) = mail_to(&house, "eva@example.org", 1).await;
        let confirm = link(&text, "/confirm/");
        for url in [&confirm, &link(&text, "/unsubscribe/")] {
            for _ in 0..2 {
                let page = reader.get(url).await;
                assert_eq!(page.status(), StatusCode::OK);
                assert_eq!(page.headers()["referrer-policy"], "no-referrer");
                assert_eq!(page.headers()["x-robots-tag"], "noindex");
                assert!(!page.text().await.unwrap().contains("<script"));
            }
        }
        let settled = "select count(*) from author_address where confirmed_at is not null or stopped_at is not null";
        assert_eq!(house.number(settled).await, 0);
        assert_eq!(posts(&confirm, &[("scope", "answers")]).await, StatusCode::SEE_OTHER);
        assert_eq!(house.number(settled).await, 1);
        assert!(reader.get(&confirm).await.text().await.unwrap().contains("Deine Adresse ist bestätigt."));
        house.wait(8 * 24 * 60 * MINUTE);
        assert_eq!(posts(&confirm, &[("scope", "answers")]).await, StatusCode::NOT_FOUND, "after a week");
        assert_eq!(reader.get(&format!("{}/unsubscribe/AAAA", house.url)).await.status(), StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn an_answer_is_told_after_the_time_for_undo_and_ones_own_never(house: House) {
        let ada = Moderator::first(&house).await;
        let (eva, ben) = (Reader::of(&house, "a"), Reader::of(&house, "a").named("ben@example.org"));
        let first = confirms(&house, &eva, "eva@example.org", "answers").await;
        ada.decides(&first, "approved").await;
        let own = eva.writes_and_waits("Nachtrag von mir selbst.", Some(&first)).await;
        ada.decides(own["id"].as_str().unwrap(), "approved").await;
        let answer = ben.writes_and_waits("Sehe ich auch so: https://ben.example/x", Some(&first)).await;
        let answer = answer["id"].as_str().unwrap();
        // Taken back in time: no mail.
        let decision = ada.decides(answer, "approved").await;
        house.wait(44_000);
        ada.undoes(&decision).await;
        house.wait(MINUTE);
        is_quiet(&house).await;
        assert_eq!(mails_to(&house, "eva@example.org").len(), 1);
        // An article without an address is read with us.
        house.runs("update page set url = null").await;
        ada.decides(answer, "approved").await;
        house.wait(44_000);
        assert!(!house.has_mail_due().await);
        house.wait(1000);
        let (subject, text) = mail_to(&house, "eva@example.org", 2).await;
        assert_eq!(subject, "[Nordblatt (Demo)] Die 14");
        assert!(text.contains("> Sehe ich auch so: hxxps://ben[.]example/x") && !text.contains("Nachtrag"), "{text}");
        assert!(text.contains(&format!("#comment-{answer}")), "{text}");
        let link = text.lines().find(|line| line.starts_with("http") && line.contains("#comment-")).unwrap();
        assert!(eva.get(link).await.text().await.unwrap().contains(&format!("id=\"comment-{answer}\"")), "{link}");
    }
}

on_both! {
    async fn whoever_has_not_confirmed_hears_nothing_and_nobody_of_what_is_public_no_longer(house: House) {
        set(&house, "mail.decisions", "true").await;
        let ada = Moderator::first(&house).await;
        let (eva, ben) = (Reader::of(&house, "a"), Reader::of(&house, "a").named("ben@example.org"));
        let first = eva.writes_and_waits("Ich habe noch nicht bestätigt.", None).await["id"].as_str().unwrap().to_owned();
        let (_, asked) = mail_to(&house, "eva@example.org", 1).await;
        ada.decides(&first, "approved").await;
        let answers = async |text: &str| {
            let taken = ben.writes_and_waits(text, Some(&first)).await;
            ada.decides(taken["id"].as_str().unwrap(), "approved").await;
            taken["id"].as_str().unwrap().to_owned()
        };
        answers("Davon erfährt sie nichts.").await;
        house.wait(15 * MINUTE);
        is_quiet(&house).await;
        assert_eq!(mails_to(&house, "eva@example.org").len(), 1, "the question, and nothing else");
        assert_eq!(posts(&link(&asked, "/confirm/"), &[("scope", "answers")]).await, StatusCode::SEE_OTHER);
        let gone = answers("Das war voreilig.").await;
        let stays = answers("Das bleibt stehen.").await;
        ada.decides(&gone, "spam").await;
        house.wait(15 * MINUTE);
        let (_, text) = mail_to(&house, "eva@example.org", 2).await;
        assert!(text.contains("Das bleibt stehen.") && !text.contains("voreilig") && text.contains(&stays), "{text}");
        let gone = answers("Auch das war voreilig.").await;
        ada.decides(&gone, "rejected").await;
        house.wait(15 * MINUTE);
        is_quiet(&house).await;
        assert_eq!(mails_to(&house, "eva@example.org").len(), 2);
    }
}

on_both! {
    async fn whoever_follows_the_thread_hears_of_everybody_and_stops_one_thread_or_everything(house: House) {
        let ada = Moderator::first(&house).await;
        let (eva, ben) = (Reader::of(&house, "a"), Reader::of(&house, "a").named("ben@example.org"));
        confirms(&house, &eva, "eva@example.org", "thread").await;
        let approves = async |text: &str| {
            let taken = ben.writes(text).await;
            ada.decides(taken["id"].as_str().unwrap(), "approved").await;
            house.wait(15 * MINUTE);
            is_quiet(&house).await;
        };
        approves("Etwas ganz anderes.").await;
        let (_, text) = mail_to(&house, "eva@example.org", 2).await;
        let stop = link(&text, "/unsubscribe/");
        assert_eq!(posts(&stop, &[]).await, StatusCode::BAD_REQUEST);
        assert_eq!(posts(&stop, &[("stop", "thread")]).await, StatusCode::SEE_OTHER);
        approves("Davon hört sie nichts.").await;
        assert_eq!(mails_to(&house, "eva@example.org").len(), 2);
        assert_eq!(posts(&stop, &[("stop", "nothing")]).await, StatusCode::SEE_OTHER);
        // A mail program's one click: without cookies, in either kind of form.
        let form = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        let program = reqwest::Client::new().post(&stop).header("content-type", "multipart/form-data; boundary=x").body(form);
        assert!(program.send().await.unwrap().status().is_success());
        assert_eq!(house.number("select count(*) from author_address where stopped_at is not null").await, 1);
        assert_eq!(posts(&stop, &[("stop", "nothing")]).await, StatusCode::SEE_OTHER);
        assert_eq!(posts(&stop, &[("List-Unsubscribe", "One-Click")]).await, StatusCode::SEE_OTHER);
        assert_eq!(house.number("select count(*) from author_address where stopped_at is not null").await, 1);
        house.wait(25 * 60 * MINUTE);
        eva.writes_and_waits("Wer gestoppt hat, wird auch nicht mehr gefragt.", None).await;
        is_quiet(&house).await;
        assert_eq!(mails_to(&house, "eva@example.org").len(), 2);
    }
}

on_both! {
    async fn a_decision_is_told_with_its_reason_where_the_site_says_so(house: House) {
        let ada = Moderator::first(&house).await;
        let eva = Reader::of(&house, "a");
        let first = confirms(&house, &eva, "eva@example.org", "answers").await;
        let decision = ada.decides(&first, "rejected").await;
        house.wait(MINUTE);
        is_quiet(&house).await;
        assert_eq!(mails_to(&house, "eva@example.org").len(), 1, "not unless the site says so");
        ada.undoes(&decision).await;
        set(&house, "mail.decisions", "true").await;
        ada.decides(&first, "rejected").await;
        house.wait(45_000);
        let (_, text) = mail_to(&house, "eva@example.org", 2).await;
        assert!(text.contains("wurde nicht veröffentlicht") && text.contains("aus gutem Grund"), "{text}");
        assert!(eva.get(&link(&text, "/receipt/")).await.status().is_success());
        ada.decides(&first, "approved").await;
        house.wait(45_000);
        assert!(mail_to(&house, "eva@example.org", 3).await.1.contains("ist veröffentlicht."));
        ada.decides(&first, "spam").await;
        house.wait(MINUTE);
        is_quiet(&house).await;
        assert_eq!(mails_to(&house, "eva@example.org").len(), 3, "nothing about spam");
    }
}

on_both! {
    async fn a_confirmed_address_earns_trust_by_approved_comments(house: House) {
        let ada = Moderator::first(&house).await;
        set(&house, "trust.hold", "untrusted").await;
        set(&house, "trust.after_approved", "2").await;
        let (eva, ben) = (Reader::of(&house, "a"), Reader::of(&house, "a").named("ben@example.org"));
        let first = confirms(&house, &eva, "eva@example.org", "answers").await;
        ada.decides(&first, "approved").await;
        let mut last = String::new();
        for (reader, text) in [(&ben, "Eins."), (&ben, "Zwei."), (&eva, "Zum zweiten Mal.")] {
            let taken = reader.writes(&format!("{text} Die Linie fährt jetzt auch abends.")).await;
            assert_eq!(taken["status"], "pending");
            last = taken["id"].as_str().unwrap().to_owned();
            ada.decides(&last, "approved").await;
        }
        let shown = eva.reads().await.len();
        house.wait(3_700_000);
        let taken = eva.writes("Ein dritter, ganz ruhiger Gedanke zur Buslinie am Abend.").await;
        assert_eq!(taken["status"], "approved", "{taken}");
        assert_eq!(eva.reads().await.len(), shown + 1, "it is public at once");
        assert_eq!(ben.writes("Meine Adresse hat niemand bestätigt, also warte ich.").await["status"], "pending");
        assert_eq!(house.number("select count(*) from decision where means = 'rule' and moderator_id is null").await, 1);
        assert!(ada.page(&format!("/panel/comments/{}", taken["id"].as_str().unwrap())).await.contains("Regel"));
        ada.decides(&last, "rejected").await;
        ada.decides(taken["id"].as_str().unwrap(), "pending").await;
        assert_eq!(eva.writes("Nach einer Ablehnung wartet wieder alles auf einen Menschen.").await["status"], "pending");
    }
}

on_both! {
    async fn an_address_refused_for_good_gets_no_new_mail_until_somebody_tries_again(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().answer(At::Rcpt, &[550]));
        let house = House::with(database, &[], &["--smtp", &sink.plain_url()]).await;
        let eva = Reader::of(&house, "a");
        eva.writes_and_waits("Wohin geht diese Mail?", None).await;
        let failed = house.outbox_is("the mail to be given up", |mails| mails.len() == 1 && mails[0].state == "failed").await;
        assert!(failed[0].last_error.as_deref().unwrap().starts_with("550 "), "{failed:?}");
        assert_eq!(house.number("select count(*) from suppression where suppressed_at is not null").await, 1);
        let ada = Moderator::first(&house).await;
        house.wait(25 * 60 * MINUTE);
        eva.writes_and_waits("Einen Tag später wird nicht mehr gefragt.", None).await;
        assert_eq!(sink.wait_for(1).await[0].to, ["ada@example.org"]);
        assert_eq!(house.number("select count(*) from outbox where kind = 'confirmation'").await, 1);
        let page = ada.page("/panel/outbox?state=failed").await;
        assert!(page.contains("an jemanden, der kommentiert hat") && page.contains("Der Server lehnt sie ab"), "{page}");
        assert!(!page.contains("eva@example.org") && !page.contains("Mails kommen zurzeit nicht an."), "{page}");
        let retry = page.split("action=\"").find(|rest| rest.contains("/retry\"")).unwrap().split('"').next().unwrap();
        assert_eq!(ada.sends(retry, &[]).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(sink.wait_for(2).await[1].to, ["eva@example.org"]);
        house.outbox_is("it to be noted", |mails| mails.iter().all(|mail| mail.state == "sent")).await;
        assert_eq!(house.number("select count(*) from suppression").await, 0);
        house.stop().await;
    }
}

on_both! {
    async fn an_address_refused_for_now_five_times_gets_no_new_mail_and_one_that_arrives_lifts_it(database: TestDatabase) {
        let sink = SmtpSink::start(Script::plain().answer(At::Rcpt, &[451, 452, 451, 452, 451]));
        let house = House::with(database, &[], &["--smtp", &sink.plain_url()]).await;
        Reader::of(&house, "a").writes_and_waits("Fünfmal nein, dann ja.", None).await;
        for tries in 1..=5 {
            house.waits_after(tries).await;
            let suppressed = house.number("select count(*) from suppression where suppressed_at is not null").await;
            assert_eq!(suppressed, i64::from(tries == 5), "after {tries} tries");
            house.wait(MINUTE << (tries - 1));
        }
        assert_eq!(sink.wait_for(1).await[0].to, ["eva@example.org"]);
        house.outbox_is("it to be noted", |mails| mails[0].state == "sent").await;
        assert_eq!(house.number("select count(*) from suppression").await, 0);
        house.stop().await;
    }
}

/// What scanners do that open a mail's links in a whole browser: twice, with scripts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanner_with_a_whole_browser_does_nothing_and_a_person_on_a_phone_confirms_and_stops() {
    let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
    Reader::of(&house, "a").writes_and_waits("Bitte Bescheid geben.", None).await;
    let (_, text) = mail_to(&house, "eva@example.org", 1).await;
    let (confirm, stop) = (link(&text, "/confirm/"), link(&text, "/unsubscribe/"));
    let scanner = Browser::open(Manner::Desktop).await;
    for url in [&confirm, &confirm, &stop, &stop] {
        scanner.goes_to(url).await;
        scanner.sees("form button").await;
    }
    // And sends the form, as it is or filled in with whatever fits.
    for (script, end) in crate::review::SCANNER {
        for _ in 0..2 {
            scanner.goes_to(&confirm).await;
            scanner.sees("form").await;
            scanner.client.execute(script, Vec::new()).await.unwrap();
            scanner.sees(end).await;
        }
    }
    scanner.goes_to(&stop).await;
    scanner.client.execute("for (const form of document.forms) form.submit()", Vec::new()).await.unwrap();
    let settled = "select count(*) from author_address where confirmed_at is not null or stopped_at is not null";
    assert_eq!(house.number(settled).await + house.number("select count(*) from thread_wish").await, 0);

    let phone = Browser::open(Manner::Phone).await;
    phone.goes_to(&confirm).await;
    phone.sees("button.primary").await;
    phone.shows("confirm").await;
    phone.clicks("[value=answers]").await;
    phone.clicks("button.primary").await;
    phone.reads(".notice", "Deine Adresse ist bestätigt.").await;
    phone.shows("confirmed").await;
    phone.goes_to(&stop).await;
    phone.sees("button").await;
    phone.shows("unsubscribe").await;
    phone.clicks("button[value=everything]").await;
    phone.reads(".notice", "keine Mails mehr von").await;
    assert_eq!(house.number("select count(*) from author_address where stopped_at is not null").await, 1);
    house.stop().await;
}

/// The pages behind the links of mails, for whoever sees little, sees them dark, or has a keyboard and nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_behind_the_links_have_no_barriers_in_german_and_in_english() {
    let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
    let site_id = house.app.sites.all().await.unwrap()["demo"].id;
    for (locale, done) in [(Locale::De, "Deine Adresse ist bestätigt."), (Locale::En, "Your address is confirmed.")] {
        let language = locale.as_str();
        let moderator = format!("{language}@nordblatt.example");
        crate::outbox::add_moderator(&house, &moderator, locale, site_id).await;
        let address = format!("leser-{language}@example.org");
        let reader = Reader::of(&house, language).named(&address);
        let mut comment = reader.comment("Endlich fährt die 14 auch nachts, bis zum letzten Halt.").await;
        comment["notify"] = true.into();
        house.wait(20_000);
        let sent = reader.client.post(format!("{}/api/v1/comments", house.url)).header("accept-language", language);
        assert_eq!(sent.json(&comment).send().await.unwrap().status(), StatusCode::ACCEPTED);
        let (_, text) = mail_to(&house, &address, 1).await;
        let (confirm, stop) = (link(&text, "/confirm/"), link(&text, "/unsubscribe/"));
        let review = crate::review::link_to(&house, &moderator).await;
        let browser = Browser::open(Manner::Desktop).await;
        let looks = async |page: &str| {
            let page = format!("{page}-{language}");
            assert_eq!(browser.runs("return document.documentElement.lang").await, language);
            browser.shows(&page).await;
            crate::barriers::is_for_everybody(&browser, &page).await;
            browser.shows(&format!("{page}-dark")).await;
            crate::barriers::is_walked_by_keyboard(&browser, &page).await;
            browser.tells("Emulation.setEmulatedMedia", serde_json::json!({"features": []})).await;
        };
        for (page, url) in [("review", &review), ("confirm", &confirm), ("unsubscribe", &stop)] {
            browser.goes_to(url).await;
            looks(page).await;
        }
        browser.goes_to(&confirm).await;
        browser.runs("for (const form of document.forms) form.submit()").await;
        browser.sees("[role=alert]").await;
        looks("confirm-refused").await;
        browser.goes_to(&confirm).await;
        browser.clicks("[value=thread]").await;
        browser.clicks("button.primary").await;
        browser.reads(".notice", done).await;
        looks("confirmed").await;
        for (button, page) in [("thread", "thread-unsubscribed"), ("everything", "unsubscribed")] {
            browser.goes_to(&stop).await;
            browser.clicks(&format!("button[value={button}]")).await;
            browser.sees(".notice").await;
            looks(page).await;
        }
    }
    house.stop().await;
}
