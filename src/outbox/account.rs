//! To moderators: what becomes of their accounts, and the mail that tests the way out.

use super::OutboxWorker;
use crate::mail::{Letter, Notice, notice, test_mail};
use crate::store::outbox::Leased;
use crate::store::{account_links, moderators, sites};

/// A mail about an account; `None` where its link does not hold any more.
///
/// # Errors
/// The database cannot be reached, or a seal does not open.
pub(super) async fn compose(worker: &OutboxWorker, leased: &Leased) -> anyhow::Result<Option<Letter>> {
    let Some(moderator_id) = leased.moderator_id else { return Ok(None) };
    let now = worker.clock.now();
    let mut tx = worker.store.read().await?;
    let Some((moderator, sealed)) = moderators::with_address(&mut tx, moderator_id).await? else { return Ok(None) };
    let link = match leased.account_link_id {
        Some(id) => account_links::holding(&mut tx, id, now).await?,
        None => None,
    };
    let site = sites::all(&mut tx).await?.into_iter().find(|site| site.id == leased.site_id);
    drop(tx);
    let url =
        link.as_ref().map(|link| format!("{}/panel/{}/{}", worker.base_url, link.kind, worker.keys.sign_account_link(link.id)));
    let envelope = worker.envelope(leased, &sealed, moderator.locale)?;
    let about = match (leased.kind.as_str(), &url, &site) {
        ("invitation", Some(url), Some(site)) => Notice::Invitation { site: &site.title, url },
        ("password", Some(url), _) => Notice::Password { url },
        (
            "role"
            | "second-factor-on"
            | "second-factor-off"
            | "second-factor-reset"
            | "recovery-code-used"
            | "recovery-codes-renewed",
            ..,
        ) => {
            let site = site.as_ref().map_or("", |site| &site.title);
            let url = format!("{}/panel/account", worker.base_url);
            let about = Notice::Changed { what: &leased.kind, site, url: &url };
            return notice(&envelope, about).map(Some);
        }
        _ => return Ok(None),
    };
    notice(&envelope, about).map(Some)
}

/// A mail that shows whether mail arrives.
///
/// # Errors
/// As [`compose`].
pub(super) async fn compose_test(worker: &OutboxWorker, leased: &Leased) -> anyhow::Result<Option<Letter>> {
    let Some(moderator_id) = leased.moderator_id else { return Ok(None) };
    let found = moderators::with_address(&mut worker.store.read().await?, moderator_id).await?;
    let Some((moderator, sealed)) = found else { return Ok(None) };
    test_mail(&worker.envelope(leased, &sealed, moderator.locale)?).map(Some)
}
