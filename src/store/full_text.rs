//! The full-text index, which is another one on each database: FTS5 on SQLite, a `tsvector` on PostgreSQL. What is in it
//! was folded before it comes here, so that both find the same.
//!
//! FTS5 finds the beginning of a word by putting together all comments that have any word so begun, which takes a third of a
//! second for a frequent one among a million. So a site's comments lie in slices, and each word in the index begins with the
//! number of its comment's slice: the newest slice is asked first, and mostly no other.

use std::collections::{HashMap, HashSet};

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::search::Span;
use super::{Result, Tx, on_backend, placeholders};

type SqliteTx = sqlx::Transaction<'static, sqlx::Sqlite>;
type PostgresTx = sqlx::Transaction<'static, sqlx::Postgres>;

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
    pub fn is_in(&self, words: &str) -> bool {
        words.split(' ').any(|word| if self.is_prefix { word.starts_with(&self.text) } else { word == self.text })
    }

    fn on_sqlite(&self, slice: i64) -> String {
        format!("\"{}\"{}", in_slice(slice, &self.text), if self.is_prefix { "*" } else { "" })
    }

    fn on_postgres(&self) -> String {
        format!("'{}'{}", self.text, if self.is_prefix { ":*" } else { "" })
    }
}

/// Comments of a slice: putting together the half of them takes about 10 ms.
const SLICE: i64 = 1 << 15;

/// A word as it stands in the index of SQLite.
fn in_slice(slice: i64, word: &str) -> String {
    format!("{slice:05x}{word}")
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
        Tx::Sqlite(tx) => index_on_sqlite(tx, &documents).await?,
        Tx::Postgres(tx) => {
            let row = |at: usize| {
                format!("(${}, ${}, array_to_tsvector(string_to_array(${}, ' ')))", at * 3 + 1, at * 3 + 2, at * 3 + 3)
            };
            let rows = (0..documents.len()).map(row).collect::<Vec<_>>().join(", ");
            let insert = format!(
                "insert into comment_search (comment_id, site_id, words) values {rows} on conflict (comment_id) do update set words = excluded.words"
            );
            let mut query = sqlx::query(AssertSqlSafe(insert));
            for Document { id, site_id, words, .. } in documents {
                query = query.bind(id).bind(site_id).bind(words);
            }
            query.execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// The documents get numbers one after the other, each site's in slices of its own; one that was indexed before keeps its.
async fn index_on_sqlite(tx: &mut SqliteTx, documents: &[&Document]) -> Result<()> {
    let known =
        format!("select comment_id, number from comment_search_row where comment_id in ({})", placeholders(1, documents.len()));
    let mut query = sqlx::query_as(AssertSqlSafe(known));
    for document in documents {
        query = query.bind(document.id);
    }
    let mut numbers: HashMap<Uuid, i64> = query.fetch_all(&mut **tx).await?.into_iter().collect();
    let mut slices: HashMap<Uuid, Slice> = HashMap::new();
    let mut numbered = Vec::new();
    for Document { id, site_id, .. } in documents.iter().filter(|document| !numbers.contains_key(&document.id)) {
        let slice = match slices.remove(site_id) {
            Some(slice) if slice.size < SLICE => slice,
            full => {
                if let Some(full) = full {
                    full.keep(tx).await?;
                }
                Slice::open(tx, *site_id, *id).await?
            }
        };
        numbered.push((slice.number * SLICE + slice.size, *id));
        slices.insert(
            *site_id,
            Slice { size: slice.size + 1, first_id: slice.first_id.min(*id), last_id: slice.last_id.max(*id), ..slice },
        );
    }
    for slice in slices.into_values() {
        slice.keep(tx).await?;
    }
    if !numbered.is_empty() {
        let mut query = sqlx::query(AssertSqlSafe(format!(
            "insert into comment_search_row (number, comment_id) values {}",
            pairs(numbered.len())
        )));
        for (number, id) in &numbered {
            query = query.bind(number).bind(id);
        }
        query.execute(&mut **tx).await?;
        numbers.extend(numbered.into_iter().map(|(number, id)| (id, number)));
    }
    let insert = format!("insert or replace into comment_search (rowid, words) values {}", pairs(documents.len()));
    let mut query = sqlx::query(AssertSqlSafe(insert));
    for document in documents {
        let number = numbers.get(&document.id).copied().unwrap_or_default();
        let words: Vec<String> = document.words.split(' ').map(|word| in_slice(number / SLICE, word)).collect();
        query = query.bind(number).bind(words.join(" "));
    }
    query.execute(&mut **tx).await?;
    Ok(())
}

fn pairs(count: usize) -> String {
    (0..count).map(|at| format!("(${}, ${})", at * 2 + 1, at * 2 + 2)).collect::<Vec<_>>().join(", ")
}

/// Comments of a site that are asked for their words together.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
struct Slice {
    number: i64,
    size: i64,
    first_id: Uuid,
    last_id: Uuid,
}

impl Slice {
    /// The site's newest slice that has room, or a new one for this comment.
    async fn open(tx: &mut SqliteTx, site_id: Uuid, id: Uuid) -> Result<Self> {
        let newest =
            "select number, size, first_id, last_id from comment_search_slice where site_id = $1 order by number desc limit 1";
        let newest: Option<Self> = sqlx::query_as(newest).bind(site_id).fetch_optional(&mut **tx).await?;
        if let Some(slice) = newest.filter(|slice| slice.size < SLICE) {
            return Ok(slice);
        }
        let new = "insert into comment_search_slice (number, site_id, size, first_id, last_id) \
                   values ((select coalesce(max(number), 0) + 1 from comment_search_slice), $1, 0, $2, $2) \
                   returning number, size, first_id, last_id";
        Ok(sqlx::query_as(new).bind(site_id).bind(id).fetch_one(&mut **tx).await?)
    }

    async fn keep(&self, tx: &mut SqliteTx) -> Result<()> {
        let sql = "update comment_search_slice set size = $2, first_id = $3, last_id = $4 where number = $1";
        sqlx::query(sql).bind(self.number).bind(self.size).bind(self.first_id).bind(self.last_id).execute(&mut **tx).await?;
        Ok(())
    }
}

/// Terms of a question to FTS5 at most.
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
    match tx {
        Tx::Sqlite(tx) => newest_on_sqlite(tx, wanted).await,
        Tx::Postgres(tx) => newest_on_postgres(tx, wanted).await,
    }
}

async fn newest_on_sqlite(tx: &mut SqliteTx, wanted: Wanted<'_>) -> Result<Vec<Uuid>> {
    let Wanted { site_id, words, span, after, limit } = wanted;
    let number = "select number from comment_search_row where comment_id = $1";
    let before: Option<i64> = match after {
        Some(after) => sqlx::query_scalar(number).bind(after).fetch_optional(&mut **tx).await?,
        None => Some(i64::MAX),
    };
    // One that has left the index meanwhile is no place in it any more, but still has its time.
    let (before, span) = match (before, after) {
        (None, Some(after)) => (i64::MAX, span.older_than(after)),
        (before, _) => (before.unwrap_or(i64::MAX), span),
    };
    let slices = "select number from comment_search_slice \
                  where site_id = $1 and number <= $2 and last_id >= $3 and first_id <= $4 order by number desc";
    let slices: Vec<i64> = sqlx::query_scalar(slices)
        .bind(site_id)
        .bind(before / SLICE)
        .bind(span.from)
        .bind(span.until)
        .fetch_all(&mut **tx)
        .await?;
    // Twice as many each time: few questions for a word that is nowhere, and a small one for a word that is everywhere.
    let (mut rest, mut together) = (slices.as_slice(), 1);
    let mut found = Vec::new();
    while let Some(missing) = limit.checked_sub(i64::try_from(found.len())?).filter(|missing| *missing > 0 && !rest.is_empty()) {
        let (these, others) = rest.split_at(together.min(rest.len()));
        // `cross join` is SQLite's word for: in this order.
        let sql = "select comment_id from comment_search cross join comment_search_row on comment_search_row.number = comment_search.rowid \
                   where comment_search match $1 and comment_search.rowid < $2 and comment_id between $3 and $4 \
                   order by comment_search.rowid desc limit $5 + 0";
        let asked = these.iter().map(|slice| on_sqlite(words, *slice)).collect::<Vec<_>>().join(" OR ");
        let ids = sqlx::query_scalar::<_, Uuid>(sql).bind(asked).bind(before).bind(span.from).bind(span.until).bind(missing);
        found.extend(ids.fetch_all(&mut **tx).await?);
        (rest, together) = (others, (together * 2).min((TERMS / words.len().max(1)).max(1)));
    }
    Ok(found)
}

fn on_sqlite(words: &[(bool, &Word)], slice: i64) -> String {
    let of = |wanted: bool, with: &str| {
        let these = words.iter().filter(|(is_not, _)| *is_not != wanted);
        these.map(|(_, word)| word.on_sqlite(slice)).collect::<Vec<_>>().join(with)
    };
    let (sought, unwanted) = (of(true, " AND "), of(false, " OR "));
    if unwanted.is_empty() { format!("({sought})") } else { format!("(({sought}) NOT ({unwanted}))") }
}

/// Comments with the words of a search up to which PostgreSQL gets them all and then puts them in order. With more, the next
/// one is never far: the newest comments are asked one after the other for their words.
const FEW: i64 = 4000;

async fn newest_on_postgres(tx: &mut PostgresTx, wanted: Wanted<'_>) -> Result<Vec<Uuid>> {
    let Wanted { site_id, words, span, after, limit } = wanted;
    let span = after.map_or(span, |after| span.older_than(after));
    let all = words.iter().map(|(is_not, word)| format!("{}{}", if *is_not { "!" } else { "" }, word.on_postgres()));
    let words = all.collect::<Vec<_>>().join(" & ");
    // PostgreSQL keeps no figures of words that are not among the most frequent, and would walk through a million comments for
    // one that nobody has written; hence they are counted, as far as that matters. Nothing here is kept prepared: what is right
    // for a rare word is not for a frequent one.
    let hits = "select count(*) from (select 1 from comment_search where words @@ $1::tsquery and site_id = $2 limit $3) as hit";
    let hits: i64 = sqlx::query_scalar(hits).bind(&words).bind(site_id).bind(FEW).persistent(false).fetch_one(&mut **tx).await?;
    let sql = if hits < FEW {
        // `offset 0` is PostgreSQL's word for: first this.
        "select comment_id from (select comment_id from comment_search where words @@ $1::tsquery and site_id = $2 offset 0) as hit \
         where comment_id between $3 and $4 order by comment_id desc limit $5"
    } else {
        "select comment_id from comment_search where words @@ $1::tsquery and site_id = $2 and comment_id between $3 and $4 \
         order by comment_id desc limit $5"
    };
    let query = sqlx::query_scalar(sql).bind(words).bind(site_id).bind(span.from).bind(span.until).bind(limit);
    Ok(query.persistent(false).fetch_all(&mut **tx).await?)
}
