//! Catalogue files: CSV as spreadsheets and other tills write it, and XLSX.
//!
//! [`GoodsFile::open`] looks at all of a file, so that whatever cannot be meant is refused before anything is changed;
//! [`import()`] then takes it row by row, and holds no more than one of them.

mod export;
mod import;
mod report;
mod sheet;
mod text;
pub mod words;

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use yima_core::catalogue::{Column, Columns, HeadingError};

pub use export::{ExportError, export};
pub use import::{Happening, ImportError, Imported, Progress, import};
pub use report::Report;

/// Five times what a million rows take.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Rows above the heading: a title, the shop's name, an empty line.
const ROWS_ABOVE_MAX: usize = 5;
/// Rows that a preview shows.
const SAMPLE_ROWS: usize = 5;
/// A cell with so many digits is a barcode and no heading.
const CODE_DIGITS_MIN: usize = 8;
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

    /// As [`Self::open`]; of a file whose heading says too little, what it may mean, for somebody to say more.
    pub fn look(path: &Path) -> Result<Self, FileError> {
        let heading = match Self::open(path) {
            Err(FileError::Heading(error)) => error,
            outcome => return outcome,
        };
        let bytes = File::open(path)?.metadata()?.len();
        let mut best: Option<Self> = None;
        for kind in kinds(path)? {
            let worth = |file: &Self| (file.columns.known(), file.columns.headings().len());
            let guessed = Self::guessed(path, kind, bytes)?;
            if guessed.as_ref().map(worth) > best.as_ref().map(worth) {
                best = guessed;
            }
        }
        best.ok_or(FileError::Heading(heading))
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

    /// The same file, with its columns taken for what somebody says: one entry for each.
    pub fn chosen(mut self, columns: &[Option<Column>]) -> Result<Self, FileError> {
        self.columns = self.columns.chosen(columns);
        self.columns.check()?;
        Ok(self)
    }

    fn with_kind(path: &Path, kind: Kind, bytes: u64) -> Result<Self, FileError> {
        let rows = first_rows(path, kind, bytes)?;
        let mut failed = None;
        for (above, row) in rows.iter().enumerate().take(ROWS_ABOVE_MAX + 1) {
            match Columns::read(&cells(row)) {
                Ok(columns) => return Ok(Self::below(path, kind, bytes, above + 1, columns, &rows)),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        Err(failed.unwrap_or(HeadingError::Missing(Column::Barcode)).into())
    }

    /// Its best guess, whether that is enough or not; `None` where there is nothing to guess from.
    fn guessed(path: &Path, kind: Kind, bytes: u64) -> Result<Option<Self>, FileError> {
        let rows = first_rows(path, kind, bytes)?;
        let named = rows.iter().take(ROWS_ABOVE_MAX + 1).map(|row| Columns::named(&cells(row))).enumerate();
        // Of equals the first.
        let best = named.rev().max_by_key(|(_, columns)| (columns.known(), columns.headings().len()));
        Ok(best.map(|(above, columns)| {
            if columns.known() > 0 || !rows[above].iter().any(|cell| is_code(cell)) {
                return Self::below(path, kind, bytes, above + 1, columns, &rows);
            }
            // A file that begins with its goods: columns are called as a spreadsheet calls them.
            let letters: Vec<String> = ('A'..='Z').map(String::from).take(rows[above].len()).collect();
            Self::below(path, kind, bytes, above, Columns::named(&cells(&letters)), &rows)
        }))
    }

    fn below(
        path: &Path,
        kind: Kind,
        bytes: u64,
        head_rows: usize,
        columns: Columns,
        rows: &[Vec<String>],
    ) -> Self {
        let sample = rows.iter().skip(head_rows).take(SAMPLE_ROWS).cloned().collect();
        Self { path: path.to_owned(), kind, bytes, head_rows, columns, sample }
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

fn first_rows(path: &Path, kind: Kind, bytes: u64) -> Result<Vec<Vec<String>>, FileError> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    each_row(path, kind, bytes, &mut |row| {
        rows.push(row.cells.iter().map(|cell| (*cell).to_owned()).collect());
        let is_enough = rows.len() > ROWS_ABOVE_MAX + SAMPLE_ROWS;
        if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(rows)
}

fn cells(row: &[String]) -> Vec<&str> {
    row.iter().map(String::as_str).collect()
}

/// Digits as no heading has them.
fn is_code(cell: &str) -> bool {
    cell.len() >= CODE_DIGITS_MIN && cell.bytes().all(|digit| digit.is_ascii_digit())
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
