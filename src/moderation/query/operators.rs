//! The operators of a search, and the values that each takes.

use ipnet::IpNet;
use time::Date;
use time::macros::format_description;
use uuid::Uuid;

use super::Asked;
use crate::comment::Status;
use crate::moderation::words::Field;
use crate::store::search::What;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The operators there are.
pub const OPERATORS: [&str; 15] =
    ["is", "author", "email", "ip", "page", "site", "has", "lang", "points", "rule", "by", "before", "after", "cluster", "link"];

/// What an operator asks for with this value; `None` where it cannot be read.
pub(super) fn read(name: &str, value: &str) -> Option<Asked> {
    if value.is_empty() {
        return None;
    }
    let id = Uuid::try_parse(value).ok();
    let plain = |what| Some(Asked::Plain(what));
    match name {
        "is" => plain(match value {
            "pending" => What::Pending,
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
