//! The customer window's snapshot.

use serde::Serialize;
use specta::Type;

use super::{Language, QrView};

/// Everything the customer window shows; safe for the customer to read.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct CustomerView {
    pub screen: CustomerScreen,
    pub shop_name: String,
    pub practice: bool,
    pub language: Language,
    /// Local time, `HH:MM`.
    pub clock: String,
    /// The newest lines, oldest first; at most twelve.
    pub lines: Vec<CustomerLine>,
    /// Lines above those shown.
    pub earlier_lines: u32,
    pub pieces: u32,
    /// Goods at their prices, and all that is taken off.
    #[specta(type = i32)]
    pub subtotal_fen: i64,
    #[specta(type = i32)]
    pub saving_fen: i64,
    #[specta(type = i32)]
    pub total_fen: i64,
    pub last: Option<CustomerLine>,
    #[specta(type = Option<i32>)]
    pub payable_fen: Option<i64>,
    pub qr: Option<QrView>,
    /// Time left to pay, 1000 to 0.
    pub remaining_permille: Option<u32>,
    /// The last attempt failed; the customer may try again.
    pub declined: bool,
    #[specta(type = Option<i32>)]
    pub paid_fen: Option<i64>,
    /// What was handed over in cash: the rest is change.
    #[specta(type = Option<i32>)]
    pub tendered_fen: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CustomerScreen {
    /// The till cannot sell now.
    Closed,
    Welcome,
    Shopping,
    Pay,
    /// The next payment code that the customer shows pays.
    ShowCode,
    /// The customer's code has gone out, and the phone asks whether to pay.
    Confirm,
    Paid,
    /// Something is being found out: please wait.
    Trouble,
}

#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct CustomerLine {
    pub title: String,
    pub quantity: u32,
    /// Of weighed goods, whose price is that of a kilogram.
    pub weight_g: Option<u32>,
    #[specta(type = i32)]
    pub price_fen: i64,
    /// The usual price, if it is sold at another one.
    #[specta(type = Option<i32>)]
    pub list_price_fen: Option<i64>,
    /// Before the line's discount.
    #[specta(type = i32)]
    pub gross_fen: i64,
    #[specta(type = i32)]
    pub amount_fen: i64,
}
