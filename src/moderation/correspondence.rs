//! What authors say about mails to them: that an address is theirs, and what they want to hear. Each link proves itself.

use uuid::Uuid;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::thread_wishes::{self, Scope};
use crate::store::{Store, author_addresses, author_mails, comments};

/// Confirms the address that a comment came with, and keeps what its owner wants to hear of the article. Doing it twice is
/// doing it once.
///
/// # Errors
/// [`Error::NotFound`] where the comment or its address is gone.
pub async fn confirm(store: &Store, clock: &Clock, comment_id: Uuid, scope: Scope) -> Result<()> {
    let mut tx = store.write().await?;
    let comment = comments::get(&mut tx, comment_id).await?.ok_or(Error::NotFound)?;
    let address = author_addresses::of_comment(&mut tx, comment_id).await?.ok_or(Error::NotFound)?;
    author_addresses::confirm(&mut tx, address.id, comment_id, clock.now()).await?;
    thread_wishes::keep(&mut tx, address.id, comment.page_id, scope, clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Stops mails to an address: about one article, or all of the site's.
///
/// # Errors
/// [`Error::NotFound`] where there is no such address.
pub async fn stop(store: &Store, clock: &Clock, address_id: Uuid, only_page: Option<Uuid>) -> Result<()> {
    let mut tx = store.write().await?;
    let address = author_addresses::get(&mut tx, address_id).await?.ok_or(Error::NotFound)?;
    match only_page {
        Some(page_id) => thread_wishes::keep(&mut tx, address.id, page_id, Scope::None, clock.now()).await?,
        None if address.stopped_at.is_none() => author_addresses::stop(&mut tx, address.id, Some(clock.now())).await?,
        None => {}
    }
    Ok(tx.commit().await?)
}

/// Lets mails go to an address again: about the article and all of the site's.
///
/// # Errors
/// [`Error::NotFound`] where there is no such address.
pub async fn start_again(store: &Store, clock: &Clock, address_id: Uuid, page_id: Uuid) -> Result<()> {
    let mut tx = store.write().await?;
    let address = author_addresses::get(&mut tx, address_id).await?.ok_or(Error::NotFound)?;
    author_addresses::stop(&mut tx, address.id, None).await?;
    thread_wishes::keep(&mut tx, address.id, page_id, Scope::Answers, clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Notes whether the author of a comment wants mails about it: its own wish alone, since anybody may have typed the address.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub async fn want(store: &Store, comment_id: Uuid, is_wanted: bool) -> Result<()> {
    let mut tx = store.write().await?;
    comments::get(&mut tx, comment_id).await?.ok_or(Error::NotFound)?;
    author_mails::want(&mut tx, comment_id, is_wanted).await?;
    Ok(tx.commit().await?)
}
