//! Measures the release build and tells each figure beside what it must reach.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is how it reports")]

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Args, Parser};
use yima_tests::{
    measure::{busy, charging, great, landing, latency, report::Report, starting},
    programs::Programs,
};

#[derive(Parser)]
enum What {
    /// Scanning and charging
    Ui(How),
    /// A busy day's: a million goods, ten thousand scans, a thousand sales
    Day(How),
    /// Starting
    Start(How),
}

#[derive(Args)]
struct How {
    /// The folder with the programs
    #[arg(long)]
    programs: PathBuf,
    /// One JSON object instead of a table
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let what = What::parse();
    let (What::Ui(how) | What::Day(how) | What::Start(how)) = &what;
    let measured = match &what {
        What::Ui(how) => ui(how),
        What::Day(how) => day(how),
        What::Start(how) => start(how),
    };
    match measured {
        Ok(report) if how.json => println!("{}", report.json()),
        Ok(report) => println!("{}", report.table()),
        Err(error) => {
            eprintln!("measure: {error:#}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn ui(how: &How) -> Result<Report> {
    let programs = Programs::in_folder(&how.programs)?;
    let mut report = Report::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        latency::measure(&programs, &mut report).await?;
        landing::measure(&programs, landing::QUICK, &mut report).await?;
        charging::measure(&programs, &mut report).await
    })?;
    Ok(report)
}

fn day(how: &How) -> Result<Report> {
    let programs = Programs::in_folder(&how.programs)?;
    let mut report = Report::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        great::measure(&programs, &mut report).await?;
        landing::measure(&programs, landing::LONG, &mut report).await?;
        busy::measure(&programs, &mut report).await
    })?;
    Ok(report)
}

fn start(how: &How) -> Result<Report> {
    let programs = Programs::in_folder(&how.programs)?;
    let mut report = Report::default();
    starting::measure(&programs, &mut report)?;
    Ok(report)
}
