//! The judgement learns from decisions: a lesson is a row in the transaction of the decision, and taken back with it.
//! The models in memory are made of what is committed and of nothing else, in every process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use uuid::Uuid;

use crate::comment::{Comment, Status};
use crate::error::Result;
use crate::site::Site;
use crate::spam::{self, Delta, Model, PIECES};
use crate::store::lessons::Lesson;
use crate::store::{Store, Tx, lessons, sites};

/// What other processes have taught is looked for this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Models kept in memory: each takes up to 16 MiB. Of more sites than these, the one asked for longest ago is read anew.
const MOST_MODELS: usize = 16;

/// Lessons that are added up one by one at a start; beyond, they are folded into the pieces.
pub const MOST_UNFOLDED: i64 = 500;

/// The id under which the start is kept that all sites have in common.
pub const SHARED_START: Uuid = Uuid::nil();

/// The sites' models. A clone is another handle on the same.
#[derive(Clone, Debug)]
pub struct Models {
    store: Store,
    by_site: Arc<Mutex<HashMap<Uuid, Arc<Mutex<Learned>>>>>,
}

/// A model, and up to which lesson it goes.
#[derive(Debug, Default)]
struct Learned {
    model: Model,
    until: i64,
    base: Option<Base>,
    looked_at: Option<Instant>,
    used_at: Option<Instant>,
}

/// What a model was begun with: the site's own pieces, or this version of the start that all sites have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Own,
    Shared(i64),
}

impl Models {
    /// The models of the sites in `store`; none is read yet.
    pub fn new(store: Store) -> Self {
        Self { store, by_site: Arc::default() }
    }

    /// Judges with what is known of what the site's moderators have taught: see [`Models::catch_up`].
    pub fn judge(&self, site: &Site, submission: &spam::Submission<'_>, history: &spam::History) -> spam::Verdict {
        let learned = self.known(site.id);
        let learned = lock(&learned);
        spam::judge(submission, history, &learned.model, &site.settings.rules)
    }

    /// Before a judgement or a decision, and before its transaction: takes in what was taught until now, by whichever
    /// process. That is looked for once a second at most, and after each decision made here.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn catch_up(&self, site_id: Uuid) -> anyhow::Result<()> {
        let known = self.known(site_id);
        let (known_base, mut until) = {
            let mut learned = lock(&known);
            learned.used_at = Some(Instant::now());
            if learned.looked_at.is_some_and(|at| at.elapsed() < LOOK_AGAIN) {
                return Ok(());
            }
            // Noted before looking: a decision that falls in between asks for another look.
            learned.looked_at = Some(Instant::now());
            (learned.base, learned.until)
        };
        let mut tx = self.store.read().await?;
        let base = base_of(&mut tx, site_id).await?;
        // Where the start has been replaced, what the site has learned since is added to the new one.
        if known_base != Some(base) {
            let (model, folded) = read_pieces(&mut tx, site_id).await?;
            let mut learned = lock(&known);
            if learned.base != Some(base) {
                (learned.model, learned.until, learned.base) = (model, folded, Some(base));
            }
            until = learned.until;
        }
        loop {
            let new = lessons::after(&mut tx, site_id, until).await?;
            let Some(last) = new.last() else { return Ok(()) };
            let mut learned = lock(&known);
            // Another task may have taken some of them in meanwhile.
            for lesson in new.iter().skip_while(|lesson| lesson.number <= learned.until).collect::<Vec<_>>() {
                add(&mut learned.model, lesson);
            }
            until = last.number;
            learned.until = learned.until.max(until);
        }
    }

    fn known(&self, site_id: Uuid) -> Arc<Mutex<Learned>> {
        let mut by_site = lock(&self.by_site);
        if by_site.len() >= MOST_MODELS && !by_site.contains_key(&site_id) {
            let oldest = by_site.iter().min_by_key(|(_, learned)| lock(learned).used_at).map(|(id, _)| *id);
            oldest.and_then(|id| by_site.remove(&id));
        }
        Arc::clone(by_site.entry(site_id).or_default())
    }

    /// Lets the model follow a comment into a new state: what it was taught by the state before is taken back, and what
    /// this one teaches is learned. Both are rows of the decision's own transaction; the model in memory hears of them
    /// with the next look, when they are committed.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn follow(&self, tx: &mut Tx, comment: &Comment, to: Status) -> Result<()> {
        let lesson = match to {
            Status::Approved => Some(false),
            Status::Spam => Some(true),
            // A comment is rejected for what it says: that it is no spam, either, is not said.
            Status::Pending | Status::Rejected | Status::Withdrawn | Status::Erased => None,
        };
        // What its author takes back was still approved: only another verdict unlearns it.
        if to != Status::Withdrawn
            && let Some(before) = lessons::of_comment(tx, comment.id).await?
        {
            take_back(tx, comment, &before).await?;
        }
        if let Some(is_spam) = lesson {
            let site = sites::get(tx, comment.site_id).await?.context("a comment's site is gone")?;
            let (learned, hosts) = (self.known(comment.site_id), site.hosts());
            let delta = {
                let model = &mut lock(&learned).model;
                let delta = model.learn(&as_lesson(comment, &site, &hosts), is_spam);
                // Only what is committed stays: this may yet be rolled back.
                model.revert(&delta);
                delta
            };
            // The model in memory knows what is committed; of what this transaction has taught only the database knows.
            if !delta.is_empty() && !lessons::is_taught(tx, comment.site_id, about(&delta)).await? {
                lessons::add(tx, comment.site_id, comment.id, 1, &delta.to_bytes(), Some(about(&delta))).await?;
            }
        }
        Ok(())
    }

    /// After a decision made here: the next judgement knows of it.
    pub fn look_again(&self, site_id: Uuid) {
        lock(&self.known(site_id)).looked_at = None;
    }

    /// Adds up the lessons of every site that has more than `most_unfolded` new ones, so that the next start is quick.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn fold(&self, most_unfolded: i64) -> anyhow::Result<()> {
        let sites = lessons::to_be_folded(&mut self.store.read().await?, most_unfolded).await?;
        for site_id in sites {
            let mut tx = self.store.read().await?;
            let (mut model, from) = read_pieces(&mut tx, site_id).await?;
            let mut until = from;
            loop {
                let new = lessons::after(&mut tx, site_id, until).await?;
                let Some(last) = new.last() else { break };
                until = last.number;
                new.iter().for_each(|lesson| add(&mut model, lesson));
            }
            drop(tx);
            keep_pieces(&self.store, site_id, &model, from, until).await?;
        }
        Ok(())
    }

    /// Puts a model in the place of the start that all sites have in common. Sites that have begun to learn keep theirs.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn keep_shared_start(&self, model: &Model) -> anyhow::Result<()> {
        let from = lessons::folded(&mut self.store.read().await?, SHARED_START).await?.map_or(0, |(folded, _)| folded);
        keep_pieces(&self.store, SHARED_START, model, from, from + 1).await
    }
}

/// Takes a lesson back. Where another comment with the same text is still decided so, the lesson goes over to that one: the
/// text was taught once and stays so for as long as one decision says it.
async fn take_back(tx: &mut Tx, comment: &Comment, lesson: &Lesson) -> Result<()> {
    let about = Delta::from_bytes(&lesson.delta).ok().map(|delta| about(&delta));
    lessons::add(tx, comment.site_id, comment.id, -1, &lesson.delta, about).await?;
    if let Some(text) = about
        && let Some(heir) = lessons::heir(tx, comment.id, text.is_spam).await?
        && lessons::of_comment(tx, heir).await?.is_none()
    {
        lessons::add(tx, comment.site_id, heir, 1, &lesson.delta, about).await?;
    }
    Ok(())
}

const fn about(delta: &Delta) -> lessons::Text {
    lessons::Text { hash: delta.text_hash(), is_spam: delta.is_spam() }
}

async fn base_of(tx: &mut Tx, site_id: Uuid) -> anyhow::Result<Base> {
    if lessons::folded(tx, site_id).await?.is_some_and(|(folded, _)| folded > 0) {
        return Ok(Base::Own);
    }
    Ok(Base::Shared(lessons::folded(tx, SHARED_START).await?.map_or(0, |(folded, _)| folded)))
}

/// What is added up of a site's model; where nothing is yet, the start that all sites have in common.
async fn read_pieces(tx: &mut Tx, site_id: Uuid) -> anyhow::Result<(Model, i64)> {
    let folded = lessons::folded(tx, site_id).await?.map_or(0, |(folded, _)| folded);
    let id = if folded == 0 { SHARED_START } else { site_id };
    let mut model = Model::default();
    for (piece, content) in lessons::pieces(tx, id).await? {
        let piece = usize::try_from(piece).unwrap_or(PIECES);
        if let Err(error) = model.set_piece(piece, &content) {
            tracing::error!(site = %site_id, "{error}: the judgement begins anew");
            return Ok((Model::default(), folded));
        }
    }
    Ok((model, folded))
}

async fn keep_pieces(store: &Store, site_id: Uuid, model: &Model, from: i64, until: i64) -> anyhow::Result<()> {
    let pieces: Vec<Option<Vec<u8>>> = (0..PIECES).map(|piece| model.piece(piece)).collect();
    let mut tx = store.write().await?;
    if !lessons::note_folded(&mut tx, site_id, from, until).await? {
        return Ok(());
    }
    for (number, content) in pieces.iter().enumerate() {
        lessons::keep_piece(&mut tx, site_id, i64::try_from(number)?, content.as_deref()).await?;
    }
    tx.commit().await
}

fn add(model: &mut Model, lesson: &Lesson) {
    match Delta::from_bytes(&lesson.delta) {
        Ok(delta) if lesson.sign > 0 => model.apply(&delta),
        Ok(delta) => model.revert(&delta),
        // Taught to another version of the model: it means nothing here.
        Err(_) => {}
    }
}

/// A comment as the model learns it: what it says, and nothing of how it came.
fn as_lesson<'a>(comment: &'a Comment, site: &'a Site, hosts: &'a [String]) -> spam::Submission<'a> {
    spam::Submission {
        author: &comment.author,
        website: comment.website.as_deref(),
        text: &comment.text,
        honeypot_filled: false,
        fill_time_ms: None,
        site_hosts: hosts,
        site_language: site.locale.html_lang(),
        staff_names: &[],
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
