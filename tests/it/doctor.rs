//! `leserbrief doctor`: everything that can be wrong is told in words, with what to do, and nothing is changed.

use std::io::Write;
use std::net::UdpSocket;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use tempfile::NamedTempFile;

use crate::commands::leserbrief;
use crate::harness::{Database, House, TestDatabase, on_both};
use crate::smtp_sink::{At, Script, SmtpSink};

/// What the doctor says: whether all is well, and each finding.
fn examined(database: &TestDatabase, more: &[&str]) -> (bool, Vec<Value>) {
    let arguments = database.arguments();
    let usual = ["doctor", "--json", "--base-url", "https://comments.example"];
    let all: Vec<&str> = arguments.iter().map(String::as_str).chain(usual).chain(more.iter().copied()).collect();
    let output = leserbrief(&all, "");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(!told.contains("geheim"), "{told}");
    (output.status.success(), told.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The finding about something: verdict, words, and what to do.
fn about(findings: &[Value], subject: &str) -> (String, String, String) {
    let found =
        findings.iter().find(|finding| finding["subject"] == subject).unwrap_or_else(|| panic!("{subject}: {findings:?}"));
    let text = |name: &str| found[name].as_str().unwrap().to_owned();
    (text("verdict"), text("words"), text("next"))
}

/// What a name server says that was asked for this type of record: an address, `MX name`, or else a text.
fn content(kind: u8, told: &str) -> Option<Vec<u8>> {
    match (kind, told.parse::<std::net::IpAddr>(), told.strip_prefix("MX ")) {
        (1, Ok(std::net::IpAddr::V4(ip)), _) => Some(ip.octets().into()),
        (28, Ok(std::net::IpAddr::V6(ip)), _) => Some(ip.octets().into()),
        (15, Err(_), Some(name)) => {
            let labels = name.split('.').flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat());
            Some([0, 10].into_iter().chain(labels).chain([0]).collect())
        }
        (16, Err(_), None) => Some([&[u8::try_from(told.len()).unwrap()], told.as_bytes()].concat()),
        _ => None,
    }
}

/// A name server that knows these texts, addresses and mail servers, and says of every other name that there is none.
fn name_server(texts: &'static [(&'static str, &'static str)]) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    // It ends with the test's process.
    std::thread::spawn(move || {
        let mut question = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut question) {
            let (mut at, mut labels) = (12, Vec::new());
            while question[at] != 0 {
                let end = at + 1 + usize::from(question[at]);
                labels.push(String::from_utf8_lossy(&question[at + 1..end]).into_owned());
                at = end;
            }
            assert!(length > at + 5);
            let name = labels.join(".");
            let kind = question[at + 2];
            let of_name = texts.iter().filter(|(of, _)| *of == name);
            let found: Vec<Vec<u8>> = of_name.filter_map(|(_, told)| content(kind, told)).collect();
            let code = if found.is_empty() { 3 } else { 0 };
            let mut answer = question[..at + 5].to_vec();
            answer[2..12].copy_from_slice(&[0x81, 0x80 | code, 0, 1, 0, u8::try_from(found.len()).unwrap(), 0, 0, 0, 0]);
            for content in found {
                answer.extend([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, u8::try_from(content.len()).unwrap()]);
                answer.extend(content);
            }
            socket.send_to(&answer, from).unwrap();
        }
    });
    address
}

on_both! {
    async fn a_house_in_order_is_told_so_and_one_in_disorder_what_to_do(database: TestDatabase) {
        if database.kind == Database::Sqlite {
            let (is_well, findings) = examined(&database, &[]);
            assert!(is_well, "{findings:?}");
            assert_eq!(about(&findings, "database").0, "hint");
            assert!(!database.data().exists(), "nothing is made");
        }
        let house = House::with(database, &[], &[]).await;
        let database = house.stop().await;
        let (is_well, findings) = examined(&database, &[]);
        assert!(is_well, "{findings:?}");
        for (subject, verdict) in [("database", "good"), ("key file", "good"), ("base URL", "good"), ("mail server", "hint")] {
            assert_eq!(about(&findings, subject).0, verdict, "{findings:?}");
        }
        // In words, for people.
        let arguments = database.arguments();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["doctor", "--base-url", "http://comments.example"]).collect();
        let output = leserbrief(&arguments, "");
        let (told, failed) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(!output.status.success() && failed.contains("1 thing is wrong."), "{failed}");
        assert!(told.contains("WRONG  base URL: http://comments.example/ is not encrypted") && told.contains("→ Put a proxy"), "{told}");
        assert!(told.contains("good   database:"), "{told}");

        let key = database.data().join("key");
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        let (is_well, findings) = examined(&database, &[]);
        let (verdict, words, next) = about(&findings, "key file");
        assert!(!is_well && verdict == "wrong" && words.contains("Others on this machine may read") && next.starts_with("chmod 600"), "{findings:?}");
        std::fs::remove_file(&key).unwrap();
        assert!(about(&examined(&database, &[]).1, "key file").1.contains("is missing"));
        std::fs::write(&key, format!("1:{}\n", "ab".repeat(32))).unwrap();
        assert!(about(&examined(&database, &[]).1, "key file").1.contains("is not the one that this database was made with"));

        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'x', true, $1, 0)";
        let store = database.store().await;
        match store.write().await.unwrap() {
            leserbrief::store::Tx::Sqlite(mut tx) => { sqlx::query(newer).bind(b"x".to_vec()).execute(&mut *tx).await.unwrap(); tx.commit().await.unwrap(); }
            leserbrief::store::Tx::Postgres(mut tx) => { sqlx::query(newer).bind(b"x".to_vec()).execute(&mut *tx).await.unwrap(); tx.commit().await.unwrap(); }
        }
        store.close().await;
        let (verdict, words, _) = about(&examined(&database, &[]).1, "database");
        assert!(verdict == "wrong" && words.contains("A newer program"), "{words}");
    }
}

/// Each server with what is wrong with it: what the doctor says and advises, and that a test mail says the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_wrong_with_a_mail_server_is_said_in_words_with_the_next_step() {
    let database = TestDatabase::new(Database::Sqlite).await;
    let foreign = SmtpSink::start(Script::plain());
    for (script, url, words, next) in [
        (Script::starttls(), "smtp://localhost:PORT?ca=CA", "takes mail from this service", ""),
        (Script::starttls(), "smtp://u:geheim@nirgends.invalid:PORT", "nirgends.invalid is not known to the DNS", "spelling"),
        (Script::down(), "smtp://u:geheim@localhost:PORT", "localhost refuses connections on port", "Check that the server runs"),
        (Script::starttls(), "smtp://localhost:PORT", "authority that this machine does not know", "?ca="),
        (Script::starttls(), "smtp://localhost:PORT?ca=FOREIGN", "authority that this machine does not know", "?ca="),
        (
            Script::misnamed(),
            "smtp://localhost:PORT?ca=CA",
            "certificate is for another name than localhost",
            "name that the certificate",
        ),
        (Script::expired(), "smtp://localhost:PORT?ca=CA", "The certificate of localhost has expired", "Renew it"),
        (Script::plain(), "smtp://localhost:PORT", "offers no STARTTLS, and nothing is sent in the clear", "smtps://"),
        (Script::plain(), "smtps://localhost:PORT", "No encrypted connection to localhost comes about", "wants smtp://"),
        (
            Script::plain().require_auth("u", "richtig"),
            "smtp://u:geheim@localhost:PORT?tls=none",
            "refuses user or password: 535",
            "percent-encoded",
        ),
        (Script::plain(), "smtp://u:geheim@localhost:PORT?tls=none", "offers no way to sign in", "AUTH PLAIN"),
        (
            Script::plain().always(At::Mail, 550),
            "smtp://localhost:PORT?tls=none",
            "does not take mail from post@nordblatt.example",
            "--mail-from",
        ),
        (Script::plain().require_auth("u", "richtig"), "smtp://localhost:PORT?tls=none", "530", "put user and password"),
        (
            Script::plain().always(At::Greeting, 554),
            "smtp://localhost:PORT?tls=none",
            "does not greet as a mail server does: 554",
            "its words say why",
        ),
    ] {
        let sink = SmtpSink::start(script);
        let [own, other] = [&sink, &foreign].map(|sink| {
            let mut file = NamedTempFile::new().unwrap();
            file.write_all(sink.ca_pem().as_bytes()).unwrap();
            file
        });
        let url = url.replace("PORT", &sink.port.to_string());
        let url = url.replace("CA", own.path().to_str().unwrap()).replace("FOREIGN", other.path().to_str().unwrap());
        let dns = name_server(&[("nordblatt.example", "v=spf1 mx -all"), ("_dmarc.nordblatt.example", "v=DMARC1; p=none")]);
        let more = ["--smtp", url.as_str(), "--mail-from", "post@nordblatt.example", "--dns", dns.as_str()];
        let (is_well, findings) = examined(&database, &more);
        let (verdict, said, advice) = about(&findings, "mail server");
        assert!(said.contains(words) && advice.contains(next), "{url}: {said} → {advice}");
        assert_eq!((is_well, verdict.as_str()), if next.is_empty() { (true, "good") } else { (false, "wrong") }, "{url}");
        assert_eq!(about(&findings, "SPF").0, "good", "{findings:?}");
        assert!(sink.received().is_empty(), "the doctor sends no mail");
        if !next.is_empty() {
            let arguments = database.arguments();
            let test =
                ["mail", "test", "--to", "eva@example.org", "--smtp", url.as_str(), "--mail-from", "post@nordblatt.example"];
            let all: Vec<&str> = arguments.iter().map(String::as_str).chain(test).collect();
            let refused = leserbrief(&all, "");
            let told = String::from_utf8(refused.stderr).unwrap();
            assert!(
                !refused.status.success() && told.contains(words) && told.contains(next) && !told.contains("geheim"),
                "{told}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_dns_says_of_the_sender_is_judged() {
    let database = TestDatabase::new(Database::Sqlite).await;
    let sink = SmtpSink::start(Script::plain());
    let url = sink.plain_url();
    let of = |from: &str, dns: &str, more: &[&str]| {
        let all = [&["--smtp", url.as_str(), "--mail-from", from, "--dns", dns], more].concat();
        examined(&database, &all)
    };
    let empty = name_server(&[]);
    let (is_well, findings) = of("post@nordblatt.example", &empty, &[]);
    assert!(is_well, "hints are no faults: {findings:?}");
    for (subject, words) in [("SPF", "does not say which servers"), ("DKIM", "under a selector"), ("DMARC", "has no policy")] {
        let (verdict, said, next) = about(&findings, subject);
        assert!(verdict == "hint" && said.contains(words) && !next.is_empty(), "{findings:?}");
    }
    let full = name_server(&[
        ("mail.xn--mller-kva.example", "v=spf1 -all"),
        ("s1._domainkey.mail.xn--mller-kva.example", "v=DKIM1; k=rsa; p=MIIB"),
        ("_dmarc.xn--mller-kva.example", "v=DMARC1; p=reject"),
    ]);
    let (is_well, findings) = of("post@mail.müller.example", &full, &["--dkim-selector", "s1"]);
    assert!(!is_well && about(&findings, "SPF").1.contains("sends no mail at all"), "{findings:?}");
    assert_eq!((about(&findings, "DKIM").0.as_str(), about(&findings, "DMARC").0.as_str()), ("good", "good"), "{findings:?}");
    let (_, findings) = of("post@mail.müller.example", &full, &["--dkim-selector", "s2"]);
    assert!(about(&findings, "DKIM").1.contains("There is no key at s2._domainkey."), "{findings:?}");
    let (is_well, findings) = of("leserbrief@localhost.localdomain", &full, &[]);
    assert!(is_well && about(&findings, "sender").1.contains("nobody else knows"), "{findings:?}");
}

/// The relay has an address of either kind, and is one of the domain's mail servers.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whether_the_senders_domain_names_the_mail_server_is_said() {
    const RELAY: [(&str, &str); 3] =
        [("relay.example", "192.0.2.7"), ("relay.example", "2001:db8::7"), ("mx.example", "MX relay.example")];
    let database = TestDatabase::new(Database::Sqlite).await;
    for (record, verdict, words) in [
        ("v=spf1 ip4:192.0.2.0/24 -all", "good", "among them"),
        ("v=spf1 ip4:192.0.2.7 -all", "good", "among them"),
        ("v=spf1 ip4:192.0.2.8 ip6:2001:db9::/32 a:other.example -all", "hint", "is not among them"),
        ("v=spf1 -ip4:192.0.2.7 +all", "hint", "is not among them"),
        ("v=spf1 a:relay.example ~all", "good", "among them"),
        ("v=spf1 a:near.example -all", "hint", "is not among them"),
        ("v=spf1 a:near.example/28//64 -all", "good", "among them"),
        ("v=spf1 mx:mx.example -all", "good", "among them"),
        ("v=spf1 include:other.example include:yes.example -all", "good", "among them"),
        ("v=spf1 include:no.example ?all", "hint", "is not among them"),
        ("v=spf1 redirect=yes.example", "good", "among them"),
        ("v=spf1 include:circle.example -all", "hint", "costs more than 10 look-ups"),
        ("v=spf1 include:nothing.example -all", "hint", "nothing.example has none"),
        ("v=spf1 exists:%{i}.example -all", "hint", "it holds a macro"),
        ("v=spf1 ptr -all", "hint", "it holds ptr"),
        ("v=spf1 ip4:nonsense -all", "hint", "an address that is none"),
    ] {
        let rest = [
            ("nordblatt.example", record),
            ("near.example", "192.0.2.1"),
            ("other.example", "v=spf1 -all"),
            ("other.example", "192.0.2.200"),
            ("yes.example", "v=spf1 a:relay.example -all"),
            ("no.example", "v=spf1 ~a:relay.example -all"),
            ("circle.example", "v=spf1 include:circle.example -all"),
        ];
        let dns = name_server(RELAY.into_iter().chain(rest).collect::<Vec<_>>().leak());
        let more = ["--smtp", "smtp://relay.example?timeout=1", "--mail-from", "post@nordblatt.example", "--dns", dns.as_str()];
        let (_, findings) = examined(&database, &more);
        let (found, said, next) = about(&findings, "SPF");
        assert!(
            found == verdict && said.contains(words) && (found == "good") == next.is_empty(),
            "{record}: {found} {said} {next}"
        );
    }
    // A relay on this machine sends from an address that nobody here knows.
    let dns = name_server(&[("nordblatt.example", "v=spf1 mx -all")]);
    let more = ["--smtp", "smtp://127.0.0.1:1?tls=none", "--mail-from", "post@nordblatt.example", "--dns", dns.as_str()];
    assert!(about(&examined(&database, &more).1, "SPF").1.contains("The address that 127.0.0.1 sends from has to be one"));
}
