//! The journal of decisions: rows are added, never changed.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::comment::Status;

/// An entry of the journal.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its id.
    pub id: Uuid,
    /// The comment decided.
    pub comment_id: Uuid,
    /// Who decided; nobody, where the author or the program did.
    pub moderator_id: Option<Uuid>,
    /// The state before.
    pub from: Status,
    /// The state after.
    pub to: Status,
    /// The ground, out of a closed list.
    pub code: Option<&'static str>,
    /// The reason given, in free words.
    pub reason: Option<String>,
    /// By what means: `panel`, `bulk`, `mail`, `rule`, `receipt`, `edit`, `import`.
    pub means: &'static str,
    /// What was decided together has this in common.
    pub batch_id: Option<Uuid>,
    /// The decision that this one takes back.
    pub undoes: Option<Uuid>,
    /// Whether it is about another text that the author proposes, and not about the comment that is public.
    pub of_edit: bool,
    /// The comment's revision that was decided on.
    pub revision: i64,
    /// When.
    pub at: Timestamp,
}

/// An entry of the journal with the names that a person reads.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// The comment decided.
    pub comment_id: Uuid,
    /// Who decided.
    pub moderator_id: Option<Uuid>,
    /// Their name.
    pub moderator: Option<String>,
    /// The state before.
    pub from_status: String,
    /// The state after.
    pub to_status: String,
    /// The ground, out of a closed list.
    pub code: Option<String>,
    /// The reason given, in free words.
    pub reason: Option<String>,
    /// By what means.
    pub means: String,
    /// What was decided together has this in common.
    pub batch_id: Option<Uuid>,
    /// The decision that this one takes back.
    pub undoes: Option<Uuid>,
    /// Whether it is about another text that the author proposes.
    pub of_edit: bool,
    /// The comment's revision that was decided on.
    pub revision: i64,
    /// Milliseconds since the epoch.
    pub decided_at: i64,
}

/// The columns of [`Entry`], and what they are read from.
macro_rules! entries {
    () => {
        entries!("decision")
    };
    ($($decisions:literal),+) => {
        concat!(
            "select decision.id, comment_id, moderator_id, moderator.name as moderator, from_status, to_status, code, reason, means, \
               undoes, batch_id, of_edit, decision.revision, decided_at from ",
            $($decisions,)+
            " left join moderator on moderator.id = decision.moderator_id"
        )
    };
}
pub(super) use entries;

/// Adds a decision.
///
/// # Errors
/// The database cannot be reached.
pub async fn add(tx: &mut Tx, decision: &Decision) -> Result<()> {
    let sql = "insert into decision (id, comment_id, moderator_id, from_status, to_status, code, reason, means, undoes, batch_id, revision, \
               decided_at, of_edit, site_id) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, (select site_id from comment where id = $2))";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(decision.id)
            .bind(decision.comment_id)
            .bind(decision.moderator_id)
            .bind(decision.from.as_str())
            .bind(decision.to.as_str())
            .bind(decision.code)
            .bind(&decision.reason)
            .bind(decision.means)
            .bind(decision.undoes)
            .bind(decision.batch_id)
            .bind(decision.revision)
            .bind(decision.at.millis())
            .bind(decision.of_edit)
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// A decision.
///
/// # Errors
/// The database cannot be reached.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Option<Entry>> {
    let sql = concat!(entries!(), " where decision.id = $1");
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn).await)?)
}

/// The newest `limit` decisions on a comment, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_comment(tx: &mut Tx, comment_id: Uuid, limit: i64) -> Result<Vec<Entry>> {
    let sql = concat!(entries!(), " where comment_id = $1 order by decision.id desc limit $2");
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(comment_id).bind(limit).fetch_all(conn).await)?)
}

/// When a comment was approved last; `None` if it never was, or came otherwise than by a decision.
///
/// # Errors
/// The database cannot be reached.
pub async fn approved_at(tx: &mut Tx, comment_id: Uuid) -> Result<Option<Timestamp>> {
    let sql = "select decided_at from decision where comment_id = $1 and to_status = 'approved' and from_status <> 'approved' \
                 and not of_edit order by id desc limit 1";
    let at: Option<i64> = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(comment_id).fetch_optional(conn).await)?;
    Ok(at.map(Timestamp::from_millis))
}

/// The decisions that were made together, in their order.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_batch(tx: &mut Tx, batch_id: Uuid) -> Result<Vec<Entry>> {
    let sql = concat!(entries!(), " where batch_id = $1 order by decision.id");
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(batch_id).fetch_all(conn).await)?)
}

/// One or several decisions that a moderator made as one.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Deed {
    /// The last of the decisions.
    pub id: Uuid,
    /// The batch, where there is one.
    pub batch_id: Option<Uuid>,
    /// The comment decided, or one of them.
    pub comment_id: Uuid,
    /// Its author.
    pub author: String,
    /// The beginning of its text.
    pub excerpt: String,
    /// The state before.
    pub from_status: String,
    /// The state after.
    pub to_status: String,
    /// By what means.
    pub means: String,
    /// The decision that this one takes back.
    pub undoes: Option<Uuid>,
    /// Whether it is about another text that the author proposed.
    pub of_edit: bool,
    /// Milliseconds since the epoch.
    pub decided_at: i64,
    /// How many of the comments still are as this decided.
    pub holding: i64,
    /// How many comments were decided.
    pub comments: i64,
}

/// The newest `limit` of what a moderator did on a site, newest first; a batch counts as one.
///
/// # Errors
/// The database cannot be reached.
pub async fn deeds(tx: &mut Tx, site_id: Uuid, moderator_id: Uuid, limit: i64) -> Result<Vec<Deed>> {
    // A decision that is not the last of its batch is passed over.
    let sql = "select decision.id, batch_id, comment_id, comment.author, substr(comment.body, 1, 120) as excerpt, from_status, to_status, \
                 means, undoes, of_edit, decided_at, \
                 case when batch_id is null then case when comment.last_decision_id = decision.id then 1 else 0 end \
                   else (select count(*) from decision other join comment held on held.id = other.comment_id and held.last_decision_id = other.id \
                     where other.batch_id = decision.batch_id) end as holding, \
                 case when batch_id is null then 1 else (select count(*) from decision other where other.batch_id = decision.batch_id) end as comments \
               from (select * from decision one where one.site_id = $1 and one.moderator_id = $2 \
                 and (one.batch_id is null or not exists (select 1 from decision later \
                   where later.batch_id = one.batch_id and later.id > one.id)) \
                 order by one.id desc limit $3 + 0) as decision join comment on comment.id = comment_id order by decision.id desc";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(moderator_id).bind(limit).fetch_all(conn).await)?)
}

/// The ground on which a moderator rejected last.
///
/// # Errors
/// The database cannot be reached.
pub async fn last_ground(tx: &mut Tx, moderator_id: Uuid) -> Result<Option<String>> {
    // Looked for among the newest, so that somebody who never rejects does not wait for it.
    let sql = "select code from (select id, code from decision where moderator_id = $1 order by id desc limit 200) as newest \
               where code is not null order by id desc limit 1";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(moderator_id).fetch_optional(conn).await)?)
}
