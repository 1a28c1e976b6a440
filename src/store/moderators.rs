//! Moderators.

use uuid::Uuid;

use super::{Result, Tx, is_taken, on_backend};
use crate::clock::Timestamp;
use crate::i18n::Locale;
use crate::moderator::Moderator;
use crate::secrets::SealedAddress;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    name: String,
    is_owner: bool,
    locale: String,
}

impl From<Row> for Moderator {
    fn from(row: Row) -> Self {
        Self { id: row.id, name: row.name, is_owner: row.is_owner, locale: row.locale.parse().unwrap_or_default() }
    }
}

/// A moderator about to be added.
#[derive(Debug)]
pub struct Newcomer<'a> {
    /// Who.
    pub moderator: &'a Moderator,
    /// Their address under seal.
    pub address: &'a SealedAddress,
    /// Its keyed hash.
    pub address_index: &'a [u8],
    /// The keyed hash of its domain.
    pub domain_index: &'a [u8],
    /// Their password's argon2id hash; empty, which no password has, until an invitation is accepted.
    pub password_hash: &'a str,
}

/// Adds a moderator; `false` if the address is taken.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, newcomer: &Newcomer<'_>, now: Timestamp) -> Result<bool> {
    let sql = "insert into moderator (id, name, email_sealed, email_key_id, email_index, password_hash, is_owner, locale, created_at, \
                 domain_index) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let outcome = on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(newcomer.moderator.id)
            .bind(&newcomer.moderator.name)
            .bind(&newcomer.address.bytes)
            .bind(newcomer.address.key_id)
            .bind(newcomer.address_index)
            .bind(newcomer.password_hash)
            .bind(newcomer.moderator.is_owner)
            .bind(newcomer.moderator.locale.as_str())
            .bind(now.millis())
            .bind(newcomer.domain_index)
            .execute(conn)
            .await
            .map(drop)
    });
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if is_taken(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Every moderator, by name.
///
/// # Errors
/// The database cannot be reached.
pub async fn all(tx: &mut Tx) -> Result<Vec<Moderator>> {
    let sql = "select id, name, is_owner, locale from moderator order by name, id";
    let rows: Vec<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Moderator::from).collect())
}

/// Whether there is an owner.
///
/// # Errors
/// The database cannot be reached.
pub async fn has_owner(tx: &mut Tx) -> Result<bool> {
    let sql = "select count(*) from (select 1 from moderator where is_owner limit 1) as counted";
    let count: i64 = on_backend!(tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await)?;
    Ok(count > 0)
}

/// The moderator with this address, and their password's hash.
///
/// # Errors
/// The database cannot be reached.
pub async fn find(tx: &mut Tx, address_index: &[u8]) -> Result<Option<(Moderator, String)>> {
    #[derive(sqlx::FromRow)]
    struct WithHash {
        #[sqlx(flatten)]
        moderator: Row,
        password_hash: String,
    }
    let sql = "select id, name, is_owner, locale, password_hash from moderator where email_index = $1";
    let row: Option<WithHash> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(address_index).fetch_optional(conn).await)?;
    Ok(row.map(|row| (row.moderator.into(), row.password_hash)))
}

/// A moderator with their address under seal.
///
/// # Errors
/// The database cannot be reached.
pub async fn with_address(tx: &mut Tx, id: Uuid) -> Result<Option<(Moderator, SealedAddress)>> {
    #[derive(sqlx::FromRow)]
    struct WithAddress {
        #[sqlx(flatten)]
        moderator: Row,
        email_key_id: i64,
        email_sealed: Vec<u8>,
    }
    let sql = "select id, name, is_owner, locale, email_key_id, email_sealed from moderator where id = $1";
    let row: Option<WithAddress> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?;
    Ok(row.map(|row| (row.moderator.into(), SealedAddress { key_id: row.email_key_id, bytes: row.email_sealed })))
}

/// Moderators of whose domain nothing is known, which was the rule once; with their addresses under seal.
///
/// # Errors
/// The database cannot be reached.
pub async fn without_domain(tx: &mut Tx) -> Result<Vec<(Uuid, SealedAddress)>> {
    let sql = "select id, email_key_id, email_sealed from moderator where domain_index is null";
    let rows: Vec<(Uuid, i64, Vec<u8>)> = on_backend!(tx, |conn| sqlx::query_as(sql).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(|(id, key_id, bytes)| (id, SealedAddress { key_id, bytes })).collect())
}

/// Keeps the keyed hash of a moderator's domain, by which mails to it are counted.
///
/// # Errors
/// The database cannot be reached.
pub async fn keep_domain(tx: &mut Tx, id: Uuid, domain_index: &[u8]) -> Result<()> {
    let sql = "update moderator set domain_index = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(domain_index).execute(conn).await.map(drop))?;
    Ok(())
}

/// Gives a moderator another password.
///
/// # Errors
/// The database cannot be reached.
pub async fn change_password(tx: &mut Tx, id: Uuid, password_hash: &str) -> Result<()> {
    let sql = "update moderator set password_hash = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(password_hash).execute(conn).await.map(drop))?;
    Ok(())
}

/// Gives an account its first password; `false` where it has one already.
///
/// # Errors
/// The database cannot be reached.
pub async fn first_password(tx: &mut Tx, id: Uuid, password_hash: &str) -> Result<bool> {
    let sql = "update moderator set password_hash = $2 where id = $1 and password_hash = ''";
    let changed = on_backend!(tx, |conn| sqlx::query(sql)
        .bind(id)
        .bind(password_hash)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Changes a moderator's name and language.
///
/// # Errors
/// The database cannot be reached.
pub async fn rename(tx: &mut Tx, id: Uuid, name: &str, locale: Locale) -> Result<()> {
    let sql = "update moderator set name = $2, locale = $3 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(name).bind(locale.as_str()).execute(conn).await.map(drop))?;
    Ok(())
}

/// The keyed hash of a moderator's address, and the hash of their password.
///
/// # Errors
/// The database cannot be reached.
pub async fn way_in(tx: &mut Tx, id: Uuid) -> Result<Option<(Vec<u8>, String)>> {
    let sql = "select email_index, password_hash from moderator where id = $1";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?)
}

/// Makes a moderator an owner, or no owner any more.
///
/// # Errors
/// The database cannot be reached.
pub async fn make_owner(tx: &mut Tx, id: Uuid, is_owner: bool) -> Result<()> {
    let sql = "update moderator set is_owner = $2 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(id).bind(is_owner).execute(conn).await.map(drop))?;
    Ok(())
}
