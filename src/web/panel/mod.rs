//! The moderator's pages.

use std::sync::Arc;

use uuid::Uuid;

use super::App;
use super::session::SignedIn;
use crate::error::{Error, Result};
use crate::moderator::Moderator;
use crate::site::Site;
use crate::store::memberships;

pub mod comment;
pub mod decision;
pub mod embed;
pub mod queue;
pub mod setup;
pub mod sign_in;

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
}

impl Frame {
    fn is_at(&self, site: &Site) -> bool {
        self.site.as_ref().is_some_and(|here| here.id == site.id)
    }
}

/// The frame for somebody, with the sites that are theirs, by name.
async fn frame(app: &App, by: SignedIn) -> Result<Frame> {
    let all = app.sites.all().await?;
    let mut sites = Vec::new();
    let mut tx = app.store.read().await?;
    for site in all.values() {
        if memberships::role(&mut tx, by.moderator.id, site.id).await?.is_some() {
            sites.push(Arc::clone(site));
        }
    }
    sites.sort_by(|a, b| a.title.cmp(&b.title));
    Ok(Frame { moderator: by.moderator, csrf: by.csrf, sites, site: None })
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
}
