//! What a sale takes in and gives out.

use super::{Answer, Call, State};
use crate::{Fen, OrderId};

/// Something that happened to a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The cashier charges.
    Submit,
    /// The answer to the call of this number.
    Answered { number: u32, answer: Answer },
    /// Time has passed.
    Tick,
    /// The cashier wants to know now.
    AskNow,
    /// The cashier ends the payment: it shall be closed if it is not paid.
    CancelPayment,
    /// The cashier, told that a paid customer will be refunded, reverses an order of unknown outcome.
    Reverse,
    /// A supervisor gives up an order that the gateway does not know. It is asked about all the same.
    WriteOff,
    /// Somebody gave back, outside this till, what was paid for goods given back.
    RefundSettled,
    /// This much shall be given back, under an id that was never used before.
    Refund { id: OrderId, amount_fen: Fen },
    /// The refund that the gateway refuses, or never confirmed, shall not be tried any more.
    DropRefund,
    /// By the gateway's list money came in or went back after a sale that has ended here.
    Compare,
    /// The program has started again and found this sale open or watched.
    Resume,
}

/// What to do, in this order: make the sale durable under this name, then ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    pub record: Option<&'static str>,
    pub send: Option<Sending>,
    /// A move that is not an edge was tried and refused.
    pub defect: Option<Defect>,
}

/// A fault of the machine itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Defect {
    pub from: State,
    pub to: State,
}

/// A call to perform, and the number its answer must carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sending {
    pub call: Call,
    pub number: u32,
}

/// The act is not possible in this state. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not possible while the sale is {}", .0.code())]
pub struct NotNow(pub State);
