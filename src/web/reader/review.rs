//! A moderator's decision from a mail. The link makes no session; looking changes nothing, however often and by whomever.
//!
//! Mail scanners open links in a whole browser, run its scripts, press what submits by itself and fill in forms. So there
//! is no script here, no button that decides alone, and no choice made beforehand: a decision is a choice and a button,
//! and a field that people do not see has stayed empty.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::difference::Piece;
use crate::moderation::ground::Ground;
use crate::moderation::passages;
use crate::moderation::review::{self, Choice, Review, Standing};
use crate::page;
use crate::store::{comments, pages};
use crate::web::App;
use crate::web::panel::card::{Change, reasons_in_words, to_decide};
use crate::web::panel::decision::ground;
use crate::web::session::LinkForm;
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "reader/review.html")]
struct ReviewPage {
    locale: Locale,
    token: String,
    review: Review,
    page: page::Page,
    /// The comment that it answers.
    parent: Option<Comment>,
    html: String,
    /// What its author has changed since it was approved, where that waits.
    change: Option<Change>,
    reasons: Vec<String>,
    /// What was typed, where a decision lacked its choice.
    refused: Option<Typed>,
}

impl ReviewPage {
    fn is_open(&self) -> bool {
        self.review.standing == Standing::Open
    }

    /// Whether the comment itself is for whoever holds the link.
    fn shows_comment(&self) -> bool {
        matches!(self.review.standing, Standing::Open | Standing::Overtaken)
    }

    /// Why the link decides nothing any more.
    fn why_not(&self) -> Option<String> {
        let is_pending = self.review.comment.status == Status::Pending || self.change.is_some();
        let key = match self.review.standing {
            Standing::Open => return None,
            Standing::Overtaken if is_pending => "review-changed",
            Standing::Overtaken => "review-decided",
            Standing::Late => "review-late",
            Standing::Dismissed => "review-dismissed",
        };
        Some(self.locale.text(key))
    }

    /// What was decided: of a changed text that, and not that the comment has been approved before.
    fn decided_status(&self) -> &str {
        let of_edit = self.review.last.as_ref().filter(|last| last.of_edit);
        of_edit.map_or(self.review.comment.status.as_str(), |last| &last.to_status)
    }

    /// Who made the decision that holds, and when.
    fn decided(&self) -> Option<String> {
        let last = self.review.last.as_ref()?;
        let who = last.moderator.clone().unwrap_or_else(|| self.locale.text_for("means", &last.means));
        let at = self.locale.moment(Timestamp::from_millis(last.decided_at));
        Some(self.locale.text_with_all("review-by", [("who", who.into()), ("at", at.into())]))
    }

    fn typed_ground(&self) -> &str {
        self.refused.as_ref().map(|typed| typed.code.as_str()).filter(|code| !code.is_empty()).unwrap_or(Ground::Other.as_str())
    }

    fn typed_reason(&self) -> &str {
        self.refused.as_ref().map_or("", |typed| &typed.reason)
    }
}

/// Shows the comment and the choices, or what has become of it.
pub async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response> {
    Ok(Page::new(review_page(&app, token, None).await?).without_referrer().into_response())
}

async fn review_page(app: &App, token: String, refused: Option<Typed>) -> Result<ReviewPage> {
    let review = review::look(&app.store, &app.clock, &app.keys, &token).await?;
    let mut tx = app.store.read().await?;
    let page = pages::get(&mut tx, review.comment.page_id).await?.ok_or(Error::NotFound)?;
    let parent = match review.comment.parent_id {
        Some(id) => comments::get(&mut tx, id).await?,
        None => None,
    };
    drop(tx);
    let locale = review.moderator.locale;
    let (shown, change) = to_decide(&review.comment, review.proposal.clone());
    let (html, reasons) = (passages::marked_html(&shown), reasons_in_words(locale, &shown));
    Ok(ReviewPage { locale, token, page, parent, html, change, reasons, refused, review })
}

/// What was chosen.
#[derive(Clone, Deserialize)]
pub struct Typed {
    /// Empty, unless a person has chosen.
    #[serde(default)]
    to: String,
    /// The ground, out of the closed list.
    #[serde(default)]
    code: String,
    #[serde(default)]
    reason: String,
    /// People do not see it.
    #[serde(default)]
    homepage: String,
}

/// Decides.
pub async fn decide(State(app): State<App>, Path(token): Path<String>, LinkForm(typed): LinkForm<Typed>) -> Result<Response> {
    let to = typed.to.parse().ok().filter(|to| matches!(to, Status::Approved | Status::Rejected | Status::Spam));
    let Some(to) = to.filter(|_| typed.homepage.is_empty()) else {
        let page = review_page(&app, token, Some(typed)).await?;
        return Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).without_referrer().into_response());
    };
    let choice = Choice { to, ground: ground(&typed.code)?, reason: typed.reason };
    match review::decide(&app.store, &app.clock, &app.models, &app.keys, &token, &choice).await {
        Ok(decided) => {
            if decided.public_changed {
                app.threads.forget(decided.page_id);
            }
            Ok(Redirect::to(&format!("/review/{token}")).into_response())
        }
        Err(Error::Conflict { .. } | Error::Forbidden) => {
            let page = review_page(&app, token, None).await?;
            Ok(Page::new(page).with_status(StatusCode::CONFLICT).without_referrer().into_response())
        }
        Err(error) => Err(error),
    }
}
