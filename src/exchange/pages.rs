//! Where the comments of another program belong: pages, known by the names under which they will be asked for.

use anyhow::Context;
use uuid::Uuid;

use super::prepared::Common;
use super::taking::{Import, Memory};
use super::{Article, html};
use crate::clock::Timestamp;
use crate::page::{Page, canonical_url, page_name};
use crate::site::{Origin, Site};
use crate::store::{Tx, pages};

impl Import<'_> {
    /// The page of an article: known by its id there, and by its address if that lies on an origin of the site.
    pub(super) async fn page(
        &self,
        tx: &mut Tx,
        common: &Common<'_>,
        article: &Article,
        first_comment: Timestamp,
        memory: &mut Memory,
    ) -> anyhow::Result<Uuid> {
        let name = page_name(&article.name).with_context(|| format!("The article {:?} has no name.", article.name))?;
        let url = address_on(self.site, &article.url);
        let mut found = pages::find(tx, self.site.id, &name).await?;
        if let (None, Some(url)) = (&found, &url) {
            found = pages::find(tx, self.site.id, url).await?;
        }
        let page = match found {
            Some(page) => page,
            None => {
                if !self.is_dry || memory.seen.insert(name.clone()) {
                    memory.summary.pages += 1;
                    memory.summary.pages_elsewhere += u64::from(url.is_none());
                }
                let title: String = html::to_words(&article.title).chars().filter(|c| !c.is_control()).take(300).collect();
                let title = if title.is_empty() { name.clone() } else { title };
                let id = common.page_id(&article.name, first_comment);
                let page = Page { id, url: url.clone(), title, closed_at: None, created_at: first_comment };
                if !self.is_dry {
                    pages::add(tx, self.site.id, &page).await?;
                    if article.is_closed {
                        pages::close(tx, id, Some(common.now)).await?;
                    }
                }
                page
            }
        };
        if !self.is_dry {
            for name in url.iter().chain([&name]) {
                pages::add_alias(tx, self.site.id, name, page.id).await?;
            }
        }
        Ok(page.id)
    }
}

/// The canonical address of an article, if it lies on an origin of the site: as it is, or with TLS where the site has that
/// now. A blog that has moved since then keeps its threads by the ids of its articles; no link leads to where it is no more.
fn address_on(site: &Site, url: &str) -> Option<String> {
    let with_tls = url.trim().strip_prefix("http://").map(|rest| format!("https://{rest}"));
    [Some(url.to_owned()), with_tls].into_iter().flatten().find_map(|url| {
        let url = canonical_url(&url)?;
        Origin::parse(url.as_str()).filter(|origin| site.allows(origin.as_str()))?;
        page_name(url.as_str())
    })
}
