//! Comments of another program on their way in: many with one insert, each known again by the key that it has had there.

use std::collections::HashMap;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::parts::rows;
use super::{Result, Tx, fetch_by_ids, on_backend, placeholders};
use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::secrets::SealedAddress;
use crate::spam::Likeness;

/// How the journal names what another program has decided.
pub const IMPORT: &str = "import";

/// Rows of one statement. SQLite looks for each numbered value among all of a statement, so that more rows take longer, not
/// less long.
const TOGETHER: usize = 16;

/// A comment to be added, which nobody has sent here: no network is known, no form token, and its author hears of nothing.
#[derive(Debug)]
pub struct Imported<'a> {
    /// The comment, in the state that it has had there.
    pub comment: &'a Comment,
    /// What it is known again by. It stands where others have the id of their form token, which no two comments share.
    pub key: Uuid,
    /// The author's address under seal.
    pub address: &'a SealedAddress,
    /// Its keyed hash.
    pub address_index: &'a [u8],
    /// The hash of the folded text.
    pub fingerprint: &'a [u8],
    /// What near duplicates are found by; none where the text is too short.
    pub likeness: Option<Likeness>,
}

/// A comment that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Known {
    /// Its key.
    pub key: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Its page.
    pub page_id: Uuid,
    /// The comment it answers.
    pub parent_id: Option<Uuid>,
}

/// Those of a site's comments that are there, by their keys; at most a few thousand at once.
///
/// # Errors
/// The database cannot be reached.
pub async fn known(tx: &mut Tx, site_id: Uuid, keys: &[Uuid]) -> Result<HashMap<Uuid, Known>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "select token_id as key, id, page_id, parent_id from comment where site_id = $1 and token_id in ({})",
        placeholders(2, keys.len())
    );
    let known: Vec<Known> = fetch_by_ids!(tx, sql, std::iter::once(&site_id).chain(keys))?;
    Ok(known.into_iter().map(|known| (known.key, known)).collect())
}

/// Adds comments, and to the journal what was decided of them: now, by nobody here.
///
/// # Errors
/// The database cannot be reached, or one of them is there already.
pub async fn add(tx: &mut Tx, imported: &[Imported<'_>], now: Timestamp) -> Result<()> {
    for part in imported.chunks(TOGETHER) {
        add_comments(tx, part).await?;
        let decided: Vec<&Comment> = part.iter().map(|one| one.comment).filter(|one| one.last_decision_id.is_some()).collect();
        add_decisions(tx, &decided, now).await?;
    }
    Ok(())
}

async fn add_comments(tx: &mut Tx, imported: &[Imported<'_>]) -> Result<()> {
    let sql = format!(
        "insert into comment (id, site_id, page_id, parent_id, status, revision, author, website, email_sealed, email_key_id, \
           email_index, body, body_html, fingerprint, token_id, notify, points, bucket, reasons, submitted_at, likeness, opening, \
           last_decision_id) values {}",
        rows(imported.len(), 23)
    );
    on_backend!(tx, |conn| {
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(imported.len() == TOGETHER);
        for Imported { comment, key, address, address_index, fingerprint, likeness } in imported {
            let (simhash, opening) = likeness.map_or((0, 0), Likeness::as_numbers);
            query = query
                .bind(comment.id)
                .bind(comment.site_id)
                .bind(comment.page_id)
                .bind(comment.parent_id)
                .bind(comment.status.as_str())
                .bind(comment.revision)
                .bind(&comment.author)
                .bind(&comment.website)
                .bind(&address.bytes)
                .bind(address.key_id)
                .bind(*address_index)
                .bind(&comment.text)
                .bind(&comment.html)
                .bind(*fingerprint)
                .bind(*key)
                .bind(false)
                .bind(comment.points)
                .bind(comment.bucket.as_str())
                .bind(serde_json::to_string(&comment.reasons)?)
                .bind(comment.submitted_at.millis())
                .bind(simhash)
                .bind(opening)
                .bind(comment.last_decision_id);
        }
        query.execute(conn).await.map(drop)
    })?;
    Ok(())
}

async fn add_decisions(tx: &mut Tx, decided: &[&Comment], now: Timestamp) -> Result<()> {
    if decided.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "insert into decision (id, comment_id, site_id, from_status, to_status, means, revision, decided_at, of_edit) values {}",
        rows(decided.len(), 9)
    );
    on_backend!(tx, |conn| {
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(decided.len() == TOGETHER);
        for comment in decided {
            query = query
                .bind(comment.last_decision_id)
                .bind(comment.id)
                .bind(comment.site_id)
                .bind(Status::Pending.as_str())
                .bind(comment.status.as_str())
                .bind(IMPORT)
                .bind(1_i64)
                .bind(now.millis())
                .bind(false);
        }
        query.execute(conn).await.map(drop)
    })?;
    Ok(())
}

/// Hangs a comment on another one of its page, where it hangs on none yet. Whether it does now.
///
/// # Errors
/// The database cannot be reached.
pub async fn hang(tx: &mut Tx, id: Uuid, parent_id: Uuid) -> Result<bool> {
    let sql = "update comment set parent_id = $2 where id = $1 and parent_id is null \
                 and page_id = (select page_id from comment where id = $2)";
    let hung = on_backend!(tx, |conn| {
        sqlx::query(sql).bind(id).bind(parent_id).execute(conn).await.map(|done| done.rows_affected())
    })?;
    Ok(hung == 1)
}

/// Keeps comments from the index of words until [`release`]: a search gives the newest first because they are indexed in the
/// order of time, and a file is in the order of its articles.
///
/// # Errors
/// The database cannot be reached.
pub async fn hold_back(tx: &mut Tx, ids: &[Uuid]) -> Result<()> {
    for part in ids.chunks(200) {
        let sql = format!("delete from search_due where comment_id in ({})", placeholders(1, part.len()));
        on_backend!(&mut *tx, |conn| {
            let query = part.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, id| query.bind(id));
            query.execute(conn).await.map(drop)
        })?;
    }
    Ok(())
}

/// Lets all comments of a site into the index of words that are not there.
///
/// # Errors
/// The database cannot be reached.
pub async fn release(tx: &mut Tx, site_id: Uuid) -> Result<()> {
    let sql = "insert into search_due (comment_id) select id from comment where site_id = $1 \
                 and not exists (select 1 from comment_search_row where comment_id = comment.id) on conflict (comment_id) do nothing";
    on_backend!(tx, |conn| sqlx::query(sql).bind(site_id).execute(conn).await.map(drop))?;
    Ok(())
}
