//! To authors: whether an address is theirs, what was decided, what is new. Only the first goes to an address that nobody
//! has confirmed.

use url::form_urlencoded;
use uuid::Uuid;

use super::OutboxWorker;
use crate::comment::{Comment, Status};
use crate::mail::{AboutAuthor, Letter, NewComment, ToAuthor, to_author};
use crate::page::Page;
use crate::privacy::CONFIRMED_WITHIN;
use crate::site::Site;
use crate::spam::Bucket;
use crate::store::author_addresses::{self, AuthorAddress};
use crate::store::outbox::Leased;
use crate::store::thread_wishes::{self, Scope};
use crate::store::{Tx, author_mails, comments, decisions, pages, sites};

/// How long an author's own link holds, in milliseconds.
const RECEIPT: i64 = 365 * 24 * 3_600_000;

/// Comments shown in one mail, and those counted besides.
const SHOWN: usize = 10;
const COUNTED: i64 = 200;

/// The question whether the address is its owner's who comments; `None` where that is settled.
///
/// # Errors
/// The database cannot be reached, or a seal does not open.
pub(super) async fn confirmation(worker: &OutboxWorker, leased: &Leased) -> anyhow::Result<Option<Letter>> {
    let mut tx = worker.store.read().await?;
    let Some(about) = Scene::of_comment(&mut tx, leased).await? else { return Ok(None) };
    drop(tx);
    let is_settled = about.address.confirmed_at.is_some() || about.address.stopped_at.is_some();
    let is_gone = match about.comment.status {
        Status::Approved => false,
        // Asked for because it was approved, which it is no longer.
        Status::Pending | Status::Rejected => about.comment.bucket == Bucket::LikelySpam,
        Status::Spam | Status::Withdrawn | Status::Erased => true,
    };
    if is_settled || is_gone {
        return Ok(None);
    }
    if !about.address.has_domain {
        let domain_index = worker.keys.domain_index(&worker.keys.open(&about.address.sealed)?);
        let mut tx = worker.store.write().await?;
        author_addresses::keep_domain(&mut tx, about.address.id, &domain_index).await?;
        tx.commit().await?;
    }
    let token = worker.keys.sign_confirmation(about.comment.id, worker.clock.now().plus(CONFIRMED_WITHIN));
    let url = format!("{}/confirm/{token}", worker.base_url);
    about.scene.letter(worker, leased, &about.address, &url, AboutAuthor::Confirmation).map(Some)
}

/// What was decided about a comment, if it still holds; `None` where it was taken back, or nobody wants to know.
///
/// # Errors
/// As [`confirmation`].
pub(super) async fn decision(worker: &OutboxWorker, leased: &Leased) -> anyhow::Result<Option<Letter>> {
    let mut tx = worker.store.read().await?;
    let Some(about) = Scene::of_comment(&mut tx, leased).await? else { return Ok(None) };
    let wish = thread_wishes::get(&mut tx, about.address.id, about.comment.page_id).await?;
    let is_wanted = about.scene.site.settings.mail.decisions
        && about.address.is_written_to()
        && wish != Some(Scope::None)
        && author_mails::is_wanted(&mut tx, about.comment.id).await?;
    let Some(last) = about.comment.last_decision_id.filter(|_| is_wanted) else { return Ok(None) };
    let Some(last) = decisions::get(&mut tx, last).await?.filter(|last| last.undoes.is_none()) else { return Ok(None) };
    drop(tx);
    let comment = &about.comment;
    let token = worker.keys.sign_receipt(comment.id, comment.submitted_at.plus(RECEIPT));
    let url = format!("{}/receipt/{token}", worker.base_url);
    let statement = last.code.map(|code| about.address.locale.text_for("statement", &code)).unwrap_or_default();
    let reason = last.reason.unwrap_or_default();
    let what = match comment.status {
        Status::Approved => AboutAuthor::Approved,
        Status::Rejected => AboutAuthor::Rejected { statement: &statement, reason: &reason },
        _ => return Ok(None),
    };
    about.scene.letter(worker, leased, &about.address, &url, what).map(Some)
}

/// New comments of an article, of those that are public now; `None` where none is any more, or nobody wants to know.
///
/// # Errors
/// As [`confirmation`].
pub(super) async fn news(worker: &OutboxWorker, leased: &Leased) -> anyhow::Result<Option<Letter>> {
    let (Some(address_id), Some(page_id)) = (leased.author_address_id, leased.page_id) else { return Ok(None) };
    let mut tx = worker.store.read().await?;
    let Some(address) = author_addresses::get(&mut tx, address_id).await? else { return Ok(None) };
    let Some(scene) = Scene::of_page(&mut tx, leased.site_id, page_id).await? else { return Ok(None) };
    let wish = thread_wishes::get(&mut tx, address_id, page_id).await?;
    if !address.is_written_to() || wish == Some(Scope::None) {
        return Ok(None);
    }
    let found = author_mails::news(&mut tx, leased.id, wish, COUNTED).await?;
    drop(tx);
    let Some(first) = found.first() else { return Ok(None) };
    let url = scene.url_of(&worker.base_url, first.id);
    let shown: Vec<NewComment<'_>> = found.iter().take(SHOWN).map(new_comment).collect();
    let more = found.len().saturating_sub(SHOWN) as u64;
    scene.letter(worker, leased, &address, &url, AboutAuthor::News { comments: &shown, more }).map(Some)
}

fn new_comment(comment: &Comment) -> NewComment<'_> {
    NewComment { author: &comment.author, text: &comment.text, submitted_at: comment.submitted_at }
}

/// Where a mail plays.
struct Scene {
    site: Site,
    page: Page,
    /// A name that the page is known by.
    page_name: String,
}

/// A comment, where it stands, and the address that it came with.
struct OwnComment {
    scene: Scene,
    comment: Comment,
    address: AuthorAddress,
}

impl Scene {
    async fn of_page(tx: &mut Tx, site_id: Uuid, page_id: Uuid) -> anyhow::Result<Option<Self>> {
        let (site, page) = (sites::get(tx, site_id).await?, pages::get(tx, page_id).await?);
        let page_name = pages::names(tx, site_id, page_id, 1).await?.pop().unwrap_or_default();
        Ok(site.zip(page).map(|(site, page)| Self { site, page, page_name }))
    }

    async fn of_comment(tx: &mut Tx, leased: &Leased) -> anyhow::Result<Option<OwnComment>> {
        let (Some(address_id), Some(comment_id)) = (leased.author_address_id, leased.comment_id) else { return Ok(None) };
        let Some(comment) = comments::get(tx, comment_id).await? else { return Ok(None) };
        let Some(address) = author_addresses::get(tx, address_id).await? else { return Ok(None) };
        let scene = Self::of_page(tx, leased.site_id, comment.page_id).await?;
        Ok(scene.map(|scene| OwnComment { scene, comment, address }))
    }

    /// The comment in its article, or in the hosted thread of one that has no address.
    fn url_of(&self, base_url: &str, comment_id: Uuid) -> String {
        match &self.page.url {
            Some(url) => format!("{url}#comment-{comment_id}"),
            None => {
                let query = form_urlencoded::Serializer::new(String::new()).append_pair("page", &self.page_name).finish();
                format!("{base_url}/sites/{}/thread?{query}#comment-{comment_id}", self.site.name)
            }
        }
    }

    fn letter(
        &self,
        worker: &OutboxWorker,
        leased: &Leased,
        address: &AuthorAddress,
        url: &str,
        about: AboutAuthor<'_>,
    ) -> anyhow::Result<Letter> {
        let token = worker.keys.sign_unsubscribe(address.id, self.page.id);
        let mail = ToAuthor {
            envelope: worker.envelope(leased, &address.sealed, address.locale)?,
            site: &self.site,
            page_id: self.page.id,
            page_title: &self.page.title,
            url,
            unsubscribe_url: &format!("{}/unsubscribe/{token}", worker.base_url),
        };
        to_author(&mail, about)
    }
}
