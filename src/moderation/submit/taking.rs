//! What is known before a comment, what refuses it, and the row that it becomes.

use anyhow::anyhow;
use uuid::Uuid;

use super::company::{Company, counted, strangers};
use super::{Accepted, Desk, Prepared, Submission};
use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::page::Page;
use crate::site::Site;
use crate::spam::Bucket;
use crate::store::arrivals::{self, Arrival};
use crate::store::intake::{self, Known, LIMITS, Question, WINDOWS};
use crate::store::{Tx, neighbours, pages};

const DAY: i64 = 24 * 60 * 60_000;

pub(super) enum Taken {
    New { comment: Comment, is_sampled: bool, tells_of_links: Option<bool> },
    Before(Comment),
}

impl Desk {
    /// Takes in the foremost that can be taken at once, the first one always: all is asked together that must be known
    /// before, and all is added together.
    ///
    /// # Errors
    /// The database failed: whatever has nothing to do with any single one.
    pub(super) async fn take(&self, tx: &mut Tx, prepared: &[Prepared]) -> anyhow::Result<Vec<Result<Taken>>> {
        let group = strangers(prepared);
        let asked_at = self.clock.now();
        let questions: Vec<_> = group.iter().map(|one| question(one, asked_at)).collect();
        let all_known = intake::ask(tx, &questions).await?;
        let mut outcomes = Vec::with_capacity(group.len());
        for (question, (one, known)) in questions.iter().zip(group.iter().zip(&all_known)) {
            let company: Vec<_> = group.iter().zip(&outcomes).filter_map(|(one, outcome)| Some((one, new(outcome)?))).collect();
            match self.settle(tx, one, question, known, &company).await {
                Err(Error::Internal(error) | Error::Unavailable(error)) => return Err(error),
                outcome => outcomes.push(outcome),
            }
        }
        let arrivals = questions.iter().zip(group.iter().zip(&outcomes));
        let arrivals: Vec<_> = arrivals.filter_map(|(question, (one, outcome))| arrival(one, question, outcome)).collect();
        arrivals::add(tx, &arrivals).await?;
        for (outcome, (one, known)) in outcomes.iter_mut().zip(group.iter().zip(&all_known)) {
            if let Ok(Taken::New { comment, tells_of_links, .. }) = outcome {
                if let Some(is_spam) = *tells_of_links {
                    neighbours::note_judged_hosts(tx, comment.site_id, comment.id, is_spam, &one.hosts).await?;
                }
                self.approve_if_trusted(tx, &one.submission.site, known, comment).await?;
            }
        }
        Ok(outcomes)
    }

    /// What becomes of one: nothing of it is in the database yet, but for its page.
    async fn settle(
        &self,
        tx: &mut Tx,
        prepared: &Prepared,
        question: &Question<'_>,
        known: &Known,
        company: &Company<'_>,
    ) -> Result<Taken> {
        let Submission { site, token_id, parent_id, fields, .. } = &prepared.submission;
        if let Some(id) = known.earlier_id.filter(|_| token_id.is_some()) {
            let comment = crate::store::comments::get(tx, id).await?.ok_or_else(|| anyhow!("a comment vanished"))?;
            return Ok(Taken::Before(comment));
        }
        // Read after the write lock is held, so that times and ids are in the order of the commits.
        let now = self.clock.now();
        refuse_closed(site, known, now)?;
        refuse_too_many(tx, question, known, counted(prepared, company), now).await?;
        if known.is_duplicate() {
            return Err(Error::Duplicate);
        }
        let domain_in_spam = neighbours::hosts_in_spam(tx, site.id, &prepared.hosts).await?;
        let verdict = self.judge(prepared, known, company, domain_in_spam, now);
        let page_id = match known.page_id {
            Some(id) => id,
            None => self.add_page(tx, &prepared.submission, now).await?,
        };
        let parent_id = match parent_id {
            // An answer to what is no longer public stands by itself: its author loses nothing.
            Some(id) if arrivals::may_be_answered(tx, page_id, *id).await? => Some(*id),
            _ => None,
        };
        let id = self.clock.new_id();
        // Some of what the judgement alone has binned goes to the moderators without saying so: that tells what it is worth.
        let is_sampled = verdict.bucket == Bucket::LikelySpam && self.keys.draws(id, site.settings.drift.sample_percent);
        let tells_of_links = verdict.tells_of_links();
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
        Ok(Taken::New { comment, is_sampled, tells_of_links })
    }

    /// The page, known from now on by its name and by its address. One that is known by its address already gets the
    /// name as well: a site that begins to send the ids of its articles keeps their threads.
    async fn add_page(&self, tx: &mut Tx, submission: &Submission, now: Timestamp) -> Result<Uuid> {
        let Submission { site, page_name, page_url, page_title, .. } = submission;
        // One of its company may just have added it.
        if let Some(page) = pages::find(tx, site.id, page_name).await? {
            return Ok(page.id);
        }
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

    pub(super) fn accepted(&self, comment: &Comment) -> Accepted {
        let receipt = self.keys.sign_receipt(comment.id, comment.submitted_at.plus(365 * DAY));
        Accepted { id: comment.id, page_id: comment.page_id, status: comment.status, receipt }
    }
}

fn question(prepared: &Prepared, now: Timestamp) -> Question<'_> {
    let Submission { site, page_name, token_id, stray_token_id, .. } = &prepared.submission;
    let limits = &site.settings.limits;
    Question {
        site_id: site.id,
        page_name,
        token_id: *token_id,
        network: &prepared.network_index,
        address: &prepared.address_index,
        stray_token_id: *stray_token_id,
        fingerprint: &prepared.fingerprint,
        likeness: prepared.likeness,
        now,
        allowed: [
            limits.network_per_minute,
            limits.network_per_hour,
            limits.address_per_hour,
            limits.page_per_minute,
            limits.site_per_minute,
        ],
    }
}

fn new(outcome: &Result<Taken>) -> Option<&Comment> {
    if let Ok(Taken::New { comment, .. }) = outcome { Some(comment) } else { None }
}

fn arrival<'a>(prepared: &'a Prepared, question: &'a Question<'_>, outcome: &'a Result<Taken>) -> Option<Arrival<'a>> {
    let Ok(Taken::New { comment, is_sampled, .. }) = outcome else { return None };
    let (address, notify) = (&prepared.address, prepared.submission.fields.notify);
    Some(Arrival { comment, address, question, notify, is_sampled: *is_sampled })
}

fn refuse_closed(site: &Site, known: &Known, now: Timestamp) -> Result<()> {
    let too_old = |since| site.settings.thread.has_closed(Timestamp::from_millis(since), now);
    if known.closed_at.is_some() || known.page_created_at.is_some_and(too_old) {
        return Err(Error::Closed);
    }
    Ok(())
}

async fn refuse_too_many(
    tx: &mut Tx,
    question: &Question<'_>,
    known: &Known,
    of_company: [u32; LIMITS],
    now: Timestamp,
) -> Result<()> {
    let counted = known.counted().into_iter().zip(of_company).map(|(count, more)| count + i64::from(more));
    let is_full: Vec<bool> =
        counted.zip(question.allowed).map(|(count, allowed)| allowed > 0 && count >= i64::from(allowed)).collect();
    if !is_full.contains(&true) {
        return Ok(());
    }
    let filled_at = intake::filled_at(tx, question, known.page_id, of_company).await?;
    let ends = filled_at.into_iter().zip(WINDOWS).map(|(at, window)| at.unwrap_or(now.millis()) + window - now.millis());
    let wait = ends.zip(is_full).filter_map(|(wait, is_full)| is_full.then_some(wait)).max().unwrap_or_default();
    Err(Error::TooMany { retry_after: ((wait + 999) / 1000).max(1) })
}
