//! The full-text index, which is another one on each database: FTS5 on SQLite, a `tsvector` on PostgreSQL. What is in it
//! was folded before it comes here, so that both find the same.

use std::collections::{HashMap, HashSet};

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::queue::Part;
use super::search::{Bound, Statement};
use super::{Result, Tx, fetch_by_ids, on_backend};

/// A word of the index: `a-z`, `0-9` and `@` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    text: String,
    is_prefix: bool,
}

impl Word {
    /// `None` for a word that the index cannot hold.
    pub fn new(text: &str, is_prefix: bool) -> Option<Self> {
        let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'@');
        is_plain.then(|| Self { text: text.to_owned(), is_prefix })
    }

    fn on_sqlite(&self) -> String {
        format!("\"{}\"{}", self.text, if self.is_prefix { "*" } else { "" })
    }

    fn on_postgres(&self) -> String {
        format!("'{}'{}", self.text, if self.is_prefix { ":*" } else { "" })
    }
}

/// A comment whose words are to be indexed, with all that they are taken from.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    /// The comment.
    pub id: Uuid,
    /// How often it has been changed while it was due.
    pub stamp: i64,
    /// Its author's name.
    pub author: String,
    /// The author's website.
    pub website: Option<String>,
    /// Its text.
    pub body: String,
    /// Its HTML.
    pub body_html: String,
    /// The judgement's reasons, as JSON; none while the moderators' own opinion is wanted.
    pub reasons: String,
    /// The text that waits beside it, where one does.
    pub proposed_body: Option<String>,
    /// Its HTML.
    pub proposed_html: Option<String>,
    /// The reasons that the judgement has there, as JSON.
    pub proposed_reasons: Option<String>,
    /// The article's title.
    pub title: String,
}

/// Up to `limit` comments whose words are to be indexed, oldest first.
///
/// # Errors
/// The database cannot be reached.
pub async fn due(tx: &mut Tx, limit: i64) -> Result<Vec<Due>> {
    // Mostly there is none: asked for by itself, so that no planner begins with a million comments to find that out.
    let sql = "select comment_id from search_due order by comment_id limit $1";
    let ids: Vec<Uuid> = on_backend!(&mut *tx, |conn| sqlx::query_scalar(sql).bind(limit).fetch_all(conn).await)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select comment.id, search_due.stamp, author, website, comment.body, comment.body_html, \
           case when comment.sampled and comment.status = 'pending' then '[]' else comment.reasons end as reasons, \
           proposal.body as proposed_body, proposal.body_html as proposed_html, proposal.reasons as proposed_reasons, page.title \
         from comment join search_due on search_due.comment_id = comment.id join page on page.id = comment.page_id \
         left join proposal on proposal.comment_id = comment.id and comment.proposed_at is not null \
         where comment.id in ({}) order by comment.id",
        super::placeholders(1, ids.len())
    );
    Ok(fetch_by_ids!(tx, sql, &ids)?)
}

/// The words of a comment that was due.
#[derive(Clone, Debug)]
pub struct Document {
    /// The comment.
    pub id: Uuid,
    /// Its stamp when it was read.
    pub stamp: i64,
    /// The words, with spaces between.
    pub words: String,
}

/// Indexes comments' words, in place of those they were indexed by before, and notes that it is done; at most a few thousand
/// at once, which is as many values as a statement takes. What was changed or indexed since it was read is left as it is.
///
/// # Errors
/// The database cannot be reached.
pub async fn index(tx: &mut Tx, documents: &[Document]) -> Result<()> {
    if documents.is_empty() {
        return Ok(());
    }
    let read = (0..documents.len()).map(|at| format!("(${}, ${})", at * 2 + 1, at * 2 + 2)).collect::<Vec<_>>().join(", ");
    let done = format!("delete from search_due where (comment_id, stamp) in (values {read}) returning comment_id");
    let due: HashSet<Uuid> = on_backend!(&mut *tx, |conn| {
        let mut query = sqlx::query_scalar(AssertSqlSafe(done));
        for document in documents {
            query = query.bind(document.id).bind(document.stamp);
        }
        query.fetch_all(conn).await
    })?
    .into_iter()
    .collect();
    let documents: Vec<&Document> = documents.iter().filter(|document| due.contains(&document.id)).collect();
    if documents.is_empty() {
        return Ok(());
    }
    match tx {
        Tx::Sqlite(tx) => {
            let rows = vec!["(?)"; documents.len()].join(", ");
            let numbered = format!(
                "insert into comment_search_row (comment_id) values {rows} \
                 on conflict (comment_id) do update set number = number returning comment_id, number"
            );
            let mut query = sqlx::query_as(AssertSqlSafe(numbered)).persistent(false);
            for Document { id, .. } in &documents {
                query = query.bind(id);
            }
            let numbers: HashMap<Uuid, i64> = query.fetch_all(&mut **tx).await?.into_iter().collect();
            // With one statement: FTS5 writes to the disk what it has in memory whenever a statement begins.
            let rows = vec!["(?, ?)"; documents.len()].join(", ");
            let insert = format!("insert or replace into comment_search (rowid, words) values {rows}");
            let mut query = sqlx::query(AssertSqlSafe(insert)).persistent(false);
            for Document { id, words, .. } in documents {
                query = query.bind(numbers.get(id)).bind(words);
            }
            query.execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let row = |at: usize| format!("(${}, array_to_tsvector(string_to_array(${}, ' ')))", at * 2 + 1, at * 2 + 2);
            let rows = (0..documents.len()).map(row).collect::<Vec<_>>().join(", ");
            let insert = format!(
                "insert into comment_search (comment_id, words) values {rows} on conflict (comment_id) do update set words = excluded.words"
            );
            let mut query = sqlx::query(AssertSqlSafe(insert));
            for Document { id, words, .. } in documents {
                query = query.bind(id).bind(words);
            }
            query.execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Comments with the words of a search up to which PostgreSQL gets them all and then puts them in order. With more, the next
/// one is never far: the newest comments are asked one after the other for their words.
const FEW: i64 = 4000;

/// How a statement comes from words to comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// On SQLite, whose index gives the newest first.
    NewestHits,
    /// On PostgreSQL, whose index knows no order: few hits are got first, and put in order.
    FewHits,
    /// On PostgreSQL: the comments in their order, each asked for its words.
    NewestComments,
}

/// The way for these words. PostgreSQL keeps no figures of words that are not among the most frequent, and would walk through
/// a million comments for one that nobody has written; hence they are counted, as far as that matters.
///
/// # Errors
/// The database cannot be reached.
pub(super) async fn way(tx: &mut Tx, words: &[(bool, &Word)]) -> Result<Way> {
    let Tx::Postgres(tx) = tx else { return Ok(Way::NewestHits) };
    if words.iter().all(|(is_not, _)| *is_not) {
        return Ok(Way::NewestComments);
    }
    let sql = "select count(*) from (select 1 from comment_search where words @@ $1::tsquery limit $2) as hit";
    // Planned for these words each time: what is right for a rare one is not for a frequent one.
    let query = sqlx::query_scalar(sql).bind(on_postgres(words)).bind(FEW).persistent(false);
    let hits: i64 = query.fetch_one(&mut **tx).await?;
    Ok(if hits < FEW { Way::FewHits } else { Way::NewestComments })
}

fn on_postgres(words: &[(bool, &Word)]) -> String {
    let all = words.iter().map(|(is_not, word)| format!("{}{}", if *is_not { "!" } else { "" }, word.on_postgres()));
    all.collect::<Vec<_>>().join(" & ")
}

/// Whether the words are what a statement begins with.
pub(super) fn drives(words: &[(bool, &Word)], way: Way) -> bool {
    way != Way::NewestComments && words.iter().any(|(is_not, _)| !is_not)
}

/// What a statement reads from.
pub(super) fn push_source(sql: &mut Statement, words: &[(bool, &Word)], way: Way) {
    match way {
        _ if words.is_empty() || (way == Way::NewestHits && !drives(words, way)) => {
            sql.push("comment join page on page.id = comment.page_id")
        }
        // `cross join` is SQLite's word for: in this order.
        Way::NewestHits => sql.push(
            "comment_search cross join comment_search_row on comment_search_row.number = comment_search.rowid \
             cross join comment on comment.id = comment_search_row.comment_id cross join page on page.id = comment.page_id",
        ),
        // `offset 0` is PostgreSQL's word for it.
        Way::FewHits => {
            sql.push("(select comment_id from comment_search where words @@ ").bind(Bound::Text(on_postgres(words))).push(
                "::tsquery offset 0) as hit join comment on comment.id = hit.comment_id join page on page.id = comment.page_id",
            )
        }
        Way::NewestComments => sql
            .push("comment_search join comment on comment.id = comment_search.comment_id join page on page.id = comment.page_id"),
    };
}

/// What must hold of the words.
pub(super) fn push_conditions(sql: &mut Statement, words: &[(bool, &Word)], way: Way) {
    let of = |wanted: bool| words.iter().filter(move |(is_not, _)| *is_not != wanted).map(|(_, word)| word);
    match way {
        _ if words.is_empty() => {}
        Way::FewHits => {}
        Way::NewestComments => {
            sql.push(" and comment_search.words @@ ").bind(Bound::Text(on_postgres(words))).push("::tsquery");
        }
        Way::NewestHits => {
            let join = |list: Vec<String>, with: &str| list.join(with);
            let sought = join(of(true).map(|word| word.on_sqlite()).collect(), " AND ");
            let unwanted = join(of(false).map(|word| word.on_sqlite()).collect(), " OR ");
            match (sought.is_empty(), unwanted.is_empty()) {
                (false, true) => sql.push(" and comment_search match ").bind(Bound::Text(sought)),
                (false, false) => {
                    sql.push(" and comment_search match ").bind(Bound::Text(format!("({sought}) NOT ({unwanted})")))
                }
                _ => sql
                    .push(
                        " and comment.id not in (select comment_id from comment_search join comment_search_row \
                         on comment_search_row.number = comment_search.rowid where comment_search match ",
                    )
                    .bind(Bound::Text(unwanted))
                    .push(")"),
            };
        }
    }
}

/// The order and the part.
pub(super) fn push_order(sql: &mut Statement, words: &[(bool, &Word)], way: Way, part: Part) {
    let order = match way {
        Way::NewestHits if drives(words, way) => "comment_search.rowid",
        // Not an order that an index has: the hits alone are to be put into it.
        Way::FewHits => "coalesce(comment.id, comment.page_id)",
        _ => "comment.id",
    };
    if let Some(after) = part.after {
        sql.push(" and ").push(order).push(" < ");
        if order == "comment_search.rowid" {
            sql.push("(select number from comment_search_row where comment_id = ").bind(Bound::Id(after)).push(")");
        } else {
            sql.bind(Bound::Id(after));
        }
    }
    sql.push(" order by ").push(order).push(" desc limit ").bind(Bound::Number(part.limit));
}
