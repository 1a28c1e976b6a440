//! Hearing of what other processes have changed. On PostgreSQL several may serve, and tell each other which page it was. On
//! SQLite one does, and only the command line writes beside it, seldom: that anything was written is noticed, not what.

use std::sync::Arc;

use sqlx::SqlitePool;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use uuid::Uuid;

use super::{Result, Store, Tx};

const CHANNEL: &str = "leserbrief_page_changed";

/// Tells every process, as soon as the transaction is committed, that a page's public comments have changed.
///
/// # Errors
/// The database cannot be reached.
pub async fn announce(tx: &mut Tx, page_id: Uuid) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(page_id.to_string()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Tells every process, as soon as the transaction is committed, that anything may have changed: a site's settings did.
///
/// # Errors
/// The database cannot be reached.
pub async fn announce_all(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        // What is no page's id is heard as "anything".
        sqlx::query("select pg_notify($1, 'everything')").bind(CHANNEL).execute(&mut **tx).await?;
    }
    Ok(())
}

/// What a listener hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A page's public comments have changed.
    Page(Uuid),
    /// The line was broken: anything may have changed meanwhile.
    Anything,
}

/// Hears of changes that other processes make.
#[derive(Debug)]
pub struct Changes {
    options: Arc<PgConnectOptions>,
    listener: Option<PgListener>,
}

impl Changes {
    /// Where there may be other processes: on PostgreSQL.
    pub fn of(store: &Store) -> Option<Self> {
        match store {
            Store::Sqlite { .. } => None,
            Store::Postgres(pool) => Some(Self { options: pool.connect_options(), listener: None }),
        }
    }

    /// Waits for the next change. After an error, calling it again connects again and then tells [`Change::Anything`].
    ///
    /// # Errors
    /// The line is broken: until the next answer, changes are not heard.
    pub async fn next(&mut self) -> Result<Change> {
        let mut listener = match self.listener.take() {
            Some(listener) => listener,
            None => {
                // A connection of its own: one of the store's would be missing there, and keep the store from closing.
                let options = PgConnectOptions::clone(&self.options);
                let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
                let mut listener = PgListener::connect_with(&pool).await?;
                listener.listen(CHANNEL).await?;
                self.listener = Some(listener);
                return Ok(Change::Anything);
            }
        };
        // `try_recv` says `None` where `recv` would connect again by itself and hide that something was missed.
        let change = match listener.try_recv().await? {
            Some(notification) => notification.payload().parse().map_or(Change::Anything, Change::Page),
            None => anyhow::bail!("the listening connection was closed"),
        };
        self.listener = Some(listener);
        Ok(change)
    }
}

/// Notices that another process has written to the same SQLite file.
#[derive(Debug)]
pub struct OtherWriters {
    /// The one connection that this process writes with: what it has written itself does not count there.
    writer: SqlitePool,
    seen: Option<i64>,
}

impl OtherWriters {
    /// Where they cannot say so themselves: on SQLite.
    pub fn of(store: &Store) -> Option<Self> {
        match store {
            Store::Sqlite { writer, .. } => Some(Self { writer: writer.clone(), seen: None }),
            Store::Postgres(_) => None,
        }
    }

    /// Whether one of them has written since this was asked last.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn have_written(&mut self) -> Result<bool> {
        let version: i64 = sqlx::query_scalar("pragma data_version").fetch_one(&self.writer).await?;
        Ok(self.seen.replace(version).is_some_and(|seen| seen != version))
    }
}
