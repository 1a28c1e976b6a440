//! The hosted thread: a page's comments and the form, without JavaScript.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::error::{Error, FieldError, Result};
use crate::i18n::Locale;
use crate::site::{FormTexts, Site};
use crate::store::threads::{self, Place, PublicComment};
use crate::store::{Tx, pages};
use crate::web::App;
use crate::web::api::threads::is_open;
use crate::web::error::{add_retry_after, detail, field_message, status};
use crate::web::submission::Incoming;
use crate::web::view::Page;

/// Comments on one page.
const PART: usize = 100;

/// Which thread, and what of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
    url: String,
    title: String,
    /// The comment to answer.
    reply: Option<Uuid>,
    /// Where the part before ended.
    after: Option<Place>,
    /// `pending` after a comment has been taken in.
    state: String,
}

#[derive(Template)]
#[template(path = "reader/thread.html")]
struct ThreadPage {
    locale: Locale,
    site: String,
    title: String,
    article: Option<String>,
    count: i64,
    comments: Vec<Shown>,
    earlier: bool,
    next: Option<Place>,
    open: bool,
    pending: bool,
    form: Form,
    texts: FormTexts,
}

struct Shown {
    comment: PublicComment,
    answers: Option<String>,
}

impl Shown {
    fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.comment.submitted_at)
    }
}

/// The form, empty or as it was sent.
pub struct Form {
    /// What the form says about the page.
    incoming: Incoming,
    token: String,
    /// The name of the author who is answered.
    answers: Option<String>,
    /// What is wrong, by field: its name and the words.
    faults: Vec<(&'static str, String)>,
    /// What stands above the form.
    message: Option<String>,
}

impl Form {
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|(name, _)| *name == field).map(|(_, words)| words.as_str())
    }
}

/// The thread and an empty form.
pub async fn show(State(app): State<App>, Path(site): Path<String>, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.sites.get(&site).await?;
    let incoming = Incoming {
        page: asked.page.clone(),
        url: asked.url.clone(),
        title: asked.title.clone(),
        parent: asked.reply,
        ..Incoming::default()
    };
    let page = thread_page(&app, &site, incoming, &asked).await?;
    Ok(Page::new(page).leading_to(site.origins.iter().map(crate::site::Origin::as_str)).into_response())
}

/// The form as it was sent, and what is wrong with it: nothing typed is lost.
pub async fn show_again(app: &App, site: &Site, incoming: Incoming, refusal: Refusal) -> Result<Response> {
    let asked = Asked { page: incoming.page.clone(), ..Asked::default() };
    let locale = site.locale;
    let mut page = thread_page(app, site, incoming, &asked).await?;
    let (status, message) = match &refusal {
        Refusal::NotSentYet => (StatusCode::OK, locale.text("form-send-again")),
        Refusal::Because(error) => (status(error), detail(locale, error)),
    };
    page.form.message = Some(message);
    if let Refusal::Because(Error::Invalid(faults)) = &refusal {
        page.form.faults = faults.iter().map(|fault: &FieldError| (fault.field, field_message(locale, fault))).collect();
    }
    let origins = site.origins.iter().map(crate::site::Origin::as_str);
    let mut response = Page::new(page).leading_to(origins).with_status(status).into_response();
    if let Refusal::Because(error) = &refusal {
        add_retry_after(&mut response, error);
    }
    Ok(response)
}

/// Why a form is shown once more.
pub enum Refusal {
    /// It came without a token, from a page that could not have one.
    NotSentYet,
    /// It was refused.
    Because(Error),
}

async fn thread_page(app: &App, site: &Site, incoming: Incoming, asked: &Asked) -> Result<ThreadPage> {
    let name = incoming.page_name()?;
    let mut tx = app.store.read().await?;
    let page = pages::find(&mut tx, site.id, &name).await?;
    let mut incoming = incoming;
    if incoming.url.is_empty() {
        // The way back to the article, for a link that names the page alone.
        incoming.url = page.as_ref().and_then(|page| page.url.clone()).unwrap_or_default();
    }
    let (comments, next) = match &page {
        Some(page) => threads::part(&mut tx, page.id, site.settings.thread.order, asked.after, PART).await?,
        None => Default::default(),
    };
    let count = match &page {
        Some(page) => threads::count(&mut tx, page.id).await?,
        None => 0,
    };
    let names = names(&mut tx, page.as_ref(), &comments, incoming.parent).await?;
    let name_of = |id: Option<Uuid>| names.get(&id?).cloned();
    let answers = name_of(incoming.parent);
    let shown = comments.into_iter().map(|comment| Shown { answers: name_of(comment.parent_id), comment }).collect();
    Ok(ThreadPage {
        texts: site.settings.form.clone(),
        locale: site.locale,
        site: site.name.clone(),
        title: page.as_ref().map_or_else(|| incoming.title.clone(), |page| page.title.clone()),
        article: incoming.article(site).or_else(|| page.as_ref().and_then(|page| page.url.clone())),
        count,
        next,
        comments: shown,
        earlier: asked.after.is_some(),
        open: page.as_ref().is_none_or(|page| is_open(site, page, app.clock.now())),
        pending: asked.state == "pending",
        form: Form {
            token: app.keys.sign_form(app.clock.new_id(), &site.name, &name),
            incoming,
            answers,
            faults: Vec::new(),
            message: None,
        },
    })
}

/// The names of those who are answered: by comments of this part, and by the form. What they said may stand in another part.
async fn names(
    tx: &mut Tx,
    page: Option<&crate::page::Page>,
    comments: &[PublicComment],
    reply: Option<Uuid>,
) -> Result<HashMap<Uuid, String>> {
    let mut names: HashMap<Uuid, String> = comments.iter().map(|comment| (comment.id, comment.author.clone())).collect();
    let Some(page) = page else { return Ok(names) };
    let answered: HashSet<Uuid> = comments.iter().filter_map(|comment| comment.parent_id).chain(reply).collect();
    for id in answered {
        if !names.contains_key(&id)
            && let Some(author) = threads::author(tx, page.id, id).await?
        {
            names.insert(id, author);
        }
    }
    Ok(names)
}
