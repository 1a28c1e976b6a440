//! The one-time link that makes the first owner. Looking at it uses nothing up.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::sign_in::locale_of;
use crate::accounts::NewAccount;
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::web::App;
use crate::web::error::field_message;
use crate::web::session::{OwnForm, browser_of, replace_session};
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "panel/setup.html")]
struct SetupPage {
    locale: Locale,
    name: String,
    email: String,
    faults: Vec<(&'static str, String)>,
}

impl SetupPage {
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|(name, _)| *name == field).map(|(_, words)| words.as_str())
    }
}

/// What is typed.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct NewOwner {
    name: String,
    email: String,
    password: SecretString,
}

/// The form.
pub async fn show(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response> {
    if !app.accounts.setup_holds(&token).await? {
        return Err(Error::NotFound);
    }
    let page = SetupPage { locale: locale_of(&headers), name: String::new(), email: String::new(), faults: Vec::new() };
    Ok(Page::new(page).into_response())
}

/// Makes the first owner and signs them in.
pub async fn make_owner(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    OwnForm(typed): OwnForm<NewOwner>,
) -> Result<Response> {
    let locale = locale_of(&headers);
    let account = NewAccount { name: &typed.name, email: &typed.email, password: &typed.password, locale };
    match app.accounts.set_up(&token, &account, &browser_of(&headers)).await {
        Ok(session) => {
            let mut response = Redirect::to("/panel").into_response();
            replace_session(&app, &headers, &mut response, &session).await?;
            Ok(response)
        }
        Err(Error::Invalid(faults)) => {
            let faults = faults.iter().map(|fault| (fault.field, field_message(locale, fault))).collect();
            let page = SetupPage { locale, name: typed.name, email: typed.email, faults };
            Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error),
    }
}
