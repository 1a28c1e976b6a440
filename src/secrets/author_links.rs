//! The links in mails to authors: to confirm an address, and to stop mails.

use uuid::Uuid;

use super::{Keys, same, split_signed};
use crate::clock::Timestamp;

impl Keys {
    /// The token that confirms the address of a comment, valid until `expires`.
    pub fn sign_confirmation(&self, comment_id: Uuid, expires: Timestamp) -> String {
        let payload: Vec<u8> = [comment_id.as_bytes().as_slice(), &expires.millis().to_be_bytes()].concat();
        self.signed(&payload, &self.mac("confirmation", &[&payload]))
    }

    /// The comment whose address a token of ours confirms, while it has not expired.
    pub fn verify_confirmation(&self, token: &str, now: Timestamp) -> Option<Uuid> {
        let (payload, tag) = split_signed::<24>(token)?;
        let (id, expires) = payload.split_first_chunk::<16>()?;
        let expires = i64::from_be_bytes(expires.try_into().ok()?);
        (same(&tag, &self.mac("confirmation", &[&payload])) && now.millis() < expires).then(|| Uuid::from_bytes(*id))
    }

    /// The token that stops mails to an address: about an article, or all of the site's. It does not expire: whoever gets
    /// mails must be able to stop them, and nothing else is done with it.
    pub fn sign_unsubscribe(&self, author_address_id: Uuid, page_id: Uuid) -> String {
        let payload = [author_address_id.into_bytes(), page_id.into_bytes()].concat();
        self.signed(&payload, &self.mac("unsubscribe", &[&payload]))
    }

    /// The address and the article that a token of ours stands for.
    pub fn verify_unsubscribe(&self, token: &str) -> Option<(Uuid, Uuid)> {
        let (payload, tag) = split_signed::<32>(token)?;
        let (address, page) = payload.split_first_chunk::<16>()?;
        let page = Uuid::from_slice(page).ok()?;
        same(&tag, &self.mac("unsubscribe", &[&payload])).then(|| (Uuid::from_bytes(*address), page))
    }

    /// The keyed hash under which mails to one domain are counted.
    pub fn domain_index(&self, address: &crate::email_address::EmailAddress) -> Vec<u8> {
        let normalised = address.normalised();
        self.host_index(normalised.rsplit_once('@').map_or("", |(_, domain)| domain))
    }

    /// The same for calls to one host.
    pub fn host_index(&self, host: &str) -> Vec<u8> {
        self.mac("domain", &[host.as_bytes()]).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_good_for_one_purpose_and_as_long_as_it_says() {
        let keys = Keys::generate();
        let (one, other) = (Uuid::from_u128(7), Uuid::from_u128(9));
        let confirms = keys.sign_confirmation(one, Timestamp::from_millis(10));
        assert_eq!(keys.verify_confirmation(&confirms, Timestamp::from_millis(9)), Some(one));
        assert_eq!(keys.verify_confirmation(&confirms, Timestamp::from_millis(10)), None);
        assert_eq!(keys.verify_receipt(&confirms, Timestamp::from_millis(9)), None);
        let stops = keys.sign_unsubscribe(one, other);
        assert_eq!(keys.verify_unsubscribe(&stops), Some((one, other)));
        assert_eq!(keys.verify_unsubscribe(&confirms), None);
        assert_eq!(Keys::generate().verify_unsubscribe(&stops), None);
    }
}
