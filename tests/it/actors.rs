//! Who takes part in a story: readers with a browser's manners, and moderators.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::House;

pub const PASSWORD: &str = "zwölf Möwen über dem Deich";

fn browser() -> reqwest::ClientBuilder {
    Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(30))
}

/// Somebody who reads an article of the demo site and writes a comment.
pub struct Reader {
    pub client: Client,
    pub url: String,
    origin: String,
    page: String,
    email: String,
}

impl Reader {
    pub fn of(house: &House, page: &str) -> Self {
        Self {
            client: browser().user_agent("Mozilla/5.0 (X11; Linux x86_64) Reader").build().unwrap(),
            url: house.url.clone(),
            origin: house.origin(),
            page: page.into(),
            email: "eva@example.org".into(),
        }
    }

    /// The same with another address.
    pub fn named(mut self, email: &str) -> Self {
        self.email = email.into();
        self
    }

    pub async fn token(&self) -> String {
        let url = format!("{}/api/v1/form", self.url);
        let answer = self.client.get(url).query(&[("site", "demo"), ("page", &self.page)]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned()
    }

    /// A comment as the embed sends it.
    pub async fn comment(&self, text: &str) -> Value {
        json!({
            "site": "demo", "page": self.page, "url": format!("{}/demo", self.origin), "title": "Die 14",
            "name": "Eva Müller", "email": self.email, "website": "", "text": text,
            "token": self.token().await, "notify": false, "homepage": ""
        })
    }

    /// The same from a page that has no token.
    pub fn comment_without_token(&self, text: &str) -> Value {
        json!({"site": "demo", "page": self.page, "name": "Eva Müller", "email": self.email, "text": text})
    }

    pub async fn send(&self, comment: &Value) -> Response {
        let url = format!("{}/api/v1/comments", self.url);
        self.client.post(url).header("origin", &self.origin).json(comment).send().await.unwrap()
    }

    /// Writes a comment that is taken; returns what was answered.
    pub async fn writes(&self, text: &str) -> Value {
        let answer = self.send(&self.comment(text).await).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// The same within a minute, so that how the form was filled in does not speak against it.
    pub async fn writes_unhurried(&self, house: &House, text: &str) -> Value {
        let comment = self.comment(text).await;
        house.wait(60_000);
        let answer = self.send(&comment).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// The same by somebody who wants to hear of answers, and perhaps answers a comment.
    pub async fn writes_and_waits(&self, text: &str, parent: Option<&str>) -> Value {
        let mut comment = self.comment(text).await;
        comment["notify"] = true.into();
        comment["parent"] = parent.map_or(Value::Null, Value::from);
        let answer = self.send(&comment).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// The thread as the embed reads it.
    pub async fn thread(&self) -> Value {
        let url = format!("{}/api/v1/threads", self.url);
        let answer = self.client.get(url).query(&[("site", "demo"), ("page", &self.page)]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    /// The texts that the thread shows.
    pub async fn reads(&self) -> Vec<String> {
        let thread = self.thread().await;
        thread["comments"].as_array().unwrap().iter().map(|comment| comment["html"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn get(&self, url: &str) -> Response {
        self.client.get(url).send().await.unwrap()
    }
}

/// Somebody signed in to the panel.
pub struct Moderator {
    pub client: Client,
    pub url: String,
}

impl Moderator {
    /// Opens the setup link and becomes the owner.
    pub async fn first(house: &House) -> Self {
        let this = Self::stranger(house);
        let setup = house.setup_url.as_ref().unwrap().replace("localhost", "127.0.0.1");
        assert_eq!(this.client.get(&setup).send().await.unwrap().status(), StatusCode::OK);
        let fields = [("name", "Ada Admiral"), ("email", "ada@example.org"), ("password", PASSWORD)];
        let made = this.client.post(&setup).form(&fields).send().await.unwrap();
        assert_eq!(made.status(), StatusCode::SEE_OTHER, "{}", made.text().await.unwrap());
        this
    }

    /// A browser that nobody has signed in with; it asks for German.
    pub fn stranger(house: &House) -> Self {
        let german = HeaderMap::from_iter([(reqwest::header::ACCEPT_LANGUAGE, HeaderValue::from_static("de"))]);
        let client = browser().cookie_store(true).default_headers(german).build().unwrap();
        Self { client, url: house.url.clone() }
    }

    /// A further moderator of the demo site, signed in.
    pub async fn further(house: &House, name: &str, email: &str) -> Self {
        Self::with_role(house, name, email, leserbrief::moderator::Role::Moderator).await
    }

    /// The same with a role.
    pub async fn with_role(house: &House, name: &str, email: &str, role: leserbrief::moderator::Role) -> Self {
        let sites = house.app.sites.all().await.unwrap();
        let account = leserbrief::accounts::NewAccount {
            name,
            email,
            password: &secrecy::SecretString::from(PASSWORD),
            locale: leserbrief::i18n::Locale::De,
        };
        house.app.accounts.add(&account, role, Some(sites["demo"].id)).await.unwrap();
        let this = Self::stranger(house);
        assert_eq!(this.signs_in(email, PASSWORD).await.status(), StatusCode::SEE_OTHER);
        this
    }

    /// Sends a form of the panel, with the token that its pages carry.
    pub async fn sends(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let csrf = self.csrf().await;
        let fields: Vec<(&str, &str)> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.client.post(format!("{}{path}", self.url)).form(&fields).send().await.unwrap()
    }

    pub async fn signs_in(&self, email: &str, password: &str) -> Response {
        let url = format!("{}/panel/sign-in", self.url);
        self.client.post(url).form(&[("email", email), ("password", password)]).send().await.unwrap()
    }

    pub async fn opens(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.url)).send().await.unwrap()
    }

    pub async fn page(&self, path: &str) -> String {
        let answer = self.opens(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }

    pub async fn queue(&self, view: &str) -> String {
        self.page(&format!("/panel/sites/demo/comments?view={view}")).await
    }

    /// The forms' token, as any page of the panel shows it.
    pub async fn csrf(&self) -> String {
        field(&self.queue("pending").await, "csrf").unwrap()
    }

    /// What the comment's page shows: its revision.
    pub async fn revision(&self, id: &str) -> String {
        let page = self.page(&format!("/panel/comments/{id}")).await;
        field(&page, "revision").unwrap()
    }

    /// Presses a button that was seen with this revision.
    pub async fn presses(&self, id: &str, to: &str, revision: &str) -> Response {
        let csrf = self.csrf().await;
        let fields = [("csrf", csrf.as_str()), ("to", to), ("revision", revision), ("reason", "aus gutem Grund"), ("back", "")];
        self.client.post(format!("{}/panel/comments/{id}/decision", self.url)).form(&fields).send().await.unwrap()
    }

    /// Decides a comment as it is now; returns the decision's id.
    pub async fn decides(&self, id: &str, to: &str) -> String {
        let revision = self.revision(id).await;
        let answer = self.presses(id, to, &revision).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await.unwrap());
        done(&answer)
    }

    pub async fn undoes(&self, decision: &str) -> Response {
        let csrf = self.csrf().await;
        let url = format!("{}/panel/decisions/{decision}/undo", self.url);
        self.client.post(url).form(&[("csrf", csrf.as_str()), ("back", "/panel/sites/demo/comments")]).send().await.unwrap()
    }
}

/// The decision that a redirect tells of.
pub fn done(answer: &Response) -> String {
    answer.headers()[LOCATION].to_str().unwrap().rsplit_once("done=").unwrap().1.to_owned()
}

/// The value of a hidden field of a page.
pub fn field(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}
