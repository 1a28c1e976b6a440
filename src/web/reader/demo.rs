//! The demo article: a page of a foreign origin, as far as browsers can tell.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, HOST};
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::web::App;

/// The language of the article.
#[derive(Deserialize)]
pub struct Language {
    #[serde(default)]
    lang: String,
}

#[derive(Template)]
#[template(path = "reader/demo.html")]
struct DemoArticle<'a> {
    lang: &'a str,
    german: bool,
    script_lang: &'a str,
    base_url: &'a str,
    article_url: String,
}

/// The article, under `localhost`: whoever asks for it elsewhere is led there.
pub async fn article(State(app): State<App>, headers: HeaderMap, uri: Uri, Query(language): Query<Language>) -> Result<Response> {
    if !app.has_demo {
        return Err(Error::NotFound);
    }
    let origin = demo_origin(&app.base_url);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !origin.ends_with(&format!("//{host}")) {
        let asked = uri.path_and_query().map_or("/demo", |asked| asked.as_str());
        return Ok(Redirect::to(&format!("{origin}{asked}")).into_response());
    }
    let german = language.lang != "en";
    let lang = if german { "de" } else { "en" };
    let article_url = format!("{origin}/demo?lang={lang}");
    let page = DemoArticle { lang, german, script_lang: lang, base_url: &app.base_url, article_url };
    let html = page.render().map_err(|error| Error::Internal(error.into()))?;
    let base = &app.base_url;
    // As strict as a careful newspaper's, so that what the embed needs is seen here first.
    let policy = format!(
        "default-src 'none'; script-src {base}; style-src 'self' {base}; connect-src {base}; img-src 'self'; \
         form-action {base} {origin}; base-uri 'none'; require-trusted-types-for 'script'; trusted-types leserbrief"
    );
    let mut response = Html(html).into_response();
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).map_err(|error| Error::Internal(error.into()))?);
    Ok(response)
}

/// The origin of the demo article: the other name of this machine.
pub fn demo_origin(base_url: &str) -> String {
    if base_url.contains("//localhost") {
        base_url.replacen("//localhost", "//127.0.0.1", 1)
    } else {
        base_url.replacen("//127.0.0.1", "//localhost", 1).replacen("//[::1]", "//localhost", 1)
    }
}
