//! The names that only the house may bear: its moderators', as they are and as readers see them under an answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::site::Site;
use crate::spam::look_of_name;
use crate::store::{Store, memberships};

/// Whoever has joined is known by then.
const FRESH: Duration = Duration::from_secs(5);

/// Names of one site that are looked out for at most.
const MOST: i64 = 500;

/// How a moderator signs an answer on a site.
pub fn signature(site: &Site, name: &str) -> String {
    format!("{name} ({})", site.locale.text("staff-badge"))
}

/// What the names of sites' moderators look like, kept at hand. A clone is another handle on the same.
#[derive(Clone, Debug)]
pub struct StaffNames {
    store: Store,
    by_site: Arc<Mutex<HashMap<Uuid, Looks>>>,
}

#[derive(Clone, Debug)]
struct Looks {
    looks: Arc<[String]>,
    read_at: Instant,
}

impl StaffNames {
    /// The names in `store`; none is read yet.
    pub fn new(store: Store) -> Self {
        Self { store, by_site: Arc::default() }
    }

    /// Before a judgement and its transaction: takes in who has joined. That is looked for every five seconds at most.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn catch_up(&self, site: &Site) -> anyhow::Result<()> {
        if self.lock().get(&site.id).is_some_and(|known| known.read_at.elapsed() < FRESH) {
            return Ok(());
        }
        let names = memberships::names(&mut self.store.read().await?, site.id, MOST).await?;
        let looks = names.iter().flat_map(|name| [look_of_name(name), look_of_name(&signature(site, name))]);
        let looks = Looks { looks: looks.filter(|look| !look.is_empty()).collect(), read_at: Instant::now() };
        self.lock().insert(site.id, looks);
        Ok(())
    }

    /// What the names look like, as far as [`StaffNames::catch_up`] has read them.
    pub fn of(&self, site_id: Uuid) -> Arc<[String]> {
        self.lock().get(&site_id).map(|known| Arc::clone(&known.looks)).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, Looks>> {
        self.by_site.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
