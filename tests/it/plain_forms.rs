//! Without JavaScript: the hosted thread, the plain form, and nothing typed is ever lost.

use reqwest::{Response, StatusCode};

use crate::actors::{Moderator, Reader, field};
use crate::harness::{Database, House, on_both};

async fn send(reader: &Reader, house: &House, fields: &[(&str, &str)]) -> Response {
    let url = format!("{}/sites/demo/comments", house.url);
    reader.client.post(url).header("origin", house.origin()).form(fields).send().await.unwrap()
}

on_both! {
    async fn a_form_from_a_static_page_is_shown_once_more_and_then_sent(house: House) {
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let article = format!("{}/demo?lang=de", house.origin());
        let mut fields = vec![
            ("page", "a"), ("url", &article), ("title", "Die 14"), ("name", "Eva"), ("email", "eva@example.org"),
            ("website", "eva.example"), ("text", "Zeile <eins>\n\nZeile zwei"), ("notify", "yes"),
        ];
        let asked = send(&reader, &house, &fields).await;
        assert_eq!(asked.status(), StatusCode::OK);
        let page = asked.text().await.unwrap();
        for kept in ["Zeile &lt;eins&gt;\n\nZeile zwei</textarea>", "value=\"Eva\"", "value=\"eva@example.org\"", "value=\"eva.example\"", " checked", "Lies deinen Kommentar noch einmal"] {
            let page = page.replace("&#60;", "&lt;").replace("&#62;", "&gt;");
            assert!(page.contains(kept), "{kept} in {page}");
        }
        assert_eq!(house.number("select count(*) from comment").await, 0);

        let token = field(&page, "token").unwrap();
        fields.push(("token", &token));
        for _ in 0..2 {
            let sent = send(&reader, &house, &fields).await;
            assert_eq!(sent.status(), StatusCode::SEE_OTHER);
            assert_eq!(sent.headers()["location"], format!("{article}#leserbrief-pending").as_str());
        }
        assert_eq!(house.number("select count(*) from comment").await, 1);
        let id = moderator.queue("all").await;
        let (_, id) = id.split_once("/panel/comments/").unwrap();
        moderator.decides(&id[..36], "approved").await;
        let thread = reader.get(&format!("{}/sites/demo/thread?page=a", house.url)).await.text().await.unwrap();
        assert!(thread.contains("Zeile zwei") && thread.contains("href=\"https://eva.example/\""), "{thread}");
    }
}

on_both! {
    async fn a_refused_form_comes_back_filled_in(house: House) {
        let reader = Reader::of(&house, "a");
        let token = reader.token().await;
        let fields = [("page", "a"), ("name", "Eva"), ("email", "falsch"), ("text", "Ein Satz, der nicht verloren geht."), ("token", &token)];
        let refused = send(&reader, &house, &fields).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text().await.unwrap();
        for kept in ["nicht verloren geht", "value=\"falsch\"", "aria-invalid=\"true\"", "Das sieht nicht nach einer E-Mail-Adresse aus", "href=\"#field-email\""] {
            assert!(page.contains(kept), "{kept} in {page}");
        }
        // Mended, it is taken; said once more, it is a duplicate and still there.
        let fields = |token: &str| [("page", "a".to_owned()), ("name", "Eva".to_owned()), ("email", "eva@example.org".to_owned()), ("text", "Ein Satz, der nicht verloren geht.".to_owned()), ("token", token.to_owned())];
        let url = format!("{}/sites/demo/comments", house.url);
        let taken = reader.client.post(&url).form(&fields(&token)).send().await.unwrap();
        assert!(taken.headers()["location"].to_str().unwrap().starts_with("/sites/demo/thread?page=a&state=pending"));
        let again = reader.client.post(&url).form(&fields(&reader.token().await)).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::CONFLICT);
        assert!(again.text().await.unwrap().contains("nicht verloren geht"));
    }
}

on_both! {
    async fn the_way_back_leads_to_pages_of_the_site_only(house: House) {
        let reader = Reader::of(&house, "a");
        for (number, url) in ["https://evil.example/", "javascript:alert(1)", "//evil.example", "http://localhost.evil.example"].into_iter().enumerate() {
            let (token, text) = (reader.token().await, format!("Versuch {number}"));
            let fields = [("page", "a"), ("url", url), ("name", "Eva"), ("email", "eva@example.org"), ("text", &text), ("token", &token)];
            let sent = send(&reader, &house, &fields).await;
            assert_eq!(sent.status(), StatusCode::SEE_OTHER);
            assert!(sent.headers()["location"].to_str().unwrap().starts_with("/sites/demo/thread?"), "{url}");
        }
        assert_eq!(house.number("select count(*) from page where url is not null").await, 0);
    }
}

on_both! {
    async fn a_form_whose_origin_a_browser_hides_is_shown_once_more(house: House) {
        // A site with `Referrer-Policy: no-referrer` has forms whose origin is `null`, as a sandboxed frame has.
        let reader = Reader::of(&house, "a");
        let token = reader.token().await;
        let fields = [("page", "a"), ("name", "Eva"), ("email", "eva@example.org"), ("text", "Von wo auch immer"), ("token", &token)];
        let url = format!("{}/sites/demo/comments", house.url);
        let shown = reader.client.post(&url).header("origin", "null").form(&fields).send().await.unwrap();
        assert_eq!(shown.status(), StatusCode::OK);
        assert!(shown.text().await.unwrap().contains("Von wo auch immer</textarea>"));
        assert_eq!(house.number("select count(*) from comment").await, 0);
    }
}

on_both! {
    async fn a_form_from_elsewhere_or_not_a_form_is_refused(house: House) {
        let reader = Reader::of(&house, "a");
        let url = format!("{}/sites/demo/comments", house.url);
        let foreign = reader.client.post(&url).header("origin", "https://evil.example").form(&[("page", "a")]).send().await.unwrap();
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        assert!(foreign.text().await.unwrap().contains("<html"));
        assert_eq!(reader.client.post(&url).body("x").send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(reader.client.post(&url).form(&[("text", "x")]).send().await.unwrap().status(), StatusCode::BAD_REQUEST);
        let unknown = reader.get(&format!("{}/sites/nowhere/thread?page=a", house.url)).await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    }
}

/// Sends WordPress's form.
async fn send_wordpress(reader: &Reader, house: &House, query: &str, fields: &[(&str, &str)]) -> Response {
    let url = format!("{}/wp-comments-post.php{query}", house.url);
    reader.client.post(url).header("origin", house.origin()).form(fields).send().await.unwrap()
}

on_both! {
    async fn a_wordpress_theme_moves_over_by_its_forms_action(house: House) {
        let reader = Reader::of(&house, "8213");
        let article = format!("{}/demo?lang=de#comments", house.origin());
        let fields = [
            ("comment", "Zeile eins\r\nZeile zwei"), ("author", "Eva"), ("email", "eva@example.org"), ("url", "eva.example"),
            ("wp-comment-cookies-consent", "yes"), ("comment_post_ID", "8213"), ("comment_parent", "0"), ("redirect_to", article.as_str()),
            ("submit", "Kommentar abschicken"),
        ];
        // The site is known by the origin, or named; either way a form without a token is shown once more.
        for query in ["", "?site=demo"] {
            let shown = send_wordpress(&reader, &house, query, &fields).await;
            assert_eq!(shown.status(), StatusCode::OK);
            let page = shown.text().await.unwrap();
            for kept in ["Zeile zwei</textarea>", "value=\"Eva\"", "value=\"eva@example.org\"", "value=\"eva.example\"", "name=\"page\" value=\"8213\""] {
                assert!(page.contains(kept), "{kept} in {page}");
            }
            assert_eq!(field(&page, "url").unwrap(), article);
        }
        assert_eq!(house.number("select count(*) from comment").await, 0);
        let page = send_wordpress(&reader, &house, "", &fields).await.text().await.unwrap();
        let (token, text) = (field(&page, "token").unwrap(), "Zeile eins\nZeile zwei");
        let confirmed = [("page", "8213"), ("url", article.as_str()), ("name", "Eva"), ("email", "eva@example.org"), ("text", text), ("token", token.as_str())];
        let sent = send(&reader, &house, &confirmed).await;
        assert_eq!(sent.headers()["location"], format!("{}/demo?lang=de#leserbrief-pending", house.origin()).as_str());
        assert_eq!(house.number("select count(*) from page_alias where name = '8213'").await, 1);
    }
}

on_both! {
    async fn wordpress_form_is_refused_as_ours_is(house: House) {
        let reader = Reader::of(&house, "8213");
        let url = format!("{}/wp-comments-post.php", house.url);
        for method in [reqwest::Method::GET, reqwest::Method::PUT, reqwest::Method::DELETE] {
            let answer = reader.client.request(method, &url).send().await.unwrap();
            assert_eq!((answer.status(), &answer.headers()["allow"]), (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap()));
        }
        let fields = [("comment", "Von fern"), ("comment_post_ID", "8213")];
        let foreign = reader.client.post(&url).header("origin", "https://evil.example").form(&fields).send().await.unwrap();
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        assert_eq!(reader.client.post(&url).form(&fields).send().await.unwrap().status(), StatusCode::FORBIDDEN, "no site is named");
        assert_eq!(send_wordpress(&reader, &house, "?site=nowhere", &fields).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(send_wordpress(&reader, &house, "", &[("comment", "Wozu?")]).await.status(), StatusCode::BAD_REQUEST);
        assert_eq!(reader.client.post(&url).body("x").send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(house.number("select count(*) from comment").await, 0);
    }
}

#[tokio::test]
async fn every_page_forbids_what_it_does_not_need() {
    let house = House::on(Database::Sqlite).await;
    let reader = Reader::of(&house, "a");
    for path in ["/sites/demo/thread?page=a", "/panel/sign-in", "/nothing"] {
        let answer = reader.get(&format!("{}{path}", house.url)).await;
        let headers = answer.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(
            (&headers["x-content-type-options"], &headers["referrer-policy"]),
            (&"nosniff".parse().unwrap(), &"same-origin".parse().unwrap())
        );
        assert!(!answer.text().await.unwrap().contains("style=\""));
    }
}

on_both! {
    async fn an_author_mends_a_comment_while_it_waits_and_never_after_if_the_site_says_so(house: House) {
        crate::submitting::set(&house, "thread.edit_minutes", "0").await;
        let (moderator, reader) = (Moderator::first(&house).await, Reader::of(&house, "a"));
        let taken = reader.writes("Mit einem Feler darin").await;
        let (id, receipt) = (taken["id"].as_str().unwrap(), taken["receipt"].as_str().unwrap());
        let mend = async |text: &str| {
            reader.client.post(format!("{receipt}/text")).header("origin", &house.url).form(&[("text", text)]).send().await.unwrap()
        };
        let seen = moderator.revision(id).await;
        assert_eq!(mend("Ohne **Fehler** darin").await.status(), StatusCode::SEE_OTHER);
        assert!(moderator.queue("pending").await.contains("Ohne <strong>Fehler</strong> darin"));
        // The moderator decides on what was seen, and on nothing else.
        assert_eq!(moderator.presses(id, "approved", &seen).await.status(), StatusCode::CONFLICT);
        let refused = mend(" x ").await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text().await.unwrap();
        assert!(page.contains("mindestens drei Zeichen") && page.contains("aria-invalid"), "{page}");
        // It is judged again, and what spoke against it stays.
        assert_eq!(mend("[url=https://casino.example]Casino bonus[/url] https://a.example https://b.example https://c.example viagra").await.status(), StatusCode::SEE_OTHER);
        let points = house.number("select cast(max(points) * 100 as bigint) from comment").await;
        assert!(points > 100, "{points}");
        assert_eq!(mend("Ganz harmlos").await.status(), StatusCode::SEE_OTHER);
        assert_eq!(house.number("select cast(max(points) * 100 as bigint) from comment").await, points);

        moderator.decides(id, "approved").await;
        let late = mend("Ganz was anderes").await;
        assert_eq!(late.status(), StatusCode::CONFLICT);
        assert!(late.text().await.unwrap().contains("Ganz was anderes</textarea>"), "nothing typed is lost");
        assert_eq!(reader.reads().await, ["<p>Ganz harmlos</p>"]);
        assert!(!reader.get(receipt).await.text().await.unwrap().contains("<textarea"));
        let foreign = reader.client.post(format!("{receipt}/text")).header("origin", "https://evil.example").form(&[("text", "böse")]).send().await.unwrap();
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    }
}
