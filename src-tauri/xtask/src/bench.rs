//! `cargo xtask bench`: builds what is shipped and measures it.

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::{
    build, install,
    step::{cargo, follow, succeed},
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
    /// The same of a busy day: a million goods come in and are looked for, ten thousand scans, a thousand sales
    Day {
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
    /// Importing a great catalogue while scans go on, and searching in it
    Catalogue {
        /// How many products
        #[arg(long, default_value_t = 1_000_000)]
        products: u32,
    },
    /// A sale, look-ups, the day's sum, starting and recovering over a shop's whole history
    Store {
        /// How long that history is; a million receipts take 6 GiB of disk for a few minutes
        #[arg(long, default_value_t = 1_000_000)]
        receipts: u64,
        /// One JSON object instead of a table
        #[arg(long)]
        json: bool,
    },
}

pub fn bench(arguments: &Arguments) -> Result<ExitCode> {
    let (what, json) = match arguments.what {
        What::Ui { json } => ("ui", json),
        What::Day { json } => ("day", json),
        What::Start { json } => ("start", json),
        What::Catalogue { products } => return catalogue(products),
        What::Store { receipts, json } => return store(receipts, json),
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

fn catalogue(products: u32) -> Result<ExitCode> {
    let products = products.to_string();
    follow(&mut cargo(&["bench", "--package", "yima-store", "--bench", "catalogue", "--", &products]))
}

fn store(receipts: u64, json: bool) -> Result<ExitCode> {
    let receipts = receipts.to_string();
    let mut sizes =
        cargo(&["bench", "--package", "yima-checkout", "--bench", "sizes", "--", "--receipts", &receipts]);
    if json {
        sizes.arg("--json");
    }
    follow(&mut sizes)
}
