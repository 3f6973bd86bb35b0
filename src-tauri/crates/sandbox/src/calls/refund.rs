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
    outcome: RefundState,
    now_ms: i64,
    after_ms: Option<u32>,
}

pub(super) fn refund(asked: &Asked<'_>, ledger: &mut Ledger) -> Result<Answer, Answer> {
    let form = asked.app.profile.amount_form;
    let wish = Wish {
        refund_order_id: required_text(&asked.fields, "refund_order_id", REFUND_ORDER_ID_CHARS_MAX)?,
        amount: required_amount(&asked.fields, "refund_amount", form)?,
        outcome: asked.desk.refund,
        now_ms: asked.desk.now_ms,
        after_ms: ledger.terms().refund_after_ms,
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
    if wish.outcome != RefundState::Failed {
        purse.draw(amount).map_err(|BalanceShort| Answer::refusal(Code::BalanceShort))?;
    }
    let id = wish.refund_order_id.clone();
    order.take_refund(Refund::asked_for(id, amount, wish.outcome, wish.now_ms, wish.after_ms));
    Ok(())
}
