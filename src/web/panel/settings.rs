//! A site's settings. Rules are tried on the past before they are kept; what was typed is never lost.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::signals::{self, Tick};
use super::{Frame, frame};
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderation::block_list::{self, ListKind};
use crate::moderation::drift;
use crate::moderation::settings::{self, site_version, version};
use crate::moderation::trial::{Trial, try_on_past};
use crate::site::{Hold, NUMBERS, Order, Origin, Site};
use crate::store::{memberships, moderators};
use crate::web::App;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;

/// The characters of a site's title.
const LONGEST_TITLE: usize = 100;

/// Origins of a site: they stand in headers.
const MOST_ORIGINS: usize = 100;

/// Comments that a trial lists of each kind.
const LISTED: usize = 50;

/// The settings that are typed as text under their dotted names.
const TEXTS: [&str; 4] = ["trust.hold", "thread.order", "form.title", "form.note"];

/// A box to tick: a form sends it only if it is.
const SHOW_ADDRESS: &str = "mail.show_address";
const DECISIONS: &str = "mail.decisions";

/// What was typed, by the name of the field.
type Typed = HashMap<String, String>;

#[derive(Template)]
#[template(path = "panel/settings.html")]
struct SettingsPage {
    locale: Locale,
    frame: Frame,
    site: String,
    typed: Typed,
    faults: Vec<(&'static str, String)>,
    /// Those who may be told of held comments by mail.
    told: Vec<Told>,
    /// What the judgement can do without.
    signals: Vec<Tick>,
    trial: Option<Trial>,
    /// The version of the rules that the trial was made with.
    tried: String,
    /// What keeps them from being saved.
    message: Option<String>,
    /// What was done.
    notice: Option<String>,
}

struct Told {
    id: Uuid,
    name: String,
    is_told: bool,
}

impl SettingsPage {
    fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn fault(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|(field, _)| *field == name).map(|(_, words)| words.as_str())
    }

    /// A dotted name as ids and catalogues have it.
    fn key(&self, name: &str) -> String {
        name.replace(['.', '_'], "-")
    }

    fn label(&self, name: &str) -> String {
        self.locale.text_for("setting", &self.key(name))
    }

    fn note(&self, name: &str) -> String {
        self.locale.text_for("setting-note", &self.key(name))
    }

    fn numbers(&self, group: &str) -> Vec<&'static str> {
        NUMBERS.iter().map(|number| number.name).filter(|name| name.starts_with(group)).collect()
    }

    fn has_signals_to_see(&self) -> bool {
        self.signals.iter().any(|tick| tick.is_off || tick.proposal.is_some())
    }

    fn trial_in_words(&self, trial: &Trial) -> String {
        self.locale.text_with_all(
            "trial-caught",
            [
                ("decided", trial.decided.into()),
                ("unwanted", trial.unwanted.into()),
                ("caught", trial.caught.into()),
                ("now", trial.caught_now.into()),
            ],
        )
    }
}

/// Whether they have just been saved.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    saved: bool,
}

/// The settings as they are.
pub async fn show(
    State(app): State<App>,
    Path(site): Path<String>,
    Query(asked): Query<Asked>,
    by: SignedIn,
) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?.for_admin()?;
    let now = frame.site()?.clone();
    let mut page = settings_page(&app, frame, &now, typed_of(&now)).await?;
    page.notice = asked.saved.then(|| page.locale.text("setting-saved"));
    Ok(Page::new(page).into_response())
}

/// Keeps the settings; where the rules have changed, first shows what they would have done.
pub async fn change(State(app): State<App>, Path(site): Path<String>, form: PanelForm<Typed>) -> Result<Response> {
    let by = form.by.moderator.clone();
    let frame = frame(&app, form.by).await?.at(|candidate| candidate.name == site)?.for_admin()?;
    let (now, locale) = (frame.site()?.clone(), frame.moderator.locale);
    let mut typed = form.fields;
    let notice = take_in_paste(&mut typed).map(|left_out| locale.text_with("setting-paste-left-out", "count", left_out));
    let (wanted, faults) = read(&now, &typed, locale);
    let has_tried = typed.get("tried").is_some_and(|tried| *tried == version(&wanted.settings.rules));
    let needs_trial = wanted.settings.rules != now.settings.rules && !has_tried;
    let wants_trial = typed.get("do").is_some_and(|button| button == "try");
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    let mut message = None;
    let mut trial = None;
    if !faults.is_empty() {
        message = Some(locale.text("setting-refused"));
    } else if needs_trial || wants_trial {
        (status, trial) = (StatusCode::OK, Some(try_on_past(&app.store, &wanted, &now.settings.rules).await?));
    } else {
        let seen = typed.get("version").cloned().unwrap_or_default();
        match settings::change(&app.store, &by, &wanted, &seen).await {
            Ok(()) => {
                app.sites.look_again();
                app.threads.forget_all();
                return Ok(Redirect::to(&format!("/panel/sites/{site}/settings?saved=true")).into_response());
            }
            Err(Error::Conflict { .. }) => {
                // The next press knows what it goes over.
                typed.insert("version".into(), site_version(&*app.sites.get(&site).await?));
                (status, message) = (StatusCode::CONFLICT, Some(locale.text("setting-conflict")));
            }
            Err(error) => return Err(error),
        }
    }
    let mut page = settings_page(&app, frame, &wanted, typed).await?;
    page.tried = if trial.is_some() { version(&wanted.settings.rules) } else { String::new() };
    (page.faults, page.trial, page.message, page.notice) = (faults, trial, message, notice);
    Ok(Page::new(page).with_status(status).into_response())
}

async fn settings_page(app: &App, frame: Frame, site: &Site, typed: Typed) -> Result<SettingsPage> {
    let mut tx = app.store.read().await?;
    let members = memberships::of_site(&mut tx, site.id).await?;
    let told = moderators::all(&mut tx)
        .await?
        .into_iter()
        .filter(|moderator| members.contains(&moderator.id))
        .map(|moderator| Told {
            is_told: !site.settings.mail.silent.contains(&moderator.id),
            id: moderator.id,
            name: moderator.name,
        })
        .collect();
    let locale = frame.moderator.locale;
    let agreement = drift::agreement_of_signals(&mut tx, site.id).await?;
    Ok(SettingsPage {
        signals: signals::ticks(locale, &typed, &agreement),
        locale,
        frame: frame.in_section("settings"),
        site: site.name.clone(),
        typed,
        faults: Vec::new(),
        told,
        trial: None,
        tried: String::new(),
        message: None,
        notice: None,
    })
}

/// The fields as they stand for a site.
fn typed_of(site: &Site) -> Typed {
    let settings = &site.settings;
    let names = NUMBERS.iter().map(|number| number.name).chain(TEXTS).chain(["rules.blocked_words"]);
    let mut typed: Typed = names.map(|name| (name.to_owned(), settings.get(name))).collect();
    if settings.mail.show_address {
        typed.insert(SHOW_ADDRESS.into(), "1".into());
    }
    if settings.mail.decisions {
        typed.insert(DECISIONS.into(), "1".into());
    }
    signals::tick_those_off(&mut typed, settings);
    let origins: Vec<&str> = site.origins.iter().map(Origin::as_str).collect();
    typed.insert("origins".into(), origins.join("\n"));
    typed.insert("title".into(), site.title.clone());
    typed.insert("locale".into(), site.locale.as_str().into());
    typed.insert("version".into(), site_version(site));
    typed
}

/// The site as it shall be, and what is wrong with what was typed, in words.
fn read(now: &Site, typed: &Typed, locale: Locale) -> (Site, Vec<(&'static str, String)>) {
    let mut wanted = now.clone();
    let mut faults = Vec::new();
    let value = |name: &str| typed.get(name).map_or("", String::as_str);
    wanted.title = value("title").split_whitespace().collect::<Vec<_>>().join(" ");
    if !(1..=LONGEST_TITLE).contains(&wanted.title.chars().count()) || wanted.title.contains(char::is_control) {
        faults.push(("title", locale.text_with("setting-fault-title", "most", LONGEST_TITLE)));
    }
    match value("locale").parse() {
        Ok(chosen) => wanted.locale = chosen,
        Err(_) => faults.push(("locale", locale.text("setting-fault-choice"))),
    }
    let lines = || value("origins").lines().map(str::trim).filter(|line| !line.is_empty());
    match lines().map(Origin::parse).collect::<Option<Vec<_>>>() {
        Some(origins) if origins.len() > MOST_ORIGINS => {
            faults.push(("origins", locale.text_with("setting-fault-too-many", "most", MOST_ORIGINS)));
        }
        Some(origins) if !origins.is_empty() => wanted.origins = origins,
        _ => {
            let wrong = lines().find(|line| Origin::parse(line).is_none()).unwrap_or_default();
            faults.push(("origins", locale.text_with("setting-fault-origins", "origin", wrong)));
        }
    }
    for number in NUMBERS {
        // German readers write decimals with a comma.
        let typed = value(number.name).trim().replace(',', ".");
        if wanted.settings.set(number.name, &typed).is_err() {
            faults.push((number.name, out_of_range(locale, (number.least, number.most))));
        }
    }
    for name in TEXTS {
        if wanted.settings.set(name, value(name)).is_err() {
            faults.push((name, locale.text("setting-fault-choice")));
        }
    }
    if wanted.settings.set_lines("rules.blocked_words", value("rules.blocked_words")).is_err() {
        faults.push(("rules.blocked_words", locale.text("setting-fault-choice")));
    }
    signals::switch_off(&mut wanted.settings, typed);
    let told: HashSet<Uuid> = typed.keys().filter_map(|name| name.strip_prefix("told-")?.parse().ok()).collect();
    let asked: HashSet<Uuid> = typed.keys().filter_map(|name| name.strip_prefix("asked-")?.parse().ok()).collect();
    wanted.settings.mail.silent.retain(|id| !asked.contains(id));
    let mut unwilling: Vec<Uuid> = asked.difference(&told).copied().collect();
    unwilling.sort();
    wanted.settings.mail.silent.extend(unwilling);
    wanted.settings.mail.show_address = typed.contains_key(SHOW_ADDRESS);
    wanted.settings.mail.decisions = typed.contains_key(DECISIONS);
    for fault in wanted.settings.faults() {
        if !faults.iter().any(|(name, _)| *name == fault.name) {
            let words = match fault.code {
                "range" => out_of_range(locale, fault.bounds),
                "order" => locale.text("setting-fault-order"),
                "too_many" => locale.text_with("setting-fault-too-many", "most", fault.bounds.1),
                _ => locale.text_with("setting-fault-too-long", "most", fault.bounds.1),
            };
            faults.push((fault.name, words));
        }
    }
    (wanted, faults)
}

fn out_of_range(locale: Locale, (least, most): (f64, f64)) -> String {
    locale.text_with_all("setting-fault-range", [("least", least.into()), ("most", most.into())])
}

/// Moves what was pasted into the list of words, where it is tried with the rest. Returns how many lines were left out,
/// where something was pasted.
fn take_in_paste(typed: &mut Typed) -> Option<usize> {
    let pasted = typed.insert("paste".into(), String::new()).filter(|pasted| !pasted.trim().is_empty())?;
    let from_wordpress = typed.get("paste_as").is_some_and(|kind| kind == "wordpress");
    let kind = if from_wordpress { ListKind::WordPress } else { ListKind::Words };
    let words = typed.remove("rules.blocked_words").unwrap_or_default();
    let (kept, left_out) = block_list::join(words.lines(), &pasted, kind);
    typed.insert("rules.blocked_words".into(), kept.join("\n"));
    Some(left_out)
}
