//! What stands in the way of mail, one step after another, as a conversation takes them. No mail is sent.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use lettre::address::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Mail, Rset};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::settings::{Security, SmtpSettings};
use super::smtp::said;
use crate::mail::finding::Finding;

const SERVER: &str = "mail server";

/// What the first step that fails says; what went well before it is one finding.
type Step<T> = Result<T, Finding>;

/// Looks at a mail server with the patience of a real conversation, and ends before any mail.
pub(super) async fn server(settings: &SmtpSettings, from: &Address) -> Vec<Finding> {
    // Each step has its own patience; this is for all of them together.
    let outcome = timeout(settings.patience * 4, converse(settings, from)).await;
    let silent = || Finding::wrong(SERVER, format!("{settings} does not answer any more."), "Look into the server's own log.");
    match outcome.unwrap_or_else(|_| Err(silent())) {
        Ok(()) => vec![Finding::good(SERVER, format!("The {settings} takes mail from this service."))],
        Err(finding) => vec![finding],
    }
}

async fn converse(settings: &SmtpSettings, from: &Address) -> Step<()> {
    let addresses = look_up(settings).await?;
    reach(settings, &addresses).await?;
    let mut connection = greet(settings).await?;
    sign_in(settings, &mut connection).await?;
    offer_sender(&mut connection, from).await?;
    // What it says to a goodbye is no news.
    let _ = timeout(Duration::from_secs(2), connection.quit()).await;
    Ok(())
}

async fn look_up(settings: &SmtpSettings) -> Step<Vec<SocketAddr>> {
    let host = settings.host.as_str();
    let unknown = || {
        let words = format!("The name {host} is not known to the DNS.");
        Finding::wrong(SERVER, words, "Check the spelling of the host in the SMTP URL, and this machine's name server.")
    };
    match timeout(settings.patience, lookup_host((host, settings.port))).await {
        Ok(Ok(found)) => Some(found.collect::<Vec<_>>()).filter(|found| !found.is_empty()).ok_or_else(unknown),
        Ok(Err(_)) => Err(unknown()),
        Err(_) => Err(Finding::wrong(
            SERVER,
            format!("The name server does not say where {host} is: it is silent."),
            "Check this machine's name server (/etc/resolv.conf).",
        )),
    }
}

async fn reach(settings: &SmtpSettings, addresses: &[SocketAddr]) -> Step<()> {
    let (host, port) = (settings.host.as_str(), settings.port);
    match timeout(settings.patience, TcpStream::connect(addresses)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => Err(Finding::wrong(
            SERVER,
            format!("{host} refuses connections on port {port}: nothing listens there, or a firewall says no."),
            "Check that the server runs, and the port: 587 for smtp://, 465 for smtps://, 25 for a relay in your own network.",
        )),
        Ok(Err(error)) => Err(Finding::wrong(
            SERVER,
            format!("{host} cannot be reached on port {port}: {error}."),
            "Check the network of this machine, and whether the address is right.",
        )),
        Err(_) => Err(Finding::wrong(
            SERVER,
            format!("{host} does not answer on port {port} within {} seconds.", settings.patience.as_secs()),
            "A firewall drops the packets: many hosting companies close port 25. Use port 587 or 465, or ask the company.",
        )),
    }
}

/// Up to an encrypted connection, where one is wanted.
async fn greet(settings: &SmtpSettings) -> Step<AsyncSmtpConnection> {
    let hello = ClientId::default();
    let at_once = if let Security::Tls(tls) = &settings.security { Some(tls.clone()) } else { None };
    let server = (settings.host.as_str(), settings.port);
    let connected = AsyncSmtpConnection::connect_tokio1(server, Some(settings.patience), &hello, at_once, None).await;
    let mut connection = connected.map_err(|error| not_greeted(settings, &error))?;
    if let Security::StartTls(tls) = &settings.security {
        if !connection.can_starttls() {
            return Err(Finding::wrong(
                SERVER,
                "The server offers no STARTTLS, and nothing is sent in the clear.",
                "Use smtps:// (port 465) if the server speaks TLS from the first byte, or switch STARTTLS on there. \
                 ?tls=none is for a server on this machine alone.",
            ));
        }
        connection.starttls(tls.clone(), &hello).await.map_err(|error| not_encrypted(settings, &error))?;
    }
    Ok(connection)
}

fn not_greeted(settings: &SmtpSettings, error: &SmtpError) -> Finding {
    if matches!(settings.security, Security::Tls(_)) && error.status().is_none() {
        return not_encrypted(settings, error);
    }
    let next = match error.status() {
        Some(_) => "The server closes its door to this machine, or for a while: its words say why. Look into its log.",
        None => "Is it a mail server that speaks SMTP? One that speaks TLS from the first byte (port 465) wants smtps://.",
    };
    Finding::wrong(SERVER, format!("The server does not greet as a mail server does: {}.", said(error)), next)
}

/// Why there is no encrypted connection. The words of the TLS library are for its friends.
fn not_encrypted(settings: &SmtpSettings, error: &SmtpError) -> Finding {
    let (host, told) = (settings.host.as_str(), said(error));
    // lettre says it once for itself, and once for the TLS library.
    let told = told.trim_start_matches("Connection error: ");
    let has = |mark: &str| told.to_lowercase().contains(mark);
    let (words, next) = if has("not valid for name") || has("notvalidforname") {
        (
            format!("The server's certificate is for another name than {host}."),
            "Write the name that the certificate is for into the SMTP URL, or get a certificate for this one.",
        )
    } else if has("notvalidyet") || has("not valid yet") {
        (format!("The certificate of {host} is not valid yet."), "Check the clocks of both machines.")
    } else if has("expired") {
        (
            format!("The certificate of {host} has expired."),
            "Renew it on the server; if it is not old, check the clock of this machine.",
        )
    } else if has("unknownissuer") || has("unknown issuer") || has("badsignature") {
        (
            format!("The certificate of {host} was issued by an authority that this machine does not know."),
            "For an authority of your own add ?ca=/path/to/ca.pem to the SMTP URL. For a public one install the list of \
             authorities (Debian: ca-certificates), or let the server send the whole chain.",
        )
    } else if has("certificate") {
        (format!("The certificate of {host} is not accepted: {told}."), "Look at it with: openssl s_client -connect HOST:PORT")
    } else {
        (
            format!("No encrypted connection to {host} comes about: {told}."),
            "A server that encrypts only after its greeting (port 587) wants smtp:// in place of smtps://.",
        )
    };
    Finding::wrong(SERVER, words, next)
}

async fn sign_in(settings: &SmtpSettings, connection: &mut AsyncSmtpConnection) -> Step<()> {
    let Some(credentials) = &settings.credentials else { return Ok(()) };
    connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await.map(drop).map_err(|error| {
        let told = said(&error);
        match error.status() {
            Some(_) => Finding::wrong(
                SERVER,
                format!("The server refuses user or password: {told}."),
                "Check both in the SMTP URL; signs such as / ? # @ in them are percent-encoded. Some providers want a \
                 password made for programs.",
            ),
            None => Finding::wrong(
                SERVER,
                format!("The server offers no way to sign in that this program knows: {told}."),
                "It has to offer AUTH PLAIN or AUTH LOGIN, often on port 587 only. A relay that asks for no sign-in wants an \
                 SMTP URL without user and password.",
            ),
        }
    })
}

/// Says who would write, and takes it back.
async fn offer_sender(connection: &mut AsyncSmtpConnection, from: &Address) -> Step<()> {
    let refused = |error: SmtpError| {
        let told = said(&error);
        let next = match error.status().map(|code| code.to_string()).as_deref() {
            Some("530") => "The server wants a sign-in: put user and password into the SMTP URL.",
            _ => "Set --mail-from to an address that this server may send for.",
        };
        Finding::wrong(SERVER, format!("The server does not take mail from {from}: {told}."), next)
    };
    connection.command(Mail::new(Some(from.clone()), Vec::new())).await.map_err(refused)?;
    let _ = connection.command(Rset).await;
    Ok(())
}

/// Looks at the folder that takes mails while no server is set.
pub(super) fn folder(path: &Path) -> Finding {
    let place = path.display();
    let next = "To send them, set --smtp, such as smtp://user:password@mail.example:587.";
    if path.exists() && std::fs::metadata(path).is_ok_and(|found| found.permissions().readonly() || !found.is_dir()) {
        return Finding::wrong(SERVER, format!("No mail server is set, and the folder {place} cannot take mails."), next);
    }
    Finding::hint(SERVER, format!("No mail server is set: mails become files in {place} and reach nobody."), next)
}
