//! Calls of webhooks: what is true of a comment now, if it is not what the receiver knew before.

use super::OutboxWorker;
use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::store::outbox::Leased;
use crate::store::webhooks::{self, Webhook};
use crate::store::{Tx, comments, decisions, pages, sites};
use crate::webhook::{Call, Event, PageNamed, PublicText, ping};

/// Names of an article that are looked through: it has one, and each address that it has had.
const NAMES: i64 = 20;

/// The call; `None` where the webhook was taken away, or what was decided was taken back.
///
/// # Errors
/// The database cannot be reached, or the address is none any more.
pub(super) async fn compose(worker: &OutboxWorker, leased: &Leased) -> anyhow::Result<Option<Call>> {
    let Some(webhook_id) = leased.webhook_id else { return Ok(None) };
    let mut tx = worker.store.read().await?;
    let Some(webhook) = webhooks::get(&mut tx, webhook_id).await? else { return Ok(None) };
    let at = Timestamp::from_millis(leased.covers_until).rfc3339();
    let Some(comment_id) = leased.comment_id else { return call(worker, leased, &webhook, ping(&at)?).map(Some) };
    let Some(comment) = comments::get(&mut tx, comment_id).await? else { return Ok(None) };
    if leased.known_before.as_ref() == Some(&comment.known_outside()) {
        return Ok(None);
    }
    let Some(body) = told(&mut tx, &comment, &at).await? else { return Ok(None) };
    call(worker, leased, &webhook, body).map(Some)
}

async fn told(tx: &mut Tx, comment: &Comment, at: &str) -> anyhow::Result<Option<Vec<u8>>> {
    let (site, page) = (sites::get(tx, comment.site_id).await?, pages::get(tx, comment.page_id).await?);
    let Some((site, page)) = site.zip(page) else { return Ok(None) };
    // The name that its site gave it, rather than its address, which is told besides.
    let names = pages::names(tx, site.id, page.id, NAMES).await?;
    let is_address = |name: &&String| name.contains("://");
    let page_name = names.iter().find(|name| !is_address(name)).or(names.first()).map_or("", String::as_str);
    let last = match comment.last_decision_id.filter(|_| matches!(comment.status, Status::Rejected | Status::Spam)) {
        Some(id) => decisions::get(tx, id).await?,
        None => None,
    };
    let text = PublicText {
        parent: comment.parent_id,
        author: &comment.author,
        website: comment.website.as_deref(),
        text: &comment.text,
        html: &comment.html,
    };
    let event = Event {
        id: comment.id,
        revision: comment.revision,
        status: comment.status.as_str(),
        site: &site.name,
        page: PageNamed { id: page_name, url: page.url.as_deref(), title: &page.title },
        submitted_at: comment.submitted_at.millis(),
        reason: last.as_ref().and_then(|last| last.code.as_deref()),
        text: Some(text).filter(|_| comment.status == Status::Approved),
    };
    event.body(at).map(Some)
}

fn call(worker: &OutboxWorker, leased: &Leased, webhook: &Webhook, body: Vec<u8>) -> anyhow::Result<Call> {
    let url = worker.caller.address(&webhook.url)?;
    let (id, secret) = (leased.id.to_string(), worker.keys.webhook_secret(webhook.id));
    Ok(Call { url, id, seconds: worker.clock.now().millis() / 1000, secret, body })
}
