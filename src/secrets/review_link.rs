//! The link in a mail by which a moderator decides one comment.

use uuid::Uuid;

use super::{Keys, same, split_signed};
use crate::clock::Timestamp;

/// What a review link is bound to. It holds no secret, and no word that a person could read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewLink {
    /// The comment.
    pub comment_id: Uuid,
    /// The revision that the mail shows. Each decision makes another one, so a link decides at most once.
    pub revision: i64,
    /// The moderator whom the mail went to.
    pub moderator_id: Uuid,
    /// From then on it only shows.
    pub expires_at: Timestamp,
}

impl Keys {
    /// The link's token.
    pub fn sign_review(&self, link: &ReviewLink) -> String {
        let numbers = [link.revision.to_be_bytes(), link.expires_at.millis().to_be_bytes()].concat();
        let payload = [link.comment_id.as_bytes().as_slice(), link.moderator_id.as_bytes(), &numbers].concat();
        self.signed(&payload, &self.mac("review", &[&payload]))
    }

    /// What a token of ours is bound to. Whether it still decides is for the caller to ask.
    pub fn verify_review(&self, token: &str) -> Option<ReviewLink> {
        let (payload, tag) = split_signed::<48>(token)?;
        let (comment_id, rest) = payload.split_first_chunk()?;
        let (moderator_id, rest) = rest.split_first_chunk()?;
        let (revision, expires) = rest.split_first_chunk()?;
        same(&tag, &self.mac("review", &[&payload])).then_some(ReviewLink {
            comment_id: Uuid::from_bytes(*comment_id),
            revision: i64::from_be_bytes(*revision),
            moderator_id: Uuid::from_bytes(*moderator_id),
            expires_at: Timestamp::from_millis(i64::from_be_bytes(expires.try_into().ok()?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_link_is_bound_to_everything_in_it() {
        let keys = Keys::generate();
        let link = ReviewLink {
            comment_id: Uuid::from_u128(7),
            revision: 3,
            moderator_id: Uuid::from_u128(9),
            expires_at: Timestamp::from_millis(10),
        };
        let token = keys.sign_review(&link);
        assert_eq!(keys.verify_review(&token), Some(link));
        assert_eq!(Keys::generate().verify_review(&token), None);
        for position in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[position] = if forged[position] == b'A' { b'B' } else { b'A' };
            assert_eq!(keys.verify_review(&String::from_utf8(forged).unwrap()), None, "{position}");
        }
    }
}
