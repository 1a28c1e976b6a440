//! The embed's files, pinned to what they say, and the page that tells how to put them into a site.

use data_encoding::BASE64;
use reqwest::StatusCode;
use sha2::{Digest, Sha384};

use crate::actors::{Moderator, Reader};
use crate::harness::{Database, House, on_both};

on_both! {
    async fn the_panel_writes_a_snippet_for_each_kind_of_site(house: House) {
        let moderator = Moderator::first(&house).await;
        let page = moderator.page("/panel/sites/demo/embed").await;
        for name in ["html", "wordpress", "hugo", "jekyll", "eleventy", "astro", "react"] {
            let (_, snippet) = page.split_once(&format!("id=\"{name}\"")).unwrap();
            let (snippet, _) = snippet.split_once("</pre>").unwrap();
            let code = snippet.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#38;", "&").replace("&#39;", "'");
            assert!(code.contains("<leserbrief-thread") && code.contains("site=\"") && code.contains("sha384-"), "{name}: {code}");
            assert!(code.contains(&house.url), "{name}: {code}");
            // What is for the site's own templates is left to them.
            let own = match name { "hugo" => "{{ $page }}", "jekyll" | "eleventy" => "{{ page.", "astro" => "{page}", "wordpress" => "/render/thread?", _ => "page=" };
            assert!(code.contains(own), "{name}: {code}");
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

/// The address of a file and the value of its `integrity` attribute, as the page lists them.
fn pinned(page: &str, name: &str) -> (String, String) {
    let (_, rest) = page.split_once(&format!("<dt class=\"mono\">{name}</dt><dd class=\"mono\">")).unwrap();
    let (path, rest) = rest.split_once("<br>").unwrap();
    (path.to_owned(), rest.split_once("</dd>").unwrap().0.replace("&#43;", "+").replace("&#61;", "="))
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
