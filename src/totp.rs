//! One-time passwords by time (RFC 6238): HMAC-SHA-1, six digits, steps of 30 seconds, as every authenticator app has them.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::clock::{Timestamp, random_bytes};

/// A step in milliseconds.
const STEP: i64 = 30_000;

/// How many steps a clock may be behind or ahead: RFC 6238 advises one for the way that a code takes.
const DRIFT: i64 = 1;

/// The characters of a name that an app shows; a picture of more is hard to read for a camera.
const SHOWN: usize = 40;

/// What an app and we both know: 160 bits, the length of the hash, as RFC 4226 advises.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 20]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl Secret {
    /// A new one.
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// The one with these bytes.
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// Its bytes: only for sealing.
    pub const fn expose(&self) -> &[u8; 20] {
        &self.0
    }

    /// As it is typed into an app (RFC 4648), in groups of four.
    pub fn as_text(&self) -> String {
        let text = BASE32_NOPAD.encode(&self.0);
        text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
    }

    /// The address that an app reads from a picture.
    pub fn as_uri(&self, issuer: &str, name: &str) -> String {
        let name: String = name.chars().take(SHOWN).collect();
        let (issuer, name) = (percent_encoded(issuer), percent_encoded(&name));
        format!("otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}", BASE32_NOPAD.encode(&self.0))
    }

    /// The step whose code this is, if it is one of now, or of a clock that is a step behind or ahead, and later than the
    /// step `last` that was used already.
    pub fn step_of(&self, code: &str, now: Timestamp, last: i64) -> Option<i64> {
        let step = now.millis().div_euclid(STEP);
        // Every step is looked at, so that the time does not tell which one fits.
        let fitting = |step: &i64| bool::from(self.code(*step).as_bytes().ct_eq(code.as_bytes()));
        let fits: Vec<i64> = (step - DRIFT..=step + DRIFT).filter(fitting).collect();
        fits.into_iter().find(|step| *step > last)
    }

    /// The code of a step.
    fn code(&self, step: i64) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = <Hmac<Sha1> as KeyInit>::new_from_slice(&self.0).expect("any length is a key");
        mac.update(&step.to_be_bytes());
        let hash: [u8; 20] = mac.finalize().into_bytes().into();
        // RFC 4226, section 5.3: the last four bits tell where the 31 bits begin that are taken.
        let begin = usize::from(hash[19] & 0xf);
        let taken = hash[begin..begin + 4].iter().fold(0, |taken: u32, byte| taken << 8 | u32::from(*byte)) & 0x7fff_ffff;
        format!("{:06}", taken % 1_000_000)
    }
}

fn percent_encoded(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: Secret = Secret::from_bytes(*b"12345678901234567890");

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(SECRET.code(seconds / 30), code);
            assert_eq!(SECRET.step_of(code, Timestamp::from_millis(seconds * 1000), 0), Some(seconds / 30));
        }
    }

    #[test]
    fn a_clock_may_be_a_step_off_and_no_step_is_taken_twice() {
        let code = SECRET.code(100);
        for (step, last, taken) in [
            (98, 0, None),
            (99, 0, Some(100)),
            (100, 0, Some(100)),
            (101, 0, Some(100)),
            (102, 0, None),
            (100, 100, None),
            (101, 99, Some(100)),
        ] {
            assert_eq!(SECRET.step_of(&code, Timestamp::from_millis(step * STEP), last), taken, "{step} after {last}");
        }
        for wrong in ["", "12345", "1234567", "000000", " 287082", "２８７０８２"] {
            assert_eq!(SECRET.step_of(wrong, Timestamp::from_millis(59_000), 0), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_the_secret_and_no_other_field_from_a_name() {
        assert_eq!(SECRET.as_text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let uri = SECRET.as_uri("Leserbrief", "Ada & Söhne?secret=AAAA#/");
        assert_eq!(
            uri,
            "otpauth://totp/Leserbrief:Ada%20%26%20S%C3%B6hne%3Fsecret%3DAAAA%23%2F?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Leserbrief"
        );
        assert_eq!(format!("{SECRET:?}"), "Secret(hidden)");
    }
}
