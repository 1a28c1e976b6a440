//! Taking comments in. Those that come together share one commit; one that comes alone does not wait.

mod company;
mod desk;
mod judging;
mod taking;

use std::sync::Arc;

use anyhow::anyhow;
use ipnet::IpNet;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

pub use self::desk::Desk;
use crate::comment::{Checked, Status};
use crate::error::Result;
use crate::i18n::Locale;
use crate::markdown;
use crate::moderation::neighbours::hosts_elsewhere;
use crate::secrets::{Keys, SealedAddress};
use crate::site::Site;
use crate::spam::{self, Likeness};

/// Comments that wait for their turn at most; beyond, the sender waits.
const WAITING: usize = 1024;

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
    /// [`Closed`](crate::error::Error::Closed), [`TooMany`](crate::error::Error::TooMany),
    /// [`Duplicate`](crate::error::Error::Duplicate); or the database failed, and only a further try with the same form token
    /// tells whether it has the comment.
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
