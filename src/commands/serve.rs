//! `leserbrief serve`: the service itself.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::print;
use crate::clock::Clock;
use crate::config::{MailSettings, StorageSettings, WebSettings};
use crate::server::{ServeSettings, Server};

/// Serves until SIGINT or SIGTERM.
pub async fn run(storage: StorageSettings, web: WebSettings, mail: MailSettings, clock: Clock) -> anyhow::Result<()> {
    // Heard from the first moment: a service that says it listens can be told to stop.
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut told = async move || tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} };
    let settings = ServeSettings { storage, web, mail, clock };
    let server = tokio::select! {
        server = Server::start(&settings) => server?,
        () = told() => return Ok(()),
    };
    print(&format!("Leserbrief listens on {}", server.base_url()))?;
    if let Some(url) = server.demo_url() {
        print(&format!("Demo article:         {url}"))?;
    }
    match server.setup_url() {
        Some(url) => print(&format!("Make the first owner: {url}  (once, within 24 hours)"))?,
        None => print(&format!("Moderators' panel:    {}/panel", server.base_url()))?,
    }
    print(&format!("Mails go to:          {}", server.mail_destination()))?;
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    tokio::spawn(async move {
        told().await;
        stopped.cancel();
        // Asked twice, it does not wait for anybody any more.
        told().await;
        std::process::exit(1);
    });
    server.run(stop).await;
    Ok(())
}
