//! Links to accounts that go out by mail: an invitation, a new password. Each holds once and for a time.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::moderator::Role;

/// A link to an account.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its id, which its token signs.
    pub id: Uuid,
    /// `invitation` or `password`: also the word in its address.
    pub kind: String,
    /// Whose account.
    pub moderator_id: Uuid,
    /// The site that an invitation is for.
    pub site_id: Option<Uuid>,
    /// The role that it gives.
    pub role: Option<Role>,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    moderator_id: Uuid,
    site_id: Option<Uuid>,
    role: Option<String>,
    expires_at: i64,
}

impl From<Row> for Link {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            moderator_id: row.moderator_id,
            site_id: row.site_id,
            role: row.role.and_then(|role| role.parse().ok()),
            expires_at: Timestamp::from_millis(row.expires_at),
        }
    }
}

/// Adds a link; every earlier one of the same kind to the same account ends.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, link: &Link, now: Timestamp) -> Result<()> {
    end(tx, link.moderator_id, &link.kind, now).await?;
    let sql = "insert into account_link (id, kind, moderator_id, site_id, role, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(link.id)
            .bind(&link.kind)
            .bind(link.moderator_id)
            .bind(link.site_id)
            .bind(link.role.map(Role::as_str))
            .bind(now.millis())
            .bind(link.expires_at.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The link, while it holds.
///
/// # Errors
/// The database cannot be reached.
pub async fn holding(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<Option<Link>> {
    let sql = "select id, kind, moderator_id, site_id, role, expires_at from account_link \
               where id = $1 and used_at is null and expires_at > $2";
    let row: Option<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).bind(now.millis()).fetch_optional(conn).await)?;
    Ok(row.map(Link::from))
}

/// Uses a link up; `false` if it holds no more.
///
/// # Errors
/// The database cannot be reached.
pub async fn use_up(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let sql = "update account_link set used_at = $2 where id = $1 and used_at is null and expires_at > $2";
    let used = on_backend!(tx, |conn| sqlx::query(sql)
        .bind(id)
        .bind(now.millis())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(used == 1)
}

/// Ends every link of a kind to an account.
///
/// # Errors
/// The database cannot be reached.
pub async fn end(tx: &mut Tx, moderator_id: Uuid, kind: &str, now: Timestamp) -> Result<()> {
    let sql = "update account_link set used_at = $3 where moderator_id = $1 and kind = $2 and used_at is null";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(kind).bind(now.millis()).execute(conn).await.map(drop))?;
    Ok(())
}

/// When the newest link of a kind to an account was made.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest(tx: &mut Tx, moderator_id: Uuid, kind: &str) -> Result<Option<Timestamp>> {
    let sql = "select max(created_at) from account_link where moderator_id = $1 and kind = $2";
    let at: Option<i64> = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(moderator_id).bind(kind).fetch_one(conn).await)?;
    Ok(at.map(Timestamp::from_millis))
}

/// Invitations to a site that are still open: whose, to what role, until when.
///
/// # Errors
/// The database cannot be reached.
pub async fn open_invitations(tx: &mut Tx, site_id: Uuid, now: Timestamp) -> Result<Vec<(Link, String)>> {
    #[derive(sqlx::FromRow)]
    struct Invited {
        #[sqlx(flatten)]
        link: Row,
        name: String,
    }
    let sql = "select account_link.id, kind, moderator_id, site_id, role, expires_at, moderator.name from account_link \
               join moderator on moderator.id = account_link.moderator_id \
               where kind = 'invitation' and site_id = $1 and used_at is null and expires_at > $2 order by account_link.id";
    let rows: Vec<Invited> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(now.millis()).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(|row| (row.link.into(), row.name)).collect())
}
