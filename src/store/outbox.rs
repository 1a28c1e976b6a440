//! Mails that wait, that were sent, and that failed; calls of webhooks go the same way. A row holds no address: that is read
//! when the mail is sent.

use uuid::Uuid;

use super::{Result, Tx, on_backend, turns};
use crate::clock::Timestamp;
use crate::moderator::{MANY, SOONEST};

/// A mail that a worker holds.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Leased {
    /// Its id, from which its Message-ID is made.
    pub id: Uuid,
    /// What it is about. To moderators: `held-comments`, `invitation`, `password`, `role`, `test`, or what became of a second
    /// factor. To authors: `confirmation`, `decision`, `news`. No mail but a call: `webhook`.
    pub kind: String,
    /// The site it is about.
    pub site_id: Uuid,
    /// The moderator whom it goes to; none where it goes elsewhere.
    pub moderator_id: Option<Uuid>,
    /// The address that it goes to, where it is an author's.
    pub author_address_id: Option<Uuid>,
    /// The webhook that is called, where it is a call.
    pub webhook_id: Option<Uuid>,
    /// What the receiver of a call knew of the comment before it was queued.
    pub known_before: Option<Vec<u8>>,
    /// The comment of a mail to an author, or of a call.
    pub comment_id: Option<Uuid>,
    /// The article of a mail to an author.
    pub page_id: Option<Uuid>,
    /// The link of a mail about an account.
    pub account_link_id: Option<Uuid>,
    /// Times that it has been tried, this one included.
    pub attempts: i64,
    /// The moment (milliseconds) from which on comments belong to it.
    pub covers_from: i64,
    /// The moment (milliseconds) until which they do.
    pub covers_until: i64,
}

/// Comments that one transaction has taken in for a site, and that somebody is to be told of.
#[derive(Clone, Copy, Debug)]
pub struct Arrived {
    /// How many.
    pub count: i64,
    /// When the first of them came.
    pub first: Timestamp,
    /// When the last of them came.
    pub last: Timestamp,
}

/// When a mail is due that goes out at most once an interval: `$interval` milliseconds after the last one, which the
/// statement knows as `last`, and not before `$at`.
macro_rules! due_after_last {
    ($interval:literal, $at:literal) => {
        concat!(
            "case when last.finished_at + ",
            $interval,
            " > ",
            $at,
            " then last.finished_at + ",
            $interval,
            " else ",
            $at,
            " end"
        )
    };
}
pub(super) use due_after_last;

/// What an untried mail becomes that takes in what comes meanwhile. Its span grows to both sides: of two processes, the one
/// whose clock is behind may be the second to commit.
macro_rules! taken_in {
    () => {
        "wanted = outbox.wanted + excluded.wanted, \
         covers_from = case when excluded.covers_from < outbox.covers_from then excluded.covers_from else outbox.covers_from end, \
         covers_until = case when excluded.covers_until > outbox.covers_until then excluded.covers_until else outbox.covers_until end"
    };
}
pub(super) use taken_in;

/// Queues a mail about held comments, or lets the one that waits untried take them in. It is due `interval`
/// milliseconds after the last one to the same moderator about the same site, at once if there was none, and [`SOONEST`] after
/// the last one if it has taken in [`MANY`]. Whether the worker is to look at it: one that waits already is due when it was due
/// before.
///
/// # Errors
/// The database cannot be reached.
pub async fn queue_held_comments(
    tx: &mut Tx,
    id: Uuid,
    site_id: Uuid,
    moderator_id: Uuid,
    arrived: &Arrived,
    interval: i64,
) -> Result<bool> {
    // A mail that is under way counts as sent just now.
    let sql = concat!(
        "insert into outbox (id, kind, site_id, moderator_id, domain_index, state, wanted, attempts, due_at, leased_until, covers_from, \
                 covers_until) \
               select $1, 'held-comments', $2, moderator.id, moderator.domain_index, 'waiting', $4, 0, ",
        due_after_last!("$7", "$5"),
        ", 0, $5, $6 from moderator, (select case when exists (select 1 from outbox where moderator_id = $3 and site_id = $2 and kind = 'held-comments' \
                   and state = 'waiting' and attempts > 0) then $5 \
                 else coalesce((select finished_at from outbox where moderator_id = $3 and site_id = $2 and kind = 'held-comments' \
                   and finished_at is not null order by finished_at desc limit 1), 0) end as finished_at) as last \
               where moderator.id = $3 \
               on conflict (kind, site_id, moderator_id) where state = 'waiting' and attempts = 0 \
               do update set ",
        taken_in!(),
        ", due_at = case when outbox.wanted >= $8 or outbox.wanted + excluded.wanted < $8 or outbox.due_at <= $6 \
                   then outbox.due_at when excluded.due_at - $9 > $6 then excluded.due_at - $9 else $6 end \
               returning id, wanted"
    );
    let (queued, wanted): (Uuid, i64) = on_backend!(tx, |conn| {
        sqlx::query_as(sql)
            .bind(id)
            .bind(site_id)
            .bind(moderator_id)
            .bind(arrived.count)
            .bind(arrived.first.millis())
            .bind(arrived.last.millis())
            .bind(interval)
            .bind(MANY)
            .bind((interval - SOONEST).max(0))
            .fetch_one(conn)
            .await
    })?;
    Ok(queued == id || (wanted >= MANY && wanted - arrived.count < MANY))
}

/// True of a mail (named `mail`) that is not behind another one: while one to the same moderator about the same site, or to
/// the same author about the same article, is tried again and again, the next one waits and takes in what comes, or a
/// server that is down for an hour would be followed by a mail for every comment of that hour.
macro_rules! not_behind {
    () => {
        "(mail.attempts > 0 or mail.kind not in ('held-comments', 'news') or not (exists (select 1 from outbox as earlier \
           where earlier.kind = mail.kind and earlier.state = 'waiting' and earlier.attempts > 0 \
           and earlier.moderator_id = mail.moderator_id and earlier.site_id = mail.site_id) \
           or exists (select 1 from outbox as earlier where earlier.kind = mail.kind and earlier.state = 'waiting' \
           and earlier.attempts > 0 and earlier.author_address_id = mail.author_address_id and earlier.page_id = mail.page_id)))"
    };
}

/// Mails to one domain that are under way at once, and that are tried within a minute: large mail providers put
/// off, or turn away for good, whoever calls too often. Counted over all processes.
pub const AT_ONCE: i64 = 2;
/// See there.
pub const PER_MINUTE: i64 = 120;

/// True of a mail (named `mail`) whose domain may be called now, which is `$1`; the other values are those of [`lease`].
macro_rules! domain_is_free {
    () => {
        "(mail.domain_index is null or (mail.domain_index not in (select domain_index from outbox where domain_index is not null \
             and tried_at > $3 group by domain_index having count(*) >= $4) \
           and mail.domain_index not in (select domain_index from outbox where domain_index is not null and state = 'waiting' \
             and leased_until > $1 group by domain_index having count(*) >= $5)))"
    };
}

/// Takes the mail that has been due longest, for `lease` milliseconds: a worker that dies gives it back by dying.
///
/// # Errors
/// The database cannot be reached.
pub async fn lease(tx: &mut Tx, now: Timestamp, lease: i64) -> Result<Option<Leased>> {
    // One after another, so that none slips through the limits of a domain.
    turns::take(tx, &[b"outbox"]).await?;
    // The condition stands in the outer `where` too, or PostgreSQL hands one mail to several workers. What a mail covers
    // is settled at its first try, so that a mail sent twice says the same twice.
    let sql = concat!(
        "update outbox set leased_until = $2, attempts = attempts + 1, tried_at = $1, \
           covers_until = case when attempts = 0 and covers_until < $1 and kind = 'held-comments' then $1 else covers_until end \
         where id = (select id from outbox as mail where state = 'waiting' and due_at <= $1 and leased_until <= $1 and ",
        not_behind!(),
        " and ",
        domain_is_free!(),
        " order by due_at limit 1) and state = 'waiting' and leased_until <= $1 \
         returning id, kind, site_id, moderator_id, author_address_id, webhook_id, known_before, comment_id, page_id, account_link_id, attempts, covers_from, covers_until"
    );
    Ok(on_backend!(tx, |conn| {
        sqlx::query_as(sql)
            .bind(now.millis())
            .bind(now.plus(lease).millis())
            .bind(now.plus(-60_000).millis())
            .bind(PER_MINUTE)
            .bind(AT_ONCE)
            .fetch_optional(conn)
            .await
    })?)
}

/// Gives a mail back untried until its moment comes: within the transaction that took it, so that nobody sees it gone.
///
/// # Errors
/// The database cannot be reached.
pub async fn put_off(tx: &mut Tx, leased: &Leased, until: Timestamp) -> Result<()> {
    let sql = "update outbox set attempts = attempts - 1, due_at = $2, leased_until = 0 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(leased.id).bind(until.millis()).execute(conn).await.map(drop))?;
    Ok(())
}

/// Lets the worker look anew at when somebody's held comments are to be told of: their wishes have changed.
///
/// # Errors
/// The database cannot be reached.
pub async fn look_anew(tx: &mut Tx, moderator_id: Uuid, now: Timestamp) -> Result<()> {
    let sql = "update outbox set due_at = $2 where moderator_id = $1 and kind = 'held-comments' and state = 'waiting' \
                 and attempts = 0 and due_at > $2";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(now.millis()).execute(conn).await.map(drop))?;
    Ok(())
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it.
    Sent,
    /// Nothing of what it was about waits any more.
    Unneeded,
    /// To be tried again then; the server's words.
    Later(Timestamp, String),
    /// Given up; the server's words.
    Failed(String),
}

/// Notes what became of a mail. A worker whose lease has ended is believed only if the mail is out: another one may
/// hold it now.
///
/// # Errors
/// The database cannot be reached.
pub async fn note(tx: &mut Tx, leased: &Leased, outcome: &Outcome, now: Timestamp) -> Result<()> {
    let (state, due_at, finished_at, words) = match outcome {
        Outcome::Sent => ("sent", None, Some(now), None),
        // Not sent, so it does not put off the next one.
        Outcome::Unneeded => ("unneeded", None, None, None),
        Outcome::Later(at, words) => ("waiting", Some(*at), None, Some(words)),
        Outcome::Failed(words) => ("failed", None, Some(now), Some(words)),
    };
    let sql = "update outbox set state = $2, due_at = coalesce($3, due_at), finished_at = $4, last_error = $5, leased_until = 0 \
               where id = $1 and ($2 = 'sent' or (state = 'waiting' and attempts = $6))";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(leased.id)
            .bind(state)
            .bind(due_at.map(Timestamp::millis))
            .bind(finished_at.map(Timestamp::millis))
            .bind(words)
            .bind(leased.attempts)
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// When the next mail is due, or its lease ends; `None` while nothing waits.
///
/// # Errors
/// The database cannot be reached.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Timestamp>> {
    let sql = concat!(
        "select min(case when leased_until > due_at then leased_until else due_at end) from outbox as mail \
         where state = 'waiting' and ",
        not_behind!()
    );
    let at: Option<i64> = on_backend!(tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await)?;
    Ok(at.map(Timestamp::from_millis))
}

/// A mail as an operator sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Listed {
    /// Its id.
    pub id: Uuid,
    /// The site's name.
    pub site: String,
    /// The moderator's name; empty where it goes to an author.
    pub moderator: String,
    /// `waiting`, `sent`, `unneeded` or `failed`.
    pub state: String,
    /// Times that it has been tried.
    pub attempts: i64,
    /// When it is due: milliseconds since the epoch.
    pub due_at: i64,
    /// The server's words.
    pub last_error: Option<String>,
}

/// The newest `limit` mails, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest(tx: &mut Tx, limit: i64) -> Result<Vec<Listed>> {
    let sql = "select outbox.id, site.name as site, coalesce(moderator.name, '') as moderator, state, attempts, due_at, last_error from outbox \
                 join site on site.id = outbox.site_id left join moderator on moderator.id = outbox.moderator_id \
               order by outbox.id desc limit $1";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(limit).fetch_all(conn).await)?)
}
