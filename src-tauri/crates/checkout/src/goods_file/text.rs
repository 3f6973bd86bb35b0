//! Rows of separated text in the encodings that spreadsheets write.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Terminator};
use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::{CELLS_MAX, Each, FileError, Row};

const CHUNK_BYTES: usize = 64 << 10;

/// The encoding in which all of the file makes sense.
pub(super) fn encoding_of(path: &Path) -> Result<&'static str, FileError> {
    let mut start = Vec::new();
    File::open(path)?.take(3).read_to_end(&mut start)?;
    let marked = Encoding::for_bom(&start).map(|(encoding, _)| encoding);
    for encoding in marked.map_or(vec![UTF_8, GB18030], |marked| vec![marked]) {
        if is_all(path, encoding)? {
            return Ok(encoding.name());
        }
    }
    Err(FileError::NotText)
}

pub(super) fn each_row(
    path: &Path,
    encoding: &str,
    delimiter: char,
    bytes: u64,
    each: Each<'_>,
) -> Result<(), FileError> {
    let read_bytes = Cell::new(0_u64);
    let counting = Counting { file: File::open(path)?, read_bytes: &read_bytes };
    let decoding =
        DecodeReaderBytesBuilder::new().encoding(Encoding::for_label(encoding.as_bytes())).build(counting);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .terminator(Terminator::Any(b'\n'))
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_reader(decoding.chain(&b"\n"[..]));
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        let cells: Vec<&str> = record.iter().map(str::trim).take(CELLS_MAX).collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let done = read_bytes.get().saturating_mul(1_000) / bytes.max(1);
        // Where a record begins is told only before the empty lines above it; each ends with its line, see the chain.
        let lines_within = record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        let line = reader.position().line().saturating_sub(lines_within + 1);
        let row = Row {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            cells: &cells,
            done_permille: u16::try_from(done.min(1_000)).unwrap_or(1_000),
        };
        if each(row).is_break() {
            break;
        }
    }
    Ok(())
}

struct Counting<'c> {
    file: File,
    read_bytes: &'c Cell<u64>,
}

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read_bytes.set(self.read_bytes.get() + count as u64);
        Ok(count)
    }
}

fn is_all(path: &Path, encoding: &'static Encoding) -> Result<bool, FileError> {
    let mut file = File::open(path)?;
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut text = String::with_capacity(CHUNK_BYTES * 4);
    loop {
        let count = file.read(&mut chunk)?;
        text.clear();
        let (result, _) =
            decoder.decode_to_string_without_replacement(&chunk[..count], &mut text, count == 0);
        if matches!(result, DecoderResult::Malformed(..)) || text.contains('\0') {
            return Ok(false);
        }
        if count == 0 {
            return Ok(true);
        }
    }
}

fn unreadable(error: csv::Error) -> FileError {
    FileError::Unreadable(io::Error::other(error))
}
