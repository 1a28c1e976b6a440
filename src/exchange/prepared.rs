//! A comment of another program, made into one of ours as far as no database is needed for it.

use anyhow::Context;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{LeftOut, Letter, html};
use crate::clock::Timestamp;
use crate::comment::{Comment, Status, kept_website, mended_name};
use crate::email_address::EmailAddress;
use crate::markdown;
use crate::secrets::{Keys, SealedAddress};
use crate::site::Site;
use crate::spam::{self, Bucket, Likeness};

/// Characters of a comment at most, as the form has it.
const MOST_CHARACTERS: usize = 65_525;

/// Ids are of a moment that lies this far back at least: what counts as having come just now is found by its id, and an import
/// shall fill nobody's limit.
const HOUR: i64 = 3_600_000;

/// What all comments of one import have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common<'a> {
    pub site: &'a Site,
    pub keys: &'a Keys,
    /// The name of the format.
    pub format: &'static str,
    pub now: Timestamp,
}

/// A comment of ours that has no page yet.
#[derive(Debug)]
pub(super) struct Prepared {
    /// What it is known again by.
    pub key: Uuid,
    /// The key of the comment that it answers.
    pub parent_key: Option<Uuid>,
    pub comment: Comment,
    pub address: SealedAddress,
    pub address_index: Vec<u8>,
    pub fingerprint: Vec<u8>,
    pub likeness: Option<Likeness>,
}

impl Common<'_> {
    /// Makes a comment on the article of this name; `otherwise` is its date where it has none.
    ///
    /// # Errors
    /// Only where an address cannot be sealed.
    pub fn prepare(
        &self,
        article: &str,
        letter: &Letter,
        otherwise: Option<Timestamp>,
    ) -> anyhow::Result<Result<Prepared, LeftOut>> {
        let text = html::to_markdown(&letter.html);
        if text.is_empty() {
            return Ok(Err(LeftOut::NoText));
        }
        if text.chars().count() > MOST_CHARACTERS {
            return Ok(Err(LeftOut::TooLong));
        }
        let name = mended_name(&html::to_words(&letter.author));
        // Nobody can be written to under `.invalid` (RFC 2606), and no two who left no address are one.
        let no_address = || EmailAddress::parse(&format!("{}@no-address.invalid", letter.id));
        let email = EmailAddress::parse(&letter.email).or_else(no_address).context("an address is none")?;
        let at = letter.at.or(otherwise).unwrap_or(self.now);
        let hash = self.hash(article, letter.id);
        let folded = spam::fingerprint_text(&text);
        let comment = Comment {
            id: id_at(at.min(self.now.plus(-HOUR)), letter.id, hash),
            site_id: self.site.id,
            page_id: Uuid::nil(),
            parent_id: None,
            status: letter.status,
            revision: if letter.status == Status::Pending { 1 } else { 2 },
            author: name.unwrap_or_else(|| self.site.locale.text("import-nameless")),
            website: kept_website(&html::to_words(&letter.website)),
            html: markdown::to_html(&text),
            text,
            points: 0.0,
            bucket: match letter.status {
                Status::Approved => Bucket::LikelyFine,
                Status::Spam => Bucket::LikelySpam,
                _ => Bucket::Check,
            },
            reasons: Vec::new(),
            submitted_at: at.min(self.now),
            last_decision_id: None,
            proposed_at: None,
        };
        Ok(Ok(Prepared {
            key: as_key(hash),
            parent_key: letter.parent.map(|parent| as_key(self.hash(article, parent))),
            comment,
            address: self.keys.seal(&email)?,
            address_index: self.keys.address_index(&email),
            fingerprint: Sha256::digest(&folded).to_vec(),
            likeness: Likeness::of_folded(&folded),
        }))
    }

    /// An id for the page of an article, of the moment when it had its first comment.
    pub fn page_id(&self, article: &str, at: Timestamp) -> Uuid {
        id_at(at, 0, self.hash(article, 0))
    }

    /// What is the same for the same comment of the same article, and for no other.
    fn hash(&self, article: &str, number: u64) -> u128 {
        let mut hash = Sha256::new();
        for part in [self.site.id.as_bytes().as_slice(), self.format.as_bytes(), article.as_bytes(), &number.to_be_bytes()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
    }
}

/// As an id of version 8, which no form token has.
const fn as_key(hash: u128) -> Uuid {
    Uuid::from_u128(hash & !(0xf << 76) & !(0x3 << 62) | 0x8 << 76 | 0x2 << 62)
}

/// An id of a moment (UUID version 7); of one moment in the order of the numbers, as whoever wrote them down did.
fn id_at(at: Timestamp, number: u64, hash: u128) -> Uuid {
    let millis = u128::try_from(at.millis()).unwrap_or_default() & ((1 << 48) - 1);
    let number = u128::from(number & 0xffff_ffff);
    let low = (number & 0xf_ffff) << 42 | hash & ((1 << 42) - 1);
    Uuid::from_u128(millis << 80 | 0x7 << 76 | (number >> 20) << 64 | 0x2 << 62 | low)
}

#[cfg(test)]
mod tests {
    use super::{as_key, id_at};
    use crate::clock::Timestamp;

    #[test]
    fn ids_are_in_the_order_of_time_and_then_of_numbers() {
        let at = Timestamp::from_millis;
        let ids = [(-5, 1, 9), (1000, 7, 9), (1000, 8, 1), (1000, 1 << 21, 0), (1001, 2, 0)];
        let ids = ids.map(|(millis, number, hash)| id_at(at(millis), number, hash));
        assert!(ids.is_sorted() && ids.iter().all(|id| id.get_version_num() == 7), "{ids:?}");
        assert_eq!(ids[1].get_timestamp().map(|at| at.to_unix().0), Some(1));
        assert_ne!(id_at(at(1), 1, 1), id_at(at(1), 1, 2));
        assert_eq!((as_key(u128::MAX).get_version_num(), as_key(0).get_version_num()), (8, 8));
    }
}
