//! The outbox as people see it: what waits, what was sent, what failed and why; and mails that people ask for.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::moderator::Moderator;

/// A mail as the panel shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Shown {
    /// Its id.
    pub id: Uuid,
    /// What it is about: `held-comments`, `invitation`, `password`, `role`, `test`, or what became of a second factor.
    pub kind: String,
    /// The site's title.
    pub site: String,
    /// The moderator's name; empty where it goes elsewhere.
    pub moderator: String,
    /// The address of the receiver, where it is a call.
    pub receiver: Option<String>,
    /// Whether no new mail is begun to the address, since a server refused it.
    pub is_suppressed: bool,
    /// `waiting`, `sent`, `unneeded` or `failed`.
    pub state: String,
    /// Times that it has been tried.
    pub attempts: i64,
    /// When it is due: milliseconds since the epoch.
    pub due_at: i64,
    /// When it was sent or given up.
    pub finished_at: Option<i64>,
    /// The server's words.
    pub last_error: Option<String>,
}

/// Mails that are a site's business. What becomes of somebody's account is not, though a site stands in its row.
macro_rules! are_of_a_site {
    () => {
        "kind in ('held-comments', 'invitation', 'role', 'test', 'confirmation', 'decision', 'news', 'webhook')"
    };
}

/// Up to `limit` mails in a state, newest first, after the one with the id `after`: an owner's are all, an admin's their own
/// and those of their sites.
///
/// # Errors
/// The database cannot be reached.
pub async fn in_state(tx: &mut Tx, by: &Moderator, state: &str, after: Option<Uuid>, limit: i64) -> Result<Vec<Shown>> {
    let sql = concat!(
        "select outbox.id, kind, site.title as site, coalesce(moderator.name, '') as moderator, webhook.url as receiver, state, attempts, due_at, finished_at, \
           last_error, exists (select 1 from suppression where suppressed_at is not null \
             and suppression.email_index = coalesce(moderator.email_index, author_address.email_index)) as is_suppressed \
         from outbox join site on site.id = outbox.site_id left join moderator on moderator.id = outbox.moderator_id \
           left join author_address on author_address.id = outbox.author_address_id \
           left join webhook on webhook.id = outbox.webhook_id \
         where state = $3 and outbox.id < $4 and ($1 or outbox.moderator_id = $2 or (",
        are_of_a_site!(),
        " and exists (select 1 from membership where membership.moderator_id = $2 and membership.site_id = outbox.site_id \
           and membership.role = 'admin'))) order by outbox.id desc limit $5"
    );
    let before = after.unwrap_or(Uuid::max());
    Ok(on_backend!(tx, |conn| {
        sqlx::query_as(sql).bind(by.is_owner).bind(by.id).bind(state).bind(before).bind(limit).fetch_all(conn).await
    })?)
}

/// The site of a mail, unless it is about another's account, which is none but owners' business.
///
/// # Errors
/// The database cannot be reached.
pub async fn site_of(tx: &mut Tx, by: &Moderator, id: Uuid) -> Result<Option<Uuid>> {
    let sql = concat!("select site_id from outbox where id = $3 and ($1 or moderator_id = $2 or ", are_of_a_site!(), ")");
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(by.is_owner).bind(by.id).bind(id).fetch_optional(conn).await)?)
}

/// Lets a mail that was given up be tried again; `false` if it was not given up.
///
/// # Errors
/// The database cannot be reached.
pub async fn retry(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    // It counts as tried: what it covers is settled, and the next mail may wait untried beside it.
    let sql = "update outbox set state = 'waiting', attempts = 1, due_at = $2, leased_until = 0, finished_at = null \
               where id = $1 and state = 'failed'";
    let changed = on_backend!(tx, |conn| sqlx::query(sql)
        .bind(id)
        .bind(now.millis())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Queues a mail that somebody asked for: a test, or one about an account. One that waits untried is left as the only one,
/// and is about the newest link.
///
/// # Errors
/// The database cannot be reached.
pub async fn queue(tx: &mut Tx, id: Uuid, kind: &str, to: Uuid, site_id: Uuid, link: Option<Uuid>, now: Timestamp) -> Result<()> {
    let sql = "insert into outbox (id, kind, site_id, moderator_id, domain_index, state, wanted, attempts, due_at, leased_until, covers_from, \
                 covers_until, account_link_id) \
               select $1, $2, $3, id, domain_index, 'waiting', 1, 0, $5, 0, $5, $5, $6 from moderator where id = $4 \
               on conflict (kind, site_id, moderator_id) where state = 'waiting' and attempts = 0 \
               do update set account_link_id = excluded.account_link_id";
    on_backend!(tx, |conn| {
        sqlx::query(sql).bind(id).bind(kind).bind(site_id).bind(to).bind(now.millis()).bind(link).execute(conn).await.map(drop)
    })?;
    Ok(())
}

/// True of a mail that failed for another reason than that a server refuses an author's address.
macro_rules! is_our_trouble {
    () => {
        "not exists (select 1 from author_address join suppression on suppression.email_index = author_address.email_index \
           where author_address.id = outbox.author_address_id)"
    };
}

/// Whether mail fails: a mail waits that could not be sent, or the last one that was finished was given up.
///
/// # Errors
/// The database cannot be reached.
pub async fn fails(tx: &mut Tx) -> Result<bool> {
    // That a server refuses an author's address is between the two: mail as such goes out.
    let sql = concat!(
        "select (select count(*) from (select 1 from outbox where state = 'waiting' and webhook_id is null and last_error is not null and ",
        is_our_trouble!(),
        " limit 1) as stuck) + (select count(*) from (select 1 from outbox where state = 'failed' and webhook_id is null and finished_at > \
           coalesce((select finished_at from outbox where state = 'sent' and webhook_id is null order by id desc limit 1), 0) and ",
        is_our_trouble!(),
        " limit 1) as given_up)"
    );
    let count: i64 = on_backend!(tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await)?;
    Ok(count > 0)
}
