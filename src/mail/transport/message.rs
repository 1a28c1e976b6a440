//! A letter as it goes over the wire: headers that nothing typed can end, text and HTML side by side.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::Context;
use data_encoding::HEXLOWER;
use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use url::Host;

use crate::mail::{Letter, cut, one_line};

/// The letter as a message from `from` to `to`: the same letter is the same to the byte.
pub(super) fn of(letter: &Letter, from: &Mailbox, to: Address) -> Result<Message, lettre::error::Error> {
    let millis = u64::try_from(letter.sent_at.millis()).unwrap_or(0);
    let message_id = id_in_brackets(&letter.message_id);
    // Not in quoted-printable: "=_". Made of the message id, so that a mail sent again is the same to the byte.
    let boundary = format!("=_{}", &HEXLOWER.encode(&Sha256::digest(&message_id))[..24]);
    let mut builder = Message::builder()
        .envelope(Envelope::new(Some(from.email.clone()), vec![to.clone()])?)
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .date(UNIX_EPOCH + Duration::from_millis(millis))
        .subject(header_line(&letter.subject, 120))
        .message_id(Some(message_id));
    if let Some(references) = &letter.references {
        builder = builder.references(id_in_brackets(references));
    }
    let list_id = format!("{} {}", phrase(&letter.list_name), id_in_brackets(&letter.list_id));
    for (name, value) in
        [("List-Id", list_id.trim_start()), ("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")]
    {
        builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()));
    }
    if let Some(url) = letter.unsubscribe.as_deref().filter(|url| url.bytes().all(|byte| byte.is_ascii_graphic())) {
        for (name, value) in
            [("List-Unsubscribe", format!("<{url}>")), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into())]
        {
            builder = builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        }
    }
    builder.multipart(
        MultiPart::alternative()
            .boundary(boundary)
            .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
            .singlepart(part(ContentType::TEXT_HTML, &letter.html)),
    )
}

/// Quoted-printable whatever is in it: legible in the file, and no line of it can be taken for a boundary.
fn part(content_type: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(content_type).header(ContentTransferEncoding::QuotedPrintable).body(text.to_owned())
}

/// A message id or list id with what cannot stand in one taken out.
fn id_in_brackets(id: &str) -> String {
    let kept: String = id.chars().filter(|c| c.is_ascii_graphic() && !"<>()[]\\,;:\"".contains(*c)).take(200).collect();
    format!("<{kept}>")
}

/// One line for a header. What looks like an encoded word is broken: a mail program would decode it, line feeds and all.
fn header_line(text: &str, longest: usize) -> String {
    cut(&one_line(text, usize::MAX).replace("=?", "= ?"), longest)
}

/// A name before an id in brackets: quoted where it is ASCII; else encoded by lettre, and then without what would end it.
fn phrase(name: &str) -> String {
    let name = header_line(name, 100);
    if name.is_ascii() && !name.is_empty() {
        return format!("\"{}\"", name.replace(['"', '\\'], "'"));
    }
    one_line(&name.replace(|c: char| c.is_ascii_punctuation() && c != '-', " "), 100)
}

pub(super) fn sender(from: &str, name: &str) -> anyhow::Result<Mailbox> {
    let address =
        address(from.trim()).context("The sender of the mails is not an e-mail address such as comments@example.org.")?;
    let name = header_line(name, 60);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// An address as mail servers take it: the domain in Punycode, an IP address in brackets.
pub(super) fn address(text: &str) -> Option<Address> {
    let (local, domain) = text.rsplit_once('@')?;
    let domain = match Host::parse(domain).ok()? {
        Host::Domain(domain) => domain,
        Host::Ipv4(ip) => format!("[{ip}]"),
        Host::Ipv6(ip) => format!("[{ip}]"),
    };
    let harmless = local.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"<>\"".contains(c));
    harmless.then(|| Address::new(local, domain).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::Mailer;
    use super::super::tests::letter;
    use super::*;
    use mail_parser::{HeaderValue as Parsed, MessageParser, MimeHeaders};

    async fn sent(letter: &Letter) -> String {
        let (mailer, kept) = Mailer::in_memory("post@comments.example");
        mailer.send(letter).await.unwrap();
        let bytes = kept.lock().unwrap()[0].1.clone();
        String::from_utf8(bytes).unwrap()
    }

    #[tokio::test]
    async fn a_mail_says_what_it_is() {
        let mail = sent(&letter()).await;
        for line in [
            "From: post@comments.example",
            "To: eva@b.example",
            "Date: Mon, 21 Sep 2026 14:13:20 +0000",
            "Message-ID: <00000000-0000-0000-0000-000000000007@comments.example>",
            "References: <held.nordblatt@comments.example>",
            "List-Id: \"Nordblatt\" <nordblatt.comments.example>",
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "MIME-Version: 1.0",
        ] {
            assert!(mail.lines().any(|found| found == line), "{line}: {mail}");
        }
        assert!(!mail.contains("Precedence"));
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        assert_eq!(parsed.subject(), Some("[Nordblatt] Neue Kommentare für dich"));
        assert!(parsed.is_content_type("multipart", "alternative"));
        assert_eq!(parsed.text_body, [1]);
        assert_eq!(parsed.html_body, [2]);
        assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), letter().text);
        assert_eq!(parsed.body_html(0).unwrap(), "<p>Grüße</p>");
        assert_eq!(mail.matches('\n').count(), mail.matches("\r\n").count(), "a bare line feed");
        assert_eq!(mail, sent(&letter()).await, "the same letter is the same mail");
    }

    #[tokio::test]
    async fn no_field_ends_a_header() {
        let attack = "x\r\nBcc: victim@evil.example\r\n\r\n<script>\u{202e}\n.\r\nDATA";
        let attacked = Letter {
            message_id: attack.into(),
            references: Some(attack.into()),
            subject: attack.repeat(9),
            list_id: attack.into(),
            list_name: attack.into(),
            ..letter()
        };
        let hidden = sent(&Letter { subject: "A=\u{200b}?utf-8?q?=0d=0aBcc:_x?=".into(), ..letter() }).await;
        assert!(hidden.contains("Subject: A= ?utf-8?q?=0d=0aBcc:_x?="), "{hidden}");
        for name in [attack, "Zeitung \"für\" <x@evil.example>, alle (außer\r\nBcc: y)"] {
            let mail = sent(&Letter { list_name: name.into(), ..attacked.clone() }).await;
            let (head, _) = mail.split_once("\r\n\r\n").unwrap();
            let names: Vec<&str> =
                head.lines().filter(|line| !line.starts_with(' ')).map(|line| line.split(':').next().unwrap()).collect();
            assert_eq!(
                names,
                [
                    "From",
                    "To",
                    "Date",
                    "Subject",
                    "Message-ID",
                    "References",
                    "List-Id",
                    "Auto-Submitted",
                    "X-Auto-Response-Suppress",
                    "MIME-Version",
                    "Content-Type"
                ],
                "{head}"
            );
            assert!(head.lines().all(|line| line.len() < 998), "{head}");
            let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
            assert!(parsed.subject().unwrap().chars().count() <= 120);
            let Some(Parsed::Address(list)) = parsed.header("List-Id") else { panic!("{head}") };
            assert_eq!(list.iter().count(), 1, "{head}");
        }
    }

    #[test]
    fn the_senders_name_is_a_name() {
        for (name, found) in [
            ("Leserbrief", "Leserbrief"),
            ("Müller\r\nBcc: x", "Müller Bcc: x"),
            ("A, \"B\" <c@d.example>", "A, \"B\" <c@d.example>"),
        ] {
            let message =
                of(&letter(), &sender("a@b.example", name).unwrap(), address("eva@b.example").unwrap()).unwrap().formatted();
            let parsed = MessageParser::default().parse(&message).unwrap();
            let from = parsed.from().unwrap().first().unwrap();
            assert_eq!((from.name(), from.address()), (Some(found), Some("a@b.example")));
        }
        assert!(sender("nobody", "x").is_err() && sender("a@b.example\r\nBcc: c@d.example", "x").is_err());
    }

    #[test]
    fn domains_are_written_in_punycode() {
        for (typed, written) in [
            ("eva@müller.example", "eva@xn--mller-kva.example"),
            ("jörg@BÜCHER.example", "jörg@xn--bcher-kva.example"),
            ("a+b@b.example", "a+b@b.example"),
            ("post@localhost", "post@localhost"),
            ("post@127.0.0.1", "post@[127.0.0.1]"),
        ] {
            assert_eq!(address(typed).unwrap().to_string(), written);
        }
        for bad in [
            "",
            "a",
            "a@",
            "@b.example",
            "a b@c.example",
            "a>@b.example",
            "a@b c.example",
            "a\r\nRCPT TO:<x@y.example>@b.example",
        ] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }
}
