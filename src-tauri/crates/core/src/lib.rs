//! What a till knows without touching anything: money, barcodes, the cart and one sale's life.
//!
//! Nothing here reads a clock, draws a random number, waits, or does IO. Whoever drives it passes time in
//! and performs the effects that come out.

#![deny(clippy::float_arithmetic)]

pub mod barcode;
pub mod bill;
pub mod cart;
pub mod catalogue;
pub mod discount;
pub mod entry;
pub mod failpoint;
pub mod in_store_code;
pub mod money;
pub mod order;
pub mod product;
pub mod promotion;
pub mod quantity;
pub mod sale;
pub mod staff;

pub use barcode::Barcode;
pub use bill::{Bill, BillLine, PriceRules};
pub use cart::{Cart, Line, LineId};
pub use discount::{Discount, Permille, Rounding};
pub use money::Fen;
pub use order::{LineDetail, Order, OrderDetail, OrderId, OrderLine};
pub use product::{Article, Product};
pub use promotion::Promotion;
pub use quantity::{Grams, Quantity, Weighed};
