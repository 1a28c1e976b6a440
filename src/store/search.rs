//! What can be asked of comments: those of one kind are listed along an index, newest first, and some of them are tried for
//! all that must hold. Whoever searches does both in turn, so that no search reads more than it means to.

use std::collections::HashMap;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::full_text::Word;
use super::queue::{Card, CardRow, card_columns};
use super::statement::{Bound, Statement, bind_all};
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

/// Comments of the site of one kind, from which a search may begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind<'a> {
    /// All that the site has.
    Any,
    /// Those of which this holds; words are looked up by [`super::full_text`] instead.
    Which(&'a What),
}

impl Filter {
    /// The kinds that a search for this may begin with, those that are mostly rare first. The last one has every comment.
    pub fn kinds(&self) -> Vec<Kind<'_>> {
        let wanted = || self.conditions.iter().filter(|condition| !condition.is_not).map(|condition| &condition.what);
        let sharp = wanted().filter(|what| what.is_sharp());
        let waiting = wanted().filter(|what| matches!(what, What::Pending | What::Open));
        let view = wanted().filter(|what| matches!(what, What::View(_)));
        sharp.chain(waiting).chain(view).map(Kind::Which).chain([Kind::Any]).collect()
    }

    /// The words, and whether each must not be there.
    pub fn words(&self) -> Vec<(bool, &Word)> {
        let conditions = self.conditions.iter();
        conditions
            .filter_map(|condition| match &condition.what {
                What::Word(word) => Some((condition.is_not, word)),
                _ => None,
            })
            .collect()
    }

    /// The ids that comments of this filter can have, by the moments that they came in.
    pub fn span(&self) -> Span {
        let mut span = Span::ALL;
        for Condition { is_not, what } in &self.conditions {
            match what {
                What::From(at) if !is_not => span.from = span.from.max(first_id_at(*at)),
                What::Before(at) if !is_not => span = span.older_than(first_id_at(*at)),
                _ => {}
            }
        }
        span
    }
}

/// Ids from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The least.
    pub from: Uuid,
    /// The greatest.
    pub until: Uuid,
}

impl Span {
    /// Every id.
    pub const ALL: Self = Self { from: Uuid::nil(), until: Uuid::max() };

    /// Those of these ids that are less than this one.
    pub fn older_than(self, id: Uuid) -> Self {
        Self { until: self.until.min(Uuid::from_u128(id.as_u128().saturating_sub(1))), ..self }
    }
}

/// What waits lies in places of its own, each with its index.
const PENDING: &str = "comment.view = 'pending'";
const LIKELY_SPAM: &str = "comment.view = 'likely-spam'";
const PROPOSED: &str = "comment.proposed_at is not null";

/// Up to `limit` comments of this kind, newest first: along an index, and with nothing else that is asked of them.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest(tx: &mut Tx, site_id: Uuid, kind: Kind<'_>, span: Span, limit: i64) -> Result<Vec<Uuid>> {
    let mut sql = Statement::default();
    let mut push_place = |place: &dyn Fn(&mut Statement)| {
        sql.push(if sql.text.is_empty() { "select id from (" } else { " union select id from (" });
        sql.push("select comment.id from comment where ");
        place(&mut sql);
        // `between`, because SQLite takes the index of the site instead of that of its views for two comparisons.
        sql.push(" and comment.id between ").bind(Bound::Id(span.from)).push(" and ").bind(Bound::Id(span.until));
        sql.push(" order by comment.id desc limit ").bind(Bound::Number(limit)).push(") as place");
    };
    let of_site = |sql: &mut Statement| {
        sql.push("comment.site_id = ").bind(Bound::Id(site_id));
    };
    let held = |view: &'static str| {
        move |sql: &mut Statement| {
            of_site(sql);
            sql.push(" and ").push(view);
        }
    };
    // Begun with: few texts wait, and no planner is to look for them among all that the site has.
    let proposed = |sql: &mut Statement| {
        sql.push(
            "comment.id in (select waiting.id from comment waiting where waiting.proposed_at is not null and waiting.site_id = ",
        )
        .bind(Bound::Id(site_id))
        .push(")");
    };
    match kind {
        Kind::Any => push_place(&of_site),
        Kind::Which(What::Pending) => {
            push_place(&held(PENDING));
            push_place(&proposed);
        }
        Kind::Which(What::Open) => {
            push_place(&held(PENDING));
            push_place(&held(LIKELY_SPAM));
            push_place(&proposed);
        }
        Kind::Which(what @ What::View(_)) => push_place(&|sql: &mut Statement| {
            of_site(sql);
            sql.push(" and ");
            push_condition(sql, false, what);
        }),
        Kind::Which(what) => push_place(&|sql: &mut Statement| push_condition(sql, false, what)),
    }
    sql.push(" order by id desc limit ").bind(Bound::Number(limit));
    Ok(on_backend!(tx, |conn| bind_all!(sqlx::query_scalar(AssertSqlSafe(sql.text)), sql.values).fetch_all(conn).await)?)
}

/// Those of the comments of which everything holds but the words, in the order of the ids; at most a thousand ids at once.
///
/// # Errors
/// The database cannot be reached.
pub async fn passing(tx: &mut Tx, filter: &Filter, ids: &[Uuid]) -> Result<Vec<Card>> {
    let mut sql = Statement::default();
    sql.push("select ").push(card_columns!()).push(" from comment join page on page.id = comment.page_id where comment.id in (");
    // What the site is, is asked of each comment that was found: no index is to be walked along for it.
    sql.bind_ids(ids).push(") and coalesce(comment.site_id, comment.page_id) = ").bind(Bound::Id(filter.site_id));
    for Condition { is_not, what } in &filter.conditions {
        if matches!(what, What::Word(_)) {
            continue;
        }
        sql.push(if *is_not { " and not (" } else { " and (" });
        push_condition(&mut sql, *is_not, what);
        sql.push(")");
    }
    let rows: Vec<CardRow> =
        on_backend!(tx, |conn| bind_all!(sqlx::query_as(AssertSqlSafe(sql.text)), sql.values).fetch_all(conn).await)?;
    let mut cards: HashMap<Uuid, Card> = rows.into_iter().map(Card::from).map(|card| (card.comment.id, card)).collect();
    Ok(ids.iter().filter_map(|id| cards.remove(id)).collect())
}

fn push_condition(sql: &mut Statement, is_not: bool, what: &What) {
    match what {
        What::Word(_) => sql.push("1 = 1"),
        What::View(name) => sql.push("comment.view = ").bind(Bound::Text((*name).to_owned())),
        What::Pending => sql.push(PENDING).push(" or ").push(PROPOSED),
        What::Open => sql.push("comment.view in ('pending', 'likely-spam') or ").push(PROPOSED),
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
                sql.push(" moderator_id in (").bind_ids(moderators).push(")");
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
pub fn moment_of(id: Uuid) -> i64 {
    i64::try_from(id.as_u128() >> 80).unwrap_or(i64::MAX)
}
