//! The company that comments come in: what is like them, and what was decided of the hosts that they link to.

use crate::comment::{Comment, Status};
use crate::error::Result;
use crate::site::Site;
use crate::spam::{self, Likeness};
use crate::store::intake::Candidate;
use crate::store::neighbours::{self, Due};
use crate::store::{Store, Tx};

/// Comments compared in one transaction: between two of them others can write.
const TOGETHER: i64 = 32;

/// How many comments are near duplicates of one that comes, and how many of these are spam.
pub(super) fn similar(own: Likeness, candidates: impl Iterator<Item = Candidate>) -> (u32, u32) {
    let near = candidates.filter(|candidate| candidate.simhash.is_none_or(|simhash| own.has_near_simhash(simhash)));
    near.fold((0, 0), |(all, in_spam), candidate| (all + 1, in_spam + u32::from(candidate.is_spam)))
}

/// Lets what is known of a comment's hosts follow its decision, within the decision's own transaction.
///
/// # Errors
/// The database cannot be reached.
pub async fn follow(tx: &mut Tx, comment: &Comment, to: Status) -> Result<()> {
    let hosts = hosts(comment.website.as_deref(), &comment.text, &[]);
    if hosts.is_empty() {
        return Ok(());
    }
    match (says_spam(to), to) {
        (Some(is_spam), _) => neighbours::note_hosts(tx, comment.site_id, comment.id, is_spam, &hosts).await?,
        // What its author takes back was still approved.
        (None, Status::Withdrawn) => {}
        (None, _) => neighbours::forget_hosts(tx, comment.id).await?,
    }
    Ok(())
}

/// What a state says of the company that a comment keeps; nothing where the comment was rejected for what it says.
const fn says_spam(status: Status) -> Option<bool> {
    match status {
        Status::Approved => Some(false),
        Status::Spam => Some(true),
        Status::Pending | Status::Rejected | Status::Withdrawn | Status::Erased => None,
    }
}

/// The hosts that a comment on a site links to.
pub(super) fn hosts_elsewhere(site: &Site, website: Option<&str>, text: &str) -> Vec<String> {
    let own = if website.is_none() && !text.contains('.') { Vec::new() } else { site.hosts() };
    hosts(website, text, &own)
}

fn hosts(website: Option<&str>, text: &str, own: &[String]) -> Vec<String> {
    if website.is_none() && !text.contains(['.', ':']) {
        return Vec::new();
    }
    spam::domains(&spam::Submission {
        author: "",
        website,
        text,
        honeypot_filled: false,
        fill_time_ms: None,
        site_hosts: own,
        site_language: "",
        staff_names: &[],
    })
}

/// Compares what did not come through the door: comments of an earlier version of the program, and imported ones. At most
/// `most` of them; `true` if more may be due. What another process does at the same time is done twice, to the same effect.
///
/// # Errors
/// The database cannot be reached.
pub async fn catch_up(store: &Store, most: i64) -> anyhow::Result<bool> {
    let mut left = most;
    while left > 0 {
        let together = TOGETHER.min(left);
        let due = neighbours::due(&mut store.read().await?, together).await?;
        if due.is_empty() {
            return Ok(false);
        }
        let compared: Vec<_> = due.iter().map(|due| (due, likeness(&due.body), decided_hosts(due))).collect();
        let mut tx = store.write().await?;
        for (due, likeness, hosts) in compared {
            neighbours::keep_likeness(&mut tx, due.id, likeness).await?;
            if let Some((is_spam, hosts)) = hosts {
                neighbours::note_hosts(&mut tx, due.site_id, due.id, is_spam, &hosts).await?;
            }
        }
        tx.commit().await?;
        left -= together;
        if i64::try_from(due.len()).unwrap_or(i64::MAX) < together {
            return Ok(false);
        }
    }
    Ok(true)
}

fn likeness(text: &str) -> Option<Likeness> {
    Likeness::of_folded(&spam::fingerprint_text(text))
}

fn decided_hosts(due: &Due) -> Option<(bool, Vec<String>)> {
    let is_spam = says_spam(due.status.parse().ok()?)?;
    Some((is_spam, hosts(due.website.as_deref(), &due.body, &[]))).filter(|(_, hosts)| !hosts.is_empty())
}
