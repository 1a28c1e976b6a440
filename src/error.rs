//! The one error of the program; the web layer renders it as a page or as RFC 9457 problem+json.

use crate::clock::Timestamp;

/// A field that was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's public name: `name`, `email`, `website`, `text`, `password`, `current` (password), `code`.
    pub field: &'static str,
    /// A stable word for the fault: `required`, `invalid`, `too_long`, `too_short`, `too_common`, `too_many`,
    /// `taken`, `wrong`.
    pub code: &'static str,
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 422: fields that must be mended; what was typed is kept.
    #[error("fields are invalid")]
    Invalid(Vec<FieldError>),
    /// 400: the request cannot be read.
    #[error("the request is malformed")]
    Malformed,
    /// 413: the request is longer than anything that would be accepted.
    #[error("the request is too large")]
    TooLarge,
    /// 415: the request is in a format that is not understood.
    #[error("the format is not understood")]
    UnknownFormat,
    /// 404: there is no such thing, or not for this person.
    #[error("not found")]
    NotFound,
    /// 403: the page takes no more comments.
    #[error("comments are closed")]
    Closed,
    /// 403: the request comes from an origin that the site does not allow.
    #[error("the origin is not allowed")]
    OriginRefused,
    /// 403: the person may not do this, or the form is not theirs.
    #[error("not allowed")]
    Forbidden,
    /// 303 to the sign-in page: nobody is signed in.
    #[error("sign-in needed")]
    SignInNeeded,
    /// 409: the same comment has been taken already.
    #[error("duplicate comment")]
    Duplicate,
    /// 409: somebody decided in the meantime.
    #[error("already decided")]
    Conflict {
        /// The moderator's name; empty where no person decided.
        who: String,
        /// When.
        at: Timestamp,
        /// The status it has now.
        status: &'static str,
    },
    /// 429: too many in too short a time.
    #[error("too many requests")]
    TooMany {
        /// Seconds to wait.
        retry_after: i64,
    },
    /// 503: the database cannot be reached, or cannot write, for now; logged once, told to nobody.
    #[error("the database is unavailable")]
    Unavailable(anyhow::Error),
    /// 500: logged once, told to nobody.
    #[error("internal error")]
    Internal(anyhow::Error),
}

/// The program's result.
pub type Result<T> = std::result::Result<T, Error>;
