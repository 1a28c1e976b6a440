//! The proof that a call came from here and was not changed: the scheme of the Standard Webhooks specification
//! (standardwebhooks.com), for which receivers have libraries in every language.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A receiver's secret as it is shown and configured: `whsec_` and 32 bytes in Base64.
pub fn secret_in_words(secret: &[u8; 32]) -> String {
    format!("whsec_{}", BASE64.encode(secret))
}

/// The header `webhook-signature`: HMAC-SHA-256 over `id.seconds.body`.
pub fn sign(secret: &[u8; 32], id: &str, seconds: i64, body: &[u8]) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("any length is a key");
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_specification() {
        // HMAC-SHA-256 of "msg_1.1614265330.{}" under 32 zero bytes, worked out with OpenSSL.
        assert_eq!(sign(&[0; 32], "msg_1", 1_614_265_330, b"{}"), "v1,ONjOH+g8tKQOwBW/l2Ew8DI7ahP5iygTrq4r12BiJXg=");
        assert_eq!(secret_in_words(&[0; 32]), "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    }
}
