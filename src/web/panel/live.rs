//! A panel that is open stays up to date: server-sent events, or polling where a proxy holds them back; and who reads what.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;

use super::queue::{MOST_COUNTED, counted};
use super::saved_views::Empty;
use super::{card, frame};
use crate::error::{Error, Result};
use crate::moderator::Moderator;
use crate::store::{comments, memberships, presence, queue};
use crate::web::App;
use crate::web::session::{PanelForm, SignedIn, session_token};

/// How often a panel's state is looked at: often enough to call it live, and a millisecond's work.
const BEAT: Duration = Duration::from_secs(2);

/// A beat is sent at least so often: proxies do not take the line for dead, and the page knows that events still reach it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long a moderator's card is theirs after the last sign of life, in milliseconds.
const LEASE: i64 = 30_000;

/// What has been seen already.
#[derive(Deserialize)]
pub struct Since {
    /// What the page had seen when it was made.
    #[serde(default)]
    since: Uuid,
}

/// The state of a queue, whole each time: whoever missed one has missed nothing.
#[derive(Debug, PartialEq, Serialize)]
struct Shown {
    pending: String,
    likely_spam: String,
    fresh: i64,
    fresh_words: String,
    oldest: String,
    readers: BTreeMap<Uuid, String>,
    #[serde(skip)]
    seen: Uuid,
}

async fn state(app: &App, site_id: Uuid, by: &Moderator, seen: Uuid) -> Result<Shown> {
    let mut tx = app.store.read().await?;
    // Somebody who is no longer a moderator hears no more.
    memberships::role(&mut tx, by.id, site_id).await?.ok_or(Error::NotFound)?;
    let pulse = queue::pulse(&mut tx, site_id, seen, MOST_COUNTED).await?;
    let now = app.clock.now();
    let readers = presence::others(&mut tx, site_id, by.id, now).await?;
    let locale = by.locale;
    let age = |at: i64| locale.text_with("queue-oldest", "age", card::age_in_words(locale, now.millis() - at));
    Ok(Shown {
        pending: counted(pulse.pending),
        likely_spam: counted(pulse.likely_spam),
        fresh: pulse.fresh,
        fresh_words: locale.text_with("queue-fresh", "count", pulse.fresh),
        oldest: pulse.oldest_at.map(age).unwrap_or_default(),
        readers: readers.into_iter().map(|one| (one.comment_id, card::reads(locale, &one.moderator))).collect(),
        seen: pulse.seen(),
    })
}

/// The state once, for those whom events do not reach.
pub async fn poll(State(app): State<App>, Path(site): Path<String>, Query(seen): Query<Since>, by: SignedIn) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?;
    let state = state(&app, frame.site()?.id, &frame.moderator, seen.since).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(state)).into_response())
}

/// The state whenever it changes, until the browser goes, the session ends or the service stops. An event's id is what
/// had been seen then: after a broken line the browser sends it back, and is told at once if more has come.
pub async fn events(
    State(app): State<App>,
    Path(site): Path<String>,
    Query(seen): Query<Since>,
    headers: HeaderMap,
    by: SignedIn,
) -> Result<Response> {
    let token = session_token(&app, &headers).ok_or(Error::SignInNeeded)?.to_owned();
    let resumed_at = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<Uuid>().ok());
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?;
    let (site_id, by) = (frame.site()?.id, frame.moderator);
    let (sender, receiver) = mpsc::channel::<std::result::Result<Event, Infallible>>(1);
    tokio::spawn(async move {
        let mut last: Option<Shown> = None;
        while !app.closing.is_cancelled() {
            let Ok(_) = app.accounts.session(&token).await else { break };
            let Ok(state) = state(&app, site_id, &by, seen.since).await else { break };
            // Who comes back to an unchanged queue is told nothing new.
            let is_known = last.is_none() && resumed_at == Some(state.seen) && state.readers.is_empty();
            if last.as_ref() != Some(&state) && !is_known {
                let event = Event::default().id(state.seen.to_string()).retry(Duration::from_secs(3)).json_data(&state);
                let Ok(event) = event else { break };
                if sender.send(Ok(event)).await.is_err() {
                    break;
                }
            }
            last = Some(state);
            tokio::select! {
                () = app.closing.cancelled() => {}
                () = sender.closed() => break,
                () = tokio::time::sleep(BEAT) => {}
            }
        }
    });
    let beat = KeepAlive::new().interval(KEEP_ALIVE).event(Event::default().event("beat").data("on"));
    let stream = Sse::new(ReceiverStream::new(receiver)).keep_alive(beat);
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), "no");
    Ok(([(CACHE_CONTROL, "no-store, no-transform")], [unbuffered], stream).into_response())
}

/// A sign of life: this moderator reads this comment.
pub async fn read(State(app): State<App>, Path(id): Path<Uuid>, form: PanelForm<Empty>) -> Result<Response> {
    let mut tx = app.store.write().await?;
    let comment = comments::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let by = form.by.moderator.id;
    memberships::role(&mut tx, by, comment.site_id).await?.ok_or(Error::NotFound)?;
    presence::note(&mut tx, by, comment.site_id, id, app.clock.now().plus(LEASE)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
