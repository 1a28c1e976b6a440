//! One's own second factor: set up with a picture for an app, turned off again.

use anyhow::Context;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use qrcode::{Color, QrCode};
use secrecy::SecretString;
use serde::Deserialize;

use super::account::of_web;
use super::{Frame, frame};
use crate::accounts::SecondFactor;
use crate::error::{Error, FieldError, Result};
use crate::i18n::Locale;
use crate::totp::Secret;
use crate::web::App;
use crate::web::error::field_message;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;

/// The white edge that a camera needs, in squares.
const EDGE: usize = 4;

#[derive(Template)]
#[template(path = "panel/second_factor.html")]
struct SecondFactorPage {
    locale: Locale,
    frame: Frame,
    factor: SecondFactor,
    /// What an app reads, while it is being set up.
    begun: Option<Begun>,
    /// The codes that stand in for it, shown once.
    codes: Vec<String>,
    /// Whether the codes take the place of others.
    is_renewed: bool,
    faults: Vec<(&'static str, String)>,
}

impl SecondFactorPage {
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|(name, _)| *name == field).map(|(_, words)| words.as_str())
    }
}

struct Begun {
    text: String,
    picture: Picture,
}

/// Black squares in a white one.
struct Picture {
    size: usize,
    /// The black ones, as the path of an SVG.
    path: String,
}

/// One's own second factor. A secret that was begun is not shown again: who looks may be somebody else.
pub async fn show(State(app): State<App>, by: SignedIn) -> Result<Response> {
    Ok(Page::new(page(&app, by).await?).into_response())
}

async fn page(app: &App, by: SignedIn) -> Result<SecondFactorPage> {
    let factor = app.accounts.second_factor(&of_web(&by)).await?;
    let frame = frame(app, by).await?.in_section("account");
    Ok(SecondFactorPage {
        locale: frame.moderator.locale,
        frame,
        factor,
        begun: None,
        codes: Vec::new(),
        is_renewed: false,
        faults: Vec::new(),
    })
}

/// What shall be done, and what is asked for it.
#[derive(Deserialize)]
pub struct Change {
    #[serde(rename = "do")]
    step: String,
    #[serde(default)]
    current: SecretString,
    #[serde(default)]
    code: String,
}

/// Sets the second factor up, step by step, gives new recovery codes, or turns it off.
pub async fn change(State(app): State<App>, form: PanelForm<Change>) -> Result<Response> {
    let (by, typed) = (form.by, form.fields);
    let own = of_web(&by);
    let mut secret = None;
    let mut codes = Vec::new();
    let outcome = match typed.step.as_str() {
        "begin" => app.accounts.begin_second_factor(&own, &typed.current).await.map(|begun| secret = Some(begun)),
        "confirm" => {
            let confirmed = app.accounts.confirm_second_factor(&own, &typed.code).await.map(|given| codes = given);
            if matches!(confirmed, Err(Error::Invalid(_))) {
                secret = Some(app.accounts.begun_second_factor(&own).await?);
            }
            confirmed
        }
        "renew" => app.accounts.renew_recovery_codes(&own, &typed.current, &typed.code).await.map(|given| codes = given),
        "end" => app.accounts.end_second_factor(&own, &typed.current, &typed.code).await,
        _ => Err(Error::Malformed),
    };
    app.mail_waits.notify_one();
    let faults: Vec<FieldError> = match outcome {
        Ok(()) if typed.step == "end" => return Ok(Redirect::to("/panel/account").into_response()),
        Ok(()) => Vec::new(),
        Err(Error::Invalid(faults)) => faults,
        Err(error) => return Err(error),
    };
    let mut page = page(&app, by).await?;
    page.begun = secret.map(|secret| begun(&secret, &page.frame.moderator.name)).transpose()?;
    page.codes = codes;
    page.is_renewed = typed.step == "renew";
    page.faults = faults.iter().map(|fault| (fault.field, field_message(page.locale, fault))).collect();
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(Page::new(page).with_status(status).into_response())
}

fn begun(secret: &Secret, name: &str) -> Result<Begun> {
    Ok(Begun { text: secret.as_text(), picture: picture(&secret.as_uri("Leserbrief", name))? })
}

fn picture(text: &str) -> Result<Picture> {
    let code = QrCode::new(text).context("a secret does not fit into a picture")?;
    let width = code.width();
    let mut path = String::new();
    for (place, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", place % width + EDGE, place / width + EDGE));
        }
    }
    Ok(Picture { size: width + 2 * EDGE, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_corners_and_an_edge() {
        let picture = picture("otpauth://totp/Leserbrief:Ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Leserbrief").unwrap();
        let last = picture.size - EDGE - 1;
        for corner in [(EDGE, EDGE), (last, EDGE), (EDGE, last)] {
            assert!(picture.path.contains(&format!("M{} {}h1v1h-1z", corner.0, corner.1)), "{corner:?}");
        }
        for outside in 0..EDGE {
            assert!(!picture.path.contains(&format!("M{outside} ")) && !picture.path.contains(&format!(" {outside}h")));
        }
        assert_eq!((picture.size - 2 * EDGE) % 4, 1, "the sizes of the standard are 21, 25, 29 …");
    }

    #[test]
    fn the_longest_name_fits() {
        assert!(begun(&Secret::random(), &"\u{1F600}".repeat(100)).is_ok());
    }
}
