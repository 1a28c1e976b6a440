//! One comment: what is known before it, what refuses it, and the row that it becomes.

use anyhow::anyhow;
use uuid::Uuid;

use super::{Accepted, Desk, Prepared, Submission};
use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::page::Page;
use crate::site::Site;
use crate::spam::Bucket;
use crate::store::intake::{self, Arrival, Known, Question};
use crate::store::{Tx, neighbours, pages};

/// Approved comments of an address that are counted at least, for the judgement.
const COUNTED: i64 = 20;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

pub(super) enum Taken {
    New(Comment),
    Before(Comment),
}

impl Desk {
    pub(super) async fn take(&self, tx: &mut Tx, prepared: &Prepared) -> Result<Taken> {
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
            approved: i64::from(site.settings.trust.after_approved).max(COUNTED),
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
        let domain_in_spam = neighbours::hosts_in_spam(tx, site.id, &prepared.hosts).await?;
        let verdict = self.judge(prepared, &known, domain_in_spam, now);
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
        let arrival =
            Arrival { comment: &comment, address: &prepared.address, question: &question, notify: fields.notify, is_sampled };
        intake::add(tx, &arrival).await?;
        if let Some(is_spam) = tells_of_links {
            neighbours::note_judged_hosts(tx, site.id, id, is_spam, &prepared.hosts).await?;
        }
        Ok(Taken::New(self.approve_if_trusted(tx, site, &known, comment).await?))
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

    pub(super) fn accepted(&self, comment: &Comment) -> Accepted {
        let receipt = self.keys.sign_receipt(comment.id, comment.submitted_at.plus(365 * DAY));
        Accepted { id: comment.id, page_id: comment.page_id, status: comment.status, receipt }
    }
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
