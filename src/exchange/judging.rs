//! What is still pending in another program is judged here, by what it says: of how it came nothing is known.

use super::prepared::Prepared;
use super::taking::Import;
use crate::comment::Status;
use crate::spam::{self, History};

impl Import<'_> {
    /// What still waits is judged by what it says, so that the queue can put it in order.
    pub(super) async fn judge(&self, prepared: &mut [(usize, Prepared)]) -> anyhow::Result<()> {
        self.models.catch_up(self.site.id).await?;
        self.site.settings.rules.blocked_words.make_ready();
        let hosts = self.site.hosts();
        for (_, one) in prepared.iter_mut().filter(|(_, one)| one.comment.status == Status::Pending) {
            let submission = spam::Submission {
                author: &one.comment.author,
                website: one.comment.website.as_deref(),
                text: &one.comment.text,
                honeypot_filled: false,
                fill_time_ms: None,
                site_hosts: &hosts,
                site_language: self.site.locale.html_lang(),
                staff_names: &[],
            };
            let verdict = self.models.judge(self.site, &submission, &History::default());
            (one.comment.points, one.comment.bucket, one.comment.reasons) = (verdict.points, verdict.bucket, verdict.reasons);
        }
        Ok(())
    }
}
