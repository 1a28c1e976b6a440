//! Stub.
#![allow(missing_docs)]
use crate::{clock::Timestamp, email_address::EmailAddress, i18n::Locale, spam::Reason};
#[derive(Clone, Debug)]
pub struct Mailer;
#[derive(Debug)]
pub enum Failure {
    Temporary(String),
    Permanent(String),
}
pub struct Letter {
    pub to: EmailAddress,
    pub message_id: String,
    pub references: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub list_id: String,
    pub list_name: String,
    pub sent_at: Timestamp,
}
impl Mailer {
    pub fn new(_: Option<&secrecy::SecretString>, _: &std::path::Path, _: &str, _: &str) -> anyhow::Result<Self> {
        Ok(Self)
    }
    pub async fn send(&self, _: &Letter) -> Result<(), Failure> {
        Ok(())
    }
    pub fn destination(&self) -> String {
        String::new()
    }
}
pub struct HeldComments<'a> {
    pub to: EmailAddress,
    pub locale: Locale,
    pub site_name: &'a str,
    pub site_title: &'a str,
    pub base_url: &'a str,
    pub id: uuid::Uuid,
    pub sent_at: Timestamp,
    pub comments: &'a [HeldComment<'a>],
    pub more: u64,
    pub review_url: &'a str,
}
pub struct HeldComment<'a> {
    pub author: &'a str,
    pub text: &'a str,
    pub page_title: &'a str,
    pub page_url: Option<&'a str>,
    pub points: f64,
    pub reasons: &'a [Reason],
    pub submitted_at: Timestamp,
}
pub fn held_comments(a: &HeldComments<'_>) -> anyhow::Result<Letter> {
    Ok(Letter {
        to: a.to.clone(),
        message_id: String::new(),
        references: None,
        subject: String::new(),
        text: String::new(),
        html: String::new(),
        list_id: String::new(),
        list_name: String::new(),
        sent_at: a.sent_at,
    })
}
