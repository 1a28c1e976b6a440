//! `leserbrief healthcheck`: for containers, which have no curl.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Whom to ask.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Where the service listens
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    address: SocketAddr,
}

/// Asks, and waits five seconds at most.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let asked = tokio::time::timeout(Duration::from_secs(5), ask(arguments.address));
    asked.await.context("The service does not answer.")?
}

async fn ask(address: SocketAddr) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(address).await.context("The service does not listen.")?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    match answer.starts_with(b"HTTP/1.1 204") {
        true => Ok(()),
        false => bail!("The service listens, but its database does not answer."),
    }
}
