//! `/pay/scan` and `/pay/qrcode`: an order is made.

use std::collections::BTreeMap;

use crate::amount::Amount;
use crate::answer::{Answer, Code};
use crate::data::{pay_code_data, scan_data};
use crate::ledger::{Ledger, LedgerFull, Named};
use crate::order::{Order, new_token, new_trade_no};
use crate::pay_code::UsedCode;
use crate::status::OrderStatus;
use crate::terms::PayCodeOutcome;

use super::parameters::{ORDER_ID_CHARS_MAX, check_goods, malformed, required_amount, required_text};
use super::{Asked, count, pay_url};

pub(super) fn scan(asked: &Asked<'_>, ledger: &mut Ledger) -> Result<Answer, Answer> {
    let order = new_order(asked, ledger)?;
    let data = scan_data(&order, &pay_url(asked.desk.base_url, &order));
    insert(ledger, order)?;
    Ok(Answer::success(data))
}

/// The order is made also where its payment fails: its id is used up, and a query finds it at -1.
pub(super) fn pay_with_code(asked: &Asked<'_>, ledger: &mut Ledger) -> Result<Answer, Answer> {
    let code = required_text(&asked.fields, "pay_code", usize::MAX)?;
    let code = UsedCode::of(&code).ok_or_else(|| malformed("pay_code"))?;
    let mut order = new_order(asked, ledger)?;
    let channel = code.channel;
    let (outcome, what) = match ledger.has_used(&code) {
        true => (PayCodeOutcome::Declines, "pay_code was used before"),
        false => (asked.desk.pay_code, "declined"),
    };
    order.used_code = Some(code);
    let answer = match outcome {
        PayCodeOutcome::Pays => {
            let payment = ledger.terms().payment(order.payable, channel, asked.desk.now_ms);
            order.status = OrderStatus::Paid;
            order.payment = Some(payment);
            Answer::success(pay_code_data(&order, channel))
        }
        PayCodeOutcome::Waits => Answer::of(Code::WaitingForPayment, pay_code_data(&order, channel)),
        PayCodeOutcome::Declines => {
            order.status = OrderStatus::Failed;
            let data = pay_code_data(&order, channel);
            Answer { data, ..Answer::refusal_of(Code::PaymentFailed, what) }
        }
    };
    insert(ledger, order)?;
    Ok(answer)
}

fn new_order(asked: &Asked<'_>, ledger: &mut Ledger) -> Result<Order, Answer> {
    let order_id = required_text(&asked.fields, "order_id", ORDER_ID_CHARS_MAX)?;
    let total = required_amount(&asked.fields, "total_amount", asked.app.profile.amount_form)?;
    if total == Amount::ZERO {
        return Err(malformed("total_amount"));
    }
    check_goods(&asked.fields, total)?;
    if let Some(known) = ledger.find_mut(asked.whose(), Named::OrderId(&order_id)) {
        count(known, asked.call);
        return Err(Answer::refusal(repeated(known.status)));
    }
    let (payable, vouchers) = ledger.terms().payable(total);
    let now_ms = asked.desk.now_ms;
    Ok(Order {
        app_id: asked.app.app_id.clone(),
        order_id,
        trade_no: new_trade_no(now_ms),
        token: new_token(),
        status: OrderStatus::Paying,
        total,
        payable,
        vouchers,
        used_code: None,
        payment: None,
        refunds: Vec::new(),
        created_ms: now_ms,
        updated_ms: now_ms,
        fields: asked.fields.clone().without("sign").without("pay_code"),
        received: BTreeMap::from([(asked.call, 1)]),
    })
}

/// What a known order id is told when an order is to be made with it again.
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

fn insert(ledger: &mut Ledger, order: Order) -> Result<(), Answer> {
    let full = |LedgerFull| Answer::refusal_of(Code::TooManyRequests, "sandbox ledger is full");
    ledger.insert(order).map_err(full)
}
