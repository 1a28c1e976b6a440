//! The queue: what waits for a human, looking back at what has been decided, and searching.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;
use uuid::Uuid;

use super::card::{self, CardView};
use super::keys::{self, KeyMap};
use super::{Frame, day_of, frame};
use crate::clock::Timestamp;
use crate::comment::Status;
use crate::error::Result;
use crate::i18n::Locale;
use crate::moderation::difference::Piece;
use crate::moderation::ground::Ground;
use crate::moderation::query::{self, Query as Search, Reach};
use crate::moderation::search_index;
use crate::store::panel_settings::{self, SavedView};
use crate::store::queue::{self, Card, Part, Pulse};
use crate::store::{Tx, decisions, reports};
use crate::web::App;
use crate::web::session::SignedIn;
use crate::web::view::Page;

/// Comments on one page of the queue.
const PART: i64 = 30;

/// The most that a count says; beyond, it says that there are more.
pub const MOST_COUNTED: i64 = 5000;

/// Comments that are indexed before a search looks for them; the rest follows by itself.
const INDEXED_AT_ONCE: i64 = 400;

/// The views, in the order of the tabs.
const VIEWS: [&str; 8] = ["pending", "likely-spam", "reported", "approved", "rejected", "spam", "all", "mine"];

/// Which part of which view.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    view: String,
    /// A search.
    q: Option<String>,
    after: Option<Uuid>,
    /// How often a search has been asked to go on where it had stopped.
    further: u8,
    /// The decision just made, for the message with its undo.
    done: Option<Uuid>,
    /// The batch just decided.
    batch: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "panel/queue.html")]
struct QueuePage {
    locale: Locale,
    frame: Frame,
    site: String,
    view: &'static str,
    search: Option<String>,
    unreadable: Option<String>,
    tabs: Vec<Tab>,
    saved: Vec<SavedView>,
    cards: Vec<CardView>,
    is_continued: bool,
    next: Option<Uuid>,
    /// How far a search came that stopped before it had looked at all.
    reached: Option<String>,
    further: u8,
    done: Option<Done>,
    pulse: Pulse,
    oldest: Option<String>,
    keys: KeyMap,
    last_ground: String,
    grounds: [Ground; 9],
}

struct Tab {
    view: &'static str,
    count: Option<String>,
}

/// The decision just made.
pub struct Done {
    /// Where it is taken back.
    pub undo: String,
    /// What was done, in words.
    pub words: String,
}

impl QueuePage {
    /// Where a decision made here leads back to.
    fn here(&self) -> String {
        match &self.search {
            Some(search) => format!("/panel/sites/{}/comments?q={}", self.site, encoded(search)),
            None => format!("/panel/sites/{}/comments?view={}", self.site, self.view),
        }
    }

    fn search_for(&self, operator: &str, value: &str) -> String {
        format!("/panel/sites/{}/comments?q={}", self.site, encoded(&format!("{operator}:{value}")))
    }

    /// The words that the script needs, as JSON.
    fn words(&self) -> String {
        let keys = ["failed", "conflict-keep", "conflict-override", "undone", "undo", "selected", "cluster", "grounds"];
        let words: BTreeMap<&str, String> = keys.into_iter().map(|key| (key, self.locale.text_for("live", key))).collect();
        serde_json::to_string(&words).unwrap_or_default()
    }

    fn seen(&self) -> Uuid {
        self.pulse.seen()
    }

    fn is_at(&self, view: &str) -> bool {
        self.search.is_none() && self.view == view
    }

    fn is_saved(&self, query: &str) -> bool {
        self.search.as_deref() == Some(query)
    }
}

/// A value as it stands in a query string.
pub fn encoded(value: &str) -> String {
    byte_serialize(value.as_bytes()).collect()
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

/// What a search finds, or the term in it that cannot be read.
#[derive(Default)]
pub struct Found {
    /// What it found.
    pub found: query::Found,
    /// The term.
    pub unreadable: Option<String>,
}

/// Searches in a site; what has come just now is indexed first.
pub async fn find(app: &App, frame: &Frame, typed: &str, part: Part, reach: Reach) -> Result<Found> {
    let search = match Search::parse(typed) {
        Ok(search) => search,
        Err(term) => return Ok(Found { unreadable: Some(term.0), ..Found::default() }),
    };
    if let Err(error) = search_index::catch_up(&app.store, INDEXED_AT_ONCE).await {
        tracing::warn!(error = format!("{error:#}"), "new comments could not be indexed before a search");
    }
    let site = match search.site() {
        Some(name) => frame.sites.iter().find(|site| site.name == name),
        None => frame.site.as_ref(),
    };
    let Some(site) = site else { return Ok(Found::default()) };
    let mut tx = app.store.read().await?;
    let filter = search.resolve(&mut tx, &app.keys, site.id, &frame.moderator).await?;
    let Some(filter) = filter else { return Ok(Found::default()) };
    Ok(Found { found: query::find(&mut tx, &filter, part, reach).await?, unreadable: None })
}

async fn cards_of(tx: &mut Tx, site_id: Uuid, view: &'static str, by: Uuid, part: Part) -> Result<Vec<Card>> {
    Ok(match view {
        "pending" => queue::urgent(tx, site_id, part).await?,
        "reported" => queue::reported(tx, site_id, part).await?,
        "mine" => queue::decided_by(tx, site_id, by, part).await?,
        "all" => queue::newest(tx, site_id, None, part).await?,
        _ => queue::newest(tx, site_id, Some(view), part).await?,
    })
}

/// A part of a view, or of what a search finds.
pub async fn show(
    State(app): State<App>,
    Path(site): Path<String>,
    Query(asked): Query<Asked>,
    by: SignedIn,
) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?;
    let (site_id, me) = (frame.site()?.id, frame.moderator.id);
    let view = VIEWS.into_iter().find(|view| *view == asked.view).unwrap_or("pending");
    let part = Part { after: asked.after, limit: PART + 1 };
    let search = asked.q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
    let searched = match &search {
        Some(typed) => Some(find(&app, &frame, typed, part, Reach::after(asked.further)).await?),
        None => None,
    };
    let mut tx = app.store.read().await?;
    let (mut cards, reached, unreadable) = match searched {
        Some(Found { found, unreadable }) => (found.cards, found.reached, unreadable),
        None => (cards_of(&mut tx, site_id, view, me, part).await?, None, None),
    };
    let pulse = queue::pulse(&mut tx, site_id, Uuid::max(), MOST_COUNTED).await?;
    let told = reports::count_comments(&mut tx, site_id, MOST_COUNTED).await?;
    let tabs = VIEWS.map(|view| Tab { view, count: count_of(&pulse, told, view) });
    let done = done_words(&mut tx, frame.moderator.locale, me, asked.done, asked.batch).await?;
    let more = cards.len() > usize::try_from(PART).unwrap_or_default();
    cards.truncate(usize::try_from(PART).unwrap_or_default());
    let now = app.clock.now();
    let cards = card::fill(&mut tx, cards, &frame.moderator, now).await?;
    let keys = keys::of(&mut tx, me).await?;
    let saved = panel_settings::views(&mut tx, me, site_id).await?;
    let last_ground = decisions::last_ground(&mut tx, me).await?.unwrap_or_else(|| Ground::Other.as_str().to_owned());
    drop(tx);
    let locale = frame.moderator.locale;
    let age = |at: i64| locale.text_with("queue-oldest", "age", card::age_in_words(locale, now.millis() - at));
    let page = QueuePage {
        locale,
        site,
        view,
        tabs: tabs.into(),
        saved,
        next: cards.last().map(|last| last.comment.id).filter(|_| more).or(reached),
        reached: reached.map(|id| day_of(locale, id)),
        further: asked.further,
        cards,
        is_continued: asked.after.is_some(),
        done,
        oldest: pulse.oldest_at.map(age).filter(|_| view == "pending" && search.is_none()),
        pulse,
        search,
        unreadable,
        keys,
        last_ground,
        grounds: Ground::ALL,
        frame,
    };
    Ok(Page::new(page).into_response())
}

/// What was just done, for whoever did it.
async fn done_words(tx: &mut Tx, locale: Locale, me: Uuid, done: Option<Uuid>, batch: Option<Uuid>) -> Result<Option<Done>> {
    if let Some(id) = done {
        let entry = decisions::get(tx, id).await?.filter(|entry| entry.moderator_id == Some(me));
        return Ok(entry.map(|entry| Done { undo: format!("/panel/decisions/{id}/undo"), words: locale.text(&done_key(&entry)) }));
    }
    let Some(id) = batch else { return Ok(None) };
    let entries = decisions::of_batch(tx, id).await?;
    let first = entries.first().filter(|entry| entry.moderator_id == Some(me));
    Ok(first.map(|first| {
        let values = [("count", entries.len().into()), ("what", locale.text(&done_key(first)).into())];
        Done { undo: format!("/panel/batches/{id}/undo"), words: locale.text_with_all("bulk-done", values) }
    }))
}

/// What a decision is called once it is made.
pub fn done_key(done: &decisions::Entry) -> String {
    match (&done.undoes, done.means.as_str()) {
        (Some(_), _) => "done-undone".into(),
        (None, "edit") => "done-edited".into(),
        (None, _) if done.of_edit => format!("done-edit-{}", done.to_status),
        _ => format!("done-{}", done.to_status),
    }
}

fn count_of(pulse: &Pulse, told: i64, view: &str) -> Option<String> {
    match view {
        "pending" => Some(counted(pulse.pending)),
        "likely-spam" => Some(counted(pulse.likely_spam)),
        "reported" => Some(counted(told)),
        _ => None,
    }
}

/// A count, as far as it was counted.
pub fn counted(count: i64) -> String {
    if count < MOST_COUNTED { count.to_string() } else { format!("{}+", MOST_COUNTED - 1) }
}
