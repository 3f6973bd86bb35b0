//! One row of a catalogue file.

use super::{Column, Columns, GoodsRow, Listed, Unit};
use crate::barcode::BarcodeError;
use crate::money::FenError;
use crate::{Barcode, Fen};

/// What goes out of a title with an order.
pub const WIRE_TITLE_CHARS: usize = 256;
/// A longer name than any label; the till keeps and shows it whole.
const TITLE_CHARS_MAX: usize = 1_000;
const CATEGORY_CHARS_MAX: usize = 60;
const MORE_BARCODES_MAX: usize = 50;
/// What a spreadsheet takes for the beginning of a formula.
const FORMULA_SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
const APOSTROPHE: char = '\'';

/// Why a row is left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    #[error("it has {found} columns, not {expected}; a comma within a title needs quotes around the title")]
    Columns { found: usize, expected: usize },
    #[error(transparent)]
    Barcode(#[from] BarcodeError),
    #[error("its other barcodes: {0}")]
    MoreBarcodes(BarcodeError),
    #[error("it has more than {MORE_BARCODES_MAX} other barcodes")]
    TooManyBarcodes,
    #[error("the title is empty")]
    NoTitle,
    #[error("the title has more than {TITLE_CHARS_MAX} characters")]
    TitleTooLong,
    #[error("the title holds a line break or another control character")]
    TitleControl,
    #[error("price: {0}")]
    Price(#[from] FenError),
    #[error("price: it is zero")]
    PriceZero,
    #[error("price: it is above {}", Fen::MAX_ORDER)]
    PriceTooHigh,
    #[error("the unit {0:?} is a weight, and not the kilogram that a price must be for")]
    Unit(String),
    #[error("the category holds a control character or has more than {CATEGORY_CHARS_MAX} characters")]
    Category,
    #[error("whether it is sold: {0:?} is neither yes nor no")]
    Active(String),
}

/// What a person should know about a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Remark {
    #[error("refused: {0}")]
    Refused(#[from] RowError),
    #[error("the title has {chars} characters; the gateway is sent the first {WIRE_TITLE_CHARS}")]
    LongTitle { chars: usize },
    #[error("barcode {barcode} again: this row counts, not line {earlier_line}")]
    Replaces { barcode: String, earlier_line: u32 },
    #[error("barcode {barcode} was one of \"{title}\" and is this one's now")]
    Moved { barcode: String, title: String },
    #[error("barcode {barcode} looks rounded by a spreadsheet; format that column as text")]
    Rounded { barcode: String },
}

impl GoodsRow {
    /// Reads the cells of one row, without spaces at their ends.
    pub fn read(columns: &Columns, cells: &[&str]) -> Result<Self, RowError> {
        if !columns.fits(cells) {
            return Err(RowError::Columns { found: cells.len(), expected: columns.headings().len() });
        }
        let cell = |column| columns.cell(column, cells).map(unquoted);
        Ok(Self {
            barcode: Barcode::parse(cell(Column::Barcode).unwrap_or(""))?,
            more_barcodes: cell(Column::MoreBarcodes).map(more_barcodes).transpose()?,
            title: title(cell(Column::Title).unwrap_or(""))?,
            price_fen: price(cell(Column::Price).unwrap_or(""))?,
            unit: cell(Column::Unit).map_or(Ok(None), unit)?,
            category: cell(Column::Category).map(category).transpose()?,
            is_active: cell(Column::Active).map_or(Ok(None), is_active)?,
        })
    }

    /// What is odd about it.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let chars = self.title.chars().count();
        if chars > WIRE_TITLE_CHARS {
            remarks.push(Remark::LongTitle { chars });
        }
        if is_rounded(self.barcode.as_str()) {
            remarks.push(Remark::Rounded { barcode: self.barcode.as_str().to_owned() });
        }
        remarks
    }
}

impl Listed {
    /// The cells of an export, in the order of [`Column::ALL`]; read again they are this product.
    #[must_use]
    pub fn cells(&self) -> [String; Column::ALL.len()] {
        let mut codes: Vec<&str> = self.barcodes.iter().map(Barcode::as_str).collect();
        // The first may hold the sign that stands between the others.
        codes.sort_by_key(|code| !code.contains('|'));
        let more: String = codes.iter().skip(1).map(|code| format!("{code}|")).collect();
        [
            quoted(codes.first().copied().unwrap_or("")),
            quoted(&more),
            quoted(&self.title),
            self.price_fen.to_string(),
            self.unit.name().to_owned(),
            quoted(&self.category),
            if self.is_active { "yes" } else { "no" }.to_owned(),
        ]
    }
}

/// A cell that a spreadsheet would run begins with an apostrophe; so does one that would lose its own on the way back.
fn quoted(text: &str) -> String {
    if is_formula(text) { format!("{APOSTROPHE}{text}") } else { text.to_owned() }
}

fn unquoted(cell: &str) -> &str {
    cell.strip_prefix(APOSTROPHE).filter(|rest| is_formula(rest)).unwrap_or(cell)
}

fn is_formula(text: &str) -> bool {
    text.trim_start_matches(APOSTROPHE).starts_with(FORMULA_SIGNS)
}

fn more_barcodes(cell: &str) -> Result<Vec<Barcode>, RowError> {
    let is_between = |letter: char| match cell.contains('|') {
        true => letter == '|',
        false => letter.is_whitespace() || [';', '；', '、', '，'].contains(&letter),
    };
    let codes = cell.split(is_between).map(str::trim).filter(|code| !code.is_empty());
    let codes: Vec<Barcode> =
        codes.map(Barcode::parse).collect::<Result<_, _>>().map_err(RowError::MoreBarcodes)?;
    if codes.len() > MORE_BARCODES_MAX { Err(RowError::TooManyBarcodes) } else { Ok(codes) }
}

fn title(cell: &str) -> Result<String, RowError> {
    if cell.is_empty() {
        return Err(RowError::NoTitle);
    }
    if cell.chars().any(char::is_control) {
        return Err(RowError::TitleControl);
    }
    if cell.chars().count() > TITLE_CHARS_MAX {
        return Err(RowError::TitleTooLong);
    }
    Ok(cell.to_owned())
}

fn price(cell: &str) -> Result<Fen, RowError> {
    let price_fen = Fen::parse(cell)?;
    if !price_fen.is_positive() {
        return Err(RowError::PriceZero);
    }
    if price_fen > Fen::MAX_ORDER { Err(RowError::PriceTooHigh) } else { Ok(price_fen) }
}

/// Shops count in bottles, bags and boxes: all of that is a piece. A weight must be the one that the price is for.
fn unit(cell: &str) -> Result<Option<Unit>, RowError> {
    const OTHER_WEIGHTS: [&str; 10] = ["斤", "市斤", "克", "g", "两", "lb", "500g", "100g", "gram", "吨"];
    match cell.to_lowercase().as_str() {
        "" => Ok(None),
        "kg" | "千克" | "公斤" | "kilogram" => Ok(Some(Unit::Kilogram)),
        other if OTHER_WEIGHTS.contains(&other) => Err(RowError::Unit(cell.to_owned())),
        _ => Ok(Some(Unit::Piece)),
    }
}

fn category(cell: &str) -> Result<String, RowError> {
    let is_plain = cell.chars().count() <= CATEGORY_CHARS_MAX && !cell.chars().any(char::is_control);
    if is_plain { Ok(cell.to_owned()) } else { Err(RowError::Category) }
}

fn is_active(cell: &str) -> Result<Option<bool>, RowError> {
    match cell.to_lowercase().as_str() {
        "" => Ok(None),
        "1" | "y" | "yes" | "true" | "on" | "active" | "enabled" | "是" | "启用" | "正常" | "在售"
        | "上架" | "有效" => Ok(Some(true)),
        "0" | "n" | "no" | "false" | "off" | "inactive" | "disabled" | "否" | "停用" | "停售" | "下架"
        | "禁用" | "无效" | "删除" | "淘汰" => Ok(Some(false)),
        _ => Err(RowError::Active(cell.to_owned())),
    }
}

/// Like `6.92117E+12`, which is what many goods have in common once a spreadsheet has touched their barcodes.
fn is_rounded(barcode: &str) -> bool {
    let digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    barcode.split_once("E+").is_some_and(|(mantissa, exponent)| digits(mantissa) && digits(exponent))
}

#[cfg(test)]
mod tests;
