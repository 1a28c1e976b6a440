//! Files that browsers fetch: the embed, and what our own pages need.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::hot_threads::Prepared;
use crate::error::{Error, Result};
use crate::i18n::Locale;

#[derive(RustEmbed)]
#[folder = "templates/assets"]
struct Files;

/// A file kept ready, compressed when it is first asked for.
struct Ready {
    kind: &'static str,
    text: String,
    prepared: OnceLock<Option<Arc<Prepared>>>,
}

static EMBED: LazyLock<BTreeMap<String, Ready>> = LazyLock::new(|| {
    let script = file("embed/leserbrief.js");
    let mut ready: BTreeMap<String, Ready> = Locale::ALL
        .into_iter()
        .map(|locale| {
            let text = without_comments(&script).replace("__WORDS__", &embed_words(locale));
            (format!("{}.js", locale.as_str()), Ready::new("text/javascript; charset=utf-8", text))
        })
        .collect();
    ready.insert("leserbrief.css".into(), Ready::new("text/css; charset=utf-8", without_comments(&file("embed/leserbrief.css"))));
    ready
});

impl Ready {
    fn new(kind: &'static str, text: String) -> Self {
        Self { kind, text, prepared: OnceLock::new() }
    }

    fn answer(&self, headers: &HeaderMap) -> Result<Response> {
        let prepared = self.prepared.get_or_init(|| Prepared::new(self.text.clone().into_bytes()).ok().map(Arc::new));
        let prepared = prepared.as_ref().ok_or_else(|| anyhow::anyhow!("a file could not be compressed"))?;
        let mut response = prepared.answer(headers);
        let answered = response.headers_mut();
        answered.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        answered.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400"));
        answered.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
        Ok(response)
    }
}

/// The embed's script in a language, or its styles.
pub async fn embed(Path(name): Path<String>, headers: HeaderMap) -> Result<Response> {
    EMBED.get(&name).ok_or(Error::NotFound)?.answer(&headers)
}

/// The demo article's styles.
pub async fn demo_styles() -> Result<Response> {
    page_asset(Path("demo.css".into())).await
}

/// A file of our own pages.
pub async fn page_asset(Path(name): Path<String>) -> Result<Response> {
    let kind = match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => return Err(Error::NotFound),
    };
    let found = Files::get(&name).ok_or(Error::NotFound)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, found.data).into_response())
}

fn file(name: &str) -> String {
    Files::get(name).map(|found| String::from_utf8_lossy(&found.data).into_owned()).unwrap_or_default()
}

/// Comments and indentation are for those who read the source, not for those who load it.
fn without_comments(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut inside = false;
    for line in source.lines().map(str::trim) {
        if inside || line.starts_with("/*") {
            inside = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The embed's words as a JSON object: `embed-load-more` becomes `loadMore`.
fn embed_words(locale: Locale) -> String {
    let mut words: serde_json::Map<String, serde_json::Value> =
        embed_keys().map(|key| (camel_case(key), locale.text(&format!("embed-{key}")).into())).collect();
    words.insert("lang".into(), locale.as_str().into());
    serde_json::Value::Object(words).to_string()
}

/// The keys of the embed's catalogue, without `embed-`.
fn embed_keys() -> impl Iterator<Item = &'static str> {
    include_str!("../../templates/locales/en/embed.ftl")
        .lines()
        .filter_map(|line| line.split_once('=')?.0.trim().strip_prefix("embed-"))
}

fn camel_case(key: &str) -> String {
    let mut words = key.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        name + &head.to_uppercase() + tail
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_go() {
        assert_eq!(without_comments("// a\n  let b = 1; // c\n/* d\n e */\n\n f()"), "let b = 1; // c\nf()\n");
        assert_eq!(camel_case("load-more-now"), "loadMoreNow");
    }

    #[test]
    fn the_embed_keeps_its_budget() {
        for (name, ready) in EMBED.iter() {
            let budget = if name.ends_with(".js") { 6 * 1024 } else { 1536 };
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            std::io::Write::write_all(&mut gzip, ready.text.as_bytes()).unwrap();
            let bytes = gzip.finish().unwrap().len();
            assert!(bytes > 100 && bytes <= budget, "{name} has {bytes} of {budget} bytes");
            assert!(!ready.text.contains("__WORDS__"));
        }
    }

    #[test]
    fn the_panels_script_keeps_its_budget() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut gzip, file("panel.js").as_bytes()).unwrap();
        let bytes = gzip.finish().unwrap().len();
        assert!(bytes > 100 && bytes <= 30 * 1024, "panel.js has {bytes} bytes");
    }

    #[test]
    fn every_word_of_the_embed_is_used() {
        let script = file("embed/leserbrief.js");
        for key in embed_keys() {
            assert!(script.contains(&camel_case(key)), "{key} is not used");
        }
    }
}
