//! Which kind of mail is of which family: the one place that a new kind is named in.

use super::{Composed, OutboxWorker, account, held_comments, to_authors, webhook};
use crate::clock::Timestamp;
use crate::store::Tx;
use crate::store::outbox::Leased;

/// The moment that its reader wants the mail at; `None` where any is right.
///
/// # Errors
/// The database cannot be reached.
pub(super) async fn not_before(tx: &mut Tx, leased: &Leased, now: Timestamp) -> anyhow::Result<Option<Timestamp>> {
    match leased.kind.as_str() {
        "held-comments" => held_comments::not_before(tx, leased, now).await.map(Some),
        _ => Ok(None),
    }
}

/// Whether the mail is not begun while a server refuses its address. What somebody has just asked for is begun: a link that
/// they wait for, or the test of whether mail arrives, which lifts that where it does.
pub(super) fn heeds_suppression(leased: &Leased) -> bool {
    leased.author_address_id.is_some() || leased.kind == "held-comments"
}

/// The mail, or the call, from what is true now; unneeded where nothing waits any more, or nobody is to be told.
///
/// # Errors
/// The database cannot be reached, or it cannot be written: it is tried again later.
pub(super) async fn compose(worker: &OutboxWorker, leased: &Leased) -> anyhow::Result<Composed> {
    let letter = match leased.kind.as_str() {
        "webhook" => {
            let call = webhook::compose(worker, leased).await?;
            return Ok(call.map_or(Composed::Unneeded, |call| Composed::Call(Box::new(call))));
        }
        "held-comments" => held_comments::compose(worker, leased).await,
        "confirmation" => to_authors::confirmation(worker, leased).await,
        "decision" => to_authors::decision(worker, leased).await,
        "news" => to_authors::news(worker, leased).await,
        "test" => account::compose_test(worker, leased).await,
        _ => account::compose(worker, leased).await,
    }?;
    Ok(letter.map_or(Composed::Unneeded, |letter| Composed::Letter(Box::new(letter))))
}
