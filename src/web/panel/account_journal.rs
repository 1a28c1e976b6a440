//! What happened to moderators' accounts, for owners.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{Frame, frame};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::i18n::Locale;
use crate::store::account_events::Event;
use crate::web::App;
use crate::web::session::SignedIn;
use crate::web::view::Page;

/// Entries shown at once.
const PART: i64 = 50;

#[derive(Template)]
#[template(path = "panel/account_journal.html")]
struct AccountJournalPage {
    locale: Locale,
    frame: Frame,
    events: Vec<Event>,
    is_continued: bool,
    next: Option<Uuid>,
}

impl AccountJournalPage {
    fn at(&self, event: &Event) -> Timestamp {
        Timestamp::from_millis(event.happened_at)
    }

    /// "Leitung bei Nordblatt", where it is about a role.
    fn role(&self, event: &Event) -> Option<String> {
        let site = event.site.as_deref()?;
        let role = event.role.as_deref().map(|role| self.locale.text_for("role", role));
        let parts: Vec<String> = role.into_iter().chain([site.to_owned()]).collect();
        Some(parts.join(" · "))
    }
}

/// Which part.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    after: Option<Uuid>,
}

/// The journal, newest first.
pub async fn show(State(app): State<App>, Query(asked): Query<Asked>, by: SignedIn) -> Result<Response> {
    let frame = frame(&app, by).await?.in_section("accounts");
    let mut events = app.accounts.journal(&frame.moderator, asked.after, PART + 1).await?;
    let more = events.len() > usize::try_from(PART).unwrap_or_default();
    events.truncate(usize::try_from(PART).unwrap_or_default());
    let next = events.last().map(|last| last.id).filter(|_| more);
    let page = AccountJournalPage { locale: frame.moderator.locale, frame, events, is_continued: asked.after.is_some(), next };
    Ok(Page::new(page).into_response())
}
