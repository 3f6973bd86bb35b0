//! What crosses to the windows. Every name here is generated into the UI's `bindings.ts`.
//!
//! Amounts are whole fen and fit a JavaScript number: an order is at most 999,999,999 fen.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What the cashier window's channel carries.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CashierMessage {
    View {
        view: Box<CashierView>,
    },
    /// The till could not open; nothing was changed and nothing can be sold.
    CannotStart {
        problem: StartProblem,
        language: Language,
    },
}

/// Why the till could not open its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum StartProblem {
    /// Another copy of the program holds the data folder.
    DataFolderInUse,
    DataFolderUnwritable {
        path: String,
    },
    /// The data was written by a newer program.
    DatabaseNewer,
    DatabaseDamaged,
    SettingInvalid {
        key: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum Language {
    #[serde(rename = "zh-CN")]
    Chinese,
    #[serde(rename = "en")]
    English,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Practice,
    Live,
}

/// Everything the cashier window shows: one snapshot, newest `revision` wins.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CashierView {
    pub revision: u32,
    pub till: TillView,
    pub cart: CartView,
    /// Goods scanned while a payment waits: they belong to the next sale.
    pub next_cart: Option<NextCartView>,
    pub payment: Option<PaymentView>,
    pub notice: Option<NoticeView>,
    pub last_sale: Option<LastSaleView>,
    pub today: TodayView,
    /// Sales whose outcome is unknown; they are in the receipts list, on top.
    pub unresolved_count: u32,
    pub gateway: GatewayView,
    pub customer_display: CustomerDisplay,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct TillView {
    pub shop_name: String,
    /// Two digits: `01`.
    pub till_number: String,
    pub mode: Mode,
    pub language: Language,
    pub cashier_id: Option<String>,
    /// The secret is kept in a file instead of the system's keychain, because somebody asked for it.
    pub insecure_secret: bool,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct CartView {
    pub lines: Vec<LineView>,
    /// Pieces of priced goods.
    pub pieces: u32,
    #[specta(type = i32)]
    pub total_fen: i64,
    /// A payment for these goods is open: they cannot be changed now.
    pub locked: bool,
    /// The line changed last, for the highlight and for keeping it in view.
    pub touched_line: Option<u32>,
    /// Counts changes, so that the same line touched twice is told apart.
    pub touches: u32,
    pub unknown_count: u32,
    pub can_undo: bool,
    pub can_redo: bool,
    pub can_charge: bool,
    pub waiter1_id: Option<String>,
    pub waiter2_id: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct LineView {
    pub id: u32,
    pub barcode: String,
    /// `None`: the catalogue does not know the code and nobody has named it.
    pub title: Option<String>,
    /// `None`: a price is missing, and the cart cannot be charged.
    #[specta(type = Option<i32>)]
    pub price_fen: Option<i64>,
    pub quantity: u32,
    #[specta(type = i32)]
    pub amount_fen: i64,
    /// A hint: the code's check digit is not the one its other digits call for.
    pub check_digit_wrong: bool,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct NextCartView {
    pub pieces: u32,
    pub unknown_count: u32,
    #[specta(type = i32)]
    pub total_fen: i64,
    /// The title or the code scanned last.
    pub last: Option<String>,
}

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
    /// The gateway would not close the order.
    CloseRefused { gateway_code: String, message: String },
    /// The gateway ended it by itself or on someone else's word.
    ByGateway,
}

/// The payment panel.
#[derive(Clone, Debug, Serialize, Type)]
pub struct PaymentView {
    pub order_id: String,
    /// The end of the order id, which is what people are shown.
    pub order_tail: String,
    pub stage: Stage,
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
    /// From the charge key to the gateway's answer.
    pub submitted_in_ms: Option<u32>,
    pub remaining_s: Option<u32>,
    pub qr: Option<QrView>,
    pub receipt_number: Option<String>,
    pub can_ask: bool,
    pub can_cancel: bool,
    /// The order may be reversed, after telling that a paid customer is refunded.
    pub can_reverse: bool,
}

/// A QR code as the `d` of one SVG path in a square of `modules` units, quiet zone of four included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct QrView {
    pub modules: u32,
    pub path: String,
}

/// Something to tell the cashier in passing. `id` grows with each one.
#[derive(Clone, Debug, Serialize, Type)]
pub struct NoticeView {
    pub id: u32,
    pub notice: Notice,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Notice {
    Scanned {
        title: String,
        quantity: u32,
    },
    UnknownCode {
        barcode: String,
    },
    /// The scan went to the next sale, since a payment is open.
    WentToNextCart {
        title: String,
    },
    /// While the till was away, or later, an open sale turned out paid; its receipt is recorded.
    PaidLater {
        #[specta(type = i32)]
        real_fen: i64,
        receipt_number: String,
    },
    /// An open sale turned out not paid; its goods wait as a cart of their own.
    EndedUnpaid {
        #[specta(type = i32)]
        total_fen: i64,
    },
    /// The data could not be written; what was just done did not happen.
    NotSaved {
        problem: StoreProblem,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StoreProblem {
    DiskFull,
    ReadOnly,
    Failed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Still being paid or asked about.
    Open,
    Paid,
    /// Paid, and given back wholly or partly by someone else than this till.
    Refunded,
    Closed,
    Cancelled,
    Void,
    Unresolved,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct LastSaleView {
    #[specta(type = i32)]
    pub amount_fen: i64,
    pub outcome: Outcome,
    /// Local time, `HH:MM:SS`.
    pub time: String,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct TodayView {
    pub count: u32,
    #[specta(type = i32)]
    pub sum_fen: i64,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct GatewayView {
    pub link: Link,
    pub round_trip_ms: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Nothing was asked yet.
    Idle,
    Online,
    Offline,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CustomerDisplay {
    /// Fullscreen on a monitor of its own.
    OwnMonitor,
    /// An ordinary window beside the cashier's; the QR is large in the cashier window too.
    SharedMonitor,
    Closed,
}

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
    /// `YYYY-MM-DD`
    pub day: String,
    /// `HH:MM:SS`
    pub time: String,
    pub outcome: Outcome,
    #[specta(type = i32)]
    pub total_fen: i64,
    #[specta(type = Option<i32>)]
    pub real_fen: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Type)]
pub struct ReceiptDetail {
    pub row: ReceiptRow,
    pub order_tail: String,
    pub reason: Option<PaymentReason>,
    pub trade_no: Option<String>,
    pub channel: Option<PayChannel>,
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
    #[specta(type = i32)]
    pub amount_fen: i64,
}

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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CustomerScreen {
    /// The till cannot sell now.
    Closed,
    Welcome,
    Shopping,
    Pay,
    Paid,
    /// Something is being found out: please wait.
    Trouble,
}

#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct CustomerLine {
    pub title: String,
    pub quantity: u32,
    #[specta(type = i32)]
    pub price_fen: i64,
    #[specta(type = i32)]
    pub amount_fen: i64,
}
