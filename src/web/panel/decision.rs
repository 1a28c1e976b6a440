//! Deciding, and taking a decision back; what to do when somebody was faster.

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::card::{Change, to_decide};
use super::queue::done_key;
use super::{Frame, frame};
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::decide::{self, Decided, Wish};
use crate::moderation::difference::Piece;
use crate::moderation::ground::Ground;
use crate::moderation::report;
use crate::store::decisions::{self, Deed};
use crate::store::{comments, proposals};
use crate::web::App;
use crate::web::error::detail;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;

/// Deeds that "last decisions" shows.
const LAST: i64 = 50;

/// A card's buttons.
#[derive(Clone, Deserialize)]
pub struct DecisionFields {
    /// The revision that was seen.
    revision: String,
    /// The state it shall have.
    to: String,
    /// The ground, out of the closed list.
    #[serde(default)]
    code: String,
    #[serde(default)]
    reason: String,
    /// The page of the panel to go back to.
    #[serde(default)]
    back: String,
}

impl DecisionFields {
    fn code(&self) -> &str {
        &self.code
    }

    fn reason(&self) -> &str {
        &self.reason
    }

    fn back(&self) -> &str {
        &self.back
    }
}

/// Decides a comment.
pub async fn decide(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    form: PanelForm<DecisionFields>,
) -> Result<Response> {
    let fields = form.fields;
    let to: Status = fields.to.parse().map_err(|_| Error::Malformed)?;
    let wish = Wish {
        comment_id: id,
        seen_revision: fields.revision.parse().map_err(|_| Error::Malformed)?,
        to,
        ground: ground(&fields.code)?.filter(|_| to == Status::Rejected),
        reason: Some(fields.reason.clone()),
    };
    match decide::decide(&app.store, &app.clock, &app.models, &form.by.moderator, &wish).await {
        Ok(decided) => done(&app, form.by.moderator.locale, &headers, &decided, &fields.back).await,
        Err(error @ Error::Conflict { .. }) => overtaken(&app, &headers, form.by, id, &error, fields).await,
        Err(error) => Err(error),
    }
}

/// A ground out of a form; an empty field is none.
pub fn ground(code: &str) -> Result<Option<Ground>> {
    if code.is_empty() { Ok(None) } else { code.parse().map(Some).map_err(|_| Error::Malformed) }
}

/// Where to go back to.
#[derive(Deserialize)]
pub struct UndoFields {
    #[serde(default)]
    back: String,
}

impl UndoFields {
    /// The page of the panel.
    pub fn back(&self) -> &str {
        &self.back
    }
}

/// Readers have told of the comment; the moderator has looked, and leaves it as it is.
pub async fn resolve_reports(State(app): State<App>, Path(id): Path<Uuid>, form: PanelForm<UndoFields>) -> Result<Response> {
    report::resolve(&app.store, &app.clock, &form.by.moderator, id).await?;
    Ok(Redirect::to(within_panel(&form.fields.back)).into_response())
}

/// Takes a decision back.
pub async fn undo(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    form: PanelForm<UndoFields>,
) -> Result<Response> {
    let decided = decide::undo(&app.store, &app.clock, &app.models, &form.by.moderator, id).await?;
    done(&app, form.by.moderator.locale, &headers, &decided, &form.fields.back).await
}

/// Whether the panel's script asks, which reads JSON; a form of the browser's own reads pages.
pub fn is_script(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"))
}

/// Back to where a form was sent from, saying what was done.
pub fn back_to(back: &str, parameter: &str, id: Uuid) -> String {
    let back = within_panel(back);
    let separator = if back.contains('?') { '&' } else { '?' };
    format!("{back}{separator}{parameter}={id}")
}

async fn done(app: &App, locale: Locale, headers: &HeaderMap, decided: &Decided, back: &str) -> Result<Response> {
    if decided.public_changed {
        app.threads.forget(decided.page_id);
    }
    if !is_script(headers) {
        return Ok(Redirect::to(&back_to(back, "done", decided.decision_id)).into_response());
    }
    let entry = decisions::get(&mut app.store.read().await?, decided.decision_id).await?.ok_or(Error::NotFound)?;
    let words = locale.text(&done_key(&entry));
    let told = json!({"done": decided.decision_id, "words": words, "revision": decided.revision});
    Ok(([(CACHE_CONTROL, "no-store")], Json(told)).into_response())
}

#[derive(Template)]
#[template(path = "panel/conflict.html")]
struct ConflictPage {
    locale: Locale,
    frame: Frame,
    comment: Comment,
    change: Option<Change>,
    words: String,
    to: Status,
    fields: DecisionFields,
}

/// Who decided what and when, and the choice between leaving it so and deciding otherwise.
async fn overtaken(
    app: &App,
    headers: &HeaderMap,
    by: SignedIn,
    id: Uuid,
    error: &Error,
    fields: DecisionFields,
) -> Result<Response> {
    let mut tx = app.store.read().await?;
    let comment = comments::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let (comment, change) = to_decide(&comment, proposals::of(&mut tx, &[id]).await?.remove(&id));
    drop(tx);
    let locale = by.moderator.locale;
    let words = detail(locale, error);
    let to = fields.to.parse().map_err(|_| Error::Malformed)?;
    if is_script(headers) {
        // Another text that has come meanwhile has to be read first.
        let may_override = comment.proposed_at.is_none() && comment.may_become(to);
        let told = json!({"words": words, "revision": comment.revision, "override": may_override});
        return Ok((StatusCode::CONFLICT, [(CACHE_CONTROL, "no-store")], Json(told)).into_response());
    }
    let frame = frame(app, by).await?.at_id(comment.site_id)?;
    let page = ConflictPage { locale, frame, comment, change, words, to, fields };
    Ok(Page::new(page).with_status(StatusCode::CONFLICT).into_response())
}

#[derive(Template)]
#[template(path = "panel/deeds.html")]
struct DeedsPage {
    locale: Locale,
    frame: Frame,
    site: String,
    deeds: Vec<Deed>,
}

impl DeedsPage {
    fn here(&self) -> String {
        format!("/panel/sites/{}/decisions", self.site)
    }

    fn at(&self, deed: &Deed) -> String {
        self.locale.moment(crate::clock::Timestamp::from_millis(deed.decided_at))
    }

    fn undo(&self, deed: &Deed) -> String {
        match deed.batch_id {
            Some(batch) => format!("/panel/batches/{batch}/undo"),
            None => format!("/panel/decisions/{}/undo", deed.id),
        }
    }
}

/// What this moderator did last, each with its undo.
pub async fn last(State(app): State<App>, Path(site): Path<String>, by: SignedIn) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?;
    let (site_id, me) = (frame.site()?.id, frame.moderator.id);
    let deeds = decisions::deeds(&mut app.store.read().await?, site_id, me, LAST).await?;
    Ok(Page::new(DeedsPage { locale: frame.moderator.locale, frame, site, deeds }).into_response())
}

/// Back within the panel only: the form's field is as much a stranger as any other.
fn within_panel(back: &str) -> &str {
    if back.starts_with("/panel/") && !back.contains(['\\', '\r', '\n', '#']) { back } else { "/panel" }
}
