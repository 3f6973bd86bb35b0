use serde::{Deserialize, Serialize};
use specta::Type;

use super::PicturesView;

/// What a search has found, the best first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct FoundGoods {
    pub products: Vec<FoundProduct>,
    /// There may be more.
    pub is_cut: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct FoundProduct {
    /// One of its barcodes.
    pub barcode: String,
    pub title: String,
    #[specta(type = i32)]
    pub price_fen: i64,
    pub unit: GoodsUnit,
    /// What is not is kept and not sold.
    pub is_active: bool,
}

/// A key for goods at a touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct QuickKeyView {
    pub barcode: String,
    /// 0 to 7.
    pub colour: u8,
    /// A file's name among the pictures of goods.
    pub picture: Option<String>,
    /// `None`: the catalogue has no such goods any more.
    pub product: Option<FoundProduct>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Type)]
pub struct QuickKeyChoice {
    pub barcode: String,
    pub colour: u8,
    pub picture: Option<String>,
}

/// The pictures of goods that there are, and what became of their folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct GoodsPicturesView {
    pub pictures: Vec<GoodsPicture>,
    pub folder: PicturesView,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct GoodsPicture {
    /// Its file's.
    pub name: String,
    pub address: String,
}

/// What a price is the price of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum GoodsUnit {
    Piece,
    Kilogram,
}
