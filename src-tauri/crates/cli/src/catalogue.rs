//! `yima catalogue`: the goods that can be scanned, from a CSV file.

pub(crate) mod rows;

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use yima_checkout::view::Language;
use yima_core::Product;

use crate::Done;
use crate::failure::Failure;
use crate::till::{ModeName, Till, wait_for};
use crate::words::{self, Out, tell};
use rows::Remark;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add goods, or change those whose barcode is there already: all that can be read, or nothing at all.
    ///
    /// The file is UTF-8 and its first line is barcode,title,price. Rows that make no sense are left out and told,
    /// with exit status 2. Of rows with the same barcode the last one counts.
    Import {
        file: PathBuf,
        /// For this mode instead of the one the till is set to.
        #[arg(long)]
        mode: Option<ModeName>,
    },
}

pub(crate) fn run(command: &Command, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let Command::Import { file, mode } = command;
    let held = till.lock()?;
    let mode = till.mode(*mode)?;
    let (products, refused_rows) = read(file, out.language())?;
    let count = products.len();
    let store = till.writer(mode, &held)?;
    till.prepare(&held)?;
    wait_for(async { Ok(store.import_products(products).await?) })?;
    out.say(&words::catalogue::imported(count, refused_rows))?;
    Ok(if refused_rows == 0 { Done::Wholly } else { Done::InPart })
}

/// The goods of a file, and how many of its rows were refused.
fn read(path: &Path, language: Language) -> Result<(Vec<Product>, u64), Failure> {
    let failed = |problem| Failure::new(words::catalogue::not_imported(path, &problem));
    let file = File::open(path).map_err(|error| failed(words::failures::system(&error)))?;
    let mut refused_rows = 0;
    let products = rows::read(file, |line, remark| {
        refused_rows += u64::from(matches!(remark, Remark::Refused(_)));
        tell(&words::catalogue::of_line(line, &remark), language);
    });
    Ok((products.map_err(|error| failed(words::catalogue::file(&error)))?, refused_rows))
}
