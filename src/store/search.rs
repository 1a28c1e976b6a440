//! Finding comments by anything: the conditions of a search become one statement, whose text is made of our own words
//! and whose values are bound.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::full_text::{self, Way, Word};
use super::queue::{Card, CardRow, Part, card_columns};
use super::{Result, Tx, on_backend};

/// Decisions that a search for those of a moderator looks at: more than a month's work.
const DECISIONS: i64 = 5000;

/// What is looked for on a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// The site.
    pub site_id: Uuid,
    /// All of these must hold.
    pub conditions: Vec<Condition>,
}

/// A condition, or its opposite.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Whether it must not hold.
    pub is_not: bool,
    /// What must hold.
    pub what: What,
}

/// What can hold of a comment.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// It has this word.
    Word(Word),
    /// It is in this view: a status other than `pending`, or `likely-spam`.
    View(&'static str),
    /// It waits for a moderator, or a text does that its author would rather have written.
    Pending,
    /// The same, or it is likely spam: nobody has decided it yet.
    Open,
    /// A moderator has changed its text.
    Edited,
    /// A moderator wrote it.
    Staff,
    /// It answers another one.
    Answer,
    /// Its author's address has this keyed hash.
    Address(Vec<u8>),
    /// It came from the network with this keyed hash.
    Network(Vec<u8>),
    /// It is by the author of that comment.
    SameAddress(Uuid),
    /// It came from the network of that comment.
    SameNetwork(Uuid),
    /// It says nearly what that comment says.
    Cluster(Uuid),
    /// It belongs to this page.
    Page(Uuid),
    /// It has a link.
    Link,
    /// Its author has named a website.
    Website,
    /// A moderator has left a note with it.
    Note,
    /// One of these moderators made the decision that holds; their newest 5,000 are looked at.
    DecidedBy(Vec<Uuid>),
    /// It has points from here to there, both included.
    Points(f64, f64),
    /// It came at this moment or later: milliseconds since the epoch.
    From(i64),
    /// It came before this moment.
    Before(i64),
}

impl What {
    /// Whether few comments are like this, so that it is best looked for first.
    const fn is_sharp(&self) -> bool {
        matches!(
            self,
            Self::Address(_)
                | Self::Network(_)
                | Self::SameAddress(_)
                | Self::SameNetwork(_)
                | Self::Cluster(_)
                | Self::Page(_)
                | Self::DecidedBy(_)
                | Self::Note
        )
    }
}

/// A value that is bound.
pub(super) enum Bound {
    Id(Uuid),
    Number(i64),
    Points(f64),
    Bytes(Vec<u8>),
    Text(String),
}

/// A statement that is put together, with its values.
#[derive(Default)]
pub(super) struct Statement {
    pub text: String,
    pub values: Vec<Bound>,
}

impl Statement {
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub fn bind(&mut self, value: Bound) -> &mut Self {
        self.values.push(value);
        let number = self.values.len();
        self.text.push_str(&format!("${number}"));
        self
    }
}

/// Binds what a statement holds; a macro, because the type of a query is another on each database.
macro_rules! bind_all {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Bound::Id(id) => query.bind(id),
                Bound::Number(number) => query.bind(number),
                Bound::Points(points) => query.bind(points),
                Bound::Bytes(bytes) => query.bind(bytes),
                Bound::Text(text) => query.bind(text),
            };
        }
        query
    }};
}

/// What waits lies in places of its own, each with its index.
const PENDING: &str = "comment.view = 'pending'";
const PROPOSED: &str = "comment.proposed_at is not null";
/// The same, begun with: few texts wait, and no planner is to look for them among all that the site has.
const PROPOSED_FIRST: &str =
    "comment.id in (select waiting.id from comment waiting where waiting.proposed_at is not null and waiting.site_id = ";
const LIKELY_SPAM: &str = "comment.view = 'likely-spam'";

/// The comments that a filter lets through, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn find(tx: &mut Tx, filter: &Filter, part: Part) -> Result<Vec<Card>> {
    let way = full_text::way(tx, &words_of(filter)).await?;
    let statement = statement(filter, part, way);
    let rows: Vec<CardRow> = on_backend!(tx, |conn| {
        bind_all!(sqlx::query_as(AssertSqlSafe(statement.text)), statement.values).fetch_all(conn).await
    })?;
    Ok(rows.into_iter().map(Card::from).collect())
}

fn statement(filter: &Filter, part: Part, way: Way) -> Statement {
    let words = words_of(filter);
    let is_sharp = filter.conditions.iter().any(|condition| !condition.is_not && condition.what.is_sharp());
    let is_driven = is_sharp || full_text::drives(&words, way);
    let mut sql = Statement::default();
    let places = if is_driven { &[] } else { places(filter) };
    if places.is_empty() {
        push_select(&mut sql, filter, part, way, is_driven, None);
        return sql;
    }
    for (position, place) in places.iter().enumerate() {
        sql.push(if position == 0 { "select * from (" } else { " union all select * from (" });
        push_select(&mut sql, filter, part, way, is_driven, Some(place));
        sql.push(") as place");
    }
    sql.push(" order by id desc limit ").bind(Bound::Number(part.limit));
    sql
}

fn words_of(filter: &Filter) -> Vec<(bool, &Word)> {
    let conditions = filter.conditions.iter();
    conditions
        .filter_map(|condition| match &condition.what {
            What::Word(word) => Some((condition.is_not, word)),
            _ => None,
        })
        .collect()
}

/// The places in which what waits is looked for, each along its index; none where it is not only what waits.
fn places(filter: &Filter) -> &'static [&'static str] {
    let wants = |what: What| filter.conditions.contains(&Condition { is_not: false, what });
    match (wants(What::Pending), wants(What::Open)) {
        (true, _) => &[PENDING, PROPOSED],
        (false, true) => &[PENDING, LIKELY_SPAM, PROPOSED],
        (false, false) => &[],
    }
}

fn push_select(sql: &mut Statement, filter: &Filter, part: Part, way: Way, is_driven: bool, place: Option<&str>) {
    let words = words_of(filter);
    // A column in a function is no longer one that an index is looked up by: SQLite keeps no statistics that would tell
    // it that an author is rarer than a site.
    let (site, view) = if is_driven || place == Some(PROPOSED) {
        ("coalesce(comment.site_id, comment.page_id)", "coalesce(comment.view, '')")
    } else {
        ("comment.site_id", "comment.view")
    };
    sql.push("select ").push(card_columns!()).push(" from ");
    full_text::push_source(sql, &words, way);
    sql.push(" where ").push(site).push(" = ").bind(Bound::Id(filter.site_id));
    if let Some(place) = place {
        sql.push(" and ");
        if place == PROPOSED {
            sql.push(PROPOSED_FIRST).bind(Bound::Id(filter.site_id)).push(")");
        } else {
            sql.push(place);
        }
    }
    for Condition { is_not, what } in &filter.conditions {
        let is_in_place = place.is_some() && !is_not && matches!(what, What::Pending | What::Open);
        if is_in_place || matches!(what, What::Word(_)) {
            continue;
        }
        sql.push(if *is_not { " and not (" } else { " and (" });
        push_condition(sql, *is_not, what, view);
        sql.push(")");
    }
    full_text::push_conditions(sql, &words, way);
    full_text::push_order(sql, &words, way, part);
}

fn push_condition(sql: &mut Statement, is_not: bool, what: &What, view: &str) {
    match what {
        What::Word(_) => sql.push("1 = 1"),
        What::View(name) => sql.push(view).push(" = ").bind(Bound::Text((*name).to_owned())),
        What::Pending => sql.push(view).push(" = 'pending' or ").push(PROPOSED),
        What::Open => sql.push(view).push(" in ('pending', 'likely-spam') or ").push(PROPOSED),
        What::Edited => sql.push("comment.edited_at is not null"),
        What::Staff => sql.push("comment.staff_id is not null"),
        What::Answer => sql.push("comment.parent_id is not null"),
        What::Address(hash) => sql.push("comment.email_index = ").bind(Bound::Bytes(hash.clone())),
        What::Network(hash) => {
            sql.push("comment.network_index is not null and comment.network_index = ").bind(Bound::Bytes(hash.clone()))
        }
        What::SameAddress(id) => {
            sql.push("comment.email_index = (select email_index from comment where id = ").bind(Bound::Id(*id)).push(")")
        }
        What::SameNetwork(id) => sql
            .push("comment.network_index is not null and comment.network_index = (select network_index from comment where id = ")
            .bind(Bound::Id(*id))
            .push(")"),
        What::Cluster(id) => sql.push(super::clusters::CONDITION).bind(Bound::Id(*id)).push(")"),
        What::Page(id) => sql.push("comment.page_id = ").bind(Bound::Id(*id)),
        What::Link => sql.push("comment.body_html like '%<a href=%'"),
        What::Website => sql.push("comment.website is not null"),
        What::Note => sql.push("comment.id in (select comment_id from note)"),
        What::DecidedBy(moderators) => {
            let of_them = |sql: &mut Statement| {
                sql.push(" moderator_id in (");
                for (position, id) in moderators.iter().enumerate() {
                    sql.push(if position == 0 { "" } else { ", " }).bind(Bound::Id(*id));
                }
                sql.push(if moderators.is_empty() { "null)" } else { ")" });
            };
            if !is_not {
                sql.push("comment.id in (select comment_id from (select comment_id from decision where");
                of_them(sql);
                sql.push(" order by decision.id desc limit ").bind(Bound::Number(DECISIONS)).push(") as newest) and ");
            }
            sql.push("exists (select 1 from decision where decision.id = comment.last_decision_id and");
            of_them(sql);
            sql.push(")")
        }
        // While the moderators' own opinion is wanted, the judgement is no more to be found than to be seen; and where
        // another text waits, it is that one which a card shows the points of.
        What::Points(least, most) => sql
            .push(
                "case when comment.sampled and comment.status = 'pending' then 0 when comment.proposed_at is null then comment.points \
                 else (select proposal.points from proposal where proposal.comment_id = comment.id) end between ",
            )
            .bind(Bound::Points(*least))
            .push(" and ")
            .bind(Bound::Points(*most)),
        // Ids are in order of time, and there is an index that ends with the id.
        What::From(at) => sql.push("comment.id >= ").bind(Bound::Id(first_id_at(*at))),
        What::Before(at) => sql.push("comment.id < ").bind(Bound::Id(first_id_at(*at))),
    };
}

/// The least id that a comment of that moment can have.
pub(super) fn first_id_at(millis: i64) -> Uuid {
    let millis = u64::try_from(millis.clamp(0, (1 << 48) - 1)).unwrap_or_default();
    Uuid::from_u128(u128::from(millis) << 80)
}

/// The moment (milliseconds) in which an id was made.
pub(super) fn moment_of(id: Uuid) -> i64 {
    i64::try_from(id.as_u128() >> 80).unwrap_or(i64::MAX)
}
