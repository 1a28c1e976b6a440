//! Pages: rendered by the template engine, which escapes everything, and sent with the headers that keep them safe.

use anyhow::Context;
use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::error::Error;

/// A page for people.
#[derive(Debug)]
pub struct Page<T> {
    template: T,
    status: StatusCode,
    form_targets: String,
    referrers: &'static str,
}

impl<T: Template> Page<T> {
    /// A page that nobody else may keep, index or frame.
    pub fn new(template: T) -> Self {
        // Not `no-referrer`: browsers then call the origin of our own forms `null`, which could be anybody's.
        Self { template, status: StatusCode::OK, form_targets: String::new(), referrers: "same-origin" }
    }

    /// The same with another status.
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Keeps the page's address from everybody, ourselves among them: for one that is itself a key. Its forms come from the
    /// origin `null` (see [`crate::web::session::LinkForm`]).
    pub fn without_referrer(mut self) -> Self {
        self.referrers = "no-referrer";
        self
    }

    /// Lets the answer to a form of the page lead to these origins: browsers follow redirects with the same rule.
    pub fn leading_to<'a>(mut self, origins: impl IntoIterator<Item = &'a str>) -> Self {
        for origin in origins {
            self.form_targets.push(' ');
            self.form_targets.push_str(origin);
        }
        self
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let html = match self.template.render().context("a page could not be rendered") {
            Ok(html) => html,
            Err(error) => return Error::Internal(error).into_response(),
        };
        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'{}; base-uri 'none'; frame-ancestors 'none'",
            self.form_targets
        );
        let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (CONTENT_SECURITY_POLICY, policy),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (REFERRER_POLICY, HeaderValue::from_static(self.referrers)),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
            (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        ];
        (self.status, headers, html).into_response()
    }
}
