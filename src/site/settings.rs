//! What an admin may change of a site.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::spam;

mod values;

pub use values::{NUMBERS, Number, SettingFault};

/// What an admin sets for a site; kept as JSON, so that a setting not yet there has its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteSettings {
    /// Whose comments wait for a moderator.
    pub trust: TrustSettings,
    /// How many comments are taken from whom.
    pub limits: Limits,
    /// The rules of the spam judgement.
    pub rules: spam::Rules,
    /// How the judgement itself is judged.
    pub drift: DriftSettings,
    /// How the thread is shown.
    pub thread: ThreadSettings,
    /// What the form says in the site's own words.
    pub form: FormTexts,
    /// Who is told by mail.
    pub mail: MailSettings,
    /// How long what is private is kept.
    pub privacy: PrivacySettings,
}

/// Whose comments wait for a moderator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    /// Everybody's.
    #[default]
    Everything,
    /// Those of authors who have not earned trust.
    Untrusted,
}

impl Hold {
    /// Every way there is.
    pub const ALL: [Self; 2] = [Self::Everything, Self::Untrusted];

    /// The name in settings and catalogues.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Untrusted => "untrusted",
        }
    }
}

/// Whose comments wait. An address earns trust only once its owner has confirmed it: anybody may type it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrustSettings {
    /// Whose comments wait for a moderator.
    pub hold: Hold,
    /// How many approved comments of a confirmed address earn trust; at least 1.
    pub after_approved: u32,
}

impl Default for TrustSettings {
    fn default() -> Self {
        Self { hold: Hold::Everything, after_approved: 3 }
    }
}

/// How the judgement itself is judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DriftSettings {
    /// How many in a hundred of the comments that the judgement takes for spam go to the moderators without saying so.
    pub sample_percent: f64,
}

impl Default for DriftSettings {
    fn default() -> Self {
        Self { sample_percent: 2.0 }
    }
}

/// How long what is private is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrivacySettings {
    /// Days after which the keyed hash of a commenter's network is forgotten; at least 1, so that limits can count.
    pub network_days: u32,
}

impl Default for PrivacySettings {
    fn default() -> Self {
        Self { network_days: 30 }
    }
}

/// How many comments are taken in which time. Zero takes the limit away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// From one network (/32 or /64) in a minute.
    pub network_per_minute: u32,
    /// From one network in an hour.
    pub network_per_hour: u32,
    /// From one e-mail address in an hour.
    pub address_per_hour: u32,
    /// On one page in a minute.
    pub page_per_minute: u32,
    /// On the whole site in a minute.
    pub site_per_minute: u32,
}

impl Default for Limits {
    /// A household or office behind one address may hold a lively discussion; a script may not fill the queue.
    fn default() -> Self {
        Self { network_per_minute: 5, network_per_hour: 40, address_per_hour: 20, page_per_minute: 60, site_per_minute: 300 }
    }
}

/// Which comments a thread begins with; an article says it for its own by the `sort` of its element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// As they came.
    #[default]
    OldestFirst,
    /// The last one first.
    NewestFirst,
}

impl Order {
    /// Every order there is.
    pub const ALL: [Self; 2] = [Self::OldestFirst, Self::NewestFirst];

    /// The name in settings and catalogues.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OldestFirst => "oldest-first",
            Self::NewestFirst => "newest-first",
        }
    }
}

/// How the thread is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ThreadSettings {
    /// How deep answers are indented; deeper ones stand at this depth.
    pub depth: u8,
    /// Which comments it begins with.
    pub order: Order,
    /// Days after its first comment when a page closes; zero never closes it.
    pub close_after_days: u32,
    /// Minutes after approval in which an author may propose another text; zero: never.
    pub edit_minutes: u32,
}

impl Default for ThreadSettings {
    fn default() -> Self {
        Self { depth: 3, order: Order::OldestFirst, close_after_days: 0, edit_minutes: 15 }
    }
}

impl ThreadSettings {
    /// When a page that had its first comment then takes no more, for its age; `None` where age closes none.
    pub fn closes_at(&self, first_comment: Timestamp) -> Option<Timestamp> {
        let days = i64::from(self.close_after_days);
        (days > 0).then(|| first_comment.plus(days * 24 * 60 * 60 * 1000))
    }

    /// Whether a page that had its first comment then takes no more, for its age.
    pub fn has_closed(&self, first_comment: Timestamp, now: Timestamp) -> bool {
        self.closes_at(first_comment).is_some_and(|at| at <= now)
    }
}

/// What the form says in the site's own words; an empty text leaves the usual words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormTexts {
    /// Above the form, in place of "Leave a comment".
    pub title: String,
    /// Below the title: house rules, say.
    pub note: String,
}

/// Who is told by mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailSettings {
    /// Moderators of the site who are not told of held comments; everybody else is.
    pub silent: Vec<Uuid>,
    /// Whether these mails show the commenter's address. The network is kept as a keyed hash alone, and so shown nowhere.
    pub show_address: bool,
    /// Whether authors who want mails and have confirmed their address are told what was decided about their comment.
    pub decisions: bool,
    /// Seconds that a mail to an author waits after the decision that caused it, so that undo takes it back.
    pub undo_seconds: u32,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self { silent: Vec::new(), show_address: false, decisions: false, undo_seconds: 45 }
    }
}
