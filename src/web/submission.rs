//! From what a reader's browser sent to a submission: the same for JSON and for forms.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, ORIGIN, REFERER, USER_AGENT};
use uuid::Uuid;

use super::App;
use super::client_ip::ClientNetwork;
use crate::comment::{Status, Typed};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::submit::{Accepted, Submission};
use crate::page::{canonical_url, page_name};
use crate::secrets::Keys;
use crate::site::{Origin, Site};

/// Everything that a form or a program sends.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The page's id, or its address.
    pub page: String,
    /// The article's address.
    pub url: String,
    /// The article's title.
    pub title: String,
    /// The comment it answers.
    pub parent: Option<Uuid>,
    /// The form token.
    pub token: String,
    /// The field that people do not see.
    pub homepage: String,
    /// The fields that people fill in.
    pub typed: Typed,
    /// The language of the form, where it says so.
    pub locale: Option<Locale>,
}

impl Incoming {
    /// The page's name: what `page` says, or else the canonical address.
    ///
    /// # Errors
    /// [`Error::Malformed`] where neither names a page.
    pub fn page_name(&self) -> Result<String> {
        page_name(&self.page).or_else(|| page_name(&self.url)).ok_or(Error::Malformed)
    }

    /// The article's address, if the site has such pages: links in the panel and the way back go nowhere else.
    pub fn article(&self, site: &Site) -> Option<String> {
        let url = canonical_url(&self.url).or_else(|| canonical_url(&self.page))?;
        Origin::parse(url.as_str()).filter(|origin| site.allows(origin.as_str())).map(|_| url.into())
    }
}

/// Refuses what a browser sends from a page that is not the site's. A program sends no `Origin`.
///
/// # Errors
/// [`Error::OriginRefused`].
pub fn check_origin(app: &App, site: &Site, headers: &HeaderMap) -> Result<()> {
    match headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default()) {
        None => Ok(()),
        Some(origin) if origin == app.base_url || site.allows(origin) => Ok(()),
        Some(_) => Err(Error::OriginRefused),
    }
}

/// How many of the headers are missing that every browser sends with a comment, whichever way: who asks, what for, in which
/// languages, and from where. A single one says nothing: a proxy or somebody careful may have taken it away.
fn missing_headers(headers: &HeaderMap) -> u32 {
    let origin = if headers.contains_key(ORIGIN) { ORIGIN } else { REFERER };
    let missing = [USER_AGENT, ACCEPT, ACCEPT_LANGUAGE, origin].iter().filter(|name| !headers.contains_key(*name)).count();
    u32::try_from(missing).ok().filter(|missing| *missing > 1).unwrap_or_default()
}

/// Checks the fields and takes the comment in.
///
/// # Errors
/// As in the contract: fields to mend, closed, too many, duplicate.
pub async fn submit(
    app: &App,
    site: Arc<Site>,
    incoming: &Incoming,
    ClientNetwork(network): ClientNetwork,
    headers: &HeaderMap,
) -> Result<Accepted> {
    let page_name = incoming.page_name()?;
    let fields = incoming.typed.check().map_err(Error::Invalid)?;
    let title: String = incoming.title.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
    let token_id = app.keys.verify_form(&incoming.token, &site.name, &page_name);
    let accepted = app
        .intake
        .submit(Submission {
            locale: incoming.locale.unwrap_or(site.locale),
            page_url: incoming.article(&site),
            page_title: title.replace(char::is_control, ""),
            parent_id: incoming.parent,
            stray_token_id: if token_id.is_none() { Keys::claimed_form_id(&incoming.token) } else { None },
            token_id,
            fields,
            honeypot_filled: !incoming.homepage.is_empty(),
            missing_headers: missing_headers(headers),
            network,
            site,
            page_name,
        })
        .await?;
    if accepted.status == Status::Approved {
        app.threads.forget(accepted.page_id);
    }
    Ok(accepted)
}
