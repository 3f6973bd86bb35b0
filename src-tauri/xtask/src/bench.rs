//! `cargo xtask bench`: builds what is shipped and measures it.

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::{
    build, install,
    step::{follow, succeed},
};

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// From the scanner's Enter to the line, a thousand scans, from charge to QR
    Ui {
        /// One JSON object instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Time to the windows and private memory, beside an empty program
    Start {
        /// One JSON object instead of a table
        #[arg(long)]
        json: bool,
    },
}

pub fn bench(arguments: &Arguments) -> Result<ExitCode> {
    let (what, json) = match arguments.what {
        What::Ui { json } => ("ui", json),
        What::Start { json } => ("start", json),
    };
    install::to_test()?;
    succeed(&mut build::pages())?;
    let release = build::release()?;
    let debug = build::programs(&["measure"])?;
    let mut measure = Command::new(debug.join("measure"));
    measure.arg(what).arg("--programs").arg(release);
    if json {
        measure.arg("--json");
    }
    follow(&mut measure)
}
