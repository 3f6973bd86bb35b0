//! What crosses to the windows. Every name here is generated into the UI's `bindings.ts`.
//!
//! Amounts are whole fen and fit a JavaScript number: an order is at most 999,999,999 fen.

mod catalogue;
mod customer;
mod damage;
mod display;
mod doctor;
mod goods;
mod holding;
mod notice;
mod payment;
mod pricing;
mod receipts;
mod reconcile;
mod refund;
mod settings;
mod staff;

use serde::{Deserialize, Serialize};
use specta::Type;

pub use catalogue::{
    FoundGoods, FoundProduct, GoodsPicture, GoodsPicturesView, GoodsUnit, QuickKeyChoice, QuickKeyView,
};
pub use customer::{CustomerLine, CustomerScreen, CustomerView};
pub use damage::DamageView;
pub use display::{
    CustomerMessage, DisplayTest, DisplayTestRefusal, DisplaysView, FolderProblem, MonitorView,
    PictureProblem, PicturesView, SkippedPicture,
};
pub use doctor::{
    ChangeView, CheckName, CheckOutcome, CheckView, DoctorProgress, Finding, NoAnswer, NoConnection,
    NoReport, ProfileView, SecretProblem,
};
pub use goods::{
    ColumnView, EntryView, ExportView, FolderView, GoodsColumn, GoodsFileKind, GoodsPreview, GoodsRefusal,
    ImportView, PlaceName, PlaceView, RemarkView,
};
pub use holding::HeldCartView;
pub use notice::{Notice, NoticeView, StoreProblem};
pub use payment::{
    AwayView, CodeView, Outcome, PayWay, PaymentReason, PaymentView, QrView, RefundDueView, Stage, StuckView,
    UnreadableView,
};
pub use pricing::{Discount, PromotionView, SumView};
pub use receipts::{
    PayChannel, ReceiptDetail, ReceiptLine, ReceiptPage, ReceiptQuery, ReceiptRow, ReceiptTerms,
};
pub use reconcile::{ReconcileProblem, ReconcileView};
pub use refund::{ReceiptRefund, RefundProblem, RefundStanding};
pub use settings::{SecretView, SettingRefusal, SettingView, ValueProblem};
pub use staff::{Act, AuditLine, AuditPage, CashierRow, PinText, Role, StaffView};

/// What the cashier window's channel carries.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CashierMessage {
    /// The whole snapshot.
    View { view: Box<CashierView> },
    /// The snapshot but for its lines, and what became of those since the message before: a long cart is not sent
    /// whole for every scan.
    Changes { view: Box<CashierView>, changed: Vec<LineView>, removed: Vec<u32> },
    /// The till could not open; nothing was changed and nothing can be sold.
    CannotStart { problem: StartProblem, language: Language },
    /// Who is at the till. As long as nobody is, nothing is sold; the views go on coming.
    Staff { staff: StaffView },
    /// The window was to be closed while a payment is open: does the cashier mean it?
    QuitAsked,
    /// Whether the till is silent; told when the page attaches, and when it changes.
    Sound { muted: bool },
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
    /// Something else that the till needs did not start; nothing is known to be wrong with the data.
    PartFailed,
    /// The till was open and its data cannot be written any more: the program ends, and asks when it is started again.
    Stopped,
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
    /// Carts that wait to be brought up; no scan goes into them.
    pub held_count: u32,
    /// The one that has waited longest.
    pub held: Option<NextCartView>,
    pub payment: Option<PaymentView>,
    /// A customer's code is waited for, or was scanned, to pay for the cart.
    pub code: Option<CodeView>,
    pub notice: Option<NoticeView>,
    pub last_sale: Option<LastSaleView>,
    pub today: TodayView,
    /// Sales whose outcome is unknown; they are in the receipts list, on top.
    pub unresolved_count: u32,
    /// How many refunds are due, and those that have waited longest.
    pub refunds_due_count: u32,
    pub refunds_due: Vec<RefundDueView>,
    /// Grows with every change of a sale that was made durable: what was read of the receipts is old then.
    pub changes: u32,
    /// What became of sales that were open when the program started, until that was seen.
    pub away: Vec<AwayView>,
    pub unreadable: Vec<UnreadableView>,
    /// Set as long as sales may be missing here: nothing can be charged.
    pub reconcile: Option<ReconcileView>,
    /// The data were found damaged: what is open is brought to its end, and nothing can be charged.
    pub is_damaged: bool,
    pub stuck: Option<StuckView>,
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
    /// How the total came about.
    pub sum: SumView,
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
    /// The end of an unresolved order's id that is for just these goods: they may be about to be sold twice.
    pub rung_up_before: Option<String>,
    pub waiter1_id: Option<String>,
    pub waiter2_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct LineView {
    pub id: u32,
    pub barcode: String,
    /// `None`: the catalogue does not know the code and nobody has named it.
    pub title: Option<String>,
    /// Of a piece or, of weighed goods, of a kilogram. `None`: a price is missing, and the cart cannot be charged.
    #[specta(type = Option<i32>)]
    pub price_fen: Option<i64>,
    /// The catalogue has a price for it: another one is an override, with a reason.
    pub is_listed: bool,
    /// The catalogue's price, if the line is sold at another one.
    #[specta(type = Option<i32>)]
    pub list_price_fen: Option<i64>,
    pub price_reason: Option<String>,
    /// One, of weighed goods.
    pub quantity: u32,
    pub is_weighed: bool,
    pub weight_g: Option<u32>,
    /// Before the line's discount.
    #[specta(type = i32)]
    pub gross_fen: i64,
    pub discount: Option<Discount>,
    /// After the line's discount.
    #[specta(type = i32)]
    pub amount_fen: i64,
    pub note: Option<String>,
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

#[derive(Clone, Debug, Serialize, Type)]
pub struct LastSaleView {
    #[specta(type = i32)]
    pub amount_fen: i64,
    pub way: PayWay,
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
