//! Goods as the catalogue knows them.

use serde::{Deserialize, Serialize};

use crate::catalogue::Unit;
use crate::{Barcode, Fen};

/// What goods are called and cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub barcode: Barcode,
    /// What it is called on the screens, the receipt and the wire.
    pub title: String,
    /// Price of one piece or, of weighed goods, of a kilogram; above zero.
    pub price_fen: Fen,
}

/// What the catalogue has under a barcode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    pub product: Product,
    pub unit: Unit,
    /// What is not active is kept and not sold.
    pub is_active: bool,
}
