//! `leserbrief site`: the sites of the installation.

use anyhow::{bail, ensure};
use clap::Subcommand;

use super::print;
use crate::clock::Clock;
use crate::config::StorageSettings;
use crate::i18n::Locale;
use crate::server::open_store;
use crate::site::{Origin, Site, SiteSettings, is_site_name};
use crate::store::sites;

/// What to do with sites.
#[derive(Subcommand, Debug)]
pub enum SiteCommand {
    /// Add a site
    Add {
        /// Its name in addresses: a-z, 0-9 and -
        name: String,
        /// Scheme and host of its pages; repeat it for several
        #[arg(long = "origin", required = true, value_name = "URL")]
        origins: Vec<String>,
        /// The language of its readers
        #[arg(long, default_value = "de")]
        locale: Locale,
        /// The name that people read
        #[arg(long)]
        title: Option<String>,
    },
    /// Change title, locale, origins (comma-separated) or a setting such as limits.network_per_minute
    Set {
        /// The site
        name: String,
        /// What to change
        #[arg(required = true, value_name = "KEY=VALUE")]
        changes: Vec<String>,
    },
    /// List the sites
    List {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
}

/// Does it.
pub async fn run(storage: &StorageSettings, command: SiteCommand) -> anyhow::Result<()> {
    let (store, _) = open_store(storage).await?;
    let clock = Clock::System;
    match command {
        SiteCommand::Add { name, origins, locale, title } => {
            ensure!(is_site_name(&name), "A site's name has 1 to 63 of a-z, 0-9 and -.");
            let site = Site {
                id: clock.new_id(),
                title: title.unwrap_or_else(|| name.clone()),
                origins: parse_origins(origins.iter().map(String::as_str))?,
                name,
                locale,
                settings: SiteSettings::default(),
            };
            let mut tx = store.write().await?;
            ensure!(sites::add(&mut tx, &site, clock.now()).await?, "There is a site named {} already.", site.name);
            tx.commit().await
        }
        SiteCommand::Set { name, changes } => {
            let mut tx = store.write().await?;
            let found = sites::all(&mut tx).await?.into_iter().find(|site| site.name == name);
            let Some(mut site) = found else { bail!("There is no site named {name}.") };
            for change in &changes {
                let Some((key, value)) = change.split_once('=') else { bail!("{change} is not of the form KEY=VALUE.") };
                set(&mut site, key, value)?;
            }
            sites::keep(&mut tx, &site).await?;
            tx.commit().await
        }
        SiteCommand::List { json } => {
            let mut tx = store.read().await?;
            for site in sites::all(&mut tx).await? {
                let origins: Vec<&str> = site.origins.iter().map(Origin::as_str).collect();
                let line = if json {
                    let Site { name, title, locale, settings, .. } = &site;
                    serde_json::json!({"name": name, "title": title, "locale": locale, "origins": origins, "settings": settings})
                        .to_string()
                } else {
                    format!("{}\t{}\t{}\t{}", site.name, site.title, site.locale.as_str(), origins.join(" "))
                };
                print(&line)?;
            }
            Ok(())
        }
    }
}

fn set(site: &mut Site, key: &str, value: &str) -> anyhow::Result<()> {
    match key {
        "title" => value.clone_into(&mut site.title),
        "locale" => site.locale = value.parse().map_err(anyhow::Error::msg)?,
        "origins" => site.origins = parse_origins(value.split(','))?,
        _ => site.settings.set(key, value).map_err(anyhow::Error::msg)?,
    }
    if let Some(fault) = site.settings.faults().first() {
        bail!("{value} is out of bounds for {}: {} to {} is possible.", fault.name, fault.bounds.0, fault.bounds.1);
    }
    Ok(())
}

fn parse_origins<'a>(texts: impl Iterator<Item = &'a str>) -> anyhow::Result<Vec<Origin>> {
    texts
        .map(|text| {
            Origin::parse(text)
                .ok_or_else(|| anyhow::anyhow!("{text} is not the address of a site, such as https://example.org."))
        })
        .collect()
}
