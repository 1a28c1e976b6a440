//! Who may do what on a site: members and their roles, invitations.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use uuid::Uuid;

use super::{Frame, frame};
use crate::accounts::Invited;
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderator::Role;
use crate::store::account_links::{self, Link};
use crate::store::memberships::{self, Member};
use crate::web::App;
use crate::web::error::field_message;
use crate::web::session::{PanelForm, SignedIn};
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "panel/team.html")]
struct TeamPage {
    locale: Locale,
    frame: Frame,
    site: String,
    members: Vec<Member>,
    invitations: Vec<(Link, String)>,
    roles: Vec<Role>,
    /// What was typed: name, address, role.
    typed: Invitation,
    faults: Vec<(&'static str, String)>,
    notice: Option<String>,
}

impl TeamPage {
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|(name, _)| *name == field).map(|(_, words)| words.as_str())
    }

    /// Owners are made and unmade by owners, and nobody changes their own role: the last key would be lost.
    fn may_change(&self, member: &Member) -> bool {
        member.id != self.frame.moderator.id && member.role != Role::Owner
    }

    /// Owners take a second factor off for whoever has lost it; their own is turned off with a code.
    fn may_reset(&self, member: &Member) -> bool {
        self.frame.moderator.is_owner && member.has_second_factor && member.id != self.frame.moderator.id
    }

    fn invited(&self, link: &Link, name: &str) -> String {
        let role = self.locale.text_for("role", link.role.unwrap_or(Role::Moderator).as_str());
        let until = self.locale.moment(link.expires_at);
        self.locale.text_with_all("team-invited", [("name", name.into()), ("role", role.into()), ("until", until.into())])
    }
}

/// An invitation as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Invitation {
    name: String,
    email: String,
    role: String,
}

/// What has just been done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
}

/// The team of a site.
pub async fn show(
    State(app): State<App>,
    Path(site): Path<String>,
    Query(asked): Query<Asked>,
    by: SignedIn,
) -> Result<Response> {
    let frame = frame(&app, by).await?.at(|candidate| candidate.name == site)?.for_admin()?;
    let mut page = team_page(&app, frame, Invitation::default()).await?;
    page.notice = match asked.done.as_str() {
        "mailed" => Some(page.locale.text("team-mailed")),
        "given" => Some(page.locale.text("team-given")),
        "reset" => Some(page.locale.text("team-second-factor-reset")),
        _ => None,
    };
    Ok(Page::new(page).into_response())
}

/// Invites somebody.
pub async fn invite(State(app): State<App>, Path(site): Path<String>, form: PanelForm<Invitation>) -> Result<Response> {
    let by = form.by.moderator.clone();
    let frame = frame(&app, form.by).await?.at(|candidate| candidate.name == site)?.for_admin()?;
    let (typed, site_id) = (form.fields, frame.site()?.id);
    let role = typed.role.parse().map_err(|_| Error::Malformed)?;
    match app.accounts.invite(&by, site_id, &typed.name, &typed.email, role).await {
        Ok(invited) => {
            app.mail_waits.notify_one();
            let done = if invited == Invited::ByMail { "mailed" } else { "given" };
            Ok(Redirect::to(&format!("/panel/sites/{site}/team?done={done}")).into_response())
        }
        Err(Error::Invalid(faults)) => {
            let mut page = team_page(&app, frame, typed).await?;
            page.faults = faults.iter().map(|fault| (fault.field, field_message(page.locale, fault))).collect();
            Ok(Page::new(page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn team_page(app: &App, frame: Frame, typed: Invitation) -> Result<TeamPage> {
    let site = frame.site()?.clone();
    let mut tx = app.store.read().await?;
    let members = memberships::members(&mut tx, site.id).await?;
    let invitations = account_links::open_invitations(&mut tx, site.id, app.clock.now()).await?;
    drop(tx);
    let mut roles = vec![Role::Moderator, Role::Admin];
    if frame.moderator.is_owner {
        roles.push(Role::Owner);
    }
    Ok(TeamPage {
        locale: frame.moderator.locale,
        site: site.name.clone(),
        frame: frame.in_section("team"),
        members,
        invitations,
        roles,
        typed,
        faults: Vec::new(),
        notice: None,
    })
}

/// The role that a member shall have; `none` takes it.
#[derive(Deserialize)]
pub struct RoleFields {
    role: String,
}

/// Changes a member's role.
pub async fn change_role(
    State(app): State<App>,
    Path((site, id)): Path<(String, Uuid)>,
    form: PanelForm<RoleFields>,
) -> Result<Response> {
    let site_id = app.sites.get(&site).await?.id;
    let role = match form.fields.role.as_str() {
        "none" => None,
        role => Some(role.parse().map_err(|_| Error::Malformed)?),
    };
    app.accounts.change_role(&form.by.moderator, site_id, id, role).await?;
    Ok(Redirect::to(&format!("/panel/sites/{site}/team")).into_response())
}

/// Nothing but the form's token.
#[derive(Deserialize)]
pub struct Nothing {}

/// Takes a member's second factor off.
pub async fn reset_second_factor(
    State(app): State<App>,
    Path((site, id)): Path<(String, Uuid)>,
    form: PanelForm<Nothing>,
) -> Result<Response> {
    let site_id = app.sites.get(&site).await?.id;
    app.accounts.reset_second_factor(&form.by.moderator, site_id, id).await?;
    app.mail_waits.notify_one();
    Ok(Redirect::to(&format!("/panel/sites/{site}/team?done=reset")).into_response())
}

/// Takes an invitation back.
pub async fn take_back(
    State(app): State<App>,
    Path((site, id)): Path<(String, Uuid)>,
    form: PanelForm<Nothing>,
) -> Result<Response> {
    let site_id = app.sites.get(&site).await?.id;
    app.accounts.take_back(&form.by.moderator, site_id, id).await?;
    Ok(Redirect::to(&format!("/panel/sites/{site}/team")).into_response())
}
