//! Development tasks: `cargo xtask run`, `test`, `bench`, `crash`, `simulate` and `soak`.
//!
//! It depends on next to nothing, so that a fresh clone sees it work at once; what drives real windows is in the
//! `yima-tests` package and started from here.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is how a task reports")]

mod bench;
mod build;
mod crash;
mod install;
mod run;
mod simulate;
mod soak;
mod step;
mod tally;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Development tasks of Yima Till")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build, and open the till in practice mode
    Run(run::Arguments),
    /// Everything that must hold: format, lints, all tests, and the till in real windows
    Test,
    /// Measure the release build
    Bench(bench::Arguments),
    /// Kill the till at every step of a sale, start it again, and look whether anything was lost
    Crash(crash::Arguments),
    /// Sell with the real engine in a simulated world, where any seed does the same again
    Simulate(simulate::Arguments),
    /// Sell for a while with some calls going wrong, and look what the till holds on to
    Soak(soak::Arguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Run(arguments) => run::run(&arguments),
        Task::Test => test::test(),
        Task::Bench(arguments) => bench::bench(&arguments),
        Task::Crash(arguments) => crash::crash(&arguments),
        Task::Simulate(arguments) => simulate::simulate(&arguments),
        Task::Soak(arguments) => soak::soak(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
