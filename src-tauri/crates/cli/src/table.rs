//! Plain tables for a terminal.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;
use yima_checkout::view::Language;

use crate::words::Said;

/// Columns are as wide as their widest cell; the last one takes what may be of any width.
pub(crate) struct Table<const COLUMNS: usize> {
    rows: Vec<[String; COLUMNS]>,
    right: [bool; COLUMNS],
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    pub(crate) fn new(head: &[Said; COLUMNS], language: Language) -> Self {
        Self { rows: vec![head.each_ref().map(|head| head.of(language).to_owned())], right: [false; COLUMNS] }
    }

    /// Amounts and counts line up at their ends.
    pub(crate) fn align_right(mut self, columns: &[usize]) -> Self {
        for column in columns {
            self.right[*column] = true;
        }
        self
    }

    pub(crate) fn row(&mut self, cells: [&str; COLUMNS]) {
        self.rows.push(cells.map(visible));
    }

    pub(crate) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let width = |column: usize| self.rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let widths: [usize; COLUMNS] = std::array::from_fn(width);
        for row in &self.rows {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                let width = widths[column];
                if self.right[column] {
                    line.push_str(&" ".repeat(width.saturating_sub(cell.width())));
                    line.push_str(cell);
                } else {
                    line.push_str(&pad(cell, width));
                }
                line.push_str("  ");
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// With as many spaces after it as fill the columns of a terminal, in which a Chinese character takes two.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// Text that others wrote, with whatever could move a cursor or turn a line around written out.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if hidden { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::said;

    #[test]
    fn columns_line_up_and_nothing_hides() {
        let heads = [said("名称", "NAME"), said("金额", "SUM"), said("商品", "GOODS")];
        let mut table = Table::new(&heads, Language::Chinese).align_right(&[1]);
        table.row(["a", "1234.50", "茶\u{1b}[31m"]);
        table.row(["长名称", "2.00", ""]);
        let mut out = Vec::new();
        table.print(&mut out).unwrap();
        let expected = "名称       金额  商品\na       1234.50  茶\\u{1b}[31m\n长名称     2.00\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
