//! The mail worker: takes a mail that is due, writes it from what is true now, sends it, notes what became of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::mail::{Failure, HeldComment, HeldComments, Letter, Mailer, Notice, held_comments, notice, test_mail};
use crate::secrets::Keys;
use crate::site::Site;
use crate::store::outbox::{self, Leased, Outcome};
use crate::store::queue::{self, Card};
use crate::store::{Store, account_links, memberships, moderators, sites};

/// How long a worker holds a mail, in milliseconds: longer than any conversation with a server may last.
const LEASE: i64 = 5 * 60_000;

/// The first wait after a failure, which doubles each time, and the longest one, in milliseconds.
const FIRST_WAIT: i64 = 60_000;
const LONGEST_WAIT: i64 = 4 * 60 * 60_000;

/// Tries before a mail is given up: about 48 hours.
const TRIES: i64 = 20;

/// Comments shown in one mail.
const SHOWN: i64 = 20;

/// How soon to try again to note what became of a mail.
const NOTE_AGAIN: Duration = Duration::from_secs(1);

/// Another process may have queued a mail: the longest that it waits for us to look.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// The worker.
#[derive(Clone, Debug)]
pub struct OutboxWorker {
    /// Where the mails wait.
    pub store: Store,
    /// What opens the addresses.
    pub keys: Keys,
    /// The time.
    pub clock: Clock,
    /// The way out of the house.
    pub mailer: Mailer,
    /// The service's address, without a trailing slash.
    pub base_url: String,
    /// Told when a mail has been queued.
    pub mail_waits: Arc<Notify>,
}

impl OutboxWorker {
    /// Sends until told to stop; the mail in hand is finished first.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.send_next().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::error!(error = format!("{error:#}"), "the outbox could not be read"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.mail_waits.notified() => {}
                () = tokio::time::sleep(self.wait().await) => {}
            }
        }
    }

    async fn wait(&self) -> Duration {
        let next = async { outbox::next_due(&mut self.store.read().await?).await }.await;
        match next {
            Ok(Some(at)) => {
                let millis = at.millis().saturating_sub(self.clock.now().millis()).max(50);
                LOOK_AGAIN.min(Duration::from_millis(millis.unsigned_abs()))
            }
            _ => LOOK_AGAIN,
        }
    }

    /// Sends the mail that has been due longest; `false` if none is due.
    ///
    /// # Errors
    /// The database cannot be reached. What a mail server says is no error: it is noted.
    pub async fn send_next(&self) -> anyhow::Result<bool> {
        let mut tx = self.store.write().await?;
        let leased = outbox::lease(&mut tx, self.clock.now(), LEASE).await?;
        tx.commit().await?;
        let Some(leased) = leased else { return Ok(false) };
        let outcome = match self.compose(&leased).await {
            Ok(Some(letter)) => self.send(&leased, &letter).await,
            Ok(None) => Outcome::Unneeded,
            Err(error) => self.later(&leased, format!("{error:#}")),
        };
        match &outcome {
            Outcome::Later(_, words) => tracing::warn!(mail = %leased.id, words, "a mail has to wait"),
            Outcome::Failed(words) => tracing::error!(mail = %leased.id, words, "a mail was given up"),
            Outcome::Sent | Outcome::Unneeded => tracing::debug!(mail = %leased.id, ?outcome, "a mail is done"),
        }
        while let Err(error) = self.note(&leased, &outcome).await {
            // A mail that is out and not noted is sent once more when its lease ends.
            tracing::error!(mail = %leased.id, error = format!("{error:#}"), "what became of a mail could not be noted; trying again");
            tokio::time::sleep(NOTE_AGAIN).await;
        }
        Ok(true)
    }

    async fn note(&self, leased: &Leased, outcome: &Outcome) -> anyhow::Result<()> {
        let mut tx = self.store.write().await?;
        outbox::note(&mut tx, leased, outcome, self.clock.now()).await?;
        tx.commit().await
    }

    async fn send(&self, leased: &Leased, letter: &Letter) -> Outcome {
        match self.mailer.send(letter).await {
            Ok(()) => Outcome::Sent,
            Err(Failure::Temporary(words)) => self.later(leased, words),
            Err(Failure::Permanent(words)) => Outcome::Failed(words),
        }
    }

    fn later(&self, leased: &Leased, words: String) -> Outcome {
        if leased.attempts >= TRIES {
            return Outcome::Failed(words);
        }
        let doubled = FIRST_WAIT << (leased.attempts - 1).clamp(0, 16);
        Outcome::Later(self.clock.now().plus(doubled.min(LONGEST_WAIT)), words)
    }

    /// The mail, from what is true now; `None` where nothing waits any more, or nobody is to be told.
    async fn compose(&self, leased: &Leased) -> anyhow::Result<Option<Letter>> {
        if leased.kind != "held-comments" {
            return self.compose_notice(leased).await;
        }
        let mut tx = self.store.read().await?;
        let role = memberships::role(&mut tx, leased.moderator_id, leased.site_id).await?;
        let (Some(_), Some((moderator, sealed))) = (role, moderators::with_address(&mut tx, leased.moderator_id).await?) else {
            return Ok(None);
        };
        let sites = sites::all(&mut tx).await?;
        let Some(site) = sites.iter().find(|site| site.id == leased.site_id) else { return Ok(None) };
        let (from, until) = (leased.covers_from, leased.covers_until);
        let cards = queue::held_between(&mut tx, site.id, from, until, SHOWN).await?;
        if cards.is_empty() {
            return Ok(None);
        }
        let waiting = queue::count(&mut tx, site.id, "pending", 1000).await?;
        drop(tx);
        let shown: Vec<HeldComment<'_>> = cards.iter().map(held_comment).collect();
        let letter = held_comments(&HeldComments {
            to: self.keys.open(&sealed)?,
            locale: moderator.locale,
            site_name: &site.name,
            site_title: &site.title,
            base_url: &self.base_url,
            id: leased.id,
            sent_at: self.clock.now(),
            more: u64::try_from(waiting).unwrap_or_default().saturating_sub(shown.len() as u64),
            comments: &shown,
            review_url: &self.review_url(site, &cards),
        })?;
        Ok(Some(letter))
    }

    /// A mail about an account, or a test; `None` where its link does not hold any more.
    async fn compose_notice(&self, leased: &Leased) -> anyhow::Result<Option<Letter>> {
        let now = self.clock.now();
        let mut tx = self.store.read().await?;
        let Some((moderator, sealed)) = moderators::with_address(&mut tx, leased.moderator_id).await? else { return Ok(None) };
        let link = match leased.account_link_id {
            Some(id) => account_links::holding(&mut tx, id, now).await?,
            None => None,
        };
        let site = sites::all(&mut tx).await?.into_iter().find(|site| site.id == leased.site_id);
        drop(tx);
        let url =
            link.as_ref().map(|link| format!("{}/panel/{}/{}", self.base_url, link.kind, self.keys.sign_account_link(link.id)));
        let to = self.keys.open(&sealed)?;
        let about = match (leased.kind.as_str(), &url, &site) {
            ("invitation", Some(url), Some(site)) => Notice::Invitation { site: &site.title, url },
            ("password", Some(url), _) => Notice::Password { url },
            (
                "role"
                | "second-factor-on"
                | "second-factor-off"
                | "second-factor-reset"
                | "recovery-code-used"
                | "recovery-codes-renewed",
                ..,
            ) => {
                let site = site.as_ref().map_or("", |site| &site.title);
                let url = format!("{}/panel/account", self.base_url);
                let about = Notice::Changed { what: &leased.kind, site, url: &url };
                return Ok(Some(notice(to, moderator.locale, &self.base_url, leased.id, now, about)?));
            }
            ("test", ..) => return Ok(Some(test_mail(&to, moderator.locale, &self.base_url, leased.id, now)?)),
            _ => return Ok(None),
        };
        Ok(Some(notice(to, moderator.locale, &self.base_url, leased.id, now, about)?))
    }

    /// One comment is looked at by itself, several in the queue.
    fn review_url(&self, site: &Site, cards: &[Card]) -> String {
        match cards {
            [only] => format!("{}/panel/comments/{}", self.base_url, only.comment.id),
            _ => format!("{}/panel/sites/{}/comments", self.base_url, site.name),
        }
    }
}

fn held_comment(card: &Card) -> HeldComment<'_> {
    HeldComment {
        author: &card.comment.author,
        text: &card.comment.text,
        page_title: &card.page_title,
        page_url: card.page_url.as_deref(),
        points: card.comment.points,
        reasons: &card.comment.reasons,
        submitted_at: card.comment.submitted_at,
    }
}
