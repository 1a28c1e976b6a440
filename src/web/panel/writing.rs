//! What a moderator writes about a comment: a note, an answer, a change to its text.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::decision::back_to;
use super::{Frame, frame};
use crate::comment::Comment;
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::respond::{self, Answer, Edit};
use crate::store::comments;
use crate::web::App;
use crate::web::error::field_message;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;

/// The pages there are: `note`, `reply`, `text`.
const KINDS: [&str; 3] = ["note", "reply", "text"];

#[derive(Template)]
#[template(path = "panel/writing.html")]
struct WritingPage {
    locale: Locale,
    frame: Frame,
    kind: &'static str,
    comment: Comment,
    original: Option<String>,
    text: String,
    fault: Option<String>,
    back: String,
}

/// Where to go back to.
#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    back: String,
}

/// The form.
pub async fn show(
    State(app): State<App>,
    Path((id, kind)): Path<(Uuid, String)>,
    Query(from): Query<From>,
    by: SignedIn,
) -> Result<Response> {
    let kind = KINDS.into_iter().find(|known| *known == kind).ok_or(Error::NotFound)?;
    Ok(Page::new(page(&app, by, id, kind, None, from.back).await?).into_response())
}

async fn page(app: &App, by: SignedIn, id: Uuid, kind: &'static str, typed: Option<String>, back: String) -> Result<WritingPage> {
    let mut tx = app.store.read().await?;
    let comment = comments::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let original = comments::original_text(&mut tx, id).await?.filter(|_| kind == "text");
    drop(tx);
    let frame = frame(app, by).await?.at_id(comment.site_id)?;
    let usual = if kind == "text" { comment.text.clone() } else { String::new() };
    let (locale, text) = (frame.moderator.locale, typed.unwrap_or(usual));
    Ok(WritingPage { locale, frame, kind, comment, original, text, fault: None, back })
}

/// What is typed.
#[derive(Deserialize)]
pub struct Written {
    #[serde(default)]
    text: String,
    #[serde(default)]
    revision: String,
    #[serde(default)]
    back: String,
}

/// Keeps it.
pub async fn keep(State(app): State<App>, Path((id, kind)): Path<(Uuid, String)>, form: PanelForm<Written>) -> Result<Response> {
    let kind = KINDS.into_iter().find(|known| *known == kind).ok_or(Error::NotFound)?;
    let PanelForm { by, fields } = form;
    match carry_out(&app, &by, id, kind, &fields).await {
        Ok((name, done)) => Ok(Redirect::to(&back_to(&fields.back, name, done)).into_response()),
        Err(Error::Invalid(faults)) => {
            let fault = faults.first().map(|fault| field_message(by.moderator.locale, fault));
            let page = WritingPage { fault, ..page(&app, by, id, kind, Some(fields.text), fields.back).await? };
            Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error),
    }
}

/// Does it; what it is called in the address that tells of it, and its id.
async fn carry_out(app: &App, by: &SignedIn, id: Uuid, kind: &str, fields: &Written) -> Result<(&'static str, Uuid)> {
    let moderator = &by.moderator;
    if kind == "note" {
        respond::note(&app.store, &app.clock, moderator, id, &fields.text).await?;
        return Ok(("noted", id));
    }
    let seen_revision = fields.revision.parse().map_err(|_| Error::Malformed)?;
    let comment = comments::get(&mut app.store.read().await?, id).await?.ok_or(Error::NotFound)?;
    let sites = app.sites.all().await?;
    let site = sites.values().find(|site| site.id == comment.site_id).ok_or(Error::NotFound)?;
    let (name, done, page_id) = if kind == "text" {
        let mark = site.locale.text("edited-mark");
        let edit = Edit { comment_id: id, seen_revision, text: &fields.text, mark: &mark };
        let decided = respond::edit(&app.store, &app.clock, moderator, &edit).await?;
        ("done", decided.decision_id, decided.page_id)
    } else {
        let answer = Answer { comment_id: id, seen_revision, text: &fields.text, site };
        let (batch, page_id) = respond::answer(&app.store, &app.keys, &app.clock, &app.models, moderator, &answer).await?;
        ("batch", batch, page_id)
    };
    app.threads.forget(page_id);
    Ok((name, done))
}
