//! A reader tells the moderators of a comment.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::comments::read_json;
use crate::error::{Error, Result};
use crate::moderation::report::{Complaint, report};
use crate::page::page_name;
use crate::web::App;
use crate::web::client_ip::ClientNetwork;
use crate::web::submission::check_origin;

/// What is wrong with a comment.
#[derive(Deserialize, ToSchema)]
#[serde(default)]
#[derive(Default)]
pub struct NewReport {
    /// The site's name.
    site: String,
    /// The page's id, or its address.
    page: String,
    /// From `GET /api/v1/form`: only who has the page open can report.
    token: String,
    /// In the reader's words; at most 500 characters are kept; may be empty.
    reason: String,
}

/// Tells the moderators of a public comment. The same network twice about the same comment is one report.
#[utoipa::path(
    post,
    path = "/api/v1/comments/{id}/reports",
    request_body = NewReport,
    params(("id" = String, Path, description = "the comment")),
    responses(
        (status = 202, description = "kept for the moderators"),
        (status = 403, description = "no valid token, or not allowed from this origin", body = crate::web::error::Problem),
        (status = 404, description = "no such public comment", body = crate::web::error::Problem),
        (status = 429, description = "too many; see Retry-After", body = crate::web::error::Problem),
    )
)]
pub async fn add(
    State(app): State<App>,
    Path(id): Path<String>,
    network: ClientNetwork,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Response {
    let mut response = match take(&app, &id, network, &headers, body).await {
        Ok(()) => (StatusCode::ACCEPTED, axum::Json(serde_json::json!({}))).into_response(),
        Err(error) => error.into_response(),
    };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn take(
    app: &App,
    id: &str,
    ClientNetwork(network): ClientNetwork,
    headers: &HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<()> {
    let new: NewReport = read_json(headers, body)?;
    let site = app.sites.get(&new.site).await?;
    check_origin(app, &site, headers)?;
    let page = page_name(&new.page).ok_or(Error::Malformed)?;
    app.keys.verify_form(&new.token, &site.name, &page).ok_or(Error::Forbidden)?;
    let comment_id = id.parse().map_err(|_| Error::NotFound)?;
    report(&app.store, &app.keys, &app.clock, &Complaint { site_id: site.id, comment_id, reason: &new.reason, network }).await
}
