//! How many approved comments pages have: one request for a whole front page.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::HeaderValue;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::parameter;
use crate::error::{Error, Result};
use crate::page::page_name;
use crate::store::{pages, threads};
use crate::web::App;

/// Pages asked for at once.
const MOST: usize = 100;

/// The number of approved comments of each page.
#[derive(Serialize, ToSchema)]
pub struct Counts {
    /// By page, as it was asked for.
    counts: BTreeMap<String, i64>,
}

/// The number of approved comments of up to 100 pages.
#[utoipa::path(
    get,
    path = "/api/v1/counts",
    params(
        ("site" = String, Query, description = "the site's name"),
        ("page" = Vec<String>, Query, description = "a page's id or address; up to 100 times"),
    ),
    responses((status = 200, body = Counts), (status = 404, body = crate::web::error::Problem), (status = 503, body = crate::web::error::Problem))
)]
pub async fn read(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response> {
    let query = query.unwrap_or_default();
    let site = app.sites.get(&parameter(&query, "site").unwrap_or_default()).await?;
    let asked: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(key, _)| key == "page")
        .map(|(_, value)| value.into_owned())
        .take(MOST + 1)
        .collect();
    if asked.len() > MOST {
        return Err(Error::Malformed);
    }
    let mut counts = BTreeMap::new();
    let mut tx = app.store.read().await?;
    for page in asked {
        let known = match page_name(&page) {
            Some(name) => pages::find(&mut tx, site.id, &name).await?,
            None => None,
        };
        let count = match known {
            Some(known) => threads::count(&mut tx, known.id).await?,
            None => 0,
        };
        counts.insert(page, count);
    }
    let headers = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=30, s-maxage=30")),
    ];
    Ok((headers, Json(Counts { counts })).into_response())
}
