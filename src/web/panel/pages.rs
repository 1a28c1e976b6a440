//! A site's pages: the list, and one page with its comments, to be closed, opened again or moved.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{Frame, frame};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::pages as page_changes;
use crate::page::{Page as Article, page_name};
use crate::store::pages::{self, Listed};
use crate::store::queue::{self, Card, Part};
use crate::web::App;
use crate::web::api::threads::is_open;
use crate::web::error::field_message;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;

/// Pages, or comments of a page, shown at once.
const PART: i64 = 50;

/// Names of a page that are shown.
const NAMES: i64 = 100;

#[derive(Template)]
#[template(path = "panel/pages.html")]
struct PagesPage {
    locale: Locale,
    frame: Frame,
    site: String,
    pages: Vec<Row>,
    find: String,
    not_found: bool,
    is_continued: bool,
    next: Option<Uuid>,
}

struct Row {
    listed: Listed,
    is_open: bool,
}

/// Which part of the list, or which page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    after: Option<Uuid>,
    /// A name or an address.
    find: String,
}

/// The list; a name or an address leads to its page.
pub async fn list(
    State(app): State<App>,
    Path(site): Path<String>,
    Query(asked): Query<Asked>,
    by: SignedIn,
) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?.in_section("pages");
    let known = frame.site()?.clone();
    let mut tx = app.store.read().await?;
    if let Some(name) = page_name(&asked.find)
        && let Some(page) = pages::find(&mut tx, known.id, &name).await?
    {
        return Ok(Redirect::to(&format!("/panel/sites/{site}/pages/{}", page.id)).into_response());
    }
    let mut listed = pages::newest(&mut tx, known.id, asked.after, PART + 1).await?;
    drop(tx);
    let more = listed.len() > usize::try_from(PART).unwrap_or_default();
    listed.truncate(usize::try_from(PART).unwrap_or_default());
    let now = app.clock.now();
    let page = PagesPage {
        locale: frame.moderator.locale,
        site,
        next: listed.last().map(|last| last.page.id).filter(|_| more),
        pages: listed.into_iter().map(|listed| Row { is_open: is_open(&known, &listed.page, now), listed }).collect(),
        not_found: !asked.find.trim().is_empty(),
        find: asked.find,
        is_continued: asked.after.is_some(),
        frame,
    };
    Ok(Page::new(page).into_response())
}

#[derive(Template)]
#[template(path = "panel/page.html")]
struct OnePage {
    locale: Locale,
    frame: Frame,
    site: String,
    page: Article,
    is_open: bool,
    names: Vec<String>,
    cards: Vec<Card>,
    is_continued: bool,
    next: Option<Uuid>,
    /// The address as typed, and what is wrong with it.
    url: String,
    fault: Option<String>,
}

impl OnePage {
    fn here(&self) -> String {
        format!("/panel/sites/{}/pages/{}", self.site, self.page.id)
    }
}

/// One page.
pub async fn show(
    State(app): State<App>,
    Path((site, id)): Path<(String, Uuid)>,
    Query(asked): Query<Asked>,
    by: SignedIn,
) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?;
    Ok(Page::new(one_page(&app, frame, id, asked.after).await?).into_response())
}

async fn one_page(app: &App, frame: Frame, id: Uuid, after: Option<Uuid>) -> Result<OnePage> {
    let site = frame.site()?.clone();
    let mut tx = app.store.read().await?;
    let page = pages::of_site(&mut tx, site.id, id).await?.ok_or(Error::NotFound)?;
    let names = pages::names(&mut tx, site.id, id, NAMES).await?;
    let mut cards = queue::of_page(&mut tx, id, Part { after, limit: PART + 1 }).await?;
    drop(tx);
    let more = cards.len() > usize::try_from(PART).unwrap_or_default();
    cards.truncate(usize::try_from(PART).unwrap_or_default());
    Ok(OnePage {
        locale: frame.moderator.locale,
        frame: frame.in_section("pages"),
        site: site.name.clone(),
        is_open: is_open(&site, &page, app.clock.now()),
        url: page.url.clone().unwrap_or_default(),
        fault: None,
        names,
        is_continued: after.is_some(),
        next: cards.last().map(|last| last.comment.id).filter(|_| more),
        cards,
        page,
    })
}

/// What shall become of a page.
#[derive(Deserialize)]
pub struct Change {
    /// `true` closes it, `false` opens it.
    closed: Option<String>,
    /// Another address.
    url: Option<String>,
}

/// Closes, opens or moves a page.
pub async fn change(State(app): State<App>, Path((site, id)): Path<(String, Uuid)>, form: PanelForm<Change>) -> Result<Response> {
    let by = form.by.moderator.clone();
    let frame = frame(&app, form.by).await?.at(|candidate| candidate.name == site)?;
    let known = frame.site()?.clone();
    let outcome = match (&form.fields.closed, &form.fields.url) {
        (Some(closed), _) => page_changes::close(&app.store, &app.clock, &by, &known, id, closed == "true").await,
        (None, Some(url)) => page_changes::move_to(&app.store, &by, &known, id, url).await,
        (None, None) => Err(Error::Malformed),
    };
    match outcome {
        Ok(()) => {
            app.threads.forget(id);
            Ok(Redirect::to(&format!("/panel/sites/{site}/pages/{id}")).into_response())
        }
        Err(Error::Invalid(faults)) => {
            let mut page = one_page(&app, frame, id, None).await?;
            page.fault = faults.first().map(|fault| field_message(page.locale, fault));
            page.url = form.fields.url.unwrap_or_default();
            Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error),
    }
}
