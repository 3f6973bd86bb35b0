//! The gateway's calls: who may ask, what they must say, and what is answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::answer::{Answer, Code, check_data, get_data, order_id_data, scan_data};
use crate::fields::Fields;
use crate::goods::{adds_up, amount_of, read_goods};
use crate::ledger::{Ledger, LedgerFull, Named};
use crate::order::{Order, OrderStatus, new_token, new_trade_no};
use crate::sign::{SignRefusal, Verifier};

/// One of the gateway's calls, named by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Call {
    #[serde(rename = "/pay/scan")]
    Scan,
    #[serde(rename = "/pay/check")]
    Check,
    #[serde(rename = "/pay/get")]
    Get,
    #[serde(rename = "/pay/close")]
    Close,
    #[serde(rename = "/pay/cancel")]
    Cancel,
}

impl Call {
    pub const ALL: [Self; 5] = [Self::Scan, Self::Check, Self::Get, Self::Close, Self::Cancel];

    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Scan => "/pay/scan",
            Self::Check => "/pay/check",
            Self::Get => "/pay/get",
            Self::Close => "/pay/close",
            Self::Cancel => "/pay/cancel",
        }
    }
}

/// What a call is answered with besides the ledger.
pub(crate) struct Desk<'a> {
    pub(crate) app_id: &'a str,
    pub(crate) verifier: &'a Verifier,
    pub(crate) base_url: &'a str,
    pub(crate) now_ms: i64,
}

impl Desk<'_> {
    pub(crate) fn pay_url(&self, order: &Order) -> String {
        pay_url(self.base_url, order)
    }
}

pub(crate) fn pay_url(base_url: &str, order: &Order) -> String {
    format!("{base_url}/p/{}", order.token)
}

/// Answers one call whose body is `body`, exactly as it arrived.
pub(crate) fn answer(desk: &Desk<'_>, ledger: &mut Ledger, call: Call, body: &[u8]) -> Answer {
    let outcome = authenticated(desk, body).and_then(|fields| {
        check_store_info(&fields)?;
        match call {
            Call::Scan => scan(desk, ledger, fields),
            Call::Check => check(desk, ledger, &fields),
            Call::Get => get(desk, ledger, &fields),
            Call::Close => close(desk, ledger, &fields),
            Call::Cancel => cancel(desk, ledger, &fields),
        }
    });
    outcome.unwrap_or_else(|refusal| refusal)
}

const APP_ID_CHARS_MAX: usize = 32;
const ORDER_ID_CHARS_MAX: usize = 128;
const TRADE_NO_CHARS_MAX: usize = 64;
const REFUND_ORDER_ID_CHARS_MAX: usize = 64;
const STORE_INFO_NAMES: [&str; 5] = ["store_id", "cashier_id", "waiter1_id", "waiter2_id", "terminal_id"];

fn authenticated(desk: &Desk<'_>, body: &[u8]) -> Result<Fields, Answer> {
    let malformed = |what| Answer::refusal_of(Code::ParameterMalformed, what);
    let text = std::str::from_utf8(body).map_err(|_| malformed("UTF-8"))?;
    let fields: Fields = serde_json::from_str(text).map_err(|_| malformed("JSON"))?;
    let app_id = required_text(&fields, "app_id", APP_ID_CHARS_MAX)?;
    if app_id != desk.app_id {
        return Err(Answer::refusal(Code::BadAppId));
    }
    // The longest signature is the Base64 text of an RSA one; the body's cap bounds it.
    let sign = required_text(&fields, "sign", usize::MAX)?;
    let sign_type = required_text(&fields, "sign_type", usize::MAX)?;
    if sign_type != "MD5" && sign_type != "RSA" {
        return Err(malformed("sign_type"));
    }
    if sign_type != desk.verifier.sign_type() {
        return Err(Answer::refusal_of(Code::BadSignature, "sign_type"));
    }
    match desk.verifier.verify(&fields, &sign) {
        Ok(()) => Ok(fields),
        Err(SignRefusal::Malformed) => Err(malformed("sign")),
        Err(SignRefusal::Wrong) => Err(Answer::refusal(Code::BadSignature)),
    }
}

fn scan(desk: &Desk<'_>, ledger: &mut Ledger, fields: Fields) -> Result<Answer, Answer> {
    let order_id = required_text(&fields, "order_id", ORDER_ID_CHARS_MAX)?;
    let total = required_total(&fields)?;
    check_goods(&fields, total)?;
    if let Some(known) = ledger.find_mut(desk.app_id, Named::OrderId(&order_id)) {
        count(known, Call::Scan);
        return Err(Answer::refusal(repeated(known.status)));
    }
    let order = Order {
        app_id: desk.app_id.to_owned(),
        order_id,
        trade_no: new_trade_no(desk.now_ms),
        token: new_token(),
        status: OrderStatus::Paying,
        total,
        payable: ledger.terms().payable(total),
        payment: None,
        refund: None,
        created_ms: desk.now_ms,
        updated_ms: desk.now_ms,
        fields: fields.without("sign"),
        received: BTreeMap::from([(Call::Scan, 1)]),
    };
    let data = scan_data(&order, &desk.pay_url(&order));
    ledger
        .insert(order)
        .map_err(|LedgerFull| Answer::refusal_of(Code::TooManyRequests, "sandbox ledger is full"))?;
    Ok(Answer::success(data))
}

/// What a second `/pay/scan` with a known order id is told.
const fn repeated(status: OrderStatus) -> Code {
    use OrderStatus::{Cancelled, Closed, Failed, Paid, PartlyRefunded, Paying, RefundFailed, Refunded};
    use OrderStatus::{Refunding, Unknown};
    match status {
        Paid | Refunded | PartlyRefunded | RefundFailed | Refunding => Code::AlreadyPaid,
        Closed => Code::OrderClosed,
        Cancelled => Code::OrderCancelled,
        Paying | Failed | Unknown => Code::OrderIdRepeated,
    }
}

fn check(desk: &Desk<'_>, ledger: &mut Ledger, fields: &Fields) -> Result<Answer, Answer> {
    let order = named_order(desk, ledger, fields, Call::Check)?;
    Ok(Answer::success(check_data(order, desk.now_ms)))
}

fn get(desk: &Desk<'_>, ledger: &mut Ledger, fields: &Fields) -> Result<Answer, Answer> {
    let order = named_order(desk, ledger, fields, Call::Get)?;
    Ok(Answer::success(get_data(order)))
}

fn close(desk: &Desk<'_>, ledger: &mut Ledger, fields: &Fields) -> Result<Answer, Answer> {
    change(desk, ledger, fields, Call::Close, |order| {
        match order.status {
            OrderStatus::Closed => return Err(Code::OrderClosed),
            OrderStatus::Cancelled => return Err(Code::OrderCancelled),
            _ if order.payment.is_some() => return Err(Code::PaidBeforeClose),
            _ => order.move_to(OrderStatus::Closed, desk.now_ms),
        }
        Ok(())
    })
}

/// An unpaid order becomes cancelled, a paid one is given back in full.
fn cancel(desk: &Desk<'_>, ledger: &mut Ledger, fields: &Fields) -> Result<Answer, Answer> {
    change(desk, ledger, fields, Call::Cancel, |order| {
        match (order.status, order.payment) {
            (OrderStatus::Closed, _) => return Err(Code::OrderClosed),
            (OrderStatus::Cancelled, _) => return Err(Code::OrderCancelled),
            (OrderStatus::Refunded, _) => {}
            (_, Some(payment)) => {
                order.give_back(payment.real, desk.now_ms);
                order.move_to(OrderStatus::Refunded, desk.now_ms);
            }
            (_, None) => order.move_to(OrderStatus::Cancelled, desk.now_ms),
        }
        Ok(())
    })
}

fn change(
    desk: &Desk<'_>,
    ledger: &mut Ledger,
    fields: &Fields,
    call: Call,
    act: impl FnOnce(&mut Order) -> Result<(), Code>,
) -> Result<Answer, Answer> {
    let order_id = required_text(fields, "order_id", ORDER_ID_CHARS_MAX)?;
    let outcome = ledger.change(desk.app_id, Named::OrderId(&order_id), |order, _| {
        count(order, call);
        act(order).map(|()| order_id_data(order))
    });
    match outcome {
        None => Err(Answer::refusal(Code::NoSuchOrder)),
        Some(Err(code)) => Err(Answer::refusal(code)),
        Some(Ok(data)) => Ok(Answer::success(data)),
    }
}

/// The order that every name given agrees on.
fn named_order<'l>(
    desk: &Desk<'_>,
    ledger: &'l mut Ledger,
    fields: &Fields,
    call: Call,
) -> Result<&'l Order, Answer> {
    let order_id = optional_text(fields, "order_id", ORDER_ID_CHARS_MAX)?;
    let trade_no = optional_text(fields, "trade_no", TRADE_NO_CHARS_MAX)?;
    let refund_order_id = match call {
        Call::Check => optional_text(fields, "refund_order_id", REFUND_ORDER_ID_CHARS_MAX)?,
        _ => None,
    };
    let names = [
        (order_id.as_deref().map(Named::OrderId), Code::NoSuchOrder),
        (trade_no.as_deref().map(Named::TradeNo), Code::NoSuchOrder),
        (refund_order_id.as_deref().map(Named::RefundOrderId), Code::NoSuchRefund),
    ];
    let mut agreed: Option<String> = None;
    for (named, not_found) in names {
        let Some(named) = named else { continue };
        let found = ledger.find(desk.app_id, named).ok_or_else(|| Answer::refusal(not_found))?;
        if agreed.as_ref().is_some_and(|agreed| *agreed != found.trade_no) {
            return Err(Answer::refusal(not_found));
        }
        agreed = Some(found.trade_no.clone());
    }
    let trade_no = agreed.ok_or_else(|| Answer::refusal_of(Code::ParameterMissing, "order_id"))?;
    let order = ledger
        .find_mut(desk.app_id, Named::TradeNo(&trade_no))
        .ok_or_else(|| Answer::refusal(Code::NoSuchOrder))?;
    count(order, call);
    Ok(order)
}

fn count(order: &mut Order, call: Call) {
    *order.received.entry(call).or_default() += 1;
}

fn required_total(fields: &Fields) -> Result<Amount, Answer> {
    let raw = present(fields, "total_amount")
        .ok_or_else(|| Answer::refusal_of(Code::ParameterMissing, "total_amount"))?;
    amount_of(raw)
        .filter(|total| *total > Amount::ZERO)
        .ok_or_else(|| Answer::refusal_of(Code::ParameterMalformed, "total_amount"))
}

fn check_goods(fields: &Fields, total: Amount) -> Result<(), Answer> {
    let Some(raw) = present(fields, "goods_list") else { return Ok(()) };
    match read_goods(raw) {
        Some(list) if adds_up(&list, total) => Ok(()),
        Some(_) => Err(Answer::refusal_of(Code::ParameterMalformed, "goods_list: sum is not total_amount")),
        None => Err(Answer::refusal_of(Code::ParameterMalformed, "goods_list")),
    }
}

/// `store_info` is an echo, but an object, and the names the contract knows hold text.
fn check_store_info(fields: &Fields) -> Result<(), Answer> {
    let Some(raw) = present(fields, "store_info") else { return Ok(()) };
    let is_text = |raw: &str| raw == "null" || serde_json::from_str::<String>(raw).is_ok();
    let stands = serde_json::from_str::<Fields>(raw)
        .is_ok_and(|info| STORE_INFO_NAMES.iter().all(|name| info.get(name).is_none_or(is_text)));
    if stands { Ok(()) } else { Err(Answer::refusal_of(Code::ParameterMalformed, "store_info")) }
}

fn required_text(fields: &Fields, name: &str, chars_max: usize) -> Result<String, Answer> {
    optional_text(fields, name, chars_max)?.ok_or_else(|| Answer::refusal_of(Code::ParameterMissing, name))
}

fn optional_text(fields: &Fields, name: &str, chars_max: usize) -> Result<Option<String>, Answer> {
    let Some(raw) = present(fields, name) else { return Ok(None) };
    match serde_json::from_str::<String>(raw) {
        Ok(text) if text.chars().count() <= chars_max => Ok(Some(text)),
        _ => Err(Answer::refusal_of(Code::ParameterMalformed, name)),
    }
}

/// A field with a value: null and empty text count as not sent.
fn present<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).filter(|raw| *raw != "null" && *raw != "\"\"")
}
