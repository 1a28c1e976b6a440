//! The one way in: some hundred comments in one transaction, each known again if it comes twice, so that an import that was
//! ended half-way is gone on with by beginning it again. Nobody hears of them by mail, and no network is kept.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::Context;
use uuid::Uuid;

use super::prepared::{Common, Prepared};
use super::xml::Fault;
use super::{Article, LeftOut, Letter, Record};
use crate::clock::{Clock, Timestamp};
use crate::comment::Status;
use crate::moderation::learning::Models;
use crate::moderation::neighbours;
use crate::secrets::Keys;
use crate::site::Site;
use crate::store::imports::{self, Imported, Known};
use crate::store::{self, Store, Tx, changes, pages};

/// Comments of one transaction; fewer where each of them teaches.
const TOGETHER: usize = 400;
const TAUGHT_TOGETHER: usize = 100;

/// Bytes of HTML that are held at once, but for one comment.
const BYTES_TOGETHER: usize = 4 << 20;

/// Answers that came before what they answer and wait for it; of more the oldest stand alone.
const MOST_WAITING: usize = 10_000;

/// An import into a site.
#[derive(Debug)]
pub struct Import<'a> {
    /// Where comments are kept.
    pub store: &'a Store,
    /// What seals.
    pub keys: &'a Keys,
    /// The time.
    pub clock: &'a Clock,
    /// What the judgement has learned.
    pub models: &'a Models,
    /// The site.
    pub site: &'a Site,
    /// The name of the format: the numbers of two formats are not the same.
    pub format: &'static str,
    /// Whether the judgement learns from what was decided there.
    pub teaches: bool,
    /// Whether nothing is written.
    pub is_dry: bool,
}

/// What has become of a file's comments.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Pages added.
    pub pages: u64,
    /// How many of these have no address, since theirs lies on no origin of the site.
    pub pages_elsewhere: u64,
    /// Comments added, by their status.
    pub added: BTreeMap<&'static str, u64>,
    /// Comments that an earlier import has added.
    pub already_there: u64,
    /// Comments left out, by the reason.
    pub left_out: BTreeMap<LeftOut, u64>,
}

impl Summary {
    /// Comments that have been read.
    pub fn read(&self) -> u64 {
        self.added.values().chain(self.left_out.values()).sum::<u64>() + self.already_there
    }
}

/// What has been read and is to be taken in next.
#[derive(Default)]
struct Batch {
    articles: Vec<Article>,
    letters: Vec<Letter>,
    /// Which article each is on.
    places: Vec<usize>,
    bytes: usize,
}

/// What is remembered from one batch to the next.
#[derive(Default)]
pub(super) struct Memory {
    pub summary: Summary,
    /// Answers, with the keys of what they answer.
    waiting: Vec<(Uuid, Uuid)>,
    /// Pages that would have been added.
    pub seen: HashSet<String>,
}

impl Import<'_> {
    /// Takes in what a file holds, up to where it cannot be read any further. `told` hears now and then how far it is.
    ///
    /// # Errors
    /// Besides the summary of what was taken in: the file is broken, or the database cannot be reached.
    pub async fn run(
        &self,
        records: impl Iterator<Item = Result<Record, Fault>>,
        mut told: impl FnMut(&Summary),
    ) -> (Summary, anyhow::Result<()>) {
        let mut memory = Memory::default();
        let outcome = self.take_all(records, &mut memory, &mut told).await;
        (memory.summary, outcome)
    }

    async fn take_all(
        &self,
        records: impl Iterator<Item = Result<Record, Fault>>,
        memory: &mut Memory,
        told: &mut impl FnMut(&Summary),
    ) -> anyhow::Result<()> {
        let mut batch = Batch::default();
        let mut fault = None;
        let together = if self.teaches { TAUGHT_TOGETHER } else { TOGETHER };
        for record in records {
            match record {
                Ok(Record::Article(article)) => batch.articles.push(article),
                Ok(Record::Letter(letter)) => {
                    batch.bytes += letter.html.len();
                    batch.places.push(batch.articles.len().saturating_sub(1));
                    batch.letters.push(letter);
                }
                Ok(Record::LeftOut(reason)) => *memory.summary.left_out.entry(reason).or_default() += 1,
                Err(error) => fault = Some(error),
            }
            if batch.letters.len() >= together || batch.bytes >= BYTES_TOGETHER {
                // The next comment may be on the same article.
                let next = Batch { articles: batch.articles.last().cloned().into_iter().collect(), ..Batch::default() };
                self.take(std::mem::replace(&mut batch, next), memory).await?;
                told(&memory.summary);
            }
        }
        self.take(batch, memory).await?;
        if !self.is_dry {
            let mut tx = self.store.write().await?;
            imports::release(&mut tx, self.site.id).await?;
            tx.commit().await?;
        }
        fault.map_or(Ok(()), |fault| Err(fault.into()))
    }

    async fn take(&self, batch: Batch, memory: &mut Memory) -> anyhow::Result<()> {
        let common = Common { site: self.site, keys: self.keys, format: self.format, now: self.clock.now() };
        let mut prepared = Vec::with_capacity(batch.letters.len());
        for (letter, place) in batch.letters.iter().zip(batch.places) {
            let article = batch.articles.get(place).context("a comment has no article")?;
            match common.prepare(&article.name, letter, article.at)? {
                Ok(one) => prepared.push((place, one)),
                Err(reason) => *memory.summary.left_out.entry(reason).or_default() += 1,
            }
        }
        if prepared.is_empty() {
            return Ok(());
        }
        // What answers comes after what it answers.
        prepared.sort_by_key(|(_, one)| one.comment.id);
        self.judge(&mut prepared).await?;
        let before = (memory.summary.clone(), memory.waiting.clone());
        let outcome = self.write(&common, &batch.articles, &mut prepared, memory).await;
        match outcome {
            // Another process may have decided, or added the same page: that is over the second time.
            Err(error) if !store::is_unavailable(&error) => {
                (memory.summary, memory.waiting) = before;
                self.write(&common, &batch.articles, &mut prepared, memory).await?;
            }
            outcome => outcome?,
        }
        if self.teaches {
            self.models.look_again(self.site.id);
        }
        Ok(())
    }

    async fn write(
        &self,
        common: &Common<'_>,
        articles: &[Article],
        prepared: &mut [(usize, Prepared)],
        memory: &mut Memory,
    ) -> anyhow::Result<()> {
        let mut tx = if self.is_dry { self.store.read().await? } else { self.store.write().await? };
        let keys: BTreeSet<Uuid> = prepared.iter().flat_map(|(_, one)| [Some(one.key), one.parent_key]).flatten().collect();
        let mut there = imports::known(&mut tx, self.site.id, &keys.into_iter().collect::<Vec<_>>()).await?;
        let new = self.place(&mut tx, common, articles, prepared, memory, &mut there).await?;
        if self.is_dry {
            return Ok(());
        }
        self.add(&mut tx, &new, common.now).await?;
        let mut changed: BTreeMap<Uuid, i64> = BTreeMap::new();
        for one in new {
            *changed.entry(one.comment.page_id).or_default() += i64::from(one.comment.status == Status::Approved);
        }
        for page_id in hang_waiting(&mut tx, &there, &mut memory.waiting).await? {
            changed.entry(page_id).or_default();
        }
        // In one order everywhere, or two processes could each wait for what the other has locked.
        for (page_id, approved) in changed {
            pages::count_approved(&mut tx, page_id, approved).await?;
            changes::announce(&mut tx, page_id).await?;
        }
        tx.commit().await
    }

    /// Gives each comment that is not there its page and its place in the thread; those are what it returns.
    async fn place<'a>(
        &self,
        tx: &mut Tx,
        common: &Common<'_>,
        articles: &[Article],
        prepared: &'a mut [(usize, Prepared)],
        memory: &mut Memory,
        there: &mut HashMap<Uuid, Known>,
    ) -> anyhow::Result<Vec<&'a Prepared>> {
        let mut page_ids: Vec<Option<Uuid>> = vec![None; articles.len()];
        let mut new = Vec::with_capacity(prepared.len());
        for (place, one) in prepared {
            if let Some(known) = there.get(&one.key) {
                memory.summary.already_there += 1;
                memory.waiting.extend(one.parent_key.filter(|_| known.parent_id.is_none()).map(|parent| (known.id, parent)));
                continue;
            }
            let page_id = match (page_ids.get(*place).copied().flatten(), articles.get(*place)) {
                (Some(id), _) => id,
                (None, Some(article)) => self.page(tx, common, article, one.comment.submitted_at, memory).await?,
                (None, None) => continue,
            };
            page_ids[*place] = Some(page_id);
            // Older than its answer: so no circle is possible, and a thread is read from above.
            let above = one.parent_key.and_then(|parent| there.get(&parent)).filter(|above| above.id < one.comment.id);
            let parent_id = above.filter(|above| above.page_id == page_id).map(|above| above.id);
            memory.waiting.extend(one.parent_key.filter(|_| above.is_none()).map(|parent| (one.comment.id, parent)));
            one.comment.page_id = page_id;
            one.comment.parent_id = parent_id;
            one.comment.last_decision_id = (one.comment.status != Status::Pending).then(|| self.clock.new_id());
            there.insert(one.key, Known { key: one.key, id: one.comment.id, page_id, parent_id });
            *memory.summary.added.entry(one.comment.status.as_str()).or_default() += 1;
            new.push(&*one);
        }
        Ok(new)
    }

    async fn add(&self, tx: &mut Tx, new: &[&Prepared], now: Timestamp) -> anyhow::Result<()> {
        let all: Vec<Imported<'_>> = new
            .iter()
            .map(|one| Imported {
                comment: &one.comment,
                key: one.key,
                address: &one.address,
                address_index: &one.address_index,
                fingerprint: &one.fingerprint,
                likeness: one.likeness,
            })
            .collect();
        imports::add(tx, &all, now).await?;
        imports::hold_back(tx, &new.iter().map(|one| one.comment.id).collect::<Vec<_>>()).await?;
        for one in new.iter().filter(|one| one.comment.status != Status::Pending) {
            neighbours::follow(tx, &one.comment, one.comment.status).await?;
            if self.teaches {
                self.models.follow(tx, &one.comment, one.comment.status).await?;
            }
        }
        Ok(())
    }
}

/// Hangs answers on what they have waited for, and tells on which pages. What has not come yet is waited for still.
async fn hang_waiting(
    tx: &mut Tx,
    there: &HashMap<Uuid, Known>,
    waiting: &mut Vec<(Uuid, Uuid)>,
) -> anyhow::Result<BTreeSet<Uuid>> {
    let mut changed = BTreeSet::new();
    for (id, parent_key) in std::mem::take(waiting) {
        match there.get(&parent_key) {
            Some(above) if above.id >= id => {}
            Some(above) => {
                if imports::hang(tx, id, above.id).await? {
                    changed.insert(above.page_id);
                }
            }
            None => waiting.push((id, parent_key)),
        }
    }
    let too_many = waiting.len().saturating_sub(MOST_WAITING);
    waiting.drain(..too_many);
    Ok(changed)
}
