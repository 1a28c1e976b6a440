//! What goes on beside the requests: forgetting, indexing, hearing of other processes.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::moderation::learning::MOST_UNFOLDED;
use crate::moderation::{neighbours, search_index};
use crate::privacy;
use crate::store::Store;
use crate::store::changes::{Change, Changes, OtherWriters};
use crate::web::App;

/// Once an hour: sessions and attempts that count no more, networks that have been kept long enough, addresses that nobody has
/// confirmed, lessons to add up.
pub(super) async fn forget_expired(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = app.accounts.forget_expired().await {
            tracing::error!(%error, "expired sessions could not be removed");
        }
        if let Err(error) = privacy::forget_networks(&app.store, &app.clock).await {
            tracing::error!(error = format!("{error:#}"), "old networks could not be forgotten");
        }
        if let Err(error) = privacy::forget_unconfirmed(&app.store, &app.clock).await {
            tracing::error!(error = format!("{error:#}"), "addresses that nobody has confirmed could not be forgotten");
        }
        if let Err(error) = app.models.fold(MOST_UNFOLDED).await {
            tracing::error!(error = format!("{error:#}"), "lessons could not be added up");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(3600)) => {}
        }
    }
}

/// Keeps the full-text index up with the comments, and what they are compared by.
pub(super) async fn keep_index(store: Store, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let not_now = |error: anyhow::Error| {
            tracing::error!(error = format!("{error:#}"), "new comments could not be indexed");
            false
        };
        let more = search_index::catch_up(&store, 128).await.unwrap_or_else(not_now)
            | neighbours::catch_up(&store, 64).await.unwrap_or_else(not_now);
        // With more to do it is only courtesy to let others write in between.
        let pause = if more { Duration::from_millis(20) } else { Duration::from_secs(2) };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Notices what the command line, or another process, changes in a site.
pub(super) async fn watch_sites(app: App, stop: CancellationToken) {
    stop.run_until_cancelled(app.sites.watch()).await;
}

/// Throws threads away that other processes have changed.
pub(super) async fn hear_changes(app: App, mut changes: Changes, stop: CancellationToken) {
    app.threads.set_deaf(true);
    loop {
        let heard = tokio::select! {
            () = stop.cancelled() => return,
            heard = changes.next() => heard,
        };
        match heard {
            Ok(Change::Page(page_id)) => app.threads.forget(page_id),
            Ok(Change::Anything) => {
                app.sites.look_again();
                app.threads.forget_all();
                app.threads.set_deaf(false);
            }
            Err(error) => {
                app.threads.set_deaf(true);
                tracing::warn!(error = format!("{error:#}"), "changes by other processes cannot be heard; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Throws every thread away when the command line has written beside this process, as an import does.
pub(super) async fn notice_other_writers(app: App, mut others: OtherWriters, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match others.have_written().await {
            Ok(true) => {
                app.sites.look_again();
                app.threads.forget_all();
            }
            Ok(false) => {}
            Err(error) => tracing::debug!(error = format!("{error:#}"), "whether others have written could not be seen"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}
