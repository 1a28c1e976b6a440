//! One comment: the text, why it is here, what has been decided.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::queue::reasons_in_words;
use super::{Frame, frame};
use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::store::decisions::{self, Entry};
use crate::store::reports::{self, Report};
use crate::store::{comments, pages};
use crate::web::App;
use crate::web::session::SignedIn;
use crate::web::view::Page;

/// Decisions shown: more than any comment has.
const JOURNAL: i64 = 100;

/// Reports looked through for those of this comment.
const MOST_REPORTS: i64 = 1000;

#[derive(Template)]
#[template(path = "panel/comment.html")]
struct CommentPage {
    locale: Locale,
    frame: Frame,
    comment: Comment,
    reasons: Vec<String>,
    page_title: String,
    page_url: Option<String>,
    parent: Option<Comment>,
    /// Seen by moderators only, in this page only.
    address: String,
    journal: Vec<Entry>,
    reports: Vec<Report>,
}

impl CommentPage {
    fn here(&self) -> String {
        format!("/panel/comments/{}", self.comment.id)
    }

    fn reports_of(&self, id: &Uuid) -> Vec<&Report> {
        self.reports.iter().filter(|report| report.comment_id == *id).collect()
    }

    /// Beside the buttons there is room for a reason.
    fn asks_reason(&self) -> bool {
        true
    }

    /// The one decision that can be taken back: the one that holds.
    fn is_last(&self, entry: &Entry) -> bool {
        let from = entry.from_status.parse().unwrap_or(Status::Pending);
        self.comment.last_decision_id == Some(entry.id) && self.comment.status.may_become(from)
    }

    fn decided_at(&self, entry: &Entry) -> String {
        self.locale.moment(Timestamp::from_millis(entry.decided_at))
    }
}

/// A comment of a site that this moderator decides.
pub async fn show(State(app): State<App>, Path(id): Path<Uuid>, by: SignedIn) -> Result<Response> {
    let mut tx = app.store.read().await?;
    let comment = comments::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let frame = frame(&app, by).await?.at_id(comment.site_id)?;
    let page = pages::get(&mut tx, comment.page_id).await?.ok_or(Error::NotFound)?;
    let parent = match comment.parent_id {
        Some(id) => comments::get(&mut tx, id).await?,
        None => None,
    };
    let sealed = comments::sealed_address(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let journal = decisions::of_comment(&mut tx, id, JOURNAL).await?;
    let reports = reports::open_of_site(&mut tx, comment.site_id, MOST_REPORTS).await?;
    drop(tx);
    let locale = frame.moderator.locale;
    let shown = CommentPage {
        locale,
        reasons: reasons_in_words(locale, &comment),
        address: app.keys.open(&sealed)?.expose().to_owned(),
        page_title: page.title,
        page_url: page.url,
        parent,
        journal,
        reports,
        comment,
        frame,
    };
    Ok(Page::new(shown).into_response())
}
