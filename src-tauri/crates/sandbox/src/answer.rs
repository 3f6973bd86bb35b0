//! What goes back over the wire: the envelope and its codes.

use serde::Serialize;

use crate::fields::Fields;

/// The codes that this sandbox gives by itself. Scenarios can give any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Success,
    PaymentFailed,
    WaitingForPayment,
    AlreadyPaid,
    OrderClosed,
    OrderCancelled,
    PaidBeforeClose,
    OrderIdRepeated,
    BadSignature,
    RefundTooHigh,
    BalanceShort,
    BadAppId,
    ParameterMissing,
    ParameterMalformed,
    NoSuchOrder,
    NoSuchRefund,
    NotEnabled,
    GatewayError,
    TooManyRequests,
}

impl Code {
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::Success => 1000,
            Self::PaymentFailed => 1001,
            Self::WaitingForPayment => 1002,
            Self::AlreadyPaid => 1003,
            Self::OrderClosed => 1004,
            Self::OrderCancelled => 1005,
            Self::PaidBeforeClose => 1006,
            Self::OrderIdRepeated => 1007,
            Self::BadSignature => 2000,
            Self::RefundTooHigh => 2001,
            Self::BalanceShort => 2002,
            Self::BadAppId => 3000,
            Self::ParameterMissing => 3001,
            Self::ParameterMalformed => 3002,
            Self::NoSuchOrder => 4001,
            Self::NoSuchRefund => 4002,
            Self::NotEnabled => 5000,
            Self::GatewayError => 5001,
            Self::TooManyRequests => 5002,
        }
    }
}

/// What each code of the contract means. Nothing for any other.
pub(crate) const fn documented(code: i64) -> &'static str {
    match code {
        1000 => "成功",
        1001 => "支付失败",
        1002 => "等待支付",
        1003 => "订单已支付",
        1004 => "订单已关闭",
        1005 => "订单已撤销",
        1006 => "订单已支付，不能关闭",
        1007 => "订单号重复",
        2000 | 3004 => "签名错误",
        2001 => "退款金额超过实付金额",
        2002 => "退款失败，商户余额不足",
        3000 | 3003 => "app_id 错误",
        3001 => "缺少参数",
        3002 => "参数格式错误",
        4001 => "订单不存在",
        4002 => "退款单不存在",
        5000 => "应用未启用",
        5001 => "网关错误",
        5002 => "请求过于频繁",
        _ => "",
    }
}

/// One answer as the contract shapes it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Answer {
    pub(crate) code: i64,
    pub(crate) msg: String,
    pub(crate) data: Fields,
}

impl Answer {
    pub(crate) fn success(data: Fields) -> Self {
        Self::of(Code::Success, data)
    }

    pub(crate) fn of(code: Code, data: Fields) -> Self {
        Self { code: code.number(), msg: documented(code.number()).to_owned(), data }
    }

    pub(crate) fn refusal(code: Code) -> Self {
        Self::of(code, Fields::default())
    }

    /// A refusal that names what it is about, for the one who mends the request.
    pub(crate) fn refusal_of(code: Code, what: &str) -> Self {
        let msg = format!("{}：{what}", documented(code.number()));
        Self { msg, ..Self::refusal(code) }
    }
}
