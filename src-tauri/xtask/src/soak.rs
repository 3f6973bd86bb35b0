//! `cargo xtask soak`: sells for a while, and looks whether the till holds on to anything.

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Args;

use crate::step::{cargo, follow, succeed, target};

#[derive(Args)]
pub struct Arguments {
    #[arg(long, default_value_t = 30)]
    minutes: u64,
    /// What the customers and the gateway do
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

pub fn soak(arguments: &Arguments) -> Result<ExitCode> {
    succeed(&mut cargo(&["build", "--package", "yima-tests", "--bin", "crash"]))?;
    let mut soak = Command::new(target().join("debug/crash"));
    soak.args(["soak", "--minutes", &arguments.minutes.to_string(), "--seed", &arguments.seed.to_string()]);
    follow(&mut soak)
}
