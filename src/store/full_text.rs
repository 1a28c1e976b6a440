//! The full-text index, which is another one on each database: FTS5 on SQLite, a `tsvector` on PostgreSQL. What is in it
//! was folded before it comes here, so that both find the same.
//!
//! FTS5 puts together all comments that have any word of the same beginning before it gives the newest, and PostgreSQL's index
//! knows no order at all: among a million either took a third of a second for a frequent word. So a site's comments lie in
//! slices, and each word in the index begins with the number of its comment's slice: the newest slice is asked first, and
//! mostly no other.

use std::collections::{BTreeMap, HashMap, HashSet};

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::parts::{in_words_of, rows};
use super::search::Span;
use super::{Result, Tx, fetch_by_ids, on_backend, placeholders};

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

    /// Whether it is among the words of a comment, which have spaces between.
    pub fn is_among(&self, words: &str) -> bool {
        let mut words = words.split_ascii_whitespace();
        words.any(|word| if self.is_prefix { word.starts_with(&self.text) } else { word == self.text })
    }

    fn on_sqlite(&self, slice: i64) -> String {
        format!("\"{}\"{}", in_slice(slice, &self.text), if self.is_prefix { "*" } else { "" })
    }

    fn on_postgres(&self, slice: i64) -> String {
        format!("'{}'{}", in_slice(slice, &self.text), if self.is_prefix { ":*" } else { "" })
    }
}

/// With so many comments a slice takes no more; the last ones may bring it a little beyond. Smaller ones make frequent words
/// faster, of which mostly the newest slice is read, and rare ones slower, which are looked for in all: among a million comments
/// both take 5 to 10 ms.
const FULL: i64 = 1 << 13;

/// Numbers of a slice: the number of a comment is that of its slice times this, and which one of the slice it is.
const SLICE: i64 = 1 << 16;

/// A word as it stands in the index.
fn in_slice(slice: i64, word: &str) -> String {
    format!("{slice:05x}{word}")
}

/// Words with spaces between, as they stand in the index.
fn all_in_slice(slice: i64, words: &str) -> String {
    let mark = in_slice(slice, "");
    let mut all = String::with_capacity(2 * words.len());
    for word in words.split_ascii_whitespace() {
        [&mark, word, " "].into_iter().for_each(|part| all.push_str(part));
    }
    all.pop();
    all
}

/// The words of a comment that was due.
#[derive(Clone, Debug)]
pub struct Document {
    /// The comment.
    pub id: Uuid,
    /// Its site.
    pub site_id: Uuid,
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
    let read = rows(documents.len(), 2);
    let done =
        in_words_of(tx, format!("delete from search_due where (comment_id, stamp) in (values {read}) returning comment_id"));
    let due: HashSet<Uuid> = on_backend!(&mut *tx, |conn| {
        let mut query = sqlx::query_scalar(AssertSqlSafe(done));
        for document in documents {
            query = query.bind(document.id).bind(document.stamp);
        }
        query.persistent(is_kept_prepared(documents)).fetch_all(conn).await
    })?
    .into_iter()
    .collect();
    let documents: Vec<&Document> = documents.iter().filter(|document| due.contains(&document.id)).collect();
    if documents.is_empty() {
        return Ok(());
    }
    let numbers = numbers(tx, &documents).await?;
    let indexed = documents.iter().filter_map(|document| {
        let number = numbers.get(&document.id)?;
        Some((*number, all_in_slice(number / SLICE, &document.words)))
    });
    let values = in_words_of(tx, rows(documents.len(), 2));
    match tx {
        Tx::Sqlite(tx) => {
            // With one statement: FTS5 writes to the disk what it has in memory whenever a statement begins.
            let insert = format!("insert or replace into comment_search (rowid, words) values {values}");
            let query = indexed.fold(sqlx::query(AssertSqlSafe(insert)), |query, (number, words)| query.bind(number).bind(words));
            query.persistent(is_kept_prepared(&documents)).execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let insert = format!(
                "insert into comment_search (number, words) \
                 select row.number, array_to_tsvector(string_to_array(row.words, ' ')) from (values {values}) as row (number, words) \
                 on conflict (number) do update set words = excluded.words"
            );
            let query = indexed.fold(sqlx::query(AssertSqlSafe(insert)), |query, (number, words)| query.bind(number).bind(words));
            query.persistent(is_kept_prepared(&documents)).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Only statements for few numbers of rows are kept prepared, among them the one that comes again and again under load.
const fn is_kept_prepared<T>(rows: &[T]) -> bool {
    rows.len().is_power_of_two()
}

/// The documents' numbers: one that was indexed before keeps its own, each site's new ones get the next in its newest slice.
async fn numbers(tx: &mut Tx, documents: &[&Document]) -> Result<HashMap<Uuid, i64>> {
    let asked = in_words_of(tx, placeholders(1, documents.len()));
    let sql = format!("select comment_id, number from comment_search_row where comment_id in ({asked})");
    let ids = documents.iter().map(|document| document.id);
    let known: Vec<(Uuid, i64)> = fetch_by_ids!(&mut *tx, sql, ids)?;
    let mut numbers: HashMap<Uuid, i64> = known.into_iter().collect();
    // In one order, so that no two processes wait for each other.
    let mut new: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for document in documents.iter().filter(|document| !numbers.contains_key(&document.id)) {
        new.entry(document.site_id).or_default().push(document.id);
    }
    let mut new_rows = Vec::new();
    for (site_id, ids) in new {
        let last = reserve(tx, site_id, &ids).await?;
        new_rows.extend((0..).map(|at| last - at).zip(ids.into_iter().rev()));
    }
    if !new_rows.is_empty() {
        let values = in_words_of(tx, rows(new_rows.len(), 2));
        let sql = format!("insert into comment_search_row (number, comment_id) values {values}");
        on_backend!(tx, |conn| {
            let query = new_rows.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, (number, id)| query.bind(number).bind(id));
            query.persistent(is_kept_prepared(&new_rows)).execute(conn).await.map(drop)
        })?;
    }
    numbers.extend(new_rows.into_iter().map(|(number, id)| (id, number)));
    Ok(numbers)
}

/// Reserves numbers for comments of a site; the last one of them.
async fn reserve(tx: &mut Tx, site_id: Uuid, ids: &[Uuid]) -> Result<i64> {
    // Another process may reserve at the same time: then one waits for the other, and looks at the slice once more.
    let next = "update comment_search_slice set size = size + $2, \
                  first_id = case when $3 < first_id then $3 else first_id end, last_id = case when $4 > last_id then $4 else last_id end \
                where number = (select max(number) from comment_search_slice where site_id = $1) and size < $5 returning number, size";
    let new = "insert into comment_search_slice (number, site_id, size, first_id, last_id) \
               select coalesce(max(number), 0) + 1, $1, $2, $3, $4 from comment_search_slice where true \
               on conflict (number) do nothing returning number, size";
    let (first_id, last_id) = (ids.iter().min(), ids.iter().max());
    let count = i64::try_from(ids.len())?;
    loop {
        for sql in [next, new] {
            let reserved: Option<(i64, i64)> = on_backend!(&mut *tx, |conn| {
                let query = sqlx::query_as(sql).bind(site_id).bind(count).bind(first_id).bind(last_id);
                if sql == next { query.bind(FULL) } else { query }.fetch_optional(conn).await
            })?;
            if let Some((slice, size)) = reserved {
                return Ok(slice * SLICE + size - 1);
            }
        }
    }
}

/// Words that the index is asked for at once at most.
const TERMS: usize = 256;

/// Comments of a site by their words.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The site.
    pub site_id: Uuid,
    /// The words, and whether each must not be there; one at least must be there.
    pub words: &'a [(bool, &'a Word)],
    /// The ids among which they are looked for.
    pub span: Span,
    /// The one that was found last.
    pub after: Option<Uuid>,
    /// How many at most.
    pub limit: i64,
}

/// The comments that are wanted, the newest in the index first.
///
/// # Errors
/// The database cannot be reached.
pub async fn newest(tx: &mut Tx, wanted: Wanted<'_>) -> Result<Vec<Uuid>> {
    let Wanted { site_id, words, mut span, after, limit } = wanted;
    let mut before = i64::MAX;
    if let Some(after) = after {
        let number = "select number from comment_search_row where comment_id = $1";
        let number: Option<i64> =
            on_backend!(&mut *tx, |conn| sqlx::query_scalar(number).bind(after).fetch_optional(conn).await)?;
        match number {
            Some(number) => before = number,
            // One that has left the index is no place in it, but still has its time.
            None => span = span.older_than(after),
        }
    }
    let slices = "select number from comment_search_slice \
                  where site_id = $1 and number <= $2 and last_id >= $3 and first_id <= $4 order by number desc";
    let slices: Vec<i64> = on_backend!(&mut *tx, |conn| {
        sqlx::query_scalar(slices).bind(site_id).bind(before / SLICE).bind(span.from).bind(span.until).fetch_all(conn).await
    })?;
    // Twice as many each time: few questions for a word that is nowhere, and a small one for a word that is everywhere.
    let (mut rest, mut together) = (slices.as_slice(), 1);
    let mut found = Vec::new();
    while let Some(missing) = limit.checked_sub(i64::try_from(found.len())?).filter(|missing| *missing > 0 && !rest.is_empty()) {
        let (these, others) = rest.split_at(together.min(rest.len()));
        let ids: Vec<Uuid> = match tx {
            Tx::Sqlite(tx) => {
                // `cross join` is SQLite's word for: in this order.
                let sql = "select comment_id from comment_search cross join comment_search_row \
                             on comment_search_row.number = comment_search.rowid \
                           where comment_search match $1 and comment_search.rowid < $2 and comment_id between $3 and $4 \
                           order by comment_search.rowid desc limit $5 + 0";
                let asked = asked(words, these, Word::on_sqlite, [" AND ", " NOT ", " OR "]).join(" OR ");
                let query = sqlx::query_scalar(sql).bind(asked).bind(before).bind(span.from).bind(span.until).bind(missing);
                query.fetch_all(&mut **tx).await?
            }
            Tx::Postgres(tx) => {
                // `offset 0` is PostgreSQL's word for: first this. Slice by slice, or its planner takes words in many slices for
                // words that most comments have, and reads all of them; then in order, until there are enough.
                let sql = "select comment_id from (select found.number from unnest($1::text[]::tsquery[]) as asked (words) \
                             cross join lateral (select number from comment_search \
                               where comment_search.words @@ asked.words and number < $2 offset 0) as found \
                             order by found.number desc offset 0) as hit \
                           cross join lateral (select comment_id from comment_search_row \
                             where comment_search_row.number = hit.number and comment_id between $3 and $4 offset 0) as row \
                           order by hit.number desc limit $5";
                let asked = asked(words, these, Word::on_postgres, [" & ", " & !", " | "]);
                let query = sqlx::query_scalar(sql).bind(asked).bind(before).bind(span.from).bind(span.until).bind(missing);
                query.persistent(false).fetch_all(&mut **tx).await?
            }
        };
        found.extend(ids);
        (rest, together) = (others, (together * 2).min((TERMS / words.len().max(1)).max(1)));
    }
    Ok(found)
}

/// The words in each of these slices, as a database writes them, with its signs for "and", "but not" and "or".
fn asked(
    words: &[(bool, &Word)],
    slices: &[i64],
    written: impl Fn(&Word, i64) -> String,
    [and, but_not, or]: [&str; 3],
) -> Vec<String> {
    let in_slice = |slice: &i64| {
        let of = |wanted: bool, with: &str| {
            let these = words.iter().filter(|(is_not, _)| *is_not != wanted);
            these.map(|(_, word)| written(word, *slice)).collect::<Vec<_>>().join(with)
        };
        let (sought, unwanted) = (of(true, and), of(false, or));
        if unwanted.is_empty() { format!("({sought})") } else { format!("(({sought}){but_not}({unwanted}))") }
    };
    slices.iter().map(in_slice).collect()
}
