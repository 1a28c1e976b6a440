//! The program as a process of its own: started, heard, killed, asked to stop.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, ExitStatus, Stdio};

use crate::commands::{command, leserbrief};
use crate::harness::{TestDatabase, eventually};

/// A running service. It is killed with the value.
pub struct Process {
    /// Where it listens: it has chosen the port itself.
    pub url: String,
    /// What it said at its start.
    pub said: String,
    child: Child,
    /// Kept open, as a terminal would be.
    _output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts it and waits until it has said where mails go, which it says last.
    pub fn start(database: &TestDatabase, more: &[&str]) -> Self {
        Self::start_with(database, more, &[])
    }

    /// The same in an environment of its own.
    pub fn start_with(database: &TestDatabase, more: &[&str], environment: &[(&str, &str)]) -> Self {
        let arguments = database.arguments();
        let mut all: Vec<&str> = arguments.iter().map(String::as_str).collect();
        all.extend(["--listen", "127.0.0.1:0", "--flood-per-second", "0"]);
        all.extend(more);
        let mut child = command(&all)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("Mails go to:") {
            assert_ne!(output.read_line(&mut said).unwrap(), 0, "it ended: {said}");
        }
        let url = said.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        Self { url, said, child, _output: output }
    }

    /// Kills it as `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop as a service manager does.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits for its end.
    pub async fn ends(&mut self) -> ExitStatus {
        eventually("the process to end", async || self.child.try_wait().unwrap()).await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, and then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command on a database to its good end; returns what it said.
pub fn told(database: &TestDatabase, more: &[&str], input: &str) -> String {
    let arguments = database.arguments();
    let all: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
    let output = leserbrief(&all, input);
    assert!(output.status.success(), "{more:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
