//! A refund, as a receipt tells of it.

use serde::Serialize;
use specta::Type;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct ReceiptRefund {
    pub refund_id: String,
    #[specta(type = i32)]
    pub amount_fen: i64,
    pub standing: RefundStanding,
    /// It was sent and nothing certain came back: it may have been made, whatever was said later.
    pub may_be_made: bool,
    pub problem: Option<RefundProblem>,
    /// `YYYY-MM-DD`: when the cashier asked for it.
    pub day: String,
    /// `HH:MM:SS` of the same moment.
    pub time: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RefundStanding {
    /// Being asked for.
    UnderWay,
    /// The gateway took it; the money is not back yet.
    Pending,
    /// The gateway refuses it; it can be tried again or dropped.
    Refused,
    /// The money is back.
    Done,
    /// Nothing was given back.
    Failed,
    /// Given up, or overtaken; nobody knows whether it was made.
    Unconfirmed,
}

/// Why a refund is not made: the gateway's code for it, or the `order_status` that speaks against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct RefundProblem {
    pub gateway_code: String,
    pub message: String,
}
