//! The author's own page: what became of the comment, and taking it back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::decide;
use crate::page;
use crate::store::{comments, decisions, pages};
use crate::web::App;
use crate::web::session::check_same_origin;
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "reader/receipt.html")]
struct ReceiptPage {
    locale: Locale,
    token: String,
    comment: Comment,
    page: page::Page,
    reason: Option<String>,
    /// The ground, as the house says it to the author.
    statement: Option<String>,
}

impl ReceiptPage {
    fn status_words(&self) -> String {
        // Whether it was taken for spam is between the moderators: the author learns that it was not published.
        let status = if self.comment.status == Status::Spam { Status::Rejected } else { self.comment.status };
        self.locale.text(&format!("receipt-{}", status.as_str()))
    }
}

/// Shows the state.
pub async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response> {
    let id = comment_of(&app, &token)?;
    let mut tx = app.store.read().await?;
    let comment = comments::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let page = pages::get(&mut tx, comment.page_id).await?.ok_or(Error::NotFound)?;
    let last = match comment.last_decision_id {
        Some(id) => decisions::get(&mut tx, id).await?,
        None => None,
    };
    drop(tx);
    let last = last.filter(|_| comment.status == Status::Rejected);
    let (code, reason) = last.map(|last| (last.code, last.reason)).unwrap_or_default();
    let sites = app.sites.all().await?;
    let locale = sites.values().find(|site| site.id == comment.site_id).map(|site| site.locale).unwrap_or_default();
    let statement = code.map(|code| locale.text_for("statement", &code));
    Ok(Page::new(ReceiptPage { locale, token, comment, page, reason, statement }).into_response())
}

/// Takes the comment back.
pub async fn withdraw(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response> {
    check_same_origin(&app, &headers)?;
    let withdrawn = decide::withdraw(&app.store, &app.clock, &app.models, comment_of(&app, &token)?).await?;
    if withdrawn.public_changed {
        app.threads.forget(withdrawn.page_id);
    }
    Ok(Redirect::to(&format!("/receipt/{token}")).into_response())
}

fn comment_of(app: &App, token: &str) -> Result<Uuid> {
    app.keys.verify_receipt(token, app.clock.now()).ok_or(Error::NotFound)
}
