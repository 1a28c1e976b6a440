//! A server as a process of its own, and what the kernel counts for it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::Context;

/// The kernel's unit of processor time in `/proc`, the same on every architecture Linux runs on: 1/100 s.
const TICK: Duration = Duration::from_millis(10);

/// A process that ends with the value.
#[derive(Debug)]
pub struct Process {
    child: Child,
    // Held open: what the process prints later must not fail.
    _printed: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a server, which prints the address that it listens on.
    pub fn spawn(command: &mut Command) -> anyhow::Result<(Self, SocketAddr)> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut printed = BufReader::new(child.stdout.take().context("no standard output")?);
        let mut line = String::new();
        let read = printed.read_line(&mut line);
        let process = Self { child, _printed: printed };
        read?;
        let (_, address) = line.trim_end().rsplit_once("http://").with_context(|| format!("no address in {line:?}"))?;
        Ok((process, address.parse()?))
    }

    /// The processor time that it has used.
    pub fn processor_time(&self) -> anyhow::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name before the last `)` may hold anything; user and system time are the 14th and 15th field.
        let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
        let ticks: u32 = fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<u32>().unwrap_or_default()).sum();
        Ok(TICK * ticks)
    }

    /// Memory in use, in megabytes.
    pub fn memory(&self) -> anyhow::Result<f64> {
        self.kilobytes("VmRSS:")
    }

    /// The most memory that was ever in use, in megabytes.
    pub fn most_memory(&self) -> anyhow::Result<f64> {
        self.kilobytes("VmHWM:")
    }

    fn kilobytes(&self, name: &str) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
        let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes * 1024.0 / 1e6)
    }

    /// Waits until it has used no processor for a while.
    pub async fn until_idle(&self) -> anyhow::Result<()> {
        let mut before = None;
        while before != Some(self.processor_time()?) {
            before = Some(self.processor_time()?);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
