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
    /// Who gave the invitation, without whom it does not hold.
    pub invited_by: Option<Uuid>,
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
    invited_by: Option<Uuid>,
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
            invited_by: row.invited_by,
            expires_at: Timestamp::from_millis(row.expires_at),
        }
    }
}

/// The columns of a link, and when it holds at the moment `$2`: unused, in time, and as long as whoever invited may still
/// give the role.
macro_rules! holding_links {
    () => {
        "select account_link.id, kind, account_link.moderator_id, account_link.site_id, account_link.role, invited_by, expires_at, \
           moderator.name from account_link join moderator on moderator.id = account_link.moderator_id \
         where used_at is null and expires_at > $2 and (invited_by is null or exists ( \
           select 1 from moderator as inviter left join membership on membership.moderator_id = inviter.id \
             and membership.site_id = account_link.site_id \
           where inviter.id = invited_by and (inviter.is_owner or (membership.role = 'admin' and account_link.role <> 'owner')))) "
    };
}

/// Adds a link.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, link: &Link, now: Timestamp) -> Result<()> {
    let sql = "insert into account_link (id, kind, moderator_id, site_id, role, created_at, expires_at, invited_by) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(link.id)
            .bind(&link.kind)
            .bind(link.moderator_id)
            .bind(link.site_id)
            .bind(link.role.map(Role::as_str))
            .bind(now.millis())
            .bind(link.expires_at.millis())
            .bind(link.invited_by)
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
    let sql = concat!(holding_links!(), "and account_link.id = $1");
    let row: Option<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).bind(now.millis()).fetch_optional(conn).await)?;
    Ok(row.map(Link::from))
}

/// Every invitation of an account that holds.
///
/// # Errors
/// The database cannot be reached.
pub async fn invitations_of(tx: &mut Tx, moderator_id: Uuid, now: Timestamp) -> Result<Vec<Link>> {
    let sql = concat!(holding_links!(), "and account_link.moderator_id = $1 and kind = 'invitation' order by account_link.id");
    let rows: Vec<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(moderator_id).bind(now.millis()).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Link::from).collect())
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

/// Ends every link to an account.
///
/// # Errors
/// The database cannot be reached.
pub async fn end_all(tx: &mut Tx, moderator_id: Uuid, now: Timestamp) -> Result<()> {
    let sql = "update account_link set used_at = $2 where moderator_id = $1 and used_at is null";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(now.millis()).execute(conn).await.map(drop))?;
    Ok(())
}

/// Ends every invitation of an account to a site.
///
/// # Errors
/// The database cannot be reached.
pub async fn end_invitations(tx: &mut Tx, moderator_id: Uuid, site_id: Uuid, now: Timestamp) -> Result<()> {
    let sql = "update account_link set used_at = $3 where moderator_id = $1 and site_id = $2 and kind = 'invitation' and used_at is null";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(site_id).bind(now.millis()).execute(conn).await.map(drop))?;
    Ok(())
}

/// When the link was made that is the `nth` newest of a kind to an account; `None` if there were fewer.
///
/// # Errors
/// The database cannot be reached.
pub async fn nth_to_account(tx: &mut Tx, moderator_id: Uuid, kind: &str, nth: i64) -> Result<Option<i64>> {
    let sql =
        "select created_at from account_link where moderator_id = $1 and kind = $2 order by created_at desc limit 1 offset $3";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(moderator_id).bind(kind).bind(nth - 1).fetch_optional(conn).await)?)
}

/// When the invitation was made that is the `nth` newest to a site; `None` if there were fewer.
///
/// # Errors
/// The database cannot be reached.
pub async fn nth_to_site(tx: &mut Tx, site_id: Uuid, nth: i64) -> Result<Option<i64>> {
    let sql = "select created_at from account_link where site_id = $1 order by created_at desc limit 1 offset $2";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(site_id).bind(nth - 1).fetch_optional(conn).await)?)
}

/// Invitations to a site that are still open, and the name of whom each is for.
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
    let sql = concat!(holding_links!(), "and account_link.site_id = $1 and kind = 'invitation' order by account_link.id");
    let rows: Vec<Invited> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(now.millis()).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(|row| (row.link.into(), row.name)).collect())
}
