//! The outbox: what waits, what was sent, what failed and in which words of the server.

use std::sync::RwLock;
use std::time::{Duration, Instant};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::sign_in::Nothing;
use super::{Frame, frame};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::mails as mail_changes;
use crate::store::Store;
use crate::store::mails::{self, Shown};
use crate::web::App;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;

/// Mails shown at once.
const PART: i64 = 50;

/// How long it is believed that mail goes out, or does not: every page of the panel asks.
const FRESH: Duration = Duration::from_secs(2);

/// The views, in the order of the tabs.
const STATES: [&str; 3] = ["waiting", "sent", "failed"];

/// Whether mail fails, asked at most every two seconds.
#[derive(Debug, Default)]
pub struct MailHealth {
    known: RwLock<Option<(Instant, bool)>>,
}

impl MailHealth {
    /// Whether mail fails. Where that cannot be found out, the page that asks has other worries.
    pub async fn fails(&self, store: &Store) -> Result<bool> {
        let known = *self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, fails)) = known.filter(|(at, _)| at.elapsed() < FRESH) {
            return Ok(fails);
        }
        let fails = mails::fails(&mut store.read().await?).await?;
        *self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((Instant::now(), fails));
        Ok(fails)
    }
}

#[derive(Template)]
#[template(path = "panel/outbox.html")]
struct OutboxPage {
    locale: Locale,
    frame: Frame,
    state: &'static str,
    mails: Vec<Shown>,
    is_continued: bool,
    next: Option<Uuid>,
}

impl OutboxPage {
    fn is_at(&self, state: &str) -> bool {
        self.state == state
    }

    fn at(&self, mail: &Shown) -> Timestamp {
        Timestamp::from_millis(mail.finished_at.unwrap_or(mail.due_at))
    }
}

/// Which part of which view.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: String,
    after: Option<Uuid>,
}

/// A view of the outbox, for owners and admins.
pub async fn show(State(app): State<App>, Query(asked): Query<Asked>, by: SignedIn) -> Result<Response> {
    let frame = frame(&app, by).await?.in_section("outbox");
    if !frame.is_any_admin() {
        return Err(Error::Forbidden);
    }
    let state = STATES.into_iter().find(|state| *state == asked.state).unwrap_or("waiting");
    let mut tx = app.store.read().await?;
    let mut mails = mails::in_state(&mut tx, &frame.moderator, state, asked.after, PART + 1).await?;
    drop(tx);
    let more = mails.len() > usize::try_from(PART).unwrap_or_default();
    mails.truncate(usize::try_from(PART).unwrap_or_default());
    let next = mails.last().map(|last| last.id).filter(|_| more);
    let page = OutboxPage { locale: frame.moderator.locale, frame, state, mails, is_continued: asked.after.is_some(), next };
    Ok(Page::new(page).into_response())
}

/// Lets a mail be tried again.
pub async fn retry(State(app): State<App>, Path(id): Path<Uuid>, form: PanelForm<Nothing>) -> Result<Response> {
    mail_changes::retry(&app.store, &app.clock, &form.by.moderator, id).await?;
    app.mail_waits.notify_one();
    Ok(Redirect::to("/panel/outbox").into_response())
}

/// Sends a test mail to whoever asks for it.
pub async fn send_test(State(app): State<App>, form: PanelForm<Nothing>) -> Result<Response> {
    mail_changes::send_test(&app.store, &app.clock, &form.by.moderator).await?;
    app.mail_waits.notify_one();
    Ok(Redirect::to("/panel/outbox").into_response())
}
