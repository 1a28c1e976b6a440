//! Passwords: judged, hashed, verified, on few threads.

use std::sync::LazyLock;

use anyhow::{Context, anyhow};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::Accounts;
use crate::error::{Error, FieldError, Result};
use crate::moderator::{Moderator, check_password};
use crate::store::{Tx, account_links, moderators, second_factors, sessions};

impl Accounts {
    /// Judges a new password, which may be shorter `with_code`, and hashes it. Judging a long one is work as well.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is wrong with it.
    pub(super) async fn judged_hash(
        &self,
        password: &SecretString,
        name: &str,
        address: &str,
        with_code: bool,
    ) -> Result<String> {
        let (password, name, address) = (password.clone(), name.to_owned(), address.to_owned());
        self.in_hashing_thread(move || {
            check_password(&password, &name, &address, with_code)
                .map_err(|fault| Error::Invalid(vec![FieldError { field: "password", code: fault.code() }]))?;
            hash_password(password.expose_secret().as_bytes())
        })
        .await?
    }

    /// The same for an account that exists, by what is asked of it besides.
    pub(super) async fn judged_hash_for(&self, moderator: &Moderator, password: &SecretString) -> Result<String> {
        let address = self.address_of(moderator.id).await?;
        let mut tx = self.store.read().await?;
        let with_code = second_factors::is_on(&mut tx, moderator.id).await?;
        drop(tx);
        self.judged_hash(password, &moderator.name, address.expose(), with_code).await
    }

    /// Gives an account another password. Whoever came in by the one before is out but for the session `keeping`, and so is
    /// whatever waits in a mailbox.
    pub(super) async fn replace_password(&self, tx: &mut Tx, id: Uuid, hash: &str, keeping: &[u8]) -> Result<()> {
        moderators::change_password(tx, id, hash).await?;
        sessions::end_others(tx, id, keeping).await?;
        account_links::end_all(tx, id, self.clock.now()).await?;
        self.forgive_codes(tx, id).await
    }

    pub(super) async fn hash(&self, password: &SecretString) -> Result<String> {
        let password = password.clone();
        self.in_hashing_thread(move || hash_password(password.expose_secret().as_bytes())).await?
    }

    pub(super) async fn verify(&self, password: &SecretString, hash: Option<String>) -> Result<bool> {
        /// The hash that is tried for a name that nobody has, so that it takes as long.
        static NOBODY: LazyLock<String> =
            LazyLock::new(|| hash_password(&crate::clock::random_bytes::<16>()).unwrap_or_default());
        let password = password.clone();
        self.in_hashing_thread(move || {
            let nobody = LazyLock::force(&NOBODY);
            let hash = hash.as_ref().unwrap_or(nobody);
            argon2id().verify_password(password.expose_secret().as_bytes(), hash.as_str()).is_ok()
        })
        .await
    }

    async fn in_hashing_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = self.hashing.clone().acquire_owned().await.context("hashing has ended")?;
        let work = move || {
            let _permit = permit;
            work()
        };
        Ok(tokio::task::spawn_blocking(work).await.context("hashing a password failed")?)
    }
}

/// Argon2id with 64 MiB, three passes and one lane: under a quarter of a second on a small server.
fn argon2id() -> Argon2<'static> {
    let params = Params::new(64 * 1024, 3, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Whether a hash was made with the parameters of today.
pub(super) fn is_current(hash: &str) -> bool {
    hash.starts_with("$argon2id$v=19$m=65536,t=3,p=1$")
}

fn hash_password(password: &[u8]) -> Result<String> {
    let hash = argon2id().hash_password(password).map_err(|error| anyhow!("a password could not be hashed: {error}"))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_verifies_against_its_own_hash_alone() {
        let hash = hash_password(b"zwei Pferde im Schnee").unwrap();
        assert!(is_current(&hash));
        assert!(argon2id().verify_password(b"zwei Pferde im Schnee", hash.as_str()).is_ok());
        assert!(argon2id().verify_password(b"zwei Pferde im Regen", hash.as_str()).is_err());
    }
}
