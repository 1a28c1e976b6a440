//! Taking turns, the one thing in which the databases differ: SQLite has one writer at a time, PostgreSQL many.

use super::{Result, Tx};

/// Lets whoever counts something and then adds to it go one after another, until the transaction ends: of many at once none
/// slips through a limit. Keys are hashes; two that begin alike only wait for each other without need.
///
/// # Errors
/// The database cannot be reached.
pub async fn take(tx: &mut Tx, keys: &[&[u8]]) -> Result<()> {
    let Tx::Postgres(tx) = tx else { return Ok(()) };
    let mut locks: Vec<i64> = keys.iter().map(|key| as_number(key)).collect();
    // Always in the same order, so that no two wait for each other in a circle.
    locks.sort_unstable();
    for lock in locks {
        sqlx::query("select pg_advisory_xact_lock($1)").bind(lock).execute(&mut **tx).await?;
    }
    Ok(())
}

fn as_number(key: &[u8]) -> i64 {
    let mut first = [0; 8];
    first.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    i64::from_be_bytes(first)
}
