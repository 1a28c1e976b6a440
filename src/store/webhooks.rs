//! Webhooks of a site, and the calls that decisions cause.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;

/// A webhook.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Webhook {
    /// Its id, which its secret is made from.
    pub id: Uuid,
    /// Its site.
    pub site_id: Uuid,
    /// Where it goes.
    pub url: String,
    /// The keyed hash of its host.
    pub domain_index: Vec<u8>,
}

/// What became of a webhook's newest call.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LastCall {
    /// `waiting`, `sent`, `unneeded` or `failed`.
    pub state: String,
    /// When it was due, or finished: milliseconds since the epoch.
    pub at: i64,
    /// The receiver's words.
    pub last_error: Option<String>,
}

/// Keeps a webhook.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, webhook: &Webhook, now: Timestamp) -> Result<()> {
    let sql = "insert into webhook (id, site_id, url, domain_index, created_at) values ($1, $2, $3, $4, $5)";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(webhook.id)
            .bind(webhook.site_id)
            .bind(&webhook.url)
            .bind(&webhook.domain_index)
            .bind(now.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The webhooks of a site, oldest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_site(tx: &mut Tx, site_id: Uuid) -> Result<Vec<Webhook>> {
    let sql = "select id, site_id, url, domain_index from webhook where site_id = $1 and removed_at is null order by id";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).fetch_all(conn).await)?)
}

/// A webhook, unless it was taken away.
///
/// # Errors
/// The database cannot be reached.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Option<Webhook>> {
    let sql = "select id, site_id, url, domain_index from webhook where id = $1 and removed_at is null";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?)
}

/// Takes a webhook away: what waits for it is not sent any more. `false` if the site has none such.
///
/// # Errors
/// The database cannot be reached.
pub async fn remove(tx: &mut Tx, site_id: Uuid, id: Uuid, now: Timestamp) -> Result<bool> {
    let sql = "update webhook set removed_at = $3 where id = $1 and site_id = $2 and removed_at is null";
    let changed = on_backend!(tx, |conn| {
        sqlx::query(sql).bind(id).bind(site_id).bind(now.millis()).execute(conn).await.map(|done| done.rows_affected())
    })?;
    Ok(changed == 1)
}

/// What is to be told to a webhook.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The comment.
    pub comment_id: Uuid,
    /// What the receiver knows of it: see [`crate::comment::Comment::known_outside`].
    pub known_before: &'a [u8],
    /// When it was decided.
    pub at: Timestamp,
    /// When it may be told at the earliest.
    pub due: Timestamp,
}

/// Queues a call about a comment. One that waits untried is put off, and still is measured by what was known before it.
///
/// # Errors
/// The database cannot be reached.
pub async fn queue(tx: &mut Tx, id: Uuid, webhook: &Webhook, change: &Change<'_>) -> Result<()> {
    let sql = "insert into outbox (id, kind, site_id, webhook_id, comment_id, domain_index, known_before, state, wanted, attempts, due_at, \
                 leased_until, covers_from, covers_until) \
               values ($1, 'webhook', $2, $3, $4, $5, $6, 'waiting', 1, 0, $7, 0, $8, $8) \
               on conflict (webhook_id, comment_id) where state = 'waiting' and attempts = 0 \
               do update set due_at = excluded.due_at, covers_until = excluded.covers_until";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(id)
            .bind(webhook.site_id)
            .bind(webhook.id)
            .bind(change.comment_id)
            .bind(&webhook.domain_index)
            .bind(change.known_before)
            .bind(change.due.millis())
            .bind(change.at.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Queues a test call, which is about no comment; one that waits already is left as the only one.
///
/// # Errors
/// The database cannot be reached.
pub async fn queue_test(tx: &mut Tx, id: Uuid, webhook: &Webhook, now: Timestamp) -> Result<()> {
    let sql = "insert into outbox (id, kind, site_id, webhook_id, domain_index, state, wanted, attempts, due_at, leased_until, covers_from, \
                 covers_until) \
               select $1, 'webhook', $2, $3, $4, 'waiting', 1, 0, $5, 0, $5, $5 where not exists (select 1 from outbox \
                 where webhook_id = $3 and comment_id is null and state = 'waiting')";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(id)
            .bind(webhook.site_id)
            .bind(webhook.id)
            .bind(&webhook.domain_index)
            .bind(now.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// What became of a webhook's newest call that was tried; `None` before the first.
///
/// # Errors
/// The database cannot be reached.
pub async fn last_call(tx: &mut Tx, id: Uuid) -> Result<Option<LastCall>> {
    let sql = "select state, coalesce(finished_at, due_at) as at, last_error from outbox \
               where webhook_id = $1 and attempts > 0 and state <> 'unneeded' order by id desc limit 1";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?)
}
