//! Mails to authors: queued in the transaction that causes them, for addresses that their owners have confirmed.

use uuid::Uuid;

use super::comments::Row;
use super::outbox::{due_after_last, taken_in};
use super::thread_wishes::Scope;
use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::comment::Comment;

/// Queues the question whether an address is its owner's who comments, due at `due`.
///
/// # Errors
/// The database cannot be reached.
pub async fn queue_confirmation(tx: &mut Tx, id: Uuid, author_address_id: Uuid, comment_id: Uuid, due: Timestamp) -> Result<()> {
    let sql = "insert into outbox (id, kind, site_id, author_address_id, comment_id, domain_index, state, wanted, attempts, due_at, \
                 leased_until, covers_from, covers_until) \
               select $1, 'confirmation', site_id, id, $3, domain_index, 'waiting', 1, 0, $4, 0, $4, $4 from author_address where id = $2 \
               on conflict (kind, author_address_id, comment_id) where state = 'waiting' and attempts = 0 do nothing";
    on_backend!(tx, |conn| {
        sqlx::query(sql).bind(id).bind(author_address_id).bind(comment_id).bind(due.millis()).execute(conn).await.map(drop)
    })?;
    Ok(())
}

/// Queues a mail to a comment's author about what was decided, due at `due`; one that waits untried is put off until then.
/// Nothing is queued where nobody may be written to, or the form did not ask for it.
///
/// # Errors
/// The database cannot be reached.
pub async fn queue_decision(tx: &mut Tx, id: Uuid, comment_id: Uuid, decided_at: Timestamp, due: Timestamp) -> Result<()> {
    let sql = "insert into outbox (id, kind, site_id, author_address_id, comment_id, domain_index, state, wanted, attempts, due_at, \
                 leased_until, covers_from, covers_until) \
               select $1, 'decision', owner.site_id, owner.id, comment.id, owner.domain_index, 'waiting', 1, 0, $4, 0, $3, $3 from comment \
                 join author_address owner on owner.site_id = comment.site_id and owner.email_index = comment.email_index \
                 left join thread_wish on thread_wish.author_address_id = owner.id and thread_wish.page_id = comment.page_id \
               where comment.id = $2 and comment.notify and owner.confirmed_at is not null and owner.stopped_at is null \
                 and coalesce(thread_wish.scope, 'answers') <> 'none' \
               on conflict (kind, author_address_id, comment_id) where state = 'waiting' and attempts = 0 \
               do update set due_at = excluded.due_at";
    on_backend!(tx, |conn| {
        sqlx::query(sql).bind(id).bind(comment_id).bind(decided_at.millis()).bind(due.millis()).execute(conn).await.map(drop)
    })?;
    Ok(())
}

/// Whoever wants to hear of a comment that is public now: the author of the one it answers, and those who follow the
/// article; its own author never.
///
/// # Errors
/// The database cannot be reached.
pub async fn interested_in(tx: &mut Tx, comment: &Comment) -> Result<Vec<Uuid>> {
    let sql = "select owner.id from comment written join comment above on above.id = written.parent_id \
                 join author_address owner on owner.site_id = above.site_id and owner.email_index = above.email_index \
                 left join thread_wish on thread_wish.author_address_id = owner.id and thread_wish.page_id = written.page_id \
               where written.id = $1 and above.status = 'approved' and owner.email_index <> written.email_index \
                 and owner.confirmed_at is not null and owner.stopped_at is null \
                 and coalesce(thread_wish.scope, case when above.notify then 'answers' else 'none' end) <> 'none' \
               union \
               select owner.id from thread_wish join author_address owner on owner.id = thread_wish.author_address_id \
                 join comment written on written.id = $1 \
               where thread_wish.page_id = $2 and thread_wish.scope = 'thread' and owner.email_index <> written.email_index \
                 and owner.confirmed_at is not null and owner.stopped_at is null";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(comment.id).bind(comment.page_id).fetch_all(conn).await)?)
}

/// A mail about new comments of an article.
#[derive(Clone, Copy, Debug)]
pub struct News {
    /// The id that it gets if it is a new one.
    pub id: Uuid,
    /// Whom it goes to.
    pub author_address_id: Uuid,
    /// The article.
    pub page_id: Uuid,
    /// When the comment became public.
    pub decided_at: Timestamp,
    /// When it may be told at the earliest.
    pub due: Timestamp,
    /// Milliseconds between two such mails.
    pub interval: i64,
}

/// Queues a mail about new comments, or lets the one that waits untried take them in and wait as long as the last of them
/// has to.
///
/// # Errors
/// The database cannot be reached.
pub async fn queue_news(tx: &mut Tx, news: &News) -> Result<()> {
    let sql = concat!(
        "insert into outbox (id, kind, site_id, author_address_id, page_id, domain_index, state, wanted, attempts, due_at, \
                 leased_until, covers_from, covers_until) \
               select $1, 'news', owner.site_id, owner.id, $3, owner.domain_index, 'waiting', 1, 0, ",
        due_after_last!("$6", "$5"),
        ", 0, $4, $4 from author_address owner left join (select finished_at from outbox where author_address_id = $2 and page_id = $3 \
                 and finished_at is not null order by finished_at desc limit 1) as last on true \
               where owner.id = $2 \
               on conflict (kind, author_address_id, page_id) where state = 'waiting' and attempts = 0 \
               do update set ",
        taken_in!(),
        ", due_at = case when excluded.due_at > outbox.due_at then excluded.due_at else outbox.due_at end"
    );
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(news.id)
            .bind(news.author_address_id)
            .bind(news.page_id)
            .bind(news.decided_at.millis())
            .bind(news.due.millis())
            .bind(news.interval)
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The comments of an article that somebody wants to hear of, of those approved between `from` and `until` (milliseconds)
/// and public now, oldest first; never their own, and none that was taken over from another program.
///
/// # Errors
/// The database cannot be reached.
pub async fn news(tx: &mut Tx, mail_id: Uuid, scope: Option<Scope>, limit: i64) -> Result<Vec<Comment>> {
    let sql = concat!(
        "select distinct ",
        super::comments::comment_columns!(),
        " from outbox join author_address owner on owner.id = outbox.author_address_id \
           join decision on decision.site_id = outbox.site_id and decision.decided_at between outbox.covers_from and outbox.covers_until \
           join comment on comment.id = decision.comment_id left join comment above on above.id = comment.parent_id \
         where outbox.id = $1 and decision.to_status = 'approved' and decision.undoes is null and decision.means <> 'import' \
           and comment.page_id = outbox.page_id and comment.status = 'approved' and comment.email_index <> owner.email_index \
           and ($2 = 'thread' or (above.status = 'approved' and above.email_index = owner.email_index and ($2 = 'answers' or above.notify))) \
         order by comment.id limit $3"
    );
    let scope = scope.map_or("usual", Scope::as_str);
    let rows: Vec<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(mail_id).bind(scope).bind(limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Comment::from).collect())
}

/// Whether a comment's form asked for mails.
///
/// # Errors
/// The database cannot be reached.
pub async fn is_wanted(tx: &mut Tx, comment_id: Uuid) -> Result<bool> {
    let sql = "select notify from comment where id = $1";
    let found: Option<bool> = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(comment_id).fetch_optional(conn).await)?;
    Ok(found.unwrap_or_default())
}

/// Notes whether mails about a comment are wanted.
///
/// # Errors
/// The database cannot be reached.
pub async fn want(tx: &mut Tx, comment_id: Uuid, is_wanted: bool) -> Result<()> {
    let sql = "update comment set notify = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(comment_id).bind(is_wanted).execute(conn).await.map(drop))?;
    Ok(())
}
