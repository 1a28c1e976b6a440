//! Moderators: who they are, and what each may do where.

use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::i18n::Locale;

mod mail_wish;

pub use mail_wish::{MANY, MailWish, QuietHours, SOONEST, Telling, Zone, minute_of_day, time_of_day};

/// Somebody who may sign in to the panel.
#[derive(Clone, Debug)]
pub struct Moderator {
    /// Their id.
    pub id: Uuid,
    /// The name that colleagues see.
    pub name: String,
    /// May do everything on every site.
    pub is_owner: bool,
    /// The language of their panel and mails.
    pub locale: Locale,
}

/// What somebody may do on a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Decides comments.
    Moderator,
    /// Also changes the site's settings.
    Admin,
    /// Everything, on every site of the installation.
    Owner,
}

impl Role {
    /// The name in the database and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Moderator => "moderator",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        [Self::Moderator, Self::Admin, Self::Owner]
            .into_iter()
            .find(|role| role.as_str() == name)
            .ok_or_else(|| format!("{name} is not a role: moderator, admin or owner"))
    }
}

/// Why a password is refused; each is a text in every language under `password-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than 15 characters.
    TooShort,
    /// Fewer than 8 characters, beside a second factor.
    TooShortWithCode,
    /// More than 128 characters.
    TooLong,
    /// Among the first that a guesser would try.
    TooCommon,
}

impl PasswordFault {
    /// The stable word for the fault.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooShortWithCode => "too_short_with_code",
            Self::TooLong => "too_long",
            Self::TooCommon => "too_common",
        }
    }
}

/// Characters that a password needs where it is used alone, and beside a second factor (NIST SP 800-63B-4).
pub const LONG_ENOUGH_ALONE: usize = 15;
const LONG_ENOUGH_WITH_CODE: usize = 8;

/// The characters of a password.
pub fn characters(password: &SecretString) -> usize {
    password.expose_secret().chars().count()
}

/// Judges a new password: 15 to 128 characters, or from 8 on where a code is asked for besides; no rules of composition, and
/// none that zxcvbn would guess within 10^8 tries (score under 3 of 4). Beside a code 10^6 are enough (score 2): by its count
/// no eight characters take more than 10^8, however they were drawn.
///
/// # Errors
/// What is wrong with it.
pub fn check_password(password: &SecretString, name: &str, address: &str, with_code: bool) -> Result<(), PasswordFault> {
    let least = if with_code { zxcvbn::Score::Two } else { zxcvbn::Score::Three };
    match characters(password) {
        length if length < LONG_ENOUGH_WITH_CODE && with_code => Err(PasswordFault::TooShortWithCode),
        length if length < LONG_ENOUGH_ALONE && !with_code => Err(PasswordFault::TooShort),
        129.. => Err(PasswordFault::TooLong),
        _ if zxcvbn::zxcvbn(password.expose_secret(), &[name, address, "leserbrief"]).score() < least => {
            Err(PasswordFault::TooCommon)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_and_short_passwords_are_refused() {
        let alone = |password: &str| check_password(&SecretString::from(password), "", "", false);
        let with_code = |password: &str| check_password(&SecretString::from(password), "", "", true);
        assert_eq!(alone("kurz"), Err(PasswordFault::TooShort));
        assert_eq!(alone(&"x1 ".repeat(50)), Err(PasswordFault::TooLong));
        assert_eq!(alone("passwordpassword"), Err(PasswordFault::TooCommon));
        assert_eq!(alone("aaaaaaaaaaaaaaaaaaaa"), Err(PasswordFault::TooCommon));
        assert_eq!(alone("zwölf Möwen über dem Deich"), Ok(()));
        assert_eq!((alone("qM7-wörks9xk&z"), with_code("qM7-wörks9xk&z")), (Err(PasswordFault::TooShort), Ok(())));
        assert_eq!((with_code("qM7-wö&"), with_code("qM7-wö&k")), (Err(PasswordFault::TooShortWithCode), Ok(())));
        for common in ["password", "leserbrief", "sommer2026", "12345678"] {
            assert_eq!(with_code(common), Err(PasswordFault::TooCommon), "{common}");
        }
    }
}
