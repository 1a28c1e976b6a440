//! What is kept of a second factor: its secret under the seal of addresses, and hashes of the codes that stand in for it.

use anyhow::Context;
use data_encoding::BASE32_NOPAD;
use uuid::Uuid;

use super::Keys;
use crate::clock::random_bytes;
use crate::totp::Secret;

/// A second factor's secret under seal, with the id of the key that opens it.
#[derive(Clone)]
pub struct SealedSecret {
    /// Which key sealed it, so that keys can be rotated.
    pub key_id: i64,
    /// Nonce (24 bytes) and ciphertext.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedSecret(hidden)")
    }
}

impl Keys {
    /// Seals the secret of an account, which opens for that account alone.
    ///
    /// # Errors
    /// Only where the cipher refuses its input, which a secret is too short for.
    pub fn seal_secret(&self, secret: &Secret, account: Uuid) -> anyhow::Result<SealedSecret> {
        Ok(SealedSecret { key_id: self.key_id, bytes: self.seal_bytes(secret.expose(), &purpose(account))? })
    }

    /// Opens what [`Keys::seal_secret`] sealed.
    ///
    /// # Errors
    /// Another key's seal or another account's, or a damaged one.
    pub fn open_secret(&self, sealed: &SealedSecret, account: Uuid) -> anyhow::Result<Secret> {
        let plain = self.open_bytes(sealed.key_id, &sealed.bytes, &purpose(account))?;
        Ok(Secret::from_bytes(plain.try_into().ok().context("a sealed secret is none")?))
    }

    /// What is stored of a recovery code: bound to its account, and blind to how it was typed.
    pub fn recovery_code_hash(&self, account: Uuid, code: &str) -> Vec<u8> {
        let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        self.mac("recovery code", &[account.as_bytes(), plain.as_bytes()]).to_vec()
    }
}

fn purpose(account: Uuid) -> Vec<u8> {
    [b"second factor ".as_slice(), account.as_bytes()].concat()
}

/// A code that stands in for a lost second factor, of 120 bits: beyond the 112 from which on a hash without a salt will do
/// (OWASP ASVS 5.0, 6.5.2).
pub fn recovery_code() -> String {
    let text = BASE32_NOPAD.encode(&random_bytes::<15>()).to_lowercase();
    text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_for_its_account_alone() {
        let (keys, one, two) = (Keys::generate(), Uuid::from_u128(1), Uuid::from_u128(2));
        let secret = Secret::random();
        let sealed = keys.seal_secret(&secret, one).unwrap();
        assert_eq!(keys.open_secret(&sealed, one).unwrap(), secret);
        assert!(keys.open_secret(&sealed, two).is_err());
        assert!(Keys::generate().open_secret(&sealed, one).is_err());
        assert!(!sealed.bytes.windows(20).any(|bytes| bytes == secret.expose()));
    }

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed_and_by_its_account_alone() {
        let (keys, one) = (Keys::generate(), Uuid::from_u128(1));
        let code = recovery_code();
        assert_eq!(code.len(), 29);
        assert_ne!(code, recovery_code());
        let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
        assert_eq!(keys.recovery_code_hash(one, &code), keys.recovery_code_hash(one, &typed));
        assert_ne!(keys.recovery_code_hash(one, &code), keys.recovery_code_hash(Uuid::from_u128(2), &code));
    }
}
