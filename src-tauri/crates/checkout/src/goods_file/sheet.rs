//! Rows of the first sheet of an XLSX workbook.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use calamine::{DataRef, Reader, Xlsx, XlsxError, open_workbook};

use super::{CELLS_MAX, Each, FileError, Row};

/// Twice what a million rows take.
const UNPACKED_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// All but the sheets themselves is held in memory.
const PART_BYTES_MAX: u64 = 128 * 1024 * 1024;
const PARTS_MAX: usize = 1_000;
const SHEETS: &str = "xl/worksheets/";
/// A spreadsheet shows this many digits of a number and no more are meant.
const DIGITS_SHOWN: usize = 15;

/// Unpacks all of it once and keeps nothing: the sizes that a packed file names need not be true.
pub(super) fn require_small(path: &Path) -> Result<(), FileError> {
    require_at_most(path, UNPACKED_BYTES_MAX, PART_BYTES_MAX)
}

pub(super) fn require_at_most(path: &Path, all_max: u64, part_max: u64) -> Result<(), FileError> {
    let broken = |error: zip::result::ZipError| FileError::Workbook(error.to_string());
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path)?)).map_err(broken)?;
    if archive.len() > PARTS_MAX {
        return Err(FileError::Workbook("it has too many parts".to_owned()));
    }
    let mut left = all_max;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(broken)?;
        let part_max =
            if part.name().is_ok_and(|name| name.starts_with(SHEETS)) { left } else { left.min(part_max) };
        let bytes = io::copy(&mut part.take(part_max + 1), &mut io::sink())?;
        if bytes > part_max {
            return Err(FileError::Bomb { max_bytes: all_max });
        }
        left -= bytes;
    }
    Ok(())
}

pub(super) fn each_row(path: &Path, each: Each<'_>) -> Result<(), FileError> {
    let broken = |error: XlsxError| FileError::Workbook(error.to_string());
    let mut workbook: Xlsx<BufReader<File>> = open_workbook(path).map_err(broken)?;
    let name = workbook.sheet_names().into_iter().next();
    let name = name.ok_or_else(|| FileError::Workbook("it has no sheet".to_owned()))?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(broken)?;
    let rows = u64::from(cells.dimensions().end.0) + 1;
    let mut row = Assembled { at: 0, cells: Vec::new() };
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (at, column) = cell.get_position();
        if at != row.at {
            if row.give(rows, each).is_break() {
                return Ok(());
            }
            row.at = at;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column < CELLS_MAX {
            row.cells.resize(row.cells.len().max(column + 1), String::new());
            row.cells[column] = shown(cell.get_value());
        }
    }
    let _ = row.give(rows, each);
    Ok(())
}

struct Assembled {
    at: u32,
    cells: Vec<String>,
}

impl Assembled {
    fn give(&mut self, rows: u64, each: Each<'_>) -> ControlFlow<()> {
        let cells: Vec<&str> = self.cells.iter().map(|cell| cell.trim()).collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            return ControlFlow::Continue(());
        }
        let done = u64::from(self.at).saturating_mul(1_000) / rows;
        let row = Row {
            line: self.at.saturating_add(1),
            cells: &cells,
            done_permille: u16::try_from(done.min(1_000)).unwrap_or(1_000),
        };
        let flow = each(row);
        self.cells.clear();
        flow
    }
}

/// What the sheet shows of a value; numbers lose the digits that a spreadsheet computes with and does not show.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => plain(&format!("{number:.*e}", DIGITS_SHOWN - 1)),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(is) => is.to_string(),
        DataRef::DateTime(time) => time.to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
    }
}

/// `1.23000000000000e1` as `12.3`; a number with more digits than are shown stays as it is, and is told as rounded.
fn plain(scientific: &str) -> String {
    let (sign, unsigned) = scientific.strip_prefix('-').map_or(("", scientific), |rest| ("-", rest));
    let Some((mantissa, exponent)) = unsigned.split_once('e') else { return scientific.to_owned() };
    let Ok(exponent) = exponent.parse::<i32>() else { return scientific.to_owned() };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let trimmed = digits.trim_end_matches('0');
    if trimmed.is_empty() {
        return "0".to_owned();
    }
    match usize::try_from(exponent) {
        Ok(whole) if whole >= DIGITS_SHOWN => format!("{sign}{mantissa}E+{exponent}"),
        Ok(whole) if trimmed.len() <= whole + 1 => format!("{sign}{}", &digits[..=whole]),
        Ok(whole) => format!("{sign}{}.{}", &trimmed[..=whole], &trimmed[whole + 1..]),
        Err(_) => {
            let zeros = usize::try_from(exponent.unsigned_abs().min(40)).unwrap_or(0).saturating_sub(1);
            format!("{sign}0.{}{trimmed}", "0".repeat(zeros))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_sheet_shows_them() {
        let check = |number, expected: &str| assert_eq!(shown(&DataRef::Float(number)), expected);
        check(3.0, "3");
        check(3.5, "3.5");
        check(0.05, "0.05");
        check(12.299_999_999_999_999, "12.3");
        check(0.1 + 0.2, "0.3");
        check(1.005, "1.005");
        check(-1.0, "-1");
        check(0.0, "0");
        check(120.0, "120");
        check(6_921_168_509_256.0, "6921168509256");
        check(123_456_789_012_345.0, "123456789012345");
        check(134_777_777_777_777_777.0, "1.34777777777778E+17");
    }
}
