//! Who may do what on which site.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::moderator::Role;

/// A moderator's role on a site; an owner has it everywhere.
///
/// # Errors
/// The database cannot be reached.
pub async fn role(tx: &mut Tx, moderator_id: Uuid, site_id: Uuid) -> Result<Option<Role>> {
    let sql = "select case when is_owner then 'owner' else membership.role end from moderator \
               left join membership on membership.moderator_id = moderator.id and membership.site_id = $2 where moderator.id = $1";
    let role: Option<Option<String>> =
        on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(moderator_id).bind(site_id).fetch_optional(conn).await)?;
    Ok(role.flatten().and_then(|role| role.parse().ok()))
}

/// Every site on which a moderator has a role, and which; an owner has every site.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_moderator(tx: &mut Tx, moderator_id: Uuid) -> Result<Vec<(Uuid, Role)>> {
    let sql = "select site.id, case when is_owner then 'owner' else membership.role end from moderator cross join site \
               left join membership on membership.moderator_id = moderator.id and membership.site_id = site.id \
               where moderator.id = $1 and (is_owner or membership.role is not null)";
    let rows: Vec<(Uuid, String)> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(moderator_id).fetch_all(conn).await)?;
    Ok(rows.into_iter().filter_map(|(site_id, role)| Some((site_id, role.parse().ok()?))).collect())
}

/// Everybody who decides a site's comments, always in the same order.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_site(tx: &mut Tx, site_id: Uuid) -> Result<Vec<Uuid>> {
    let sql = "select id from moderator where is_owner union select moderator_id from membership where site_id = $1 order by 1";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(site_id).fetch_all(conn).await)?)
}

/// The names of those who decide a site's comments, at most `limit`.
///
/// # Errors
/// The database cannot be reached.
pub async fn names(tx: &mut Tx, site_id: Uuid, limit: i64) -> Result<Vec<String>> {
    let sql = "select name from moderator where is_owner or id in (select moderator_id from membership where site_id = $1) \
               order by id limit $2";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(site_id).bind(limit).fetch_all(conn).await)?)
}

/// Gives a moderator a role on a site, in place of the one they had there.
///
/// # Errors
/// The database cannot be reached.
pub async fn give(tx: &mut Tx, moderator_id: Uuid, site_id: Uuid, role: Role) -> Result<()> {
    let sql = "insert into membership (moderator_id, site_id, role) values ($1, $2, $3) \
               on conflict (moderator_id, site_id) do update set role = excluded.role";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(site_id).bind(role.as_str()).execute(conn).await.map(drop))?;
    Ok(())
}

/// Somebody who has a role on a site.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub id: Uuid,
    /// Their name.
    pub name: String,
    /// What they may do there.
    pub role: Role,
    /// Whether they give a code besides the password.
    pub has_second_factor: bool,
}

/// Everybody who has a role on a site, by name.
///
/// # Errors
/// The database cannot be reached.
pub async fn members(tx: &mut Tx, site_id: Uuid) -> Result<Vec<Member>> {
    let sql = "select id, name, case when is_owner then 'owner' else membership.role end, \
                 exists (select 1 from second_factor where second_factor.moderator_id = moderator.id and confirmed_at is not null) \
               from moderator left join membership on membership.moderator_id = moderator.id and membership.site_id = $1 \
               where is_owner or membership.role is not null order by name, id";
    let rows: Vec<(Uuid, String, String, bool)> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).fetch_all(conn).await)?;
    let member = |(id, name, role, has_second_factor): (Uuid, String, String, bool)| {
        Some(Member { id, name, role: role.parse().ok()?, has_second_factor })
    };
    Ok(rows.into_iter().filter_map(member).collect())
}

/// Takes a moderator's role on a site.
///
/// # Errors
/// The database cannot be reached.
pub async fn take(tx: &mut Tx, moderator_id: Uuid, site_id: Uuid) -> Result<()> {
    let sql = "delete from membership where moderator_id = $1 and site_id = $2";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).bind(site_id).execute(conn).await.map(drop))?;
    Ok(())
}

/// Takes every role from a moderator.
///
/// # Errors
/// The database cannot be reached.
pub async fn take_all(tx: &mut Tx, moderator_id: Uuid) -> Result<()> {
    let sql = "delete from membership where moderator_id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(moderator_id).execute(conn).await.map(drop))?;
    Ok(())
}
