//! Words as the full-text index knows them: folded here, in Rust, so that both databases find the same.
//!
//! A word becomes ASCII: `ä` is `ae`, `ß` is `ss`, and a letter of another script is its number. German writes compounds
//! as one word, so a long word is known by each of its later parts as well: "Buslinie" is found by "linie", which a
//! tokenizer that knows only beginnings would miss. Trigrams would find that too, with an index three times the size, and
//! PostgreSQL has them only where an extension is installed.

use std::fmt::Write;

use crate::spam;

/// Words of a text that are taken into the index at most; a comment of 65,525 characters has about 10,000.
const MOST_WORDS: usize = 4000;
/// A word is known by its first so many characters: longer ones are chains of letters.
const LONGEST_WORD: usize = 32;
/// A word shorter than this has no parts ("Haustür" has none, "Gartentür" has "tentür").
const COMPOUND_FROM: usize = 8;
/// Where the second part may begin, and how long it is at least.
const PART_FROM: usize = 3;
const SHORTEST_PART: usize = 4;
/// A word of a search shorter than this is meant as it is; longer ones are beginnings of words.
const PREFIX_FROM: usize = 4;

/// What a word was written in. Each kind but the text has a mark before its words in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The comment, its author's name or the article's title.
    Anywhere,
    /// The author's name.
    Author,
    /// The article's title.
    Page,
    /// A host that a link leads to.
    Link,
    /// The language.
    Language,
    /// A signal of the judgement.
    Rule,
}

impl Field {
    const fn mark(self) -> &'static str {
        match self {
            Self::Anywhere => "",
            Self::Author => "@a",
            Self::Page => "@p",
            Self::Link => "@d",
            Self::Language => "@l",
            Self::Rule => "@r",
        }
    }
}

/// What is indexed of a comment.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The author's name.
    pub author: &'a str,
    /// The article's title.
    pub title: &'a str,
    /// The comment.
    pub text: &'a str,
    /// Its HTML, for the links in it.
    pub html: &'a str,
    /// The author's website.
    pub website: Option<&'a str>,
    /// Signals of the judgement.
    pub rules: &'a [String],
}

impl Document<'_> {
    /// The words under which the comment is found, in any order and some of them more than once, with spaces between.
    pub fn words(&self) -> String {
        let [text, author, title] = [self.text, self.author, self.title].map(folded);
        let [text, author, title] = [&text, &author, &title].map(|words| words.split_ascii_whitespace());
        let mut all = String::with_capacity(4 * (self.text.len() + self.author.len() + self.title.len()) + 64);
        let mut add = |mark: Field, word: &str| [mark.mark(), word, " "].into_iter().for_each(|part| all.push_str(part));
        for word in text.chain(author.clone()).chain(title.clone()).take(MOST_WORDS) {
            with_parts(word).for_each(|part| add(Field::Anywhere, part));
        }
        author.take(MOST_WORDS).for_each(|word| add(Field::Author, word));
        title.take(MOST_WORDS).for_each(|word| add(Field::Page, word));
        let links = self.html.split("href=\"").skip(1).filter_map(|rest| host_of(rest.split('"').next()?));
        for host in links.chain(self.website.and_then(host_of)).take(MOST_WORDS) {
            // Each domain that the host is in: `www.a.example` is found by `a.example`, `example` alone by neither.
            let labels: Vec<&str> = host.split('.').collect();
            let domains = 0..labels.len().saturating_sub(1).max(1);
            domains.for_each(|from| add(Field::Link, &literal(&labels[from..].join("."))));
        }
        self.rules.iter().for_each(|rule| add(Field::Rule, &literal(rule)));
        spam::language_code(self.text).iter().for_each(|code| add(Field::Language, code));
        all.pop();
        all
    }
}

/// A word to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// The word: `a-z`, `0-9` and `@` alone.
    pub word: String,
    /// Whether it is the beginning of a word.
    pub is_prefix: bool,
}

/// The words that a search asks for.
pub fn sought(field: Field, text: &str) -> Vec<Sought> {
    let mark = field.mark();
    match field {
        Field::Anywhere | Field::Author | Field::Page => folded(text)
            .split_ascii_whitespace()
            .take(16)
            .map(|word| Sought { is_prefix: word.len() >= PREFIX_FROM, word: format!("{mark}{word}") })
            .collect(),
        Field::Link => {
            let host = host_of(text).unwrap_or_else(|| text.to_lowercase());
            vec![Sought { word: format!("{mark}{}", literal(&host)), is_prefix: false }]
        }
        // The detector knows languages by three letters, people by two.
        Field::Language => {
            let code = match text.to_lowercase().as_str() {
                "de" => "deu".to_owned(),
                "en" => "eng".to_owned(),
                "fr" => "fra".to_owned(),
                "ru" => "rus".to_owned(),
                "tr" => "tur".to_owned(),
                other => literal(other),
            };
            vec![Sought { word: format!("{mark}{code}"), is_prefix: false }]
        }
        Field::Rule => vec![Sought { word: format!("{mark}{}", literal(&text.to_lowercase())), is_prefix: true }],
    }
}

/// The host of an address on the web, without `www.`.
pub fn host_of(address: &str) -> Option<String> {
    let address = if address.contains("://") { address.to_owned() } else { format!("https://{address}") };
    let host = url::Url::parse(&address).ok()?.host_str()?.to_lowercase();
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned()).filter(|host| !host.is_empty())
}

/// A word, and its later parts where it is long enough to be a compound.
fn with_parts(word: &str) -> impl Iterator<Item = &str> {
    // Folded words are ASCII, so that every byte is a character.
    let parts = if word.len() < COMPOUND_FROM { 0..0 } else { PART_FROM..word.len() - SHORTEST_PART + 1 };
    std::iter::once(word).chain(parts.filter_map(|from| word.get(from..)))
}

/// The words of a text, folded to `a-z` and `0-9`, with spaces between.
fn folded(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + text.len() / 8);
    let mut length = 0;
    for c in spam::fold(text).chars() {
        if !c.is_alphanumeric() {
            length = 0;
            continue;
        }
        if length == 0 && !words.is_empty() {
            words.push(' ');
        }
        length += 1;
        if length > LONGEST_WORD {
            continue;
        }
        match c {
            'a'..='z' | '0'..='9' => words.push(c),
            'ä' => words.push_str("ae"),
            'ö' => words.push_str("oe"),
            'ü' => words.push_str("ue"),
            'ß' => words.push_str("ss"),
            other => push_number(other, &mut words),
        }
    }
    words
}

/// A text of which every sign counts.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 16);
    for c in text.chars().take(255) {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => literal.push(c),
            other => push_number(other, &mut literal),
        }
    }
    literal
}

fn push_number(c: char, words: &mut String) {
    // Writing into a text cannot fail.
    let _ = write!(words, "q{:x}q", u32::from(c));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn document(text: &str) -> String {
        Document { author: "Eva Müller", title: "Die Buslinie 14", text, html: "", website: None, rules: &[] }.words()
    }

    fn finds(search: &str, text: &str) -> bool {
        let words = document(text);
        sought(Field::Anywhere, search).iter().all(|sought| {
            words.split(' ').any(|word| if sought.is_prefix { word.starts_with(&sought.word) } else { word == sought.word })
        })
    }

    #[test]
    fn compounds_and_umlauts_are_found() {
        for (search, text) in [
            ("linie", "Die neue Straßenbahnlinie"),
            ("bahn", "Die neue Straßenbahnlinie"),
            ("Strasse", "Die neue Straßenbahnlinie"),
            ("STRASSENBAHN", "Die neue Straßenbahnlinie"),
            ("Kaese", "Käsekuchen"),
            ("kuchen", "Käsekuchen"),
            ("mueller", "nichts davon"),
            ("müller buslinie", "nichts davon"),
            ("шов", "шов"),
        ] {
            assert!(finds(search, text), "{search} in {text}: {}", document(text));
        }
        for (search, text) in [("linsen", "Die neue Straßenbahnlinie"), ("abc", "abcd"), ("kuh", "Käsekuchen")] {
            assert!(!finds(search, text), "{search} in {text}");
        }
    }

    #[test]
    fn links_are_found_by_their_domain() {
        let words = Document {
            author: "",
            title: "",
            text: "",
            html: r#"<a href="https://www.billig.shop.example/x">x</a>"#,
            website: Some("https://b.example"),
            rules: &["links-foreign".into()],
        }
        .words();
        for host in ["shop.example", "billig.shop.example", "https://www.billig.shop.example/y", "b.example"] {
            let sought = &sought(Field::Link, host)[0];
            assert!(words.split(' ').any(|word| word == sought.word), "{host} in {words}");
        }
        let foreign = &sought(Field::Link, "op.example")[0];
        assert!(!words.split(' ').any(|word| word == foreign.word));
        assert!(words.contains(&sought(Field::Rule, "links-foreign")[0].word));
    }

    proptest! {
        #[test]
        fn every_word_of_a_text_finds_it_and_nothing_but_plain_letters_is_kept(text in "(?s)\\PC{0,60}") {
            let words = document(&text);
            prop_assert!(words.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b' ' || b == b'@'), "{}", words);
            for word in sought(Field::Anywhere, &text) {
                prop_assert!(words.split(' ').any(|known| known.starts_with(&word.word)), "{:?} in {}", word, words);
            }
        }
    }
}
