//! WordPress's form, so that an existing theme moves over by changing its form's `action`.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use axum::response::Response;
use serde::Deserialize;

use super::comments::take;
use crate::comment::Typed;
use crate::error::{Error, Result};
use crate::web::App;
use crate::web::client_ip::ClientNetwork;
use crate::web::session::AnyForm;
use crate::web::submission::Incoming;

/// Which site, where the page that sends the form does not tell.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Asked {
    site: String,
}

/// WordPress's fields. Its consent to cookies needs no answer: nothing is stored here that would ask for it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    comment: String,
    author: String,
    email: String,
    url: String,
    #[serde(rename = "comment_post_ID")]
    post: String,
    #[serde(rename = "comment_parent")]
    parent: String,
    redirect_to: String,
}

impl From<Fields> for Incoming {
    fn from(fields: Fields) -> Self {
        Self {
            page: fields.post,
            // Where WordPress leads to afterwards is the article, or a place in it.
            url: fields.redirect_to,
            // `0` is WordPress's word for no parent.
            parent: fields.parent.parse().ok(),
            typed: Typed { name: fields.author, email: fields.email, website: fields.url, text: fields.comment, notify: false },
            ..Self::default()
        }
    }
}

/// Takes a comment in. The site is the one named in the form's address, or else the one whose page sends the form.
pub async fn submit(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    network: ClientNetwork,
    headers: HeaderMap,
    AnyForm(fields): AnyForm<Fields>,
) -> Result<Response> {
    let site = if asked.site.is_empty() {
        let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
        let all = app.sites.all().await?;
        let mut theirs = all.values().filter(|site| site.allows(origin));
        match (theirs.next(), theirs.next()) {
            (Some(site), None) => site.clone(),
            // Two sites of one origin: only the address can tell.
            (Some(_), Some(_)) => return Err(Error::Malformed),
            (None, _) => return Err(Error::OriginRefused),
        }
    } else {
        app.sites.get(&asked.site).await?
    };
    take(&app, &site, network, &headers, fields.into()).await
}
