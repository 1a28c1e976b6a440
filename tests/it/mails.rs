//! Every mail whole, in every language, as it leaves the house. After a wanted change: `INSTA_UPDATE=always tests/run mails`.

use leserbrief::i18n::Locale;
use leserbrief::moderator::Role;
use leserbrief::store::account_links::{self, Link};
use leserbrief::store::{mails, moderators};
use mail_parser::MessageParser;

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, TestDatabase, eventually};
use crate::outbox::add_moderator;
use crate::process::told;

/// A mail to be read by people: the head as it is, then both bodies decoded. What differs from run to run is masked.
fn shown(mail: &str, url: &str) -> String {
    let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
    let (head, _) = mail.split_once("\r\n\r\n").unwrap();
    let shown = format!("{head}\n\n[text]\n{}\n[html]\n{}", parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap());
    masked(&without_tokens(&shown.replace('\r', "").replace(url, "http://127.0.0.1:PORT")))
}

/// What stands before a token.
const TOKENS: [&str; 7] =
    ["/review/", "/confirm/", "/unsubscribe/", "/receipt/", "/panel/invitation/", "/panel/password/", "#comment-"];

/// What is signed differs from run to run.
fn without_tokens(mail: &str) -> String {
    let mut masked = String::new();
    let mut rest = mail.to_owned();
    for path in TOKENS {
        masked.clear();
        let mut pieces = rest.split(path);
        masked += pieces.next().unwrap_or_default();
        for piece in pieces {
            let end = piece.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(piece.len());
            masked = masked + path + "TOKEN" + &piece[end..];
        }
        rest.clone_from(&masked);
    }
    rest
}

/// Ids and what is made of them become words.
fn masked(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    let mut masked = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        let is_id = word.len() == 36 && word.matches('-').count() == 4;
        let is_boundary = word.len() == 24 && before.ends_with("=_");
        masked += before;
        masked += if is_id {
            "ID"
        } else if is_boundary {
            "BOUNDARY"
        } else {
            word
        };
        rest = after;
    }
    masked + rest
}

const LOCALES: [Locale; 3] = [Locale::De, Locale::DeFormal, Locale::En];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn held_comments_in_every_language() {
    let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
    let site_id = house.app.sites.all().await.unwrap()["demo"].id;
    for locale in LOCALES {
        add_moderator(&house, &format!("{}@nordblatt.example", locale.as_str()), locale, site_id).await;
    }
    let mails_sent = async |count: usize| {
        let is_sent =
            |mails: &[leserbrief::store::outbox::Listed]| mails.len() == count && mails.iter().all(|mail| mail.state == "sent");
        house.outbox_is("the mails to be sent", is_sent).await;
        house.mails()
    };
    let reader = Reader::of(&house, "buslinie");
    let one =
        reader.comment("Endlich fährt die **14** auch nachts!\n\nWer nach der Spätschicht heim will, weiß, was das heißt.").await;
    house.wait(30_000);
    assert_eq!(reader.send(&one).await.status(), reqwest::StatusCode::ACCEPTED);
    let single = mails_sent(3).await;

    house.wait(30_000);
    let other = reader.comment("Mehr dazu auf https://busse.example/nachtlinie und bei redaktion@busse.example").await;
    let ben = Reader::of(&house, "haushalt").named("ben@example.org");
    let mut quick = ben.comment("Und wer bezahlt das? <b>Wir</b>.").await;
    (quick["url"], quick["title"]) = (format!("{}/haushalt", house.origin()).into(), "Der Haushalt der Stadt".into());
    assert_eq!(ben.send(&quick).await.status(), reqwest::StatusCode::ACCEPTED);
    house.wait(25_000);
    assert_eq!(reader.send(&other).await.status(), reqwest::StatusCode::ACCEPTED);
    house.wait(600_000);
    let several = mails_sent(6).await.split_off(3);

    for (kind, mails) in [("one", single), ("several", several)] {
        for locale in LOCALES {
            let to = format!("To: {}@nordblatt.example", locale.as_str());
            let mail = mails.iter().find(|mail| mail.lines().any(|line| line == to)).unwrap();
            insta::assert_snapshot!(format!("held_{kind}_{}", locale.as_str()), shown(mail, &house.url));
        }
    }
    house.stop().await;
}

/// Approved by the link in the mail, and then changed by its author.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_comment_in_every_language() {
    let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
    let site_id = house.app.sites.all().await.unwrap()["demo"].id;
    let address = |locale: Locale| format!("{}@nordblatt.example", locale.as_str());
    for locale in LOCALES {
        add_moderator(&house, &address(locale), locale, site_id).await;
    }
    let eva = Reader::of(&house, "buslinie");
    let comment = eva.comment("Endlich fährt die 14 auch nachts!").await;
    house.wait(30_000);
    let taken = eva.send(&comment).await.json::<serde_json::Value>().await.unwrap();
    let link = crate::review::link_to(&house, &address(Locale::En)).await;
    let approved = eva.client.post(link).header("origin", "null").form(&[("to", "approved"), ("code", "other")]).send().await;
    assert!(approved.unwrap().status().is_redirection());
    house.nothing_in_hand().await;
    house.wait(600_000);
    let text = [("text", "Endlich fährt die 14 auch nachts und am Sonntag!")];
    let receipt = format!("{}/text", taken["receipt"].as_str().unwrap());
    assert!(eva.client.post(receipt).form(&text).send().await.unwrap().status().is_redirection());
    for locale in LOCALES {
        let is_it = |mail: &String| mail.contains(&format!("To: {}\r\n", address(locale))) && mail.contains("am Sonntag");
        let mail = eventually("the mail about the change", async || house.mails().into_iter().find(is_it)).await;
        insta::assert_snapshot!(format!("held_changed_{}", locale.as_str()), shown(&mail, &house.url));
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_test_mail_in_every_language() {
    for locale in LOCALES {
        let database = TestDatabase::new(Database::Sqlite).await;
        let test = [
            "mail",
            "test",
            "--to",
            "post@nordblatt.example",
            "--locale",
            locale.as_str(),
            "--base-url",
            "https://comments.example",
        ];
        let said = told(&database, &test, "");
        let words = format!("Written into {}, where it reaches nobody: no mail server is set.", database.mail_folder().display());
        assert!(said.starts_with(&words) && said.contains("set --smtp"), "{said}");
        let mail = eventually("the mail", async || crate::every_mail::mails_in(&database.mail_folder()).pop()).await;
        let date = mail.lines().find(|line| line.starts_with("Date: ")).unwrap();
        insta::assert_snapshot!(format!("test_{}", locale.as_str()), shown(&mail.replace(date, "Date: NOW"), "no url"));
    }
}

/// Somebody writes with a form in this language, confirms, is rejected, then approved, and is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_to_authors_in_every_language() {
    for locale in LOCALES {
        let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
        crate::submitting::set(&house, "mail.decisions", "true").await;
        let ada = Moderator::first(&house).await;
        let to_author = async |count: usize| {
            let mails = || house.mails().into_iter().filter(|mail| mail.contains("To: eva@example.org")).collect::<Vec<_>>();
            eventually("the mail", async || Some(mails()).filter(|mails| mails.len() >= count)).await.pop().unwrap()
        };
        let eva = Reader::of(&house, "buslinie");
        let mut comment = eva.comment("Endlich fährt die 14 auch nachts!").await;
        comment["notify"] = true.into();
        let url = format!("{}/api/v1/comments", house.url);
        let sent = eva.client.post(url).header("accept-language", locale.as_str()).json(&comment).send().await.unwrap();
        let id = sent.json::<serde_json::Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
        let asked = to_author(1).await;
        let text = MessageParser::default().parse(asked.as_bytes()).unwrap().body_text(0).unwrap().into_owned();
        let link = text.lines().find(|line| line.contains("/confirm/")).unwrap();
        assert!(eva.client.post(link).form(&[("scope", "answers")]).send().await.unwrap().status().is_redirection());
        ada.decides(&id, "rejected").await;
        house.wait(45_000);
        let rejected = to_author(2).await;
        ada.decides(&id, "approved").await;
        house.wait(45_000);
        let approved = to_author(3).await;
        let mut answer = Reader::of(&house, "buslinie").named("ben@example.org").comment("Mehr auf https://busse.example.").await;
        answer["parent"] = id.clone().into();
        let answer = eva.send(&answer).await.json::<serde_json::Value>().await.unwrap();
        ada.decides(answer["id"].as_str().unwrap(), "approved").await;
        house.wait(45_000);
        let news = to_author(4).await;
        for (kind, mail) in [("asked", asked), ("rejected", rejected), ("approved", approved), ("news", news)] {
            insta::assert_snapshot!(
                format!("author_{kind}_{}", locale.as_str()),
                shown(&mail, &house.url).replace(&house.origin(), "http://localhost:PORT")
            );
        }
        house.stop().await;
    }
}

/// The mails about an account, which has its stories elsewhere: here is how they read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_about_accounts_in_every_language() {
    let house = House::with(TestDatabase::new(Database::Sqlite).await, &[], &[]).await;
    let site_id = house.app.sites.all().await.unwrap()["demo"].id;
    let (clock, store) = (&house.app.clock, &house.app.store);
    Moderator::first(&house).await;
    let owner = moderators::all(&mut store.read().await.unwrap()).await.unwrap()[0].id;
    for locale in LOCALES {
        let moderator_id = add_moderator(&house, &format!("{}@nordblatt.example", locale.as_str()), locale, site_id).await;
        for kind in ACCOUNT {
            let link = Link {
                id: clock.new_id(),
                kind: kind.into(),
                moderator_id,
                site_id: Some(site_id),
                role: Some(Role::Moderator),
                invited_by: Some(owner),
                expires_at: clock.now().plus(60_000),
            };
            let mail_id = clock.new_id();
            let mut tx = store.write().await.unwrap();
            account_links::add(&mut tx, &link, clock.now()).await.unwrap();
            mails::queue(&mut tx, mail_id, kind, moderator_id, site_id, Some(link.id), clock.now()).await.unwrap();
            tx.commit().await.unwrap();
            house.wait(0);
            let is_it = |mail: &String| mail.contains(&format!("Message-ID: <{mail_id}@"));
            let mail = eventually(kind, async || house.mails().into_iter().find(is_it)).await;
            crate::every_mail::obeys(&MessageParser::default().parse(mail.as_bytes()).unwrap(), &mail, &house.url);
            insta::assert_snapshot!(format!("account_{kind}_{}", locale.as_str()), shown(&mail, &house.url));
        }
    }
    house.stop().await;
}

const ACCOUNT: [&str; 8] = [
    "invitation",
    "password",
    "role",
    "second-factor-on",
    "second-factor-off",
    "second-factor-reset",
    "recovery-code-used",
    "recovery-codes-renewed",
];

/// Every kind that the panel has a name for stands here whole, in every language.
#[test]
fn no_mail_is_missing() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut kinds = 0;
    for catalogue in std::fs::read_dir(folder.join("templates/locales/en")).unwrap() {
        let words = std::fs::read_to_string(catalogue.unwrap().path()).unwrap();
        let kinds_of_mail = words.lines().filter_map(|line| Some(line.strip_prefix("mail-kind-")?.split_once(' ')?.0));
        // A call is no mail.
        for kind in kinds_of_mail.filter(|kind| *kind != "webhook") {
            kinds += 1;
            let names: &[&str] = match kind {
                "held-comments" => &["held_one", "held_several", "held_changed"],
                "confirmation" => &["author_asked"],
                "decision" => &["author_approved", "author_rejected"],
                "news" => &["author_news"],
                "test" => &["test"],
                account => &[&format!("account_{account}")],
            };
            for name in names {
                for locale in LOCALES {
                    let path = format!("tests/it/snapshots/it__mails__{name}_{}.snap", locale.as_str());
                    let shown = std::fs::read_to_string(folder.join(&path)).unwrap_or_else(|_| panic!("{path} is missing"));
                    let is_to_author = name.starts_with("author");
                    for (header, is_there) in [
                        ("Message-ID: <", true),
                        ("List-Id: ", true),
                        ("Auto-Submitted: auto-generated", true),
                        ("List-Unsubscribe: <", is_to_author),
                        ("List-Unsubscribe-Post: List-Unsubscribe=One-Click", is_to_author),
                        ("References: <", name.starts_with("held") || (is_to_author && kind != "confirmation")),
                    ] {
                        assert_eq!(shown.lines().any(|line| line.starts_with(header)), is_there, "{header} in {path}");
                    }
                }
            }
        }
    }
    assert_eq!(kinds, ACCOUNT.len() + 5);
}
