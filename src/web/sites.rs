//! The sites, kept at hand: a request does not ask the database which sites there are.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::site::Site;
use crate::store::{Store, sites};

/// How long the sites are taken for unchanged: a change on the command line, or by another process, shows by then.
const FRESH: Duration = Duration::from_secs(2);

/// The sites by name.
#[derive(Debug)]
pub struct SiteDirectory {
    store: Store,
    kept: RwLock<Kept>,
}

#[derive(Clone, Debug, Default)]
struct Kept {
    by_name: Arc<HashMap<String, Arc<Site>>>,
    read_at: Option<Instant>,
}

impl SiteDirectory {
    /// The sites of `store`.
    pub fn new(store: Store) -> Self {
        Self { store, kept: RwLock::default() }
    }

    /// Every site by name, at most two seconds old.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn all(&self) -> Result<Arc<HashMap<String, Arc<Site>>>> {
        let kept = self.kept.read().map_or_else(|poisoned| poisoned.into_inner().clone(), |kept| kept.clone());
        if kept.read_at.is_some_and(|at| at.elapsed() < FRESH) {
            return Ok(kept.by_name);
        }
        let mut tx = self.store.read().await?;
        let sites = sites::all(&mut tx).await?;
        let by_name = Arc::new(sites.into_iter().map(|site| (site.name.clone(), Arc::new(site))).collect());
        let mut kept = self.kept.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *kept = Kept { by_name: Arc::clone(&by_name), read_at: Some(Instant::now()) };
        Ok(by_name)
    }

    /// Forgets what it knows, because a site has just been changed here.
    pub fn look_again(&self) {
        self.kept.write().unwrap_or_else(std::sync::PoisonError::into_inner).read_at = None;
    }

    /// The site with this name.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub async fn get(&self, name: &str) -> Result<Arc<Site>> {
        self.all().await?.get(name).cloned().ok_or(Error::NotFound)
    }
}
