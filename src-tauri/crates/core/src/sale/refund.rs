//! A refund asked for by this till, and how far it has come.

use serde::{Deserialize, Serialize};

use super::answer::{Verdict, verdict};
use super::{Deadline, Status};
use crate::{Fen, OrderId};

/// A refund asked for by this till.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub id: OrderId,
    pub amount_fen: Fen,
    pub progress: RefundProgress,
    /// It was sent and nothing certain came back: it may have been made, whatever is answered later.
    #[serde(default)]
    pub unanswered: bool,
    /// How often it was refused, or looked for in vain, since the cashier asked for it.
    #[serde(default)]
    pub(super) refusals: u32,
    /// What had gone back before it.
    #[serde(default)]
    pub(super) before_fen: Fen,
    /// The gateway took it: until when its entry in the list is waited for before it may be dropped.
    #[serde(default)]
    pub(super) listed_by: Option<Deadline>,
    /// What dropped refunds, this one and those before it, may have given back: nobody gets it a second time while they
    /// are looked for.
    #[serde(default)]
    pub(super) held_fen: Fen,
}

/// How far a refund has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RefundProgress {
    /// Nothing was sent.
    Begun,
    /// It may have been sent.
    Sent,
    /// The gateway took it; it is not in its list of refunds yet.
    Pending,
    /// The gateway refused it, or would. It can be tried again, under the same id, or dropped. Where an answer is
    /// missing it may have been made all the same, and its entry in the list is still looked for.
    Refused(RefundRefusal),
    /// Its id is in the gateway's list.
    Done,
    /// It was not made and will not be.
    Failed {
        #[serde(default)]
        refusal: Option<RefundRefusal>,
    },
    /// It is not tried any more, and nobody knows whether it was made.
    Unconfirmed,
}

/// Why a refund is not made: the gateway's code for it, or the `order_status` that speaks against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRefusal {
    pub gateway_code: String,
    pub message: String,
}

impl RefundProgress {
    /// The name that is stored.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Sent => "sent",
            Self::Pending => "pending",
            Self::Refused(_) => "refused",
            Self::Done => "done",
            Self::Failed { .. } => "failed",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

impl RefundRefusal {
    pub(super) fn exceeding() -> Self {
        Self { gateway_code: EXCEEDS_PAID.to_owned(), message: String::new() }
    }

    pub(super) fn by_status(status: Status) -> Self {
        Self { gateway_code: status.code().to_owned(), message: String::new() }
    }

    /// By no word of the gateway's: nobody here knows what became of it.
    pub(super) fn outdated() -> Self {
        Self { gateway_code: "outdated".to_owned(), message: String::new() }
    }

    pub(super) fn exceeds_paid(&self) -> bool {
        self.gateway_code == EXCEEDS_PAID
    }
}

/// The gateway's code for a refund of more than was paid.
const EXCEEDS_PAID: &str = "2001";

/// Codes that say of this refund that it was not made.
pub(super) fn is_refusal(code: &str) -> bool {
    code == EXCEEDS_PAID || code == "2002" || verdict(code) == Verdict::NeverAccepted
}
