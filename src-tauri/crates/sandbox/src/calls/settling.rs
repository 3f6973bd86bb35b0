//! `/pay/close` and `/pay/cancel`: an order is ended.

use crate::amount::Amount;
use crate::answer::{Answer, Code};
use crate::data::order_id_data;
use crate::ledger::{Ledger, Named};
use crate::order::Order;
use crate::refund::{BalanceShort, Purse, Refund, RefundState, new_refund_order_id};
use crate::status::OrderStatus;

use super::parameters::{ORDER_ID_CHARS_MAX, required_text};
use super::{Asked, count};

pub(super) fn close(asked: &Asked<'_>, ledger: &mut Ledger) -> Result<Answer, Answer> {
    change(asked, ledger, |order, _| {
        match order.status {
            OrderStatus::Closed => return Err(Code::OrderClosed),
            OrderStatus::Cancelled => return Err(Code::OrderCancelled),
            _ if order.payment.is_some() => return Err(Code::PaidBeforeClose),
            _ => order.move_to(OrderStatus::Closed, asked.desk.now_ms),
        }
        Ok(())
    })
}

/// An unpaid order becomes cancelled; of a paid one all that is left is given back.
pub(super) fn cancel(asked: &Asked<'_>, ledger: &mut Ledger) -> Result<Answer, Answer> {
    let (now_ms, after_ms) = (asked.desk.now_ms, ledger.terms().refund_after_ms);
    change(asked, ledger, |order, purse| {
        let left = order.refundable();
        match order.status {
            OrderStatus::Closed => return Err(Code::OrderClosed),
            OrderStatus::Cancelled => return Err(Code::OrderCancelled),
            _ if left > Amount::ZERO => {
                purse.draw(left).map_err(|BalanceShort| Code::BalanceShort)?;
                let id = new_refund_order_id();
                order.take_refund(Refund::asked_for(id, left, RefundState::Done, now_ms, after_ms));
            }
            _ if order.payment.is_some() => {}
            _ => order.move_to(OrderStatus::Cancelled, now_ms),
        }
        Ok(())
    })
}

fn change(
    asked: &Asked<'_>,
    ledger: &mut Ledger,
    act: impl FnOnce(&mut Order, &mut Purse) -> Result<(), Code>,
) -> Result<Answer, Answer> {
    let order_id = required_text(&asked.fields, "order_id", ORDER_ID_CHARS_MAX)?;
    let outcome = ledger.change(asked.whose(), Named::OrderId(&order_id), |order, purse, _| {
        count(order, asked.call);
        act(order, purse).map(|()| order_id_data(order))
    });
    match outcome {
        None => Err(Answer::refusal(Code::NoSuchOrder)),
        Some(Err(code)) => Err(Answer::refusal(code)),
        Some(Ok(data)) => Ok(Answer::success(data)),
    }
}
