//! Whether the service lives, and whether it can work.

use axum::extract::State;
use axum::http::StatusCode;

use crate::web::App;

/// The process answers.
pub async fn live() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The database answers, too.
pub async fn ready(State(app): State<App>) -> StatusCode {
    match app.sites.all().await {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
