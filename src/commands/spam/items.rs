//! Files of comments: one JSON object a line, as `leserbrief spam` reads them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use crate::spam::Submission;

/// A comment in such a file.
#[derive(Deserialize)]
pub(super) struct Item {
    pub(super) id: String,
    #[serde(default)]
    pub(super) author: String,
    #[serde(default)]
    pub(super) email: String,
    #[serde(default)]
    pub(super) url: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) label: Option<Label>,
}

/// What somebody decided it to be.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Label {
    Spam,
    Ham,
}

impl Item {
    /// The same as it would have come through the door.
    pub(super) fn submission<'a>(&'a self, language: &'a str) -> Submission<'a> {
        Submission {
            author: &self.author,
            website: Some(self.url.as_str()).filter(|url| !url.is_empty()),
            text: &self.text,
            honeypot_filled: false,
            // A file does not tell how the form was filled in; this is what nobody would take offence at.
            fill_time_ms: Some(300_000),
            site_hosts: &[],
            site_language: language,
            staff_names: &[],
        }
    }
}

/// The comments of files, each with whether it is spam.
pub(super) fn decisions(files: &[PathBuf]) -> anyhow::Result<Vec<(Item, bool)>> {
    let mut decided = Vec::new();
    for file in files {
        for item in read(file)? {
            let label = item.label.with_context(|| format!("{}: item {} has no label", file.display(), item.id))?;
            decided.push((item, label == Label::Spam));
        }
    }
    Ok(decided)
}

/// The comments of a file.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Item>> {
    let file = std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut items = Vec::new();
    for (at, line) in BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("{} cannot be read", path.display()))?;
        if !line.trim().is_empty() {
            items.push(serde_json::from_str(&line).with_context(|| format!("{}, line {}", path.display(), at + 1))?);
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_line_that_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("broken.jsonl");
        std::fs::write(&file, "{\"id\":\"a\",\"text\":\"b\"}\nnothing\n").unwrap();
        let Err(error) = super::read(&file) else { panic!("it is read") };
        assert!(format!("{error:#}").contains("line 2"), "{error:#}");
    }
}
