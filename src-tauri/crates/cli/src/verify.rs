//! `yima verify`: whether a database or a backup is whole and agrees with itself.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use yima_store::backup::Database;
use yima_store::verify::{Verified, verify};

use crate::Done;
use crate::failure::Failure;
use crate::till::{ModeName, Till};
use crate::words::{self, Out};

/// Look whether a database or a backup is whole and agrees with itself
///
/// Pages and indices, rows that name other rows, every sale's events without a gap, sales as their events have them,
/// goods, bodies, attempts, refunds, receipts and carts; of the live catalogue pages, indices and rows that name other
/// rows. Only reads, also beside a running till.
/// Exit status: 0 nothing was found, 1 something was, or it cannot be read.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// A database or a backup; what the till works with if none is given.
    file: Option<PathBuf>,
    /// Of this mode instead of the one the till is set to.
    #[arg(long, conflicts_with = "file")]
    mode: Option<ModeName>,
}

pub(crate) fn run(options: &Options, data_dir: Option<PathBuf>, out: &mut Out<'_>) -> Result<Done, Failure> {
    let files = match &options.file {
        Some(file) => vec![file.clone()],
        None => of_the_till(options, data_dir)?,
    };
    let mut findings = 0;
    for file in files {
        let verified = verify(&file)?;
        findings += verified.findings.len();
        print(&file, &verified, out)?;
    }
    match findings {
        0 => Ok(Done::Wholly),
        found => {
            // What was found is told before that it was.
            out.flush()?;
            Err(Failure::new(words::backup::findings(found)).advising(words::backup::restore_mends()))
        }
    }
}

/// What was never used has no file to look at.
fn of_the_till(options: &Options, data_dir: Option<PathBuf>) -> Result<Vec<PathBuf>, Failure> {
    let till = Till::open(data_dir)?;
    let sold = Database::from(till.mode(options.mode)?);
    let goods = (sold == Database::Live).then_some(Database::Goods);
    let databases = [Database::Settings, sold].into_iter().chain(goods);
    Ok(databases.map(|database| database.path(till.folder())).filter(|file| file.exists()).collect())
}

pub(crate) fn print(file: &Path, verified: &Verified, out: &mut Out<'_>) -> Result<(), Failure> {
    out.say(&words::backup::counted(file, verified))?;
    for finding in &verified.findings {
        out.say(&words::backup::found(finding))?;
    }
    if let Some(restore) = &verified.unreconciled {
        out.say(&words::backup::not_compared(restore))?;
    }
    Ok(out.say(&words::backup::outcome(verified))?)
}
