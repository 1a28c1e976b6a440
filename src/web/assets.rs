//! Files that browsers fetch: the embed, and what our own pages need.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use data_encoding::{BASE64, HEXLOWER};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256, Sha384};

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

/// The scripts of the embed: what the name of each ends with, and its source.
const SCRIPTS: [(&str, &str); 3] = [("js", "leserbrief"), ("more.js", "more"), ("count.js", "count")];

static EMBED: LazyLock<BTreeMap<String, Ready>> = LazyLock::new(|| {
    let mut ready = BTreeMap::new();
    for (ending, source) in SCRIPTS {
        let source = minified(&file(&format!("embed/{source}.js")), "{}()[];,:=<>?&|!");
        for locale in Locale::ALL {
            let text = source.replace("__WORDS__", &embed_words(locale, &source));
            ready.insert(format!("{}.{ending}", locale.as_str()), Ready::new("text/javascript; charset=utf-8", text));
        }
    }
    let styles = minified(&file("embed/leserbrief.css"), "{};,");
    ready.insert("leserbrief.css".into(), Ready::new("text/css; charset=utf-8", styles));
    ready
});

/// Names what all files of the embed say together: the address of a file under it never says anything else.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    EMBED.values().for_each(|ready| hash.update(&ready.text));
    HEXLOWER.encode(&hash.finalize()[..8])
});

/// A file of the embed as pages name it.
#[derive(Debug)]
pub struct Pinned {
    /// The path of the version that never changes.
    pub path: String,
    /// What the `integrity` attribute says of it.
    pub integrity: String,
}

/// A file of the embed in its present version; `None` where there is no such file.
pub fn pinned(name: &str) -> Option<Pinned> {
    let ready = EMBED.get(name)?;
    let integrity = format!("sha384-{}", BASE64.encode(&Sha384::digest(&ready.text)));
    Some(Pinned { path: format!("/embed/v1/{}/{name}", *VERSION), integrity })
}

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

/// The same under a version, which browsers never ask for again.
pub async fn versioned(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Result<Response> {
    let mut response = EMBED.get(&name).ok_or(Error::NotFound)?.answer(&headers)?;
    // A page may have been written by another version of the service, before or after this one: it gets what there is.
    let kept = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-store" };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    Ok(response)
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
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok((headers, found.data).into_response())
}

fn file(name: &str) -> String {
    Files::get(name).map(|found| String::from_utf8_lossy(&found.data).into_owned()).unwrap_or_default()
}

/// Comments, indentation and needless spaces are for those who read the source, not for those who load it. A space beside
/// one of `marks` is needless; what stands in quotes stays as it is. A line end stays where it may end a statement.
fn minified(source: &str, marks: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut inside = false;
    for line in source.lines().map(str::trim) {
        if inside || line.starts_with("/*") {
            inside = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            if line.starts_with(['}', ')', ']', '.']) {
                // What closes, or goes on, needs neither a line of its own nor a mark before it.
                let needless: &[char] = if line.starts_with('.') { &['\n'] } else { &['\n', ',', ';'] };
                kept.truncate(kept.trim_end_matches(needless).len());
            }
            keep_line(&mut kept, line, marks);
            if !line.ends_with([';', ',', '{', '(', '[']) {
                kept.push('\n');
            }
        }
    }
    kept
}

fn keep_line(kept: &mut String, line: &str, marks: &str) {
    let (mut quote, mut before) = (None, '\n');
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        let mut beside_mark = || marks.contains(before) || characters.peek().is_some_and(|next| marks.contains(*next));
        if quote.is_some() || c != ' ' || !beside_mark() {
            kept.push(c);
        }
        match quote {
            Some(open) if c == open && before != '\\' => quote = None,
            None if matches!(c, '\'' | '"' | '`') => quote = Some(c),
            _ => {}
        }
        before = c;
    }
}

/// The words that a script of the embed uses, as a JSON object: `embed-load-more` becomes `loadMore`.
fn embed_words(locale: Locale, script: &str) -> String {
    let mut words: serde_json::Map<String, serde_json::Value> = embed_keys()
        .map(|key| (camel_case(key.split_once('-').map_or(key, |(_, name)| name)), key))
        .filter(|(name, _)| uses(script, name))
        .map(|(name, key)| (name, locale.text(key).into()))
        .collect();
    words.insert("lang".into(), locale.as_str().into());
    serde_json::Value::Object(words).to_string()
}

/// Whether a script uses a word; `W.sending` is not `W.send`.
fn uses(script: &str, name: &str) -> bool {
    script.split("W.").skip(1).any(|rest| rest.strip_prefix(name).is_some_and(|after| !after.starts_with(char::is_alphanumeric)))
}

/// The keys of the embed's catalogues.
fn embed_keys() -> impl Iterator<Item = &'static str> {
    [include_str!("../../templates/locales/en/embed.ftl"), include_str!("../../templates/locales/en/more.ftl")]
        .into_iter()
        .flat_map(str::lines)
        .filter_map(|line| Some(line.split_once('=')?.0.trim()))
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
        let source = "// a\n  let b = 'x : \\' y' + c;\n/* d\n e */\n\n f(a, b)  { return a + + b; }\n if (d) {\n e();\n}\nf";
        assert_eq!(minified(source, "{}(),;=:"), "let b='x : \\' y' + c;f(a,b){return a + + b;}\nif(d){e()}\nf\n");
        assert_eq!(camel_case("load-more-now"), "loadMoreNow");
    }

    /// The budgets, gzip: a script with its language 6 KB, styles 1.5 KB, counts alone 0.8 KB; what is loaded on demand
    /// has one of its own.
    #[test]
    fn the_embed_keeps_its_budget() {
        assert_eq!(EMBED.len(), 10);
        for (name, ready) in EMBED.iter() {
            let budget = match name.split_once('.').unwrap().1 {
                "js" => 6 * 1024,
                "css" => 1536,
                "count.js" => 819,
                _ => 2560,
            };
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            std::io::Write::write_all(&mut gzip, ready.text.as_bytes()).unwrap();
            let bytes = gzip.finish().unwrap().len();
            println!("{name}: {bytes} of {budget} bytes");
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
        let scripts: String = SCRIPTS.iter().map(|(_, source)| file(&format!("embed/{source}.js"))).collect();
        for key in embed_keys() {
            let name = camel_case(key.split_once('-').unwrap().1);
            assert!(uses(&scripts, &name), "{key} is not used");
        }
    }

    #[test]
    fn a_version_is_pinned_by_what_it_says() {
        let script = pinned("de.js").unwrap();
        assert!(script.path.starts_with("/embed/v1/") && script.path.ends_with("/de.js"));
        assert_eq!(script.integrity.len(), "sha384-".len() + 64);
        assert!(pinned("fr.js").is_none());
    }
}
