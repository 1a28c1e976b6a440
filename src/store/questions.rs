//! Questions to addresses whether they are their owner's who comments: counted, taken back, and forgotten with the address
//! that never answered.

use uuid::Uuid;

use super::search::first_id_at;
use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;
use crate::secrets::SealedAddress;

/// How many questions comments from this network have caused since `since`, counted up to `most`: comments that came since
/// `came`, so that older ones are not read where they cannot have caused any.
///
/// # Errors
/// The database cannot be reached.
pub async fn asked_from_network(tx: &mut Tx, network: &[u8], came: Timestamp, since: Timestamp, most: i64) -> Result<i64> {
    let sql = "select count(*) from (select 1 from comment join outbox on outbox.comment_id = comment.id \
               where comment.network_index = $1 and comment.id > $2 and outbox.kind = 'confirmation' and outbox.id > $3 \
               and outbox.state <> 'unneeded' limit $4) as asked";
    let (came, since) = (first_id_at(came.millis()), first_id_at(since.millis()));
    Ok(on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(network).bind(came).bind(since).bind(most).fetch_one(conn).await)?)
}

/// What a comment keeps of who sent it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Sender {
    /// The keyed hash of the address.
    pub email_index: Vec<u8>,
    /// The keyed hash of the network, until it is forgotten.
    pub network_index: Option<Vec<u8>>,
    email_key_id: i64,
    email_sealed: Vec<u8>,
}

impl Sender {
    /// The address under seal.
    pub fn sealed(&self) -> SealedAddress {
        SealedAddress { key_id: self.email_key_id, bytes: self.email_sealed.clone() }
    }
}

/// Who sent a comment whose form asked for mails; `None` where it did not.
///
/// # Errors
/// The database cannot be reached.
pub async fn who_wants(tx: &mut Tx, comment_id: Uuid) -> Result<Option<Sender>> {
    let sql = "select email_index, network_index, email_key_id, email_sealed from comment where id = $1 and notify";
    Ok(on_backend!(tx, |conn| sqlx::query_as(sql).bind(comment_id).fetch_optional(conn).await)?)
}

/// Takes back the question that a comment has caused, if it has not gone out, as if the address had never been asked.
///
/// # Errors
/// The database cannot be reached.
pub async fn unask(tx: &mut Tx, comment_id: Uuid) -> Result<()> {
    let sql = "update outbox set state = 'unneeded' where comment_id = $1 and kind = 'confirmation' and state = 'waiting' \
               and attempts = 0 returning author_address_id";
    let taken_back: Option<Uuid> =
        on_backend!(&mut *tx, |conn| sqlx::query_scalar(sql).bind(comment_id).fetch_optional(conn).await)?;
    let sql = "update author_address set asked_at = 0 where id = $1";
    on_backend!(tx, |conn| sqlx::query(sql).bind(taken_back).execute(conn).await.map(drop))?;
    Ok(())
}

/// Forgets up to `limit` addresses that were asked before `before` and never answered, with every mail to them; not those
/// to which one waits or went out since. How many.
///
/// # Errors
/// The database cannot be reached.
pub async fn forget_unconfirmed(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<usize> {
    // Written to, though nothing changes: so nobody confirms one of them meanwhile.
    let sql = "update author_address set asked_at = asked_at where id in (select id from author_address \
                 where confirmed_at is null and stopped_at is null and asked_at <= $1 \
                   and not exists (select 1 from outbox where outbox.author_address_id = author_address.id \
                     and (outbox.state = 'waiting' or outbox.finished_at > $1)) order by asked_at limit $2) \
               and confirmed_at is null and stopped_at is null returning id";
    let ids: Vec<Uuid> =
        on_backend!(&mut *tx, |conn| sqlx::query_scalar(sql).bind(before.millis()).bind(limit).fetch_all(conn).await)?;
    for sql in [
        "delete from outbox where author_address_id = $1",
        "delete from thread_wish where author_address_id = $1",
        "delete from author_address where id = $1",
    ] {
        for id in &ids {
            on_backend!(&mut *tx, |conn| sqlx::query(sql).bind(id).execute(conn).await.map(drop))?;
        }
    }
    Ok(ids.len())
}
