//! `leserbrief moderator`: who may decide.

use std::io::Read;

use anyhow::{Context, bail, ensure};
use clap::{Args, Subcommand};
use secrecy::SecretString;
use uuid::Uuid;

use super::print;
use crate::accounts::{Accounts, NewAccount};
use crate::clock::Clock;
use crate::config::StorageSettings;
use crate::error::Error;
use crate::i18n::Locale;
use crate::moderator::Role;
use crate::server::open_store;
use crate::store::{Store, moderators, sites};

/// What to do with moderators.
#[derive(Subcommand, Debug)]
pub enum ModeratorCommand {
    /// Add a moderator
    Add {
        /// The name that colleagues see
        name: String,
        /// The address to sign in with and to send mail to
        #[arg(long)]
        email: String,
        /// moderator, admin or owner
        #[arg(long)]
        role: Role,
        /// The site; an owner has every site
        #[arg(long)]
        site: Option<String>,
        /// The language of panel and mails
        #[arg(long, default_value = "de")]
        locale: Locale,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List the moderators
    List {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Give a role, on a site or (owner) everywhere
    Role {
        /// The moderator's address
        email: String,
        /// moderator, admin or owner
        role: Role,
        /// The site
        #[arg(long)]
        site: Option<String>,
    },
    /// Give another password and end all sessions
    Reset {
        /// The moderator's address
        email: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Take the second factor off for whoever has lost it, and end all sessions
    ResetSecondFactor {
        /// The moderator's address
        email: String,
    },
    /// Take every role away and end all sessions; the journal keeps the name
    Remove {
        /// The moderator's address
        email: String,
    },
}

/// Where a password comes from: never an argument, which every process on the machine can read.
#[derive(Args, Debug)]
pub struct PasswordSource {
    /// Read the password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

impl PasswordSource {
    fn read(&self) -> anyhow::Result<SecretString> {
        ensure!(self.password_stdin, "The password is read from standard input: add --password-stdin.");
        let mut typed = String::new();
        std::io::stdin().read_to_string(&mut typed).context("The password could not be read.")?;
        Ok(SecretString::from(typed.trim_end_matches(['\n', '\r'])))
    }
}

/// Does it.
pub async fn run(storage: &StorageSettings, command: ModeratorCommand) -> anyhow::Result<()> {
    let (store, keys) = open_store(storage).await?;
    let accounts = Accounts::new(store.clone(), keys, Clock::System);
    match command {
        ModeratorCommand::Add { name, email, role, site, locale, password } => {
            let site_id = site_for(&store, role, site.as_deref()).await?;
            let account = NewAccount { name: &name, email: &email, password: &password.read()?, locale };
            accounts.add(&account, role, site_id).await.map(drop).map_err(in_words)
        }
        ModeratorCommand::List { json } => {
            let mut tx = store.read().await?;
            for moderator in moderators::all(&mut tx).await? {
                let role = if moderator.is_owner { "owner" } else { "" };
                let line = if json {
                    serde_json::json!({"id": moderator.id, "name": moderator.name, "owner": moderator.is_owner}).to_string()
                } else {
                    format!("{}\t{role}", moderator.name)
                };
                print(&line)?;
            }
            Ok(())
        }
        ModeratorCommand::Role { email, role, site } => {
            let site_id = site_for(&store, role, site.as_deref()).await?;
            accounts.give_role(&email, role, site_id).await.map_err(in_words)
        }
        ModeratorCommand::Reset { email, password } => accounts.reset(&email, &password.read()?).await.map_err(in_words),
        ModeratorCommand::ResetSecondFactor { email } => accounts.reset_second_factor_of(&email).await.map_err(in_words),
        ModeratorCommand::Remove { email } => accounts.remove(&email).await.map_err(in_words),
    }
}

async fn site_for(store: &Store, role: Role, name: Option<&str>) -> anyhow::Result<Option<Uuid>> {
    match (role, name) {
        (Role::Owner, _) => Ok(None),
        (_, None) => bail!("A moderator or admin is one of a site: add --site NAME."),
        (_, Some(name)) => {
            let mut tx = store.read().await?;
            let found = sites::all(&mut tx).await?.into_iter().find(|site| site.name == name);
            found.map(|site| Some(site.id)).with_context(|| format!("There is no site named {name}."))
        }
    }
}

fn in_words(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(faults) => {
            let words: Vec<String> = faults
                .iter()
                .map(|fault| Locale::En.text(&format!("fault-{}-{}", fault.field, fault.code.replace('_', "-"))))
                .collect();
            anyhow::anyhow!("{}", words.join(" "))
        }
        Error::NotFound => anyhow::anyhow!("There is no moderator with this address."),
        other => other.into(),
    }
}
