//! The author's own page: what became of the comment, and taking it back.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::comment::{Comment, Status};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::revise::{self, Revision};
use crate::moderation::{correspondence, decide, proposal};
use crate::page;
use crate::site::Site;
use crate::store::{author_addresses, author_mails, comments, decisions, pages, proposals};
use crate::web::App;
use crate::web::error::field_message;
use crate::web::session::{OwnForm, check_same_origin};
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "reader/receipt.html")]
struct ReceiptPage {
    locale: Locale,
    token: String,
    comment: Comment,
    page: page::Page,
    reason: Option<String>,
    /// What stands in the field for mending it, and what is wrong with that.
    typed: String,
    fault: Option<String>,
    /// Until when the author may propose another text, where the comment is public.
    open_until: Option<Timestamp>,
    /// What became of such a text.
    change: Option<String>,
    /// The ground, as the house says it to the author.
    statement: Option<String>,
    /// Whether mails about it are wanted.
    wants_mails: bool,
    /// Whether its own link has confirmed the address. That another one did is told to nobody here: whoever typed an
    /// address need not be its owner.
    is_confirmed: bool,
}

impl ReceiptPage {
    fn status_words(&self) -> String {
        // Whether it was taken for spam is between the moderators: the author learns that it was not published.
        let status = if self.comment.status == Status::Spam { Status::Rejected } else { self.comment.status };
        self.locale.text(&format!("receipt-{}", status.as_str()))
    }

    /// Above the field: how long the text may be changed.
    fn may_be_mended(&self) -> String {
        match self.open_until {
            Some(until) => self.locale.text_with("receipt-edit", "until", self.locale.moment(until)),
            None => self.locale.text("receipt-text"),
        }
    }

    /// What was typed in vain stays to be copied, even where nothing can be changed any more.
    fn has_field(&self) -> bool {
        self.comment.status == Status::Pending || self.open_until.is_some() || self.fault.is_some()
    }
}

/// A text that was refused, and why.
struct Refused {
    typed: String,
    words: String,
}

/// Shows the state.
pub async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response> {
    let page = receipt(&app, token, None).await?;
    Ok(Page::new(page).into_response())
}

async fn receipt(app: &App, token: String, refused: Option<Refused>) -> Result<ReceiptPage> {
    let id = comment_of(app, &token)?;
    let mut tx = app.store.read().await?;
    let comment = comments::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let page = pages::get(&mut tx, comment.page_id).await?.ok_or(Error::NotFound)?;
    let last = match comment.last_decision_id {
        Some(id) => decisions::get(&mut tx, id).await?,
        None => None,
    };
    let wants_mails = author_mails::is_wanted(&mut tx, id).await?;
    let address = author_addresses::of_comment(&mut tx, id).await?;
    let site = site_of(app, &comment).await?;
    let open_until = proposal::open_until(&mut tx, &site, &comment).await?.filter(|until| app.clock.now() < *until);
    let waiting = proposals::of(&mut tx, &[id]).await?.remove(&id).filter(|_| comment.proposed_at.is_some());
    let is_confirmed = address.is_some_and(|address| address.is_written_to() && address.confirmed_by == Some(id));
    drop(tx);
    let locale = site.locale;
    let is_refused = last.as_ref().is_some_and(|last| last.of_edit && matches!(last.to_status.as_str(), "rejected" | "spam"));
    let change = match waiting {
        Some(_) => Some(locale.text("receipt-edit-waits")),
        None => is_refused.then(|| locale.text("receipt-edit-refused")),
    };
    let last = last.filter(|last| comment.status == Status::Rejected || (last.of_edit && last.to_status == "rejected"));
    let (code, reason) = last.map(|last| (last.code, last.reason)).unwrap_or_default();
    let statement = code.map(|code| locale.text_for("statement", &code));
    let (typed, fault) = match refused {
        Some(Refused { typed, words }) => (typed, Some(words)),
        None => (waiting.map_or_else(|| comment.text.clone(), |waiting| waiting.text), None),
    };
    Ok(ReceiptPage {
        locale,
        token,
        comment,
        page,
        reason,
        typed,
        fault,
        open_until,
        change,
        statement,
        wants_mails,
        is_confirmed,
    })
}

async fn site_of(app: &App, comment: &Comment) -> Result<Arc<Site>> {
    app.sites.all().await?.values().find(|site| site.id == comment.site_id).cloned().ok_or(Error::NotFound)
}

/// The author's second thoughts.
#[derive(Deserialize)]
pub struct Mended {
    #[serde(default)]
    text: String,
}

/// Changes the text while the comment waits; proposes another one while it has not been public for long.
pub async fn revise(State(app): State<App>, Path(token): Path<String>, OwnForm(typed): OwnForm<Mended>) -> Result<Response> {
    let id = comment_of(&app, &token)?;
    let mut tx = app.store.read().await?;
    let comment = comments::get(&mut tx, id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let site = site_of(&app, &comment).await?;
    let revision = Revision { site: &site, comment_id: id, typed: &typed.text, mail_interval: app.mail_interval };
    let (status, words) = match revise::revise(&app.store, &app.clock, &app.models, &revision).await {
        Ok(mail_waits) => {
            if mail_waits {
                app.mail_waits.notify_one();
            }
            return Ok(Redirect::to(&format!("/receipt/{token}")).into_response());
        }
        Err(Error::Invalid(faults)) => {
            let words = faults.first().map(|fault| field_message(site.locale, fault)).unwrap_or_default();
            (StatusCode::UNPROCESSABLE_ENTITY, words)
        }
        Err(Error::Conflict { .. }) => (StatusCode::CONFLICT, site.locale.text("receipt-edit-late")),
        Err(error) => return Err(error),
    };
    let page = receipt(&app, token, Some(Refused { typed: typed.text, words })).await?;
    Ok(Page::new(page).with_status(status).into_response())
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

/// Stops mails about the comment.
pub async fn stop_mails(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Result<Response> {
    check_same_origin(&app, &headers)?;
    correspondence::want(&app.store, comment_of(&app, &token)?, false).await?;
    Ok(Redirect::to(&format!("/receipt/{token}")).into_response())
}

fn comment_of(app: &App, token: &str) -> Result<Uuid> {
    app.keys.verify_receipt(token, app.clock.now()).ok_or(Error::NotFound)
}
