//! The door: signing in, by a code besides where there is a second factor, and signing out.

use askama::Template;
use axum::extract::State;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;

use crate::accounts::{Entered, Entrance, Passed};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::web::App;
use crate::web::client_ip::ClientNetwork;
use crate::web::error::{add_retry_after, detail};
use crate::web::session::{
    OwnForm, PanelForm, browser_of, clear_session, device_of, pending_of, replace_session, set_device, set_pending,
};
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "panel/sign_in.html")]
struct SignInPage {
    locale: Locale,
    email: String,
    message: Option<String>,
}

/// What is typed.
#[derive(Deserialize)]
pub struct Credentials {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretString,
}

/// The language that a browser asks for.
pub fn locale_of(headers: &HeaderMap) -> Locale {
    Locale::negotiate(headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()), Locale::default())
}

/// The door.
pub async fn show(headers: HeaderMap) -> Page<impl Template> {
    Page::new(SignInPage { locale: locale_of(&headers), email: String::new(), message: None })
}

/// Signs in. The answer does not tell an unknown name from a wrong password.
pub async fn sign_in(
    State(app): State<App>,
    ClientNetwork(network): ClientNetwork,
    headers: HeaderMap,
    OwnForm(typed): OwnForm<Credentials>,
) -> Result<Response> {
    let locale = locale_of(&headers);
    let browser = browser_of(&headers);
    let from = Entrance { network: &network, device: device_of(&app, &headers), browser: &browser };
    let refusal = match app.accounts.sign_in(&typed.email, &typed.password, from).await {
        Ok(Passed::In(entered)) => return let_in(&app, &headers, &entered).await,
        Ok(Passed::CodeNeeded(pending)) => {
            let mut response = Redirect::to("/panel/sign-in/code").into_response();
            set_pending(&app, &mut response, &pending);
            return Ok(response);
        }
        Err(refusal @ (Error::Forbidden | Error::Invalid(_) | Error::TooMany { .. })) => refusal,
        Err(error) => return Err(error),
    };
    let (status, message) = match &refusal {
        Error::Forbidden => (StatusCode::UNPROCESSABLE_ENTITY, locale.text("sign-in-refused")),
        Error::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, locale.text("sign-in-too-short")),
        other => (StatusCode::TOO_MANY_REQUESTS, detail(locale, other)),
    };
    let page = SignInPage { locale, email: typed.email, message: Some(message) };
    let mut response = Page::new(page).with_status(status).into_response();
    add_retry_after(&mut response, &refusal);
    Ok(response)
}

async fn let_in(app: &App, headers: &HeaderMap, entered: &Entered) -> Result<Response> {
    let mut response = Redirect::to("/panel").into_response();
    replace_session(app, headers, &mut response, &entered.session).await?;
    set_device(app, &mut response, &entered.device);
    Ok(response)
}

#[derive(Template)]
#[template(path = "panel/code.html")]
struct CodePage {
    locale: Locale,
    message: Option<String>,
}

/// Where the code is given, after the password.
pub async fn show_code(State(app): State<App>, headers: HeaderMap) -> Result<Page<impl Template>> {
    app.accounts.owes_code(pending_of(&app, &headers).ok_or(Error::SignInNeeded)?).await?;
    Ok(Page::new(CodePage { locale: locale_of(&headers), message: None }))
}

/// A code as typed.
#[derive(Deserialize)]
pub struct Code {
    #[serde(default)]
    code: String,
}

/// Signs in by a code.
pub async fn enter_code(
    State(app): State<App>,
    ClientNetwork(network): ClientNetwork,
    headers: HeaderMap,
    OwnForm(typed): OwnForm<Code>,
) -> Result<Response> {
    let pending = pending_of(&app, &headers).ok_or(Error::SignInNeeded)?;
    let browser = browser_of(&headers);
    let from = Entrance { network: &network, device: None, browser: &browser };
    let refusal = match app.accounts.enter_code(pending, &typed.code, from).await {
        Ok(entered) => {
            app.mail_waits.notify_one();
            let mut response = let_in(&app, &headers, &entered).await?;
            set_pending(&app, &mut response, "");
            return Ok(response);
        }
        Err(refusal @ (Error::Forbidden | Error::TooMany { .. })) => refusal,
        Err(error) => return Err(error),
    };
    let locale = locale_of(&headers);
    let (status, message) = match &refusal {
        Error::Forbidden => (StatusCode::UNPROCESSABLE_ENTITY, locale.text("code-refused")),
        other => (StatusCode::TOO_MANY_REQUESTS, detail(locale, other)),
    };
    let mut response = Page::new(CodePage { locale, message: Some(message) }).with_status(status).into_response();
    add_retry_after(&mut response, &refusal);
    Ok(response)
}

/// Nothing but the form's token.
#[derive(Deserialize)]
pub struct Nothing {}

/// Signs out.
pub async fn sign_out(State(app): State<App>, form: PanelForm<Nothing>) -> Result<Response> {
    app.accounts.sign_out(&form.by.session).await?;
    let mut response = Redirect::to("/panel/sign-in").into_response();
    clear_session(&app, &mut response);
    Ok(response)
}
