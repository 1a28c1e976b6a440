//! Whom the house may write to, of those who comment: an address on a site, found by its keyed hash.

use uuid::Uuid;

use super::search::first_id_at;
use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::i18n::Locale;
use crate::secrets::SealedAddress;

/// An address that comments came with.
#[derive(Clone, Debug)]
pub struct AuthorAddress {
    /// Its id.
    pub id: Uuid,
    /// The site.
    pub site_id: Uuid,
    /// The address under seal.
    pub sealed: SealedAddress,
    /// The language of the form that the last question came from.
    pub locale: Locale,
    /// When its owner confirmed it.
    pub confirmed_at: Option<Timestamp>,
    /// The comment whose link confirmed it.
    pub confirmed_by: Option<Uuid>,
    /// When its owner stopped all mails of the site.
    pub stopped_at: Option<Timestamp>,
    /// Whether it is known which domain its mails count for.
    pub has_domain: bool,
}

impl AuthorAddress {
    /// Whether mails about comments may go there.
    pub const fn is_written_to(&self) -> bool {
        self.confirmed_at.is_some() && self.stopped_at.is_none()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    site_id: Uuid,
    email_key_id: i64,
    email_sealed: Vec<u8>,
    locale: String,
    confirmed_at: Option<i64>,
    confirmed_by: Option<Uuid>,
    stopped_at: Option<i64>,
    has_domain: bool,
}

impl From<Row> for AuthorAddress {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            site_id: row.site_id,
            sealed: SealedAddress { key_id: row.email_key_id, bytes: row.email_sealed },
            locale: row.locale.parse().unwrap_or_default(),
            confirmed_at: row.confirmed_at.map(Timestamp::from_millis),
            confirmed_by: row.confirmed_by,
            stopped_at: row.stopped_at.map(Timestamp::from_millis),
            has_domain: row.has_domain,
        }
    }
}

/// The columns of [`Row`].
macro_rules! columns {
    () => {
        "author_address.id, author_address.site_id, author_address.email_key_id, author_address.email_sealed, \
         author_address.locale, author_address.confirmed_at, author_address.confirmed_by, author_address.stopped_at, \
         length(author_address.domain_index) > 0 as has_domain"
    };
}

/// The address with this id.
///
/// # Errors
/// The database cannot be reached.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Option<AuthorAddress>> {
    let sql = concat!("select ", columns!(), " from author_address where id = $1");
    let row: Option<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?;
    Ok(row.map(AuthorAddress::from))
}

/// The address that a comment came with, if it was ever asked whether it may be written to.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_comment(tx: &mut Tx, comment_id: Uuid) -> Result<Option<AuthorAddress>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from comment join author_address on author_address.site_id = comment.site_id \
           and author_address.email_index = comment.email_index where comment.id = $1"
    );
    let row: Option<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(comment_id).fetch_optional(conn).await)?;
    Ok(row.map(AuthorAddress::from))
}

/// What an address has earned on a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// Whether its owner has confirmed it.
    pub is_confirmed: bool,
    /// Whether its owner wants no mail.
    pub is_stopped: bool,
    /// Its approved comments, up to the number asked for; zero while it is not confirmed.
    pub approved: i64,
    /// Whether the last of its comments that was decided was refused.
    pub was_refused: bool,
}

/// The standing of an address on a site, with approved comments counted up to `most`. The same cost for a newcomer and for
/// a regular but for that count.
///
/// # Errors
/// The database cannot be reached.
pub async fn standing(tx: &mut Tx, site_id: Uuid, email_index: &[u8], most: i64) -> Result<Standing> {
    let sql = "select confirmed_at is not null as is_confirmed, stopped_at is not null as is_stopped, \
                 case when confirmed_at is null then 0 else (select count(*) from (select 1 from comment \
                   where comment.email_index = $2 and coalesce(comment.site_id, comment.page_id) = $1 and comment.status = 'approved' \
                   limit $3) as counted) end as approved, \
                 coalesce((select comment.status <> 'approved' from comment where comment.email_index = $2 \
                   and coalesce(comment.site_id, comment.page_id) = $1 and comment.status in ('approved', 'rejected', 'spam') \
                   order by comment.id desc limit 1), $4) as was_refused \
               from author_address where site_id = $1 and email_index = $2";
    let found = on_backend!(tx, |conn| {
        sqlx::query_as(sql).bind(site_id).bind(email_index).bind(most).bind(false).fetch_optional(conn).await
    })?;
    Ok(found.unwrap_or_default())
}

/// An address that somebody typed who wants to hear of answers.
#[derive(Debug)]
pub struct Typed<'a> {
    /// The id that it gets if it is new.
    pub id: Uuid,
    /// The site.
    pub site_id: Uuid,
    /// Its keyed hash.
    pub email_index: &'a [u8],
    /// The address under seal.
    pub sealed: &'a SealedAddress,
    /// The keyed hash of its domain; empty where the address is under seal. Such mails count for one domain together, until
    /// [`keep_domain`].
    pub domain_index: &'a [u8],
    /// The language of the form.
    pub locale: Locale,
}

/// Notes that an address is asked whether it is its owner's who comments; `None` where it must not be asked: it has been
/// asked since `day_ago` on whichever site, it is confirmed, its owner wants no mail, or a server refuses it.
///
/// # Errors
/// The database cannot be reached.
pub async fn ask(tx: &mut Tx, typed: &Typed<'_>, day_ago: Timestamp, now: Timestamp) -> Result<Option<Uuid>> {
    let sql = "insert into author_address (id, site_id, email_index, email_sealed, email_key_id, domain_index, locale, asked_at) \
               select $1, $2, $3, $4, $5, $6, $7, $8 \
               where not exists (select 1 from author_address where email_index = $3 and asked_at > $9) \
                 and not exists (select 1 from suppression where email_index = $3 and suppressed_at is not null) \
               on conflict (site_id, email_index) do update set asked_at = excluded.asked_at, locale = excluded.locale \
               where author_address.confirmed_at is null and author_address.stopped_at is null and author_address.asked_at <= $9 \
               returning id";
    Ok(on_backend!(tx, |conn| {
        sqlx::query_scalar(sql)
            .bind(typed.id)
            .bind(typed.site_id)
            .bind(typed.email_index)
            .bind(&typed.sealed.bytes)
            .bind(typed.sealed.key_id)
            .bind(typed.domain_index)
            .bind(typed.locale.as_str())
            .bind(now.millis())
            .bind(day_ago.millis())
            .fetch_optional(conn)
            .await
    })?)
}

/// How many questions comments from this network have caused since `since`, counted up to `most`: comments that came since
/// `came`, so that older ones are not read where they cannot have caused any.
///
/// # Errors
/// The database cannot be reached.
pub async fn asked_from_network(tx: &mut Tx, network: &[u8], came: Timestamp, since: Timestamp, most: i64) -> Result<i64> {
    let sql = "select count(*) from (select 1 from comment join outbox on outbox.comment_id = comment.id \
               where comment.network_index = $1 and comment.id > $2 and outbox.kind = 'confirmation' and outbox.id > $3 \
               and outbox.state <> 'unneeded' limit $4) as asked";
    let (came, since) = (first_id_at(came.millis()), first_id_at(since.millis()));
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(network).bind(came).bind(since).bind(most).fetch_one(conn).await)?)
}

/// What a comment keeps of who sent it.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The keyed hash of the address.
    pub email_index: Vec<u8>,
    /// The address under seal.
    pub sealed: SealedAddress,
    /// The keyed hash of the network, until it is forgotten.
    pub network_index: Option<Vec<u8>>,
}

/// Who sent a comment whose form asked for mails; `None` where it did not.
///
/// # Errors
/// The database cannot be reached.
pub async fn who_wants(tx: &mut Tx, comment_id: Uuid) -> Result<Option<Sender>> {
    let sql = "select email_index, email_key_id, email_sealed, network_index from comment where id = $1 and notify";
    let found: Option<(Vec<u8>, i64, Vec<u8>, Option<Vec<u8>>)> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(comment_id).fetch_optional(conn).await)?;
    Ok(found.map(|(email_index, key_id, bytes, network_index)| Sender {
        email_index,
        sealed: SealedAddress { key_id, bytes },
        network_index,
    }))
}

/// Takes back the question that a comment has caused, if it has not gone out, as if the address had never been asked.
///
/// # Errors
/// The database cannot be reached.
pub async fn unask(tx: &mut Tx, comment_id: Uuid) -> Result<()> {
    let sql = "update outbox set state = 'unneeded' where comment_id = $1 and kind = 'confirmation' and state = 'waiting' \
               and attempts = 0 returning author_address_id";
    let taken_back: Option<Uuid> =
        on_backend!(&mut *tx, |conn| sqlx::query_scalar(sql).bind(comment_id).fetch_optional(conn).await)?;
    let sql = "update author_address set asked_at = 0 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(taken_back).execute(conn).await.map(drop))?;
    Ok(())
}

/// Keeps the keyed hash of an address's domain, by which mails to it are counted.
///
/// # Errors
/// The database cannot be reached.
pub async fn keep_domain(tx: &mut Tx, id: Uuid, domain_index: &[u8]) -> Result<()> {
    let sql = "update author_address set domain_index = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(domain_index).execute(conn).await.map(drop))?;
    Ok(())
}

/// Forgets up to `limit` addresses that were asked before `before` and never answered, with every mail to them; not those
/// to which one waits or went out since. How many.
///
/// # Errors
/// The database cannot be reached.
pub async fn forget_unconfirmed(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<usize> {
    // Written to, though nothing changes: so nobody confirms one of them meanwhile.
    let sql = "update author_address set asked_at = asked_at where id in (select id from author_address \
                 where confirmed_at is null and stopped_at is null and asked_at <= $1 \
                   and not exists (select 1 from outbox where outbox.author_address_id = author_address.id \
                     and (outbox.state = 'waiting' or outbox.finished_at > $1)) order by asked_at limit $2) \
               and confirmed_at is null and stopped_at is null returning id";
    let ids: Vec<Uuid> =
        on_backend!(&mut *tx, |conn| sqlx::query_scalar(sql).bind(before.millis()).bind(limit).fetch_all(conn).await)?;
    for sql in [
        "delete from outbox where author_address_id = $1",
        "delete from thread_wish where author_address_id = $1",
        "delete from author_address where id = $1",
    ] {
        for id in &ids {
            on_backend!(&mut *tx, |conn| sqlx::query(sql).bind(id).execute(conn).await.map(drop))?;
        }
    }
    Ok(ids.len())
}

/// Notes that the owner of an address has confirmed it, by the link that a comment caused, and wants mails. Doing it twice
/// is doing it once.
///
/// # Errors
/// The database cannot be reached.
pub async fn confirm(tx: &mut Tx, id: Uuid, comment_id: Uuid, now: Timestamp) -> Result<()> {
    let sql = "update author_address set confirmed_by = coalesce(confirmed_by, $2), confirmed_at = coalesce(confirmed_at, $3), \
               stopped_at = null where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(comment_id).bind(now.millis()).execute(conn).await.map(drop))?;
    Ok(())
}

/// Notes that the owner of an address wants no mail any more, or mails again.
///
/// # Errors
/// The database cannot be reached.
pub async fn stop(tx: &mut Tx, id: Uuid, since: Option<Timestamp>) -> Result<()> {
    let sql = "update author_address set stopped_at = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(since.map(Timestamp::millis)).execute(conn).await.map(drop))?;
    Ok(())
}
