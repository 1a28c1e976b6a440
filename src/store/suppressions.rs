//! Addresses that a mail server refused: no new mail is begun to them, until somebody lets one be tried again.

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;

/// The refusals for now, one after another, after which no new mail is begun.
pub const SOFT_FAILURES: i64 = 5;

/// The keyed hash of the address that the mail with the id `$1` goes to.
macro_rules! address_of_mail {
    () => {
        "(select coalesce(moderator.email_index, author_address.email_index) from outbox \
           left join moderator on moderator.id = outbox.moderator_id \
           left join author_address on author_address.id = outbox.author_address_id where outbox.id = $1)"
    };
}

/// The server's words for which the address of a mail is suppressed; `None` where it is not.
///
/// # Errors
/// The database cannot be reached.
pub async fn of_mail(tx: &mut Tx, mail_id: Uuid) -> Result<Option<String>> {
    let sql = concat!("select words from suppression where suppressed_at is not null and email_index = ", address_of_mail!());
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(mail_id).fetch_optional(conn).await)?)
}

/// Notes that a server refused the address of a mail: for good, or for now.
///
/// # Errors
/// The database cannot be reached.
pub async fn note(tx: &mut Tx, mail_id: Uuid, is_for_good: bool, words: &str, now: Timestamp) -> Result<()> {
    let sql = concat!(
        "insert into suppression (email_index, soft_failures, failed_at, suppressed_at, words) \
         select address, 1, $2, case when $3 then $2 end, $4 from (select ",
        address_of_mail!(),
        " as address) as mail where address is not null \
         on conflict (email_index) do update set soft_failures = suppression.soft_failures + 1, failed_at = excluded.failed_at, \
           words = excluded.words, suppressed_at = case \
             when suppression.suppressed_at is not null then suppression.suppressed_at \
             when suppression.soft_failures + 1 >= $5 then excluded.failed_at else excluded.suppressed_at end"
    );
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(mail_id)
            .bind(now.millis())
            .bind(is_for_good)
            .bind(words)
            .bind(SOFT_FAILURES)
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Forgets what was noted of the address of a mail: it was reached after all, or somebody wants it tried.
///
/// # Errors
/// The database cannot be reached.
pub async fn lift(tx: &mut Tx, mail_id: Uuid) -> Result<()> {
    let sql = concat!("delete from suppression where email_index = ", address_of_mail!());
    on_backend!(tx, |conn| sqlx::query(sql).bind(mail_id).execute(conn).await.map(drop))?;
    Ok(())
}
