//! What serving costs: the program beside the least that could do the same, by the server's processor time.
//!
//! `cargo bench --bench serving` measures on SQLite, and on PostgreSQL too where `LESERBRIEF_TEST_POSTGRES` names a server.
//! Every server is a process of its own, and its processor time is what the kernel counts for it: that is steady where
//! other programs load the machine, as requests per second are not. Both sides take turns, so that what disturbs one
//! disturbs the other; what is printed is the median of the rounds.

mod bare;
mod house;
mod load;
mod process;
mod report;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use house::{Database, House};
use load::Work;
use process::Process;
use report::{Limit, Measured};

/// Turns that each side takes, and how long one lasts.
const ROUNDS: usize = 5;
const TURN: Duration = Duration::from_millis(1200);

/// Connections that read and that submit at once.
const READERS: usize = 32;
const WRITERS: usize = 8;

/// Starts of which the median is told.
const STARTS: usize = 11;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|argument| argument == bare::ARGUMENT) {
        return bare::serve(&arguments[1..]);
    }
    // One thread: the load must leave the processor to the servers.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> anyhow::Result<()> {
    let binary = std::fs::metadata(house::PROGRAM).context("the program's size")?.len();
    report::one("Release binary, MB", binary as f64 / 1e6, Limit::Below(25.0));
    measure_on(Database::Sqlite).await?;
    match std::env::var("LESERBRIEF_TEST_POSTGRES") {
        Ok(server) => measure_on(Database::Postgres(server)).await?,
        Err(_) => println!("\nPostgreSQL: not measured; LESERBRIEF_TEST_POSTGRES names no server."),
    }
    Ok(())
}

async fn measure_on(database: Database) -> anyhow::Result<()> {
    let is_sqlite = matches!(database, Database::Sqlite);
    println!("\n== {}", if is_sqlite { "SQLite" } else { "PostgreSQL (its own processes are not counted)" });
    let house = House::prepare(database).await?;
    report::one("Start on an existing store until /readyz answers 204, ms", start_time(&house).await?, Limit::AtMost(50.0));

    let (ours, address) = Process::spawn(&mut house.serve())?;
    load::until_ready(address).await?;
    // The first readers and mails of a start are over when nothing uses the processor any more.
    ours.until_idle().await?;
    report::one("Memory idle, MB", ours.memory()?, Limit::AtMost(15.0));

    let thread = load::get(address, house::THREAD, None).await?;
    println!("\nA thread of {} comments ({} bytes) read by {READERS} connections", house::COMMENTS, thread.len());
    for encoding in [None, Some("br")] {
        let body = load::get(address, house::THREAD, encoding).await?;
        let (bare, bare_address) = Process::spawn(&mut bare::reading(&body, house.folder())?)?;
        let sides = [(&ours, address), (&bare, bare_address)];
        let [program, least] = alternate(sides, READERS, || Work::Read(load::request(house::THREAD, encoding))).await?;
        println!("  {}, {} bytes", encoding.map_or("not compressed", |_| "in Brotli"), body.len());
        let limit = if encoding.is_none() { Limit::AtMost(1.15) } else { Limit::None };
        report::pair(("Leserbrief", program), ("bare axum", least), limit);
    }

    println!("\nDurable submissions by {WRITERS} connections");
    let (bare, bare_address) = Process::spawn(&mut bare::inserting(&house).await?)?;
    let sides = [(&ours, address), (&bare, bare_address)];
    let [program, least] = alternate(sides, WRITERS, || Work::Submit(house.submissions())).await?;
    report::pair(("Leserbrief", program), ("bare insert", least), Limit::None);
    let limit = if is_sqlite { Limit::AtMost(0.3) } else { Limit::None };
    report::one("  processor ms per durable submission", program.processor_ms, limit);
    let [alone, least] = alternate(sides, 1, || Work::Submit(house.submissions())).await?;
    println!("  By one connection, which nobody waits with");
    report::pair(("Leserbrief", alone), ("bare insert", least), Limit::None);

    report::one("\nMemory at most under all this, MB", ours.most_memory()?, Limit::AtMost(60.0));
    Ok(())
}

/// Lets two servers do the same work in turns; the medians of what each needed.
async fn alternate(
    sides: [(&Process, SocketAddr); 2],
    connections: usize,
    work: impl Fn() -> Work,
) -> anyhow::Result<[Measured; 2]> {
    let mut rounds: [Vec<Measured>; 2] = Default::default();
    for round in 0..=ROUNDS {
        for (side, (process, address)) in sides.iter().enumerate() {
            let before = process.processor_time()?;
            let begun = Instant::now();
            let done = load::drive(*address, TURN, (0..connections).map(|_| work()).collect()).await?;
            let (spent, took) = (process.processor_time()? - before, begun.elapsed());
            let measured = Measured {
                processor_ms: spent.as_secs_f64() * 1000.0 / done as f64,
                per_second: done as f64 / took.as_secs_f64(),
            };
            // The first round fills caches and opens connections.
            if round > 0 {
                rounds[side].push(measured);
            }
        }
    }
    Ok(rounds.map(report::median))
}

/// From starting the program until it can work, in milliseconds.
async fn start_time(house: &House) -> anyhow::Result<f64> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let (process, address) = Process::spawn(&mut house.serve())?;
        load::until_ready(address).await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        drop(process);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[STARTS / 2])
}
