//! How to put the comments into a site: snippets to copy, with the files pinned to what they say.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::{Frame, frame};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::web::App;
use crate::web::assets::{Pinned, pinned};
use crate::web::session::SignedIn;
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "panel/embed.html")]
struct EmbedPage {
    locale: Locale,
    frame: Frame,
    base_url: String,
    /// The files, as pages name them: name and pinned version.
    files: Vec<(String, Pinned)>,
    snippets: Vec<Snippet>,
}

/// Something to copy into a site.
struct Snippet {
    /// What its catalogue keys end with.
    name: &'static str,
    /// The file it belongs into; empty where it is a matter of the theme.
    file: &'static str,
    code: String,
}

macro_rules! snippet {
    ($type:ident, $path:literal) => {
        #[derive(Template)]
        #[template(path = $path, escape = "none")]
        struct $type<'a> {
            base_url: &'a str,
            site: &'a str,
            script: &'a Pinned,
        }
    };
}
snippet!(Html, "panel/embed/html.txt");
snippet!(WordPress, "panel/embed/wordpress.txt");
snippet!(Hugo, "panel/embed/hugo.txt");
snippet!(Jekyll, "panel/embed/jekyll.txt");
snippet!(Eleventy, "panel/embed/eleventy.txt");
snippet!(Astro, "panel/embed/astro.txt");
snippet!(React, "panel/embed/react.txt");

/// The snippets for a site of this moderator.
pub async fn show(State(app): State<App>, Path(site): Path<String>, by: SignedIn) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?;
    let lang = frame.site()?.locale.as_str();
    let base_url = app.base_url.as_str();
    let script = pinned(&format!("{lang}.js")).ok_or(Error::NotFound)?;
    let (site, script) = (site.as_str(), &script);
    macro_rules! written {
        ($type:ident, $name:literal, $file:literal) => {
            Snippet { name: $name, file: $file, code: $type { base_url, site, script }.render().map_err(anyhow::Error::from)? }
        };
    }
    let snippets = vec![
        written!(Html, "html", ""),
        written!(WordPress, "wordpress", "wp-content/mu-plugins/leserbrief.php"),
        written!(Hugo, "hugo", "layouts/partials/leserbrief.html"),
        written!(Jekyll, "jekyll", "_includes/leserbrief.html"),
        written!(Eleventy, "eleventy", "_includes/leserbrief.njk"),
        written!(Astro, "astro", "src/components/Leserbrief.astro"),
        written!(React, "react", "Leserbrief.jsx"),
    ];
    let files = [format!("{lang}.js"), format!("{lang}.count.js"), "leserbrief.css".to_owned()];
    let files = files.into_iter().filter_map(|name| pinned(&name).map(|pinned| (name, pinned))).collect();
    let locale = frame.moderator.locale;
    Ok(Page::new(EmbedPage { locale, base_url: base_url.to_owned(), files, snippets, frame }).into_response())
}
