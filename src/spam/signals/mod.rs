//! The signals, one file per family. Each has a name, points and, as evidence, a fact in no language.

pub(super) mod behaviour;
pub(super) mod blocked;
pub(super) mod links;
pub(super) mod markup;
pub(super) mod repetition;
pub(super) mod script;
pub(super) mod shouting;
pub(super) mod word_lists;
pub(super) mod words;

use super::reading::Reading;
use super::{History, Reason, Rules};

/// The name of every signal that can occur in a [`Reason`]; each has its words in every language, under
/// `reason-<signal>`.
pub const SIGNALS: &[&str] = &[
    behaviour::HONEYPOT,
    behaviour::TOO_FAST,
    behaviour::PASTED,
    behaviour::TOO_OLD,
    behaviour::UNSIGNED,
    behaviour::LONG,
    blocked::BLOCKED,
    links::FOREIGN,
    links::MANY,
    links::ONLY,
    links::SHORTENED,
    links::NUMERIC,
    links::DISGUISED,
    links::CHEAP_ENDING,
    links::IN_NAME,
    links::DEEP_WEBSITE,
    markup::BBCODE,
    markup::HTML,
    markup::LEFTOVER,
    repetition::IN_SPAM,
    repetition::ELSEWHERE,
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
];

/// Everything that speaks against a submission, in no order.
pub(super) fn collect(reading: &Reading, history: &History, rules: &Rules) -> Vec<Reason> {
    let mut found = Vec::new();
    behaviour::look(reading, rules, &mut found);
    repetition::look(reading, history, &mut found);
    links::look(reading, rules, &mut found);
    markup::look(reading, &mut found);
    words::look(reading, &mut found);
    blocked::look(reading, rules, &mut found);
    script::look(reading, &mut found);
    shouting::look(reading, &mut found);
    found
}
