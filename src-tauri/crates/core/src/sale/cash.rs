//! A sale that is paid with notes and coins: paid as soon as it is durable, and nobody is asked about it.

use super::{Effects, Now, Payment, Refund, RefundProgress, Sale, State, Timing, Way};
use crate::{Fen, OrderId};

impl Sale {
    /// A sale paid with `tendered_fen` in cash; the change is what that is more than the total. `None`: it is less.
    #[must_use]
    pub fn cash(order_id: OrderId, app_id: String, total_fen: Fen, tendered_fen: Fen) -> Option<Self> {
        tendered_fen.checked_sub(total_fen).filter(|change_fen| *change_fen >= Fen::ZERO)?;
        let ready = Self::ready(order_id, app_id, total_fen, Timing::default());
        let payment = Payment {
            trade_no: None,
            channel: None,
            pay_time: None,
            payable_fen: total_fen,
            real_fen: total_fen,
            tendered_fen: Some(tendered_fen),
            refunded_fen: Fen::ZERO,
            refunded_elsewhere: false,
        };
        Some(Self { state: State::Paid, way: Way::Cash, payment: Some(payment), ..ready })
    }

    /// It is given back from the drawer, so it is done when it is durable.
    pub(super) fn refund_cash(&mut self, id: OrderId, amount_fen: Fen, now: Now) -> Effects {
        let before_fen = self.noted_fen();
        self.refund = Some(Refund::done(id, amount_fen, before_fen));
        if let Some(payment) = &mut self.payment {
            payment.refunded_fen = [before_fen, amount_fen].into_iter().sum();
        }
        let record = Some("refunded_in_cash");
        if self.refundable_fen().is_positive() {
            return Effects { record, ..Effects::default() };
        }
        Effects { record, ..self.enter(State::Refunded, None, now) }
    }
}

impl Refund {
    fn done(id: OrderId, amount_fen: Fen, before_fen: Fen) -> Self {
        Self {
            id,
            amount_fen,
            progress: RefundProgress::Done,
            unanswered: false,
            refusals: 0,
            before_fen,
            listed_by: None,
            held_fen: Fen::ZERO,
        }
    }
}
