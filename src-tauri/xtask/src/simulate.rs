//! `cargo xtask simulate`: the real engine over a simulated gateway, network, disk and clock, thousands of sales a
//! second.

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Args;

use crate::step::{cargo, follow, succeed, target};

#[derive(Args)]
pub struct Arguments {
    /// From the first up to and without the second
    #[arg(long, value_name = "A..B", default_value = "0..10000")]
    seeds: String,
    /// Say all that happens
    #[arg(long)]
    verbose: bool,
}

pub fn simulate(arguments: &Arguments) -> Result<ExitCode> {
    succeed(&mut cargo(&["build", "--release", "--package", "yima-tests", "--bin", "simulate"]))?;
    let mut simulate = Command::new(target().join("release/simulate"));
    simulate.args(["--seeds", &arguments.seeds]);
    if arguments.verbose {
        simulate.arg("--verbose");
    }
    follow(&mut simulate)
}
