//! The command line.

use std::process::ExitCode;

use clap::Parser;
use leserbrief::commands::{CommandLine, run};

fn main() -> ExitCode {
    match run(CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
