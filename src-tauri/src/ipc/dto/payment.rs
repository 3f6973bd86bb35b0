//! The payment panel.

use serde::Serialize;
use specta::Type;

use super::{PayChannel, StoreProblem};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The order is on its way, or being asked about; no QR yet.
    Submitting,
    /// The QR is shown, the customer may pay.
    Awaiting,
    /// The gateway says paid; the amounts are being confirmed.
    Verifying,
    Paid,
    /// The QR is off; the order is being closed.
    Closing,
    /// The order is being reversed; a paid customer is refunded.
    Cancelling,
    Closed,
    Cancelled,
    /// The gateway never accepted the order.
    Void,
    /// The outcome is unknown; asked about slowly, without end.
    Unresolved,
}

/// Why a payment is where it is. The UI owns the words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PaymentReason {
    /// The time to pay ran out.
    Expired,
    /// The cashier ended it.
    ByCashier,
    /// The gateway could not be reached and nothing was ever sent.
    NeverSent,
    /// The gateway refused the order.
    Rejected { gateway_code: String, message: String },
    /// The answer was about another order, amount or account.
    AnswerContradicts,
    /// The payment link is one the till does not show.
    LinkRefused,
    /// The order exists, but its payment link was lost with an answer.
    LinkLost,
    /// The gateway confirms another amount than was asked for.
    AmountDiffers,
    /// The gateway does not answer.
    GatewaySilent,
    /// The gateway does not know, or says something the till cannot read.
    GatewayUnsure,
    /// The gateway knows no such order: it may never have arrived.
    NotKnown,
    /// The gateway would not close the order.
    CloseRefused { gateway_code: String, message: String },
    /// The gateway ended it by itself or on someone else's word.
    ByGateway,
    /// Only the gateway still knew the order: it was recorded from its list.
    Rebuilt,
    /// The customer's code did not pay. A code of -1 is the order's status.
    CodeRefused { gateway_code: String, message: String },
}

/// How the customer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PayWay {
    /// The customer scans the till's code.
    Qr,
    /// The till scans the customer's code.
    PaymentCode,
    Cash,
}

/// How far taking a customer's code has come. The code itself never comes here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum CodeView {
    /// The next code that is scanned pays.
    Wanted,
    /// A code was scanned: whether it is to pay is for the cashier to say.
    Scanned { wallet: PayChannel },
}

/// The payment panel.
#[derive(Clone, Debug, Serialize, Type)]
pub struct PaymentView {
    pub order_id: String,
    /// The end of the order id, which is what people are shown.
    pub order_tail: String,
    pub stage: Stage,
    pub way: PayWay,
    /// Whose code pays; not known any more after a restart.
    pub wallet: Option<PayChannel>,
    pub reason: Option<PaymentReason>,
    /// The customer's last attempt to pay failed; the QR is still good.
    pub declined: bool,
    /// The last call did not reach the gateway.
    pub offline: bool,
    #[specta(type = i32)]
    pub total_fen: i64,
    #[specta(type = Option<i32>)]
    pub payable_fen: Option<i64>,
    /// What the customer really paid.
    #[specta(type = Option<i32>)]
    pub real_fen: Option<i64>,
    /// What was handed over in cash; what is more than the total is the change.
    #[specta(type = Option<i32>)]
    pub tendered_fen: Option<i64>,
    /// What went back to the customer.
    #[specta(type = Option<i32>)]
    pub refunded_fen: Option<i64>,
    /// What has to be given back and has not been.
    #[specta(type = Option<i32>)]
    pub refund_due_fen: Option<i64>,
    /// From the charge key to the gateway's answer.
    pub submitted_in_ms: Option<u32>,
    pub remaining_s: Option<u32>,
    pub qr: Option<QrView>,
    pub receipt_number: Option<String>,
    pub can_ask: bool,
    pub can_cancel: bool,
    /// The order may be reversed, after telling that a paid customer is refunded.
    pub can_reverse: bool,
    /// A supervisor may give up the order: the gateway does not know it.
    pub can_write_off: bool,
}

/// Somebody paid for goods that were given back or sold again: the money has to go back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct RefundDueView {
    pub order_id: String,
    pub order_tail: String,
    #[specta(type = i32)]
    pub due_fen: i64,
    /// As the gateway wrote it, China Standard Time.
    pub pay_time: Option<String>,
}

/// An ended sale that nobody asks about, since what was kept of it cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct UnreadableView {
    pub order_id: String,
    #[specta(type = i32)]
    pub total_fen: i64,
    /// What has to be given back, as far as is known.
    #[specta(type = Option<i32>)]
    pub due_fen: Option<i64>,
}

/// What became of a sale while the till was away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct AwayView {
    pub order_id: String,
    pub order_tail: String,
    pub outcome: Outcome,
    /// What was paid, or was to be paid.
    #[specta(type = i32)]
    pub amount_fen: i64,
    pub receipt_number: Option<String>,
}

/// An order whose outcome could not be written. Nothing is charged before it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct StuckView {
    pub order_id: String,
    pub problem: StoreProblem,
}

/// A QR code as the `d` of one SVG path in a square of `modules` units, quiet zone of four included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct QrView {
    pub modules: u32,
    pub path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Still being paid or asked about.
    Open,
    Paid,
    /// Paid, and some of it is being given back.
    Refunding,
    /// Paid, and some of it given back.
    PartlyRefunded,
    /// Paid, and given back; of the last sale and of news also in part.
    Refunded,
    Closed,
    Cancelled,
    Void,
    Unresolved,
}
