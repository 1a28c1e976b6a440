//! What came from the same corner: links, network, address, page.

use crate::spam::{History, Reason};

/// Links to a host that spam has linked to.
pub(in crate::spam) const DOMAIN: &str = "neighbour-domain";
/// From a network that spam came from.
pub(in crate::spam) const NETWORK: &str = "neighbour-network";
/// With an address that spam came with.
pub(in crate::spam) const ADDRESS: &str = "neighbour-address";
/// Many comments at once on a page that had long been quiet.
pub(in crate::spam) const BURST: &str = "neighbour-burst";

/// A page is old after so many days: what people have to say comes in the first week.
const OLD_FROM_DAYS: u32 = 30;
/// So many comments in an hour are a burst there.
const BURST_FROM: u32 = 4;

pub(super) fn look(history: &History, found: &mut Vec<Reason>) {
    let mut add = |signal, count: u32, first: f64, at_most: f64| {
        if count > 0 {
            // Each doubling says as much as the first.
            found.push(Reason::new(signal, (first * f64::from(count.saturating_add(1)).log2()).min(at_most), count));
        }
    };
    add(DOMAIN, history.domain_in_spam, 1.5, 4.5);
    add(NETWORK, history.network_in_spam, 1.0, 3.0);
    add(ADDRESS, history.address_in_spam, 1.5, 4.5);
    if history.page_age_days >= OLD_FROM_DAYS && history.page_last_hour >= BURST_FROM {
        found.push(Reason::new(BURST, 1.5, format!("{} / {} d", history.page_last_hour, history.page_age_days)));
    }
}

#[cfg(test)]
mod tests {
    use crate::spam::History;
    use crate::spam::testing::points_with;

    #[test]
    fn the_company_a_comment_comes_in_counts() {
        let none = History::default();
        for (history, signal, points) in [
            (History { domain_in_spam: 1, ..none }, "neighbour-domain", 1.5),
            (History { domain_in_spam: 3, ..none }, "neighbour-domain", 3.0),
            (History { domain_in_spam: u32::MAX, ..none }, "neighbour-domain", 4.5),
            (History { network_in_spam: 1, ..none }, "neighbour-network", 1.0),
            (History { address_in_spam: 1, ..none }, "neighbour-address", 1.5),
            (History { page_last_hour: 9, page_age_days: 3, ..none }, "neighbour-burst", 0.0),
            (History { page_last_hour: 3, page_age_days: 300, ..none }, "neighbour-burst", 0.0),
            (History { page_last_hour: 4, page_age_days: 300, ..none }, "neighbour-burst", 1.5),
        ] {
            assert_eq!(points_with(&history, signal), points, "{history:?}");
        }
    }
}
