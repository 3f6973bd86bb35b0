//! The shop's goods: rows of a file, and the words they are found by.

mod columns;
mod row;
mod words;

use crate::{Barcode, Fen};

pub use columns::{Column, Columns, HeadingError};
pub use row::{Remark, RowError, WIRE_TITLE_CHARS};
pub use words::{Query, first_letters, fold, index_words};

/// What a price is the price of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    #[default]
    Piece,
    Kilogram,
}

impl Unit {
    /// As it is kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Piece => "piece",
            Self::Kilogram => "kg",
        }
    }
}

/// One row of a catalogue file. What it says nothing of (`None`) stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodsRow {
    /// The product is known by this one.
    pub barcode: Barcode,
    /// All others that it has.
    pub more_barcodes: Option<Vec<Barcode>>,
    pub title: String,
    /// Above zero, at most [`Fen::MAX_ORDER`].
    pub price_fen: Fen,
    pub unit: Option<Unit>,
    /// Empty for none.
    pub category: Option<String>,
    /// Goods that are not active are kept and not sold.
    pub is_active: Option<bool>,
}

/// A product as it is found and exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// At least one.
    pub barcodes: Vec<Barcode>,
    pub title: String,
    pub price_fen: Fen,
    pub unit: Unit,
    pub category: String,
    pub is_active: bool,
}
