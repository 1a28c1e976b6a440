//! What a moderator types into the search field: words, and operators such as `is:pending -author:eva points:>3`.

use ipnet::IpNet;
use time::Date;
use time::macros::format_description;
use uuid::Uuid;

use crate::comment::Status;
use crate::email_address::EmailAddress;
use crate::moderation::words::{self, Field};
use crate::moderator::Moderator;
use crate::page::page_name;
use crate::secrets::Keys;
use crate::store::full_text::Word;
use crate::store::search::{Condition, Filter, What};
use crate::store::{Result, Tx, moderators, pages};

/// Terms of a search at most; what is typed beyond is refused.
const MOST_TERMS: usize = 32;
/// Characters of a search at most.
const LONGEST: usize = 1000;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A search as typed, taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// All of these must hold.
    pub terms: Vec<Term>,
}

/// A term, or its opposite.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Whether a `-` stands before it.
    pub is_not: bool,
    /// What must hold.
    pub what: Asked,
}

/// What is asked for, before names are looked up.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// These words, anywhere or in one field.
    Words(Field, String),
    /// Needs no looking up.
    Plain(What),
    /// The author's address.
    Address(String),
    /// The client's network.
    Network(IpNet),
    /// A page by its name, its address or words of its title.
    Page(String),
    /// A site by its name.
    Site(String),
    /// A moderator by name; `me` is the one who asks.
    By(String),
}

/// A term that cannot be read; it is shown to whoever typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl Query {
    /// Takes a search apart.
    ///
    /// # Errors
    /// The first term that cannot be read: a search that left it out would find, and a bulk decision would decide, more
    /// than was meant.
    pub fn parse(typed: &str) -> std::result::Result<Self, Unreadable> {
        if typed.chars().count() > LONGEST {
            return Err(Unreadable("…".into()));
        }
        let terms = split(typed);
        if terms.len() > MOST_TERMS {
            return Err(Unreadable("…".into()));
        }
        let terms = terms.into_iter().filter(|term| !term.is_empty());
        Ok(Self { terms: terms.map(|term| parse_term(&term)).collect::<std::result::Result<_, _>>()? })
    }

    /// The name of the site that is asked for, where one is.
    pub fn site(&self) -> Option<&str> {
        self.terms.iter().find_map(|term| match &term.what {
            Asked::Site(name) if !term.is_not => Some(name.as_str()),
            _ => None,
        })
    }

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

/// The terms: runs between white space, where white space in quotation marks is none.
fn split(typed: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let (mut term, mut quoted) = (String::new(), false);
    for c in typed.chars() {
        match c {
            '"' | '„' | '“' | '”' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => terms.push(std::mem::take(&mut term)),
            c => term.push(c),
        }
    }
    terms.push(term);
    terms.retain(|term| !term.trim().is_empty());
    terms
}

fn parse_term(term: &str) -> std::result::Result<Term, Unreadable> {
    let (is_not, bare) = match term.strip_prefix('-') {
        Some(bare) if !bare.trim().is_empty() => (true, bare),
        _ => (false, term),
    };
    let operator = bare.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim()));
    let what = match operator.as_ref().map(|(name, value)| (name.as_str(), *value)) {
        Some((name, value)) if OPERATORS.contains(&name) => {
            parse_operator(name, value).ok_or_else(|| Unreadable(term.to_owned()))?
        }
        // Any other colon is punctuation: "Zitat: so war es", https://…
        _ => Asked::Words(Field::Anywhere, bare.to_owned()),
    };
    Ok(Term { is_not, what })
}

/// The operators there are.
pub const OPERATORS: [&str; 15] =
    ["is", "author", "email", "ip", "page", "site", "has", "lang", "points", "rule", "by", "before", "after", "cluster", "link"];

fn parse_operator(name: &str, value: &str) -> Option<Asked> {
    if value.is_empty() {
        return None;
    }
    let id = Uuid::try_parse(value).ok();
    let plain = |what| Some(Asked::Plain(what));
    match name {
        "is" => plain(match value {
            "open" => What::Open,
            "likely-spam" => What::View("likely-spam"),
            "edited" => What::Edited,
            "staff" => What::Staff,
            "answer" => What::Answer,
            status => What::View(status.parse::<Status>().ok()?.as_str()),
        }),
        "author" => match id {
            Some(id) => plain(What::SameAddress(id)),
            None => Some(Asked::Words(Field::Author, value.to_owned())),
        },
        "email" => Some(Asked::Address(value.to_owned())),
        "ip" => match id {
            Some(id) => plain(What::SameNetwork(id)),
            None => Some(Asked::Network(network(value)?)),
        },
        "page" => match id {
            Some(id) => plain(What::Page(id)),
            None => Some(Asked::Page(value.to_owned())),
        },
        "site" => Some(Asked::Site(value.to_owned())),
        "has" => plain(match value {
            "link" => What::Link,
            "website" => What::Website,
            "note" => What::Note,
            "edit" => What::Edited,
            _ => return None,
        }),
        "lang" => Some(Asked::Words(Field::Language, value.to_owned())),
        "rule" => Some(Asked::Words(Field::Rule, value.to_owned())),
        "link" => Some(Asked::Words(Field::Link, value.to_owned())),
        "points" => {
            let (least, most) = points(value)?;
            plain(What::Points(least, most))
        }
        "by" => Some(Asked::By(value.to_owned())),
        "before" => plain(What::Before(day(value)?)),
        // The day named is not after itself.
        "after" => plain(What::From(day(value)? + DAY)),
        "cluster" => plain(What::Cluster(id?)),
        _ => None,
    }
}

/// The network that an address belongs to: /32 and /64, as the intake keeps it.
fn network(value: &str) -> Option<IpNet> {
    let address: std::net::IpAddr = value.parse().ok()?;
    let prefix = if address.to_canonical().is_ipv4() { 32 } else { 64 };
    Some(IpNet::new(address.to_canonical(), prefix).ok()?.trunc())
}

/// `>3`, `<2,5`, `2..5` or `3`.
fn points(value: &str) -> Option<(f64, f64)> {
    let number =
        |text: &str| text.trim_start_matches('=').replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
    if let Some(least) = value.strip_prefix('>') {
        Some((number(least)?, f64::MAX))
    } else if let Some(most) = value.strip_prefix('<') {
        Some((f64::MIN, number(most)?))
    } else if let Some((least, most)) = value.split_once("..") {
        Some((number(least)?, number(most)?))
    } else {
        number(value).map(|exact| (exact, exact))
    }
}

/// The beginning of a day (UTC), as `2026-11-24` or `24.11.2026`.
fn day(value: &str) -> Option<i64> {
    let date = Date::parse(value, format_description!("[year]-[month]-[day]"))
        .or_else(|_| Date::parse(value, format_description!("[day padding:none].[month padding:none].[year]")))
        .ok()?;
    Some(date.midnight().assume_utc().unix_timestamp() * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(typed: &str) -> Vec<Term> {
        Query::parse(typed).unwrap().terms
    }

    fn is(what: Asked) -> Term {
        Term { is_not: false, what }
    }

    #[test]
    fn a_search_is_taken_apart() {
        let words = |text: &str| Asked::Words(Field::Anywhere, text.into());
        assert_eq!(parsed("Buslinie  14"), [is(words("Buslinie")), is(words("14"))]);
        assert_eq!(
            parsed("-is:spam -x -"),
            [
                Term { is_not: true, what: Asked::Plain(What::View("spam")) },
                Term { is_not: true, what: words("x") },
                is(words("-")),
            ]
        );
        assert_eq!(parsed("author:\"Eva Müller\""), [is(Asked::Words(Field::Author, "Eva Müller".into()))]);
        assert_eq!(parsed("Zitat: https://a.example"), [is(words("Zitat:")), is(words("https://a.example"))]);
        assert_eq!(
            parsed("points:>2,5 points:1..2"),
            [is(Asked::Plain(What::Points(2.5, f64::MAX))), is(Asked::Plain(What::Points(1.0, 2.0))),]
        );
        assert_eq!(
            parsed("after:2026-11-24 before:25.11.2026"),
            [is(Asked::Plain(What::From(1_795_564_800_000))), is(Asked::Plain(What::Before(1_795_564_800_000))),]
        );
        let id = Uuid::from_u128(7);
        assert_eq!(parsed(&format!("cluster:{id}")), [is(Asked::Plain(What::Cluster(id)))]);
        assert_eq!(parsed("ip:2001:db8::7"), [is(Asked::Network("2001:db8::/64".parse().unwrap()))]);
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        for typed in ["is:nonsense", "points:viele", "before:gestern", "cluster:x", "has:", "ip:300.1.1.1", "-is:x"] {
            assert_eq!(Query::parse(&format!("gut {typed}")), Err(Unreadable(typed.into())));
        }
        assert!(Query::parse(&"x ".repeat(33)).is_err());
        assert!(Query::parse(&"x".repeat(1001)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(typed in "\\PC{0,80}") {
            let _ = Query::parse(&typed);
        }

        #[test]
        fn operators_with_any_value_are_read_or_refused(name in 0..OPERATORS.len(), value in "\\PC{0,20}", not in any::<bool>()) {
            let typed = format!("{}{}:{value}", if not { "-" } else { "" }, OPERATORS[name]);
            if let Ok(query) = Query::parse(&typed) {
                prop_assert!(query.terms.iter().all(|term| term.is_not || !not || query.terms.len() > 1));
            }
        }

        #[test]
        fn plain_words_lose_nothing(words in prop::collection::vec("[a-zäöü]{1,8}", 0..8)) {
            let query = Query::parse(&words.join(" ")).unwrap();
            let read: Vec<String> = query.terms.into_iter().map(|term| match term.what {
                Asked::Words(Field::Anywhere, text) => text,
                other => panic!("{other:?}"),
            }).collect();
            prop_assert_eq!(read, words);
        }
    }
}
