//! JSON for the embed and for programs.

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::response::IntoResponse;
use utoipa::OpenApi;

use crate::error::Error;

pub mod comments;
pub mod counts;
pub mod form;
pub mod health;
pub mod reports;
pub mod threads;

#[derive(OpenApi)]
#[openapi(info(
    title = "Leserbrief",
    description = "Comments for article pages: read the approved ones, send a new one. Errors are RFC 9457 problem+json.",
    license(name = "")
))]
struct Described;

/// The title of the API's description; its paths are added where the routes are.
pub fn description() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

/// The API's description as JSON (OpenAPI 3.1).
pub async fn description_as_json() -> impl IntoResponse {
    Json(super::api_description())
}

/// Why a body could not be read.
pub fn unread_body(rejection: &BytesRejection) -> Error {
    if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE { Error::TooLarge } else { Error::Malformed }
}

/// The first value of a parameter in a query string, decoded.
pub fn parameter(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
