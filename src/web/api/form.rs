//! The token of a form: when it was issued and for which page; sent twice, it makes one comment.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::HeaderValue;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::parameter;
use crate::error::{Error, Result};
use crate::page::page_name;
use crate::web::App;

/// What a form needs.
#[derive(Serialize, ToSchema)]
pub struct FormToken {
    /// Send it with the comment.
    token: String,
}

/// A new form token. Never cached: each form needs its own.
#[utoipa::path(
    get,
    path = "/api/v1/form",
    params(
        ("site" = String, Query, description = "the site's name"),
        ("page" = String, Query, description = "the page's id, or its address"),
    ),
    responses((status = 200, body = FormToken), (status = 404, body = crate::web::error::Problem), (status = 503, body = crate::web::error::Problem))
)]
pub async fn issue(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response> {
    let query = query.unwrap_or_default();
    let site = app.sites.get(&parameter(&query, "site").unwrap_or_default()).await?;
    let page = parameter(&query, "page").and_then(|page| page_name(&page)).ok_or(Error::Malformed)?;
    let headers =
        [(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    let token = app.keys.sign_form(app.clock.new_id(), &site.name, &page);
    Ok((headers, Json(FormToken { token })).into_response())
}
