//! A new comment from a plain form: 303 back to the article, or the form once more with everything typed.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::Url;

use super::thread::{Refusal, show_again};
use crate::comment::{Status, Typed};
use crate::error::{Error, Result};
use crate::moderation::submit::Accepted;
use crate::site::Site;
use crate::web::App;
use crate::web::client_ip::ClientNetwork;
use crate::web::session::AnyForm;
use crate::web::submission::{self, Incoming, check_origin};

/// The form's fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    page: String,
    url: String,
    title: String,
    parent: String,
    token: String,
    homepage: String,
    name: String,
    email: String,
    website: String,
    text: String,
    notify: String,
}

impl From<Fields> for Incoming {
    fn from(fields: Fields) -> Self {
        Self {
            page: fields.page,
            url: fields.url,
            title: fields.title,
            parent: fields.parent.parse().ok(),
            token: fields.token,
            homepage: fields.homepage,
            locale: None,
            typed: Typed {
                name: fields.name,
                email: fields.email,
                website: fields.website,
                text: fields.text,
                notify: !fields.notify.is_empty(),
            },
        }
    }
}

/// Takes a comment in.
pub async fn submit(
    State(app): State<App>,
    Path(site): Path<String>,
    network: ClientNetwork,
    headers: HeaderMap,
    AnyForm(fields): AnyForm<Fields>,
) -> Result<Response> {
    let site = app.sites.get(&site).await?;
    take(&app, &site, network, &headers, fields.into()).await
}

/// Takes a comment in from whatever form it came.
///
/// # Errors
/// The origin is refused, or nothing was taken because of a fault of ours. Every other refusal is an answer: the form.
pub async fn take(
    app: &App,
    site: &Arc<Site>,
    network: ClientNetwork,
    headers: &HeaderMap,
    incoming: Incoming,
) -> Result<Response> {
    // Some sites have their origin hidden from everybody, from us as well.
    let is_hidden = headers.get(ORIGIN).is_some_and(|origin| origin == "null");
    if !is_hidden {
        check_origin(app, site, headers)?;
    }
    if is_hidden || app.keys.verify_form(&incoming.token, &site.name, &incoming.page_name()?).is_none() {
        // A page that is the same for everybody has no token; the form shown here has one, and an origin: ours.
        return show_again(app, site, incoming, Refusal::NotSentYet).await;
    }
    match submission::submit(app, Arc::clone(site), &incoming, network, headers).await {
        Ok(accepted) => Ok(Redirect::to(&way_back(site, &incoming, &accepted)?).into_response()),
        Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => Err(error),
        Err(refusal) => show_again(app, site, incoming, Refusal::Because(refusal)).await,
    }
}

/// The article, at the place that says that the comment waits, or at the comment itself where it waits for nobody; or the hosted thread, where the site has no such page.
fn way_back(site: &Site, incoming: &Incoming, accepted: &Accepted) -> Result<String> {
    let is_public = accepted.status == Status::Approved;
    let place = if is_public { format!("comment-{}", accepted.id) } else { "leserbrief-pending".to_owned() };
    if incoming.article(site).is_some()
        && let Ok(mut article) = Url::parse(incoming.url.trim())
    {
        article.set_fragment(Some(&place));
        return Ok(article.into());
    }
    let page = incoming.page_name()?;
    let state = if is_public { "" } else { "pending" };
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("page", &page).append_pair("state", state).finish();
    Ok(format!("/sites/{}/thread?{query}#{place}", site.name))
}
