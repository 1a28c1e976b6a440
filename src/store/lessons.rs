//! What the moderators' decisions have taught: lessons in the order of their commits, and models added up from them.

use uuid::Uuid;

use super::{Result, Tx, on_backend};

/// Lessons read in one query at most.
const TOGETHER: i64 = 1000;

/// One lesson: a change of the model.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Lesson {
    /// Its place in the order of a site's lessons.
    pub number: i64,
    /// 1 where it was learned, -1 where it was taken back.
    pub sign: i64,
    /// The change, as bytes.
    pub delta: Vec<u8>,
}

/// Up to 1,000 of a site's lessons after the one with this number, in their order.
///
/// # Errors
/// The database cannot be reached.
pub async fn after(tx: &mut Tx, site_id: Uuid, number: i64) -> Result<Vec<Lesson>> {
    let sql = "select number, sign, delta from lesson where site_id = $1 and number > $2 order by number limit $3";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(number).bind(TOGETHER).fetch_all(conn).await)?)
}

/// The lesson of a comment that holds, if one does: the last one, unless it took the one before back.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_comment(tx: &mut Tx, comment_id: Uuid) -> Result<Option<Lesson>> {
    let sql = "select number, sign, delta from lesson where comment_id = $1 order by number desc limit 1";
    let last: Option<Lesson> = on_backend!(tx, |conn| sqlx::query_as(sql).bind(comment_id).fetch_optional(conn).await)?;
    Ok(last.filter(|lesson| lesson.sign > 0))
}

/// Adds a lesson. The number is given out under a lock that lasts until the commit, so that the order of the numbers is
/// the order of the commits, and whoever has read up to a number has missed none before it.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, site_id: Uuid, comment_id: Uuid, sign: i64, delta: &[u8], about: Option<Text>) -> Result<()> {
    let sql = "insert into model (site_id, lessons, folded) values ($1, 1, 0) \
               on conflict (site_id) do update set lessons = model.lessons + 1 returning lessons";
    let number: i64 = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(site_id).fetch_one(conn).await)?;
    let sql =
        "insert into lesson (site_id, number, comment_id, sign, delta, text_hash, is_spam) values ($1, $2, $3, $4, $5, $6, $7)";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(site_id)
            .bind(number)
            .bind(comment_id)
            .bind(sign)
            .bind(delta)
            .bind(about.map(|text| text.hash))
            .bind(about.map(|text| text.is_spam))
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Which text a lesson is about, and whether it is learned as spam.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// The hash of the folded text.
    pub hash: i64,
    /// Whether it is learned as spam.
    pub is_spam: bool,
}

/// Whether a lesson about this text holds that says the same, and none that says the opposite. Nobody else teaches the site
/// until this transaction ends: two who decide the same at once teach it once.
///
/// # Errors
/// The database cannot be reached.
pub async fn is_taught(tx: &mut Tx, site_id: Uuid, text: Text) -> Result<bool> {
    let hold = "update model set lessons = lessons where site_id = $1";
    on_backend!(&mut *tx, |conn| sqlx::query(hold).bind(site_id).execute(conn).await.map(drop))?;
    let sql = "select cast(coalesce(sum(case when is_spam = $3 then sign else -sign end), 0) as bigint) from lesson \
               where site_id = $1 and text_hash = $2";
    let more: i64 = on_backend!(tx, |conn| {
        sqlx::query_scalar(sql).bind(site_id).bind(text.hash).bind(text.is_spam).fetch_one(conn).await
    })?;
    Ok(more > 0)
}

/// Another comment of the site that says the same as this one and has been decided so: it takes a lesson over.
///
/// # Errors
/// The database cannot be reached.
pub async fn heir(tx: &mut Tx, comment_id: Uuid, is_spam: bool) -> Result<Option<Uuid>> {
    let sql = "select heir.id from comment join comment heir on heir.fingerprint = comment.fingerprint \
               where comment.id = $1 and heir.id <> $1 and coalesce(heir.site_id, heir.page_id) = comment.site_id \
                 and coalesce(heir.view, '') = $2 order by heir.id limit 1";
    let view = if is_spam { "spam" } else { "approved" };
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(comment_id).bind(view).fetch_optional(conn).await)?)
}

/// Up to which lesson a site's model has been added up, and how many there are; `None` where it has learned nothing.
///
/// # Errors
/// The database cannot be reached.
pub async fn folded(tx: &mut Tx, site_id: Uuid) -> Result<Option<(i64, i64)>> {
    let sql = "select folded, lessons from model where site_id = $1";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).fetch_optional(conn).await)?)
}

/// The sites that have more than `most` lessons not yet added up.
///
/// # Errors
/// The database cannot be reached.
pub async fn to_be_folded(tx: &mut Tx, most: i64) -> Result<Vec<Uuid>> {
    let sql = "select site_id from model where lessons - folded > $1";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(most).fetch_all(conn).await)?)
}

/// The pieces of a model that has been added up.
///
/// # Errors
/// The database cannot be reached.
pub async fn pieces(tx: &mut Tx, site_id: Uuid) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = "select piece, content from model_piece where site_id = $1";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).fetch_all(conn).await)?)
}

/// Keeps a piece in the place of the one before it; without content there is none.
///
/// # Errors
/// The database cannot be reached.
pub async fn keep_piece(tx: &mut Tx, site_id: Uuid, piece: i64, content: Option<&[u8]>) -> Result<()> {
    let keep = "insert into model_piece (site_id, piece, content) values ($1, $2, $3) \
                on conflict (site_id, piece) do update set content = excluded.content";
    let drop_it = "delete from model_piece where site_id = $1 and piece = $2";
    on_backend!(tx, |conn| match content {
        Some(content) => sqlx::query(keep).bind(site_id).bind(piece).bind(content).execute(conn).await.map(drop),
        None => sqlx::query(drop_it).bind(site_id).bind(piece).execute(conn).await.map(drop),
    })?;
    Ok(())
}

/// Notes up to which lesson the pieces go, if they still went up to `from`; `false` where another process has been faster.
///
/// # Errors
/// The database cannot be reached.
pub async fn note_folded(tx: &mut Tx, site_id: Uuid, from: i64, until: i64) -> Result<bool> {
    let sql = "insert into model (site_id, lessons, folded) values ($1, $3, $3) \
               on conflict (site_id) do update set folded = $3 where model.folded = $2";
    let noted = on_backend!(tx, |conn| {
        sqlx::query(sql).bind(site_id).bind(from).bind(until).execute(conn).await.map(|done| done.rows_affected())
    })?;
    Ok(noted == 1)
}
