//! Comments that come from other programs: one file for each format, one way in.

use time::macros::format_description;
use time::{PrimitiveDateTime, UtcOffset};

use crate::clock::Timestamp;
use crate::comment::Status;

pub mod disqus;
pub mod html;
mod judging;
mod pages;
mod prepared;
mod taking;
pub mod wordpress;
pub mod xml;

pub use taking::{Import, Summary};

/// Bytes of HTML that a comment has at most: more could not be 65,525 characters.
pub const MOST_HTML: usize = 1 << 20;

/// Bytes of a field that is no comment's text; no program writes as much into one, and what is longer is cut.
const MOST_OF_A_FIELD: usize = 8192;

/// What a file of another program holds. An article comes before its comments.
#[derive(Clone, Debug)]
pub enum Record {
    /// The article of the comments that follow.
    Article(Article),
    /// A comment on the article before it.
    Letter(Letter),
    /// A comment that is not taken in.
    LeftOut(LeftOut),
}

/// An article, as another program knows it.
#[derive(Clone, Debug)]
pub struct Article {
    /// Its id there, which is the page's name here, too.
    pub name: String,
    /// Its address; empty where there is none.
    pub url: String,
    /// Its title, which may hold HTML.
    pub title: String,
    /// Whether it takes no more comments.
    pub is_closed: bool,
    /// When it was published.
    pub at: Option<Timestamp>,
}

/// A comment, as another program has kept it.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its number there.
    pub id: u64,
    /// The number of the comment that it answers.
    pub parent: Option<u64>,
    /// The author's name, which may hold entities.
    pub author: String,
    /// The author's address, if it is one.
    pub email: String,
    /// The author's website, if it is one.
    pub website: String,
    /// The text as HTML.
    pub html: String,
    /// When it was written.
    pub at: Option<Timestamp>,
    /// What was decided there.
    pub status: Status,
}

/// Why a comment is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// Another page's notice that it links here.
    Pingback,
    /// No reader's comment: an order's note, say.
    OtherKind,
    /// It has no text.
    NoText,
    /// It has more than 65,525 characters.
    TooLong,
    /// It belongs to no article.
    NoArticle,
    /// It has no number.
    NoNumber,
    /// Its author, or a moderator, has deleted it there.
    Deleted,
}

impl LeftOut {
    /// Every reason with the words for people and for programs.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Pingback, "pingbacks and trackbacks", "pingback"),
        (Self::OtherKind, "no readers' comments", "other_kind"),
        (Self::NoText, "without text", "no_text"),
        (Self::TooLong, "longer than 65,525 characters", "too_long"),
        (Self::NoArticle, "of no article", "no_article"),
        (Self::NoNumber, "without a number", "no_number"),
        (Self::Deleted, "deleted there", "deleted"),
    ];
}

/// A moment of Greenwich as programs write it: `2016-02-29 23:59:59`, or with a `T` between. `None` for WordPress's
/// `0000-00-00 00:00:00`, and for what is none.
fn moment(text: &str) -> Option<Timestamp> {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let text = text.trim().trim_end_matches('Z').replace('T', " ");
    let at = PrimitiveDateTime::parse(&text, format).ok()?.assume_offset(UtcOffset::UTC);
    Some(Timestamp::from_millis(at.unix_timestamp().checked_mul(1000)?))
}
