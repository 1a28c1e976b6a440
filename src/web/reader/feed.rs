//! Atom feeds (RFC 4287): the newest approved comments of a site, or of one page.

use anyhow::Context;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::page::page_name;
use crate::store::pages;
use crate::store::threads::{self, PublicEntry};
use crate::web::App;
use crate::web::api::parameter;
use crate::web::hot_threads::Prepared;

/// Comments in a feed: what comes in a busy day.
const PART: i64 = 50;

#[derive(Template)]
#[template(path = "reader/feed.xml")]
struct Feed {
    locale: Locale,
    title: String,
    /// Its own address, which is its id as well.
    address: String,
    /// Where the comments can be read.
    alternate: Option<String>,
    updated: Timestamp,
    entries: Vec<Entry>,
}

struct Entry {
    id: uuid::Uuid,
    title: String,
    author: String,
    website: Option<String>,
    html: String,
    at: Timestamp,
    link: Option<String>,
}

impl Entry {
    fn new(locale: Locale, entry: PublicEntry) -> Self {
        let PublicEntry { comment, page_title, page_url } = entry;
        let values = [("name", comment.author.as_str().into()), ("title", page_title.as_str().into())];
        Self {
            id: comment.id,
            title: for_xml(&locale.text_with_all("feed-entry", values)),
            link: page_url.map(|url| format!("{url}#comment-{}", comment.id)),
            author: for_xml(&comment.author),
            website: comment.website,
            html: for_xml(&comment.html),
            at: Timestamp::from_millis(comment.submitted_at),
        }
    }
}

/// The feed of a site, or with `?page=` of a page.
pub async fn show(
    State(app): State<App>,
    Path(site): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response> {
    let site = app.sites.get(&site).await?;
    let locale = site.locale;
    let mut address = format!("{}/feeds/{}/comments.atom", app.base_url, site.name);
    let mut tx = app.store.read().await?;
    let (found, title, alternate) = match parameter(&query.unwrap_or_default(), "page") {
        Some(asked) => {
            let name = page_name(&asked).ok_or(Error::Malformed)?;
            let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("page", &name).finish();
            address = format!("{address}?{query}");
            match pages::find(&mut tx, site.id, &name).await? {
                Some(page) => (threads::newest_of_page(&mut tx, page.id, PART).await?, page.title, page.url),
                // An article without comments has a feed, which is empty until the first one.
                None => (Vec::new(), name, None),
            }
        }
        None => {
            let front = site.origins.first().map(|origin| origin.as_str().to_owned());
            (threads::newest_of_site(&mut tx, site.id, PART).await?, site.title.clone(), front)
        }
    };
    drop(tx);
    let updated = found.iter().map(|entry| entry.comment.submitted_at).max().unwrap_or_default();
    let feed = Feed {
        locale,
        title: for_xml(&locale.text_with("feed-title", "title", title.as_str())),
        address,
        alternate,
        updated: Timestamp::from_millis(updated),
        entries: found.into_iter().map(|entry| Entry::new(locale, entry)).collect(),
    };
    let rendered = feed.render().context("a feed could not be rendered")?.into_bytes();
    let mut response = Prepared::in_background(rendered).await?.answer(&headers);
    let answered = response.headers_mut();
    answered.insert(CONTENT_TYPE, HeaderValue::from_static("application/atom+xml; charset=utf-8"));
    // Feed readers come by the clock; none of them needs to be answered anew within minutes.
    answered.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=120, s-maxage=120, stale-while-revalidate=600"));
    Ok(response)
}

/// Without what XML 1.0 cannot hold, however it is escaped: one such character, and no reader shows the feed at all.
fn for_xml(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..))
        .collect()
}
