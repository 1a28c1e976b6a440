//! Taking a comment in: one query for everything that must be known first, one insert. None of it costs more where there are
//! more comments: each part of the query reads so many entries of an index at most.

use uuid::Uuid;

use super::search::first_id_at;
use super::{Result, Store, Tx, on_backend};
use crate::clock::Timestamp;
use crate::comment::Comment;
use crate::secrets::SealedAddress;
use crate::spam::Likeness;

/// What is asked before a comment is taken.
#[derive(Debug)]
pub struct Question<'a> {
    /// The site.
    pub site_id: Uuid,
    /// The page's name.
    pub page_name: &'a str,
    /// The form token's id.
    pub token_id: Option<Uuid>,
    /// The keyed hash of the client's network.
    pub network: &'a [u8],
    /// The keyed hash of the author's address.
    pub address: &'a [u8],
    /// The id in a form token that does not hold here: whether it has made a comment elsewhere.
    pub stray_token_id: Option<Uuid>,
    /// The hash of the folded text.
    pub fingerprint: &'a [u8],
    /// What near duplicates are found by; none where the text is too short.
    pub likeness: Option<Likeness>,
    /// An hour ago: what came since is counted for the page.
    pub hour_ago: Timestamp,
    /// Up to which number approved comments of a confirmed address are counted.
    pub approved: i64,
    /// For each limit, how many comments it allows: network a minute and an hour, address, page and site.
    /// Zero means that there is no limit; what comes back for it says nothing.
    pub allowed: [u32; 5],
}

/// What is known before a comment is taken.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Known {
    /// The page, if it has had a comment.
    pub page_id: Option<Uuid>,
    /// When the page was closed.
    pub closed_at: Option<i64>,
    /// When the page had its first comment.
    pub page_created_at: Option<i64>,
    /// The comment that this form token has made already, here or, where it does not hold here, elsewhere.
    pub earlier_id: Option<Uuid>,
    /// For each limit, when the comment came that fills it.
    pub network_minute: Option<i64>,
    /// The same for the hour.
    pub network_hour: Option<i64>,
    /// The same for the address.
    pub address_hour: Option<i64>,
    /// The same for the page.
    pub page_minute: Option<i64>,
    /// The same for the site.
    pub site_minute: Option<i64>,
    /// The same text by the same address on the same page.
    pub duplicate_id: Option<Uuid>,
    /// Comments with the same text, up to 20.
    pub identical: i64,
    /// Of these, how many are spam or taken for it.
    pub identical_in_spam: i64,
    /// Spam decided on the site from the same network, up to 20; zero where a comment from there was approved.
    pub network_in_spam: i64,
    /// The same for the address.
    pub address_in_spam: i64,
    /// Comments on the page since an hour ago, up to 20.
    pub page_last_hour: i64,
    /// Whether the address's owner has confirmed it on the site; none where nobody was ever asked.
    pub is_confirmed: Option<bool>,
    /// Approved comments of the address on the site, up to the number asked for; zero while it is not confirmed.
    pub approved: i64,
    /// Whether the last comment of a confirmed address that was decided was refused; none where none was decided.
    pub was_refused: Option<bool>,
    near: Option<String>,
}

/// What a comment that may be a near duplicate is compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What it is like.
    pub likeness: Likeness,
    /// Whether it is spam or taken for it.
    pub is_spam: bool,
}

impl Known {
    /// Comments that begin like this one or have a quarter of their simhash in common with it, and another text: of each kind
    /// the newest 8, 40 in all. By chance one comment in 65,536 has a quarter in common: half a million have to come before
    /// eight strangers stand in a copy's place.
    pub fn candidates(&self) -> impl Iterator<Item = Candidate> {
        self.near.iter().flat_map(|near| near.split(',')).filter_map(|candidate| {
            let mut numbers = candidate.split(' ').map(|number| number.parse::<i64>().ok());
            let likeness = Likeness::from_numbers((numbers.next()??, numbers.next()??));
            Some(Candidate { likeness, is_spam: numbers.next()?? == 1 })
        })
    }
}

/// One kind of candidates; a macro, so that the statement is put together when the program is built. An index holds all that
/// is asked for: in a flood all kinds find the same few comments, which are read once.
macro_rules! newest_alike {
    ($condition:literal) => {
        concat!("select * from (select id from comment where ", $condition, " order by id desc limit 8) as newest")
    };
}

/// Spam with the same network or address, unless something of it was approved.
macro_rules! decided_spam {
    ($column:literal, $value:literal) => {
        concat!(
            "(select case when exists (select 1 from comment where ",
            $column,
            " = ",
            $value,
            " and site_id = $1 and view = 'approved') then 0 \
               else (select count(*) from (select 1 from comment where ",
            $column,
            " = ",
            $value,
            " and site_id = $1 and view = 'spam' limit 20) as spam) end)"
        )
    };
}

/// A transaction to take comments in. What it asks is laid out for the same way through the indexes whatever the values are,
/// so PostgreSQL need not plan it anew for each comment, which takes it thirty times as long as to answer.
///
/// # Errors
/// The database cannot be reached, or stays locked beyond the busy timeout.
pub async fn begin(store: &Store) -> Result<Tx> {
    match store {
        Store::Sqlite { .. } => store.write().await,
        Store::Postgres(pool) => {
            Ok(Tx::Postgres(pool.begin_with("begin; set local plan_cache_mode = force_generic_plan").await?))
        }
    }
}

/// Everything that must be known before a comment is taken, in one query. A limit of n is full when the n-th newest
/// comment is younger than its window, so the cost grows with the limit and not with the number of comments.
///
/// # Errors
/// The database cannot be reached.
pub async fn ask(tx: &mut Tx, question: &Question<'_>) -> Result<Known> {
    let sql = concat!(
        "with target as (select page.id, page.closed_at, page.created_at from page_alias \
                 join page on page.id = page_alias.page_id where page_alias.site_id = $1 and page_alias.name = $2), \
               same as (select view, page_id, email_index, id from comment where fingerprint = $6 order by id desc limit 20), \
               alike as (",
        newest_alike!("(likeness >> 48) & 65535 = $12 and likeness <> 0"),
        " union ",
        newest_alike!("(likeness >> 32) & 65535 = $13 and likeness <> 0"),
        " union ",
        newest_alike!("(likeness >> 16) & 65535 = $14 and likeness <> 0"),
        " union ",
        newest_alike!("likeness & 65535 = $15 and likeness <> 0"),
        " union ",
        newest_alike!("opening = $16 and opening <> 0"),
        "), near as (select likeness, opening, view from comment where id in (select id from alike) and fingerprint <> $6), \
               writer as (select confirmed_at from author_address where site_id = $1 and email_index = $5) \
             select (select id from target) as page_id, \
                 (select closed_at from target) as closed_at, \
                 (select created_at from target) as page_created_at, \
                 (select id from comment where token_id = $3) as earlier_id, \
                 (select submitted_at from comment where network_index = $4 order by id desc limit 1 offset $7) as network_minute, \
                 (select submitted_at from comment where network_index = $4 order by id desc limit 1 offset $8) as network_hour, \
                 (select submitted_at from comment where email_index = $5 order by id desc limit 1 offset $9) as address_hour, \
                 (select submitted_at from comment where page_id = (select id from target) order by id desc limit 1 offset $10) as page_minute, \
                 (select submitted_at from comment where site_id = $1 order by id desc limit 1 offset $11) as site_minute, \
                 (select id from same where page_id = (select id from target) and email_index = $5 \
                   and view not in ('withdrawn', 'erased') limit 1) as duplicate_id, \
                 (select count(*) from same) as identical, \
                 (select count(*) from same where view in ('spam', 'likely-spam')) as identical_in_spam, \
                 (select count(*) from (select 1 from comment where page_id = (select id from target) and id > $17 limit 20) as hour) \
                   as page_last_hour, ",
        decided_spam!("network_index", "$4"),
        " as network_in_spam, ",
        decided_spam!("email_index", "$5"),
        " as address_in_spam, \
                 (select string_agg(cast(likeness as text) || ' ' || cast(opening as text) || \
                   case when view in ('spam', 'likely-spam') then ' 1' else ' 0' end, ',') from near) as near, \
                 (select confirmed_at is not null from writer) as is_confirmed, \
                 case when (select confirmed_at from writer) is null then 0 else (select count(*) from (select 1 from comment \
                   where email_index = $5 and coalesce(site_id, page_id) = $1 and status = 'approved' limit $18 + 0) as counted) end \
                   as approved, \
                 case when (select confirmed_at from writer) is not null then (select status <> 'approved' from comment \
                   where email_index = $5 and coalesce(site_id, page_id) = $1 and status in ('approved', 'rejected', 'spam') \
                   order by id desc limit 1) end as was_refused"
    );
    // Not a bare `limit $18`: SQLite would plan the whole statement anew with each value bound to it.
    let [first, second, third, fourth] = match question.likeness {
        Some(likeness) => likeness.quarters().map(|quarter| Some(i64::from(quarter))),
        None => [None; 4],
    };
    let [network_minute, network_hour, address_hour, page_minute, site_minute] =
        question.allowed.map(|allowed| i64::from(allowed.saturating_sub(1)));
    Ok(on_backend!(tx, |conn| {
        sqlx::query_as(sql)
            .bind(question.site_id)
            .bind(question.page_name)
            .bind(question.token_id.or(question.stray_token_id))
            .bind(question.network)
            .bind(question.address)
            .bind(question.fingerprint)
            .bind(network_minute)
            .bind(network_hour)
            .bind(address_hour)
            .bind(page_minute)
            .bind(site_minute)
            .bind(first)
            .bind(second)
            .bind(third)
            .bind(fourth)
            .bind(question.likeness.map(|likeness| likeness.opening.cast_signed()))
            .bind(first_id_at(question.hour_ago.millis()))
            .bind(question.approved)
            .fetch_one(conn)
            .await
    })?)
}

/// A comment on its way in, with what nobody but the program sees of it.
#[derive(Debug)]
pub struct Arrival<'a> {
    /// The comment.
    pub comment: &'a Comment,
    /// The author's address under seal.
    pub address: &'a SealedAddress,
    /// What is asked, and now kept, about it.
    pub question: &'a Question<'a>,
    /// Whether the author wants to hear of answers.
    pub notify: bool,
    /// Whether the moderators see it without being told what the judgement thinks of it.
    pub is_sampled: bool,
}

/// Adds a comment.
///
/// # Errors
/// The database cannot be reached, or the form token has made a comment meanwhile.
pub async fn add(tx: &mut Tx, arrival: &Arrival<'_>) -> Result<()> {
    let Arrival { comment, address, question, notify, is_sampled } = arrival;
    let sql = "insert into comment (id, site_id, page_id, parent_id, status, revision, author, website, email_sealed, email_key_id, \
                 email_index, network_index, body, body_html, fingerprint, token_id, notify, points, bucket, reasons, submitted_at, likeness, opening, sampled) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)";
    let (simhash, opening) = question.likeness.map_or((0, 0), Likeness::as_numbers);
    on_backend!(tx, |conn| {
        sqlx::query(sql)
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
            .bind(question.address)
            .bind(question.network)
            .bind(&comment.text)
            .bind(&comment.html)
            .bind(question.fingerprint)
            .bind(question.token_id)
            .bind(*notify)
            .bind(comment.points)
            .bind(comment.bucket.as_str())
            .bind(serde_json::to_string(&comment.reasons)?)
            .bind(comment.submitted_at.millis())
            .bind(simhash)
            .bind(opening)
            .bind(*is_sampled)
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Whether a page has an approved comment with this id, which an answer may hang on.
///
/// # Errors
/// The database cannot be reached.
pub async fn may_be_answered(tx: &mut Tx, page_id: Uuid, id: Uuid) -> Result<bool> {
    let sql = "select id from comment where id = $1 and page_id = $2 and status = 'approved'";
    let found: Option<Uuid> = on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(id).bind(page_id).fetch_optional(conn).await)?;
    Ok(found.is_some())
}
