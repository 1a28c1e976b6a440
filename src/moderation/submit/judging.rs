//! What the judgement is told of a comment, and what follows for an address that has earned trust.

use anyhow::anyhow;

use super::company::{Company, counted, near_duplicates};
use super::{Desk, Prepared};
use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::error::Result;
use crate::moderation::decide::{RULE, apply};
use crate::moderation::neighbours::similar;
use crate::moderation::notices;
use crate::site::{Hold, Site};
use crate::spam::{self, Bucket, History};
use crate::store::Tx;
use crate::store::author_addresses::Typed;
use crate::store::decisions::Decision;
use crate::store::intake::Known;

const DAY: i64 = 24 * 60 * 60_000;

impl Desk {
    pub(super) fn judge(
        &self,
        prepared: &Prepared,
        known: &Known,
        company: &Company<'_>,
        domain_in_spam: i64,
        now: Timestamp,
    ) -> spam::Verdict {
        let submission = &prepared.submission;
        let issued_at = submission.token_id.and_then(|id| id.get_timestamp()).map(|at| {
            let (seconds, nanos) = at.to_unix();
            i64::try_from(seconds).unwrap_or_default() * 1000 + i64::from(nanos / 1_000_000)
        });
        let count = |number: i64| u32::try_from(number).unwrap_or_default();
        let size = |number: usize| u32::try_from(number).unwrap_or_default();
        let (identical, identical_in_spam) = known.identical();
        let (similar_elsewhere, similar_in_spam) =
            prepared.likeness.map_or((0, 0), |own| similar(own, known.candidates().chain(near_duplicates(own, company))));
        let [.., on_page, _] = counted(prepared, company);
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
                identical_elsewhere: size(identical),
                identical_in_spam: size(identical_in_spam),
                approved_confirmed: count(known.approved),
                similar_elsewhere,
                similar_in_spam,
                domain_in_spam: count(domain_in_spam),
                network_in_spam: count(known.network_in_spam),
                address_in_spam: count(known.address_in_spam),
                page_last_hour: count(known.page_last_hour) + on_page,
                page_age_days: count(page_age),
                // One that holds for this page never makes a second comment.
                token_reused: known.earlier_id.is_some(),
                missing_headers: submission.missing_headers,
            },
        )
    }

    /// Approves a comment of an address that has earned it, where the site lets such comments through; whatever is not
    /// quite as it should be waits for a moderator.
    pub(super) async fn approve_if_trusted(&self, tx: &mut Tx, site: &Site, known: &Known, comment: &mut Comment) -> Result<()> {
        let trust = &site.settings.trust;
        let is_trusted = trust.hold == Hold::Untrusted
            && known.is_confirmed
            && known.was_refused != Some(true)
            && known.approved >= i64::from(trust.after_approved.max(1))
            && comment.bucket == Bucket::LikelyFine;
        if !is_trusted {
            return Ok(());
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
        if apply(tx, &self.clock, &self.models, comment, &decision).await? {
            *comment = crate::store::comments::get(tx, comment.id).await?.ok_or_else(|| anyhow!("a comment vanished"))?;
        }
        Ok(())
    }

    /// Asks whether the address is its owner's, where the form asked for mails. Whether a mail waits.
    pub(super) async fn ask_for_confirmation(&self, tx: &mut Tx, prepared: &Prepared, comment: &Comment) -> anyhow::Result<bool> {
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
}
