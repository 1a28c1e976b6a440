//! The moderator's queue: comments of a site by view, a page at a time.

use uuid::Uuid;

use super::comments::Row;
use super::search::{first_id_at, moment_of};
use super::{Result, Tx, on_backend};
use crate::comment::Comment;

/// By how much the clocks of two processes may differ, in milliseconds.
pub(super) const LATER: i64 = 60_000;

/// Comments and proposed texts that wait on the site `$1`, of each up to so many.
macro_rules! pending_count {
    ($most:literal) => {
        concat!(
            "(select count(*) from (select 1 from comment where site_id = $1 and view = 'pending' limit ",
            $most,
            ") as held) + (select count(*) from (select 1 from comment where site_id = $1 and proposed_at is not null limit ",
            $most,
            ") as proposed)"
        )
    };
}

/// A comment of the queue with the article it belongs to.
#[derive(Clone, Debug)]
pub struct Card {
    /// The comment.
    pub comment: Comment,
    /// The article's title.
    pub page_title: String,
    /// Where the article can be read.
    pub page_url: Option<String>,
    /// When a moderator changed its text: milliseconds since the epoch.
    pub edited_at: Option<i64>,
}

/// The columns of [`CardRow`], and what they are read from.
macro_rules! card_columns {
    () => {
        concat!(
            $crate::store::comments::comment_columns!(),
            ", page.title as page_title, page.url as page_url, comment.edited_at"
        )
    };
}
pub(super) use card_columns;

#[derive(sqlx::FromRow)]
pub(super) struct CardRow {
    #[sqlx(flatten)]
    comment: Row,
    page_title: String,
    page_url: Option<String>,
    edited_at: Option<i64>,
}

impl From<CardRow> for Card {
    fn from(row: CardRow) -> Self {
        Self { comment: row.comment.into(), page_title: row.page_title, page_url: row.page_url, edited_at: row.edited_at }
    }
}

/// A part of a list that goes by id, which is by time.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Where it begins: the last id already shown; none for the first part.
    pub after: Option<Uuid>,
    /// How many at most.
    pub limit: i64,
}

/// When a text that an author proposes is due: as a comment would be that came when it was proposed.
macro_rules! proposal_due_at {
    () => {
        "(proposal.proposed_at - case when proposal.bucket = 'check' then 3600000 else 0 end)"
    };
}

/// What waits for a moderator, the most urgent first: comments, and what authors would rather have written in public ones.
/// Comments are read along their index, so the cost grows with the part and not with what waits; proposed texts are few.
///
/// # Errors
/// The database cannot be reached.
pub async fn urgent(tx: &mut Tx, site_id: Uuid, part: Part) -> Result<Vec<Card>> {
    let sql = concat!(
        "with shown as (select coalesce((select case when comment.proposed_at is null then urgent_at \
             else (select ",
        proposal_due_at!(),
        " from proposal where proposal.comment_id = comment.id) end from comment where id = $2), 0) as due_at) \
         select ",
        card_columns!(),
        " from (select * from (select id, urgent_at as due_at from comment where site_id = $1 and view = 'pending' \
             and (urgent_at, id) > ((select due_at from shown), $2) order by urgent_at, id limit $3) as held \
           union all select * from (select comment.id, ",
        proposal_due_at!(),
        " as due_at from comment join proposal on proposal.comment_id = comment.id \
             where comment.site_id = $1 and comment.proposed_at is not null) as proposed \
             where (due_at, id) > ((select due_at from shown), $2)) as due \
         join comment on comment.id = due.id join page on page.id = comment.page_id order by due.due_at, comment.id limit $3"
    );
    let after = part.after.unwrap_or(Uuid::nil());
    let rows: Vec<CardRow> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(after).bind(part.limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// A site's comments of a view, or all of them, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest(tx: &mut Tx, site_id: Uuid, view: Option<&str>, part: Part) -> Result<Vec<Card>> {
    let all = concat!(
        "select ",
        card_columns!(),
        " from comment join page on page.id = comment.page_id \
         where comment.site_id = $1 and comment.id < $2 order by comment.id desc limit $3"
    );
    let of_view = concat!(
        "select ",
        card_columns!(),
        " from comment join page on page.id = comment.page_id \
         where comment.site_id = $1 and comment.id < $2 and comment.view = $4 order by comment.id desc limit $3"
    );
    let before = part.after.unwrap_or(Uuid::max());
    let rows: Vec<CardRow> = on_backend!(tx, |conn| {
        let query = sqlx::query_as(if view.is_some() { of_view } else { all }).bind(site_id).bind(before).bind(part.limit);
        match view {
            Some(view) => query.bind(view).fetch_all(conn).await,
            None => query.fetch_all(conn).await,
        }
    })?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// What a moderator has decided and still holds, the last decision first; `after` is a comment.
///
/// # Errors
/// The database cannot be reached.
pub async fn decided_by(tx: &mut Tx, site_id: Uuid, moderator_id: Uuid, part: Part) -> Result<Vec<Card>> {
    // Mostly a decision still holds. PostgreSQL takes two equalities for rare ones, and would read every decision and comment
    // before it sees the newest: so one of them is written as a range.
    let sql = concat!(
        "select ",
        card_columns!(),
        " from decision join comment on comment.id = decision.comment_id \
             and comment.last_decision_id between decision.id and decision.id \
           join page on page.id = comment.page_id where decision.moderator_id = $1 and decision.site_id = $2 \
           and decision.id < coalesce((select last_decision_id from comment where id = $3), $4) order by decision.id desc limit $5"
    );
    let rows: Vec<CardRow> = on_backend!(tx, |conn| {
        sqlx::query_as(sql)
            .bind(moderator_id)
            .bind(site_id)
            .bind(part.after)
            .bind(Uuid::max())
            .bind(part.limit)
            .fetch_all(conn)
            .await
    })?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// Every comment of a page, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_page(tx: &mut Tx, page_id: Uuid, part: Part) -> Result<Vec<Card>> {
    let sql = concat!(
        "select ",
        card_columns!(),
        " from comment join page on page.id = comment.page_id \
         where comment.page_id = $1 and comment.id < $2 order by comment.id desc limit $3"
    );
    let before = part.after.unwrap_or(Uuid::max());
    let rows: Vec<CardRow> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(page_id).bind(before).bind(part.limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// Comments that readers have told of and no moderator has looked at since, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn reported(tx: &mut Tx, site_id: Uuid, part: Part) -> Result<Vec<Card>> {
    let sql = concat!(
        "select ",
        card_columns!(),
        " from comment join page on page.id = comment.page_id \
         where comment.id in (select comment_id from report where report.site_id = $1 and resolved_at is null) \
         and comment.id < $2 order by comment.id desc limit $3"
    );
    let before = part.after.unwrap_or(Uuid::max());
    let rows: Vec<CardRow> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(before).bind(part.limit).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// How many comments wait for a moderator, proposed texts among them; of each it stops counting at `most`.
///
/// # Errors
/// The database cannot be reached.
pub async fn count_pending(tx: &mut Tx, site_id: Uuid, most: i64) -> Result<i64> {
    let sql = concat!("select ", pending_count!("$2"));
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(site_id).bind(most).fetch_one(conn).await)?)
}

/// What a panel that is open wants to know again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Pulse {
    /// Pending comments and proposed texts, each up to the most that is counted.
    pub pending: i64,
    /// The same of likely spam.
    pub likely_spam: i64,
    /// Pending ones and proposed texts that have come after what was last seen, of each up to 100.
    pub fresh: i64,
    /// The newest comment of the site.
    pub newest: Option<Uuid>,
    /// When the newest of the proposed texts came that wait: milliseconds since the epoch.
    pub newest_proposed_at: Option<i64>,
    /// When the comment or proposed text came that has been pending longest: milliseconds since the epoch.
    pub oldest_at: Option<i64>,
}

impl Pulse {
    /// What has been seen by whoever sees this; it is in order of time.
    pub fn seen(&self) -> Uuid {
        let proposed = self.newest_proposed_at.map(first_id_at);
        self.newest.max(proposed).unwrap_or_default()
    }
}

/// Takes a site's pulse; `seen` is what [`Pulse::seen`] said before.
///
/// # Errors
/// The database cannot be reached.
pub async fn pulse(tx: &mut Tx, site_id: Uuid, seen: Uuid, most: i64) -> Result<Pulse> {
    let sql = concat!(
        "select ",
        pending_count!("$3"),
        " as pending, \
         (select count(*) from (select 1 from comment where site_id = $1 and view = 'likely-spam' limit $3) as b) as likely_spam, \
         (select count(*) from (select 1 from comment where site_id = $1 and view = 'pending' and id > $2 limit 100) as c) \
           + (select count(*) from (select 1 from comment where site_id = $1 and proposed_at > $4 limit 100) as d) as fresh, \
         (select id from comment where site_id = $1 order by id desc limit 1) as newest, \
         (select max(proposed_at) from comment where site_id = $1 and proposed_at is not null) as newest_proposed_at, \
         (select min(came_at) from (\
           select * from (select submitted_at as came_at from comment where site_id = $1 and view = 'pending' order by id limit 1) as f \
           union all select * from (select proposed_at as came_at from comment where site_id = $1 and proposed_at is not null \
             order by proposed_at limit 1) as g) as first) as oldest_at"
    );
    Ok(on_backend!(tx, |conn| {
        sqlx::query_as(sql).bind(site_id).bind(seen).bind(most).bind(moment_of(seen)).fetch_one(conn).await
    })?)
}

/// Comments and proposed texts that came from `from` until `until` (milliseconds, both included) and still wait for a
/// moderator, oldest first; likely spam is not among them.
///
/// # Errors
/// The database cannot be reached.
pub async fn held_between(tx: &mut Tx, site_id: Uuid, from: i64, until: i64, limit: i64) -> Result<Vec<Card>> {
    // An id is made within the moment that its comment comes in, and leads to it along the index of what waits.
    let sql = concat!(
        "select ",
        card_columns!(),
        " from (select * from (select id, submitted_at as came_at from comment where site_id = $1 and view = 'pending' \
             and id >= $4 and submitted_at between $2 and $3 order by id limit $5) as held \
           union all select * from (select comment.id, comment.proposed_at as came_at from comment \
             join proposal on proposal.comment_id = comment.id where comment.site_id = $1 and comment.proposed_at between $2 and $3 \
             and proposal.bucket <> 'likely-spam' order by comment.proposed_at, comment.id limit $5) as proposed) as due \
         join comment on comment.id = due.id join page on page.id = comment.page_id order by due.came_at, comment.id limit $5"
    );
    let rows: Vec<CardRow> = on_backend!(tx, |conn| {
        sqlx::query_as(sql).bind(site_id).bind(from).bind(until).bind(first_id_at(from - LATER)).bind(limit).fetch_all(conn).await
    })?;
    Ok(rows.into_iter().map(Card::from).collect())
}
