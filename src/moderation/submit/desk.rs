//! The one task that takes comments in: whoever waits at the same time shares a commit.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

use super::taking::Taken;
use super::{Accepted, Job, Prepared, WAITING};
use crate::clock::Clock;
use crate::comment::Status;
use crate::error::{Error, Result};
use crate::moderation::learning::Models;
use crate::moderation::notices;
use crate::moderation::staff::StaffNames;
use crate::secrets::Keys;
use crate::site::Site;
use crate::spam::Bucket;
use crate::store::outbox::Arrived;
use crate::store::{self, Store, intake};

/// Comments that share a commit at most: more would keep the first of them waiting.
const TOGETHER: usize = 64;

/// Where comments have just come together, the next ones have this long to do so again: each commit costs the disk a
/// flush, whether it holds one comment or many. PostgreSQL's `commit_siblings` and `commit_delay` are the same thought.
const GATHERING: Duration = Duration::from_millis(1);

/// What the one task works with.
#[derive(Debug)]
pub struct Desk {
    /// Where comments are kept.
    pub store: Store,
    /// What seals and signs.
    pub keys: Keys,
    /// The time.
    pub clock: Clock,
    /// What the judgement has learned.
    pub models: Models,
    /// Whose names nobody else may bear.
    pub staff: StaffNames,
    /// Milliseconds between two mails to a moderator about the same site.
    pub mail_interval: i64,
    /// Told when there is a mail to send.
    pub mail_waits: Arc<Notify>,
}

impl Desk {
    pub(super) async fn run(self, mut waiting: mpsc::Receiver<Job>) {
        let mut batch = Vec::with_capacity(TOGETHER);
        let mut in_company = false;
        while waiting.recv_many(&mut batch, TOGETHER).await > 0 {
            if in_company {
                // It has a thread to itself, which needs nobody to wake it.
                std::thread::sleep(GATHERING);
                take_waiting(&mut waiting, &mut batch, TOGETHER);
            }
            in_company = batch.len() > 1;
            let (prepared, answers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
            let outcomes = match self.take_or_split(&prepared).await {
                Ok(outcomes) => outcomes,
                Err(error) => {
                    // Whoever came meanwhile has waited for the database as long as these, and in vain.
                    take_waiting(&mut waiting, &mut batch, WAITING);
                    for (_, answer) in batch.drain(..) {
                        let _ = answer.send(Err(Error::Unavailable(anyhow!("{error:#}"))));
                    }
                    prepared.iter().map(|_| Err(Error::Unavailable(anyhow!("{error:#}")))).collect()
                }
            };
            for (outcome, answer) in outcomes.into_iter().zip(answers) {
                // A sender that has gone away needs no answer; its comment is kept all the same.
                let _ = answer.send(outcome);
            }
        }
    }

    /// One comment that fails must not take the others with it: where a batch fails, each is tried by itself, and
    /// twice, because a conflict with another process is gone the second time.
    ///
    /// # Errors
    /// The database cannot be reached: then no further try is worth anybody's time.
    async fn take_or_split(&self, prepared: &[Prepared]) -> anyhow::Result<Vec<Result<Accepted>>> {
        match self.take_together(prepared).await {
            Err(error) if !store::is_unavailable(&error) => {}
            taken_or_unavailable => return taken_or_unavailable,
        }
        let mut outcomes = Vec::with_capacity(prepared.len());
        for one in prepared.chunks(1) {
            let outcome = match self.take_together(one).await {
                Err(_) => self.take_together(one).await,
                taken => taken,
            };
            outcomes.push(outcome.map_or_else(|error| Err(error.into()), |mut one| one.remove(0)));
        }
        Ok(outcomes)
    }

    /// Takes comments in with one commit. An error means that none of them was, or that the database is silent about it:
    /// then the form token finds the comment again.
    async fn take_together(&self, prepared: &[Prepared]) -> anyhow::Result<Vec<Result<Accepted>>> {
        for (site_id, site) in
            prepared.iter().map(|one| (one.submission.site.id, &one.submission.site)).collect::<BTreeMap<_, _>>()
        {
            self.models.catch_up(site_id).await?;
            self.staff.catch_up(site).await?;
        }
        let mut tx = intake::begin(&self.store).await?;
        let mut outcomes = Vec::with_capacity(prepared.len());
        // In one order everywhere, or two processes could each wait for what the other has locked.
        let mut held: BTreeMap<Uuid, (&Site, Arrived)> = BTreeMap::new();
        let mut is_new = false;
        while let Some(left) = prepared.get(outcomes.len()..).filter(|left| !left.is_empty()) {
            for (one, taken) in left.iter().zip(self.take(&mut tx, left).await?) {
                if let Ok(Taken::New { comment, .. }) = &taken {
                    is_new |= self.ask_for_confirmation(&mut tx, one, comment).await?;
                    if comment.status == Status::Pending && comment.bucket != Bucket::LikelySpam {
                        let (site, at) = (&*one.submission.site, comment.submitted_at);
                        let none = Arrived { count: 0, first: at, last: at };
                        let (_, arrived) = held.entry(site.id).or_insert((site, none));
                        arrived.count += 1;
                        arrived.last = at;
                    }
                }
                outcomes.push(taken.map(|(Taken::New { comment, .. } | Taken::Before(comment))| self.accepted(&comment)));
            }
        }
        for (site, arrived) in held.into_values() {
            is_new |= notices::tell_moderators(&mut tx, &self.clock, site, &arrived, self.mail_interval).await?;
        }
        tx.commit().await?;
        // The worker knows when the mails that wait already are due.
        if is_new {
            self.mail_waits.notify_one();
        }
        Ok(outcomes)
    }
}

/// Adds to a batch, up to `most`, those who wait already.
fn take_waiting(waiting: &mut mpsc::Receiver<Job>, batch: &mut Vec<Job>, most: usize) {
    while batch.len() < most
        && let Ok(job) = waiting.try_recv()
    {
        batch.push(job);
    }
}
