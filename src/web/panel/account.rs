//! One's own account: name, language, password, sessions, and what became of attempts to sign in.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;
use uuid::Uuid;

use super::{Frame, frame};
use crate::accounts::{self, SecondFactor};
use crate::clock::Timestamp;
use crate::error::{Error, FieldError, Result};
use crate::i18n::Locale;
use crate::store::sessions::OwnSession;
use crate::store::sign_ins::Attempt;
use crate::web::App;
use crate::web::error::field_message;
use crate::web::session::{PanelForm, SignedIn, clear_session};
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "panel/account.html")]
struct AccountPage {
    locale: Locale,
    frame: Frame,
    name: String,
    sessions: Vec<OwnSession>,
    attempts: Vec<Attempt>,
    here: Vec<u8>,
    factor: SecondFactor,
    faults: Vec<(&'static str, String)>,
    notice: Option<String>,
}

impl AccountPage {
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|(name, _)| *name == field).map(|(_, words)| words.as_str())
    }

    fn has_second_factor(&self) -> bool {
        self.factor != SecondFactor::Off
    }

    fn is_here(&self, session: &OwnSession) -> bool {
        session.token_hash == self.here
    }

    fn at(&self, millis: &i64) -> String {
        self.locale.moment(Timestamp::from_millis(*millis))
    }
}

/// Who is signed in, as the accounts know it.
pub fn of_web(by: &SignedIn) -> accounts::SignedIn {
    accounts::SignedIn { moderator: by.moderator.clone(), session: by.session.clone() }
}

/// One's own account.
pub async fn show(State(app): State<App>, by: SignedIn) -> Result<Response> {
    Ok(Page::new(account_page(&app, by).await?).into_response())
}

async fn account_page(app: &App, by: SignedIn) -> Result<AccountPage> {
    let (sessions, attempts) = app.accounts.own_sessions(&of_web(&by)).await?;
    let factor = app.accounts.second_factor(&of_web(&by)).await?;
    let here = by.session.clone();
    let frame = frame(app, by).await?.in_section("account");
    Ok(AccountPage {
        locale: frame.moderator.locale,
        name: frame.moderator.name.clone(),
        frame,
        sessions,
        attempts,
        here,
        factor,
        faults: Vec::new(),
        notice: None,
    })
}

/// What shall be changed: name and language, or the password.
#[derive(Deserialize)]
pub struct Change {
    name: Option<String>,
    #[serde(default)]
    locale: String,
    #[serde(default)]
    current: SecretString,
    #[serde(default)]
    password: SecretString,
}

/// Changes name and language, or the password.
pub async fn change(State(app): State<App>, form: PanelForm<Change>) -> Result<Response> {
    let (mut by, typed) = (form.by, form.fields);
    let own = of_web(&by);
    let outcome = match &typed.name {
        Some(name) => {
            let locale = typed.locale.parse().map_err(|_| Error::Malformed)?;
            let outcome = app.accounts.rename(&own, name, locale).await;
            if outcome.is_ok() {
                (by.moderator.name, by.moderator.locale) = (name.trim().to_owned(), locale);
            }
            outcome
        }
        None => app.accounts.change_password(&own, &typed.current, &typed.password).await,
    };
    let faults: Vec<FieldError> = match outcome {
        Ok(()) => Vec::new(),
        Err(Error::Invalid(faults)) => faults,
        Err(error) => return Err(error),
    };
    let mut page = account_page(&app, by).await?;
    let locale = page.locale;
    if let (Some(name), false) = (typed.name, faults.is_empty()) {
        page.name = name;
    }
    page.faults = faults.iter().map(|fault| (fault.field, field_message(locale, fault))).collect();
    page.notice = faults.is_empty().then(|| locale.text("account-changed"));
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(Page::new(page).with_status(status).into_response())
}

/// Which session ends; none named means all.
#[derive(Deserialize)]
pub struct Ending {
    session: Option<Uuid>,
}

/// Ends one of one's own sessions, or all of them.
pub async fn end_session(State(app): State<App>, form: PanelForm<Ending>) -> Result<Response> {
    app.accounts.end_own(&of_web(&form.by), form.fields.session).await?;
    if form.fields.session.is_some() {
        return Ok(Redirect::to("/panel/account").into_response());
    }
    let mut response = Redirect::to("/panel/sign-in").into_response();
    clear_session(&app, &mut response);
    Ok(response)
}
