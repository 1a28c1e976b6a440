//! What somebody wants to hear of an article by mail, where it is not the usual.

use std::str::FromStr;

use uuid::Uuid;

use super::{Result, Tx, on_backend};
use crate::clock::Timestamp;

/// What somebody wants to hear of an article. Whoever has said nothing hears of answers to those comments whose form asked
/// for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Nothing.
    None,
    /// Answers to their own comments.
    Answers,
    /// Every comment.
    Thread,
}

impl Scope {
    /// Every scope there is.
    pub const ALL: [Self; 3] = [Self::None, Self::Answers, Self::Thread];

    /// The name in the database, in forms and catalogues.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Answers => "answers",
            Self::Thread => "thread",
        }
    }
}

impl FromStr for Scope {
    type Err = ();

    fn from_str(name: &str) -> std::result::Result<Self, ()> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name).ok_or(())
    }
}

/// What somebody has said about an article; `None` where nothing.
///
/// # Errors
/// The database cannot be reached.
pub async fn get(tx: &mut Tx, author_address_id: Uuid, page_id: Uuid) -> Result<Option<Scope>> {
    let sql = "select scope from thread_wish where author_address_id = $1 and page_id = $2";
    let scope: Option<String> =
        on_backend!(tx, |conn| sqlx::query_scalar(sql).bind(author_address_id).bind(page_id).fetch_optional(conn).await)?;
    Ok(scope.and_then(|scope| scope.parse().ok()))
}

/// Keeps what somebody wants of an article.
///
/// # Errors
/// The database cannot be reached.
pub async fn keep(tx: &mut Tx, author_address_id: Uuid, page_id: Uuid, scope: Scope, now: Timestamp) -> Result<()> {
    let sql = "insert into thread_wish (author_address_id, page_id, scope, changed_at) values ($1, $2, $3, $4) \
               on conflict (author_address_id, page_id) do update set scope = excluded.scope, changed_at = excluded.changed_at";
    on_backend!(tx, |conn| {
        sqlx::query(sql)
            .bind(author_address_id)
            .bind(page_id)
            .bind(scope.as_str())
            .bind(now.millis())
            .execute(conn)
            .await
            .map(drop)
    })?;
    Ok(())
}
