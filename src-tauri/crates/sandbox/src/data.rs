//! `data` of the answers: what each call tells about an order.

use serde_json::value::RawValue;

use crate::amount::Amount;
use crate::clock;
use crate::fields::Fields;
use crate::order::Order;
use crate::refund::{Refund, RefundState};
use crate::status::Channel;
use crate::voucher::Voucher;

pub(crate) fn scan_data(order: &Order, pay_url: &str) -> Fields {
    Fields::default()
        .with("trade_no", &order.trade_no)
        .with("order_id", &order.order_id)
        .with("total_amount", order.total)
        .with("payable_amount", order.payable)
        .with("pay_url", pay_url)
}

pub(crate) fn pay_code_data(order: &Order, pay_type: Channel) -> Fields {
    Fields::default()
        .with("trade_no", &order.trade_no)
        .with("order_id", &order.order_id)
        .with("pay_type", pay_type)
        .with("order_status", order.status)
        .with("total_amount", order.total)
        .with("payable_amount", order.payable)
        .with("real_amount", real_amount(order))
        .with("voucher_list", vouchers(order))
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

/// The time is null until the money is back.
pub(crate) fn refund_data(order: &Order, refund: &Refund) -> Fields {
    let done_ms = Some(refund.at_ms).filter(|_| refund.state == RefundState::Done);
    Fields::default()
        .with("trade_no", &order.trade_no)
        .with("refund_amount", refund.amount)
        .with("refund_time", done_ms.map(clock::china_text))
        .with("order_id", &order.order_id)
        .with("refund_order_id", &refund.refund_order_id)
}

/// Everything about one order. Times and the channel are null until there are any.
pub(crate) fn get_data(order: &Order) -> Fields {
    let payment = order.payment.as_ref();
    let refunds: Vec<_> = order.done_refunds().map(|refund| refund_data(order, refund)).collect();
    let refunded_ms = order.done_refunds().map(|refund| refund.at_ms).max();
    Fields::default()
        .with("app_id", &order.app_id)
        .with("trade_no", &order.trade_no)
        .with("order_id", &order.order_id)
        .with("order_status", order.status)
        .with("pay_channel", payment.map(|payment| payment.channel))
        .with("create_time", clock::china_text(order.created_ms))
        .with("pay_time", payment.map(|payment| clock::china_text(payment.at_ms)))
        .with("refund_time", refunded_ms.map(clock::china_text))
        .with("update_time", clock::china_text(order.updated_ms))
        .with("total_amount", order.total)
        .with("payable_amount", order.payable)
        .with("real_amount", real_amount(order))
        .with("refund_amount", order.refunded())
        .with("voucher_list", vouchers(order))
        .with("refund_list", refunds)
        .with("store_info", as_sent(order, "store_info", "{}"))
        .with("goods_list", as_sent(order, "goods_list", "[]"))
}

fn real_amount(order: &Order) -> Amount {
    order.payment.as_ref().map(|payment| payment.real).unwrap_or_default()
}

fn vouchers(order: &Order) -> Vec<&Voucher> {
    let of_payment = order.payment.iter().flat_map(|payment| &payment.vouchers);
    order.vouchers.iter().chain(of_payment).collect()
}

/// A field of the request, byte for byte, or `otherwise` where it was not sent.
fn as_sent(order: &Order, name: &str, otherwise: &str) -> Option<Box<RawValue>> {
    RawValue::from_string(order.fields.get(name).unwrap_or(otherwise).to_owned()).ok()
}
