//! Where the links in mails to authors lead: to confirm an address, and to stop mails. A GET only shows, whoever opens it
//! and whatever runs its scripts; there are none.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::correspondence;
use crate::page;
use crate::site::Site;
use crate::store::author_addresses::{self, AuthorAddress};
use crate::store::thread_wishes::{self, Scope};
use crate::store::{Tx, comments, pages, sites};
use crate::web::App;
use crate::web::session::LinkForm;
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "reader/confirm.html")]
struct ConfirmPage {
    locale: Locale,
    token: String,
    site: Site,
    page: page::Page,
    is_confirmed: bool,
    /// What was chosen before: nothing is, before a person has chosen.
    scope: Option<Scope>,
    /// Whether the form came back without a choice.
    is_refused: bool,
}

#[derive(Template)]
#[template(path = "reader/unsubscribe.html")]
struct UnsubscribePage {
    locale: Locale,
    token: String,
    site: Site,
    page: page::Page,
    /// Whether mails about the article are stopped, and whether all are.
    thread_stopped: bool,
    all_stopped: bool,
}

/// Shows what is asked.
pub async fn show_confirmation(State(app): State<App>, Path(token): Path<String>) -> Result<Response> {
    Ok(Page::new(confirm_page(&app, token, false).await?).without_referrer().into_response())
}

async fn confirm_page(app: &App, token: String, is_refused: bool) -> Result<ConfirmPage> {
    let comment_id = app.keys.verify_confirmation(&token, app.clock.now()).ok_or(Error::NotFound)?;
    let mut tx = app.store.read().await?;
    let comment = comments::get(&mut tx, comment_id).await?.ok_or(Error::NotFound)?;
    let address = author_addresses::of_comment(&mut tx, comment_id).await?.ok_or(Error::NotFound)?;
    let scope = thread_wishes::get(&mut tx, address.id, comment.page_id).await?.unwrap_or(Scope::Answers);
    // Scanners that open a mail's links in a whole browser send forms as they find them.
    let scope = Some(scope).filter(|_| address.is_written_to());
    let (site, page) = place(&mut tx, &address, comment.page_id).await?;
    let is_confirmed = address.is_written_to();
    Ok(ConfirmPage { locale: address.locale, token, site, page, is_confirmed, scope, is_refused })
}

/// What somebody wants to hear.
#[derive(Deserialize)]
pub struct Wanted {
    /// Empty, unless a person has chosen.
    #[serde(default)]
    scope: String,
    /// People do not see it.
    #[serde(default)]
    homepage: String,
}

/// Confirms the address.
pub async fn confirm(State(app): State<App>, Path(token): Path<String>, LinkForm(wanted): LinkForm<Wanted>) -> Result<Response> {
    let comment_id = app.keys.verify_confirmation(&token, app.clock.now()).ok_or(Error::NotFound)?;
    let Some(scope) = wanted.scope.parse().ok().filter(|_| wanted.homepage.is_empty()) else {
        let page = confirm_page(&app, token, true).await?;
        return Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).without_referrer().into_response());
    };
    correspondence::confirm(&app.store, &app.clock, comment_id, scope).await?;
    Ok(Redirect::to(&format!("/confirm/{token}")).into_response())
}

/// Shows what can be stopped.
pub async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response> {
    let (address_id, page_id) = app.keys.verify_unsubscribe(&token).ok_or(Error::NotFound)?;
    let mut tx = app.store.read().await?;
    let address = author_addresses::get(&mut tx, address_id).await?.ok_or(Error::NotFound)?;
    let thread_stopped = thread_wishes::get(&mut tx, address_id, page_id).await? == Some(Scope::None);
    let (site, page) = place(&mut tx, &address, page_id).await?;
    let all_stopped = address.stopped_at.is_some();
    let shown = UnsubscribePage { locale: address.locale, token, site, page, thread_stopped, all_stopped };
    Ok(Page::new(shown).without_referrer().into_response())
}

/// Stops mails: what the button says, or everything where a mail program asks by itself (RFC 8058). That comes without
/// cookies and from anywhere; the token is all the proof there is.
pub async fn stop(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap, body: String) -> Result<Response> {
    let (address_id, page_id) = app.keys.verify_unsubscribe(&token).ok_or(Error::NotFound)?;
    match wish(&headers, &body)? {
        Stop::Thread => correspondence::stop(&app.store, &app.clock, address_id, Some(page_id)).await?,
        Stop::Everything => correspondence::stop(&app.store, &app.clock, address_id, None).await?,
        Stop::Nothing => correspondence::start_again(&app.store, &app.clock, address_id, page_id).await?,
    }
    Ok(Redirect::to(&format!("/unsubscribe/{token}")).into_response())
}

enum Stop {
    Thread,
    Everything,
    Nothing,
}

/// RFC 8058 lets mail programs choose between both kinds of form.
fn wish(headers: &HeaderMap, body: &str) -> Result<Stop> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/form-data") {
        let asks = body.contains("name=\"List-Unsubscribe\"") && body.contains("One-Click");
        return if asks { Ok(Stop::Everything) } else { Err(Error::Malformed) };
    }
    for (name, value) in url::form_urlencoded::parse(body.trim().as_bytes()) {
        match (&*name, &*value) {
            ("List-Unsubscribe", "One-Click") | ("stop", "everything") => return Ok(Stop::Everything),
            ("stop", "thread") => return Ok(Stop::Thread),
            ("stop", "nothing") => return Ok(Stop::Nothing),
            _ => {}
        }
    }
    Err(Error::Malformed)
}

async fn place(tx: &mut Tx, address: &AuthorAddress, page_id: Uuid) -> Result<(Site, page::Page)> {
    let site = sites::get(tx, address.site_id).await?.ok_or(Error::NotFound)?;
    let page = pages::get(tx, page_id).await?.ok_or(Error::NotFound)?;
    Ok((site, page))
}
