//! Searches that a moderator keeps as views of their own.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::frame;
use super::queue::encoded;
use crate::error::Result;
use crate::store::panel_settings::{self, SavedView};
use crate::web::App;
use crate::web::session::PanelForm;

/// A search to keep.
#[derive(Deserialize)]
pub struct ViewFields {
    name: String,
    q: String,
}

/// Keeps a search as a view.
pub async fn save(State(app): State<App>, Path(site): Path<String>, form: PanelForm<ViewFields>) -> Result<Response> {
    let frame = frame(&app, form.by).await?.at(|candidate| candidate.name == site)?;
    let short = |text: &str, most: usize| text.trim().chars().filter(|c| !c.is_control()).take(most).collect::<String>();
    let (name, query) = (short(&form.fields.name, 60), short(&form.fields.q, 1000));
    let back = format!("/panel/sites/{site}/comments?q={}", encoded(&query));
    if !query.is_empty() {
        let name = if name.is_empty() { short(&query, 60) } else { name };
        let mut tx = app.store.write().await?;
        let view = SavedView { id: app.clock.new_id(), name, query };
        panel_settings::add_view(&mut tx, frame.moderator.id, frame.site()?.id, &view, app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(Redirect::to(&back).into_response())
}

/// Nothing but the proof that the form is ours.
#[derive(Deserialize)]
pub struct Empty {}

/// Gives a view up.
pub async fn remove(State(app): State<App>, Path((site, id)): Path<(String, Uuid)>, form: PanelForm<Empty>) -> Result<Response> {
    let mut tx = app.store.write().await?;
    panel_settings::remove_view(&mut tx, form.by.moderator.id, id).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/panel/sites/{}/comments", encoded(&site))).into_response())
}
