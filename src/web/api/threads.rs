//! The approved comments of a page.

use anyhow::Context;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, Request};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::page::{Page, page_name};
use crate::site::{FormTexts, Site};
use crate::store::threads::PublicComment;
use crate::store::{pages, threads};
use crate::web::hot_threads::{Prepared, Shape};
use crate::web::{App, AppState};

/// Comments in one answer.
const PART: i64 = 100;

/// The approved comments of a page, oldest first.
#[derive(Serialize, ToSchema)]
pub struct Thread {
    /// How many approved comments the page has.
    count: i64,
    /// Whether it takes more.
    open: bool,
    /// How deep answers are indented.
    depth: u8,
    /// Which comments the site wants to begin with: `oldest-first` or `newest-first`. The answer's own order is always
    /// from the oldest on.
    order: &'static str,
    /// What the form says in the site's own words.
    texts: Texts,
    /// Up to 100 comments; answers name the comment they answer.
    comments: Vec<ThreadComment>,
    /// What to pass as `cursor` for those that follow; null at the end.
    next: Option<Uuid>,
}

/// What the form says in the site's own words, by the embed's names; what is missing has the usual words.
#[derive(Serialize, ToSchema)]
struct Texts {
    /// Above the form.
    #[serde(skip_serializing_if = "String::is_empty")]
    write: String,
    /// Below the title: house rules, say.
    #[serde(skip_serializing_if = "String::is_empty")]
    rules: String,
}

impl From<&FormTexts> for Texts {
    fn from(texts: &FormTexts) -> Self {
        Self { write: texts.title.clone(), rules: texts.note.clone() }
    }
}

/// A public comment.
#[derive(Serialize, ToSchema)]
struct ThreadComment {
    id: Uuid,
    /// The comment it answers.
    parent: Option<Uuid>,
    author: String,
    website: Option<String>,
    /// The text as safe HTML.
    html: String,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    submitted_at: i64,
}

impl From<PublicComment> for ThreadComment {
    fn from(comment: PublicComment) -> Self {
        Self {
            id: comment.id,
            parent: comment.parent_id,
            author: comment.author,
            website: comment.website,
            html: comment.html,
            submitted_at: comment.submitted_at,
        }
    }
}

/// The approved comments of a page.
#[utoipa::path(
    get,
    path = "/api/v1/threads",
    params(
        ("site" = String, Query, description = "the site's name"),
        ("page" = String, Query, description = "the page's id, or its address"),
        ("cursor" = Option<Uuid>, Query, description = "`next` of the answer before"),
    ),
    responses((status = 200, body = Thread), (status = 304), (status = 404, body = crate::web::error::Problem), (status = 503, body = crate::web::error::Problem))
)]
pub async fn read(State(app): State<App>, RawQuery(query): RawQuery, headers: HeaderMap) -> Result<Response> {
    let Asked { site, page, after } = Asked::parse(&query.unwrap_or_default())?;
    let page_id = app.threads.page(&site, &page, async || find(&app, &site, &page).await).await?;
    let prepared = match (page_id, after) {
        (Some(page_id), None) => {
            app.threads
                .thread(page_id, Shape::Json, app.clock.now(), async || prepare(&app, &site, page_id, Uuid::nil()).await)
                .await?
        }
        (Some(page_id), Some(after)) => prepare(&app, &site, page_id, after).await?.into(),
        (None, _) => nothing_yet(&*app.sites.get(&site).await?)?.into(),
    };
    Ok(prepared.answer(&headers))
}

/// The answer to a request for a thread that is kept ready: given at the door, before a route is looked for, since
/// everybody who opens an article asks for one. `None` for every other request.
pub fn ready<B>(app: &AppState, request: &Request<B>) -> Option<Response> {
    if request.method() != Method::GET || request.uri().path() != "/api/v1/threads" {
        return None;
    }
    let asked = Asked::parse(request.uri().query()?).ok().filter(|asked| asked.after.is_none())?;
    Some(app.threads.ready(&asked.site, &asked.page, app.clock.now())?.answer(request.headers()))
}

/// Which thread, and which part of it.
struct Asked {
    site: String,
    page: String,
    after: Option<Uuid>,
}

impl Asked {
    fn parse(query: &str) -> Result<Self> {
        let (mut site, mut page, mut cursor) = (None, None, None);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "site" => &mut site,
                "page" => &mut page,
                "cursor" => &mut cursor,
                _ => continue,
            };
            // The first of its name counts.
            place.get_or_insert(value);
        }
        Ok(Self {
            site: site.unwrap_or_default().into_owned(),
            page: page.and_then(|page| page_name(&page)).ok_or(Error::Malformed)?,
            after: cursor.map(|cursor| cursor.parse()).transpose().map_err(|_| Error::Malformed)?,
        })
    }
}

/// The page that a site knows by this name.
pub async fn find(app: &App, site: &str, page: &str) -> Result<Option<Uuid>> {
    let site = app.sites.get(site).await?;
    let mut tx = app.store.read().await?;
    Ok(pages::find(&mut tx, site.id, page).await?.map(|page| page.id))
}

async fn prepare(app: &App, site: &str, page_id: Uuid, after: Uuid) -> Result<Prepared> {
    let site = app.sites.get(site).await?;
    let mut tx = app.store.read().await?;
    let page = pages::get(&mut tx, page_id).await?.ok_or(Error::NotFound)?;
    let mut comments = threads::approved(&mut tx, page_id, after, PART + 1).await?;
    let more = comments.len() > usize::try_from(PART).unwrap_or_default();
    comments.truncate(usize::try_from(PART).unwrap_or_default());
    let now = app.clock.now();
    let thread = Thread {
        count: threads::count(&mut tx, page_id).await?,
        open: is_open(&site, &page, now),
        depth: site.settings.thread.depth,
        order: site.settings.thread.order.as_str(),
        texts: (&site.settings.form).into(),
        next: comments.last().map(|last| last.id).filter(|_| more),
        comments: comments.into_iter().map(ThreadComment::from).collect(),
    };
    let closes_at = site.settings.thread.closes_at(page.created_at).filter(|at| now < *at);
    Ok(Prepared::new(serde_json::to_vec(&thread).context("a thread could not be written")?)?.until(closes_at))
}

fn nothing_yet(site: &Site) -> Result<Prepared> {
    let thread = Thread {
        count: 0,
        open: true,
        depth: site.settings.thread.depth,
        order: site.settings.thread.order.as_str(),
        texts: (&site.settings.form).into(),
        comments: Vec::new(),
        next: None,
    };
    Ok(Prepared::new(serde_json::to_vec(&thread).context("a thread could not be written")?)?)
}

/// Whether a page still takes comments.
pub fn is_open(site: &Site, page: &Page, now: Timestamp) -> bool {
    page.closed_at.is_none() && !site.settings.thread.has_closed(page.created_at, now)
}
