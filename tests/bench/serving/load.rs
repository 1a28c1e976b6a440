//! The load: HTTP/1.1 on connections kept open, with as little work as can be.

use std::net::SocketAddr;
use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::house::Submissions;

/// What connections do.
#[derive(Debug)]
pub enum Work {
    /// Send this request again and again.
    Read(Vec<u8>),
    /// Send comments, none twice.
    Submit(Submissions),
}

impl Work {
    fn next(&mut self, request: &mut Vec<u8>) {
        match self {
            Self::Read(same) => request.clone_from(same),
            Self::Submit(submissions) => submissions.next(request),
        }
    }

    const fn expected(&self) -> u16 {
        match self {
            Self::Read(_) => 200,
            Self::Submit(_) => 202,
        }
    }
}

/// The bytes of a GET request.
pub fn request(path: &str, encoding: Option<&str>) -> Vec<u8> {
    let encoding = encoding.map_or_else(String::new, |encoding| format!("accept-encoding: {encoding}\r\n"));
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: bench\r\naccept: */*\r\n{encoding}\r\n").into_bytes()
}

/// One request on a connection of its own; the body of the answer.
pub async fn get(address: SocketAddr, path: &str, encoding: Option<&str>) -> anyhow::Result<Vec<u8>> {
    let mut connection = Connection::open(address).await?;
    let answer = connection.exchange(&request(path, encoding)).await?;
    ensure!(answer.status == 200, "{path} was answered with {}", answer.status);
    Ok(connection.received[answer.body].to_vec())
}

/// Asks until the server can work.
pub async fn until_ready(address: SocketAddr) -> anyhow::Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if let Ok(mut connection) = Connection::open(address).await
            && connection.exchange(&request("/readyz", None)).await?.status == 204
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    bail!("the server is not ready after 20 seconds")
}

/// Keeps a connection busy with each work until the time is over; how many requests were answered, all as expected.
pub async fn drive(address: SocketAddr, time: Duration, works: Vec<Work>) -> anyhow::Result<u64> {
    let until = Instant::now() + time;
    let mut busy = JoinSet::new();
    for mut work in works {
        busy.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let (mut done, mut request) = (0_u64, Vec::new());
            while Instant::now() < until {
                work.next(&mut request);
                let answer = connection.exchange(&request).await?;
                if answer.status != work.expected() {
                    bail!("{}: {}", answer.status, String::from_utf8_lossy(&connection.received[answer.body]));
                }
                done += 1;
            }
            Ok(done)
        });
    }
    let mut sum = 0;
    while let Some(done) = busy.join_next().await {
        sum += done??;
    }
    Ok(sum)
}

/// A connection kept open.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// Where in what was received the answer stands.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    body: Range<usize>,
}

impl Connection {
    /// Opens one.
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: vec![0; 128 * 1024] })
    }

    /// Sends a request and reads the answer.
    pub async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        let (mut end, mut head) = (0, None);
        loop {
            if let Some((status, body_at, length)) = head
                && end >= body_at + length
            {
                return Ok(Answer { status, body: body_at..body_at + length });
            }
            ensure!(end < self.received.len(), "an answer of more than {end} bytes");
            let read = self.stream.read(&mut self.received[end..]).await?;
            ensure!(read > 0, "the server closed the connection");
            end += read;
            if head.is_none() {
                head = parse_head(&self.received[..end])?;
            }
        }
    }
}

/// Status, where the body begins, and how long it is; `None` while the head is not whole.
fn parse_head(received: &[u8]) -> anyhow::Result<Option<(u16, usize, usize)>> {
    let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&received[..end])?;
    let status = head.get(9..12).context("no status")?.parse()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Ok(Some((status, end + 4, length.unwrap_or(0))))
}
