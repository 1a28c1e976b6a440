//! `leserbrief import`: comments of another program taken into a site.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::print;
use crate::clock::Clock;
use crate::config::StorageSettings;
use crate::exchange::disqus::Disqus;
use crate::exchange::wordpress::WordPress;
use crate::exchange::xml::Fault;
use crate::exchange::{Import, LeftOut, Record, Summary};
use crate::moderation::learning::Models;
use crate::server::open_store;
use crate::store::sites;

/// From which program.
#[derive(Subcommand, Debug)]
pub enum ImportCommand {
    /// An export of WordPress (WXR): Tools, Export, all content
    Wordpress(Arguments),
    /// An export of Disqus (XML): Moderation, Export
    Disqus(Arguments),
}

/// Into which site, and how.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The site
    #[arg(long, value_name = "NAME")]
    site: String,
    /// The file. The same one again adds nothing; one that was ended half-way is gone on with
    file: PathBuf,
    /// Let the judgement learn from what was approved and what was marked as spam there, of what this run adds
    #[arg(long)]
    teach: bool,
    /// Write nothing, and tell what would be added
    #[arg(long)]
    dry_run: bool,
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

/// Does it.
pub async fn run(storage: &StorageSettings, command: ImportCommand) -> anyhow::Result<()> {
    let (format, arguments) = match command {
        ImportCommand::Wordpress(arguments) => ("wordpress", arguments),
        ImportCommand::Disqus(arguments) => ("disqus", arguments),
    };
    let name = arguments.file.display().to_string();
    let file = File::open(&arguments.file).with_context(|| format!("{name} cannot be read"))?;
    let (store, keys) = open_store(storage).await?;
    let found = sites::all(&mut store.read().await?).await?.into_iter().find(|site| site.name == arguments.site);
    let site = found.with_context(|| format!("There is no site named {}.", arguments.site))?;
    let (clock, models) = (Clock::System, Models::new(store.clone()));
    let import = Import {
        store: &store,
        keys: &keys,
        clock: &clock,
        models: &models,
        site: &site,
        format,
        teaches: arguments.teach,
        is_dry: arguments.dry_run,
    };
    let is_watched = std::io::stderr().is_terminal();
    let records: Box<dyn Iterator<Item = Result<Record, Fault>>> =
        if format == "disqus" { Box::new(Disqus::of(file)) } else { Box::new(WordPress::of(file)) };
    let (summary, outcome) = import.run(records, |summary| show_progress(is_watched, Some(summary))).await;
    show_progress(is_watched, None);
    store.close().await;
    // What could not even begin is told in one sentence.
    if outcome.is_ok() || summary.read() > 0 {
        tell(&summary, &arguments)?;
    }
    let is_begun = summary.read() > 0;
    outcome.with_context(|| format!("{name} {}", if is_begun { "was taken in only so far" } else { "cannot be taken in" }))
}

/// One line on a terminal, written again and again; nothing elsewhere.
fn show_progress(is_watched: bool, summary: Option<&Summary>) {
    if is_watched {
        let line = summary.map_or(String::new(), |summary| format!("Comments read: {}", summary.read()));
        // A terminal that has gone away needs no progress.
        let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
    }
}

fn tell(summary: &Summary, arguments: &Arguments) -> anyhow::Result<()> {
    let left_out = LeftOut::ALL.iter().filter_map(|(reason, words, name)| Some((summary.left_out.get(reason)?, words, name)));
    if arguments.json {
        let left_out: Map<String, Value> = left_out.map(|(count, _, name)| ((*name).to_owned(), json!(count))).collect();
        return print(
            &json!({
                "dry_run": arguments.dry_run,
                "pages": summary.pages,
                "pages_elsewhere": summary.pages_elsewhere,
                "added": summary.added,
                "already_there": summary.already_there,
                "left_out": left_out,
            })
            .to_string(),
        );
    }
    let added = ["approved", "pending", "spam", "rejected"].map(|status| {
        let count = summary.added.get(status).copied().unwrap_or_default();
        format!("{count} {status}")
    });
    print(&format!("Pages: {}. Comments: {}; {} there already.", summary.pages, added.join(", "), summary.already_there))?;
    if summary.pages_elsewhere > 0 {
        let (count, name) = (summary.pages_elsewhere, &arguments.site);
        print(&format!(
            "Pages whose address lies on no origin of {name}: {count}. They are known by their ids alone, and no link leads to them."
        ))?;
    }
    let left_out: Vec<String> = left_out.map(|(count, words, _)| format!("{count} {words}")).collect();
    if !left_out.is_empty() {
        print(&format!("Left out: {}.", left_out.join(", ")))?;
    }
    if arguments.dry_run { print("Nothing was written: this was a dry run.") } else { Ok(()) }
}
