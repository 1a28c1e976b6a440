//! Who is signed in, and forms that only their own pages may send.

use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::header::{COOKIE, ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use serde::de::DeserializeOwned;

use super::App;
use crate::error::{Error, Result};
use crate::moderator::Moderator;
use crate::secrets::{equal, token_hash};

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub moderator: Moderator,
    /// The session's hash.
    pub session: Vec<u8>,
    /// What every form of theirs carries.
    pub csrf: String,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let token = session_token(app, &parts.headers).ok_or(Error::SignInNeeded)?;
        let found = app.accounts.session(token).await?;
        Ok(Self { moderator: found.moderator, csrf: app.keys.csrf(&found.session), session: found.session })
    }
}

/// A form that somebody signed in has sent from a page of ours: the type is the proof.
#[derive(Debug)]
pub struct PanelForm<T> {
    /// Who sent it.
    pub by: SignedIn,
    /// What it says.
    pub fields: T,
}

impl<T: DeserializeOwned> FromRequest<App> for PanelForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        check_same_origin(app, request.headers())?;
        let (mut parts, body) = request.into_parts();
        let by = SignedIn::from_request_parts(&mut parts, app).await?;
        let pairs = read_form(Request::from_parts(parts, body), app).await?;
        let csrf = pairs.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value);
        if !equal(csrf, &by.csrf) {
            return Err(Error::Forbidden);
        }
        Ok(Self { by, fields: from_pairs(pairs)? })
    }
}

/// A form from a page of ours before anybody is signed in.
#[derive(Debug)]
pub struct OwnForm<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for OwnForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        check_same_origin(app, request.headers())?;
        Ok(Self(from_pairs(read_form(request, app).await?)?))
    }
}

/// A form from the page behind a link that is itself the key: whoever sends it knows the link, and a browser adds nothing
/// that another page could make use of. The page sends no referrer, so browsers call its origin `null`.
#[derive(Debug)]
pub struct LinkForm<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for LinkForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let headers = request.headers();
        let origin = headers.get(ORIGIN).is_some_and(|origin| origin != "null" && origin.as_bytes() != app.base_url.as_bytes());
        if comes_from_elsewhere(headers) || origin {
            return Err(Error::OriginRefused);
        }
        Ok(Self(from_pairs(read_form(request, app).await?)?))
    }
}

/// A form from any page.
#[derive(Debug)]
pub struct AnyForm<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for AnyForm<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        Ok(Self(from_pairs(read_form(request, app).await?)?))
    }
}

async fn read_form(request: Request, app: &App) -> Result<Vec<(String, String)>> {
    use axum::extract::rejection::FormRejection;
    match axum::Form::<Vec<(String, String)>>::from_request(request, app).await {
        Ok(axum::Form(pairs)) => Ok(pairs),
        Err(FormRejection::InvalidFormContentType(_)) => Err(Error::UnknownFormat),
        Err(FormRejection::BytesRejection(rejection)) => Err(super::api::unread_body(&rejection)),
        Err(_) => Err(Error::Malformed),
    }
}

fn from_pairs<T: DeserializeOwned>(pairs: Vec<(String, String)>) -> Result<T> {
    // A field twice: the last one holds, as in a map.
    let fields = pairs.into_iter().map(|(name, value)| (name, serde_json::Value::String(value))).collect();
    serde_json::from_value(serde_json::Value::Object(fields)).map_err(|_| Error::Malformed)
}

/// A browser names the page that a form comes from; what comes from elsewhere is not ours.
pub fn check_same_origin(app: &App, headers: &HeaderMap) -> Result<()> {
    let origin = headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes() != app.base_url.as_bytes());
    if comes_from_elsewhere(headers) || origin { Err(Error::OriginRefused) } else { Ok(()) }
}

fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

/// `__Host-` binds the cookie to this host and to TLS; without TLS browsers refuse that name.
fn cookie_name(app: &App) -> &'static str {
    if app.is_secure() { "__Host-leserbrief" } else { "leserbrief" }
}

/// The token of the session that a browser has, if it has one.
pub fn session_token<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, cookie_name(app))
}

/// What a browser keeps that has signed in before, if it has.
pub fn device_of<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, device_cookie_name(app))
}

/// The browser in a few words, as its owner knows it again; empty for one that does not say.
pub fn browser_of(headers: &HeaderMap) -> String {
    let says = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Every browser says that it is several others: the most particular name comes first.
    let one_of = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| says.contains(mark)).map(|(_, name)| *name);
    let browser = one_of(&[
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrom", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = one_of(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, token)| token)
}

fn device_cookie_name(app: &App) -> &'static str {
    if app.is_secure() { "__Host-leserbrief-device" } else { "leserbrief-device" }
}

/// Hands the browser a new session. The one that it had until now is nobody's any more.
///
/// # Errors
/// The database cannot be reached.
pub async fn replace_session(app: &App, headers: &HeaderMap, response: &mut Response, token: &str) -> Result<()> {
    if let Some(earlier) = session_token(app, headers) {
        app.accounts.sign_out(&token_hash(earlier)).await?;
    }
    set_session(app, response, token);
    Ok(())
}

fn set_session(app: &App, response: &mut Response, token: &str) {
    // Lax, so that a link in a mail finds its reader signed in; every change asks for the form's token besides.
    set_cookie(app, response, cookie_name(app), &format!("{token}; Max-Age=2592000"));
}

/// What a browser has that still owes a code, if it has.
pub fn pending_of<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, pending_cookie_name(app))
}

fn pending_cookie_name(app: &App) -> &'static str {
    if app.is_secure() { "__Host-leserbrief-pending" } else { "leserbrief-pending" }
}

/// Hands the browser what it gives the code with; empty, takes it.
pub fn set_pending(app: &App, response: &mut Response, pending: &str) {
    let age = if pending.is_empty() { 0 } else { 300 };
    set_cookie(app, response, pending_cookie_name(app), &format!("{pending}; Max-Age={age}"));
}

/// Hands the browser what it is known again by. It outlives sessions, and opens nothing.
pub fn set_device(app: &App, response: &mut Response, device: &str) {
    set_cookie(app, response, device_cookie_name(app), &format!("{device}; Max-Age=31536000"));
}

/// Takes the session from the browser.
pub fn clear_session(app: &App, response: &mut Response) {
    set_cookie(app, response, cookie_name(app), "; Max-Age=0");
}

fn set_cookie(app: &App, response: &mut Response, name: &str, value: &str) {
    let secure = if app.is_secure() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Behind TLS, tells browsers to come by TLS only.
pub async fn strict_transport(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if app.is_secure() {
        response.headers_mut().insert("strict-transport-security", HeaderValue::from_static("max-age=31536000"));
    }
    response
}
