//! Every SQL string of the program: one function, one query, written once for SQLite and PostgreSQL.
//!
//! A test opens both and compares the schemas; every public function is reached by a test on both.

use std::fmt::Write;

use sqlx::{PgPool, SqlitePool};

pub mod account_events;
pub mod account_links;
pub mod arrivals;
pub mod author_addresses;
pub mod author_mails;
pub mod authors;
pub mod changes;
pub mod clusters;
pub mod comments;
pub mod decisions;
pub mod full_text;
pub mod imports;
pub mod intake;
pub mod journal;
mod known;
pub mod lessons;
pub mod mail_wishes;
pub mod mails;
pub mod memberships;
pub mod moderators;
pub mod neighbours;
pub mod networks;
pub mod notes;
pub mod numbers;
pub mod open;
pub mod outbox;
pub mod pages;
pub mod panel_settings;
mod parts;
pub mod past;
pub mod presence;
pub mod proposals;
pub mod questions;
pub mod queue;
pub mod reports;
pub mod search;
pub mod search_due;
pub mod second_factors;
pub mod seed;
pub mod sessions;
pub mod sign_ins;
pub mod sites;
mod statement;
pub mod suppressions;
pub mod thread_wishes;
pub mod threads;
pub mod turns;
pub mod webhooks;

/// The database.
#[derive(Clone, Debug)]
pub enum Store {
    /// The embedded one: a pool of readers and one writer.
    Sqlite {
        /// Connections that read.
        readers: SqlitePool,
        /// The one connection that writes.
        writer: SqlitePool,
    },
    /// A server that several processes may share.
    Postgres(PgPool),
}

/// A transaction; dropped without [`Tx::commit`], it never was.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    /// On PostgreSQL.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// Runs the same expression on whichever database the transaction is of. Each arm is monomorphic, so the
/// expression needs no bounds.
macro_rules! on_backend {
    ($tx:expr, |$conn:ident| $run:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $run
            }
            $crate::store::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $run
            }
        }
    };
}
pub(crate) use on_backend;

/// Reads every row of a statement whose values are these ids, in the order of its [`placeholders`].
macro_rules! fetch_by_ids {
    ($tx:expr, $sql:expr, $ids:expr) => {
        $crate::store::on_backend!($tx, |conn| {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe($sql));
            for id in $ids {
                query = query.bind(id);
            }
            query.fetch_all(conn).await
        })
    };
}
use fetch_by_ids;

/// The result of a query; what went wrong is logged, and told to nobody.
pub type Result<T> = std::result::Result<T, anyhow::Error>;

impl Store {
    /// A transaction that reads one state of the database.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// A transaction that writes. On SQLite it takes the write lock at once: a lock taken half-way could only fail.
    ///
    /// # Errors
    /// The database cannot be reached, or stays locked beyond the busy timeout.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Closes every connection, after the transactions that are under way.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes it last: after this, no crash undoes it.
    ///
    /// # Errors
    /// The database could not promise it.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// A value kept as JSON in a text column, which both databases have: PostgreSQL's own JSON type would be another one.
struct AsJson<T>(T);

impl<T: serde::de::DeserializeOwned> TryFrom<String> for AsJson<T> {
    type Error = serde_json::Error;

    fn try_from(text: String) -> std::result::Result<Self, serde_json::Error> {
        serde_json::from_str(&text).map(Self)
    }
}

/// `$from, …` for so many values: neither database takes a list as one.
fn placeholders(from: usize, count: usize) -> String {
    let mut text = String::with_capacity(6 * count);
    for number in from..from + count {
        // Writing into a text cannot fail.
        let _ = write!(text, "{}${number}", if number > from { ", " } else { "" });
    }
    text
}

/// An error on the way up: a database that cannot be reached is told apart from a fault of ours.
impl From<anyhow::Error> for crate::error::Error {
    fn from(error: anyhow::Error) -> Self {
        if is_unavailable(&error) { Self::Unavailable(error) } else { Self::Internal(error) }
    }
}

/// Whether the database could not be reached, or could not write, so that trying again later helps.
pub fn is_unavailable(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref()).any(|error| match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(told) => {
            let code = told.code().unwrap_or_default();
            if told.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
                is_postgres_out_of_reach(&code)
            } else {
                is_sqlite_out_of_reach(&code)
            }
        }
        _ => false,
    })
}

/// PostgreSQL's SQLSTATE: connections (class 08), no room (class 53), shut down, crashed or starting (57P01 to 57P03),
/// a standby that may not write (25006), its disk (class 58).
fn is_postgres_out_of_reach(code: &str) -> bool {
    ["08", "53", "58"].iter().any(|class| code.starts_with(class)) || matches!(code, "57P01" | "57P02" | "57P03" | "25006")
}

/// SQLite's result code, of which the lowest byte is the kind: BUSY 5, LOCKED 6, READONLY 8, IOERR 10, FULL 13, CANTOPEN 14.
fn is_sqlite_out_of_reach(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
}

/// Whether a statement failed because such a row exists already.
fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
