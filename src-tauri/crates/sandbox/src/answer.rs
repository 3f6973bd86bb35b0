//! What goes back over the wire: the envelope, its codes, and `data` for each call.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::amount::Amount;
use crate::clock;
use crate::fields::Fields;
use crate::order::{Order, Refund};

/// The codes that this sandbox gives by itself. Scenarios can give any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Success,
    AlreadyPaid,
    OrderClosed,
    OrderCancelled,
    PaidBeforeClose,
    OrderIdRepeated,
    BadSignature,
    BadAppId,
    ParameterMissing,
    ParameterMalformed,
    NoSuchOrder,
    NoSuchRefund,
    GatewayError,
    TooManyRequests,
}

impl Code {
    pub(crate) const fn number(self) -> i64 {
        self.number_and_message().0
    }

    const fn number_and_message(self) -> (i64, &'static str) {
        match self {
            Self::Success => (1000, "成功"),
            Self::AlreadyPaid => (1003, "订单已支付"),
            Self::OrderClosed => (1004, "订单已关闭"),
            Self::OrderCancelled => (1005, "订单已撤销"),
            Self::PaidBeforeClose => (1006, "订单已支付，不能关闭"),
            Self::OrderIdRepeated => (1007, "订单号重复"),
            Self::BadSignature => (2000, "签名错误"),
            Self::BadAppId => (3000, "app_id 错误"),
            Self::ParameterMissing => (3001, "缺少参数"),
            Self::ParameterMalformed => (3002, "参数格式错误"),
            Self::NoSuchOrder => (4001, "订单不存在"),
            Self::NoSuchRefund => (4002, "退款单不存在"),
            Self::GatewayError => (5001, "网关错误"),
            Self::TooManyRequests => (5002, "请求过于频繁"),
        }
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
        Self { data, ..Self::refusal(Code::Success) }
    }

    pub(crate) fn refusal(code: Code) -> Self {
        let (code, msg) = code.number_and_message();
        Self { code, msg: msg.to_owned(), data: Fields::default() }
    }

    /// A refusal that names what it is about, for the one who mends the request.
    pub(crate) fn refusal_of(code: Code, what: &str) -> Self {
        let (code, msg) = code.number_and_message();
        Self { code, msg: format!("{msg}：{what}"), data: Fields::default() }
    }
}

pub(crate) fn scan_data(order: &Order, pay_url: &str) -> Fields {
    Fields::default()
        .with("trade_no", &order.trade_no)
        .with("order_id", &order.order_id)
        .with("total_amount", order.total)
        .with("payable_amount", order.payable)
        .with("pay_url", pay_url)
}

pub(crate) fn check_data(order: &Order, now_ms: i64) -> Fields {
    Fields::default()
        .with("trade_no", &order.trade_no)
        .with("check_time", clock::china_text(now_ms))
        .with("order_id", &order.order_id)
        .with("order_status", order.status)
}

pub(crate) fn order_id_data(order: &Order) -> Fields {
    Fields::default().with("order_id", &order.order_id)
}

/// Everything about one order. Times and the channel are null until there are any.
pub(crate) fn get_data(order: &Order) -> Fields {
    let payment = order.payment;
    let refund = order.refund.as_ref();
    Fields::default()
        .with("app_id", &order.app_id)
        .with("trade_no", &order.trade_no)
        .with("order_id", &order.order_id)
        .with("order_status", order.status)
        .with("pay_channel", payment.map(|payment| payment.channel))
        .with("create_time", clock::china_text(order.created_ms))
        .with("pay_time", payment.map(|payment| clock::china_text(payment.at_ms)))
        .with("refund_time", refund.map(|refund| clock::china_text(refund.at_ms)))
        .with("update_time", clock::china_text(order.updated_ms))
        .with("total_amount", order.total)
        .with("payable_amount", order.payable)
        .with("real_amount", payment.map(|payment| payment.real).unwrap_or_default())
        .with("refund_amount", refund.map(|refund| refund.amount).unwrap_or_default())
        .with("voucher_list", vouchers(order))
        .with("refund_list", refund.map(|refund| refund_entry(order, refund)).as_slice())
        .with("store_info", as_sent(order, "store_info", "{}"))
        .with("goods_list", as_sent(order, "goods_list", "[]"))
}

#[derive(Serialize)]
struct Voucher {
    id: &'static str,
    name: &'static str,
    activity_id: &'static str,
    scope: i64,
    r#type: &'static str,
    amount: Amount,
    merchant_contribute: Amount,
    other_contribute: Amount,
    purchase_ant_contribute: Amount,
}

fn vouchers(order: &Order) -> Vec<Voucher> {
    let mut list = Vec::new();
    let discount = order.total.less(order.payable);
    if discount > Amount::ZERO {
        list.push(Voucher {
            id: "member",
            name: "会员优惠",
            activity_id: "sandbox-member",
            scope: 1,
            r#type: "COUPON",
            amount: discount,
            merchant_contribute: discount,
            other_contribute: Amount::ZERO,
            purchase_ant_contribute: Amount::ZERO,
        });
    }
    let subsidy = order.payment.map_or(Amount::ZERO, |payment| order.payable.less(payment.real));
    if subsidy > Amount::ZERO {
        list.push(Voucher {
            id: "channel",
            name: "渠道优惠",
            activity_id: "sandbox-channel",
            scope: 1,
            r#type: "DISCOUNT",
            amount: subsidy,
            merchant_contribute: Amount::ZERO,
            other_contribute: subsidy,
            purchase_ant_contribute: Amount::ZERO,
        });
    }
    list
}

fn refund_entry(order: &Order, refund: &Refund) -> Fields {
    Fields::default()
        .with("trade_no", &order.trade_no)
        .with("refund_amount", refund.amount)
        .with("refund_time", clock::china_text(refund.at_ms))
        .with("order_id", &order.order_id)
        .with("refund_order_id", &refund.refund_order_id)
}

/// A field of the request, byte for byte, or `otherwise` where it was not sent.
fn as_sent(order: &Order, name: &str, otherwise: &str) -> Option<Box<RawValue>> {
    RawValue::from_string(order.fields.get(name).unwrap_or(otherwise).to_owned()).ok()
}
