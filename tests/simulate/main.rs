//! Runs the real engine against a simulated gateway, network, disk and clock, all decided by a seed, and holds what it
//! writes, sends, hears and shows against the invariants. The same seed does the same again.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is how it reports")]

mod books;
#[path = "../crash/chance.rs"]
mod chance;
mod disk;
mod distort;
mod faults;
mod kept;
mod ledger;
mod listing;
#[cfg(test)]
mod machine;
mod network;
mod people;
mod plan;
mod report;
mod restoring;
mod run;
mod shrink;
#[cfg(test)]
mod tests;
mod till;
mod trace;
mod witness;
mod world;

use std::ops::Range;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use yima_tests::patience::now;

use crate::report::Report;
use crate::run::{Rules, run};
use crate::world::Flaw;

/// So many broken seeds say enough.
const BROKEN_AT_MOST: u64 = 5;

#[derive(Parser)]
struct Arguments {
    /// From the first up to and without the second, as `0..1000`
    #[arg(long, value_parser = seeds, default_value = "0..10000")]
    seeds: Range<u64>,
    /// Say all that happens
    #[arg(long)]
    verbose: bool,
    /// Have the program break its word, to see that it is noticed
    #[arg(long)]
    flaw: Option<Flaw>,
}

fn main() -> ExitCode {
    match simulate(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("simulate: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn simulate(arguments: &Arguments) -> Result<ExitCode> {
    let (mut report, start) = (Report::default(), now());
    for seed in arguments.seeds.clone() {
        let rules = Rules { seed, flaw: arguments.flaw, told: arguments.verbose };
        let steps = plan::plan(seed);
        let outcome = run(rules, &steps).with_context(|| format!("seed {seed}"))?;
        outcome.trace.lines().iter().for_each(|line| println!("{line}"));
        if !outcome.broken.is_empty() {
            shrink::tell(rules, &steps, &outcome)?;
        }
        report.add(&outcome);
        if report.violations >= BROKEN_AT_MOST {
            break;
        }
    }
    report.took = start.elapsed();
    println!("{report}");
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn seeds(text: &str) -> Result<Range<u64>> {
    let (from, to) = text.split_once("..").context("two numbers with .. between them")?;
    Ok(from.trim().parse()?..to.trim().parse()?)
}
