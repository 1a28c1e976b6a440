//! What a moderator types into the search field: words, and operators such as `is:pending -author:eva points:>3`.

mod find;
mod lookup;
mod operators;

use ipnet::IpNet;

pub use find::{Found, Reach, find};
pub use operators::OPERATORS;

use crate::moderation::words::Field;
use crate::store::search::What;

/// Terms of a search at most; what is typed beyond is refused.
const MOST_TERMS: usize = 32;
/// Characters of a search at most.
const LONGEST: usize = 1000;

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
            operators::read(name, value).ok_or_else(|| Unreadable(term.to_owned()))?
        }
        // Any other colon is punctuation: "Zitat: so war es", https://…
        _ => Asked::Words(Field::Anywhere, bare.to_owned()),
    };
    Ok(Term { is_not, what })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

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
