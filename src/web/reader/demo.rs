//! The demo article: a page of a foreign origin, as far as browsers can tell.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, HOST};
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::web::App;
use crate::web::reader::fragment;

/// The language of the article.
#[derive(Deserialize)]
pub struct Language {
    #[serde(default)]
    lang: String,
    /// Whether the article includes the rendered thread, as a CMS would.
    #[serde(default)]
    include: Option<String>,
}

#[derive(Template)]
#[template(path = "reader/demo.html")]
struct DemoArticle<'a> {
    lang: &'a str,
    german: bool,
    script_lang: &'a str,
    base_url: &'a str,
    article_url: String,
    included: Option<String>,
}

/// The states of the gallery, in its order.
const STATES: [(&str, &str); 12] = [
    ("empty", "No comments yet"),
    ("one", "One comment"),
    ("deep", "A deep thread"),
    ("pending", "The author's own comment, pending"),
    ("error", "Refused, with fields to mend"),
    ("closed", "Closed"),
    ("limited", "Too many: rate-limited"),
    ("offline", "Offline while sending"),
    ("failed", "Comments that could not be loaded"),
    ("long", "Words longer than the column"),
    ("dark", "Dark"),
    ("rtl", "Right to left"),
];

/// Shapes of themes that the embed meets.
const THEMES: [(&str, &str); 5] = [
    ("reset", "a reset"),
    ("framework", "a framework's manner"),
    ("dark", "a dark page"),
    ("serif", "a serif magazine"),
    ("hostile", "hostile rules for everything"),
];

/// Which gallery.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Look {
    lang: String,
    theme: String,
}

#[derive(Template)]
#[template(path = "reader/gallery.html")]
struct Gallery<'a> {
    base_url: &'a str,
    lang: &'a str,
    theme: &'a str,
    themes: &'a [(&'a str, &'a str)],
    states: &'a [(&'a str, &'a str)],
}

/// Every state of the embed on one page.
pub async fn gallery(State(app): State<App>, headers: HeaderMap, uri: Uri, Query(look): Query<Look>) -> Result<Response> {
    if let Some(elsewhere) = leads_to_the_demo(&app, &headers, &uri)? {
        return Ok(elsewhere);
    }
    let page = Gallery {
        base_url: &app.base_url,
        lang: look.lang.parse::<Locale>().unwrap_or_default().as_str(),
        theme: THEMES.iter().find(|(name, _)| *name == look.theme).map_or("", |(name, _)| name),
        themes: &THEMES,
        states: &STATES,
    };
    as_strict_page(&app, page.render())
}

/// Where the demo's pages are read under another name than theirs: the way there.
fn leads_to_the_demo(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<Option<Response>> {
    if !app.has_demo {
        return Err(Error::NotFound);
    }
    let origin = demo_origin(&app.base_url);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_there = origin.ends_with(&format!("//{host}"));
    Ok((!is_there).then(|| Redirect::to(&format!("{origin}{}", uri.path())).into_response()))
}

/// As strict as a careful newspaper's, so that what the embed needs is seen here first.
fn as_strict_page(app: &App, html: askama::Result<String>) -> Result<Response> {
    let (base, origin) = (&app.base_url, demo_origin(&app.base_url));
    let policy = format!(
        "default-src 'none'; script-src {base} {origin}/assets/gallery.js; style-src 'self' {base}; connect-src {base}; \
         img-src 'self'; form-action {base} {origin}; base-uri 'none'; require-trusted-types-for 'script'; trusted-types leserbrief"
    );
    let mut response = Html(html.map_err(|error| Error::Internal(error.into()))?).into_response();
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).map_err(|error| Error::Internal(error.into()))?);
    Ok(response)
}

/// The article, under `localhost`: whoever asks for it elsewhere is led there.
pub async fn article(State(app): State<App>, headers: HeaderMap, uri: Uri, Query(language): Query<Language>) -> Result<Response> {
    if let Some(elsewhere) = leads_to_the_demo(&app, &headers, &uri)? {
        return Ok(elsewhere);
    }
    let german = language.lang != "en";
    let lang = if german { "de" } else { "en" };
    let article_url = format!("{}/demo?lang={lang}", demo_origin(&app.base_url));
    let included = match language.include {
        Some(_) => Some(fragment::html(&app, "demo", "buslinie", &article_url).await?),
        None => None,
    };
    let page = DemoArticle { lang, german, script_lang: lang, base_url: &app.base_url, article_url, included };
    as_strict_page(&app, page.render())
}

/// The origin of the demo article: the other name of this machine.
pub fn demo_origin(base_url: &str) -> String {
    if base_url.contains("//localhost") {
        base_url.replacen("//localhost", "//127.0.0.1", 1)
    } else {
        base_url.replacen("//127.0.0.1", "//localhost", 1).replacen("//[::1]", "//localhost", 1)
    }
}
