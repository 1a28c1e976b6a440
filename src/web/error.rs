//! An error becomes an answer: problem+json for programs, a page for people, in the language they ask for.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_LANGUAGE, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CONTENT_TYPE, LOCATION, RETRY_AFTER,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::Page;
use crate::error::{Error, FieldError};
use crate::i18n::Locale;

/// Seconds after which a database is asked again: a restart takes about as long.
const UNAVAILABLE_FOR: i64 = 10;

/// Carries the error to the layer that knows how to tell it.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match &self {
            Self::Internal(error) => tracing::error!(error = format!("{error:#}"), "an internal error"),
            Self::Unavailable(error) => tracing::error!(error = format!("{error:#}"), "the database is unavailable"),
            _ => {}
        }
        let mut response = status(&self).into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The status that an error becomes.
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Malformed => StatusCode::BAD_REQUEST,
        Error::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Error::UnknownFormat => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Closed | Error::OriginRefused | Error::Forbidden => StatusCode::FORBIDDEN,
        Error::SignInNeeded => StatusCode::SEE_OTHER,
        Error::Duplicate | Error::Conflict { .. } => StatusCode::CONFLICT,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The word for an error in catalogues (`error-…`) and in the `type` of a problem.
fn code(error: &Error) -> &'static str {
    match error {
        Error::Invalid(_) => "invalid",
        Error::Malformed => "malformed",
        Error::TooLarge => "too-large",
        Error::UnknownFormat => "unknown-format",
        Error::NotFound => "not-found",
        Error::Closed => "closed",
        Error::OriginRefused => "origin-refused",
        Error::Forbidden => "forbidden",
        Error::SignInNeeded => "sign-in-needed",
        Error::Duplicate => "duplicate",
        Error::Conflict { .. } => "conflict",
        Error::TooMany { .. } => "too-many",
        Error::Unavailable(_) => "unavailable",
        Error::Internal(_) => "internal",
    }
}

/// An error for programs (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// A stable word for the kind of error, as a relative reference.
    #[serde(rename = "type")]
    kind: String,
    /// The error in a few words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What to do about it.
    detail: String,
    /// The fields to mend.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

/// A field to mend.
#[derive(Serialize, ToSchema)]
pub struct FieldProblem {
    /// Its name.
    field: &'static str,
    /// A stable word for the fault.
    code: &'static str,
    /// What to do about it, in the reader's language.
    message: String,
}

/// What to do about a field, in words.
pub fn field_message(locale: Locale, fault: &FieldError) -> String {
    locale.text(&format!("fault-{}-{}", fault.field, fault.code.replace('_', "-")))
}

/// What to do about an error, in words.
pub fn detail(locale: Locale, error: &Error) -> String {
    let key = format!("error-{}-detail", code(error));
    match error {
        Error::TooMany { retry_after } => locale.text_with(&key, "seconds", *retry_after),
        Error::Conflict { who, at, status } if !who.is_empty() => locale.text_with_all(
            "error-conflict-by",
            [
                ("who", who.as_str().into()),
                ("at", locale.moment(*at).into()),
                ("status", locale.text(&format!("status-{status}")).into()),
            ],
        ),
        _ => locale.text(&key),
    }
}

/// Renders errors for programs, which on any page may read why.
pub async fn as_problem(request: Request, next: Next) -> Response {
    let language = request.headers().get(ACCEPT_LANGUAGE).cloned();
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Arc<Error>>() else { return response };
    let locale = negotiate(language.as_ref());
    let errors = match &*error {
        Error::Invalid(faults) => faults
            .iter()
            .map(|fault| FieldProblem { field: fault.field, code: fault.code, message: field_message(locale, fault) })
            .collect(),
        _ => Vec::new(),
    };
    let problem = Problem {
        kind: format!("#{}", code(&error)),
        title: locale.text(&format!("error-{}", code(&error))),
        status: response.status().as_u16(),
        detail: detail(locale, &error),
        errors,
    };
    let mut told = (response.status(), Json(problem)).into_response();
    let headers = told.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    add_retry_after(&mut told, &error);
    told
}

#[derive(Template)]
#[template(path = "message.html")]
struct ErrorPage {
    locale: Locale,
    title: String,
    detail: String,
}

/// Renders errors for people. Whoever is not signed in is led to the door.
pub async fn as_page(request: Request, next: Next) -> Response {
    let language = request.headers().get(ACCEPT_LANGUAGE).cloned();
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Arc<Error>>() else { return response };
    if matches!(*error, Error::SignInNeeded) {
        response.headers_mut().insert(LOCATION, HeaderValue::from_static("/panel/sign-in"));
        return response;
    }
    let locale = negotiate(language.as_ref());
    let page = ErrorPage { locale, title: locale.text(&format!("error-{}", code(&error))), detail: detail(locale, &error) };
    let mut told = Page::new(page).with_status(response.status()).into_response();
    add_retry_after(&mut told, &error);
    told
}

/// Adds `Retry-After` where waiting helps.
pub fn add_retry_after(response: &mut Response, error: &Error) {
    let seconds = match error {
        Error::TooMany { retry_after } => *retry_after,
        Error::Unavailable(_) => UNAVAILABLE_FOR,
        _ => return,
    };
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
}

fn negotiate(accept_language: Option<&HeaderValue>) -> Locale {
    Locale::negotiate(accept_language.and_then(|value| value.to_str().ok()), Locale::default())
}
