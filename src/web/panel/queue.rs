//! The queue: what waits for a human, and looking back at what has been decided.

use std::collections::HashSet;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{Frame, frame};
use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::error::Result;
use crate::i18n::Locale;
use crate::store::queue::{self, Card, Part};
use crate::store::reports::Report;
use crate::store::{decisions, reports};
use crate::web::App;
use crate::web::session::SignedIn;
use crate::web::view::Page;

/// Comments on one page of the queue.
const PART: i64 = 30;

/// The most that a count says; beyond, it says that there are more.
const MOST_COUNTED: i64 = 1000;

/// The views, in the order of the tabs.
const VIEWS: [&str; 7] = ["pending", "likely-spam", "reported", "approved", "rejected", "spam", "all"];

/// Which part of which view.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    view: String,
    after: Option<Uuid>,
    /// The decision just made, for the message with its undo.
    done: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "panel/queue.html")]
struct QueuePage {
    locale: Locale,
    frame: Frame,
    site: String,
    view: &'static str,
    tabs: Vec<Tab>,
    cards: Vec<Card>,
    reports: Vec<Report>,
    is_continued: bool,
    next: Option<Uuid>,
    done: Option<Done>,
}

struct Tab {
    view: &'static str,
    count: Option<String>,
}

/// The decision just made.
pub struct Done {
    /// Its id.
    pub id: Uuid,
    /// What was done, in words.
    pub words: String,
}

impl QueuePage {
    fn reasons(&self, comment: &Comment) -> Vec<String> {
        reasons_in_words(self.locale, comment)
    }

    fn reports_of(&self, id: &Uuid) -> Vec<&Report> {
        self.reports.iter().filter(|report| report.comment_id == *id).collect()
    }

    /// A card is for deciding at a glance; reasons are given on the comment's own page.
    fn asks_reason(&self) -> bool {
        false
    }

    /// Where a decision made here leads back to.
    fn here(&self) -> String {
        format!("/panel/sites/{}/comments?view={}", self.site, self.view)
    }
}

/// Words for the judgement's reasons: points and what they are for.
pub fn reasons_in_words(locale: Locale, comment: &Comment) -> Vec<String> {
    comment
        .reasons
        .iter()
        .map(|reason| {
            let words = locale.text_with(&format!("reason-{}", reason.signal), "evidence", reason.evidence.as_str());
            format!("{} {words}", locale.points(reason.points))
        })
        .collect()
}

/// The first site in which this moderator may decide.
pub async fn first_site(State(app): State<App>, by: SignedIn) -> Result<Response> {
    let frame = frame(&app, by).await?;
    match frame.sites.first() {
        Some(site) => Ok(Redirect::to(&format!("/panel/sites/{}/comments", site.name)).into_response()),
        None => Ok(Page::new(NoSitePage { locale: frame.moderator.locale, frame }).into_response()),
    }
}

#[derive(Template)]
#[template(path = "panel/no_site.html")]
struct NoSitePage {
    locale: Locale,
    frame: Frame,
}

/// A part of a view.
pub async fn show(
    State(app): State<App>,
    Path(site): Path<String>,
    Query(asked): Query<Asked>,
    by: SignedIn,
) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?;
    let site_id = frame.site()?.id;
    let view = VIEWS.into_iter().find(|view| *view == asked.view).unwrap_or("pending");
    let part = Part { after: asked.after, limit: PART + 1 };
    let mut tx = app.store.read().await?;
    let mut cards = match view {
        "pending" => queue::oldest_first(&mut tx, site_id, view, part).await?,
        "reported" => queue::reported(&mut tx, site_id, part).await?,
        "all" => queue::everything(&mut tx, site_id, part).await?,
        _ => queue::newest_first(&mut tx, site_id, view, part).await?,
    };
    let reports = reports::open_of_site(&mut tx, site_id, MOST_COUNTED).await?;
    let mut tabs = Vec::new();
    for view in VIEWS {
        let count = match view {
            "pending" | "likely-spam" => Some(counted(queue::count(&mut tx, site_id, view, MOST_COUNTED).await?)),
            "reported" => Some(counted(i64::try_from(reported_comments(&reports)).unwrap_or(MOST_COUNTED))),
            _ => None,
        };
        tabs.push(Tab { view, count });
    }
    let done = match asked.done {
        Some(id) => decisions::get(&mut tx, id).await?,
        None => None,
    };
    drop(tx);
    let locale = frame.moderator.locale;
    let mine = done.filter(|done| done.moderator_id == Some(frame.moderator.id));
    let more = cards.len() > usize::try_from(PART).unwrap_or_default();
    cards.truncate(usize::try_from(PART).unwrap_or_default());
    let page = QueuePage {
        locale,
        site,
        view,
        tabs,
        next: cards.last().map(|last| last.comment.id).filter(|_| more),
        cards,
        reports,
        is_continued: asked.after.is_some(),
        done: mine.map(|done| Done { id: done.id, words: locale.text(&done_key(&done)) }),
        frame,
    };
    Ok(Page::new(page).into_response())
}

fn reported_comments(reports: &[Report]) -> usize {
    reports.iter().map(|report| report.comment_id).collect::<HashSet<_>>().len()
}

fn done_key(done: &decisions::Entry) -> String {
    if done.undoes.is_some() { "done-undone".into() } else { format!("done-{}", done.to_status) }
}

fn counted(count: i64) -> String {
    if count < MOST_COUNTED { count.to_string() } else { format!("{}+", MOST_COUNTED - 1) }
}
