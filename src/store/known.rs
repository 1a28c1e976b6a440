//! What is known before a comment is taken in: the answer to the question of `intake`.

use uuid::Uuid;

use super::intake::LIMITS;

/// What is known before a comment is taken.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Known {
    /// The page, if it has had a comment.
    pub page_id: Option<Uuid>,
    /// When the page was closed.
    pub closed_at: Option<i64>,
    /// When the page had its first comment.
    pub page_created_at: Option<i64>,
    /// The comment that this form token has made already, here or, where it does not hold here, elsewhere.
    pub earlier_id: Option<Uuid>,
    network_minute: i64,
    network_hour: i64,
    address_hour: i64,
    page_minute: i64,
    site_minute: i64,
    /// Spam decided on the site from the same network, up to 20; zero where a comment from there was approved.
    pub network_in_spam: i64,
    /// The same for the address.
    pub address_in_spam: i64,
    /// Comments on the page within the hour, up to 20.
    pub page_last_hour: i64,
    /// Whether the address's owner has confirmed it on the site.
    pub is_confirmed: bool,
    /// Approved comments of the address on the site, up to 1,000; zero while it is not confirmed.
    pub approved: i64,
    /// Whether the last comment of a confirmed address that was decided was refused; none where none was decided.
    pub was_refused: Option<bool>,
    same: Option<String>,
    near: Option<String>,
}

/// A comment that may be a near duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The hash that it is compared by; none where it is known to be one, as one that begins alike.
    pub simhash: Option<u64>,
    /// Whether it is spam or taken for it.
    pub is_spam: bool,
}

impl Known {
    /// For each limit, how many comments came in its window.
    pub const fn counted(&self) -> [i64; LIMITS] {
        [self.network_minute, self.network_hour, self.address_hour, self.page_minute, self.site_minute]
    }

    /// Comments with the same text, up to 20, and how many of these are spam or taken for it.
    pub fn identical(&self) -> (usize, usize) {
        (self.same().count(), self.same().filter(|kind| kind.starts_with("spam")).count())
    }

    /// Whether the address has sent the same text to the same page.
    pub fn is_duplicate(&self) -> bool {
        self.same().any(|kind| kind.ends_with("own"))
    }

    fn same(&self) -> impl Iterator<Item = &str> {
        self.same.iter().flat_map(|same| same.split(','))
    }

    /// Comments that begin like this one or have a quarter of their simhash in common with it, and another text: of each kind
    /// the newest 8, 40 in all. By chance one comment in 65,536 has a quarter in common: half a million have to come before
    /// eight strangers stand in a copy's place.
    pub fn candidates(&self) -> impl Iterator<Item = Candidate> {
        self.near.iter().flat_map(|near| near.split(',')).filter_map(|candidate| {
            let (simhash, kind) = candidate.split_once(' ')?;
            let simhash = if simhash.is_empty() { None } else { Some(simhash.parse::<i64>().ok()?.cast_unsigned()) };
            Some(Candidate { simhash, is_spam: kind == "spam" })
        })
    }
}
