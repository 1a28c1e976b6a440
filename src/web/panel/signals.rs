//! The judgement's signals in the settings: a box to tick for each that the site shall do without.

use std::collections::HashMap;

use crate::i18n::Locale;
use crate::moderation::drift::{self, SignalAgreement};
use crate::site::SiteSettings;

/// A signal with its box.
pub(super) struct Tick {
    /// The name of the field.
    pub field: String,
    /// The signal in words.
    pub name: String,
    pub is_off: bool,
    /// Why it would be better off, in words.
    pub proposal: Option<String>,
}

fn field(signal: &str) -> String {
    format!("off-{signal}")
}

/// Every signal that can be switched off: those first that are proposed, then those that are off, each by name.
pub(super) fn ticks(locale: Locale, typed: &HashMap<String, String>, agreement: &[SignalAgreement]) -> Vec<Tick> {
    let proposal = |signal: &str| {
        let found = agreement.iter().find(|found| found.is_proposed && found.signal == signal)?;
        let counts = [("spoke", (found.spam + found.approved).into()), ("approved", found.approved.into())];
        Some(locale.text_with_all("setting-signal-proposed", counts))
    };
    let tick = |signal: &'static str| Tick {
        field: field(signal),
        name: locale.text_for("signal", signal),
        is_off: typed.contains_key(&field(signal)),
        proposal: proposal(signal),
    };
    let mut ticks: Vec<Tick> = drift::switchable().map(tick).collect();
    ticks.sort_by_cached_key(|tick| (tick.proposal.is_none(), !tick.is_off, tick.name.to_lowercase()));
    ticks
}

/// Ticks the boxes of what is off.
pub(super) fn tick_those_off(typed: &mut HashMap<String, String>, settings: &SiteSettings) {
    typed.extend(settings.rules.switched_off.iter().map(|signal| (field(signal), "1".to_owned())));
}

/// Switches off what is ticked, and nothing else.
pub(super) fn switch_off(settings: &mut SiteSettings, typed: &HashMap<String, String>) {
    drift::switch_off(settings, |signal| typed.contains_key(&field(signal)));
}
