//! What was odd about a file's rows, as a file that a spreadsheet opens.

use std::io::{self, Write};

use yima_core::catalogue::Remark;

use super::export::BYTE_ORDER_MARK;
use super::words;
use crate::view::Language;

/// A report under way: one row for each remark, with the line that it is about.
pub struct Report<W: Write> {
    writer: csv::Writer<W>,
    language: Language,
}

impl<W: Write> Report<W> {
    /// With its heading.
    pub fn begin(mut to: W, language: Language) -> io::Result<Self> {
        to.write_all(BYTE_ORDER_MARK.as_bytes())?;
        let mut report = Self { writer: csv::Writer::from_writer(to), language };
        report.write(words::report_headings(language))?;
        Ok(report)
    }

    pub fn put(&mut self, line: u32, remark: &Remark) -> io::Result<()> {
        let said = words::remark(remark, self.language);
        self.write([line.to_string().as_str(), said.as_str()])
    }

    /// Hands it all over.
    pub fn end(mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn write(&mut self, cells: [&str; 2]) -> io::Result<()> {
        self.writer.write_record(cells).map_err(io::Error::other)
    }
}
