//! Kills the till wherever it can be killed, starts it again over the same data, and holds what it kept against what
//! the gateway has.
//!
//! Each run has a sandbox of its own in this process, which lives on and knows the truth, and the till in a child
//! process: the real engine, the real store in SQLite files, the real client, and a clock that jumps. The seed decides
//! the story, the failpoint or the instant of the kill, and what happens while the till is away.
//!
//! `soak` lets the same child live on, and looks at what it holds on to.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is how it reports")]

mod chance;
mod clock;
mod flawed;
mod money;
mod plan;
mod process;
mod report;
mod requests;
mod run;
mod secret;
mod soak;
mod story;
mod till;
mod witness;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use tokio::task::JoinSet;
use yima_tests::{books, patience::now};

use crate::flawed::Flaw;
use crate::plan::Plan;
use crate::report::Report;
use crate::run::Outcome;

/// Runs under way at once; most of a run is waiting.
const AT_ONCE: usize = 6;
/// So many broken runs say enough.
const BROKEN_AT_MOST: u32 = 20;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// Kill and compare
    Runs {
        /// By default a round: each failpoint once
        #[arg(long, default_value_t = Plan::ROUND)]
        runs: u64,
        /// The first run's seed; each run has the next
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Say what each run does
        #[arg(long)]
        verbose: bool,
        /// Have the till break its word, to see that it is noticed
        #[arg(long)]
        flaw: Option<Flaw>,
    },
    /// Sell for a while, and look what the till holds on to
    Soak {
        #[arg(long, default_value_t = 30)]
        minutes: u64,
        /// Instead of minutes
        #[arg(long)]
        seconds: Option<u64>,
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Have the till break its word, to see that it is noticed
        #[arg(long)]
        flaw: Option<Flaw>,
    },
    /// The child
    Till,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match play(&arguments.role) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("crash: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn play(role: &Role) -> Result<ExitCode> {
    match *role {
        Role::Till => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let outcome = runtime.block_on(till::run());
            // A thread may still wait for input.
            runtime.shutdown_background();
            outcome.map(|()| ExitCode::SUCCESS)
        }
        Role::Runs { runs, seed, verbose, flaw } => {
            require_failpoints()?;
            runtime()?.block_on(all(runs, seed, verbose, flaw))
        }
        Role::Soak { minutes, seconds, seed, flaw } => {
            // What the till came by is told by its failpoints.
            require_failpoints()?;
            let length = Duration::from_secs(seconds.unwrap_or(minutes.saturating_mul(60)));
            runtime()?.block_on(soak::soak(length, seed, flaw))
        }
    }
}

fn require_failpoints() -> Result<()> {
    if cfg!(debug_assertions) {
        return Ok(());
    }
    bail!("release builds have no failpoints; build without --release")
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

async fn all(runs: u64, seed: u64, verbose: bool, flaw: Option<Flaw>) -> Result<ExitCode> {
    let folder = tempfile::Builder::new().prefix("yima-crash-").tempdir_in(fast_folder())?;
    let template = run::template(folder.path()).await?;
    let (mut report, start, mut broken) = (Report::default(), now(), 0);
    let mut seeds = (0..runs).map(|run| seed.wrapping_add(run));
    let mut under_way = JoinSet::new();
    loop {
        while under_way.len() < AT_ONCE && broken < BROKEN_AT_MOST {
            let Some(seed) = seeds.next() else { break };
            under_way.spawn(one(seed, flaw, template.clone(), folder.path().join(seed.to_string())));
        }
        let Some(ended) = under_way.join_next().await else { break };
        let (plan, outcome) = ended?;
        if verbose {
            println!("{plan:?}: {:?} {:?}", outcome.ended_at, outcome.stuck);
        }
        broken += u32::from(!outcome.broken.is_empty());
        tell_broken(&plan, &outcome);
        report.add(outcome);
    }
    report.took(start.elapsed());
    println!("{report}");
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn one(seed: u64, flaw: Option<Flaw>, template: PathBuf, folder: PathBuf) -> (Plan, Outcome) {
    let plan = Plan::of(seed);
    let outcome = match run::run(&plan, flaw, &template, &folder).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome { broken: vec![format!("{error:#}")], ..Outcome::default() },
    };
    let _ = std::fs::remove_dir_all(&folder);
    (plan, outcome)
}

fn tell_broken(plan: &Plan, outcome: &Outcome) {
    if outcome.broken.is_empty() {
        return;
    }
    eprintln!("VIOLATION in {plan:?}");
    for line in &outcome.broken {
        eprintln!("  {line}");
    }
    eprintln!("  again: cargo xtask crash --runs 1 --seed {}", plan.seed);
}

/// SIGKILL takes nothing that was written, so no disk is needed: memory is faster where it is a folder.
fn fast_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() }
}
