//! Deciding, and taking a decision back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::moderation::decide::{self, Decided, Wish};
use crate::moderation::report;
use crate::web::App;
use crate::web::session::PanelForm;

/// A card's buttons.
#[derive(Deserialize)]
pub struct DecisionFields {
    /// The revision that was seen.
    revision: String,
    /// The state it shall have.
    to: String,
    #[serde(default)]
    reason: String,
    /// The page of the panel to go back to.
    #[serde(default)]
    back: String,
}

/// Decides a comment.
pub async fn decide(State(app): State<App>, Path(id): Path<Uuid>, form: PanelForm<DecisionFields>) -> Result<Response> {
    let wish = Wish {
        comment_id: id,
        seen_revision: form.fields.revision.parse().map_err(|_| Error::Malformed)?,
        to: form.fields.to.parse().map_err(|_| Error::Malformed)?,
        reason: Some(form.fields.reason),
    };
    let decided = decide::decide(&app.store, &app.clock, &app.models, &form.by.moderator, &wish).await?;
    Ok(done(&app, &decided, &form.fields.back))
}

/// Where to go back to.
#[derive(Deserialize)]
pub struct UndoFields {
    #[serde(default)]
    back: String,
}

/// Takes a decision back.
pub async fn undo(State(app): State<App>, Path(id): Path<Uuid>, form: PanelForm<UndoFields>) -> Result<Response> {
    let decided = decide::undo(&app.store, &app.clock, &app.models, &form.by.moderator, id).await?;
    Ok(done(&app, &decided, &form.fields.back))
}

/// Readers have told of the comment; the moderator has looked, and leaves it as it is.
pub async fn resolve_reports(State(app): State<App>, Path(id): Path<Uuid>, form: PanelForm<UndoFields>) -> Result<Response> {
    report::resolve(&app.store, &app.clock, &form.by.moderator, id).await?;
    Ok(Redirect::to(within_panel(&form.fields.back)).into_response())
}

fn done(app: &App, decided: &Decided, back: &str) -> Response {
    if decided.public_changed {
        app.threads.forget(decided.page_id);
    }
    let back = within_panel(back);
    let separator = if back.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{back}{separator}done={}", decided.decision_id)).into_response()
}

/// Back within the panel only: the form's field is as much a stranger as any other.
fn within_panel(back: &str) -> &str {
    if back.starts_with("/panel/") && !back.contains(['\\', '\r', '\n']) { back } else { "/panel" }
}
