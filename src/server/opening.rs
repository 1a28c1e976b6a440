//! Opening: the store with its key file, and a site for the demo.

use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::{Context, bail};

use crate::clock::Clock;
use crate::config::{DatabaseUrl, StorageSettings};
use crate::secrets::Keys;
use crate::site::{Origin, Site, SiteSettings};
use crate::store::{Store, sites};
use crate::web::reader::demo::demo_origin;

/// Opens the store with its key file. Nothing is made where something is refused.
///
/// # Errors
/// A sentence that says what is wrong and what to do.
pub async fn open_store(storage: &StorageSettings) -> anyhow::Result<(Store, Keys)> {
    let url = storage.database_url()?;
    let key_file = storage.key_file();
    let known = Keys::load(&key_file)?;
    if matches!(url, DatabaseUrl::Sqlite(_)) {
        make_folder(&storage.data)?;
    }
    let store = Store::open(&url).await?;
    let keys = match (known, store.key_check().await?) {
        (Some(keys), _) => keys,
        (None, None) => {
            make_folder(&storage.data)?;
            Keys::create(&key_file)?
        }
        (None, Some(_)) => {
            bail!(
                "The key file {} is missing: without it the addresses in the database stay sealed. Put it back.",
                key_file.display()
            )
        }
    };
    store.tie_to_key(&keys.check_value()).await?;
    if store.key_check().await? != Some(keys.check_value()) {
        bail!("The key file {} is not the one this database was made with. Put the right one back.", key_file.display());
    }
    Ok((store, keys))
}

fn make_folder(path: &Path) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("The data folder {} cannot be made.", path.display()))
}

/// A site for the demo article, where there is none at all.
pub(super) async fn add_demo_site(store: &Store, clock: &Clock, base_url: &str) -> anyhow::Result<()> {
    let mut tx = store.write().await?;
    let origins: Vec<Origin> = Origin::parse(&demo_origin(base_url)).into_iter().collect();
    let existing = sites::all(&mut tx).await?;
    match existing.into_iter().find(|site| site.name == "demo") {
        Some(mut site) if site.origins != origins => {
            // The demo follows the port that the service is on.
            site.origins = origins;
            sites::keep(&mut tx, &site).await?;
        }
        Some(_) => return Ok(()),
        None => {
            let (id, title) = (clock.new_id(), "Nordblatt (Demo)".to_owned());
            let (locale, settings) = (crate::i18n::Locale::De, SiteSettings::default());
            sites::add(&mut tx, &Site { id, name: "demo".into(), title, locale, origins, settings }, clock.now()).await?;
        }
    }
    tx.commit().await
}
