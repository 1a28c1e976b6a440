//! Questions to a name server: the texts of a name, its addresses, its mail servers. A whole resolver would weigh more than all
//! the rest of mail.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use crate::clock::random_bytes;

/// How long a name server may take for each try, and how often it is asked.
const PATIENCE: Duration = Duration::from_secs(3);
const TRIES: usize = 2;

/// The types of records that are spoken of here.
const A: u16 = 1;
const MX: u16 = 15;
const TXT: u16 = 16;
const AAAA: u16 = 28;
const OPT: u16 = 41;

/// How long an answer by UDP may be (DNS flag day 2020).
const LONGEST: u16 = 1232;

/// The system's name server.
pub(super) fn name_server() -> SocketAddr {
    let configured = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let first =
        configured.lines().filter_map(|line| line.trim().strip_prefix("nameserver")).find_map(|rest| rest.trim().parse().ok());
    SocketAddr::new(first.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), 53)
}

/// The texts of a name, none where there is no such name.
///
/// # Errors
/// The name server is silent, fails, or speaks nonsense; or the name is none.
pub(super) async fn texts(server: SocketAddr, name: &str) -> anyhow::Result<Vec<String>> {
    let text = |record| if let Record::Text(text) = record { Some(text) } else { None };
    Ok(ask(server, name, TXT).await?.into_iter().filter_map(text).collect())
}

/// The addresses of a name, of either kind.
///
/// # Errors
/// As [`texts`].
pub(super) async fn addresses(server: SocketAddr, name: &str) -> anyhow::Result<Vec<IpAddr>> {
    let address = |record| if let Record::Address(address) = record { Some(address) } else { None };
    let (v4, v6) = (ask(server, name, A).await?, ask(server, name, AAAA).await?);
    Ok(v4.into_iter().chain(v6).filter_map(address).collect())
}

/// The names of the servers that take a domain's mail.
///
/// # Errors
/// As [`texts`].
pub(super) async fn mail_servers(server: SocketAddr, name: &str) -> anyhow::Result<Vec<String>> {
    let host = |record| if let Record::MailServer(host) = record { Some(host) } else { None };
    Ok(ask(server, name, MX).await?.into_iter().filter_map(host).collect())
}

async fn ask(server: SocketAddr, name: &str, kind: u16) -> anyhow::Result<Vec<Record>> {
    let id = u16::from_be_bytes(random_bytes());
    let question = question(id, name, kind)?;
    for _ in 0..TRIES {
        let Ok(answer) = timeout(PATIENCE, by_udp(server, &question)).await else { continue };
        let answer = Answer::read(id, &answer?)?;
        if answer.is_cut {
            let whole = timeout(PATIENCE, by_tcp(server, &question)).await.context("the name server is silent by TCP")??;
            return Ok(Answer::read(id, &whole)?.records);
        }
        return Ok(answer.records);
    }
    bail!("the name server {server} is silent")
}

async fn by_udp(server: SocketAddr, question: &[u8]) -> anyhow::Result<Vec<u8>> {
    let here = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(here).await?;
    socket.connect(server).await?;
    socket.send(question).await?;
    let mut answer = vec![0; usize::from(LONGEST)];
    // An answer to another question is not for us.
    loop {
        let length = socket.recv(&mut answer).await?;
        if answer.get(..2) == question.get(..2) {
            answer.truncate(length);
            return Ok(answer);
        }
    }
}

async fn by_tcp(server: SocketAddr, question: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(question.len())?;
    stream.write_all(&[&length.to_be_bytes(), question].concat()).await?;
    let length = stream.read_u16().await?;
    let mut answer = vec![0; usize::from(length)];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

/// A question (RFC 1035), which allows long answers (RFC 6891).
fn question(id: u16, name: &str, kind: u16) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Recursion desired; one question, one further record.
    for word in [id, 0x0100, 1, 0, 0, 1] {
        bytes.extend(word.to_be_bytes());
    }
    for label in name.trim_end_matches('.').split('.') {
        ensure!((1..64).contains(&label.len()) && label.is_ascii(), "{name} is no name of the DNS");
        bytes.push(u8::try_from(label.len())?);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    for word in [kind, 1] {
        bytes.extend(word.to_be_bytes());
    }
    bytes.push(0);
    for word in [OPT, LONGEST, 0, 0, 0] {
        bytes.extend(word.to_be_bytes());
    }
    Ok(bytes)
}

#[derive(Debug, PartialEq, Eq)]
enum Record {
    Text(String),
    Address(IpAddr),
    MailServer(String),
}

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    records: Vec<Record>,
    /// There is more than fits into a packet.
    is_cut: bool,
}

impl Answer {
    fn read(id: u16, bytes: &[u8]) -> anyhow::Result<Self> {
        let mut rest = Reader { bytes, at: 0 };
        let (of, flags) = (rest.word()?, rest.word()?);
        ensure!(of == id && flags & 0x8000 != 0, "the name server answers another question");
        let code = flags & 0x000f;
        // 3: there is no such name, and so no text of it.
        ensure!(matches!(code, 0 | 3), "the name server fails (code {code})");
        let (questions, answers) = (rest.word()?, rest.word()?);
        rest.skip(4)?;
        for _ in 0..questions {
            rest.name()?;
            rest.skip(4)?;
        }
        let mut records = Vec::new();
        for _ in 0..answers {
            rest.name()?;
            let kind = rest.word()?;
            rest.skip(6)?;
            let length = usize::from(rest.word()?);
            let mut inside = Reader { bytes, at: rest.at };
            let content = rest.take(length)?;
            records.extend(match kind {
                TXT => Some(Record::Text(joined(content)?)),
                A => <[u8; 4]>::try_from(content).ok().map(|bytes| Record::Address(Ipv4Addr::from(bytes).into())),
                AAAA => <[u8; 16]>::try_from(content).ok().map(|bytes| Record::Address(Ipv6Addr::from(bytes).into())),
                MX => {
                    // How much it is preferred is nothing to us.
                    inside.skip(2)?;
                    Some(Record::MailServer(inside.name()?))
                }
                _ => None,
            });
        }
        Ok(Self { records, is_cut: flags & 0x0200 != 0 })
    }
}

/// A text is kept in pieces, each with its length before it.
fn joined(content: &[u8]) -> anyhow::Result<String> {
    let mut rest = Reader { bytes: content, at: 0 };
    let mut text = Vec::new();
    while rest.at < content.len() {
        let length = usize::from(rest.byte()?);
        text.extend(rest.take(length)?);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> anyhow::Result<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at + length).context("the name server's answer ends too early")?;
        self.at += length;
        Ok(taken)
    }

    fn skip(&mut self, length: usize) -> anyhow::Result<()> {
        self.take(length).map(drop)
    }

    fn byte(&mut self) -> anyhow::Result<u8> {
        Ok(self.take(1)?.first().copied().unwrap_or_default())
    }

    fn word(&mut self) -> anyhow::Result<u16> {
        Ok(u16::from(self.byte()?) << 8 | u16::from(self.byte()?))
    }

    /// A name ends with an empty label, or with a pointer to where it goes on.
    fn name(&mut self) -> anyhow::Result<String> {
        let (mut labels, mut after) = (Vec::new(), None);
        // No name has more parts, and no pointers lead in a circle for longer.
        for _ in 0..128 {
            match self.byte()? {
                0 => {
                    self.at = after.unwrap_or(self.at);
                    return Ok(labels.join("."));
                }
                high if high & 0xc0 == 0xc0 => {
                    let to = usize::from(u16::from(high & 0x3f) << 8 | u16::from(self.byte()?));
                    after.get_or_insert(self.at);
                    self.at = to;
                }
                length => labels.push(String::from_utf8_lossy(self.take(usize::from(length))?).into_owned()),
            }
        }
        bail!("the name server's answer goes in a circle")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer with two texts, the second in two pieces, a record of another kind before them, and one of each further kind.
    fn answer(flags: u16) -> Vec<u8> {
        let mut bytes = question(7, "a.example", TXT).unwrap();
        bytes[2..4].copy_from_slice(&flags.to_be_bytes());
        bytes[6..8].copy_from_slice(&6_u16.to_be_bytes());
        // Without the record that only questions have.
        bytes.truncate(bytes.len() - 11);
        bytes[10..12].copy_from_slice(&[0, 0]);
        let mut record = |kind: u16, content: &[u8]| {
            bytes.extend([0xc0, 12]);
            bytes.extend(kind.to_be_bytes());
            bytes.extend([0, 1, 0, 0, 0, 60]);
            bytes.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
            bytes.extend(content);
        };
        record(5, b"\x01b\x07example\x00");
        record(TXT, b"\x06v=spf1");
        record(TXT, b"\x03abc\x03def");
        record(A, &[192, 0, 2, 7]);
        record(AAAA, &Ipv6Addr::LOCALHOST.octets());
        record(MX, b"\x00\x0a\x02mx\xc0\x0c");
        bytes
    }

    #[test]
    fn records_are_read_out_of_an_answer() {
        let read = Answer::read(7, &answer(0x8180)).unwrap();
        let records = vec![
            Record::Text("v=spf1".into()),
            Record::Text("abcdef".into()),
            Record::Address(Ipv4Addr::new(192, 0, 2, 7).into()),
            Record::Address(Ipv6Addr::LOCALHOST.into()),
            Record::MailServer("mx.a.example".into()),
        ];
        assert_eq!(read, Answer { records, is_cut: false });
        assert!(Answer::read(7, &answer(0x8380)).unwrap().is_cut);
        assert!(Answer::read(8, &answer(0x8180)).is_err(), "another question");
        assert!(Answer::read(7, &answer(0x0180)).is_err(), "no answer");
        assert!(Answer::read(7, &answer(0x8182)).is_err(), "the server fails");
        let whole = answer(0x8180);
        for length in 0..whole.len() {
            assert!(Answer::read(7, &whole[..length]).is_err(), "cut after {length} bytes");
        }
        let mut circle = whole;
        let end = circle.len();
        circle[end - 1] = u8::try_from(end - 2).unwrap();
        assert!(Answer::read(7, &circle).is_err(), "a pointer to itself");
    }

    #[test]
    fn only_names_are_asked_for() {
        for name in ["", "a..b", &"x".repeat(64), "müller.example"] {
            assert!(question(7, name, TXT).is_err(), "{name}");
        }
    }
}
