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
use crate::site::{FormTexts, Order, Site};
use crate::store::threads::{Place, PublicComment};
use crate::store::{pages, threads};
use crate::web::hot_threads::{Prepared, Shape};
use crate::web::{App, AppState};

/// Comments in one answer.
const PART: usize = 100;

/// The approved comments of a page.
#[derive(Serialize, ToSchema)]
pub struct Thread {
    /// How many approved comments the page has.
    count: i64,
    /// Whether it takes more.
    open: bool,
    /// How deep answers are indented.
    depth: u8,
    /// Which comments it begins with: `oldest-first`, or `newest-first`: the newest conversation first, and in it the
    /// answers from the oldest on.
    order: &'static str,
    /// What the form says in the site's own words.
    texts: Texts,
    /// Up to 100 comments, and with the newest first up to 100 more where they complete a conversation; answers name the
    /// comment they answer, which comes before them.
    comments: Vec<ThreadComment>,
    /// What to pass as `cursor`, with the same order, for those that follow; null at the end.
    next: Option<String>,
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
    /// The comment it answers, if that is public, too.
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
        ("order" = Option<String>, Query, description = "`oldest-first` or `newest-first`; else as the site has it"),
        ("cursor" = Option<String>, Query, description = "`next` of the answer before"),
    ),
    responses((status = 200, body = Thread), (status = 304), (status = 404, body = crate::web::error::Problem), (status = 503, body = crate::web::error::Problem))
)]
pub async fn read(State(app): State<App>, RawQuery(query): RawQuery, headers: HeaderMap) -> Result<Response> {
    let Asked { site, page, order, after } = Asked::parse(&query.unwrap_or_default())?;
    let page_id = app.threads.page(&site, &page, async || find(&app, &site, &page).await).await?;
    let shape = order.map_or(Shape::Json, Shape::JsonIn);
    let prepared = match (page_id, after) {
        (Some(page_id), None) => {
            app.threads.thread(page_id, shape, app.clock.now(), async || prepare(&app, &site, page_id, order, None).await).await?
        }
        (Some(page_id), after) => prepare(&app, &site, page_id, order, after).await?.into(),
        (None, _) => nothing_yet(&*app.sites.get(&site).await?, order)?.into(),
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
    let shape = asked.order.map_or(Shape::Json, Shape::JsonIn);
    Some(app.threads.ready(&asked.site, &asked.page, shape, app.clock.now())?.answer(request.headers()))
}

/// Which thread, and which part of it.
struct Asked {
    site: String,
    page: String,
    order: Option<Order>,
    after: Option<Place>,
}

impl Asked {
    fn parse(query: &str) -> Result<Self> {
        let (mut site, mut page, mut order, mut cursor) = (None, None, None, None);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "site" => &mut site,
                "page" => &mut page,
                "order" => &mut order,
                "cursor" => &mut cursor,
                _ => continue,
            };
            // The first of its name counts.
            place.get_or_insert(value);
        }
        Ok(Self {
            site: site.unwrap_or_default().into_owned(),
            page: page.and_then(|page| page_name(&page)).ok_or(Error::Malformed)?,
            // An article says it in its element as it likes; what is no order is the site's.
            order: order.and_then(|name| {
                Order::ALL.into_iter().find(|order| order.as_str().trim_end_matches("-first") == name.trim_end_matches("-first"))
            }),
            after: cursor.map(|cursor| Place::try_from(cursor.into_owned())).transpose().map_err(|_| Error::Malformed)?,
        })
    }
}

/// The page that a site knows by this name.
pub async fn find(app: &App, site: &str, page: &str) -> Result<Option<Uuid>> {
    let site = app.sites.get(site).await?;
    let mut tx = app.store.read().await?;
    Ok(pages::find(&mut tx, site.id, page).await?.map(|page| page.id))
}

async fn prepare(app: &App, site: &str, page_id: Uuid, order: Option<Order>, after: Option<Place>) -> Result<Prepared> {
    let site = app.sites.get(site).await?;
    let mut tx = app.store.read().await?;
    let page = pages::get(&mut tx, page_id).await?.ok_or(Error::NotFound)?;
    let order = order.unwrap_or(site.settings.thread.order);
    let (comments, next) = threads::part(&mut tx, page_id, order, after, PART).await?;
    let count = threads::count(&mut tx, page_id).await?;
    drop(tx);
    let now = app.clock.now();
    let thread = Thread {
        count,
        open: is_open(&site, &page, now),
        depth: site.settings.thread.depth,
        order: order.as_str(),
        texts: (&site.settings.form).into(),
        next: next.map(|place| place.to_string()),
        comments: comments.into_iter().map(ThreadComment::from).collect(),
    };
    let closes_at = site.settings.thread.closes_at(page.created_at).filter(|at| now < *at);
    Ok(Prepared::in_background(serde_json::to_vec(&thread).context("a thread could not be written")?).await?.until(closes_at))
}

fn nothing_yet(site: &Site, order: Option<Order>) -> Result<Prepared> {
    let thread = Thread {
        count: 0,
        open: true,
        depth: site.settings.thread.depth,
        order: order.unwrap_or(site.settings.thread.order).as_str(),
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
