//! A blog moves over: its old threads are there at once, for readers, in the panel and in the journal, and nobody gets a mail.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::actors::{Moderator, Reader};
use crate::commands::{command, leserbrief};
use crate::harness::{Database, House, TestDatabase, eventually, on_both};
use crate::process::told;

const TAIL: &str = "</channel></rss>\n";

/// The beginning of an export.
fn head() -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<rss version=\"2.0\" xmlns:wp=\"http://wordpress.org/export/1.2/\">\n<channel>\n\
     <title>Nordblatt</title><wp:wxr_version>1.2</wp:wxr_version>\n"
        .to_owned()
}

fn post(id: u64, link: &str, status: &str, comments: &str) -> String {
    format!(
        "<item><title><![CDATA[Die <em>neue</em> 14 &amp; mehr]]></title><link>{link}</link><wp:post_id>{id}</wp:post_id>\
         <wp:post_date_gmt><![CDATA[2016-03-01 08:00:00]]></wp:post_date_gmt><wp:comment_status><![CDATA[{status}]]></wp:comment_status>\
         {comments}</item>\n"
    )
}

/// A comment: number, what it answers, minute, status, author, address, text.
fn comment((id, parent, minute, status, author, email, text): (u64, u64, u32, &str, &str, &str, &str)) -> String {
    let text = text.replace("]]>", "]]]]><![CDATA[>");
    format!(
        "<wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_author><![CDATA[{author}]]></wp:comment_author>\
         <wp:comment_author_email><![CDATA[{email}]]></wp:comment_author_email>\
         <wp:comment_author_url>https://eva.example/?a=1&amp;b=2</wp:comment_author_url>\
         <wp:comment_author_IP><![CDATA[203.0.113.9]]></wp:comment_author_IP>\
         <wp:comment_date><![CDATA[2016-03-01 10:{minute:02}:00]]></wp:comment_date>\
         <wp:comment_date_gmt><![CDATA[2016-03-01 09:{minute:02}:00]]></wp:comment_date_gmt>\
         <wp:comment_content><![CDATA[{text}]]></wp:comment_content><wp:comment_approved><![CDATA[{status}]]></wp:comment_approved>\
         <wp:comment_type><![CDATA[comment]]></wp:comment_type><wp:comment_parent>{parent}</wp:comment_parent></wp:comment>\n"
    )
}

fn keep(database: &TestDatabase, name: &str, text: &str) -> PathBuf {
    let path = database.folder().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Imports a file; returns what it said to programs.
fn import(database: &TestDatabase, file: &std::path::Path, more: &[&str]) -> Value {
    let mut arguments = vec!["import", "wordpress", "--site", "demo", "--json", file.to_str().unwrap()];
    arguments.extend(more);
    serde_json::from_str(&told(database, &arguments, "")).unwrap()
}

fn blog(origin: &str) -> String {
    let comments = [
        // An answer before what it answers.
        (12, 11, 5, "1", "Jörg &amp; Co", "joerg@example.org", "Stimmt, <em>leider</em>.\n\nÜber Köln auch ]]> so."),
        (
            11,
            0,
            0,
            "1",
            "Eva",
            "eva@example.org",
            "Der Bus kam <a href=\"https://hvv.example/14\">wieder</a> nicht. <script>alert(1)</script>*",
        ),
        (13, 12, 6, "1", "", "", "Wer keine Adresse hinterlässt, steht auch da."),
        (14, 11, 7, "spam", "Casino", "casino@spam.example", "Die besten Casinos mit Bonus: https://casino.example"),
        (15, 14, 8, "1", "Eva", "eva@example.org", "Was soll das denn?"),
        (16, 0, 9, "0", "Ole", "keine Adresse", "Darüber hat noch niemand entschieden, fürchte ich."),
        (17, 0, 9, "trash", "Ole", "ole@example.org", "Das war schon im Papierkorb."),
        (18, 99, 10, "1", "Ole", "ole@example.org", "Die Antwort auf etwas, das es nicht mehr gibt."),
        (19, 0, 11, "1", "Ole", "ole@example.org", " <b> </b> "),
        // Two that answer each other.
        (20, 21, 12, "1", "Kreis", "kreis@example.org", "Im Kreis herum."),
        (21, 20, 12, "1", "Kreis", "kreis@example.org", "Noch einmal im Kreis."),
    ];
    let pingback = comment((22, 0, 13, "1", "Blog", "", "[…] hier […]")).replace("[comment]]>", "[pingback]]>");
    let comments: String = comments.into_iter().map(comment).chain([pingback]).collect();
    let closed = comment((30, 0, 30, "1", "Eva", "eva@example.org", "Unter einem geschlossenen Artikel."));
    let elsewhere = comment((40, 0, 40, "1", "Eva", "eva@example.org", "Unter einer Adresse von früher."));
    [
        head(),
        post(57, &format!("{origin}/2016/bus/"), "open", &comments),
        post(58, &format!("{origin}/2016/zu/"), "closed", &closed),
        post(59, "https://old.example/2016/alt/", "open", &elsewhere),
        post(60, &format!("{origin}/2016/still/"), "open", ""),
        TAIL.to_owned(),
    ]
    .concat()
}

on_both! {
    async fn the_old_threads_are_there_at_once(house: House) {
        let owner = Moderator::first(&house).await;
        let reader = Reader::of(&house, "57");
        assert!(reader.reads().await.is_empty(), "asked before, so that the service knows of no such page");
        let file = keep(&house.database, "blog.xml", &blog(&house.origin()));
        let expected = json!({
            "dry_run": false, "pages": 3, "pages_elsewhere": 1, "already_there": 0, "left_out": {"pingback": 1, "no_text": 1},
            "added": {"approved": 9, "pending": 1, "rejected": 1, "spam": 1}
        });
        let mut dry = import(&house.database, &file, &["--dry-run"]);
        assert_eq!((dry["dry_run"].take(), house.number("select count(*) from page").await), (true.into(), 0));
        dry["dry_run"] = false.into();
        assert_eq!(dry, expected);
        assert_eq!(import(&house.database, &file, &[]), expected);

        // The running service shows it.
        let thread = eventually("the thread", async || Some(reader.thread().await).filter(|thread| !thread["comments"].as_array().unwrap().is_empty())).await;
        let shown: Vec<(&str, &str, Option<usize>)> = thread["comments"].as_array().unwrap().iter().map(|comment| {
            let ids = thread["comments"].as_array().unwrap().iter().position(|above| above["id"] == comment["parent"]);
            (comment["author"].as_str().unwrap(), comment["html"].as_str().unwrap(), ids)
        }).collect();
        let link = "<a href=\"https://hvv.example/14\" rel=\"ugc nofollow noopener\">wieder</a>";
        assert_eq!(shown, [
            ("Eva", &*format!("<p>Der Bus kam {link} nicht. *</p>"), None),
            ("Jörg & Co", "<p>Stimmt, <em>leider</em>.</p>\n<p>Über Köln auch ]]&gt; so.</p>", Some(0)),
            ("Anonym", "<p>Wer keine Adresse hinterlässt, steht auch da.</p>", Some(1)),
            ("Eva", "<p>Was soll das denn?</p>", None),
            ("Ole", "<p>Die Antwort auf etwas, das es nicht mehr gibt.</p>", None),
            ("Kreis", "<p>Im Kreis herum.</p>", None),
            ("Kreis", "<p>Noch einmal im Kreis.</p>", Some(5)),
        ]);
        assert_eq!(thread["comments"][0]["website"], "https://eva.example/?a=1&b=2");
        assert_eq!(thread["comments"][0]["submitted_at"], 1_456_822_800_000_i64);
        for (name, count) in [(format!("{}/2016/bus/index.html?utm_source=x", house.origin()), 7), ("58".into(), 1), ("59".into(), 1), ("https://old.example/2016/alt".into(), 0)] {
            assert_eq!(Reader::of(&house, &name).reads().await.len(), count, "{name}");
        }
        assert_eq!(house.number("select count(*) from page where closed_at is not null").await, 1);

        // The queue, the page of a comment, the journal and its table.
        let queue = owner.queue("pending").await;
        assert!(queue.contains("Darüber hat noch niemand entschieden") && !queue.contains("Casinos"), "{queue}");
        assert!(owner.queue("spam").await.contains("Casinos"));
        let journal = owner.page("/panel/sites/demo/journal?means=import").await;
        assert_eq!(journal.matches("<td>Übernahme</td>").count(), 11, "{journal}");
        assert!(journal.contains("<option value=\"import\" selected>Übernahme</option>") && journal.contains("Ausstehend → Spam"), "{journal}");
        assert!(!owner.page("/panel/sites/demo/journal?means=panel").await.contains("<td>Übernahme</td>"));
        let table = owner.opens("/panel/sites/demo/journal.csv?means=import").await.text().await.unwrap();
        assert_eq!((table.lines().count(), table.matches("\"\",\"pending\",\"approved\",\"\",\"\",\"import\",").count()), (12, 9), "{table}");
        let nameless = thread["comments"][2]["id"].as_str().unwrap();
        let page = owner.page(&format!("/panel/comments/{nameless}")).await;
        assert!(page.contains("13@no-address.invalid") && page.contains("<b>Übernahme</b>"), "{page}");

        // What is kept of nobody, and who is told.
        assert_eq!(house.number("select count(*) from comment where network_index is not null or notify").await, 0);
        assert_eq!(house.number("select count(*) from lesson").await, 0, "nothing is learned unless it is asked for");
        assert!(house.outbox().await.is_empty(), "nobody is told");

        // The same again adds nothing; what was decided here since then stays.
        let decision = owner.decides(nameless, "rejected").await;
        let again = import(&house.database, &file, &[]);
        assert_eq!((&again["added"], &again["pages"], &again["already_there"]), (&json!({}), &json!(0), &json!(12)));
        assert_eq!(reader.reads().await.len(), 6);
        assert_eq!(owner.undoes(&decision).await.status(), 303);

        // Readers go on in the old thread.
        let answered = reader.writes_and_waits("Nach zehn Jahren: Er kommt noch immer nicht.", thread["comments"][0]["id"].as_str()).await;
        owner.decides(answered["id"].as_str().unwrap(), "approved").await;
        let thread = reader.thread().await;
        assert_eq!(thread["comments"].as_array().unwrap().len(), 8);
        assert_eq!(thread["comments"][7]["parent"], thread["comments"][0]["id"]);
        // What is searched has been indexed meanwhile, and what it links to is known.
        let hosts = "select count(*) from decided_host where host = 'casino.example' and is_spam";
        assert_eq!(house.number(hosts).await, 1);
        eventually("the index", async || Some(owner.page("/panel/sites/demo/comments?q=Papierkorb").await).filter(|page| page.contains("Das war schon"))).await;
    }
}

/// What was said on standard error, without the log.
fn complaint(said: &[u8]) -> String {
    String::from_utf8_lossy(said).lines().filter(|line| !line.contains("INFO")).map(|line| format!("{line}\n")).collect()
}

/// So many comments on one article, each answering the one after it in the file.
fn many(origin: &str, count: u64) -> String {
    let mut comments = String::new();
    for number in (1..=count).rev() {
        let parent = number.saturating_sub(1);
        let text = format!("Kommentar Nummer {number}");
        write!(comments, "{}", comment((number, parent, 0, "1", "Eva", "eva@example.org", &text))).unwrap();
    }
    [head(), post(7, &format!("{origin}/viele/"), "open", &comments)].concat()
}

on_both! {
    async fn an_import_that_was_ended_is_gone_on_with(house: House) {
        let whole = many(&house.origin(), 1000);
        let file = keep(&house.database, "whole.xml", &[&*whole, TAIL].concat());
        let pipe = house.database.folder().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let mut arguments = house.database.arguments();
        arguments.extend(["import", "wordpress", "--site", "demo"].map(str::to_owned));
        arguments.push(pipe.display().to_string());
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut child = command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let half = whole[..whole.len() / 2].to_owned();
        let writing = tokio::task::spawn_blocking(move || {
            let mut pipe = std::fs::File::options().write(true).open(pipe).unwrap();
            pipe.write_all(half.as_bytes()).unwrap();
            pipe
        });
        let pipe = writing.await.unwrap();
        let there = "select count(*) from comment";
        eventually("some of them", async || (house.number(there).await == 400).then_some(())).await;
        child.kill().unwrap();
        child.wait().unwrap();
        drop(pipe);
        let told = import(&house.database, &file, &[]);
        assert_eq!((&told["added"], &told["already_there"]), (&json!({"approved": 600}), &json!(400)));
        let hanging = "select count(*) from comment join comment above on above.id = comment.parent_id and above.id < comment.id";
        assert_eq!((house.number(there).await, house.number(hanging).await), (1000, 999));
        assert_eq!(house.number("select approved_count from page").await, 1000);
        assert_eq!(house.number("select count(*) from decision where means = 'import' and moderator_id is null").await, 1000);
    }
}

on_both! {
    async fn a_file_that_is_broken_in_the_middle_is_taken_in_so_far(house: House) {
        let text = blog(&house.origin());
        let (before, _) = text.split_at(text.find("<wp:comment_id>17<").unwrap() + 5);
        let file = keep(&house.database, "broken.xml", before);
        let arguments = house.database.arguments();
        let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        arguments.extend(["import", "wordpress", "--site", "demo", file.to_str().unwrap()]);
        let output = leserbrief(&arguments, "");
        let (said, complained) = (String::from_utf8(output.stdout).unwrap(), complaint(&output.stderr));
        assert!(!output.status.success());
        assert_eq!(said, "Pages: 1. Comments: 4 approved, 1 pending, 1 spam, 0 rejected; 0 there already.\n");
        assert!(complained.contains("was taken in only so far: it is broken at byte ") && complained.lines().count() == 1, "{complained}");
        let told = import(&house.database, &keep(&house.database, "whole.xml", &text), &[]);
        assert_eq!((&told["pages"], &told["already_there"]), (&json!(2), &json!(6)));
        let pages = told["pages"].as_u64().unwrap() + 1;
        assert_eq!(house.number("select count(*) from page").await, i64::try_from(pages).unwrap());
    }
}

on_both! {
    async fn what_was_decided_there_is_taught_once_and_only_if_it_is_asked_for(house: House) {
        let spam = "Handbemalte Gartenzwerge aus eigener Werkstatt, wetterfest, mit Rabatt bestellen";
        let comments: String = (1..=8_u64)
            .map(|number| comment((number, 0, 0, if number < 5 { "spam" } else { "1" }, "Eva", "eva@example.org", if number < 5 { spam } else { "Der Bus kam pünktlich an, ich war überrascht" })))
            .collect();
        let file = keep(&house.database, "blog.xml", &[head(), post(1, "", "open", &comments), TAIL.to_owned()].concat());
        import(&house.database, &file, &["--teach"]);
        assert_eq!(house.number("select count(*) from lesson").await, 2, "the same text once");
        import(&house.database, &file, &["--teach"]);
        assert_eq!(house.number("select count(*) from lesson").await, 2);
        // A site of another name has comments of its own, with the same numbers.
        house.adds_site("anderswo").await;
        let arguments = ["import", "wordpress", "--site", "anderswo", "--json", file.to_str().unwrap()];
        let told: Value = serde_json::from_str(&told(&house.database, &arguments, "")).unwrap();
        assert_eq!(told["added"], json!({"approved": 4, "spam": 4}));
        assert_eq!(house.number("select count(*) from lesson").await, 2);
        assert_eq!(house.number("select count(*) from comment join page on page.id = comment.page_id where page.site_id <> comment.site_id").await, 0);
    }
}

on_both! {
    async fn what_comes_from_elsewhere_fills_no_limit(house: House) {
        crate::submitting::set(&house, "limits.page_per_minute", "3").await;
        crate::submitting::set(&house, "limits.address_per_hour", "3").await;
        let comments: String = (1..=20).map(|number| comment((number, 0, 0, "1", "Eva", "eva@example.org", "Aus der Zukunft"))).collect();
        let comments = comments.replace("2016-03-01", "2099-03-01");
        let file = keep(&house.database, "blog.xml", &[head(), post(1, "", "open", &comments), TAIL.to_owned()].concat());
        import(&house.database, &file, &[]);
        assert_eq!(import(&house.database, &file, &[])["already_there"], 20, "whatever moment it was clamped to");
        // The command line has the machine's clock, which is ahead of this house's.
        let ahead = leserbrief::clock::Clock::System.now().millis() - house.app.clock.now().millis();
        house.wait(ahead);
        Reader::of(&house, "1").writes("Jetzt, in der Gegenwart").await;
        assert_eq!(house.number("select count(*) from comment where network_index is null").await, 20);
    }
}

on_both! {
    async fn what_is_no_export_is_one_sentence(database: TestDatabase) {
        told(&database, &["site", "add", "demo", "--origin", "https://nordblatt.example"], "");
        let laughs = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><rss>&b;</rss>";
        let junk = String::from_utf8_lossy(&leserbrief::clock::random_bytes::<4096>()).into_owned();
        let late = [&*head(), "<item><wp:post_id>1</wp:post_id><wp:comment>", &"x".repeat(34 << 20)].concat();
        let files = [("laughs.xml", laughs), ("junk.xml", &*junk), ("empty.xml", ""), ("late.xml", &*late)];
        let mut cases: Vec<(String, &str, &str)> = files
            .iter()
            .map(|(name, text)| (keep(&database, name, text).display().to_string(), "demo", if *name == "late.xml" { "a text of more than 32 MiB" } else { "it is no export of WordPress (WXR)" }))
            .collect();
        cases.push((database.folder().join("nirgends.xml").display().to_string(), "demo", "nirgends.xml cannot be read"));
        cases.push((cases[0].0.clone(), "anderswo", "There is no site named anderswo."));
        for (file, site, words) in cases {
            let arguments = database.arguments();
            let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            arguments.extend(["import", "wordpress", "--site", site, &file]);
            let output = leserbrief(&arguments, "");
            let complained = complaint(&output.stderr);
            assert!(!output.status.success() && output.stdout.is_empty(), "{file}");
            assert!(complained.contains(words) && complained.lines().count() == 1, "{complained}");
        }
        let store = database.store().await;
        assert_eq!(crate::every_mail::numbers(&store, "select count(*) from page").await, [0]);
        store.close().await;
    }
}

on_both! {
    async fn threads_of_disqus_move_over_too(house: House) {
        let post = |number: u64, more: &str| format!(
            "<post dsq:id=\"{number}\"><id/><message><![CDATA[<p>Kommentar <b>Nummer {number}</b></p>]]></message>\
             <createdAt>2013-01-02T03:04:{number}Z</createdAt>{more}<author><name>Eva</name></author><thread dsq:id=\"2\" /></post>"
        );
        let text = [
            "<?xml version=\"1.0\"?><disqus xmlns=\"http://disqus.com\" xmlns:dsq=\"http://disqus.com/disqus-internals\">",
            &format!("<thread dsq:id=\"2\"><id>bus</id><link>{}/2013/bus/</link><title>Bus</title></thread>", house.origin()),
            &post(11, "<isSpam>false</isSpam>"),
            &post(12, "<parent dsq:id=\"11\" />"),
            &post(13, "<isDeleted>true</isDeleted>"),
            &post(14, "<isSpam>true</isSpam>"),
            "</disqus>",
        ];
        let file = keep(&house.database, "disqus.xml", &text.concat());
        let arguments = ["import", "disqus", "--site", "demo", "--json", file.to_str().unwrap()];
        let said: Value = serde_json::from_str(&told(&house.database, &arguments, "")).unwrap();
        assert_eq!((&said["added"], &said["left_out"]), (&json!({"approved": 2, "spam": 1}), &json!({"deleted": 1})));
        for name in ["bus".to_owned(), format!("{}/2013/bus", house.origin())] {
            let thread = Reader::of(&house, &name).thread().await;
            assert_eq!(thread["comments"][1]["html"], "<p>Kommentar <strong>Nummer 12</strong></p>", "{name}");
            assert_eq!(thread["comments"][1]["parent"], thread["comments"][0]["id"]);
        }
    }
}
