//! What is known of a sale beside its state.

use serde::{Deserialize, Serialize};

use super::Channel;
use crate::Fen;

/// Why a sale stands where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    Expired,
    ByCashier,
    /// No attempt ever left this machine.
    NeverSent,
    Rejected {
        gateway_code: String,
        message: String,
    },
    /// The answer names another order or an impossible amount.
    AnswerContradicts,
    /// The payment link is one the till does not show.
    LinkRefused,
    /// The order exists, but its link was lost with an answer.
    LinkLost,
    /// The gateway confirms another amount than was asked for.
    AmountDiffers,
    GatewaySilent,
    /// The gateway answers, but not with anything certain.
    GatewayUnsure,
    /// The gateway knows no such order: it may never have arrived.
    NotKnown,
    CloseRefused {
        gateway_code: String,
        message: String,
    },
    ByGateway,
    /// The customer's code did not pay: it has expired, was used before, or has no money behind it. A code of -1 is the
    /// order's status.
    CodeRefused {
        gateway_code: String,
        message: String,
    },
    /// Only the gateway still knew the order: it was recorded from its list.
    Rebuilt,
}

/// What the gateway gave for the customer to pay with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    pub trade_no: String,
    /// `None` where the customer's code pays.
    pub pay_url: Option<String>,
    /// The total less the platform's member discounts.
    pub payable_fen: Fen,
}

/// A confirmed payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// `None`: paid in cash.
    pub trade_no: Option<String>,
    pub channel: Option<Channel>,
    /// As the gateway wrote it, China Standard Time.
    pub pay_time: Option<String>,
    pub payable_fen: Fen,
    /// What the customer really paid.
    pub real_fen: Fen,
    /// What was handed over in cash; what is more than `real_fen` was given as change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tendered_fen: Option<Fen>,
    /// What went back to the customer.
    pub refunded_fen: Fen,
    /// Somebody else than this till gave back some of it.
    pub refunded_elsewhere: bool,
}
