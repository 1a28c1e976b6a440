//! Finding comments by anything: the conditions of a search become one statement, whose text is made of our own words
//! and whose values are bound.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::full_text::{self, Word};
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
    /// It is in this view: a status, or `likely-spam`.
    View(&'static str),
    /// Nobody has decided it yet.
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

/// The comments that a filter lets through, newest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn find(tx: &mut Tx, filter: &Filter, part: Part) -> Result<Vec<Card>> {
    let statement = statement(filter, part, matches!(tx, Tx::Sqlite(_)));
    let rows: Vec<CardRow> = on_backend!(tx, |conn| {
        bind_all!(sqlx::query_as(AssertSqlSafe(statement.text)), statement.values).fetch_all(conn).await
    })?;
    Ok(rows.into_iter().map(Card::from).collect())
}

fn statement(filter: &Filter, part: Part, on_sqlite: bool) -> Statement {
    let words: Vec<(bool, &Word)> = filter
        .conditions
        .iter()
        .filter_map(|condition| match &condition.what {
            What::Word(word) => Some((condition.is_not, word)),
            _ => None,
        })
        .collect();
    let by_words = full_text::drives(&words, on_sqlite);
    let is_sharp = filter.conditions.iter().any(|condition| !condition.is_not && condition.what.is_sharp());
    // A column in a function is no longer one that an index is looked up by: SQLite keeps no statistics that would tell
    // it that an author is rarer than a site.
    let (site, view) = if is_sharp || by_words {
        ("coalesce(comment.site_id, comment.page_id)", "coalesce(comment.view, '')")
    } else {
        ("comment.site_id", "comment.view")
    };
    let mut sql = Statement::default();
    sql.push("select ").push(card_columns!()).push(" from ");
    full_text::push_source(&mut sql, &words, on_sqlite);
    sql.push(" where ").push(site).push(" = ").bind(Bound::Id(filter.site_id));
    for Condition { is_not, what } in &filter.conditions {
        if matches!(what, What::Word(_)) {
            continue;
        }
        sql.push(if *is_not { " and not (" } else { " and (" });
        push_condition(&mut sql, *is_not, what, view);
        sql.push(")");
    }
    full_text::push_conditions(&mut sql, &words, on_sqlite);
    full_text::push_order(&mut sql, by_words && on_sqlite, part);
    sql
}

fn push_condition(sql: &mut Statement, is_not: bool, what: &What, view: &str) {
    match what {
        What::Word(_) => sql.push("1 = 1"),
        What::View(name) => sql.push(view).push(" = ").bind(Bound::Text((*name).to_owned())),
        What::Open => sql.push(view).push(" in ('pending', 'likely-spam')"),
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
        What::Points(least, most) => {
            sql.push("comment.points between ").bind(Bound::Points(*least)).push(" and ").bind(Bound::Points(*most))
        }
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
