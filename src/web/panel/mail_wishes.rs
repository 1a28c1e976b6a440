//! When a moderator wants to be told of held comments by mail: for each of their sites, by the clock on their wall.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{Frame, frame};
use crate::error::Result;
use crate::i18n::Locale;
use crate::moderation::mails;
use crate::moderator::{MailWish, QuietHours, Telling, Zone, minute_of_day, time_of_day};
use crate::store::mail_wishes;
use crate::web::App;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;

/// What was typed, by the name of the field.
type Typed = HashMap<String, String>;

#[derive(Template)]
#[template(path = "panel/mail_wishes.html")]
struct WishesPage {
    locale: Locale,
    frame: Frame,
    zones: Vec<String>,
    typed: Typed,
    /// The fields that were refused, and why.
    faults: Vec<(String, String)>,
    saved: bool,
}

impl WishesPage {
    fn value(&self, field: &str, site: &str) -> &str {
        self.typed.get(&name(field, site)).map_or("", String::as_str)
    }

    fn zone(&self) -> &str {
        self.typed.get("zone").map_or("", String::as_str)
    }

    fn fault(&self, field: &str, site: &str) -> Option<&str> {
        let name = name(field, site);
        self.faults.iter().find(|(refused, _)| *refused == name).map(|(_, words)| words.as_str())
    }

    /// Whether an admin has switched these mails off.
    fn is_switched_off(&self, site: &crate::site::Site) -> bool {
        site.settings.mail.silent.contains(&self.frame.moderator.id)
    }

    fn hours(&self) -> Vec<(String, String)> {
        (0..24_u16).map(|hour| (hour.to_string(), time_of_day(hour * 60))).collect()
    }
}

/// A field about a site.
fn name(field: &str, site: &str) -> String {
    format!("{field}-{site}")
}

/// Whether they have just been saved.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    saved: bool,
}

/// The wishes as they are.
pub async fn show(State(app): State<App>, Query(asked): Query<Asked>, by: SignedIn) -> Result<Response> {
    let frame = frame(&app, by).await?;
    let mut tx = app.store.read().await?;
    let mut typed = Typed::new();
    let mut zone = Zone::usual(frame.moderator.locale);
    for site in &frame.sites {
        let (wish, theirs) = mail_wishes::of(&mut tx, frame.moderator.id, site.id).await?;
        zone = theirs;
        typed.extend(typed_of(&site.name, &wish));
    }
    drop(tx);
    typed.insert("zone".into(), zone.name().to_owned());
    Ok(Page::new(wishes_page(frame, typed, Vec::new(), asked.saved)).into_response())
}

fn wishes_page(frame: Frame, typed: Typed, faults: Vec<(String, String)>, saved: bool) -> WishesPage {
    WishesPage { locale: frame.moderator.locale, frame: frame.in_section("account"), zones: Zone::all(), typed, faults, saved }
}

fn typed_of(site: &str, wish: &MailWish) -> [(String, String); 4] {
    let (from, until) = wish.quiet.map(QuietHours::minutes).unzip();
    let time = |minute: Option<u16>| minute.map_or_else(String::new, time_of_day);
    [
        (name("telling", site), wish.telling.as_str().to_owned()),
        (name("hour", site), wish.hour.to_string()),
        (name("from", site), time(from)),
        (name("until", site), time(until)),
    ]
}

/// Keeps them, or says what is wrong with a field.
pub async fn keep(State(app): State<App>, form: PanelForm<Typed>) -> Result<Response> {
    let frame = frame(&app, form.by).await?;
    let typed = form.fields;
    let mut faults = Vec::new();
    let zone = Zone::parse(typed.get("zone").map_or("", String::as_str));
    if zone.is_none() {
        faults.push(("zone".to_owned(), frame.moderator.locale.text("wishes-fault-zone")));
    }
    let mut wishes: Vec<(Uuid, MailWish)> = Vec::new();
    for site in &frame.sites {
        match read(&typed, &site.name) {
            Ok(wish) => wishes.push((site.id, wish)),
            Err(field) => faults.push((name(field, &site.name), frame.moderator.locale.text(&format!("wishes-fault-{field}")))),
        }
    }
    if let (Some(zone), true) = (zone, faults.is_empty()) {
        mails::keep_wishes(&app.store, &app.clock, &frame.moderator, &zone, &wishes).await?;
        app.mail_waits.notify_one();
        return Ok(Redirect::to("/panel/account/mail?saved=true").into_response());
    }
    let page = wishes_page(frame, typed, faults, false);
    Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// What is wished for a site, or the field that cannot be read.
fn read(typed: &Typed, site: &str) -> std::result::Result<MailWish, &'static str> {
    let value = |field: &str| typed.get(&name(field, site)).map_or("", |value| value.trim());
    let telling: Telling = value("telling").parse().map_err(|_| "telling")?;
    let hour = value("hour").parse().ok().filter(|hour| *hour < 24).ok_or("hour")?;
    let quiet = match (value("from"), value("until")) {
        ("", "") => None,
        (from, until) => {
            let (from, until) = (minute_of_day(from).ok_or("from")?, minute_of_day(until).ok_or("until")?);
            Some(QuietHours::new(from, until).ok_or("until")?)
        }
    };
    Ok(MailWish { telling, hour, quiet })
}
