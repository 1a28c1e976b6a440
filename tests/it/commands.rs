//! The command line on a real process: what is refused leaves nothing behind, and what can be scripted.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, TestDatabase};

/// Runs the program to its end.
pub fn leserbrief(arguments: &[&str], input: &str) -> Output {
    let mut child = command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// The program with an environment of its own.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leserbrief"));
    command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn refused(arguments: &[&str]) -> String {
    let output = leserbrief(arguments, "");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{arguments:?} was not refused");
    assert_eq!(told.trim_end().lines().count(), 1, "one sentence: {told}");
    assert!(!told.contains("geheim"), "{told}");
    told
}

fn is_missing(path: &Path) -> bool {
    !path.exists()
}

#[test]
fn what_cannot_work_is_one_sentence_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/data");
    let socket = folder.path().join("socket");
    let listen_on_socket = format!("unix:{}", socket.display());
    let path = data.to_str().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let nobody = "postgres://u:geheim@127.0.0.1:1/d";
    for (arguments, words) in [
        (vec!["--database", "postgre://u:geheim@h/d"], "postgres://"),
        (vec!["--database", nobody, "--listen", &listen_on_socket, "--base-url", "http://localhost"], "cannot be reached"),
        (vec!["--listen", &listen_on_socket], "--base-url"),
        (vec!["--listen", address.as_str()], "cannot be listened on"),
        (vec!["--smtp", "http://u:geheim@h"], "smtp"),
        (vec!["--smtp", "smtp://u:geheim@h.example?tls=none"], "this machine alone"),
        (vec!["--mail-from", "nobody"], "sender"),
        (vec!["--base-url", "https://comments.example/path"], "base URL"),
        (vec!["--database-file", "/nowhere/at/all"], "cannot be read"),
        (vec!["--smtp-file", "/nowhere/at/all"], "cannot be read"),
    ] {
        let mut all = vec!["--data", path];
        if !arguments.contains(&"--listen") {
            all.extend(["--listen", "127.0.0.1:0"]);
        }
        all.extend(&arguments);
        let told = refused(&all);
        assert!(told.contains(words), "{arguments:?}: {told}");
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(left.is_empty(), "{arguments:?} left {left:?} behind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_and_a_wrong_key_file_are_refused() {
    for kind in [Database::Sqlite, Database::Postgres] {
        let database = TestDatabase::new(kind).await;
        let arguments = database.arguments();
        let with = |more: &[&'static str]| -> Vec<String> {
            arguments.iter().cloned().chain(more.iter().map(|&word| word.to_owned())).collect()
        };
        let run = |more: &[&'static str]| {
            let all = with(more);
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            leserbrief(&all, "")
        };
        assert!(run(&["site", "list"]).status.success());

        let key = database.data().join("key");
        let good = std::fs::read_to_string(&key).unwrap();
        let words = |output: Output| String::from_utf8(output.stderr).unwrap();
        std::fs::remove_file(&key).unwrap();
        assert!(words(run(&["site", "list"])).contains("is missing"));
        assert!(is_missing(&key), "a missing key file is not made anew");
        std::fs::write(&key, "nonsense").unwrap();
        assert!(words(run(&["site", "list"])).contains("is damaged"));
        std::fs::write(&key, format!("1:{}", "ab".repeat(32))).unwrap();
        assert!(words(run(&["site", "list"])).contains("is not the one"));
        std::fs::write(&key, good).unwrap();

        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'later', true, $1, 0)";
        match database.url() {
            Some(url) => {
                let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&url).await.unwrap();
                sqlx::query(newer).bind(&[0_u8][..]).execute(&mut connection).await.unwrap();
            }
            None => {
                let url = format!("sqlite:{}", database.data().join("leserbrief.sqlite").display());
                let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url).await.unwrap();
                sqlx::query(newer).bind(&[0_u8][..]).execute(&mut connection).await.unwrap();
            }
        }
        let told = words(run(&["site", "list"]));
        assert!(told.contains("newer than this program"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sites_and_moderators_are_scriptable() {
    for kind in [Database::Sqlite, Database::Postgres] {
        let database = TestDatabase::new(kind).await;
        let arguments = database.arguments();
        let run = |more: &[&str], input: &str| -> (bool, String) {
            let all: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
            let output = leserbrief(&all, input);
            let text = if output.status.success() { output.stdout } else { output.stderr };
            (output.status.success(), String::from_utf8(text).unwrap())
        };
        let password = "zwölf Möwen über dem Deich\n";
        assert!(run(&["site", "add", "nordblatt", "--origin", "https://www.nordblatt.example/x", "--locale", "de-formal"], "").0);
        assert!(run(&["site", "add", "nordblatt", "--origin", "https://a.example"], "").1.contains("already"));
        assert!(!run(&["site", "add", "Nord Blatt", "--origin", "https://a.example"], "").0);
        assert!(run(&["site", "set", "nordblatt", "title=Nordblatt", "rules.max_links=3"], "").0);
        assert!(run(&["site", "set", "nordblatt", "rules.nothing=3"], "").1.contains("no setting"));
        let (_, listed) = run(&["site", "list", "--json"], "");
        let site: serde_json::Value = serde_json::from_str(&listed).unwrap();
        assert_eq!(site["origins"][0], "https://www.nordblatt.example");
        assert_eq!((&site["settings"]["rules"]["max_links"], &site["title"]), (&3.into(), &"Nordblatt".into()));

        let add = ["moderator", "add", "Ada", "--email", "ada@example.org", "--password-stdin"];
        assert!(run(&[&add[..], &["--role", "moderator"]].concat(), password).1.contains("--site"));
        assert!(run(&[&add[..], &["--role", "owner"]].concat(), "kurz\n").1.contains("15 characters"));
        assert_eq!(run(&[&add[..], &["--role", "owner"]].concat(), password), (true, String::new()));
        assert!(run(&[&add[..], &["--role", "owner"]].concat(), password).1.contains("account already"));
        assert!(run(&["moderator", "role", "ada@example.org", "admin", "--site", "nordblatt"], "").0);
        assert!(run(&["moderator", "reset", "ada@example.org", "--password-stdin"], "ganz andere Wörter am Montag\n").0);
        assert!(run(&["moderator", "remove", "ada@example.org"], "").0);
        assert!(run(&["moderator", "remove", "ben@example.org"], "").1.contains("no moderator"));
        assert_eq!(run(&["moderator", "list"], "").1, "Ada\t\n");
        assert!(run(&["setup"], "").1.starts_with("http://127.0.0.1:8080/panel/setup/"));
        assert_eq!(run(&["mail", "queue"], ""), (true, String::new()));
    }
}

#[test]
fn the_program_describes_itself() {
    for (arguments, words) in [
        (&["openapi"][..], "\"openapi\": \"3.1"),
        (&["completions", "bash"], "_leserbrief"),
        (&["man"], ".TH"),
        (&["--help"], "LESERBRIEF_DATABASE"),
        (&["--version"], "leserbrief 0."),
    ] {
        let output = leserbrief(arguments, "");
        assert!(output.status.success() && String::from_utf8(output.stdout).unwrap().contains(words), "{arguments:?}");
    }
    assert!(!leserbrief(&["healthcheck", "--address", "127.0.0.1:1"], "").status.success());
}

/// The settings table of the README and the program's own help name the same settings.
#[test]
fn the_readme_has_every_setting() {
    let variables = |text: &str| -> std::collections::BTreeSet<String> {
        let named = text.split("LESERBRIEF_").skip(1);
        named.map(|rest| rest.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect()).collect()
    };
    let help = String::from_utf8(leserbrief(&["--help"], "").stdout).unwrap();
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(variables(&help).len() > 15, "{help}");
    assert_eq!(variables(&readme), variables(&help));
    for line in readme.lines().filter(|line| line.starts_with("| `--")) {
        let flag = line.trim_start_matches("| `").split([' ', '`']).next().unwrap();
        assert!(help.contains(&format!("{flag} <")), "{flag} is no flag");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_list_is_tried_on_what_was_decided_before_it_is_kept() {
    for kind in [Database::Sqlite, Database::Postgres] {
        let house = House::on(kind).await;
        let owner = Moderator::first(&house).await;
        for (text, to) in [
            ("Das Turnhallenfest\u{1b}[2J beginnt heute, wunderbar.", "approved"),
            ("Kommt alle in unsere Turnhalle, es lohnt sich.", "spam"),
        ] {
            let taken = Reader::of(&house, "a").writes_unhurried(&house, text).await;
            owner.decides(taken["id"].as_str().unwrap(), to).await;
        }
        let arguments = house.database.arguments();
        let run = |more: &[&str]| -> (bool, String) {
            let all: Vec<&str> =
                arguments.iter().map(String::as_str).chain(["spam", "rules"]).chain(more.iter().copied()).collect();
            let output = leserbrief(&all, "");
            let text = if output.status.success() { output.stdout } else { output.stderr };
            (output.status.success(), String::from_utf8(text).unwrap())
        };
        let list = house.database.data().join("list");
        let file = list.to_str().unwrap();
        std::fs::write(&list, "# Sperrliste\nturnhalle\nturnhalle\n192.0.2.7\n").unwrap();
        assert_eq!(
            run(&["demo"]),
            (true, "# rules.max_links=2\n# rules.check_points=2.0\n# rules.spam_points=5.0\n# rules.switched_off=\n".into())
        );
        let (_, tried) = run(&["demo", "--import", file]);
        assert!(tried.starts_with("New words: 1. ") && tried.contains("or no words: 3."), "{tried}");
        assert!(tried.contains("Of the last 2 decided comments 1 were unwanted. These rules would have caught 1 of them; the present ones catch 0."), "{tried}");
        assert!(tried.contains("caught wrongly: 0\n") && tried.ends_with("Not saved: --save keeps these words.\n"), "{tried}");
        let (_, tried) = run(&["demo", "--wordpress", file]);
        assert!(
            tried.contains("caught wrongly: 1\nnew\t") && tried.contains("Das Turnhallenfest") && !tried.contains('\u{1b}'),
            "{tried}"
        );
        let json: serde_json::Value = serde_json::from_str(&run(&["demo", "--wordpress", file, "--json"]).1).unwrap();
        assert_eq!(
            (&json["added"], &json["left_out"], &json["caught"], &json["wrongly"][0]["new"], &json["saved"]),
            (&1.into(), &3.into(), &1.into(), &true.into(), &false.into())
        );
        assert!(!run(&["demo"]).1.contains("turnhalle"), "nothing holds before it is saved");
        assert!(run(&["demo", "--import", file, "--save"]).1.ends_with("Saved.\n"));
        let (_, kept) = run(&["demo"]);
        assert!(kept.ends_with("# rules.switched_off=\nturnhalle\n"), "{kept}");
        std::fs::write(&list, kept).unwrap();
        assert!(run(&["demo", "--import", file]).1.starts_with("New words: 0."), "what is printed is such a list");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&run(&["demo", "--json"]).1).unwrap()["blocked_words"][0],
            "turnhalle"
        );
        std::fs::write(&list, (0..5000).map(|number| format!("wort{number}\n")).collect::<String>()).unwrap();
        for (more, told) in [
            (vec!["demo", "--import", file, "--save"], "at most 5000 words"),
            (vec!["nowhere"], "no site named nowhere"),
            (vec!["demo", "--import", "/nowhere/at/all"], "cannot be read"),
            (vec!["demo", "--save"], "--import"),
        ] {
            let (done, words) = run(&more);
            assert!(!done && words.contains(told), "{more:?}: {words}");
        }
    }
}
