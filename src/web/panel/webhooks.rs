//! Webhooks of a site: which programs are told of decisions, with which secret, and whether they answer.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::sign_in::Nothing;
use super::{Frame, frame};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::webhooks as changes;
use crate::store::webhooks::{self, LastCall, Webhook};
use crate::web::App;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;
use crate::webhook::{UrlFault, WebhookUrl, secret_in_words};

#[derive(Template)]
#[template(path = "panel/webhooks.html")]
struct WebhooksPage {
    locale: Locale,
    frame: Frame,
    site: String,
    webhooks: Vec<Shown>,
    undo_seconds: u32,
    typed: String,
    fault: Option<String>,
}

struct Shown {
    id: Uuid,
    url: String,
    secret: String,
    last: Option<LastCall>,
}

impl WebhooksPage {
    fn is_full(&self) -> bool {
        self.webhooks.len() >= changes::MOST
    }

    fn at(&self, last: &LastCall) -> Timestamp {
        Timestamp::from_millis(last.at)
    }
}

/// The webhooks of a site, for its admins.
pub async fn show(State(app): State<App>, Path(site): Path<String>, by: SignedIn) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?.for_admin()?;
    Ok(Page::new(webhooks_page(&app, frame).await?).into_response())
}

/// Where a webhook is to go.
#[derive(Deserialize)]
pub struct Fields {
    url: String,
}

/// Adds a webhook.
pub async fn add(State(app): State<App>, Path(site): Path<String>, form: PanelForm<Fields>) -> Result<Response> {
    let by = form.by.moderator.clone();
    let frame = frame(&app, form.by).await?.at(|candidate| candidate.name == site)?.for_admin()?;
    let locale = frame.moderator.locale;
    let code = match WebhookUrl::parse(&form.fields.url, &app.webhook_networks) {
        Ok(url) => {
            let (url, domain_index) = (url.as_str().to_owned(), app.keys.host_index(url.host()));
            let webhook = Webhook { id: app.clock.new_id(), site_id: frame.site()?.id, url, domain_index };
            match changes::add(&app.store, &app.clock, &by, &webhook).await {
                Ok(()) => return Ok(Redirect::to(&format!("/panel/sites/{site}/webhooks")).into_response()),
                Err(Error::Invalid(faults)) => faults.first().map_or("invalid", |fault| fault.code),
                Err(error) => return Err(error),
            }
        }
        Err(UrlFault::Invalid) => "invalid",
        Err(UrlFault::NotPublic) => "not-public",
        Err(UrlFault::NeedsTls) => "needs-tls",
    };
    let mut page = webhooks_page(&app, frame).await?;
    page.typed = form.fields.url;
    page.fault = Some(locale.text_for("webhook-fault", code));
    Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// Takes a webhook away.
pub async fn remove(
    State(app): State<App>,
    Path((site, id)): Path<(String, Uuid)>,
    form: PanelForm<Nothing>,
) -> Result<Response> {
    let by = form.by.moderator.clone();
    let frame = frame(&app, form.by).await?.at(|candidate| candidate.name == site)?;
    changes::remove(&app.store, &app.clock, &by, frame.site()?.id, id).await?;
    Ok(Redirect::to(&format!("/panel/sites/{site}/webhooks")).into_response())
}

/// Sends a test call; what becomes of it stands in the outbox.
pub async fn send_test(
    State(app): State<App>,
    Path((site, id)): Path<(String, Uuid)>,
    form: PanelForm<Nothing>,
) -> Result<Response> {
    let by = form.by.moderator.clone();
    let frame = frame(&app, form.by).await?.at(|candidate| candidate.name == site)?;
    changes::send_test(&app.store, &app.clock, &by, frame.site()?.id, id).await?;
    app.mail_waits.notify_one();
    Ok(Redirect::to("/panel/outbox").into_response())
}

async fn webhooks_page(app: &App, frame: Frame) -> Result<WebhooksPage> {
    let site = frame.site()?.clone();
    let mut tx = app.store.read().await?;
    let mut shown = Vec::new();
    for Webhook { id, url, .. } in webhooks::of_site(&mut tx, site.id).await? {
        let last = webhooks::last_call(&mut tx, id).await?;
        shown.push(Shown { id, url, secret: secret_in_words(&app.keys.webhook_secret(id)), last });
    }
    Ok(WebhooksPage {
        locale: frame.moderator.locale,
        frame: frame.in_section("settings"),
        site: site.name.clone(),
        webhooks: shown,
        undo_seconds: site.settings.mail.undo_seconds,
        typed: String::new(),
        fault: None,
    })
}
