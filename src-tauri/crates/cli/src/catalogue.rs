//! `yima catalogue`: the goods that can be scanned, from and to files of spreadsheets and other tills.

use std::fs::{self, File};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;
use yima_checkout::goods_file::{self, GoodsFile, Happening, ImportError, Imported};
use yima_checkout::staff::log::kind;
use yima_core::Barcode;
use yima_core::catalogue::Query;
use yima_store::Store;

use crate::Done;
use crate::failure::Failure;
use crate::table::visible;
use crate::till::{ModeName, Till, wait_for};
use crate::words::{self, Out, tell};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add goods, or change those whose barcode is there already: all that can be read, or nothing at all.
    ///
    /// The file is CSV (UTF-8 or GB18030, with commas, tabs or semicolons) or XLSX. Its heading says which column is
    /// which, in Chinese or English: barcode, title and price; and, where it has them, more_barcodes, unit, category
    /// and active. Rows that make no sense are left out and told, with exit status 2. Of rows with the same barcode the
    /// last one counts. What the file says nothing of stays as it is.
    Import {
        file: PathBuf,
        /// Only show how the file is understood; import nothing.
        #[arg(long)]
        preview: bool,
        /// For this mode instead of the one the till is set to.
        #[arg(long)]
        mode: Option<ModeName>,
    },
    /// Write all goods to a new CSV file that an import takes back as they are.
    Export {
        file: PathBuf,
        /// Of this mode instead of the one the till is set to.
        #[arg(long)]
        mode: Option<ModeName>,
    },
    /// Find goods by a part of the name, its pinyin initials or a part of a barcode, the best first.
    ///
    /// Prints barcode, price and name with tabs between; at most 50.
    Search {
        text: String,
        /// Of this mode instead of the one the till is set to.
        #[arg(long)]
        mode: Option<ModeName>,
    },
}

pub(crate) fn run(command: &Command, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    match command {
        Command::Import { file, preview: true, .. } => preview(file, out),
        Command::Import { file, mode, .. } => import(file, *mode, till, out),
        Command::Export { file, mode } => export(file, *mode, till, out),
        Command::Search { text, mode } => search(text, *mode, till, out),
    }
}

fn preview(path: &Path, out: &mut Out<'_>) -> Result<Done, Failure> {
    let file = open(path)?;
    out.say(&words::catalogue::kind(file.kind()))?;
    for (heading, column) in file.columns().headings() {
        out.say(&words::catalogue::column(heading, *column))?;
    }
    for row in file.sample() {
        let cells: Vec<_> = row.iter().map(|cell| visible(cell)).collect();
        writeln!(out, "{}", cells.join("\t"))?;
    }
    Ok(Done::Wholly)
}

fn import(path: &Path, mode: Option<ModeName>, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let held = till.lock()?;
    let mode = till.mode(mode)?;
    let file = open(path)?;
    let store = till.writer(mode, &held)?;
    till.prepare(&held)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    till.note(kind::CATALOGUE_IMPORTED, json!({ "file": name }))?;
    let language = out.language();
    let hear = move |happening| {
        if let Happening::Remark { line, remark } = happening {
            tell(&words::catalogue::of_line(line, &remark), language);
        }
        ControlFlow::Continue(())
    };
    let outcome = wait_for(async { Ok(goods_file::import(&store, file, hear).await) })?;
    if let Err(error) = &outcome {
        let detail = json!({ "what": kind::CATALOGUE_IMPORTED, "file": name, "why": error.to_string() });
        till.note(kind::NOT_DONE, detail)?;
    }
    let Imported { products, refused_rows } = outcome.map_err(|error| match error {
        ImportError::File(error) => not_imported(path, &words::catalogue::file(&error)),
        ImportError::Store(error) => error.into(),
        ImportError::CalledOff => not_imported(path, &words::catalogue::called_off()),
    })?;
    out.say(&words::catalogue::imported(products, refused_rows))?;
    Ok(if refused_rows == 0 { Done::Wholly } else { Done::InPart })
}

fn export(path: &Path, mode: Option<ModeName>, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let store = till.reader(till.mode(mode)?)?;
    let unwritable = |error| Failure::new(words::failures::at(path, &words::failures::system(&error)));
    let file = File::create_new(path).map_err(unwritable)?;
    let written = wait_for(async { Ok(goods_file::export(&store, file).await) })?;
    let count = written.map_err(|error| {
        // Half of a catalogue is none.
        let _ = fs::remove_file(path);
        match error {
            goods_file::ExportError::Unwritable(error) => unwritable(error),
            goods_file::ExportError::Store(error) => error.into(),
        }
    })?;
    out.say(&words::catalogue::exported(count, path))?;
    Ok(Done::Wholly)
}

fn search(text: &str, mode: Option<ModeName>, till: &Till, out: &mut Out<'_>) -> Result<Done, Failure> {
    let store: Store = till.reader(till.mode(mode)?)?;
    let Some(query) = Query::parse(text) else {
        return Err(Failure::not_understood(words::catalogue::no_query()));
    };
    let found = wait_for(async { Ok(store.search_goods(query).await?) })?;
    for product in found.products.iter().filter(|product| product.is_active) {
        let barcode = product.barcodes.first().map_or("", Barcode::as_str);
        writeln!(out, "{barcode}\t{}\t{}", product.price_fen, visible(&product.title))?;
    }
    if found.is_cut {
        tell(&words::catalogue::more(), out.language());
    }
    Ok(Done::Wholly)
}

fn open(path: &Path) -> Result<GoodsFile, Failure> {
    GoodsFile::open(path).map_err(|error| not_imported(path, &words::catalogue::file(&error)))
}

fn not_imported(path: &Path, problem: &words::Said) -> Failure {
    Failure::new(words::catalogue::not_imported(path, problem))
}
