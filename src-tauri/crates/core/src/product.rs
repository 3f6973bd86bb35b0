//! Goods as the catalogue knows them.

use serde::{Deserialize, Serialize};

use crate::{Barcode, Fen};

/// One article of the catalogue, sold by the piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub barcode: Barcode,
    /// What it is called on the screens, the receipt and the wire.
    pub title: String,
    /// Price of one piece; above zero.
    pub price_fen: Fen,
}
