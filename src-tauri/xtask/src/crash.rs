//! `cargo xtask crash`: kills the till at every step of a sale and looks whether anything was lost.

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Args;

use crate::step::{cargo, follow, succeed, target};

#[derive(Args)]
pub struct Arguments {
    /// How often
    #[arg(long, default_value_t = 1_000)]
    runs: u64,
    /// What the first run does; each run has the next seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Say what each run does
    #[arg(long)]
    verbose: bool,
}

pub fn crash(arguments: &Arguments) -> Result<ExitCode> {
    succeed(&mut cargo(&["build", "--package", "yima-tests", "--bin", "crash"]))?;
    let mut crash = Command::new(target().join("debug/crash"));
    crash.args(["runs", "--runs", &arguments.runs.to_string(), "--seed", &arguments.seed.to_string()]);
    if arguments.verbose {
        crash.arg("--verbose");
    }
    follow(&mut crash)
}
