//! Catalogue files: CSV as spreadsheets and other tills write it, and XLSX.
//!
//! [`GoodsFile::open`] looks at all of a file, so that whatever cannot be meant is refused before anything is changed;
//! [`import()`] then takes it row by row, and holds no more than one of them.

mod export;
mod import;
mod sheet;
mod text;

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use yima_core::catalogue::{Column, Columns, HeadingError};

pub use export::{ExportError, export};
pub use import::{Happening, ImportError, Imported, Progress, import};

/// Five times what a million rows take.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Rows above the heading: a title, the shop's name, an empty line.
const ROWS_ABOVE_MAX: usize = 5;
/// Rows that a preview shows.
const SAMPLE_ROWS: usize = 5;
/// What is in columns beyond these is left aside.
const CELLS_MAX: usize = 64;

/// A file whose rows can be read.
#[derive(Clone, Debug)]
pub struct GoodsFile {
    path: PathBuf,
    kind: Kind,
    bytes: u64,
    /// Rows down to the heading, with it.
    head_rows: usize,
    columns: Columns,
    sample: Vec<Vec<String>>,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Csv { encoding: &'static str, delimiter: char },
    Xlsx,
}

/// Why nothing of a file can be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("it is larger than {} MiB", .max_bytes / 1024 / 1024)]
    TooLarge { max_bytes: u64 },
    #[error("it is neither UTF-8 nor GB18030 text, and no XLSX workbook")]
    NotText,
    #[error("it is a workbook of an old kind; save it as .xlsx or as CSV")]
    OldWorkbook,
    /// What it holds is larger than any catalogue, whatever its own size.
    #[error("unpacked it is larger than {} MiB", .max_bytes / 1024 / 1024)]
    Bomb { max_bytes: u64 },
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    #[error(transparent)]
    Heading(#[from] HeadingError),
}

/// One row: its line, its cells without spaces at their ends, and how much of the file has been read, in thousandths.
struct Row<'r> {
    line: u32,
    cells: &'r [&'r str],
    done_permille: u16,
}

type Each<'e> = &'e mut dyn FnMut(Row<'_>) -> ControlFlow<()>;

impl GoodsFile {
    /// Looks at a file: its size, its encoding, its heading. Blocks; a great file takes a second.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Self::open_at_most(path, FILE_BYTES_MAX)
    }

    fn open_at_most(path: &Path, max_bytes: u64) -> Result<Self, FileError> {
        let bytes = File::open(path)?.metadata()?.len();
        if bytes > max_bytes {
            return Err(FileError::TooLarge { max_bytes });
        }
        let mut failed = None;
        for kind in kinds(path)? {
            let file = Self::with_kind(path, kind, bytes);
            match (file, failed.take()) {
                (Err(FileError::Heading(error)), None) => failed = Some(error),
                // Of several separators the first that gives a heading counts; else what the comma's lacks is told.
                (Err(FileError::Heading(_)), earlier) => failed = earlier,
                (outcome, _) => return outcome,
            }
        }
        failed.map_or(Err(FileError::NotText), |error| Err(error.into()))
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What is taken from which of its columns.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Its first rows below the heading, at most five.
    #[must_use]
    pub fn sample(&self) -> &[Vec<String>] {
        &self.sample
    }

    fn with_kind(path: &Path, kind: Kind, bytes: u64) -> Result<Self, FileError> {
        let mut found: Option<Columns> = None;
        let mut failed = None;
        let (mut rows_above, mut sample) = (0, Vec::new());
        let mut look = |row: Row<'_>| {
            if found.is_some() {
                sample.push(row.cells.iter().map(|cell| (*cell).to_owned()).collect());
                return if sample.len() < SAMPLE_ROWS {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                };
            }
            match Columns::read(row.cells) {
                Ok(columns) => found = Some(columns),
                Err(error) => {
                    rows_above += 1;
                    failed.get_or_insert(error);
                }
            }
            if rows_above > ROWS_ABOVE_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        each_row(path, kind, bytes, &mut look)?;
        let columns = match found {
            Some(columns) => columns,
            None => return Err(failed.unwrap_or(HeadingError::Missing(Column::Barcode)).into()),
        };
        Ok(Self { path: path.to_owned(), kind, bytes, head_rows: rows_above + 1, columns, sample })
    }

    /// Its rows below the heading.
    fn each(&self, each: Each<'_>) -> Result<(), FileError> {
        let mut rows = 0;
        each_row(&self.path, self.kind, self.bytes, &mut |row| {
            rows += 1;
            if rows <= self.head_rows { ControlFlow::Continue(()) } else { each(row) }
        })
    }
}

fn kinds(path: &Path) -> Result<Vec<Kind>, FileError> {
    let mut start = Vec::new();
    File::open(path)?.take(8).read_to_end(&mut start)?;
    if start.starts_with(b"PK\x03\x04") {
        sheet::require_small(path)?;
        return Ok(vec![Kind::Xlsx]);
    }
    if start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(FileError::OldWorkbook);
    }
    let encoding = text::encoding_of(path)?;
    Ok([',', '\t', ';'].into_iter().map(|delimiter| Kind::Csv { encoding, delimiter }).collect())
}

fn each_row(path: &Path, kind: Kind, bytes: u64, each: Each<'_>) -> Result<(), FileError> {
    match kind {
        Kind::Csv { encoding, delimiter } => text::each_row(path, encoding, delimiter, bytes, each),
        Kind::Xlsx => sheet::each_row(path, each),
    }
}

#[cfg(test)]
mod tests;
