//! `leserbrief setup`: a new link for the first owner, for whoever lost the one printed at the start.

use clap::Args;
use url::Url;

use super::print;
use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::config::StorageSettings;
use crate::server::open_store;

/// Where the link shall lead.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Address under which browsers reach the service
    #[arg(long, env = "LESERBRIEF_BASE_URL", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    base_url: Url,
}

/// Prints a new link; every earlier one ends.
pub async fn run(storage: &StorageSettings, arguments: &Arguments) -> anyhow::Result<()> {
    let (store, keys) = open_store(storage).await?;
    match Accounts::new(store, keys, Clock::System).new_setup_token().await? {
        Some(token) => print(&format!("{}/panel/setup/{token}", arguments.base_url.origin().ascii_serialization())),
        None => anyhow::bail!("There is an owner already. Change the password with: leserbrief moderator reset ADDRESS"),
    }
}
