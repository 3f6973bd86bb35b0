//! What is taken off, and what a cart comes to.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Taken off a line or an order by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Discount {
    Amount {
        fen: u32,
    },
    /// What is taken off, in thousandths: 九折 is 100.
    Percent {
        permille: u32,
    },
}

/// A promotion that took something off, by the name the shop gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct PromotionView {
    pub name: String,
    #[specta(type = i32)]
    pub off_fen: i64,
}

/// How a cart's total came about. Everything is above or at zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct SumView {
    /// Goods at their prices, before anything is taken off.
    #[specta(type = i32)]
    pub subtotal_fen: i64,
    /// Taken off single lines, by hand and by promotions.
    #[specta(type = i32)]
    pub lines_off_fen: i64,
    /// Promotions that took something off.
    pub promotions: Vec<PromotionView>,
    /// Taken off the order by hand.
    #[specta(type = i32)]
    pub order_off_fen: i64,
    /// Taken off by rounding.
    #[specta(type = i32)]
    pub rounding_fen: i64,
    /// All that is taken off.
    #[specta(type = i32)]
    pub saving_fen: i64,
    /// What was said about the order's discount.
    pub discount: Option<Discount>,
    /// A note on the order.
    pub note: Option<String>,
}
