//! The receipts list.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Outcome, PayWay, PaymentReason, PromotionView, ReceiptRefund};

/// A list of receipts, newest first.
#[derive(Clone, Debug, Deserialize, Type)]
pub struct ReceiptQuery {
    /// A receipt number, an order id, the end of one, or an amount such as `43.43`; empty for all.
    pub text: String,
    /// `YYYY-MM-DD`, or none for all days.
    pub day: Option<String>,
    /// How many to skip, for the next page.
    pub offset: u32,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct ReceiptPage {
    pub rows: Vec<ReceiptRow>,
    pub more: bool,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct ReceiptRow {
    pub order_id: String,
    pub receipt_number: Option<String>,
    /// `YYYY-MM-DD`: when it was paid, else when it began.
    pub day: String,
    /// `HH:MM:SS` of the same moment.
    pub time: String,
    pub outcome: Outcome,
    pub way: PayWay,
    #[specta(type = i32)]
    pub total_fen: i64,
    #[specta(type = Option<i32>)]
    pub real_fen: Option<i64>,
    /// Money has to go back to the customer and has not.
    pub refund_due: bool,
    /// A refund waits for somebody to try it again or drop it.
    pub refund_waits: bool,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct ReceiptDetail {
    pub row: ReceiptRow,
    pub order_tail: String,
    pub reason: Option<PaymentReason>,
    pub trade_no: Option<String>,
    pub channel: Option<PayChannel>,
    /// What was handed over in cash.
    #[specta(type = Option<i32>)]
    pub tendered_fen: Option<i64>,
    /// What the order was told, and how it came to its total; none of a sale of which only its goods are known.
    pub terms: Option<ReceiptTerms>,
    /// Who served, of those that the gateway was told.
    pub waiter_ids: Vec<String>,
    #[specta(type = Option<i32>)]
    pub payable_fen: Option<i64>,
    #[specta(type = Option<i32>)]
    pub refunded_fen: Option<i64>,
    /// As the gateway wrote it, China Standard Time.
    pub pay_time: Option<String>,
    pub lines: Vec<ReceiptLine>,
    pub till_number: String,
    pub terminal_id: String,
    pub cashier_id: Option<String>,
    pub can_ask: bool,
    pub can_reverse: bool,
    pub can_write_off: bool,
    /// A supervisor gave the order up. It is asked about all the same.
    pub written_off: bool,
    #[specta(type = Option<i32>)]
    pub refund_due_fen: Option<i64>,
    /// What is due can be said to have been given back outside this till.
    pub can_settle_refund: bool,
    /// Somebody said so.
    pub settled_elsewhere: bool,
    /// How much may be given back now; 0 when nothing may.
    #[specta(type = i32)]
    pub refundable_fen: i64,
    /// The newest refund can be tried again or dropped.
    pub can_drop_refund: bool,
    /// Oldest first.
    pub refunds: Vec<ReceiptRefund>,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct ReceiptTerms {
    pub note: Option<String>,
    /// Goods at their prices.
    #[specta(type = i32)]
    pub subtotal_fen: i64,
    pub promotions: Vec<PromotionView>,
    /// Taken off by hand, of lines and of the order.
    #[specta(type = i32)]
    pub by_hand_fen: i64,
    #[specta(type = i32)]
    pub rounding_fen: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PayChannel {
    Wechat,
    Alipay,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct ReceiptLine {
    pub barcode: String,
    pub title: String,
    #[specta(type = i32)]
    pub price_fen: i64,
    pub quantity: u32,
    pub weight_g: Option<u32>,
    /// The catalogue's price, where another was charged, and why.
    #[specta(type = Option<i32>)]
    pub list_price_fen: Option<i64>,
    pub price_reason: Option<String>,
    /// Taken off this line.
    #[specta(type = i32)]
    pub discount_fen: i64,
    /// Its share of what was taken off the order, rounding included.
    #[specta(type = i32)]
    pub order_discount_fen: i64,
    /// What was paid for it.
    #[specta(type = i32)]
    pub amount_fen: i64,
    pub note: Option<String>,
}
