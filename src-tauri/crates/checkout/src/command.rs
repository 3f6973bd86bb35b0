//! What a cashier can do, and how the engine says no.

use yima_core::cart::CartError;
use yima_core::{Fen, LineId, OrderId, Quantity};

use crate::view::{CustomerDisplay, Language};

/// One act at the till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A scanner read this code.
    Scan {
        code: String,
        quantity: Quantity,
    },
    /// Somebody typed this and pressed Enter.
    Enter {
        text: String,
    },
    SetQuantity {
        line: LineId,
        quantity: Quantity,
    },
    /// Prices a line, and names it where a title is given.
    SetPrice {
        line: LineId,
        price: Fen,
        title: Option<String>,
    },
    Remove {
        line: LineId,
    },
    Undo,
    Redo,
    /// Brings up the cart that has waited longest; goods at hand wait in its place.
    Resume,
    SetWaiters {
        waiter1_id: Option<String>,
        waiter2_id: Option<String>,
    },
    Charge,
    AskNow {
        order_id: OrderId,
    },
    CancelPayment,
    /// The cashier was told that a paid customer will be refunded.
    Reverse {
        order_id: OrderId,
    },
    /// The outcome on the screen was seen.
    Dismiss,
    SetLanguage {
        language: Language,
    },
    SetCustomerDisplay {
        display: CustomerDisplay,
    },
    /// Shows both windows what there is, for one that has just opened.
    ShowAgain,
}

/// Why an act was not done. Nothing changed and nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the code is not one a scanner sends")]
    CodeUnreadable,
    #[error(transparent)]
    Cart(#[from] CartError),
    #[error("a payment for this cart is open")]
    CartLocked,
    #[error("the setting {key} is missing")]
    SetupIncomplete { key: String },
    #[error("the signing secret cannot be had")]
    SecretUnavailable,
    #[error("the gateway would refuse the field {field}")]
    OrderUnsendable { field: String },
    #[error("not possible now")]
    NotNow,
    #[error("there is no such sale")]
    NotFound,
    #[error("the data could not be written")]
    NotSaved(StoreProblem),
    #[error("too much at once")]
    Busy,
    #[error("the till has stopped; start it again")]
    Stopped,
}

/// Why data could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreProblem {
    DiskFull,
    ReadOnly,
    Failed,
}

impl From<&yima_store::StoreError> for StoreProblem {
    fn from(error: &yima_store::StoreError) -> Self {
        match error {
            yima_store::StoreError::DiskFull => Self::DiskFull,
            yima_store::StoreError::ReadOnly => Self::ReadOnly,
            _ => Self::Failed,
        }
    }
}

impl From<yima_store::StoreError> for Refusal {
    fn from(error: yima_store::StoreError) -> Self {
        tracing::error!(%error, "the store refused");
        Self::NotSaved(StoreProblem::from(&error))
    }
}
