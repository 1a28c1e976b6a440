//! The e-mail address: a type that can be sealed and mailed to, and never printed or serialised.

use std::fmt;

/// An address that has been checked. It has no `Display` and no `Serialize`, and its `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Checks an address: at most 254 bytes, a local part of at most 64, one `@`, no white space and
    /// no control characters, a domain of labels. `None` where it is none.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (local, domain) = typed.rsplit_once('@')?;
        let fits = typed.len() <= 254 && !local.is_empty() && local.len() <= 64;
        let plain = local.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"@<>(),;:\\\"[]".contains(c));
        let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        (fits && plain && dots && is_domain(domain)).then(|| Self(typed.to_owned()))
    }

    /// The address itself: only for sealing and for the mail transport.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The form under which an address is recognised: the domain in lower case, the local part as typed.
    pub fn normalised(&self) -> String {
        match self.0.rsplit_once('@') {
            Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
            None => self.0.clone(),
        }
    }
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c == '-' || c.is_alphanumeric())
        })
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::EmailAddress;

    #[test]
    fn an_address_is_accepted_or_refused() {
        for good in ["a@b.de", "vorname.name+x@sub.example.org", "jörg@müller.example"] {
            assert!(EmailAddress::parse(good).is_some(), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.de", "a@b..de", "a b@c.de", "a@b.de\r\nBcc: x@y.de", ".a@b.de", "a@-b.de", "a@@b.de"] {
            assert!(EmailAddress::parse(bad).is_none(), "{bad}");
        }
        assert!(EmailAddress::parse(&format!("{}@b.de", "a".repeat(65))).is_none());
    }

    #[test]
    fn debug_hides_the_address() {
        let address = EmailAddress::parse("geheim@b.de").unwrap();
        assert!(!format!("{address:?}").contains("geheim"));
    }

    #[test]
    fn only_the_domain_is_compared_without_case() {
        assert_eq!(EmailAddress::parse("Eva@B.DE").unwrap().normalised(), "Eva@b.de");
    }
}
