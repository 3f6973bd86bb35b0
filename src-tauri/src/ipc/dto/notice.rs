//! What the cashier is told in passing.

use serde::Serialize;
use specta::Type;

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
    /// Goods sold by weight wait for it in the list.
    WeightMissing {
        title: String,
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
    /// Somebody paid for goods that were given back or sold again.
    RefundDue {
        #[specta(type = i32)]
        due_fen: i64,
    },
    /// The data could not be written; what was just done did not happen.
    NotSaved {
        problem: StoreProblem,
    },
    /// The gateway's list was gone through: it may be sold again.
    Reconciled {
        recorded: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StoreProblem {
    DiskFull,
    ReadOnly,
    Failed,
    /// The disk failed while something was being written: the program ends.
    Lost,
}
