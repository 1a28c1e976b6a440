//! The link in a mail about a held comment: a person decides by it, once; whoever only opens it decides nothing.

use mail_parser::MessageParser;
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;

use crate::actors::{Moderator, PASSWORD, Reader};
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, TestDatabase, eventually, on_both};

const WORDS: &str = "Endlich fährt sie auch nachts, sagt der **Bürgermeister**.";
const DAY: i64 = 24 * 60 * 60 * 1000;

/// The one link of the newest mail to somebody.
pub async fn link_to(house: &House, address: &str) -> String {
    eventually(&format!("a mail to {address}"), async || {
        let to = format!("To: {address}");
        let mail = house.mails().into_iter().rfind(|mail| mail.lines().any(|line| line == to))?;
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let text = parsed.body_text(0).unwrap().into_owned();
        text.lines().find(|line| line.starts_with("http://")).map(str::to_owned)
    })
    .await
}

/// A browser that nobody has signed in with, and the link.
pub struct Holder {
    client: reqwest::Client,
    link: String,
}

impl Holder {
    pub fn of(link: String) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { client, link }
    }

    async fn looks(&self) -> Response {
        self.client.get(&self.link).send().await.unwrap()
    }

    pub async fn sees(&self) -> String {
        let answer = self.looks().await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.text().await.unwrap()
    }

    async fn sends(&self, fields: &[(&str, &str)]) -> Response {
        // As a browser sends the form of a page without referrer.
        let request = self.client.post(&self.link).header("origin", "null").header("sec-fetch-site", "same-origin");
        request.form(fields).send().await.unwrap()
    }

    pub async fn chooses(&self, to: &str) -> StatusCode {
        self.sends(&[("to", to), ("code", "other"), ("reason", ""), ("homepage", "")]).await.status()
    }
}

/// A comment that waits, and the one who got the mail about it.
async fn held(house: &House) -> (Value, Holder) {
    Moderator::further(house, "Ben", "ben@example.org").await;
    let taken = Reader::of(house, "a").writes(WORDS).await;
    let link = link_to(house, "ben@example.org").await;
    assert!(link.starts_with(&format!("{}/review/", house.url)), "{link}");
    (taken, Holder::of(link))
}

async fn decisions(house: &House) -> i64 {
    house.number("select count(*) from decision").await
}

on_both! {
    async fn a_person_decides_by_the_link_without_signing_in(house: House) {
        let (_, holder) = held(&house).await;
        let page = holder.looks().await;
        let header = |name: &str| page.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("referrer-policy").as_deref(), Some("no-referrer"));
        assert_eq!(header("x-robots-tag").as_deref(), Some("noindex"));
        assert_eq!(header("cache-control").as_deref(), Some("no-store"));
        assert_eq!(header("set-cookie"), None);
        let page = page.text().await.unwrap();
        for shown in ["Eva Müller", "<strong>Bürgermeister</strong>", "Die 14", "value=\"approved\"", "value=\"rejected\"", "value=\"spam\""] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert!(!page.contains("eva@example.org") && !page.contains("<script") && !page.contains("checked"), "{page}");

        let answer = holder.sends(&[("to", "approved"), ("code", "other"), ("reason", ""), ("homepage", "")]).await;
        assert_eq!((answer.status(), answer.headers().get("set-cookie")), (StatusCode::SEE_OTHER, None));
        assert_eq!(Reader::of(&house, "a").reads().await.len(), 1);
        let page = holder.sees().await;
        assert!(page.contains("Freigegeben") && page.contains("von Ben am 24.11.2026, 12:00 UTC") && !page.contains("<form"), "{page}");
        assert_eq!(house.number("select count(*) from decision where means = 'mail'").await, 1);
        // Pressed twice, it is one decision; another one is too late.
        assert_eq!(holder.chooses("approved").await, StatusCode::SEE_OTHER);
        assert_eq!(holder.chooses("spam").await, StatusCode::CONFLICT);
        assert_eq!(decisions(&house).await, 1);
        let ada = Moderator::first(&house).await;
        let journal = ada.page("/panel/sites/demo/journal?means=mail").await;
        assert!(journal.contains("<td>Mail</td>"), "{journal}");
        // The panel's pages are closed to whoever has only the link.
        let inside = holder.client.get(format!("{}/panel", house.url)).send().await.unwrap();
        assert_eq!(inside.status(), StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn an_answer_is_shown_with_what_it_answers(house: House) {
        Moderator::further(&house, "Ben", "ben@example.org").await;
        let reader = Reader::of(&house, "a");
        let above = reader.writes("Womit hat das angefangen?").await;
        let ada = Moderator::first(&house).await;
        ada.decides(above["id"].as_str().unwrap(), "approved").await;
        house.nothing_in_hand().await;
        house.wait(600_000);
        reader.writes_and_waits("Damit, dass jemand gefragt hat.", above["id"].as_str()).await;
        let link = eventually("the mail about the answer", async || {
            let mail = house.mails().into_iter().rfind(|mail| mail.contains("To: ben@") && mail.contains("jemand gefragt hat"))?;
            let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
            let text = parsed.body_text(0).unwrap().into_owned();
            text.lines().find(|line| line.starts_with("http://")).map(str::to_owned)
        });
        let page = Holder::of(link.await).sees().await;
        assert!(page.contains("Womit hat das angefangen?") && page.contains("Damit, dass jemand gefragt"), "{page}");
    }
}

on_both! {
    async fn a_rejection_by_mail_has_its_ground_and_reason(house: House) {
        let (taken, holder) = held(&house).await;
        let fields = [("to", "rejected"), ("code", "off-topic"), ("reason", "Bitte zum Bus."), ("homepage", "")];
        assert_eq!(holder.sends(&fields).await.status(), StatusCode::SEE_OTHER);
        let receipt = Reader::of(&house, "a").get(taken["receipt"].as_str().unwrap()).await;
        let receipt = receipt.text().await.unwrap();
        assert!(receipt.contains("hat nichts mit dem Artikel zu tun") && receipt.contains("Bitte zum Bus."), "{receipt}");
    }
}

on_both! {
    async fn what_only_looks_or_chooses_nothing_decides_nothing(house: House) {
        let (_, holder) = held(&house).await;
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::GET, Method::HEAD, Method::OPTIONS] {
            let answer = holder.client.request(method.clone(), &holder.link).send().await.unwrap();
            assert!(answer.status() == StatusCode::OK || method == Method::OPTIONS, "{method}: {}", answer.status());
        }
        for query in ["?to=approved", "?to=spam&_method=post"] {
            let answer = holder.client.get(format!("{}{query}", holder.link)).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
        }
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(holder.client.request(method, &holder.link).send().await.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);
        }
        // A form sent as it came, one with a state that is no choice, and one filled in by a machine.
        for fields in [
            vec![],
            vec![("to", ""), ("code", "other")],
            vec![("to", "pending")],
            vec![("to", "erased")],
            vec![("to", "spam"), ("code", "other"), ("reason", "test"), ("homepage", "test")],
        ] {
            let answer = holder.sends(&fields).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
            assert!(answer.text().await.unwrap().contains("Bitte wähle zuerst"), "{fields:?}");
        }
        let from_elsewhere = holder.client.post(&holder.link).header("origin", "https://evil.example").form(&[("to", "spam")]);
        assert_eq!(from_elsewhere.send().await.unwrap().status(), StatusCode::FORBIDDEN);
        assert_eq!(decisions(&house).await, 0);
        let forged = Holder::of(format!("{}x", holder.link));
        assert_eq!((forged.looks().await.status(), forged.chooses("spam").await), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(holder.chooses("spam").await, StatusCode::SEE_OTHER, "and a person still decides");
    }
}

on_both! {
    async fn a_link_that_was_overtaken_shows_who_decided(house: House) {
        let ada = Moderator::first(&house).await;
        let (taken, holder) = held(&house).await;
        let decision = ada.decides(taken["id"].as_str().unwrap(), "rejected").await;
        let page = holder.sees().await;
        assert!(page.contains("Abgelehnt") && page.contains("von Ada Admiral am") && !page.contains("<form"), "{page}");
        assert_eq!(holder.chooses("approved").await, StatusCode::CONFLICT);
        // Taken back, the comment waits again, and still the link is one of yesterday.
        assert_eq!(ada.undoes(&decision).await.status(), StatusCode::SEE_OTHER);
        assert!(holder.sees().await.contains("hat sich geändert"));
        assert_eq!(holder.chooses("rejected").await, StatusCode::CONFLICT);
        assert_eq!(decisions(&house).await, 2);
    }
}

on_both! {
    async fn a_text_that_was_changed_is_not_decided_by_a_mail_that_shows_another(house: House) {
        let (taken, holder) = held(&house).await;
        let receipt = format!("{}/text", taken["receipt"].as_str().unwrap());
        let mended = holder.client.post(&receipt).form(&[("text", "Kauft Uhren auf https://uhren.example")]).send().await.unwrap();
        assert_eq!(mended.status(), StatusCode::SEE_OTHER);
        let page = holder.sees().await;
        assert!(page.contains("hat sich geändert") && page.contains("Ausstehend") && !page.contains("<form"), "{page}");
        assert_eq!(holder.chooses("approved").await, StatusCode::CONFLICT);
        assert!(Reader::of(&house, "a").reads().await.is_empty());
    }
}

on_both! {
    async fn a_link_holds_for_seven_days(house: House) {
        let ada = Moderator::first(&house).await;
        let (taken, holder) = held(&house).await;
        house.wait(7 * DAY - 1);
        assert!(holder.sees().await.contains("<form"));
        house.wait(1);
        let page = holder.sees().await;
        assert!(page.contains("sieben Tage gegolten") && page.contains("Ausstehend"), "{page}");
        assert!(!page.contains("Bürgermeister") && !page.contains("Eva"), "an old link shows the state alone: {page}");
        assert_eq!(holder.chooses("approved").await, StatusCode::CONFLICT);
        assert_eq!(ada.signs_in("ada@example.org", PASSWORD).await.status(), StatusCode::SEE_OTHER);
        ada.decides(taken["id"].as_str().unwrap(), "approved").await;
        assert!(holder.sees().await.contains("von Ada Admiral am 01.12.2026"), "and who decided");
        assert_eq!(decisions(&house).await, 1);
    }
}

on_both! {
    async fn whoever_lost_the_role_decides_nothing_any_more(house: House) {
        let (_, holder) = held(&house).await;
        house.app.accounts.remove("ben@example.org").await.unwrap();
        let page = holder.sees().await;
        assert!(page.contains("Du moderierst hier nicht mehr") && page.contains("Ausstehend"), "{page}");
        assert!(!page.contains("Bürgermeister") && !page.contains("<form"), "{page}");
        assert_eq!(holder.chooses("approved").await, StatusCode::CONFLICT);
        assert_eq!(decisions(&house).await, 0);
    }
}

/// What a scanner may do to a page in a browser of its own: send each form as it is, by both ways that scripts have; then
/// fill in whatever can be filled in, tick whatever can be ticked, and press everything. With each, what it ends at: the
/// same page, where the browser itself refuses, or the page's refusal.
pub const SCANNER: &[(&str, &str)] = &[
    ("for (const form of document.forms) form.submit()", "[role=alert]"),
    ("for (const form of document.forms) form.requestSubmit()", "form"),
    ("for (const button of document.querySelectorAll('button, summary, [type=submit]')) button.click()", "form"),
    ("for (const form of document.forms) { form.noValidate = true; form.querySelector('button').click() }", "[role=alert]"),
    (
        "for (const field of document.querySelectorAll('input, select, textarea')) { \
           if (['radio', 'checkbox'].includes(field.type)) field.click(); else if (field.type !== 'hidden') field.value ||= 'test' } \
         for (const button of document.querySelectorAll('button')) button.click()",
        "[role=alert]",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanner_in_a_browser_that_opens_every_link_twice_decides_nothing() {
    let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
    let (_, holder) = held(&house).await;
    let scanner = Browser::open(Manner::Desktop).await;
    for (script, end) in SCANNER {
        for _ in 0..2 {
            scanner.goes_to(&holder.link).await;
            scanner.sees("form").await;
            scanner.client.execute(script, Vec::new()).await.unwrap();
            scanner.sees(end).await;
            let links = "return [...document.querySelectorAll('a[href^=\"/\"]')].map(a => a.href)";
            for link in scanner.client.execute(links, Vec::new()).await.unwrap().as_array().unwrap() {
                scanner.goes_to(link.as_str().unwrap()).await;
            }
        }
    }
    assert_eq!(decisions(&house).await, 0);
    assert_eq!(scanner.client.get_all_cookies().await.unwrap().len(), 0, "looking makes no session");

    // A person, on a phone and without scripts.
    for manner in [Manner::Phone, Manner::WithoutScripts] {
        let person = Browser::open(manner).await;
        person.goes_to(&holder.link).await;
        person.reads(".card .text", "Endlich fährt sie auch nachts").await;
        if manner == Manner::Phone {
            crate::barriers::is_for_everybody(&person, "review").await;
            person.goes_to(&holder.link).await;
            crate::barriers::is_walked_by_keyboard(&person, "review").await;
            person.goes_to(&holder.link).await;
            person.fits().await;
            person.shows("review-phone").await;
            continue;
        }
        person.clicks("[value=approved]").await;
        person.clicks("button.primary").await;
        person.reads(".notice", "von Ben am").await;
        crate::barriers::is_for_everybody(&scanner, "review, decided").await;
    }
    assert_eq!(decisions(&house).await, 1);
    house.stop().await;
}
