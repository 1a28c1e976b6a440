//! The signals, one file per family. Each has a name, points and, as evidence, a fact in no language.

pub(super) mod behaviour;
pub(super) mod blocked;
pub(super) mod contact;
pub(super) mod evasion;
pub(super) mod language;
pub(super) mod layout;
pub(super) mod learned;
pub(super) mod links;
pub(super) mod markup;
pub(super) mod neighbourhood;
pub(super) mod repetition;
pub(super) mod script;
pub(super) mod shouting;
pub(super) mod start;
pub mod trust;
pub(super) mod word_lists;
pub(super) mod words;

pub use language::language_code;

use super::reading::Reading;
use super::{History, Reason, Rules};

/// The name of every signal that can occur in a [`Reason`]; each has its words in every language, under
/// `reason-<signal>`. Those of the moment come first (`is_of_the_moment`).
pub const SIGNALS: &[&str] = &[
    behaviour::HONEYPOT,
    behaviour::TOO_FAST,
    behaviour::PASTED,
    behaviour::TOO_OLD,
    behaviour::UNSIGNED,
    behaviour::REUSED,
    behaviour::HEADERS,
    neighbourhood::DOMAIN,
    neighbourhood::NETWORK,
    neighbourhood::ADDRESS,
    neighbourhood::BURST,
    repetition::IN_SPAM,
    repetition::ELSEWHERE,
    repetition::NEAR_SPAM,
    repetition::NEAR_ELSEWHERE,
    trust::APPROVED,
    trust::STAFF,
    start::SPAM,
    behaviour::LONG,
    blocked::BLOCKED,
    contact::PHONE,
    contact::MESSENGER,
    evasion::LEET,
    evasion::SPLIT,
    language::FOREIGN,
    layout::WRAPPED,
    learned::SPAM,
    learned::FINE,
    links::FOREIGN,
    links::MANY,
    links::ONLY,
    links::SHORTENED,
    links::NUMERIC,
    links::DISGUISED,
    links::CHEAP_ENDING,
    links::OWN_LOOK_ALIKE,
    links::IN_NAME,
    links::DEEP_WEBSITE,
    markup::BBCODE,
    markup::HTML,
    markup::TITLED,
    markup::LEFTOVER,
    repetition::WITHIN,
    script::MIXED,
    script::FOREIGN,
    script::HIDDEN,
    script::DECORATED,
    script::DIRECTION,
    script::STACKED,
    script::SPACED,
    shouting::CAPITALS,
    shouting::STRETCHED,
    shouting::MARKS,
    word_lists::PHARMACY,
    word_lists::GAMBLING,
    word_lists::MONEY,
    word_lists::FINANCE,
    word_lists::SEO,
    word_lists::SELF_PROMOTION,
    word_lists::ADULT,
    word_lists::GOODS,
    word_lists::SITE_PRAISE,
    word_lists::FLATTERY,
    words::DISGUISED,
    words::NAME,
    words::PRAISE_WITH_WEBSITE,
    words::PRAISE_ONLY,
];

/// How many of them are signals of the moment.
const OF_THE_MOMENT: usize = 18;

/// Signals that keep a comment before a person, whatever speaks for it.
pub(super) const HOLDING: &[&str] = &[blocked::BLOCKED, behaviour::LONG, behaviour::HONEYPOT, trust::STAFF];

/// Whether it is a signal of the moment at which a comment comes, which nothing that is kept of it could tell again.
pub(super) fn is_of_the_moment(signal: &str) -> bool {
    SIGNALS.iter().take(OF_THE_MOMENT).any(|name| *name == signal)
}

/// Whether a site may do without a signal. Those that keep a comment before a person stay, and so does what the model says: it
/// corrects itself with each decision.
pub fn may_be_switched_off(signal: &str) -> bool {
    SIGNALS.contains(&signal) && !HOLDING.contains(&signal) && ![learned::SPAM, learned::FINE].contains(&signal)
}

/// What the text, the name and the website say by themselves, in no order: what a model can learn the worth of.
pub(super) fn of_text(reading: &Reading, rules: &Rules) -> Vec<Reason> {
    let mut found = Vec::new();
    links::look(reading, rules, &mut found);
    markup::look(reading, &mut found);
    words::look(reading, &mut found);
    contact::look(reading, &mut found);
    language::look(reading, &mut found);
    layout::look(reading, &mut found);
    shouting::look(reading, &mut found);
    found
}

/// How it came, from whom, among what, and whether it hides something; in no order. Their weight is not learned: a robot
/// that a site has not met yet must not profit by that.
pub(super) fn of_circumstances(reading: &Reading, history: &History, rules: &Rules) -> Vec<Reason> {
    let mut found = Vec::new();
    behaviour::look(reading, history, rules, &mut found);
    blocked::look(reading, rules, &mut found);
    neighbourhood::look(history, &mut found);
    repetition::look(reading, history, &mut found);
    script::look(reading, &mut found);
    evasion::look(reading, &mut found);
    trust::look(reading, history, &mut found);
    found
}
