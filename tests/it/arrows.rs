//! Arrows point down only, and each language (SQL, HTTP, SMTP) is spoken in one room.

use std::path::{Path, PathBuf};

/// What each room may use. A room may always use itself.
const ARROWS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("config", &[]),
    ("error", &["clock"]),
    ("email_address", &[]),
    ("i18n", &["clock"]),
    ("totp", &["clock"]),
    ("secrets", &["clock", "email_address", "totp"]),
    ("spam", &[]),
    ("markdown", &[]),
    ("site", &["clock", "i18n", "spam"]),
    ("page", &["clock"]),
    ("comment", &["clock", "email_address", "error", "spam"]),
    ("moderator", &["clock", "i18n"]),
    ("store", &["clock", "comment", "config", "error", "i18n", "moderator", "page", "secrets", "site", "spam"]),
    ("webhook", &[]),
    ("mail", &["clock", "config", "email_address", "i18n", "secrets", "site", "spam"]),
    (
        "moderation",
        &[
            "clock",
            "comment",
            "email_address",
            "error",
            "i18n",
            "markdown",
            "moderator",
            "page",
            "secrets",
            "site",
            "spam",
            "store",
        ],
    ),
    ("exchange", &["clock", "comment", "email_address", "markdown", "moderation", "page", "secrets", "site", "spam", "store"]),
    ("accounts", &["clock", "email_address", "error", "i18n", "moderator", "secrets", "store", "totp"]),
    ("privacy", &["clock", "store"]),
    (
        "outbox",
        &[
            "clock",
            "comment",
            "email_address",
            "i18n",
            "mail",
            "moderation",
            "moderator",
            "page",
            "privacy",
            "secrets",
            "site",
            "spam",
            "store",
            "webhook",
        ],
    ),
    (
        "web",
        &[
            "accounts",
            "clock",
            "comment",
            "config",
            "email_address",
            "error",
            "i18n",
            "moderation",
            "moderator",
            "page",
            "secrets",
            "site",
            "store",
            "totp",
            "webhook",
        ],
    ),
    (
        "server",
        &[
            "accounts",
            "clock",
            "config",
            "i18n",
            "mail",
            "moderation",
            "outbox",
            "privacy",
            "secrets",
            "site",
            "store",
            "web",
            "webhook",
        ],
    ),
    (
        "commands",
        &[
            "accounts",
            "clock",
            "config",
            "email_address",
            "error",
            "exchange",
            "i18n",
            "mail",
            "moderation",
            "moderator",
            "page",
            "secrets",
            "server",
            "site",
            "spam",
            "store",
            "web",
        ],
    ),
];

/// Crates that are spoken in some rooms only.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("axum", &["web", "server"]),
    ("lettre", &["mail"]),
    ("argon2", &["accounts"]),
    ("qrcode", &["web"]),
    ("askama", &["web", "mail"]),
    ("jiff", &["moderator"]),
    ("quick_xml", &["exchange"]),
];

#[test]
fn arrows_point_down_only() {
    let mut faults = Vec::new();
    let mut arrows = 0;
    for (room, path, code) in sources() {
        let Some((_, below)) = ARROWS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("{}: the room {room} is in no table of arrows", path.display()));
            continue;
        };
        for used in code.split("crate::").skip(1).flat_map(rooms_named) {
            arrows += 1;
            if used != room && !below.contains(&used.as_str()) {
                faults.push(format!("{}: the arrow {room} → {used} points upward", path.display()));
            }
        }
        for (language, rooms) in LANGUAGES {
            let spoken = code.contains(&format!("{language}::")) || code.contains(&format!("use {language};"));
            if spoken && !rooms.contains(&room.as_str()) {
                faults.push(format!("{}: {language} is spoken outside {rooms:?}", path.display()));
            }
        }
    }
    assert!(arrows > 100, "{arrows} arrows were seen");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_table_of_arrows_has_no_circle() {
    for (position, (room, below)) in ARROWS.iter().enumerate() {
        for used in *below {
            assert!(ARROWS[..position].iter().any(|(name, _)| name == used), "{room} → {used} does not point down");
        }
    }
}

/// The rooms that stand after `crate::`: one, or several in braces.
fn rooms_named(rest: &str) -> Vec<String> {
    let name = |text: &str| text.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    match rest.strip_prefix('{') {
        None => vec![name(rest)],
        Some(several) => {
            several.split('}').next().unwrap_or_default().split(',').map(name).filter(|name| !name.is_empty()).collect()
        }
    }
}

/// Every source file with its room, without comments.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path.strip_prefix(&root).unwrap();
            let room = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
            if path.extension().is_none_or(|extension| extension != "rs") || ["build", "lib", "main"].contains(&room.as_str()) {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            sources.push((room, path.clone(), code.join("\n")));
        }
    }
    sources
}
