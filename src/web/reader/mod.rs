//! Pages for readers: the thread and the form without JavaScript, the author's receipt, a moderator's decision
//! from a mail, the demo article.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::App;
use crate::error::Error;

pub mod comments;
pub mod correspondence;
pub mod demo;
pub mod feed;
pub mod fragment;
pub mod receipt;
pub mod review;
pub mod thread;
pub mod wordpress;

/// Whoever comes to the service itself is a moderator, or wants to see what it is.
pub async fn front_door(State(app): State<App>) -> impl IntoResponse {
    Redirect::to(if app.has_demo { "/demo" } else { "/panel" })
}

/// What has no page.
pub async fn nothing_here() -> Error {
    Error::NotFound
}
