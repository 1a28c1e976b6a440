//! What a receiver is told: what is public of a comment, and of all else the state alone. Never an address, a network or a hash.

use serde::Serialize;
use uuid::Uuid;

/// What happened to a comment.
#[derive(Clone, Debug, Serialize)]
pub struct Event<'a> {
    /// The comment.
    pub id: Uuid,
    /// Counts its changes: of two calls about one comment, the one with the higher number is the later one.
    pub revision: i64,
    /// Its state now.
    pub status: &'static str,
    /// The site's name.
    pub site: &'a str,
    /// The article.
    pub page: PageNamed<'a>,
    /// Milliseconds since the epoch.
    pub submitted_at: i64,
    /// On what ground it was rejected or called spam, in a word of a closed list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
    /// What everybody can read, while everybody can.
    #[serde(flatten)]
    pub text: Option<PublicText<'a>>,
}

/// An article, as its site knows it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PageNamed<'a> {
    /// The name by which the embed asks for it.
    pub id: &'a str,
    /// Its address, where it is known.
    pub url: Option<&'a str>,
    /// Its title.
    pub title: &'a str,
}

/// What is public of an approved comment, by the names of the public API.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PublicText<'a> {
    /// The comment it answers.
    pub parent: Option<Uuid>,
    /// The author's name.
    pub author: &'a str,
    /// The author's website.
    pub website: Option<&'a str>,
    /// What was typed.
    pub text: &'a str,
    /// What is shown: safe HTML.
    pub html: &'a str,
}

#[derive(Serialize)]
struct Told<'a> {
    #[serde(rename = "type")]
    kind: String,
    timestamp: &'a str,
    data: Option<&'a Event<'a>>,
}

impl Event<'_> {
    /// The body of a call: `type` is `comment.approved` and so on; `decided_at` as RFC 3339.
    ///
    /// # Errors
    /// None that is known: what it is made of can be written as JSON.
    pub fn body(&self, decided_at: &str) -> anyhow::Result<Vec<u8>> {
        let kind = format!("comment.{}", self.status);
        Ok(serde_json::to_vec(&Told { kind, timestamp: decided_at, data: Some(self) })?)
    }
}

/// The body of a test call, which is about nothing.
///
/// # Errors
/// As [`Event::body`].
pub fn ping(at: &str) -> anyhow::Result<Vec<u8>> {
    Ok(serde_json::to_vec(&Told { kind: "ping".into(), timestamp: at, data: None })?)
}
