//! The states of a sale and the edges between them.

use serde::{Deserialize, Serialize};

/// Where a sale stands. What each state has made durable, and what it may ask the gateway, is in `ARCHITECTURE.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The order is fixed; nothing was sent.
    Ready,
    /// An attempt to create the order is durable and may have been sent.
    Submitting,
    /// The gateway gave a link; the customer may pay.
    Awaiting,
    /// Seen paid; the full order is being fetched to be sure.
    Verifying,
    Paid,
    /// The QR is off for good; the order is being closed.
    Closing,
    /// The cashier had an order of unknown outcome reversed.
    Cancelling,
    /// The outcome is unknown and asked about slowly, without end.
    Unresolved,
    Closed,
    Cancelled,
    /// Provably never accepted by the gateway.
    Void,
    /// Money is being given back.
    Refunding,
    /// All that was paid went back.
    Refunded,
}

impl State {
    pub const ALL: [Self; 13] = [
        Self::Ready,
        Self::Submitting,
        Self::Awaiting,
        Self::Verifying,
        Self::Paid,
        Self::Closing,
        Self::Cancelling,
        Self::Unresolved,
        Self::Closed,
        Self::Cancelled,
        Self::Void,
        Self::Refunding,
        Self::Refunded,
    ];

    /// The states that may follow; there are no other edges.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        use State::{
            Awaiting, Cancelled, Cancelling, Closed, Closing, Paid, Ready, Refunded, Refunding, Submitting,
            Unresolved, Verifying, Void,
        };
        match self {
            Ready => &[Submitting, Void],
            Submitting => &[Awaiting, Verifying, Closing, Unresolved, Void],
            Awaiting => &[Verifying, Closing, Cancelling, Closed, Cancelled, Unresolved],
            Verifying => &[Paid, Awaiting, Unresolved],
            Closing => &[Closed, Verifying, Cancelling, Unresolved],
            Cancelling => &[Cancelled, Closed, Verifying, Unresolved],
            Unresolved => &[Verifying, Closing, Cancelling, Closed, Cancelled],
            Closed | Cancelled => &[Verifying],
            Paid => &[Refunding, Refunded],
            Refunding => &[Paid, Refunded],
            Void | Refunded => &[],
        }
    }

    /// The cashier need not wait for anything more. The sale may still be watched, and money may still go back.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Paid | Self::Closed | Self::Cancelled | Self::Void | Self::Refunded)
    }

    /// The name that is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Submitting => "submitting",
            Self::Awaiting => "awaiting",
            Self::Verifying => "verifying",
            Self::Paid => "paid",
            Self::Closing => "closing",
            Self::Cancelling => "cancelling",
            Self::Unresolved => "unresolved",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
            Self::Void => "void",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
        }
    }

    /// The state of a stored name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}
