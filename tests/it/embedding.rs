//! The embed's files, pinned to what they say, and the page that tells how to put them into a site.

use data_encoding::BASE64;
use reqwest::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha384};

use crate::actors::{Moderator, Reader};
use crate::browser::{Browser, Manner};
use crate::harness::{Database, House, eventually, on_both};

on_both! {
    async fn the_panel_writes_a_snippet_for_each_kind_of_site(house: House) {
        let moderator = Moderator::first(&house).await;
        let page = moderator.page("/panel/sites/demo/embed").await;
        for name in ["html", "wordpress", "hugo", "jekyll", "eleventy", "astro", "react"] {
            let (_, snippet) = page.split_once(&format!("id=\"{name}\"")).unwrap();
            let (snippet, _) = snippet.split_once("</pre>").unwrap();
            let code = unescaped(snippet);
            assert!(code.contains("<leserbrief-thread") && code.contains("site=\"") && code.contains("sha384-"), "{name}: {code}");
            assert!(code.contains(&house.url), "{name}: {code}");
            // What is for the site's own templates is left to them.
            let own = match name { "hugo" => "{{ $page }}", "jekyll" | "eleventy" => "{{ page.", "astro" => "{page}", "wordpress" => "/render/thread?", _ => "page=" };
            assert!(code.contains(own), "{name}: {code}");
            if name == "wordpress" {
                // Themes of both kinds: those with templates in PHP, and those of blocks.
                assert!(code.contains("'comments_template'") && code.contains("'render_block_core/comments'"), "{code}");
            }
        }
        // The files are what the page says.
        let (path, integrity) = pinned(&page, "de.js");
        let answer = Reader::of(&house, "a").get(&path).await;
        assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(answer.headers()["cross-origin-resource-policy"], "cross-origin");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let script = answer.bytes().await.unwrap();
        assert_eq!(integrity, format!("sha384-{}", BASE64.encode(&Sha384::digest(&script))));

        let elsewhere = Moderator::stranger(&house).opens("/panel/sites/demo/embed").await;
        assert_eq!(elsewhere.headers()["location"], "/panel/sign-in");
        assert_eq!(moderator.opens("/panel/sites/nowhere/embed").await.status(), StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_snippet_works_as_it_is_pasted_and_only_with_the_files_it_names() {
    let house = House::on(Database::Sqlite).await;
    let moderator = Moderator::first(&house).await;
    crate::embed_in_the_browser::approved(&house, &moderator, "Der erste", None).await;
    let page = moderator.page("/panel/sites/demo/embed").await;
    let (_, snippet) = page.split_once("<code>").unwrap();
    let code = unescaped(snippet.split_once("</code>").unwrap().0);
    let code = code
        .replace("THE-ID-OF-THE-ARTICLE", "buslinie")
        .replace("https://THE-ADDRESS-OF-THE-ARTICLE", &format!("{}/demo", house.origin()));
    let browser = Browser::open(Manner::Desktop).await;
    browser.goes_to(&format!("{}/nothing", house.origin())).await;
    // A page without a policy of its own, on an origin of the site.
    browser.tells("Page.setBypassCSP", json!({"enabled": true})).await;
    let frame = browser.tells("Page.getFrameTree", json!({})).await["frameTree"]["frame"]["id"].clone();
    let (_, digest) = code.split_once("sha384-").unwrap();
    let tampered = code.replace(&digest[..8], "AAAAAAAA");
    for (code, works) in [(&tampered, false), (&code, true)] {
        browser.goes_to(&format!("{}/nothing", house.origin())).await;
        browser.complaints().await;
        let html = format!("<!doctype html><html lang=de><title>Ein Artikel</title><h1>Ein Artikel</h1>{code}");
        browser.tells("Page.setDocumentContent", json!({"frameId": frame, "html": html})).await;
        browser.reads("h1", "Ein Artikel").await;
        if works {
            browser.reads("leserbrief-thread .lb-comment", "Der erste").await;
            browser.sees(".lb-form .lb-submit").await;
            // What the script brings with it comes from beside it.
            let files = "return performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/embed/'))";
            let files: Vec<String> = serde_json::from_value(browser.runs(files).await).unwrap();
            assert!(
                files.len() > 1 && files.iter().all(|name| name.contains("/embed/v1/") && name.matches('/').count() == 6),
                "{files:?}"
            );
            assert_eq!(browser.complaints().await, [""; 0]);
        } else {
            let refused = eventually("the browser to refuse the file", async || {
                Some(browser.complaints().await).filter(|complaints| !complaints.is_empty())
            })
            .await;
            assert!(refused[0].contains("integrity"), "{refused:?}");
            assert_eq!(browser.runs("return !!customElements.get('leserbrief-thread')").await, false);
            // Whoever reads it finds the way to the comments all the same.
            assert_eq!(browser.count("leserbrief-thread a[href*='/sites/demo/thread?page=buslinie']").await, 1);
        }
    }
}

/// HTML's text as it is read.
fn unescaped(html: &str) -> String {
    [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#43;", "+"), ("&#61;", "="), ("&#38;", "&")]
        .iter()
        .fold(html.to_owned(), |text, (escaped, sign)| text.replace(escaped, sign))
}

/// The address of a file and the value of its `integrity` attribute, as the page lists them.
fn pinned(page: &str, name: &str) -> (String, String) {
    let (_, rest) = page.split_once(&format!("<dt class=\"mono\">{name}</dt><dd class=\"mono\">")).unwrap();
    let (path, rest) = rest.split_once("<br>").unwrap();
    (path.to_owned(), unescaped(rest.split_once("</dd>").unwrap().0))
}

#[tokio::test]
async fn files_have_a_stable_address_and_an_immutable_one() {
    let house = House::on(Database::Sqlite).await;
    let reader = Reader::of(&house, "a");
    for (name, kind) in [
        ("de.js", "text/javascript"),
        ("de-formal.js", "text/javascript"),
        ("en.js", "text/javascript"),
        ("de.more.js", "text/javascript"),
        ("en.count.js", "text/javascript"),
        ("leserbrief.css", "text/css"),
    ] {
        let stable = reader.get(&format!("{}/embed/v1/{name}", house.url)).await;
        assert!(stable.headers()["content-type"].to_str().unwrap().starts_with(kind), "{name}");
        assert!(stable.headers()["cache-control"].to_str().unwrap().contains("max-age=3600"), "{name}");
        assert_eq!(stable.headers()["cross-origin-resource-policy"], "cross-origin");
        // A page written by another version gets what there is, and nobody keeps it.
        let other = reader.get(&format!("{}/embed/v1/0123456789abcdef/{name}", house.url)).await;
        assert_eq!((other.status(), &other.headers()["cache-control"]), (StatusCode::OK, &"no-store".parse().unwrap()));
        assert_eq!(other.bytes().await.unwrap(), stable.bytes().await.unwrap());
    }
    for path in ["/embed/v1/fr.js", "/embed/v1/x/fr.js", "/embed/v1/leserbrief.js", "/embed/v1/x/y/de.js"] {
        assert_eq!(reader.get(&format!("{}{path}", house.url)).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/assets/icon.svg", "/assets/pages.css", "/demo.css"] {
        let answer = reader.get(&format!("{}{path}", house.url)).await;
        assert_eq!(answer.headers()["cross-origin-resource-policy"], "cross-origin", "{path}");
    }
}
