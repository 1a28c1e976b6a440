//! Taking comments in. Those that come together share one commit; one that comes alone does not wait.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use ipnet::IpNet;
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::clock::{Clock, Timestamp};
use crate::comment::{Checked, Comment, Status};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::markdown;
use crate::moderation::decide::{RULE, apply};
use crate::moderation::learning::Models;
use crate::moderation::neighbours::{hosts_elsewhere, similar};
use crate::moderation::notices;
use crate::moderation::staff::StaffNames;
use crate::page::Page;
use crate::secrets::{Keys, SealedAddress};
use crate::site::{Hold, Site};
use crate::spam::{self, Bucket, History, Likeness};
use crate::store::author_addresses::{self, Standing, Typed};
use crate::store::decisions::Decision;
use crate::store::intake::{self, Arrival, Known, Question};
use crate::store::outbox::Arrived;
use crate::store::{self, Store, Tx, mail_wishes, neighbours, outbox, pages};

/// Comments that share a commit at most: more would keep the first of them waiting.
const TOGETHER: usize = 64;

/// Comments that wait for their turn at most; beyond, the sender waits.
const WAITING: usize = 1024;

/// Where comments have just come together, the next ones have this long to do so again: each commit costs the disk a
/// flush, whether it holds one comment or many. PostgreSQL's `commit_siblings` and `commit_delay` are the same thought.
const GATHERING: Duration = Duration::from_millis(1);

/// Approved comments of an address that are counted at least, for the judgement.
const COUNTED: i64 = 20;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A comment as it came, checked.
#[derive(Debug)]
pub struct Submission {
    /// The site.
    pub site: Arc<Site>,
    /// The page's name.
    pub page_name: String,
    /// The article's address, if it lies on an origin of the site.
    pub page_url: Option<String>,
    /// The article's title; empty if it did not come.
    pub page_title: String,
    /// The comment it answers.
    pub parent_id: Option<Uuid>,
    /// The id of the form token, which must have been issued for this page.
    pub token_id: Option<Uuid>,
    /// The id in a form token that was not issued for this page.
    pub stray_token_id: Option<Uuid>,
    /// The fields.
    pub fields: Checked,
    /// Whether the field that people do not see was filled in.
    pub honeypot_filled: bool,
    /// How many of the headers are missing that every browser sends.
    pub missing_headers: u32,
    /// The client's network.
    pub network: IpNet,
    /// The language of the form, as far as it is known; else the site's.
    pub locale: Locale,
}

/// What the author is told.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The comment's id.
    pub id: Uuid,
    /// The page that it stands on.
    pub page_id: Uuid,
    /// Its state.
    pub status: Status,
    /// The author's own link to it, valid for a year.
    pub receipt: String,
}

/// The way in.
#[derive(Clone, Debug)]
pub struct Intake {
    jobs: mpsc::Sender<Job>,
    keys: Keys,
}

/// A submission, and where its author waits.
type Job = (Prepared, oneshot::Sender<Result<Accepted>>);

/// A submission with everything done that needs no database.
#[derive(Debug)]
struct Prepared {
    submission: Submission,
    html: String,
    address: SealedAddress,
    address_index: Vec<u8>,
    domain_index: Vec<u8>,
    network_index: Vec<u8>,
    fingerprint: Vec<u8>,
    likeness: Option<Likeness>,
    /// Where its links lead.
    hosts: Vec<String>,
}

impl Intake {
    /// Starts the one task that takes comments in. It ends when every `Intake` is gone and nothing waits.
    pub fn start(desk: Desk) -> (Self, JoinHandle<()>) {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let keys = desk.keys.clone();
        // On a thread of its own: it waits for the database several times a comment, and is woken without the detour
        // through the threads that serve.
        let runtime = tokio::runtime::Handle::current();
        (Self { jobs, keys }, tokio::task::spawn_blocking(move || runtime.block_on(desk.run(waiting))))
    }

    /// Takes a comment in. When this returns, no crash loses it; the same form token again gives the same answer.
    ///
    /// # Errors
    /// [`Error::Closed`], [`Error::TooMany`], [`Error::Duplicate`]; or the database failed, and only a further try with the
    /// same form token tells whether it has the comment.
    pub async fn submit(&self, submission: Submission) -> Result<Accepted> {
        let Submission { site, fields, .. } = &submission;
        let folded = spam::fingerprint_text(&fields.text);
        // Not while others wait for the database.
        site.settings.rules.blocked_words.make_ready();
        let prepared = Prepared {
            html: markdown::to_html(&fields.text),
            address: self.keys.seal(&fields.email)?,
            address_index: self.keys.address_index(&fields.email),
            domain_index: self.keys.domain_index(&fields.email),
            network_index: self.keys.network_index(&submission.network),
            fingerprint: Sha256::digest(&folded).to_vec(),
            likeness: Likeness::of_folded(&folded),
            hosts: hosts_elsewhere(site, fields.website.as_deref(), &fields.text),
            submission,
        };
        let (answer, answered) = oneshot::channel();
        self.jobs.send((prepared, answer)).await.map_err(|_| anyhow!("the intake has ended"))?;
        answered.await.map_err(|_| anyhow!("the intake ended before it answered"))?
    }
}

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
    async fn run(self, mut waiting: mpsc::Receiver<Job>) {
        let mut batch = Vec::with_capacity(TOGETHER);
        let mut in_company = false;
        while waiting.recv_many(&mut batch, TOGETHER).await > 0 {
            if in_company {
                tokio::time::sleep(GATHERING).await;
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
        let mut tx = self.store.write().await?;
        let mut outcomes = Vec::with_capacity(prepared.len());
        // In one order everywhere, or two processes could each wait for what the other has locked.
        let mut held: BTreeMap<Uuid, Arrived> = BTreeMap::new();
        let mut silent: Vec<(Uuid, Uuid)> = Vec::new();
        let mut is_new = false;
        for one in prepared {
            match self.take(&mut tx, one).await {
                Ok(Taken::New(comment)) => {
                    is_new |= self.ask_for_confirmation(&mut tx, one, &comment).await?;
                    if comment.status == Status::Pending && comment.bucket != Bucket::LikelySpam {
                        let unwilling = &one.submission.site.settings.mail.silent;
                        silent.extend(unwilling.iter().map(|moderator_id| (comment.site_id, *moderator_id)));
                        let at = comment.submitted_at;
                        let arrived = held.entry(comment.site_id).or_insert(Arrived { count: 0, first: at, last: at });
                        arrived.count += 1;
                        arrived.last = at;
                    }
                    outcomes.push(Ok(self.accepted(&comment)));
                }
                Ok(Taken::Before(comment)) => outcomes.push(Ok(self.accepted(&comment))),
                Err(Error::Internal(error) | Error::Unavailable(error)) => return Err(error),
                Err(refusal) => outcomes.push(Err(refusal)),
            }
        }
        for (site_id, arrived) in held {
            for moderator_id in mail_wishes::told_of(&mut tx, site_id).await? {
                if silent.contains(&(site_id, moderator_id)) {
                    continue;
                }
                let id = self.clock.new_id();
                is_new |= outbox::queue_held_comments(&mut tx, id, site_id, moderator_id, &arrived, self.mail_interval).await?;
            }
        }
        tx.commit().await?;
        // The worker knows when the mails that wait already are due.
        if is_new {
            self.mail_waits.notify_one();
        }
        Ok(outcomes)
    }

    async fn take(&self, tx: &mut Tx, prepared: &Prepared) -> Result<Taken> {
        let Submission { site, page_name, token_id, stray_token_id, parent_id, fields, .. } = &prepared.submission;
        let limits = &site.settings.limits;
        let question = Question {
            site_id: site.id,
            page_name,
            token_id: *token_id,
            network: &prepared.network_index,
            address: &prepared.address_index,
            stray_token_id: *stray_token_id,
            fingerprint: &prepared.fingerprint,
            likeness: prepared.likeness,
            hour_ago: self.clock.now().plus(-HOUR),
            allowed: [
                limits.network_per_minute,
                limits.network_per_hour,
                limits.address_per_hour,
                limits.page_per_minute,
                limits.site_per_minute,
            ],
        };
        let known = intake::ask(tx, &question).await?;
        if let Some(id) = known.earlier_id.filter(|_| token_id.is_some()) {
            let comment = crate::store::comments::get(tx, id).await?.ok_or_else(|| anyhow!("a comment vanished"))?;
            return Ok(Taken::Before(comment));
        }
        // Read after the write lock is held, so that times and ids are in the order of the commits.
        let now = self.clock.now();
        refuse_closed(site, &known, now)?;
        refuse_too_many(&question, &known, now)?;
        if known.duplicate_id.is_some() {
            return Err(Error::Duplicate);
        }
        let most = i64::from(site.settings.trust.after_approved).max(COUNTED);
        let standing = author_addresses::standing(tx, site.id, &prepared.address_index, most).await?;
        let domain_in_spam = neighbours::hosts_in_spam(tx, site.id, &prepared.hosts).await?;
        let verdict = self.judge(prepared, &known, &standing, domain_in_spam, now);
        let page_id = match known.page_id {
            Some(id) => id,
            None => self.add_page(tx, &prepared.submission, now).await?,
        };
        let parent_id = match parent_id {
            // An answer to what is no longer public stands by itself: its author loses nothing.
            Some(id) if intake::may_be_answered(tx, page_id, *id).await? => Some(*id),
            _ => None,
        };
        let id = self.clock.new_id();
        // Some of what the judgement alone has binned goes to the moderators without saying so: that tells what it is worth.
        let is_sampled = verdict.bucket == Bucket::LikelySpam && self.keys.draws(id, site.settings.drift.sample_percent);
        let comment = Comment {
            id,
            site_id: site.id,
            page_id,
            parent_id,
            status: Status::Pending,
            revision: 1,
            author: fields.name.clone(),
            website: fields.website.clone(),
            text: fields.text.clone(),
            html: prepared.html.clone(),
            points: verdict.points,
            bucket: if is_sampled { Bucket::Check } else { verdict.bucket },
            reasons: verdict.reasons,
            submitted_at: now,
            last_decision_id: None,
            proposed_at: None,
        };
        let arrival =
            Arrival { comment: &comment, address: &prepared.address, question: &question, notify: fields.notify, is_sampled };
        intake::add(tx, &arrival).await?;
        Ok(Taken::New(self.approve_if_trusted(tx, site, &standing, comment).await?))
    }

    /// Approves a comment of an address that has earned it, where the site lets such comments through; whatever is not
    /// quite as it should be waits for a moderator.
    async fn approve_if_trusted(&self, tx: &mut Tx, site: &Site, standing: &Standing, comment: Comment) -> Result<Comment> {
        let trust = &site.settings.trust;
        let is_trusted = trust.hold == Hold::Untrusted
            && standing.is_confirmed
            && !standing.was_refused
            && standing.approved >= i64::from(trust.after_approved.max(1))
            && comment.bucket == Bucket::LikelyFine;
        if !is_trusted {
            return Ok(comment);
        }
        let decision = Decision {
            id: self.clock.new_id(),
            comment_id: comment.id,
            moderator_id: None,
            from: comment.status,
            to: Status::Approved,
            code: None,
            reason: None,
            means: RULE,
            undoes: None,
            of_edit: false,
            batch_id: None,
            revision: comment.revision,
            at: comment.submitted_at,
        };
        if !apply(tx, &self.clock, &self.models, &comment, &decision).await? {
            return Ok(comment);
        }
        Ok(crate::store::comments::get(tx, comment.id).await?.ok_or_else(|| anyhow!("a comment vanished"))?)
    }

    /// Asks whether the address is its owner's, where the form asked for mails. Whether a mail waits.
    async fn ask_for_confirmation(&self, tx: &mut Tx, prepared: &Prepared, comment: &Comment) -> anyhow::Result<bool> {
        // A script that types strangers' addresses looks like spam, and has nobody asked.
        if !prepared.submission.fields.notify || comment.bucket == Bucket::LikelySpam {
            return Ok(false);
        }
        let typed = Typed {
            id: self.clock.new_id(),
            site_id: comment.site_id,
            email_index: &prepared.address_index,
            sealed: &prepared.address,
            domain_index: &prepared.domain_index,
            locale: prepared.submission.locale,
        };
        notices::ask(tx, &self.clock, &typed, &prepared.network_index, comment.id).await
    }

    /// The page, known from now on by its name and by its address. One that is known by its address already gets the
    /// name as well: a site that begins to send the ids of its articles keeps their threads.
    async fn add_page(&self, tx: &mut Tx, submission: &Submission, now: Timestamp) -> Result<Uuid> {
        let Submission { site, page_name, page_url, page_title, .. } = submission;
        let by_url = match page_url {
            Some(url) => pages::find(tx, site.id, url).await?,
            None => None,
        };
        let page = match by_url {
            Some(page) => page,
            None => {
                let title = if page_title.is_empty() { page_name } else { page_title }.clone();
                let page = Page { id: self.clock.new_id(), url: page_url.clone(), title, closed_at: None, created_at: now };
                pages::add(tx, site.id, &page).await?;
                if let Some(url) = page_url.as_ref().filter(|url| *url != page_name) {
                    pages::add_alias(tx, site.id, url, page.id).await?;
                }
                page
            }
        };
        if !pages::add_alias(tx, site.id, page_name, page.id).await? {
            return Err(anyhow!("another process has just added the same page").into());
        }
        Ok(page.id)
    }

    fn judge(
        &self,
        prepared: &Prepared,
        known: &Known,
        standing: &Standing,
        domain_in_spam: i64,
        now: Timestamp,
    ) -> spam::Verdict {
        let submission = &prepared.submission;
        let issued_at = submission.token_id.and_then(|id| id.get_timestamp()).map(|at| {
            let (seconds, nanos) = at.to_unix();
            i64::try_from(seconds).unwrap_or_default() * 1000 + i64::from(nanos / 1_000_000)
        });
        let count = |number: i64| u32::try_from(number).unwrap_or_default();
        let (similar_elsewhere, similar_in_spam) = similar(prepared.likeness, known);
        let page_age = known.page_created_at.map_or(0, |at| (now.millis() - at) / DAY);
        self.models.judge(
            &submission.site,
            &spam::Submission {
                author: &submission.fields.name,
                website: submission.fields.website.as_deref(),
                text: &submission.fields.text,
                honeypot_filled: submission.honeypot_filled,
                fill_time_ms: issued_at.map(|issued| now.millis().saturating_sub(issued).max(0)),
                site_hosts: &submission.site.hosts(),
                site_language: submission.site.locale.html_lang(),
                staff_names: &self.staff.of(submission.site.id),
            },
            &History {
                identical_elsewhere: count(known.identical),
                identical_in_spam: count(known.identical_in_spam),
                approved_confirmed: count(standing.approved),
                similar_elsewhere,
                similar_in_spam,
                domain_in_spam: count(domain_in_spam),
                network_in_spam: count(known.network_in_spam),
                address_in_spam: count(known.address_in_spam),
                page_last_hour: count(known.page_last_hour),
                page_age_days: count(page_age),
                // One that holds for this page never makes a second comment.
                token_reused: known.earlier_id.is_some(),
                missing_headers: submission.missing_headers,
            },
        )
    }

    fn accepted(&self, comment: &Comment) -> Accepted {
        let receipt = self.keys.sign_receipt(comment.id, comment.submitted_at.plus(365 * DAY));
        Accepted { id: comment.id, page_id: comment.page_id, status: comment.status, receipt }
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

enum Taken {
    New(Comment),
    Before(Comment),
}

fn refuse_closed(site: &Site, known: &Known, now: Timestamp) -> Result<()> {
    let too_old = |since| site.settings.thread.has_closed(Timestamp::from_millis(since), now);
    if known.closed_at.is_some() || known.page_created_at.is_some_and(too_old) {
        return Err(Error::Closed);
    }
    Ok(())
}

fn refuse_too_many(question: &Question<'_>, known: &Known, now: Timestamp) -> Result<()> {
    let full = [
        (known.network_minute, MINUTE),
        (known.network_hour, HOUR),
        (known.address_hour, HOUR),
        (known.page_minute, MINUTE),
        (known.site_minute, MINUTE),
    ];
    let wait = full
        .into_iter()
        .zip(question.allowed)
        .filter(|(_, allowed)| *allowed > 0)
        .filter_map(|((at, window), _)| Some(at? + window - now.millis()))
        .max()
        .unwrap_or_default();
    if wait > 0 { Err(Error::TooMany { retry_after: (wait + 999) / 1000 }) } else { Ok(()) }
}
