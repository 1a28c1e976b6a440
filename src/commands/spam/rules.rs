//! `leserbrief spam rules`: a site's rules, and published block lists tried before they hold.

use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use clap::Args;
use serde_json::{Value, json};

use crate::commands::print;
use crate::config::StorageSettings;
use crate::moderation::block_list::{self, ListKind};
use crate::moderation::trial::{Trial, try_on_past};
use crate::server::open_store;
use crate::site::Site;
use crate::spam::Rules;
use crate::store::{Store, Tx, sites};

/// Characters of a comment that are printed.
const EXCERPT: usize = 160;

/// Which site's rules, and what is added to them.
#[derive(Args, Debug)]
pub struct RulesArguments {
    /// The site
    site: String,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
    /// Add the words of a block list: one a line, `#` begins a comment
    #[arg(long, value_name = "FILE", group = "list")]
    import: Option<PathBuf>,
    /// Add keys of WordPress (moderation_keys, disallowed_keys), which are found inside of words
    #[arg(long, value_name = "FILE", group = "list")]
    wordpress: Option<PathBuf>,
    /// Keep them; without this it is only shown what they would have done
    #[arg(long, requires = "list")]
    save: bool,
}

/// Does it.
pub async fn run(storage: &StorageSettings, arguments: &RulesArguments) -> anyhow::Result<()> {
    let (store, _) = open_store(storage).await?;
    let site = named(&mut store.read().await?, &arguments.site).await?;
    let (file, kind) = match (&arguments.import, &arguments.wordpress) {
        (Some(file), _) => (file, ListKind::Words),
        (None, Some(file)) => (file, ListKind::WordPress),
        (None, None) => return show(&site, arguments.json),
    };
    let list = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let now = &site.settings.rules;
    let (words, left_out) = block_list::join(now.blocked_words.iter().map(String::as_str), &list, kind);
    let added = words.len().saturating_sub(now.blocked_words.len());
    let mut wanted = site.clone();
    wanted.settings.rules.blocked_words = words.into();
    refuse_too_much(&wanted)?;
    let trial = try_on_past(&store, &wanted, now).await?;
    if arguments.save {
        keep(&store, &wanted, now).await?;
    }
    if arguments.json {
        return print(&as_json(&trial, added, left_out, arguments.save).to_string());
    }
    print(&format!("New words: {added}. Lines left out, since they are double or no words: {left_out}."))?;
    tell(&trial)?;
    print(if arguments.save { "Saved." } else { "Not saved: --save keeps these words." })
}

async fn named(tx: &mut Tx, name: &str) -> anyhow::Result<Site> {
    let found = sites::all(tx).await?.into_iter().find(|site| site.name == name);
    found.with_context(|| format!("There is no site named {name}."))
}

/// The words stand one a line and the rest in comments, so that this is a list that `--import` takes.
fn show(site: &Site, as_json: bool) -> anyhow::Result<()> {
    let rules = &site.settings.rules;
    if as_json {
        return print(&serde_json::to_string(rules)?);
    }
    for name in ["rules.max_links", "rules.check_points", "rules.spam_points", "rules.switched_off"] {
        print(&format!("# {name}={}", site.settings.get(name).replace('\n', ",")))?;
    }
    rules.blocked_words.iter().try_for_each(|word| print(word))
}

fn refuse_too_much(wanted: &Site) -> anyhow::Result<()> {
    let faults = wanted.settings.faults();
    let Some(fault) = faults.iter().find(|fault| fault.name == "rules.blocked_words") else { return Ok(()) };
    match fault.code {
        "too_many" => {
            bail!("A site blocks at most {} words; these would be {}.", fault.bounds.1, wanted.settings.rules.blocked_words.len())
        }
        _ => bail!("A blocked word has at most {} characters.", fault.bounds.1),
    }
}

/// Only what was tried is kept: other rules that came meanwhile stay.
async fn keep(store: &Store, wanted: &Site, tried_beside: &Rules) -> anyhow::Result<()> {
    let mut tx = store.write().await?;
    let mut site = named(&mut tx, &wanted.name).await?;
    ensure!(site.settings.rules == *tried_beside, "Somebody has changed the rules meanwhile. Try again.");
    site.settings.rules = wanted.settings.rules.clone();
    sites::keep(&mut tx, &site).await?;
    tx.commit().await
}

fn tell(trial: &Trial) -> anyhow::Result<()> {
    if trial.decided == 0 {
        return print("Nothing has been decided yet that they could be tried on.");
    }
    print(&format!(
        "Of the last {} decided comments {} were unwanted. These rules would have caught {} of them; the present ones catch {}.",
        trial.decided, trial.unwanted, trial.caught, trial.caught_now
    ))?;
    print("What was known when they came counts; what has been learned from decisions does not: it was learned from these.")?;
    print(&format!("Approved comments that they would have caught wrongly: {}", trial.wrongly.len()))?;
    for wrongly in &trial.wrongly {
        let sign = if wrongly.is_new { "new" } else { "" };
        print(&format!(
            "{sign}\t{}\t{}\t{}",
            wrongly.comment.id,
            legible(&wrongly.comment.author),
            legible(&wrongly.comment.text)
        ))?;
    }
    Ok(())
}

/// One line, cut where it is too long, with nothing that a terminal would take for an order.
fn legible(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(EXCERPT).collect()
}

fn as_json(trial: &Trial, added: usize, left_out: usize, saved: bool) -> Value {
    let wrongly = trial.wrongly.iter().map(|wrongly| {
        let comment = &wrongly.comment;
        json!({ "id": comment.id, "author": comment.author, "text": comment.text, "new": wrongly.is_new })
    });
    json!({
        "added": added,
        "left_out": left_out,
        "saved": saved,
        "decided": trial.decided,
        "unwanted": trial.unwanted,
        "caught": trial.caught,
        "caught_now": trial.caught_now,
        "wrongly": wrongly.collect::<Vec<_>>(),
    })
}
