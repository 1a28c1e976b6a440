//! Opening the database: made or found, brought up to date, or refused with a sentence.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};
use secrecy::ExposeSecret;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Result, Store, Tx, on_backend};
use crate::config::DatabaseUrl;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How a database stands to the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaState {
    /// There is nothing in it yet.
    New,
    /// So many migrations are missing: the next start brings it up to date.
    Older(usize),
    /// They belong together.
    Current,
    /// A newer program has worked on it.
    Newer,
}

/// What [`Store::examine`] has seen.
#[derive(Clone, Debug)]
pub struct Examined {
    /// How it stands to the program.
    pub state: SchemaState,
    /// What it knows its key file by; `None` while it is new.
    pub key_check: Option<Vec<u8>>,
}

/// The oldest PostgreSQL that the suite runs on.
const OLDEST_POSTGRES: i32 = 150_000;

impl Store {
    /// Opens the database, makes the embedded one where there is none, and applies the migrations that are missing.
    ///
    /// # Errors
    /// It cannot be reached, or is newer than the program.
    pub async fn open(url: &DatabaseUrl) -> Result<Self> {
        let store = match url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path).await?,
            DatabaseUrl::Postgres(url) => open_postgres(url.expose_secret()).await?,
        };
        store.migrate().await?;
        Ok(store)
    }

    /// What the database knows its key file by; `None` while it is new.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn key_check(&self) -> Result<Option<Vec<u8>>> {
        let mut tx = self.read().await?;
        let select = "select key_check from installation where id = 1";
        Ok(on_backend!(&mut tx, |conn| sqlx::query_scalar(select).fetch_optional(conn).await)?)
    }

    /// Ties a new database to its key file. Where two processes do so at once, the first one's holds.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn tie_to_key(&self, key_check: &[u8]) -> Result<()> {
        let mut tx = self.write().await?;
        let insert = "insert into installation (id, key_check) values (1, $1) on conflict (id) do nothing";
        on_backend!(&mut tx, |conn| sqlx::query(insert).bind(key_check).execute(conn).await.map(drop))?;
        tx.commit().await
    }

    /// Looks at a database as it is: nothing is made, and nothing is brought up to date.
    ///
    /// # Errors
    /// It cannot be reached or read.
    pub async fn examine(url: &DatabaseUrl) -> Result<Examined> {
        let store = match url {
            DatabaseUrl::Sqlite(path) if !path.exists() => return Ok(Examined { state: SchemaState::New, key_check: None }),
            DatabaseUrl::Sqlite(path) => {
                let options = SqliteConnectOptions::new().filename(path).read_only(true);
                let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
                Self::Sqlite { readers: pool.clone(), writer: pool }
            }
            DatabaseUrl::Postgres(url) => open_postgres(url.expose_secret()).await?,
        };
        let state = store.schema_state().await;
        let key_check = if matches!(state, Ok(SchemaState::New)) { None } else { store.key_check().await? };
        store.close().await;
        Ok(Examined { state: state?, key_check })
    }

    async fn schema_state(&self) -> Result<SchemaState> {
        let mut tx = self.read().await?;
        let exists = match &tx {
            Tx::Sqlite(_) => "select count(*) from sqlite_master where name = '_sqlx_migrations'",
            Tx::Postgres(_) => "select count(*) from pg_catalog.pg_tables where tablename = '_sqlx_migrations'",
        };
        let count: i64 = on_backend!(&mut tx, |conn| sqlx::query_scalar(exists).fetch_one(conn).await)?;
        if count == 0 {
            return Ok(SchemaState::New);
        }
        let applied = "select version from _sqlx_migrations where success order by version";
        let applied: Vec<i64> = on_backend!(&mut tx, |conn| sqlx::query_scalar(applied).fetch_all(conn).await)?;
        let known: Vec<i64> = SQLITE.iter().map(|migration| migration.version).collect();
        if applied.iter().any(|version| !known.contains(version)) {
            return Ok(SchemaState::Newer);
        }
        let missing = known.iter().filter(|version| !applied.contains(version)).count();
        Ok(if missing > 0 { SchemaState::Older(missing) } else { SchemaState::Current })
    }

    async fn migrate(&self) -> Result<()> {
        let outcome = match self {
            Self::Sqlite { writer, .. } => SQLITE.run(writer).await,
            Self::Postgres(pool) => POSTGRES.run(pool).await,
        };
        match outcome {
            Err(MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _)) => {
                bail!("The database is newer than this program (migration {version}): install the newer program again.")
            }
            Err(MigrateError::VersionMismatch(version)) => {
                bail!("Migration {version} of the database is not the one this program knows: it was made by another build.")
            }
            other => other.context("The database cannot be brought up to date."),
        }
    }
}

async fn open_sqlite(path: &Path) -> Result<Store> {
    // FULL: with NORMAL a power cut takes acknowledged rows from the write-ahead log.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .pragma("cache_size", "-1024")
        .statement_cache_capacity(64);
    let pool = |most| SqlitePoolOptions::new().max_connections(most).min_connections(0).test_before_acquire(false);
    let opening = || format!("The database {} cannot be opened.", path.display());
    // A comment touches many indexes: the writer keeps their pages at hand, and lets a log of 16 MB gather before it writes
    // them to their places, since most are changed again and again.
    let writing = options.clone().pragma("cache_size", "-8192").pragma("wal_autocheckpoint", "4000");
    let writer = pool(1).idle_timeout(None).max_lifetime(None).connect_with(writing).await.with_context(opening)?;
    let readers = pool(4).idle_timeout(Duration::from_secs(60)).connect_lazy_with(options);
    Ok(Store::Sqlite { readers, writer })
}

async fn open_postgres(url: &str) -> Result<Store> {
    let options = PgConnectOptions::from_str(url).context("The database URL cannot be read.")?.application_name("leserbrief");
    let pool = PgPoolOptions::new()
        .max_connections(10)
        .acquire_timeout(Duration::from_secs(5))
        // No statement here lasts as long as it takes to compile one: half a second where the planner thinks it a long one.
        .after_connect(|connection, _| Box::pin(async move { sqlx::query("set jit = off").execute(connection).await.map(drop) }))
        .connect_with(options)
        .await
        .context("The PostgreSQL server cannot be reached.")?;
    let version: String = sqlx::query_scalar("show server_version_num").fetch_one(&pool).await?;
    if version.parse::<i32>().unwrap_or_default() < OLDEST_POSTGRES {
        bail!("PostgreSQL 15 or later is needed; the server has {version}.");
    }
    Ok(Store::Postgres(pool))
}
