//! One comment: the text, why it is here, what has been decided.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::card::{Change, reasons_in_words, record_in_words, to_decide};
use super::{Frame, frame};
use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::difference::Piece;
use crate::moderation::ground::Ground;
use crate::moderation::passages;
use crate::store::decisions::{self, Entry};
use crate::store::notes::{self, Note};
use crate::store::reports::{self, Report};
use crate::store::{Tx, authors, comments, pages, proposals};
use crate::web::App;
use crate::web::session::SignedIn;
use crate::web::view::Page;

/// Decisions shown: more than any comment has.
const JOURNAL: i64 = 100;

/// Comments shown of a conversation: those that led here, and the answers.
const BEFORE: usize = 8;
const ANSWERS: i64 = 50;

#[derive(Template)]
#[template(path = "panel/comment.html")]
struct CommentPage {
    locale: Locale,
    frame: Frame,
    comment: Comment,
    reasons: Vec<String>,
    page_title: String,
    page_url: Option<String>,
    /// The comments that led here, the first one first.
    before: Vec<Comment>,
    answers: Vec<Comment>,
    html: String,
    change: Option<Change>,
    original: Option<String>,
    record: String,
    notes: Vec<Note>,
    grounds: [Ground; 9],
    last_ground: String,
    /// Seen by moderators only, in this page only.
    address: String,
    journal: Vec<Entry>,
    reports: Vec<Report>,
}

impl CommentPage {
    fn here(&self) -> String {
        format!("/panel/comments/{}", self.comment.id)
    }

    /// The one decision that can be taken back: the one that holds.
    fn is_last(&self, entry: &Entry) -> bool {
        let from = entry.from_status.parse().unwrap_or(Status::Pending);
        let may_be = if entry.of_edit { entry.moderator_id.is_some() } else { self.comment.may_become(from) };
        self.comment.last_decision_id == Some(entry.id) && may_be
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
    let before = before(&mut tx, &comment).await?;
    let answers = comments::answers(&mut tx, comment.id, ANSWERS).await?;
    let original = comments::original_text(&mut tx, id).await?;
    let record = authors::records(&mut tx, &[id]).await?.remove(&id).unwrap_or_default();
    let notes = notes::of(&mut tx, &[id]).await?;
    let last_ground = decisions::last_ground(&mut tx, frame.moderator.id).await?;
    let sealed = comments::sealed_address(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let journal = decisions::of_comment(&mut tx, id, JOURNAL).await?;
    let reports = reports::open_of(&mut tx, &[id]).await?;
    let (comment, change) = to_decide(&comment, proposals::of(&mut tx, &[id]).await?.remove(&id));
    drop(tx);
    let locale = frame.moderator.locale;
    let shown = CommentPage {
        locale,
        reasons: reasons_in_words(locale, &comment),
        address: app.keys.open(&sealed)?.expose().to_owned(),
        page_title: page.title,
        page_url: page.url,
        before,
        answers,
        html: passages::marked_html(&comment),
        change,
        original,
        record: record_in_words(locale, record),
        notes,
        grounds: Ground::ALL,
        last_ground: last_ground.unwrap_or_else(|| Ground::Other.as_str().to_owned()),
        journal,
        reports,
        comment,
        frame,
    };
    Ok(Page::new(shown).into_response())
}

/// What a comment answers, and what that answers, as far up as a person wants to read.
async fn before(tx: &mut Tx, comment: &Comment) -> Result<Vec<Comment>> {
    let mut above = Vec::new();
    let mut next = comment.parent_id;
    while let Some(id) = next.filter(|_| above.len() < BEFORE) {
        let Some(parent) = comments::get(tx, id).await? else { break };
        next = parent.parent_id;
        above.push(parent);
    }
    above.reverse();
    Ok(above)
}
