//! The installation's secret, and what is made with it: sealed addresses, blind indexes, signed links.

use anyhow::{Context, ensure};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::clock::{Timestamp, random_bytes};
use crate::email_address::EmailAddress;

mod author_links;
mod key_file;
mod review_link;
mod second_factor;

pub use review_link::ReviewLink;
pub use second_factor::{SealedSecret, recovery_code};

/// The secret of the installation. Every other key is derived from it by purpose.
#[derive(Clone)]
pub struct Keys {
    key_id: i64,
    root: [u8; 32],
}

/// An address under seal, with the id of the key that opens it.
#[derive(Clone)]
pub struct SealedAddress {
    /// Which key sealed it, so that keys can be rotated.
    pub key_id: i64,
    /// Nonce (24 bytes) and ciphertext.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({}, hidden)", self.key_id)
    }
}

impl std::fmt::Debug for SealedAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedAddress(hidden)")
    }
}

impl Keys {
    /// Keys of their own, for tests and for a new installation.
    pub fn generate() -> Self {
        Self { key_id: 1, root: random_bytes() }
    }

    /// Seals an address (XChaCha20-Poly1305 under a random nonce).
    ///
    /// # Errors
    /// Only where the cipher refuses its input, which no address is long enough for.
    pub fn seal(&self, address: &EmailAddress) -> anyhow::Result<SealedAddress> {
        Ok(SealedAddress { key_id: self.key_id, bytes: self.seal_bytes(address.expose().as_bytes(), b"e-mail")? })
    }

    /// Opens what [`Keys::seal`] sealed.
    ///
    /// # Errors
    /// Another key's seal, or a damaged one.
    pub fn open(&self, sealed: &SealedAddress) -> anyhow::Result<EmailAddress> {
        let plain = self.open_bytes(sealed.key_id, &sealed.bytes, b"e-mail")?;
        EmailAddress::parse(&String::from_utf8(plain)?).context("a sealed address is none")
    }

    fn seal_bytes(&self, plain: &[u8], purpose: &[u8]) -> anyhow::Result<Vec<u8>> {
        let nonce: [u8; 24] = random_bytes();
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: purpose });
        let sealed = sealed.map_err(|_| anyhow::anyhow!("nothing could be sealed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn open_bytes(&self, key_id: i64, sealed: &[u8], purpose: &[u8]) -> anyhow::Result<Vec<u8>> {
        ensure!(key_id == self.key_id, "the key {key_id} is not in the key file");
        let (nonce, text) = sealed.split_first_chunk::<24>().context("a seal is too short")?;
        let opened = self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: purpose });
        opened.map_err(|_| anyhow::anyhow!("a seal does not open"))
    }

    /// The keyed hash under which an address is found again.
    pub fn address_index(&self, address: &EmailAddress) -> Vec<u8> {
        self.mac("address", &[address.normalised().as_bytes()]).to_vec()
    }

    /// The keyed hash under which a client's network is found again.
    pub fn network_index(&self, network: &ipnet::IpNet) -> Vec<u8> {
        self.mac("network", &[network.to_string().as_bytes()]).to_vec()
    }

    /// What a database keeps to know its key file again.
    pub fn check_value(&self) -> Vec<u8> {
        self.mac("key check", &[]).to_vec()
    }

    /// A form's token: its id (which holds the time of issue), bound to site and page.
    pub fn sign_form(&self, id: Uuid, site: &str, page: &str) -> String {
        self.signed(id.as_bytes(), &self.mac("form", &[id.as_bytes(), site.as_bytes(), page.as_bytes()]))
    }

    /// The id of a form token that this installation issued for that site and page.
    pub fn verify_form(&self, token: &str, site: &str, page: &str) -> Option<Uuid> {
        let (id, tag) = split_signed::<16>(token)?;
        let wanted = self.mac("form", &[&id, site.as_bytes(), page.as_bytes()]);
        same(&tag, &wanted).then(|| Uuid::from_bytes(id))
    }

    /// The id in a form token, whether or not it was issued here: good for asking whether it has been used, and for nothing
    /// else.
    pub fn claimed_form_id(token: &str) -> Option<Uuid> {
        split_signed::<16>(token).map(|(id, _)| Uuid::from_bytes(id))
    }

    /// Whether the lot falls on an id, as it does for so many in a hundred. It always falls the same way, and nobody without
    /// the key can tell how.
    pub fn draws(&self, id: Uuid, percent: f64) -> bool {
        let [a, b, c, d, ..] = self.mac("lot", &[id.as_bytes()]);
        f64::from(u32::from_be_bytes([a, b, c, d])) < percent / 100.0 * 2_f64.powi(32)
    }

    /// The author's own link to a comment, valid until `expires`.
    pub fn sign_receipt(&self, comment: Uuid, expires: Timestamp) -> String {
        let payload: Vec<u8> = [comment.as_bytes().as_slice(), &expires.millis().to_be_bytes()].concat();
        self.signed(&payload, &self.mac("receipt", &[&payload]))
    }

    /// The comment that a receipt stands for, while it has not expired.
    pub fn verify_receipt(&self, token: &str, now: Timestamp) -> Option<Uuid> {
        let (payload, tag) = split_signed::<24>(token)?;
        let (id, expires) = payload.split_first_chunk::<16>()?;
        let expires = i64::from_be_bytes(expires.try_into().ok()?);
        (same(&tag, &self.mac("receipt", &[&payload])) && now.millis() < expires).then(|| Uuid::from_bytes(*id))
    }

    /// The token of a link to an account. Whether the link still holds, and for whom, stands in the database: the token
    /// proves only that it went out by our mail.
    pub fn sign_account_link(&self, id: Uuid) -> String {
        self.signed(id.as_bytes(), &self.mac("account link", &[id.as_bytes()]))
    }

    /// The link that a token of ours stands for.
    pub fn verify_account_link(&self, token: &str) -> Option<Uuid> {
        let (id, tag) = split_signed::<16>(token)?;
        same(&tag, &self.mac("account link", &[&id])).then(|| Uuid::from_bytes(id))
    }

    /// What a browser keeps that an account has signed in with: bound to the account, never a way in by itself.
    pub fn device_cookie(&self, nonce: &str, address_index: &[u8]) -> String {
        format!("{nonce}.{}", BASE64URL_NOPAD.encode(&self.mac("device", &[nonce.as_bytes(), address_index])))
    }

    /// Whether a device cookie is ours and of this account.
    pub fn knows_device(&self, cookie: &str, address_index: &[u8]) -> bool {
        cookie.split_once('.').is_some_and(|(nonce, _)| equal(cookie, &self.device_cookie(nonce, address_index)))
    }

    /// The token that a signed-in moderator's forms carry.
    pub fn csrf(&self, session_hash: &[u8]) -> String {
        BASE64URL_NOPAD.encode(&self.mac("csrf", &[session_hash]))
    }

    /// What the calls of a webhook are signed with. It is nowhere kept: a new one comes with a new webhook.
    pub fn webhook_secret(&self, webhook_id: Uuid) -> [u8; 32] {
        self.mac("webhook", &[webhook_id.as_bytes()])
    }

    fn signed(&self, payload: &[u8], tag: &[u8; 32]) -> String {
        BASE64URL_NOPAD.encode(&[payload, &tag[..16]].concat())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.mac("seal", &[]).into())
    }

    /// HMAC-SHA-256 of the parts, each preceded by its length so that none runs into the next.
    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.root).expect("any length is a key");
        for part in [purpose.as_bytes()].iter().chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

fn split_signed<const N: usize>(token: &str) -> Option<([u8; N], [u8; 16])> {
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    let (payload, tag) = bytes.split_first_chunk::<N>()?;
    Some((*payload, tag.try_into().ok()?))
}

fn same(tag: &[u8; 16], wanted: &[u8; 32]) -> bool {
    tag.as_slice().ct_eq(&wanted[..16]).into()
}

/// A random token of 256 bits for a link or a cookie.
pub fn random_token() -> String {
    BASE64URL_NOPAD.encode(&random_bytes::<32>())
}

/// What is stored of a token: its SHA-256 (a random token needs no slow hash).
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
pub fn equal(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_address_opens_with_its_key_alone() {
        let keys = Keys::generate();
        let address = EmailAddress::parse("eva@example.de").unwrap();
        let sealed = keys.seal(&address).unwrap();
        assert_eq!(keys.open(&sealed).unwrap(), address);
        assert!(Keys::generate().open(&sealed).is_err());
        assert_ne!(sealed.bytes, keys.seal(&address).unwrap().bytes);
    }

    #[test]
    fn a_form_token_is_bound_to_its_page() {
        let keys = Keys::generate();
        let id = Uuid::from_u128(7);
        let token = keys.sign_form(id, "a", "b");
        assert_eq!(keys.verify_form(&token, "a", "b"), Some(id));
        assert_eq!(keys.verify_form(&token, "ab", ""), None);
        assert_eq!(keys.verify_form("", "a", "b"), None);
        assert_eq!(keys.verify_form(&token[1..], "a", "b"), None);
    }

    #[test]
    fn a_lot_falls_so_often_and_always_the_same_way() {
        let (keys, others) = (Keys::generate(), Keys::generate());
        let ids: Vec<Uuid> = (0..20_000).map(Uuid::from_u128).collect();
        let drawn = |keys: &Keys, percent| ids.iter().filter(|id| keys.draws(**id, percent)).copied().collect::<Vec<_>>();
        let two_percent = drawn(&keys, 2.0);
        assert!((250..550).contains(&two_percent.len()), "{} of 20,000", two_percent.len());
        assert_eq!(two_percent, drawn(&keys, 2.0));
        assert_ne!(two_percent, drawn(&others, 2.0), "another key draws others");
        assert_eq!((drawn(&keys, 0.0).len(), drawn(&keys, 100.0).len()), (0, 20_000));
    }

    #[test]
    fn a_receipt_expires() {
        let keys = Keys::generate();
        let token = keys.sign_receipt(Uuid::from_u128(7), Timestamp::from_millis(10));
        assert_eq!(keys.verify_receipt(&token, Timestamp::from_millis(9)), Some(Uuid::from_u128(7)));
        assert_eq!(keys.verify_receipt(&token, Timestamp::from_millis(10)), None);
    }
}
