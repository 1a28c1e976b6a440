//! The sites, kept at hand: a request does not ask the database which sites there are.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::site::Site;
use crate::store::{Store, sites};
use crate::web::hot_threads::HotThreads;

/// How long the sites are taken for unchanged: a change on the command line, or by another process, shows by then.
const FRESH: Duration = Duration::from_secs(2);

/// The sites by name.
#[derive(Debug)]
pub struct SiteDirectory {
    store: Store,
    threads: Arc<HotThreads>,
    kept: RwLock<Kept>,
}

#[derive(Clone, Debug, Default)]
struct Kept {
    by_name: Arc<HashMap<String, Arc<Site>>>,
    read_at: Option<Instant>,
}

impl SiteDirectory {
    /// The sites of `store`, on whose settings `threads` depend.
    pub fn new(store: Store, threads: Arc<HotThreads>) -> Self {
        Self { store, threads, kept: RwLock::default() }
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
        // In a box, or each request that asks for its site would carry room for a query about with it.
        Box::pin(self.read(kept)).await
    }

    async fn read(&self, kept: Kept) -> Result<Arc<HashMap<String, Arc<Site>>>> {
        let mut tx = self.store.read().await?;
        let sites = sites::all(&mut tx).await?;
        // A site that is as it was stays the same one: what was worked out of its rules goes with it.
        let as_it_was = |site: Site| match kept.by_name.get(&site.name) {
            Some(known) if **known == site => Arc::clone(known),
            _ => Arc::new(site),
        };
        let by_name: HashMap<_, _> = sites.into_iter().map(|site| (site.name.clone(), as_it_was(site))).collect();
        let by_name = Arc::new(by_name);
        let mut kept = self.kept.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let has_changed = *kept.by_name != *by_name;
        *kept = Kept { by_name: Arc::clone(&by_name), read_at: Some(Instant::now()) };
        drop(kept);
        // Only now, so that a thread made of the old settings is not kept.
        if has_changed {
            self.threads.forget_all();
        }
        Ok(by_name)
    }

    /// Looks for changes while threads are kept, which are read without asking for their site.
    pub async fn watch(&self) {
        loop {
            tokio::time::sleep(FRESH).await;
            if !self.threads.is_empty()
                && let Err(error) = self.all().await
            {
                tracing::debug!(%error, "the sites could not be looked at");
            }
        }
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
