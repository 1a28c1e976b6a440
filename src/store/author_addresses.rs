//! Whom the house may write to, of those who comment: an address on a site, found by its keyed hash.

use uuid::Uuid;

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

/// Keeps the keyed hash of an address's domain, by which mails to it are counted.
///
/// # Errors
/// The database cannot be reached.
pub async fn keep_domain(tx: &mut Tx, id: Uuid, domain_index: &[u8]) -> Result<()> {
    let sql = "update author_address set domain_index = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(domain_index).execute(conn).await.map(drop))?;
    Ok(())
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
