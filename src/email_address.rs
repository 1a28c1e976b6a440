//! The e-mail address: a type that can be sealed and mailed to, and never printed or serialised.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// An address that has been checked. It has no `Display` and no `Serialize`, and its `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Checks an address: a local part of at most 64 bytes and a domain that the DNS can hold (international ones by
    /// IDNA), together at most 254 bytes as they go over the wire (RFC 5321); no white space, no signs that only a
    /// quoted local part may have, nothing that is invisible or turns the direction of the text. `None` where it is none.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (local, domain) = typed.rsplit_once('@')?;
        let wire_domain = idna::domain_to_ascii_strict(domain).ok().filter(|domain| is_domain(domain))?;
        let octets = local.len().max(local.nfc().collect::<String>().len());
        let fits = (1..=64).contains(&octets) && octets + 1 + wire_domain.len() <= 254 && !domain.chars().any(is_hidden);
        // As typed and in its compatibility form: what looks like a semicolon is treated as one.
        let plain = local.chars().chain(local.nfkc()).all(may_stand_in_a_local_part);
        let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        (fits && plain && dots).then(|| Self(typed.to_owned()))
    }

    /// The address itself: only for sealing and for the mail transport.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The form under which an address is recognised: the domain as the DNS has it, the local part as typed (in one of the
    /// ways in which Unicode can write the same letters).
    pub fn normalised(&self) -> String {
        match self.0.rsplit_once('@') {
            Some((local, domain)) => {
                let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase());
                format!("{}@{domain}", local.nfc().collect::<String>())
            }
            None => self.0.clone(),
        }
    }
}

/// A host that mail can go to: at least two labels, and the last one is no number.
fn is_domain(ascii: &str) -> bool {
    let is_name =
        |last: &str| last.starts_with("xn--") || last.starts_with(char::is_alphabetic) && last.ends_with(char::is_alphabetic);
    ascii.rsplit_once('.').is_some_and(|(_, last)| is_name(last))
}

fn may_stand_in_a_local_part(c: char) -> bool {
    !is_hidden(c) && !c.is_control() && !c.is_whitespace() && !"@<>(),;:\\\"[]".contains(c)
}

fn is_hidden(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
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
        let forms = ["jörg@müller.example", "jo\u{308}rg@MÜLLER.example", "jörg@xn--mller-kva.example"];
        let forms = forms.map(|typed| EmailAddress::parse(typed).unwrap().normalised());
        assert!(forms.iter().all(|form| form == "jörg@xn--mller-kva.example"), "{forms:?}");
    }
}
