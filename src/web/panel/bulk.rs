//! Deciding many at once: a preview to look through, one decision, one undo.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::decision::{UndoFields, back_to, ground};
use super::queue::{Found, encoded, find};
use super::{Frame, day_of, frame};
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::bulk::{self, BulkDecided, BulkWish};
use crate::moderation::ground::Ground;
use crate::moderation::query::Reach;
use crate::store::queue::Part;
use crate::store::{authors, comments};
use crate::web::App;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;

/// Characters of each text that the preview shows: enough to tell one from the others.
const EXCERPT: usize = 160;

/// Comments looked up in one statement: SQLite takes 32,766 values, and a plan for each number is made anew.
const TOGETHER: usize = 250;

#[derive(Template)]
#[template(path = "panel/bulk.html")]
struct BulkPage {
    locale: Locale,
    frame: Frame,
    site: String,
    to: Status,
    rows: Vec<Row>,
    outliers: usize,
    is_cut: bool,
    /// How far the search came, where it stopped before it had looked at all.
    reached: Option<String>,
    unreadable: Option<String>,
    back: String,
    grounds: [Ground; 9],
}

struct Row {
    comment: Comment,
    excerpt: String,
    is_outlier: bool,
}

/// The comments that would be decided. Those that do not look like the others are not ticked.
pub async fn preview(
    State(app): State<App>,
    Path(site): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    by: SignedIn,
) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?;
    let to: Status = asked.get("to").map_or("spam", String::as_str).parse().map_err(|_| Error::Malformed)?;
    let part = Part { after: None, limit: i64::try_from(bulk::MOST).unwrap_or_default() + 1 };
    let picked: Vec<Uuid> = asked.keys().filter_map(|name| name.strip_prefix("pick-")?.parse().ok()).take(bulk::MOST).collect();
    let mut reached = None;
    let (mut found, unreadable, back) = match asked.get("q").filter(|_| picked.is_empty()) {
        Some(query) => {
            let Found { found, unreadable } = find(&app, &frame, query, part, Reach::after(u8::MAX)).await?;
            reached = found.reached;
            let from = asked.get("back").cloned().unwrap_or_else(|| format!("/panel/sites/{site}/comments?q={}", encoded(query)));
            (found.cards.into_iter().map(|card| card.comment).collect(), unreadable, from)
        }
        None => {
            let site_id = frame.site()?.id;
            let mut picked = comments::several(&mut app.store.read().await?, &picked).await?;
            picked.retain(|comment| comment.site_id == site_id);
            (picked, None, asked.get("back").cloned().unwrap_or_else(|| format!("/panel/sites/{site}/comments")))
        }
    };
    let is_cut = found.len() > bulk::MOST;
    found.truncate(bulk::MOST);
    // Another text of an author's is decided by whoever reads both: not among many.
    found.retain(|comment: &Comment| comment.proposed_at.is_none() && comment.may_become(to));
    let rows = rows(&app, found, to).await?;
    let outliers = rows.iter().filter(|row| row.is_outlier).count();
    let locale = frame.moderator.locale;
    let reached = reached.map(|id| day_of(locale, id));
    let page = BulkPage { locale, frame, site, to, rows, outliers, is_cut, reached, unreadable, back, grounds: Ground::ALL };
    Ok(Page::new(page).into_response())
}

async fn rows(app: &App, found: Vec<Comment>, to: Status) -> Result<Vec<Row>> {
    let mut tx = app.store.read().await?;
    let ids: Vec<Uuid> = found.iter().map(|comment| comment.id).collect();
    let mut known = HashSet::new();
    for some in ids.chunks(TOGETHER) {
        known.extend(authors::approved(&mut tx, some).await?);
    }
    let row = |comment: Comment| {
        let excerpt: String = comment.text.chars().take(EXCERPT).collect();
        Row { is_outlier: bulk::is_outlier(&comment, known.contains(&comment.id), to), excerpt, comment }
    };
    Ok(found.into_iter().map(row).collect())
}

/// Decides what is ticked.
pub async fn decide(
    State(app): State<App>,
    Path(site): Path<String>,
    form: PanelForm<HashMap<String, String>>,
) -> Result<Response> {
    let PanelForm { by, fields } = form;
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let to: Status = field("to").parse().map_err(|_| Error::Malformed)?;
    let pick = |(name, revision): (&String, &String)| Some((name.strip_prefix("pick-")?.parse().ok()?, revision.parse().ok()?));
    let wish = BulkWish {
        seen: fields.iter().filter_map(pick).collect(),
        to,
        ground: ground(field("code"))?.filter(|_| to == Status::Rejected),
        reason: Some(field("reason").to_owned()),
    };
    let decided = bulk::decide_many(&app.store, &app.clock, &app.models, &by.moderator, &wish).await?;
    let back =
        if field("back").is_empty() { format!("/panel/sites/{}/comments", encoded(&site)) } else { field("back").to_owned() };
    Ok(done(&app, &decided, &back))
}

/// Takes a batch back.
pub async fn undo(State(app): State<App>, Path(id): Path<Uuid>, form: PanelForm<UndoFields>) -> Result<Response> {
    let decided = bulk::undo_batch(&app.store, &app.clock, &app.models, &form.by.moderator, id).await?;
    Ok(done(&app, &decided, form.fields.back()))
}

fn done(app: &App, decided: &BulkDecided, back: &str) -> Response {
    for page_id in &decided.pages {
        app.threads.forget(*page_id);
    }
    Redirect::to(&back_to(back, "batch", decided.batch_id)).into_response()
}
