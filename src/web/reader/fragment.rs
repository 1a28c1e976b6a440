//! A page's thread and the plain form as a piece of HTML, for a server or a CMS to put into the article. The element
//! takes over what it finds there.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use anyhow::Context;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::site::{FormTexts, Order, Site};
use crate::store::threads::{Place, PublicComment};
use crate::store::{pages, threads};
use crate::web::App;
use crate::web::api::parameter;
use crate::web::api::threads::{find, is_open};
use crate::web::hot_threads::{Prepared, Shape};
use crate::web::submission::Incoming;

/// Comments in a fragment: so many that whoever searches the article finds all but the longest thread whole. With the newest
/// first a conversation may make it up to twice as many.
const PART: usize = 1000;

#[derive(Template)]
#[template(path = "reader/fragment.html")]
struct Fragment<'a> {
    locale: Locale,
    base_url: &'a str,
    site: &'a str,
    page: &'a str,
    url: &'a str,
    title: &'a str,
    count: i64,
    comments: String,
    next: Option<Place>,
    open: bool,
    newest_first: bool,
    texts: &'a FormTexts,
    linked_data: String,
}

#[derive(Template)]
#[template(path = "reader/parts/comment.html")]
struct RenderedComment<'a> {
    locale: Locale,
    comment: &'a PublicComment,
    /// Where it can be answered without JavaScript; nowhere on a closed page.
    reply_url: Option<&'a str>,
    /// The answers, rendered; `None` where answers stand beside it, because the thread goes no deeper.
    replies: Option<String>,
}

impl RenderedComment<'_> {
    fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.comment.submitted_at)
    }
}

/// The fragment of a page.
pub async fn show(State(app): State<App>, RawQuery(query): RawQuery, headers: HeaderMap) -> Result<Response> {
    let query = query.unwrap_or_default();
    let asked = |name| parameter(&query, name).unwrap_or_default();
    let incoming = Incoming { page: asked("page"), url: asked("url"), title: asked("title"), ..Incoming::default() };
    let prepared = fragment(&app, &asked("site"), &incoming).await?;
    let mut response = prepared.answer(&headers);
    let answered = response.headers_mut();
    answered.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // It belongs into an article; looked at by itself, it can do nothing but be sent.
    let policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    answered.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    answered.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    Ok(response)
}

/// The fragment as a page of ours includes it.
///
/// # Errors
/// The database cannot be reached, or there is no such site.
pub async fn html(app: &App, site: &str, page: &str, url: &str) -> Result<String> {
    let incoming = Incoming { page: page.into(), url: url.into(), ..Incoming::default() };
    Ok(String::from_utf8_lossy(fragment(app, site, &incoming).await?.plain()).into_owned())
}

async fn fragment(app: &App, site: &str, incoming: &Incoming) -> Result<Arc<Prepared>> {
    let page = incoming.page_name()?;
    Ok(match app.threads.page(site, &page, async || find(app, site, &page).await).await? {
        Some(id) => app.threads.thread(id, Shape::Html, app.clock.now(), async || prepare(app, site, id, &page).await).await?,
        None => nothing_yet(app, &*app.sites.get(site).await?, &page, incoming)?.into(),
    })
}

/// The fragment of a page that has had comments. What it says of the page comes from the store alone: the bytes are
/// kept for everybody, whatever the one who asked first has put into the address.
async fn prepare(app: &App, site: &str, page_id: Uuid, name: &str) -> Result<Prepared> {
    let site = app.sites.get(site).await?;
    let mut tx = app.store.read().await?;
    let page = pages::get(&mut tx, page_id).await?.ok_or(Error::NotFound)?;
    let order = site.settings.thread.order;
    let (comments, next) = threads::part(&mut tx, page_id, order, None, PART).await?;
    let count = threads::count(&mut tx, page_id).await?;
    drop(tx);
    let url = page.url.as_deref().unwrap_or_default();
    let now = app.clock.now();
    let open = is_open(&site, &page, now);
    let answer = |id: &Uuid| {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("page", name), ("reply", &id.to_string())])
            .finish();
        format!("{}/sites/{}/thread?{query}#respond", app.base_url, site.name)
    };
    let closes_at = site.settings.thread.closes_at(page.created_at).filter(|at| now < *at);
    let fragment = Fragment {
        locale: site.locale,
        base_url: &app.base_url,
        site: &site.name,
        page: name,
        url,
        title: &page.title,
        count,
        next,
        newest_first: order == Order::NewestFirst,
        texts: &site.settings.form,
        linked_data: linked_data(&comments, url, count),
        comments: nested(&site, &comments, open.then_some(&answer))?,
        open,
    };
    Ok(Prepared::in_background(render(&fragment)?).await?.until(closes_at))
}

fn nothing_yet(app: &App, site: &Site, page: &str, incoming: &Incoming) -> Result<Prepared> {
    let url = incoming.article(site).unwrap_or_default();
    let fragment = Fragment {
        locale: site.locale,
        base_url: &app.base_url,
        site: &site.name,
        page,
        url: &url,
        title: &incoming.title,
        count: 0,
        comments: String::new(),
        next: None,
        open: true,
        newest_first: false,
        texts: &site.settings.form,
        linked_data: linked_data(&[], &url, 0),
    };
    Ok(Prepared::new(render(&fragment)?)?)
}

fn render(fragment: &Fragment<'_>) -> Result<Vec<u8>> {
    Ok(fragment.render().context("a fragment could not be rendered")?.into_bytes())
}

/// The comments as list items, answers below what they answer, down to the site's depth; as the element builds them.
fn nested(site: &Site, comments: &[PublicComment], answer: Option<&impl Fn(&Uuid) -> String>) -> Result<String> {
    let mut levels: BTreeMap<Uuid, u8> = BTreeMap::new();
    let mut below: BTreeMap<Option<Uuid>, Vec<&PublicComment>> = BTreeMap::new();
    // An answer comes after what it answers, so its place is known when its turn comes.
    let mut lists: BTreeMap<Uuid, Option<Uuid>> = BTreeMap::new();
    for comment in comments {
        let parent = comment.parent_id.filter(|parent| levels.contains_key(parent));
        let parent_level = parent.map_or(0, |parent| levels[&parent]);
        let is_flat = parent_level >= site.settings.thread.depth.max(1);
        let list = if is_flat { parent.and_then(|parent| lists[&parent]) } else { parent };
        levels.insert(comment.id, if is_flat { parent_level } else { parent_level + 1 });
        lists.insert(comment.id, list);
        below.entry(list).or_default().push(comment);
    }
    let mut rendered: BTreeMap<Uuid, String> = BTreeMap::new();
    // From the last on, so that the answers to a comment are rendered before it.
    for comment in comments.iter().rev() {
        let nests = levels[&comment.id] < site.settings.thread.depth.max(1);
        let replies = below.get(&Some(comment.id)).map(|replies| joined(replies, &mut rendered)).unwrap_or_default();
        let reply_url = answer.map(|answer| answer(&comment.id));
        let one =
            RenderedComment { locale: site.locale, comment, reply_url: reply_url.as_deref(), replies: nests.then_some(replies) };
        rendered.insert(comment.id, one.render().context("a comment could not be rendered")?);
    }
    Ok(joined(&below.remove(&None).unwrap_or_default(), &mut rendered))
}

fn joined(comments: &[&PublicComment], rendered: &mut BTreeMap<Uuid, String>) -> String {
    comments.iter().filter_map(|comment| rendered.remove(&comment.id)).collect()
}

/// What search engines read: schema.org's `Comment`, as JSON that cannot end the element around it.
fn linked_data(comments: &[PublicComment], url: &str, count: i64) -> String {
    let known: HashSet<Uuid> = comments.iter().map(|comment| comment.id).collect();
    let address = |id: Uuid| format!("{url}#comment-{id}");
    let described: Vec<Value> = comments
        .iter()
        .map(|comment| {
            let mut described = json!({
                "@type": "Comment",
                "@id": address(comment.id),
                "url": address(comment.id),
                "author": {"@type": "Person", "name": comment.author},
                "dateCreated": Timestamp::from_millis(comment.submitted_at).rfc3339(),
                "text": plain(&comment.html),
            });
            if let Some(parent) = comment.parent_id.filter(|parent| known.contains(parent)) {
                described["parentItem"] = json!({"@type": "Comment", "@id": address(parent)});
            }
            described
        })
        .collect();
    let mut page = json!({"@context": "https://schema.org", "@type": "WebPage", "commentCount": count, "comment": described});
    if !url.is_empty() {
        page["@id"] = url.into();
        page["url"] = url.into();
    }
    page.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// The text of a comment's safe HTML, which has neither comments nor `>` in attributes.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.replace("<br>", "\n").chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

/// How many comments there are, in the words of the element.
fn counted(locale: Locale, count: i64) -> String {
    let key = match count {
        0 => "embed-none",
        1 => "embed-count-one",
        _ => "embed-count-many",
    };
    locale.text(key).replace("%s", &count.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(id: u128, parent: Option<u128>, html: &str) -> PublicComment {
        PublicComment {
            id: Uuid::from_u128(id),
            parent_id: parent.map(Uuid::from_u128),
            author: "Eva".into(),
            website: None,
            html: html.into(),
            submitted_at: 0,
        }
    }

    #[test]
    fn linked_data_cannot_end_its_element() {
        let hostile = comment(1, None, "<p>&lt;/script&gt;&lt;!-- &amp;amp; <a href=\"https://a.de\" rel=\"ugc\">x</a></p>");
        let json = linked_data(&[hostile, comment(2, Some(1), "<p>b</p>"), comment(3, Some(9), "<p>c</p>")], "https://a.de/b", 3);
        assert!(!json.contains(['<', '>', '&']));
        let read: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["comment"][0]["text"], "</script><!-- &amp; x");
        assert_eq!(read["comment"][1]["parentItem"]["@id"], read["comment"][0]["@id"]);
        assert!(read["comment"][2].get("parentItem").is_none());
    }

    #[test]
    fn answers_nest_down_to_the_depth_and_no_comment_is_lost() {
        let mut comments = vec![comment(1, None, "c1"), comment(2, Some(99), "c2")];
        comments.extend((3..30).map(|id| comment(id, Some(id - 2), &format!("c{id}"))));
        let mut site = Site {
            id: Uuid::nil(),
            name: "s".into(),
            title: String::new(),
            locale: Locale::De,
            origins: Vec::new(),
            settings: crate::site::SiteSettings::default(),
        };
        for (depth, lists) in [(3, 4), (1, 0), (0, 0), (20, 29)] {
            site.settings.thread.depth = depth;
            let html = nested(&site, &comments, None::<&fn(&Uuid) -> String>).unwrap();
            assert_eq!(html.matches("<article").count(), 29);
            assert_eq!(html.matches("lb-replies").count(), lists, "to the depth {depth}");
            let order: Vec<usize> = [1, 3, 5, 7, 9].iter().map(|id| html.find(&format!(">c{id}<")).unwrap()).collect();
            assert!(order.is_sorted(), "{order:?}");
        }
    }
}
