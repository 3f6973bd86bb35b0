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
mod folder;
mod money;
mod older;
mod opening;
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
use crate::folder::Folder;
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
        #[arg(long)]
        runs: Option<u64>,
        /// Only runs that end the till at this failpoint; by default a round of them
        #[arg(long)]
        at: Option<String>,
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
        Role::Runs { runs, ref at, seed, verbose, flaw } => {
            require_failpoints()?;
            let seeds = seeds(runs, at.as_deref(), seed)?;
            runtime()?.block_on(all(seeds, Report::of(at.is_some()), verbose, flaw))
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

/// Of so many runs from the first seed on, those that end the till there.
fn seeds(runs: Option<u64>, at: Option<&str>, first: u64) -> Result<Vec<u64>> {
    let is_meant = |seed: &u64| at.is_none_or(|at| Plan::is_at(*seed, at));
    let all = || (0..).map(|run: u64| first.wrapping_add(run));
    let round = all().take(usize::try_from(Plan::ROUND)?).filter(is_meant).count();
    if round == 0 {
        bail!("no run ends the till at {}", at.unwrap_or_default());
    }
    let runs = runs.map_or(Ok(round), usize::try_from)?;
    Ok(all().filter(is_meant).take(runs).collect())
}

async fn all(seeds: Vec<u64>, mut report: Report, verbose: bool, flaw: Option<Flaw>) -> Result<ExitCode> {
    let folder = tempfile::Builder::new().prefix("yima-crash-").tempdir_in(fast_folder())?;
    let template = Folder::template(folder.path()).await?;
    let (start, mut broken) = (now(), 0);
    let mut seeds = seeds.into_iter();
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

async fn one(seed: u64, flaw: Option<Flaw>, template: Folder, folder: PathBuf) -> (Plan, Outcome) {
    let plan = Plan::of(seed);
    let outcome = match run::run(&plan, flaw, &template, &folder).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome { broken: vec![format!("{error:#}")], ..Outcome::default() },
    };
    let _ = std::fs::remove_dir_all(&folder);
    (plan, outcome)
}

fn tell_broken(plan: &Plan, outcome: &Outcome) {
    if let Some(at) = outcome.stuck {
        eprintln!("cut short at {at:?}: {:?} of seed {}", plan.story, plan.seed);
    }
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
