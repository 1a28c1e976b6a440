//! What the program can be told to do.

use std::io::Write;
use std::time::Duration;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::clock::Clock;
use crate::config::{MailSettings, StorageSettings, WebSettings};

mod doctor;
mod healthcheck;
mod import;
mod mail;
mod moderator;
pub mod seed;
mod serve;
mod setup;
mod site;
mod spam;

/// Comments for article pages: form, queue and mail in one small binary
#[derive(Parser, Debug)]
#[command(name = "leserbrief", version, about, args_conflicts_with_subcommands = false)]
pub struct CommandLine {
    #[command(flatten)]
    storage: StorageSettings,
    /// How the log is written
    #[arg(long, global = true, env = "LESERBRIEF_LOG", value_enum, default_value_t)]
    log: LogFormat,
    #[command(flatten)]
    serve: ServeArguments,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args, Debug, Clone)]
struct ServeArguments {
    #[command(flatten)]
    web: WebSettings,
    #[command(flatten)]
    mail: MailSettings,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LogFormat {
    #[default]
    Text,
    Json,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve form, thread and panel, and send mail (the default)
    Serve(Box<ServeArguments>),
    /// Print a new one-time link that makes the first owner
    Setup(setup::Arguments),
    /// Add, change or list sites
    #[command(subcommand)]
    Site(site::SiteCommand),
    /// Add, list or remove moderators, change their role or password
    #[command(subcommand)]
    Moderator(moderator::ModeratorCommand),
    /// Measure the judgement of spam on a file of comments, start it from such files, or look at a site's rules
    #[command(subcommand)]
    Spam(spam::SpamCommand),
    /// Take the comments of another program into a site
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Look at the outbox, send a test mail
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Look at settings, database, keys and mail, and say what is wrong and what to do; exits non-zero if anything is
    Doctor(Box<doctor::Arguments>),
    /// Fill an empty store with made-up comments, to measure with
    #[command(hide = true)]
    Seed(seed::Arguments),
    /// Print the description of the public API (OpenAPI 3.1)
    Openapi,
    /// Ask a running service whether it can work; exits non-zero if not
    Healthcheck(healthcheck::Arguments),
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// How many threads serve: one less than there are processors, since the intake has a thread of its own, and SQLite too, which
/// work while these do. More would only wake each other.
fn serving_threads() -> usize {
    std::thread::available_parallelism().map_or(1, |processors| processors.get() - 1).max(1)
}

/// Does what it was told.
///
/// # Errors
/// A sentence that says what is wrong and what to do.
pub fn run(line: CommandLine) -> anyhow::Result<()> {
    start_log(line.log);
    let storage = line.storage;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(serving_threads()).enable_all().build()?;
    let outcome = runtime.block_on(async {
        match line.command {
            None => serve::run(storage, line.serve.web, line.serve.mail, Clock::System).await,
            Some(Command::Serve(arguments)) => serve::run(storage, arguments.web, arguments.mail, Clock::System).await,
            Some(Command::Setup(arguments)) => setup::run(&storage, &arguments).await,
            Some(Command::Site(command)) => site::run(&storage, command).await,
            Some(Command::Moderator(command)) => moderator::run(&storage, command).await,
            Some(Command::Spam(command)) => spam::run(&storage, command).await,
            Some(Command::Import(command)) => import::run(&storage, command).await,
            Some(Command::Mail(command)) => mail::run(&storage, command).await,
            Some(Command::Doctor(arguments)) => doctor::run(&storage, &arguments).await,
            Some(Command::Seed(arguments)) => seed::run(&storage, &arguments).await,
            Some(Command::Healthcheck(arguments)) => healthcheck::run(&arguments).await,
            Some(Command::Openapi) => print(&serde_json::to_string_pretty(&crate::web::api_description())?),
            Some(Command::Completions { shell }) => {
                clap_complete::generate(shell, &mut CommandLine::command(), "leserbrief", &mut std::io::stdout());
                Ok(())
            }
            Some(Command::Man) => Ok(clap_mangen::Man::new(CommandLine::command()).render(&mut std::io::stdout())?),
        }
    });
    // A name look-up that hangs in a thread of its own must not keep the process.
    runtime.shutdown_timeout(Duration::from_millis(250));
    outcome
}

/// Prints a line; a reader that has gone away (`| head`) is no error.
fn print(line: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// The log goes to standard error; `RUST_LOG` says how much of it.
fn start_log(format: LogFormat) {
    let wanted = std::env::var("RUST_LOG").ok().and_then(|wanted| wanted.parse().ok());
    let filter = wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let subscriber = tracing_subscriber::registry().with(filter);
    match format {
        LogFormat::Text => subscriber.with(log).init(),
        LogFormat::Json => subscriber.with(log.json()).init(),
    }
}
