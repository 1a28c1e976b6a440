//! Rules are tried on the past before they hold: what they would have caught, and what they should have let alone.

use anyhow::Context;

use crate::comment::{Comment, Status};
use crate::error::Result;
use crate::site::Site;
use crate::spam::{self, Bucket, Rules};
use crate::store::{Store, past};

/// Decided comments that rules are tried on.
const PAST: i64 = 500;

/// A reader who takes a minute: what a form's real time said stands among the reasons that are kept.
const USUAL_FILL_TIME: i64 = 60_000;

/// What rules would have done to the comments that were decided last.
#[derive(Debug, Default)]
pub struct Trial {
    /// Comments tried, at most 500.
    pub decided: usize,
    /// How many of them were rejected or spam.
    pub unwanted: usize,
    /// How many of the unwanted the rules would have caught, and how many the rules that hold now catch.
    pub caught: usize,
    /// The same under the rules that hold now.
    pub caught_now: usize,
    /// Approved comments that the rules would have caught, those first that are let alone now.
    pub wrongly: Vec<Wrongly>,
    /// Unwanted comments that are caught now and would not be any more.
    pub missed: Vec<Comment>,
}

/// An approved comment that rules would have caught.
#[derive(Debug)]
pub struct Wrongly {
    /// The comment.
    pub comment: Comment,
    /// Whether it is let alone now.
    pub is_new: bool,
}

/// Tries a site's rules on its past, beside those that hold now.
///
/// # Errors
/// The database cannot be reached.
pub async fn try_on_past(store: &Store, site: &Site, now: &Rules) -> Result<Trial> {
    let mut tx = store.read().await?;
    let past = past::decided(&mut tx, site.id, PAST).await?;
    drop(tx);
    let (site, now) = (site.clone(), now.clone());
    // Thousands of words in hundreds of comments take a moment that others should not wait for.
    let trial = tokio::task::spawn_blocking(move || compare(past, &site, &now));
    Ok(trial.await.context("a trial of rules failed")?)
}

fn compare(past: Vec<Comment>, site: &Site, now: &Rules) -> Trial {
    let hosts = site.hosts();
    let mut trial = Trial { decided: past.len(), ..Trial::default() };
    for comment in past {
        let catches = |rules: &Rules| verdict(&comment, site, &hosts, rules).bucket != Bucket::LikelyFine;
        let (then, today) = (catches(&site.settings.rules), catches(now));
        if comment.status == Status::Approved {
            if then {
                trial.wrongly.push(Wrongly { is_new: !today, comment });
            }
            continue;
        }
        trial.unwanted += 1;
        trial.caught += usize::from(then);
        trial.caught_now += usize::from(today);
        if today && !then {
            trial.missed.push(comment);
        }
    }
    trial.wrongly.sort_by_key(|wrongly| !wrongly.is_new);
    trial
}

/// The text under these rules, and what was known when the comment came. Not the site's model: it has learned these very
/// comments, and would only tell what it was taught.
fn verdict(comment: &Comment, site: &Site, hosts: &[String], rules: &Rules) -> spam::Verdict {
    let submission = spam::Submission {
        author: &comment.author,
        website: comment.website.as_deref(),
        text: &comment.text,
        honeypot_filled: false,
        fill_time_ms: Some(USUAL_FILL_TIME),
        site_hosts: hosts,
        site_language: site.locale.html_lang(),
        staff_names: &[],
    };
    spam::judge_again(&submission, &comment.reasons, rules)
}
