//! A comment: what is kept of it, and the states it can be in.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::spam::{Bucket, Reason};

mod typed;

pub use typed::{Checked, Typed, check_text, kept_website, mended_name};

/// The state of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Waits for a moderator.
    Pending,
    /// Public.
    Approved,
    /// Not published; the author sees why.
    Rejected,
    /// Not published, and an example of spam.
    Spam,
    /// Taken back by its author.
    Withdrawn,
    /// Its content is gone.
    Erased,
}

impl Status {
    /// Every state there is.
    pub const ALL: [Self; 6] = [Self::Pending, Self::Approved, Self::Rejected, Self::Spam, Self::Withdrawn, Self::Erased];

    /// The name in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Spam => "spam",
            Self::Withdrawn => "withdrawn",
            Self::Erased => "erased",
        }
    }

    /// Whether a moderator's decision may lead from here to there. What its author took back stays taken back.
    pub fn may_become(self, to: Self) -> bool {
        let decidable = |status| matches!(status, Self::Pending | Self::Approved | Self::Rejected | Self::Spam);
        self != to && decidable(self) && decidable(to)
    }

    /// Whether its author may still take it back.
    pub const fn may_be_withdrawn(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

impl FromStr for Status {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|status| status.as_str() == name).ok_or_else(|| format!("{name} is not a status"))
    }
}

/// A comment as a moderator sees it.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its id.
    pub id: Uuid,
    /// The site it was written on.
    pub site_id: Uuid,
    /// The page it was written on.
    pub page_id: Uuid,
    /// The comment it answers.
    pub parent_id: Option<Uuid>,
    /// Its state.
    pub status: Status,
    /// Counts its changes: a decision names the one it has seen.
    pub revision: i64,
    /// The author's name.
    pub author: String,
    /// The author's website.
    pub website: Option<String>,
    /// What was typed.
    pub text: String,
    /// What is shown: safe HTML.
    pub html: String,
    /// The sum of the judgement's points.
    pub points: f64,
    /// Where the judgement put it.
    pub bucket: Bucket,
    /// Why.
    pub reasons: Vec<Reason>,
    /// When it came.
    pub submitted_at: Timestamp,
    /// The decision that holds now.
    pub last_decision_id: Option<Uuid>,
    /// Since when another text of its author waits, while this one is public.
    pub proposed_at: Option<Timestamp>,
}

impl Comment {
    /// Whether a moderator may decide this. Where another text waits it is that one which is decided, and the public one
    /// afterwards.
    pub fn may_become(&self, to: Status) -> bool {
        match self.proposed_at {
            Some(_) => matches!(to, Status::Approved | Status::Rejected | Status::Spam),
            None => self.status.may_become(to),
        }
    }

    /// What the world may know of it, as a hash (SHA-256): its state, and its text while that is public.
    pub fn known_outside(&self) -> Vec<u8> {
        let text = if self.status == Status::Approved { self.text.as_str() } else { "" };
        Sha256::digest(format!("{}\n{text}", self.status.as_str())).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn a_decision_leads_from_each_decidable_state_to_each_other() {
        assert!(Status::Pending.may_become(Status::Spam));
        assert!(Status::Spam.may_become(Status::Pending));
        assert!(!Status::Pending.may_become(Status::Pending));
        assert!(!Status::Withdrawn.may_become(Status::Approved));
        assert!(!Status::Pending.may_become(Status::Erased));
    }
}
