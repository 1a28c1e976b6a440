//! Who comes together: those who have nothing to do with each other are taken in at once, as if one after the other.

use super::Prepared;
use crate::comment::Comment;
use crate::spam::{Bucket, Likeness};
use crate::store::intake::{Candidate, LIMITS};

/// Those whom a comment shares its commit with, as far as they are before it: settled, and not in the database yet.
pub(super) type Company<'a> = [(&'a Prepared, &'a Comment)];

/// The foremost who can be taken at once, the first one always: what the database knows of each is the same whether it has the
/// others or not, but for how many there are.
pub(super) fn strangers(prepared: &[Prepared]) -> &[Prepared] {
    let is_stranger = |at: &usize| {
        let (company, one) = prepared.split_at(*at);
        one.first().is_some_and(|one| company.iter().all(|other| are_strangers(one, other)))
    };
    let count = (1..prepared.len()).find(|at| !is_stranger(at)).unwrap_or(prepared.len());
    prepared.split_at(count).0
}

fn are_strangers(one: &Prepared, other: &Prepared) -> bool {
    let token = |of: &Prepared| of.submission.token_id.or(of.submission.stray_token_id);
    (token(one).is_none() || token(one) != token(other))
        && one.address_index != other.address_index
        && one.fingerprint != other.fingerprint
        && one.hosts.iter().all(|host| !other.hosts.contains(host))
}

/// How many of the company each limit counts.
pub(super) fn counted(one: &Prepared, company: &Company<'_>) -> [u32; LIMITS] {
    let mut counted = [0; LIMITS];
    for (other, _) in company {
        let is_on_site = other.submission.site.id == one.submission.site.id;
        let is_on_page = is_on_site && other.submission.page_name == one.submission.page_name;
        let is_of_network = other.network_index == one.network_index;
        // In the order of the limits; strangers have different addresses.
        for (count, is_counted) in counted.iter_mut().zip([is_of_network, is_of_network, false, is_on_page, is_on_site]) {
            *count += u32::from(is_counted);
        }
    }
    counted
}

/// The near duplicates among the company of one that is like this.
pub(super) fn near_duplicates(own: Likeness, company: &Company<'_>) -> impl Iterator<Item = Candidate> {
    let near = company.iter().filter(move |(other, _)| other.likeness.is_some_and(|other| own.is_near(&other)));
    near.map(|(_, comment)| Candidate { simhash: None, is_spam: comment.bucket == Bucket::LikelySpam })
}
