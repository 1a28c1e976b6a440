//! What the public sees: approved comments, and how many.

use std::fmt;

use serde::Deserialize;
use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::site::Order;

/// An approved comment: these columns and no others are public.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PublicComment {
    /// Its id.
    pub id: Uuid,
    /// The comment it answers, if that is public, too.
    pub parent_id: Option<Uuid>,
    /// The author's name.
    pub author: String,
    /// The author's website.
    pub website: Option<String>,
    /// The text as safe HTML.
    #[sqlx(rename = "body_html")]
    pub html: String,
    /// Milliseconds since the epoch.
    pub submitted_at: i64,
}

/// Where a part of a thread ended, and the next one begins. In an address: an id, or two with a dot between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Place {
    /// The last comment of the part; with the newest first, the one that begins the last conversation.
    pub last: Uuid,
    /// The last answer of that conversation that the part had room for; `None` where it is complete.
    pub answer: Option<Uuid>,
}

impl TryFrom<String> for Place {
    type Error = uuid::Error;

    fn try_from(place: String) -> std::result::Result<Self, Self::Error> {
        let (last, answer) = place.split_once('.').map_or((&*place, None), |(last, answer)| (last, Some(answer)));
        Ok(Self { last: last.parse()?, answer: answer.map(str::parse).transpose()? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.answer {
            Some(answer) => write!(f, "{}.{answer}", self.last),
            None => self.last.fmt(f),
        }
    }
}

/// A part of a page's thread in an order, as [`oldest`] and [`newest`] say; `after` is where the part before ended.
///
/// # Errors
/// The database cannot be reached.
pub async fn part(
    tx: &mut Tx,
    page_id: Uuid,
    order: Order,
    after: Option<Place>,
    enough: usize,
) -> Result<(Vec<PublicComment>, Option<Place>)> {
    match order {
        Order::OldestFirst => oldest(tx, page_id, after.map_or(Uuid::nil(), |place| place.last), enough).await,
        Order::NewestFirst => newest(tx, page_id, after, enough).await,
    }
}

/// Up to `enough` approved comments of a page, oldest first, after the one with the id `after`; and where the next part
/// begins, if there is one.
///
/// # Errors
/// The database cannot be reached.
pub async fn oldest(tx: &mut Tx, page_id: Uuid, after: Uuid, enough: usize) -> Result<(Vec<PublicComment>, Option<Place>)> {
    let sql = "select comment.id, above.id as parent_id, comment.author, comment.website, comment.body_html, comment.submitted_at from comment \
               left join comment above on above.id = comment.parent_id and above.status = 'approved' \
               where comment.page_id = $1 and comment.status = 'approved' and comment.id > $2 order by comment.id limit $3";
    let limit = i64::try_from(enough).unwrap_or(i64::MAX).saturating_add(1);
    let mut comments: Vec<PublicComment> =
        on_backend!(tx, |conn| sqlx::query_as(sql).bind(page_id).bind(after).bind(limit).fetch_all(conn).await)?;
    let more = comments.len() > enough;
    comments.truncate(enough);
    let next = comments.last().map(|last| Place { last: last.id, answer: None }).filter(|_| more);
    Ok((comments, next))
}

/// A comment, and the one at the top of the conversation that it belongs to.
#[derive(sqlx::FromRow)]
struct InConversation {
    #[sqlx(flatten)]
    comment: PublicComment,
    top_id: Uuid,
}

/// A page's conversations, the newest first, each with its answers from the oldest on: an answer is read below what it
/// answers, so that a part begins with one only where the part before has shown what it answers. Conversations are kept
/// whole until there are `enough` comments; one that would make it more than twice as many goes on in the next part.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest(
    tx: &mut Tx,
    page_id: Uuid,
    after: Option<Place>,
    enough: usize,
) -> Result<(Vec<PublicComment>, Option<Place>)> {
    // An answer to what is no longer public stands by itself, and so begins a conversation.
    let sql = "with recursive shown (id, top_id) as ( \
                 select id, id from (select id from comment where page_id = $1 and status = 'approved' and id <= $2 \
                   and not exists (select 1 from comment above where above.id = comment.parent_id and above.status = 'approved') \
                   order by id desc limit $3) as top \
                 union all \
                 select comment.id, shown.top_id from shown join comment on comment.parent_id = shown.id where comment.status = 'approved') \
               select comment.id, case when comment.id = shown.top_id then null else parent_id end as parent_id, \
                 author, website, body_html, submitted_at, shown.top_id \
               from shown join comment on comment.id = shown.id where shown.top_id < $2 or comment.id > $4 \
               order by shown.top_id desc, comment.id limit $5";
    let most = enough.saturating_mul(2);
    let (from, answer) = match after {
        None => (Uuid::max(), Uuid::nil()),
        Some(Place { last, answer: Some(answer) }) => (last, answer),
        // Those before it.
        Some(Place { last, answer: None }) => (Uuid::from_u128(last.as_u128().saturating_sub(1)), Uuid::nil()),
    };
    // One that has nothing left for this part, and one that tells that there is more.
    let tops = i64::try_from(enough).unwrap_or(i64::MAX).saturating_add(2);
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let found: Vec<InConversation> = on_backend!(tx, |conn| {
        sqlx::query_as(sql).bind(page_id).bind(from).bind(tops).bind(answer).bind(limit).fetch_all(conn).await
    })?;
    let is_first = |at: usize| at == 0 || found[at - 1].top_id != found[at].top_id;
    let whole = (enough..found.len()).find(|at| is_first(*at)).map(|end| (end, None));
    let end = whole.or_else(|| (found.len() > most).then(|| (most, Some(found[most - 1].comment.id))));
    let next = end.map(|(end, answer)| Place { last: found[end - 1].top_id, answer });
    let comments = found.into_iter().take(end.map_or(usize::MAX, |(end, _)| end)).map(|one| one.comment).collect();
    Ok((comments, next))
}

/// The name of a public comment's author; `None` where the page shows no such comment.
///
/// # Errors
/// The database cannot be reached.
pub async fn author(tx: &mut Tx, page_id: Uuid, id: Uuid) -> Result<Option<String>> {
    let sql = "select author from comment where id = $1 and page_id = $2 and status = 'approved'";
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(id).bind(page_id).fetch_optional(conn).await)?)
}

/// The number of a page's approved comments.
///
/// # Errors
/// The database cannot be reached.
pub async fn count(tx: &mut Tx, page_id: Uuid) -> Result<i64> {
    let sql = "select approved_count from page where id = $1";
    let count: Option<i64> = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(page_id).fetch_optional(conn).await)?;
    Ok(count.unwrap_or_default())
}

/// An approved comment with the article it belongs to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PublicEntry {
    /// The comment.
    #[sqlx(flatten)]
    pub comment: PublicComment,
    /// The article's title.
    pub page_title: String,
    /// Where the article can be read.
    pub page_url: Option<String>,
}

/// The newest approved comments of a site, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest_of_site(tx: &mut Tx, site_id: Uuid, limit: i64) -> Result<Vec<PublicEntry>> {
    let sql = "select comment.id, parent_id, author, website, body_html, submitted_at, page.title as page_title, page.url as page_url \
               from comment join page on page.id = comment.page_id \
               where comment.site_id = $1 and view = 'approved' order by comment.id desc limit $2";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(site_id).bind(limit).fetch_all(conn).await)?)
}

/// The newest approved comments of a page, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest_of_page(tx: &mut Tx, page_id: Uuid, limit: i64) -> Result<Vec<PublicEntry>> {
    let sql = "select comment.id, parent_id, author, website, body_html, submitted_at, page.title as page_title, page.url as page_url \
               from comment join page on page.id = comment.page_id \
               where page_id = $1 and status = 'approved' order by comment.id desc limit $2";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(page_id).bind(limit).fetch_all(conn).await)?)
}
