//! Comments that moderators have decided: what rules are tried on before they hold.

use uuid::Uuid;

use super::comments::{Row, comment_columns};
use super::{Result, Tx, on_backend};
use crate::comment::Comment;

/// The newest `limit` comments of a site that a moderator has approved, rejected or marked as spam, newest first. Each
/// state is read along its index, so the cost grows with `limit` and not with what else the site has.
///
/// # Errors
/// The database cannot be reached.
pub async fn decided(tx: &mut Tx, site_id: Uuid, limit: i64) -> Result<Vec<Comment>> {
    let sql = concat!(
        "select ",
        comment_columns!(),
        " from comment where id in ( \
           select id from (select id from comment where site_id = $1 and view = 'approved' order by id desc limit $2) as a \
           union all select id from (select id from comment where site_id = $1 and view = 'rejected' order by id desc limit $2) as r \
           union all select id from (select id from comment where site_id = $1 and view = 'spam' order by id desc limit $2) as s) \
         order by id desc limit $2"
    );
    let rows: Vec<Row> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Comment::from).collect())
}
