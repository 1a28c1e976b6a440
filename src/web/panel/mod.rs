//! The moderator's pages.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::App;
use super::session::SignedIn;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::moderator::{Moderator, Role};
use crate::site::Site;
use crate::store::memberships;
use crate::store::search::moment_of;

pub mod account;
pub mod account_journal;
pub mod bulk;
pub mod card;
mod charts;
pub mod comment;
pub mod decision;
pub mod embed;
pub mod journal;
pub mod keys;
pub mod links;
pub mod live;
pub mod mail_wishes;
pub mod numbers;
pub mod outbox;
pub mod pages;
pub mod queue;
pub mod saved_views;
pub mod second_factor;
pub mod settings;
pub mod setup;
pub mod sign_in;
mod signals;
pub mod team;
pub mod webhooks;
pub mod writing;

/// What the frame of every page shows.
pub struct Frame {
    /// Who is signed in.
    pub moderator: Moderator,
    /// What forms carry.
    pub csrf: String,
    /// The sites this moderator may look at.
    pub sites: Vec<Arc<Site>>,
    /// The site that the page is about.
    pub site: Option<Arc<Site>>,
    /// What they may do on each site.
    roles: HashMap<Uuid, Role>,
    /// Which of the site's pages it is.
    section: &'static str,
    /// Whether mail fails, which every page tells.
    mail_fails: bool,
}

impl Frame {
    fn is_at(&self, site: &Site) -> bool {
        self.site.as_ref().is_some_and(|here| here.id == site.id)
    }
}

/// The day on which a comment or a decision was made, as its id says.
fn day_of(locale: Locale, id: Uuid) -> String {
    locale.day(Timestamp::from_millis(moment_of(id)))
}

/// The frame for somebody, with the sites that are theirs, by name.
async fn frame(app: &App, by: SignedIn) -> Result<Frame> {
    let all = app.sites.all().await?;
    let mut tx = app.store.read().await?;
    let roles: HashMap<Uuid, Role> = memberships::of_moderator(&mut tx, by.moderator.id).await?.into_iter().collect();
    drop(tx);
    let mut sites: Vec<Arc<Site>> = all.values().filter(|site| roles.contains_key(&site.id)).cloned().collect();
    let mail_fails = app.mail_health.fails(&app.store).await?;
    sites.sort_by(|a, b| a.title.cmp(&b.title));
    Ok(Frame { moderator: by.moderator, csrf: by.csrf, sites, site: None, roles, section: "comments", mail_fails })
}

impl Frame {
    /// The same, about a site; for anybody else there is none.
    fn at(mut self, is_it: impl Fn(&Site) -> bool) -> Result<Self> {
        self.site = Some(self.sites.iter().find(|site| is_it(site)).cloned().ok_or(Error::NotFound)?);
        Ok(self)
    }

    fn site(&self) -> Result<&Arc<Site>> {
        self.site.as_ref().ok_or(Error::NotFound)
    }

    fn at_id(self, id: Uuid) -> Result<Self> {
        self.at(|site| site.id == id)
    }

    /// The same, in another section of the site than its comments.
    fn in_section(mut self, section: &'static str) -> Self {
        self.section = section;
        self
    }

    /// The same, for whoever changes the site's settings.
    fn for_admin(self) -> Result<Self> {
        if self.is_admin() { Ok(self) } else { Err(Error::Forbidden) }
    }

    /// Whether they change the settings of the site that the page is about.
    fn is_admin(&self) -> bool {
        let role = self.site.as_ref().and_then(|site| self.roles.get(&site.id));
        role.is_some_and(|role| *role >= Role::Admin)
    }

    /// Whether they change the settings of any site.
    fn is_any_admin(&self) -> bool {
        self.moderator.is_owner || self.roles.values().any(|role| *role >= Role::Admin)
    }
}
