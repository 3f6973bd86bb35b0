//! `/pay/refund`: all of an order, or part of it.

use crate::amount::Amount;
use crate::answer::{Answer, Code};
use crate::data::refund_data;
use crate::ledger::{Ledger, Named};
use crate::order::Order;
use crate::refund::{BalanceShort, Purse, REFUNDS_MAX, Refund, RefundState};
use crate::status::OrderStatus;

use super::parameters::{REFUND_ORDER_ID_CHARS_MAX, required_amount, required_text};
use super::{Asked, count, named_trade_no};

/// What is asked for; an amount of zero is all that is left.
struct Wish {
    refund_order_id: String,
    amount: Amount,
    state: RefundState,
    now_ms: i64,
    due_ms: Option<i64>,
}

pub(super) fn refund(asked: &Asked<'_>, ledger: &mut Ledger) -> Result<Answer, Answer> {
    let form = asked.app.profile.amount_form;
    let now_ms = asked.desk.now_ms;
    let refund_after_ms = ledger.terms().refund_after_ms;
    let wish = Wish {
        refund_order_id: required_text(&asked.fields, "refund_order_id", REFUND_ORDER_ID_CHARS_MAX)?,
        amount: required_amount(&asked.fields, "refund_amount", form)?,
        state: match (asked.desk.refund, refund_after_ms) {
            (RefundState::Done, Some(_)) => RefundState::Pending,
            (state, _) => state,
        },
        now_ms,
        due_ms: refund_after_ms.map(|after_ms| now_ms.saturating_add(after_ms.into())),
    };
    let trade_no = named_trade_no(asked, ledger)?;
    let known = ledger.find(asked.whose(), Named::RefundOrderId(&wish.refund_order_id));
    if known.is_some_and(|order| order.trade_no != trade_no) {
        return Err(Answer::refusal_of(Code::OrderIdRepeated, "refund_order_id"));
    }
    let outcome = ledger.change(asked.whose(), Named::TradeNo(&trade_no), |order, purse, _| {
        count(order, asked.call);
        grant(order, purse, &wish)?;
        let taken = order.refund(&wish.refund_order_id);
        Ok(taken.map(|refund| refund_data(order, refund)).unwrap_or_default())
    });
    outcome.unwrap_or_else(|| Err(Answer::refusal(Code::NoSuchOrder))).map(Answer::success)
}

fn grant(order: &mut Order, purse: &mut Purse, wish: &Wish) -> Result<(), Answer> {
    if let Some(known) = order.refund(&wish.refund_order_id) {
        if wish.amount != Amount::ZERO && wish.amount != known.amount {
            return Err(Answer::refusal_of(Code::OrderIdRepeated, "refund_order_id"));
        }
        if known.state != RefundState::Failed {
            return Ok(());
        }
    } else if order.refunds.len() >= REFUNDS_MAX {
        return Err(Answer::refusal_of(Code::TooManyRequests, "sandbox refunds of one order"));
    }
    match order.status {
        OrderStatus::Closed => return Err(Answer::refusal(Code::OrderClosed)),
        OrderStatus::Cancelled => return Err(Answer::refusal(Code::OrderCancelled)),
        _ => {}
    }
    let left = order.refundable();
    let amount = if wish.amount == Amount::ZERO { left } else { wish.amount };
    if amount == Amount::ZERO || amount > left {
        return Err(Answer::refusal(Code::RefundTooHigh));
    }
    if wish.state != RefundState::Failed {
        purse.draw(amount).map_err(|BalanceShort| Answer::refusal(Code::BalanceShort))?;
    }
    order.take_refund(Refund {
        refund_order_id: wish.refund_order_id.clone(),
        amount,
        at_ms: wish.now_ms,
        state: wish.state,
        due_ms: wish.due_ms.filter(|_| wish.state == RefundState::Pending),
    });
    Ok(())
}
