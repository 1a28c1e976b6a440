//! Where the links of mails lead: an invitation, a new password. Looking at them uses nothing up.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::sign_in::locale_of;
use crate::error::{Error, FieldError, Result};
use crate::i18n::Locale;
use crate::web::App;
use crate::web::client_ip::ClientNetwork;
use crate::web::error::{add_retry_after, detail, field_message, status};
use crate::web::session::{OwnForm, browser_of, replace_session};
use crate::web::view::Page;

/// A page at the door: what it asks for depends on what is there.
#[derive(Template)]
#[template(path = "panel/link.html")]
struct LinkPage {
    locale: Locale,
    /// The family of its texts: `invitation`, `new-password` or `forgotten`.
    kind: &'static str,
    name: Option<String>,
    email: Option<String>,
    asks_password: bool,
    faults: Vec<(&'static str, String)>,
    notice: Option<String>,
}

impl LinkPage {
    fn words(&self, part: &str) -> String {
        self.locale.text(&format!("link-{}-{part}", self.kind))
    }

    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|(name, _)| *name == field).map(|(_, words)| words.as_str())
    }

    fn refused(mut self, faults: &[FieldError]) -> Response {
        self.faults = faults.iter().map(|fault| (fault.field, field_message(self.locale, fault))).collect();
        Page::new(self).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response()
    }
}

/// What is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    email: String,
    password: SecretString,
}

fn invitation_page(locale: Locale, name: String) -> LinkPage {
    LinkPage { locale, kind: "invitation", name: Some(name), email: None, asks_password: true, faults: Vec::new(), notice: None }
}

/// An invitation.
pub async fn invitation(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response> {
    let (_, moderator) = app.accounts.link("invitation", &token).await?;
    Ok(Page::new(invitation_page(locale_of(&headers), moderator.name)).into_response())
}

/// Accepts an invitation, and signs in.
pub async fn accept(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    OwnForm(typed): OwnForm<Typed>,
) -> Result<Response> {
    let locale = locale_of(&headers);
    match app.accounts.accept(&token, &typed.name, &typed.password, locale, &browser_of(&headers)).await {
        Ok(session) => {
            let mut response = Redirect::to("/panel").into_response();
            replace_session(&app, &headers, &mut response, &session).await?;
            Ok(response)
        }
        Err(Error::Invalid(faults)) => Ok(invitation_page(locale, typed.name).refused(&faults)),
        Err(error) => Err(error),
    }
}

fn password_page(locale: Locale) -> LinkPage {
    LinkPage { locale, kind: "new-password", name: None, email: None, asks_password: true, faults: Vec::new(), notice: None }
}

/// Where a new password is set.
pub async fn password(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response> {
    app.accounts.link("password", &token).await?;
    Ok(Page::new(password_page(locale_of(&headers))).into_response())
}

/// Sets a new password; then it is signed in with.
pub async fn set_password(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    OwnForm(typed): OwnForm<Typed>,
) -> Result<Response> {
    match app.accounts.set_password(&token, &typed.password).await {
        Ok(()) => Ok(Redirect::to("/panel/sign-in").into_response()),
        Err(Error::Invalid(faults)) => Ok(password_page(locale_of(&headers)).refused(&faults)),
        Err(error) => Err(error),
    }
}

fn forgotten_page(locale: Locale, email: String) -> LinkPage {
    LinkPage { locale, kind: "forgotten", name: None, email: Some(email), asks_password: false, faults: Vec::new(), notice: None }
}

/// Where a new password is asked for.
pub async fn forgotten(headers: HeaderMap) -> Response {
    Page::new(forgotten_page(locale_of(&headers), String::new())).into_response()
}

/// Asks for a new password. The answer is the same whether there is such an account or not.
pub async fn ask(
    State(app): State<App>,
    ClientNetwork(network): ClientNetwork,
    headers: HeaderMap,
    OwnForm(typed): OwnForm<Typed>,
) -> Result<Response> {
    let locale = locale_of(&headers);
    let mut page = forgotten_page(locale, typed.email.clone());
    match app.accounts.ask_for_password(&typed.email, &network).await {
        Ok(()) => {
            app.mail_waits.notify_one();
            page.notice = Some(locale.text("link-forgotten-asked"));
            Ok(Page::new(page).into_response())
        }
        Err(error @ Error::TooMany { .. }) => {
            page.faults = vec![("email", detail(locale, &error))];
            let mut response = Page::new(page).with_status(status(&error)).into_response();
            add_retry_after(&mut response, &error);
            Ok(response)
        }
        Err(error) => Err(error),
    }
}
