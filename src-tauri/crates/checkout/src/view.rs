//! What the two windows show: whole snapshots, newest revision wins.

use std::sync::Arc;

use yima_core::cart::OrderTerms;
use yima_core::sale::{Reason, State, Way};
use yima_core::{Bill, BillLine, Fen, Line, LineId, OrderId};
use yima_gateway::Wallet;

use crate::command::StoreProblem;
use crate::qr::Qr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Practice,
    Live,
}

/// Where the customer window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerDisplay {
    /// Fullscreen on a monitor of its own.
    OwnMonitor,
    /// An ordinary window beside the cashier's.
    SharedMonitor,
    Closed,
}

/// What the cashier window shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashierView {
    pub revision: u32,
    pub shop_name: String,
    pub till_number: String,
    pub mode: Mode,
    pub language: Language,
    pub cashier_id: Option<String>,
    pub insecure_secret: bool,
    pub cart: CartView,
    /// Goods scanned while a payment waits.
    pub next_cart: Option<NextCartView>,
    /// How many carts wait to be brought up, and the one that has waited longest.
    pub held_count: u32,
    pub held: Option<NextCartView>,
    pub payment: Option<PaymentView>,
    /// A customer's code is at hand, or waited for, to pay for the cart.
    pub code: Option<CodeView>,
    pub notice: Option<(u32, Notice)>,
    pub last_sale: Option<LastSale>,
    pub today: Today,
    pub unresolved_count: u32,
    /// How many refunds are due, and those that have waited longest.
    pub refunds_due_count: u32,
    pub refunds_due: Vec<RefundDueView>,
    /// Grows with every change of a sale that was made durable.
    pub changes: u32,
    /// What became of sales that were open when the program started, until that was seen.
    pub away: Vec<AwayView>,
    /// Ended sales that should be asked about and cannot be read.
    pub unreadable: Vec<UnreadableView>,
    /// Set as long as sales may be missing here: nothing is charged before the gateway's list was gone through.
    pub reconcile: Option<ReconcileView>,
    /// The order whose outcome could not be written, and why. Nothing is charged before it is.
    pub stuck: Option<(OrderId, StoreProblem)>,
    /// The data were found damaged while they were sold with. What is open is brought to its end, nothing is charged.
    pub is_damaged: bool,
    pub gateway: GatewayView,
    pub customer_display: CustomerDisplay,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartView {
    pub lines: Vec<Line>,
    /// What they come to; its lines are these, in the same order.
    pub bill: Bill,
    /// What is said of the whole order.
    pub terms: OrderTerms,
    pub pieces: u32,
    pub total_fen: Fen,
    pub locked: bool,
    pub touched_line: Option<LineId>,
    pub touches: u32,
    pub unknown_count: u32,
    pub can_undo: bool,
    pub can_redo: bool,
    pub can_charge: bool,
    /// An order of just these goods is unresolved: they may be about to be sold twice.
    pub rung_up_before: Option<OrderId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextCartView {
    pub pieces: u32,
    pub unknown_count: u32,
    pub total_fen: Fen,
    pub last: Option<String>,
}

/// The payment panel: an open sale, or the outcome of one until it is dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentView {
    pub order_id: OrderId,
    pub way: Way,
    /// Whose code pays, as its digits say; not known any more after a restart.
    pub wallet: Option<Wallet>,
    pub state: State,
    pub reason: Option<Reason>,
    pub declined: bool,
    pub offline: bool,
    pub total_fen: Fen,
    pub payable_fen: Option<Fen>,
    pub real_fen: Option<Fen>,
    /// What was handed over in cash.
    pub tendered_fen: Option<Fen>,
    /// What went back to the customer.
    pub refunded_fen: Option<Fen>,
    /// What has to be given back and has not been.
    pub refund_due_fen: Option<Fen>,
    /// From the charge key to the gateway's answer.
    pub submitted_in_ms: Option<u64>,
    pub remaining_ms: Option<u64>,
    pub qr: Option<Arc<Qr>>,
    pub receipt_number: Option<String>,
    pub can_ask: bool,
    pub can_cancel: bool,
    pub can_reverse: bool,
    pub can_write_off: bool,
}

/// How far taking a customer's code has come. The code itself is never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeView {
    /// The next code that is scanned pays.
    Wanted,
    /// A code was scanned: whether it is to pay is for the cashier to say.
    Scanned { wallet: Wallet },
}

/// Somebody paid for goods that were given back or sold again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundDueView {
    pub order_id: OrderId,
    pub due_fen: Fen,
    /// As the gateway wrote it, China Standard Time.
    pub pay_time: Option<String>,
}

/// An ended sale that nobody asks about, since what was kept of it cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableView {
    pub order_id: OrderId,
    pub total_fen: Fen,
    /// What has to be given back, as far as is known.
    pub due_fen: Option<Fen>,
}

/// What became of a sale while the till was away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwayView {
    pub order_id: OrderId,
    pub state: State,
    /// What was paid, or was to be paid.
    pub amount_fen: Fen,
    pub receipt_number: Option<String>,
}

/// How far the comparison with the gateway's list has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReconcileView {
    /// The data was copied from another till's; else it comes from a backup.
    pub is_copy: bool,
    /// How many orders were missing so far.
    pub recorded: u32,
    /// Why it has not come on; it is tried again by itself. `None` while it goes on.
    pub problem: Option<ReconcileProblem>,
    /// The rest of the list was read: somebody may answer for what cannot be.
    pub can_pass: bool,
}

/// Why the gateway's list was not gone through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReconcileProblem {
    GatewaySilent,
    Rejected {
        gateway_code: String,
        message: String,
    },
    /// It is cut off, or holds an order that cannot be read.
    ListIncomplete,
    SecretUnavailable,
    SetupIncomplete {
        key: String,
    },
    NotSaved {
        problem: StoreProblem,
    },
}

/// Something to tell the cashier in passing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    Scanned {
        title: String,
        quantity: u32,
    },
    UnknownCode {
        barcode: String,
    },
    /// Goods sold by weight wait for it in the list.
    WeightMissing {
        title: String,
    },
    WentToNextCart {
        title: String,
    },
    /// An open sale turned out paid while the till was away or the cashier sold on.
    PaidLater {
        real_fen: Fen,
        receipt_number: String,
    },
    /// An open sale turned out not paid; its goods wait as a cart of their own.
    EndedUnpaid {
        total_fen: Fen,
    },
    /// Somebody paid for goods that were given back or sold again.
    RefundDue {
        due_fen: Fen,
    },
    NotSaved {
        problem: StoreProblem,
    },
    /// The gateway's list was gone through: it may be sold again.
    Reconciled {
        recorded: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSale {
    pub order_id: OrderId,
    /// What was paid, else what was asked for.
    pub amount_fen: Fen,
    pub way: Way,
    pub state: State,
    pub refunded_fen: Option<Fen>,
    pub at_ms: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Today {
    pub count: u32,
    pub sum_fen: Fen,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GatewayView {
    /// Nothing was asked yet.
    #[default]
    Idle,
    Online {
        round_trip_ms: u64,
    },
    Offline,
}

/// A line and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    pub line: Line,
    pub bill: BillLine,
}

impl PricedLine {
    /// The priced lines of a cart.
    pub(crate) fn all_of(lines: &[Line], bill: &Bill) -> Vec<Self> {
        let priced = lines.iter().zip(&bill.lines).filter(|(line, _)| line.price_fen.is_some());
        priced.map(|(line, bill)| Self { line: line.clone(), bill: *bill }).collect()
    }
}

/// What the customer window shows; safe for the customer to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerView {
    pub screen: CustomerScreen,
    pub shop_name: String,
    pub mode: Mode,
    pub language: Language,
    pub now_ms: i64,
    /// The newest priced lines, oldest first.
    pub lines: Vec<PricedLine>,
    /// Priced lines above those shown.
    pub earlier_lines: u32,
    pub pieces: u32,
    pub subtotal_fen: Fen,
    /// All that is taken off.
    pub saving_fen: Fen,
    pub total_fen: Fen,
    pub last: Option<PricedLine>,
    pub payable_fen: Option<Fen>,
    pub qr: Option<Arc<Qr>>,
    /// Time left to pay, 1000 to 0.
    pub remaining_permille: Option<u32>,
    pub declined: bool,
    pub paid_fen: Option<Fen>,
    /// What was handed over in cash: the rest is change.
    pub tendered_fen: Option<Fen>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerScreen {
    Closed,
    Welcome,
    Shopping,
    Pay,
    /// The next code that the customer shows pays.
    ShowCode,
    /// The customer's code has gone out, and the phone asks whether to pay.
    Confirm,
    Paid,
    Trouble,
}
