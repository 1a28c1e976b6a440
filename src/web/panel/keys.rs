//! Keys: what each does, whether they are on at all, and other ones for those who want them.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::{Frame, frame};
use crate::error::Result;
use crate::i18n::Locale;
use crate::store::{Tx, panel_settings};
use crate::web::App;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;

/// What keys do, with the key that does it at first. The words are under `key-…`.
pub const ACTIONS: [(&str, &str); 15] = [
    ("next", "j"),
    ("previous", "k"),
    ("approve", "a"),
    ("spam", "s"),
    ("reject", "d"),
    ("undo", "u"),
    ("reply", "r"),
    ("edit", "e"),
    ("note", "m"),
    ("history", "h"),
    ("conversation", "c"),
    ("select", "x"),
    ("cluster", "X"),
    ("search", "/"),
    ("help", "?"),
];

/// A moderator's keys.
#[derive(Clone, Debug)]
pub struct KeyMap {
    /// Whether keys do anything.
    pub switched_on: bool,
    keys: BTreeMap<String, String>,
}

impl KeyMap {
    /// The key for an action.
    pub fn key(&self, action: &str) -> &str {
        let usual = ACTIONS.iter().find(|(name, _)| *name == action).map_or("", |(_, key)| *key);
        self.keys.get(action).map_or(usual, String::as_str)
    }

    /// For the script: every key with its action, or nothing while they are off.
    pub fn as_json(&self) -> String {
        let all: BTreeMap<&str, &str> =
            ACTIONS.iter().filter(|_| self.switched_on).map(|(action, _)| (self.key(action), *action)).collect();
        serde_json::to_string(&all).unwrap_or_default()
    }

    /// Every action with its key.
    pub fn all(&self) -> Vec<(&'static str, String)> {
        ACTIONS.iter().map(|(action, _)| (*action, self.key(action).to_owned())).collect()
    }

    /// Whether two actions share a key, or a key is a digit, which the grounds have.
    fn is_ambiguous(&self) -> bool {
        let mut keys: Vec<&str> = ACTIONS.iter().map(|(action, _)| self.key(action)).collect();
        keys.sort_unstable();
        keys.windows(2).any(|pair| pair.first() == pair.last()) || keys.iter().any(|key| key.chars().all(|c| c.is_ascii_digit()))
    }
}

/// A moderator's keys as they have set them.
pub async fn of(tx: &mut Tx, moderator_id: Uuid) -> Result<KeyMap> {
    let kept = panel_settings::keys(tx, moderator_id).await?;
    let (switched_on, keys) = kept.unwrap_or((true, "{}".into()));
    Ok(KeyMap { switched_on, keys: serde_json::from_str(&keys).unwrap_or_default() })
}

#[derive(Template)]
#[template(path = "panel/keys.html")]
struct KeysPage {
    locale: Locale,
    frame: Frame,
    keys: KeyMap,
    is_refused: bool,
}

/// The keys, in a form.
pub async fn show(State(app): State<App>, by: SignedIn) -> Result<Response> {
    let frame = frame(&app, by).await?;
    let keys = of(&mut app.store.read().await?, frame.moderator.id).await?;
    Ok(Page::new(KeysPage { locale: frame.moderator.locale, frame, keys, is_refused: false }).into_response())
}

/// Keeps them, if each does one thing.
pub async fn keep(State(app): State<App>, form: PanelForm<HashMap<String, String>>) -> Result<Response> {
    let frame = frame(&app, form.by).await?;
    let typed = |action: &str| {
        let key: String = form.fields.get(&format!("key-{action}"))?.trim().chars().take(1).collect();
        (!key.is_empty() && !key.chars().any(char::is_control)).then(|| (action.to_owned(), key))
    };
    let keys = KeyMap {
        switched_on: form.fields.contains_key("on"),
        keys: ACTIONS.iter().filter_map(|(action, _)| typed(action)).collect(),
    };
    if keys.is_ambiguous() {
        let page = KeysPage { locale: frame.moderator.locale, frame, keys, is_refused: true };
        return Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let mut tx = app.store.write().await?;
    let as_text = serde_json::to_string(&keys.keys).unwrap_or_default();
    panel_settings::keep_keys(&mut tx, frame.moderator.id, keys.switched_on, &as_text).await?;
    tx.commit().await?;
    Ok(Redirect::to("/panel").into_response())
}
