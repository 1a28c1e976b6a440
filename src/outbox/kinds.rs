//! Which kind of mail is of which family: the one place that a new kind is named in.

use super::{OutboxWorker, account, held_comments};
use crate::mail::Letter;
use crate::store::outbox::Leased;

/// The mail, from what is true now; `None` where nothing waits any more, or nobody is to be told.
///
/// # Errors
/// The database cannot be reached, or the mail cannot be written: it is tried again later.
pub(super) async fn compose(worker: &OutboxWorker, leased: &Leased) -> anyhow::Result<Option<Letter>> {
    match leased.kind.as_str() {
        "held-comments" => held_comments::compose(worker, leased).await,
        "test" => account::compose_test(worker, leased).await,
        _ => account::compose(worker, leased).await,
    }
}
