//! Names of a search become ids, and addresses their keyed hashes.

use uuid::Uuid;

use super::{Asked, Query, Term};
use crate::email_address::EmailAddress;
use crate::moderation::words::{self, Field};
use crate::moderator::Moderator;
use crate::page::page_name;
use crate::secrets::Keys;
use crate::store::full_text::Word;
use crate::store::search::{Condition, Filter, What};
use crate::store::{Result, Tx, moderators, pages};

impl Query {
    /// The filter for a site: names become ids, addresses their keyed hashes. `None` where nothing can be found, since
    /// something that must hold does not exist.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn resolve(&self, tx: &mut Tx, keys: &Keys, site_id: Uuid, by: &Moderator) -> Result<Option<Filter>> {
        let mut conditions = Vec::new();
        for Term { is_not, what } in &self.terms {
            let found: Option<Vec<What>> = match what {
                Asked::Plain(what) => Some(vec![what.clone()]),
                // Signs alone are no words; to find everything by them would be to decide everything by them.
                Asked::Words(field, text) => Some(words_of(*field, text)).filter(|words| !words.is_empty()),
                Asked::Address(address) => {
                    EmailAddress::parse(address).map(|address| vec![What::Address(keys.address_index(&address))])
                }
                Asked::Network(network) => Some(vec![What::Network(keys.network_index(network))]),
                Asked::Page(name) => {
                    let known = match page_name(name) {
                        Some(name) => pages::find(tx, site_id, &name).await?,
                        None => None,
                    };
                    Some(known.map_or_else(|| words_of(Field::Page, name), |page| vec![What::Page(page.id)]))
                        .filter(|found| !found.is_empty())
                }
                // Which site it is was settled before.
                Asked::Site(_) => Some(Vec::new()),
                Asked::By(name) => Some(vec![What::DecidedBy(moderators_named(tx, name, by).await?)]),
            };
            match found {
                Some(found) => conditions.extend(found.into_iter().map(|what| Condition { is_not: *is_not, what })),
                // That there is none of it always holds.
                None if *is_not => {}
                None => return Ok(None),
            }
        }
        Ok(Some(Filter { site_id, conditions }))
    }
}

fn words_of(field: Field, text: &str) -> Vec<What> {
    words::sought(field, text)
        .into_iter()
        .filter_map(|sought| Word::new(&sought.word, sought.is_prefix))
        .map(What::Word)
        .collect()
}

async fn moderators_named(tx: &mut Tx, name: &str, by: &Moderator) -> Result<Vec<Uuid>> {
    if name == "me" || name == "ich" {
        return Ok(vec![by.id]);
    }
    let wanted = name.to_lowercase();
    let all = moderators::all(tx).await?;
    Ok(all
        .into_iter()
        .filter(|moderator| moderator.name.to_lowercase().contains(&wanted))
        .map(|moderator| moderator.id)
        .collect())
}
