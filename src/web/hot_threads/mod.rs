//! Threads kept ready as bytes: reading a hot one touches no database, and a decision throws it away.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::error::Result;
use crate::site::Order;

mod prepared;

pub use prepared::Prepared;

/// Pages that share a counter; more of them make a needless second look rarer.
const STRIPES: usize = 1024;

/// Places where those wait who want a page that is being made; pages that share one wait for each other, once.
const MAKERS: usize = 64;

#[derive(Clone)]
struct BySize;

impl Weighter<(Uuid, Shape), Arc<Prepared>> for BySize {
    fn weight(&self, _: &(Uuid, Shape), prepared: &Arc<Prepared>) -> u64 {
        prepared.bytes()
    }
}

/// What a thread is kept ready as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// The first part, for the API, in the site's order.
    Json,
    /// The same in an order that was asked for.
    JsonIn(Order),
    /// The fragment that a page includes.
    Html,
}

/// Which page a site's page name stands for.
#[derive(Clone, Copy, Debug)]
enum Name {
    Page(Uuid),
    /// No page, as long as no page's public comments have changed since.
    Nothing(u64),
}

/// The threads kept ready, within a bound of memory.
pub struct HotThreads {
    names: Cache<String, Name>,
    threads: Cache<(Uuid, Shape), Arc<Prepared>, BySize>,
    changes: Vec<AtomicU64>,
    making: Vec<Mutex<()>>,
    any_change: AtomicU64,
    deaf: AtomicBool,
}

impl HotThreads {
    /// Keeps up to `mebibytes` of threads.
    pub fn new(mebibytes: u32) -> Self {
        let bytes = u64::from(mebibytes) << 20;
        Self {
            names: Cache::new(20_000),
            threads: Cache::with_weighter(usize::try_from(bytes >> 15).unwrap_or(1), bytes, BySize),
            changes: (0..STRIPES).map(|_| AtomicU64::new(0)).collect(),
            making: (0..MAKERS).map(|_| Mutex::default()).collect(),
            any_change: AtomicU64::new(0),
            deaf: AtomicBool::new(false),
        }
    }

    /// The thread of a site's page in this shape, if it is kept and right at this moment.
    pub fn ready(&self, site: &str, page: &str, shape: Shape, now: Timestamp) -> Option<Arc<Prepared>> {
        match self.names.get(&key(site, page)) {
            Some(Name::Page(id)) if !self.deaf.load(Ordering::Acquire) => self.kept(id, shape, now),
            _ => None,
        }
    }

    fn kept(&self, page_id: Uuid, shape: Shape, now: Timestamp) -> Option<Arc<Prepared>> {
        self.threads.get(&(page_id, shape)).filter(|ready| ready.is_right_at(now))
    }

    /// Whether no thread is kept.
    pub fn is_empty(&self) -> bool {
        self.threads.is_empty()
    }

    /// The page of this name: from memory, or looked up with `find`. `None` where the site has no such page.
    ///
    /// # Errors
    /// What `find` says.
    pub async fn page<F>(&self, site: &str, page: &str, find: impl FnOnce() -> F) -> Result<Option<Uuid>>
    where
        F: Future<Output = Result<Option<Uuid>>>,
    {
        let now = self.any_change.load(Ordering::Acquire);
        let key = key(site, page);
        match self.names.get(&key) {
            Some(Name::Page(id)) => return Ok(Some(id)),
            Some(Name::Nothing(then)) if then == now && !self.deaf.load(Ordering::Acquire) => return Ok(None),
            _ => {}
        }
        let found = find().await?;
        self.names.insert(key, found.map_or(Name::Nothing(now), Name::Page));
        Ok(found)
    }

    /// A page's thread in this shape: from memory, or made with `make` and then kept.
    ///
    /// # Errors
    /// What `make` says.
    pub async fn thread<F>(&self, page_id: Uuid, shape: Shape, now: Timestamp, make: impl FnOnce() -> F) -> Result<Arc<Prepared>>
    where
        F: Future<Output = Result<Prepared>>,
    {
        let deaf = self.deaf.load(Ordering::Acquire);
        if let Some(ready) = self.kept(page_id, shape, now).filter(|_| !deaf) {
            return Ok(ready);
        }
        // One makes it, and who comes meanwhile takes the same: else a page that everybody reads is made anew for each of them.
        // Where that one has nothing to give, none waits for another one.
        let making = &self.making[stripe(page_id) % MAKERS];
        let turn = making.try_lock();
        if turn.is_err() && !deaf {
            drop(making.lock().await);
            if let Some(ready) = self.kept(page_id, shape, now) {
                return Ok(ready);
            }
        }
        let before = self.changed(page_id).load(Ordering::Acquire);
        let made = Arc::new(make().await?);
        if !deaf {
            self.threads.insert((page_id, shape), Arc::clone(&made));
            // A decision may have fallen between reading and keeping: what was read then is not kept.
            let changed = self.changed(page_id).load(Ordering::Acquire) != before;
            if changed || self.deaf.load(Ordering::Acquire) {
                self.threads.remove(&(page_id, shape));
            }
        }
        Ok(made)
    }

    /// Throws a page's thread away, because what the public sees of it has changed.
    pub fn forget(&self, page_id: Uuid) {
        self.changed(page_id).fetch_add(1, Ordering::AcqRel);
        self.any_change.fetch_add(1, Ordering::AcqRel);
        for shape in [Shape::Json, Shape::JsonIn(Order::OldestFirst), Shape::JsonIn(Order::NewestFirst), Shape::Html] {
            self.threads.remove(&(page_id, shape));
        }
    }

    /// Throws everything away, because anything may have changed.
    pub fn forget_all(&self) {
        for changed in &self.changes {
            changed.fetch_add(1, Ordering::AcqRel);
        }
        self.any_change.fetch_add(1, Ordering::AcqRel);
        self.threads.clear();
        self.names.clear();
    }

    /// While changes by other processes cannot be heard, nothing is answered from memory.
    pub fn set_deaf(&self, deaf: bool) {
        self.deaf.store(deaf, Ordering::Release);
    }

    fn changed(&self, page_id: Uuid) -> &AtomicU64 {
        &self.changes[stripe(page_id)]
    }
}

fn stripe(page_id: Uuid) -> usize {
    let mut hasher = DefaultHasher::new();
    page_id.hash(&mut hasher);
    usize::try_from(hasher.finish()).unwrap_or_default() % STRIPES
}

/// A site's name holds no `/`, so that no two pages share a key.
fn key(site: &str, page: &str) -> String {
    [site, "/", page].concat()
}

impl std::fmt::Debug for HotThreads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HotThreads({} kept)", self.threads.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn prepared(text: &str) -> Prepared {
        Prepared::new(text.repeat(100).into_bytes()).unwrap()
    }

    #[tokio::test]
    async fn a_thread_is_made_once_and_again_after_a_change() {
        let hot = HotThreads::new(1);
        let page = Uuid::from_u128(1);
        let first = hot.thread(page, Shape::Json, NOW, async || Ok(prepared("a"))).await.unwrap();
        let second = hot.thread(page, Shape::Json, NOW, async || unreachable!("it is kept")).await.unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        let html = hot.thread(page, Shape::Html, NOW, async || Ok(prepared("h"))).await.unwrap();
        assert_ne!(first.etag(), html.etag());
        hot.forget(page);
        let third = hot.thread(page, Shape::Json, NOW, async || Ok(prepared("b"))).await.unwrap();
        assert_ne!(first.etag(), third.etag());
        let changed = hot.thread(page, Shape::Html, NOW, async || Ok(prepared("i"))).await.unwrap();
        assert_ne!(html.etag(), changed.etag());
    }

    #[tokio::test]
    async fn a_thread_that_time_has_overtaken_is_made_again() {
        let hot = HotThreads::new(1);
        let page = Uuid::from_u128(1);
        assert_eq!(hot.page("s", "p", async || Ok(Some(page))).await.unwrap(), Some(page));
        let first = hot.thread(page, Shape::Json, NOW, async || Ok(prepared("open").until(Some(NOW.plus(10))))).await.unwrap();
        assert!(Arc::ptr_eq(&first, &hot.ready("s", "p", Shape::Json, NOW.plus(9)).unwrap()));
        assert!(hot.ready("s", "p", Shape::Json, NOW.plus(10)).is_none());
        let second = hot.thread(page, Shape::Json, NOW.plus(10), async || Ok(prepared("closed"))).await.unwrap();
        assert_ne!(first.etag(), second.etag());
    }

    #[tokio::test]
    async fn what_a_decision_overtook_is_not_kept() {
        let hot = HotThreads::new(1);
        let page = Uuid::from_u128(1);
        hot.thread(page, Shape::Json, NOW, async || {
            hot.forget(page);
            Ok(prepared("old"))
        })
        .await
        .unwrap();
        let mut made_again = false;
        hot.thread(page, Shape::Json, NOW, async || {
            made_again = true;
            Ok(prepared("new"))
        })
        .await
        .unwrap();
        assert!(made_again);
    }

    #[tokio::test]
    async fn a_page_that_did_not_exist_is_looked_up_again_after_a_change() {
        let hot = HotThreads::new(1);
        let page = Uuid::from_u128(1);
        assert_eq!(hot.page("s", "p", async || Ok(None)).await.unwrap(), None);
        assert_eq!(hot.page("s", "p", async || unreachable!("it is kept")).await.unwrap(), None);
        hot.forget(page);
        assert_eq!(hot.page("s", "p", async || Ok(Some(page))).await.unwrap(), Some(page));
    }

    #[tokio::test]
    async fn who_comes_while_a_thread_is_made_takes_the_same() {
        let hot = HotThreads::new(1);
        let page = Uuid::from_u128(1);
        let slowly = async || {
            tokio::task::yield_now().await;
            Ok(prepared("a"))
        };
        let (first, second) = tokio::join!(
            hot.thread(page, Shape::Json, NOW, slowly),
            hot.thread(page, Shape::Json, NOW, async || unreachable!("it is being made"))
        );
        assert!(Arc::ptr_eq(&first.unwrap(), &second.unwrap()));
    }

    #[tokio::test]
    async fn memory_is_bounded() {
        let hot = HotThreads::new(1);
        for page in 0..1000_u128 {
            let bytes: Vec<u8> = crate::clock::random_bytes::<10_000>().to_vec();
            hot.thread(Uuid::from_u128(page), Shape::Json, NOW, async || Ok(Prepared::new(bytes)?)).await.unwrap();
        }
        assert!(hot.threads.weight() <= 1 << 20, "{} bytes are kept", hot.threads.weight());
    }
}
