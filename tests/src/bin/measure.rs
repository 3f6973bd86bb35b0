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
    let mut report = Report::default();
    match measure(&what, how, &mut report) {
        Ok(()) if how.json => println!("{}", report.json()),
        Ok(()) => println!("{}", report.table()),
        Err(error) => {
            eprintln!("{}\nmeasure: {error:#}", report.table());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn measure(what: &What, how: &How, report: &mut Report) -> Result<()> {
    let programs = &Programs::in_folder(&how.programs)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match what {
            What::Ui(_) => {
                latency::measure(programs, report).await?;
                landing::measure(programs, landing::QUICK, report).await?;
                charging::measure(programs, report).await
            }
            What::Day(_) => {
                great::measure(programs, report).await?;
                landing::measure(programs, landing::LONG, report).await?;
                busy::measure(programs, report)
            }
            What::Start(_) => starting::measure(programs, report),
        }
    })
}
