//! What the gateway's answers mean to a sale, whatever they looked like on the wire.

use serde::{Deserialize, Serialize};

use crate::Fen;

/// A question to the gateway about one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `/pay/scan`: create the order.
    Scan,
    /// `/pay/qrcode`: create the order and have the customer's code pay it. Asked once.
    Pay,
    /// `/pay/check`: its status.
    Check,
    /// `/pay/get`: all of it.
    Get,
    /// `/pay/close`: it shall not be paid any more.
    Close,
    /// `/pay/cancel`: reverse it, whatever became of it.
    Cancel,
    /// `/pay/refund`: give back what the sale's refund says.
    Refund,
}

/// An answer, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Scan(Result<ScanReply, CallFailure>),
    Pay(Result<PayReply, CallFailure>),
    Check(Result<CheckReply, CallFailure>),
    Get(Result<OrderReply, CallFailure>),
    Close(Result<(), CallFailure>),
    Cancel(Result<(), CallFailure>),
    Refund(Result<RefundReply, CallFailure>),
}

impl Answer {
    /// The same kind of answer to `call`, saying that nobody knows.
    #[must_use]
    pub fn failure(call: Call, failure: CallFailure) -> Self {
        match call {
            Call::Scan => Self::Scan(Err(failure)),
            Call::Pay => Self::Pay(Err(failure)),
            Call::Check => Self::Check(Err(failure)),
            Call::Get => Self::Get(Err(failure)),
            Call::Close => Self::Close(Err(failure)),
            Call::Cancel => Self::Cancel(Err(failure)),
            Call::Refund => Self::Refund(Err(failure)),
        }
    }

    #[must_use]
    pub fn as_failure(&self) -> Option<&CallFailure> {
        match self {
            Self::Scan(result) => result.as_ref().err(),
            Self::Pay(result) => result.as_ref().err(),
            Self::Check(result) => result.as_ref().err(),
            Self::Get(result) => result.as_ref().err(),
            Self::Close(result) | Self::Cancel(result) => result.as_ref().err(),
            Self::Refund(result) => result.as_ref().err(),
        }
    }
}

/// Why a call has no answer to go by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFailure {
    /// It provably never left this machine.
    NotSent,
    /// It may have arrived: a time-out, a reset, an HTTP error, a text that cannot be read.
    Unknown,
    /// As unknown, and whoever stands before the gateway wants to be asked less often: HTTP 429.
    Busy,
    /// An answer came, but about another order or account.
    OtherOrder,
    /// The gateway answered with a code other than success.
    Rejected { code: String, message: String },
}

impl CallFailure {
    /// The gateway refuses because the order is paid.
    pub(super) fn is_already_paid(&self) -> bool {
        matches!(self, Self::Rejected { code, .. } if verdict(code) == Verdict::AlreadyPaid)
    }
}

/// The gateway took the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanReply {
    pub order_id: String,
    pub trade_no: String,
    pub total_fen: Fen,
    pub payable_fen: Fen,
    /// `None`: the link is one that the till does not show.
    pub pay_url: Option<String>,
}

/// The gateway took the order and the customer's code. What was paid is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayReply {
    pub order_id: String,
    pub trade_no: String,
    pub status: Status,
    pub total_fen: Fen,
    pub payable_fen: Fen,
}

/// An order's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReply {
    pub order_id: String,
    pub status: Status,
}

/// An order in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderReply {
    pub app_id: String,
    pub order_id: String,
    pub trade_no: String,
    pub status: Status,
    pub channel: Option<Channel>,
    pub pay_time: Option<String>,
    pub total_fen: Fen,
    pub payable_fen: Fen,
    pub real_fen: Fen,
    pub refunded_fen: Fen,
    /// The ids in its list of refunds.
    pub refund_ids: Vec<String>,
}

impl OrderReply {
    /// More was paid, or to be paid, than the order asked for: such amounts decide over no receipt and no refund.
    pub(super) fn claims_more_than_asked(&self) -> bool {
        self.payable_fen > self.total_fen || self.real_fen > self.total_fen
    }
}

/// The gateway took a refund; whether it was made is in the order's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundReply {
    pub order_id: String,
    pub refund_id: String,
}

/// `order_status` of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Paying,
    Paid,
    Refunded,
    PartlyRefunded,
    Closed,
    Cancelled,
    /// This attempt to pay failed; the customer may try again.
    Failed,
    RefundFailed,
    Refunding,
    /// -10, or a value that is not in the contract.
    Unknown,
}

impl Status {
    /// Money has come in, even if some of it went back.
    #[must_use]
    pub const fn is_paid(self) -> bool {
        matches!(
            self,
            Self::Paid | Self::Refunded | Self::PartlyRefunded | Self::RefundFailed | Self::Refunding
        )
    }

    /// As the gateway writes it.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Paying => "0",
            Self::Paid => "1",
            Self::Refunded => "2",
            Self::PartlyRefunded => "3",
            Self::Closed => "4",
            Self::Cancelled => "5",
            Self::Failed => "-1",
            Self::RefundFailed => "-2",
            Self::Refunding => "-3",
            Self::Unknown => "-10",
        }
    }

    /// Money went back, or is on its way.
    #[must_use]
    pub const fn is_refund(self) -> bool {
        matches!(self, Self::Refunded | Self::PartlyRefunded | Self::Refunding)
    }
}

/// What the customer paid with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Wechat,
    Alipay,
}

/// What a rejection's code says about the order; see the table of codes in the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The order was not looked at: wrong signature, account or request.
    NeverAccepted,
    AlreadyPaid,
    /// No such order, for now.
    NotKnown,
    /// Too many requests.
    Busy,
    /// Anything else says nothing certain.
    Unclear,
}

pub(super) fn verdict(code: &str) -> Verdict {
    match code {
        "2000" | "3000" | "3001" | "3002" | "3003" | "3004" | "5000" => Verdict::NeverAccepted,
        "1003" | "1006" => Verdict::AlreadyPaid,
        "4001" => Verdict::NotKnown,
        "5002" => Verdict::Busy,
        _ => Verdict::Unclear,
    }
}
