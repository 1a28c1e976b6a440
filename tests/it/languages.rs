//! Every language has every text, with the same arguments; every text is used.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The texts of a language: key, and the arguments in it.
fn catalogue(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/locales").join(language);
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let mut key = String::new();
        for line in std::fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            if let Some((name, _)) =
                line.split_once(" =").filter(|(name, _)| !name.is_empty() && !name.starts_with([' ', '#', '}']))
            {
                assert!(!texts.contains_key(name), "{name} is twice in {language}");
                key = name.to_owned();
                texts.insert(key.clone(), BTreeSet::new());
            }
            for argument in line.split("{ $").skip(1) {
                let name: String = argument.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                texts.get_mut(&key).unwrap().insert(name);
            }
        }
    }
    texts
}

#[test]
fn every_language_has_every_text() {
    let english = catalogue("en");
    assert!(english.len() > 100, "{} texts", english.len());
    for language in ["de", "de-formal"] {
        assert_eq!(catalogue(language), english, "{language}");
    }
}

#[test]
fn every_text_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in ["src", "templates/panel", "templates/reader", "templates/mail"] {
        read_all(&root.join(folder), &mut sources);
    }
    for file in ["templates/message.html", "templates/base.html"] {
        sources.push_str(&std::fs::read_to_string(root.join(file)).unwrap());
    }
    // Texts whose key is put together from the name of something; the embed's are looked at beside its script.
    let families = [
        "embed-",
        "more-",
        "reason-",
        "status-",
        "view-",
        "empty-",
        "done-",
        "means-",
        "receipt-",
        "error-",
        "fault-",
        "link-",
        "role-",
        "account-event-",
        "mail-changed-",
        "mail-kind-",
        "mail-state-",
        "setting-",
        "language-",
        "hold-",
        "order-",
        "ground-",
        "statement-",
        "key-",
        "writing-",
        "bulk-",
        "live-",
        "telling-",
        "wishes-",
        "signal-",
        "webhook-fault-",
    ];
    for family in families {
        assert!(sources.contains(&format!("\"{}", family.trim_end_matches('-'))), "nothing puts {family} together");
    }
    let unused: Vec<String> = catalogue("en")
        .into_keys()
        .filter(|key| !families.iter().any(|family| key.starts_with(family)) && !sources.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

fn read_all(folder: &Path, sources: &mut String) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read_all(&path, sources);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            sources.push_str(&text);
        }
    }
}

#[test]
fn every_text_that_pages_ask_for_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in ["src", "templates/panel", "templates/reader", "templates/mail"] {
        read_all(&root.join(folder), &mut sources);
    }
    let english = catalogue("en");
    let mut asked = 0;
    for call in [".text(\"", ".text_with(\"", ".text_with_all(\""] {
        for rest in sources.split(call).skip(1) {
            let key = rest.split('"').next().unwrap();
            assert!(english.contains_key(key), "{key} is asked for");
            asked += 1;
        }
    }
    assert!(asked > 60, "{asked} texts are asked for");
}

#[test]
fn every_reason_and_state_has_words() {
    let english = catalogue("en");
    for signal in leserbrief::spam::SIGNALS {
        assert!(english.contains_key(&format!("reason-{signal}")), "{signal}");
        assert!(english.contains_key(&format!("signal-{signal}")), "{signal}");
    }
    for status in leserbrief::comment::Status::ALL {
        for family in ["status", "receipt", "done"] {
            let exempt = family == "receipt" && status == leserbrief::comment::Status::Spam;
            assert!(exempt || english.contains_key(&format!("{family}-{}", status.as_str())), "{family} {status:?}");
        }
    }
}
