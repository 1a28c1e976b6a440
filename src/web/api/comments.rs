//! A new comment as JSON.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{
    ACCEPT_LANGUAGE, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, CONTENT_TYPE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::unread_body;
use crate::comment::Typed;
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::web::App;
use crate::web::client_ip::ClientNetwork;
use crate::web::submission::{self, Incoming, check_origin};

/// A comment to be taken in. Missing fields are empty.
#[derive(Deserialize, ToSchema)]
#[serde(default)]
#[derive(Default)]
pub struct NewComment {
    /// The site's name.
    site: String,
    /// The page's id, or its address.
    page: String,
    /// The article's address; kept if it lies on an origin of the site.
    url: String,
    /// The article's title.
    title: String,
    /// The comment it answers.
    parent: Option<Uuid>,
    /// 1 to 245 characters.
    name: String,
    /// At most 254 bytes; never shown to anybody but moderators.
    email: String,
    /// At most 200 characters; optional.
    website: Option<String>,
    /// 3 to 65,525 characters of Markdown.
    text: String,
    /// From `GET /api/v1/form`; the same token again makes no second comment.
    token: Option<String>,
    /// Whether the author wants to hear of answers.
    notify: bool,
    /// A field that people do not see: leave it empty.
    homepage: String,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub struct Taken {
    /// The comment's id.
    id: Uuid,
    /// `pending`, until a moderator decides; `approved` where the site trusts its author.
    #[schema(value_type = String)]
    status: &'static str,
    /// The author's own page: for nobody else.
    receipt: String,
}

/// Takes a comment in. 202 means that it is kept, and waits for a moderator.
#[utoipa::path(
    post,
    path = "/api/v1/comments",
    request_body = NewComment,
    responses(
        (status = 202, body = Taken),
        (status = 403, description = "closed, or not allowed from this origin", body = crate::web::error::Problem),
        (status = 404, description = "no such site", body = crate::web::error::Problem),
        (status = 409, description = "a duplicate", body = crate::web::error::Problem),
        (status = 422, description = "fields to mend", body = crate::web::error::Problem),
        (status = 429, description = "too many; see Retry-After", body = crate::web::error::Problem),
        (status = 503, description = "the database is out of reach; see Retry-After", body = crate::web::error::Problem),
    )
)]
pub async fn submit(
    State(app): State<App>,
    network: ClientNetwork,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Response {
    let mut response = match take(&app, network, &headers, body).await {
        Ok(taken) => (StatusCode::ACCEPTED, Json(taken)).into_response(),
        Err(error) => error.into_response(),
    };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn take(
    app: &App,
    network: ClientNetwork,
    headers: &HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Taken> {
    let new: NewComment = read_json(headers, body)?;
    let site = app.sites.get(&new.site).await?;
    check_origin(app, &site, headers)?;
    let website = new.website.unwrap_or_default();
    let incoming = Incoming {
        page: new.page,
        url: new.url,
        title: new.title,
        parent: new.parent,
        token: new.token.unwrap_or_default(),
        homepage: new.homepage,
        typed: Typed { name: new.name, email: new.email, website, text: new.text, notify: new.notify },
        // The embed asks in its own language.
        locale: Some(Locale::negotiate(headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()), site.locale)),
    };
    let accepted = submission::submit(app, site, &incoming, network, headers).await?;
    let receipt = format!("{}/receipt/{}", app.base_url, accepted.receipt);
    Ok(Taken { id: accepted.id, status: accepted.status.as_str(), receipt })
}

/// A JSON body, read.
///
/// # Errors
/// [`Error::UnknownFormat`], [`Error::TooLarge`], [`Error::Malformed`].
pub fn read_json<T: DeserializeOwned>(headers: &HeaderMap, body: std::result::Result<Bytes, BytesRejection>) -> Result<T> {
    let is_json = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
        value.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
    });
    if !is_json {
        return Err(Error::UnknownFormat);
    }
    let body = body.map_err(|rejection| unread_body(&rejection))?;
    serde_json::from_slice(&body).map_err(|_| Error::Malformed)
}

/// Answers a browser that asks whether it may send JSON. Whether the origin is the site's is known with the comment.
pub async fn preflight() -> impl IntoResponse {
    let headers = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST")),
        (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type")),
        (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ];
    (StatusCode::NO_CONTENT, headers)
}
