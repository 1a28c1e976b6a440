//! The journal of a site: who decided what, when, why and by what means. It is read, filtered and exported, never changed.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime, Time};
use uuid::Uuid;

use super::{Frame, day_of, frame};
use crate::clock::Timestamp;
use crate::comment::Status;
use crate::error::Result;
use crate::i18n::Locale;
use crate::store::decisions::Entry;
use crate::store::journal::{self, Filter, Read};
use crate::web::App;
use crate::web::session::SignedIn;
use crate::web::view::Page;

/// Entries shown at once, and entries of an export that are read at once.
const PART: i64 = 100;
const EXPORTED_TOGETHER: i64 = 1000;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The means that the filter offers; each is a text under `means-…`.
const MEANS: [&str; 7] = ["panel", "bulk", "mail", "rule", "receipt", "edit", "import"];

/// What is asked for. What cannot be read asks for nothing in particular.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    by: String,
    to: String,
    means: String,
    /// The first day, as `2026-11-24`.
    from: String,
    /// The last day.
    until: String,
    after: Option<Uuid>,
    /// What was decided as one, comment by comment.
    batch: Option<Uuid>,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter {
            moderator_id: self.by.parse().ok(),
            batch_id: self.batch,
            batch_is_one: false,
            to: self.to.parse::<Status>().map_or_else(|_| String::new(), |status| status.as_str().to_owned()),
            means: MEANS.into_iter().find(|means| *means == self.means).unwrap_or_default().to_owned(),
            from: midnight(&self.from).unwrap_or(i64::MIN),
            until: midnight(&self.until).map_or(i64::MAX, |at| at.saturating_add(DAY)),
        }
    }

    /// The same for the page, where a batch is one entry; but not where its comments may have become different things and some
    /// of these are asked for.
    fn filter_of_page(&self) -> Filter {
        Filter { batch_is_one: self.batch.is_none() && self.to.is_empty(), ..self.filter() }
    }

    /// The same question in an address.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in
            [("by", &self.by), ("to", &self.to), ("means", &self.means), ("from", &self.from), ("until", &self.until)]
        {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(batch) = self.batch {
            query.append_pair("batch", &batch.to_string());
        }
        query.finish()
    }
}

fn midnight(day: &str) -> Option<i64> {
    let day = Date::parse(day, &Iso8601::DATE).ok()?;
    Some(OffsetDateTime::new_utc(day, Time::MIDNIGHT).unix_timestamp() * 1000)
}

#[derive(Template)]
#[template(path = "panel/journal.html")]
struct JournalPage {
    locale: Locale,
    frame: Frame,
    site: String,
    asked: Asked,
    people: Vec<(Uuid, String)>,
    entries: Vec<Entry>,
    /// How many comments were decided with each entry that stands for a batch.
    sizes: HashMap<Uuid, i64>,
    next: Option<Uuid>,
    /// How far was looked for what the filter lets through, where that was not to the end.
    reached: Option<String>,
}

impl JournalPage {
    fn decided_at(&self, entry: &Entry) -> Timestamp {
        Timestamp::from_millis(entry.decided_at)
    }

    /// How many comments an entry stands for, and the batch that they are.
    fn together(&self, entry: &Entry) -> Option<(Uuid, i64)> {
        let batch_id = entry.batch_id?;
        self.sizes.get(&batch_id).filter(|size| **size > 1).map(|size| (batch_id, *size))
    }

    fn is_asked(&self, id: &Uuid) -> bool {
        self.asked.by == id.to_string()
    }
}

/// The journal.
pub async fn show(
    State(app): State<App>,
    Path(site): Path<String>,
    Query(asked): Query<Asked>,
    by: SignedIn,
) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?.in_section("journal");
    let (site_id, filter) = (frame.site()?.id, asked.filter_of_page());
    let mut tx = app.store.read().await?;
    let Read { mut entries, reached } = journal::read(&mut tx, site_id, &filter, asked.after, PART + 1).await?;
    let batches: BTreeSet<Uuid> = entries.iter().filter_map(|entry| entry.batch_id).filter(|_| filter.batch_is_one).collect();
    let sizes = journal::sizes(&mut tx, &Vec::from_iter(batches)).await?;
    let people = journal::people(&mut tx, site_id).await?;
    drop(tx);
    let locale = frame.moderator.locale;
    let more = entries.len() > usize::try_from(PART).unwrap_or_default();
    entries.truncate(usize::try_from(PART).unwrap_or_default());
    let next = if more { entries.last().map(|last| last.id) } else { reached };
    let reached = next.filter(|_| !more).map(|id| day_of(locale, id));
    Ok(Page::new(JournalPage { locale, frame, site, asked, people, entries, sizes, next, reached }).into_response())
}

/// The same as a table for a spreadsheet, from the newest entry to the last one, however many there are.
pub async fn export(
    State(app): State<App>,
    Path(site): Path<String>,
    Query(asked): Query<Asked>,
    by: SignedIn,
) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?;
    let (site_id, filter) = (frame.site()?.id, asked.filter());
    let head = line(["time", "moderator", "from", "to", "ground", "reason", "means", "takes back", "comment", "batch"]);
    // Read bit by bit, so that a journal of years needs no more memory than one of days.
    let rest = stream::try_unfold(Some(Uuid::max()), move |after| {
        let (app, filter) = (app.clone(), filter.clone());
        async move {
            let Some(after) = after else { return Ok::<_, anyhow::Error>(None) };
            let mut tx = app.store.read().await?;
            let Read { entries, reached } = journal::read(&mut tx, site_id, &filter, Some(after), EXPORTED_TOGETHER).await?;
            let lines: String = entries.iter().map(in_csv).collect();
            Ok(Some((lines, reached)))
        }
    });
    let all = stream::StreamExt::chain(stream::iter([Ok(head)]), rest);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_str(&format!("attachment; filename=\"journal-{site}.csv\"")).map_err(anyhow::Error::from)?,
        ),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, Body::from_stream(all)).into_response())
}

fn in_csv(entry: &Entry) -> String {
    line([
        &Timestamp::from_millis(entry.decided_at).rfc3339(),
        entry.moderator.as_deref().unwrap_or_default(),
        &entry.from_status,
        &entry.to_status,
        entry.code.as_deref().unwrap_or_default(),
        entry.reason.as_deref().unwrap_or_default(),
        &entry.means,
        &entry.undoes.map(|id| id.to_string()).unwrap_or_default(),
        &entry.comment_id.to_string(),
        &entry.batch_id.map(|id| id.to_string()).unwrap_or_default(),
    ])
}

/// A line of a table (RFC 4180).
fn line(fields: [&str; 10]) -> String {
    let quoted = fields.map(|field| format!("\"{}\"", without_formulas(field).replace('"', "\"\"")));
    quoted.join(",") + "\r\n"
}

/// What a spreadsheet would take for a formula gets an apostrophe, as OWASP advises: at the beginning, and wherever one that
/// splits at another sign (German ones do at semicolons) would begin a cell.
fn without_formulas(field: &str) -> String {
    let mut guarded = String::with_capacity(field.len());
    let mut begins = true;
    for c in field.chars() {
        if begins && ['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%'].contains(&c) {
            guarded.push('\'');
        }
        begins = matches!(c, ';' | ',' | '\t' | '\r' | '\n') || (begins && (c.is_whitespace() || c == '"'));
        guarded.push(c);
    }
    guarded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_a_formula_or_breaks_out() {
        let written = line(["=1+1", " @SUM(A1)", "+49", "-1", "a\"b", "c,d\r\ne", "\t=x", "fine", "", "x"]);
        assert_eq!(
            written,
            "\"'=1+1\",\" '@SUM(A1)\",\"'+49\",\"'-1\",\"a\"\"b\",\"c,d\r\ne\",\"\t'=x\",\"fine\",\"\",\"x\"\r\n"
        );
        assert_eq!(without_formulas("gut; \"=1;a=b;\n-2"), "gut; \"'=1;a=b;\n'-2");
    }

    #[test]
    fn a_question_that_cannot_be_read_asks_for_everything() {
        let asked =
            Asked { by: "x".into(), to: "'; drop".into(), means: "y".into(), from: "2026-13-40".into(), ..Asked::default() };
        let filter = asked.filter();
        assert_eq!((filter.moderator_id, filter.to.as_str(), filter.means.as_str(), filter.from), (None, "", "", i64::MIN));
        let day = Asked { from: "2026-11-24".into(), until: "2026-11-24".into(), ..Asked::default() }.filter();
        assert_eq!(day.until - day.from, DAY);
    }
}
