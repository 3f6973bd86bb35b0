//! Sales that are over for the cashier and still asked about: ended unpaid, written off, or with a refund due.

use super::answer::{Verdict, verdict};
use super::{
    Call, CallFailure, Deadline, Effects, LATE_WATCH_MS, Now, OrderReply, Reason, RefundProgress, Sale,
    State, Status,
};
use crate::Fen;

impl Sale {
    /// What has to be given back to a customer who paid for goods that were given back.
    #[must_use]
    pub fn refund_due_fen(&self) -> Option<Fen> {
        self.refund_due_fen
    }

    /// The goods went back to the shop before the payment was known.
    #[must_use]
    pub fn is_given_back(&self) -> bool {
        self.given_back
    }

    #[must_use]
    pub fn is_written_off(&self) -> bool {
        self.written_off
    }

    /// Only an order that the gateway does not know: of any other it says sooner or later what became of it.
    #[must_use]
    pub fn can_write_off(&self) -> bool {
        let is_unknown_there = self.reason == Some(Reason::NotKnown);
        self.state == State::Unresolved && is_unknown_there && !self.written_off
    }

    /// Somebody has to see to it: nobody knows its outcome, or a refund is due.
    #[must_use]
    pub fn needs_somebody(&self) -> bool {
        let is_unknown = self.state == State::Unresolved && !self.written_off;
        self.refund_due_fen.is_some() || self.can_drop_refund() || is_unknown
    }

    /// Not while the till itself is giving it back.
    #[must_use]
    pub fn can_settle_refund(&self) -> bool {
        self.state == State::Paid && self.refund_due_fen.is_some()
    }

    /// A person said that what was due has been given back outside this till: nothing more goes back through it.
    #[must_use]
    pub fn is_settled_elsewhere(&self) -> bool {
        self.settled_elsewhere
    }

    /// The goods of a late payment are still there: they are sold by it after all.
    pub fn take_goods_back(&mut self) {
        self.given_back = false;
    }

    /// Not once a reversal was sent: what is paid then is on its way back to the customer.
    #[must_use]
    pub fn may_take_goods_back(&self) -> bool {
        !self.cancel_sent
    }

    pub(super) fn begin_watching(&mut self, now: Now) {
        self.ending = true;
        self.given_back = true;
        self.watch = Some(Deadline::after(now, LATE_WATCH_MS));
        self.later(Call::Check, now);
    }

    pub(super) fn checked_while_watching(&mut self, found: Result<Status, CallFailure>, now: Now) -> Effects {
        if matches!(self.state, State::Paid | State::Refunded) {
            return self.checked_for_money_back(found, now);
        }
        let is_reversal = self.cancel_sent && found == Ok(Status::Refunded);
        match found {
            Ok(status) if status.is_paid() && !is_reversal => self.begin_verifying(now),
            found if self.is_last_word(&found, now) => self.end_watch(),
            _ => self.later(Call::Check, now),
        }
    }

    /// A refund is due, or one that may have been made is looked for.
    fn checked_for_money_back(&mut self, found: Result<Status, CallFailure>, now: Now) -> Effects {
        match found {
            Ok(status) if status.is_refund() || status == Status::Cancelled => self.send(Call::Get),
            Ok(_) => self.watch_on(now),
            Err(_) => self.later(Call::Check, now),
        }
    }

    /// Nothing has changed. What is due has no end; a dropped refund is looked for no longer than a day.
    fn watch_on(&mut self, now: Now) -> Effects {
        if self.is_day_over(now) {
            return self.end_watch();
        }
        self.later(Call::Check, now);
        let is_found_no_more = self.has_watch_passed(now) && self.let_go_of_refunds();
        Effects { record: is_found_no_more.then_some("refund_not_found"), ..Effects::default() }
    }

    /// Never while a refund is due.
    fn is_day_over(&self, now: Now) -> bool {
        self.refund_due_fen.is_none() && self.has_watch_passed(now)
    }

    fn has_watch_passed(&self, now: Now) -> bool {
        self.watch.is_none_or(|watch| now.mono_ms >= watch.mono_ms)
    }

    fn end_watch(&mut self) -> Effects {
        self.watch = None;
        self.let_go_of_refunds();
        Effects { record: Some("watch_ended"), ..Effects::default() }
    }

    /// No clock ends the watch by itself: it may be wrong. The gateway has to say once more that nothing came in.
    fn is_last_word(&self, found: &Result<Status, CallFailure>, now: Now) -> bool {
        let says_unpaid = match found {
            Ok(status) => matches!(status, Status::Closed | Status::Cancelled | Status::Refunded),
            Err(CallFailure::Rejected { code, .. }) => verdict(code) == Verdict::NotKnown,
            Err(_) => false,
        };
        says_unpaid && self.is_day_over(now)
    }

    /// Paid for goods that were given back: the customer is to get it back, and it is asked whether that was done.
    pub(super) fn owe_refund(&mut self, now: Now) {
        let due_fen = self.kept_fen();
        let is_owed = self.given_back && !self.settled_elsewhere;
        self.refund_due_fen = due_fen.filter(|due_fen| is_owed && due_fen.is_positive());
        self.watch = None;
        if self.refund_due_fen.is_some() {
            self.watch_for_money_back(now);
        }
    }

    /// How much goes back is told only once it has gone.
    pub(super) fn watch_for_money_back(&mut self, now: Now) {
        self.watch = Some(Deadline::after(now, LATE_WATCH_MS));
        self.later(Call::Check, now);
    }

    pub(super) fn got_while_watching(
        &mut self,
        result: Result<OrderReply, CallFailure>,
        now: Now,
    ) -> Effects {
        let Some(order) = result.ok().filter(|order| self.is_ours(order)) else {
            return self.later(Call::Check, now);
        };
        let (before_fen, was_in_doubt) = (self.noted_fen(), self.is_refund_unconfirmed());
        if order.status == Status::Cancelled {
            self.note_reversed();
        } else if self.is_dropped_refund_in(&order) {
            self.note_refund_listed(&order);
        } else if order.status.is_refund() && order.status != Status::Refunding {
            self.note_refunded_elsewhere(order.refunded_fen);
        }
        let is_found = was_in_doubt && !self.is_refund_unconfirmed();
        if self.noted_fen() <= before_fen && !is_found {
            return self.watch_on(now);
        }
        let watch = self.watch;
        self.owe_refund(now);
        if self.watch.is_none() && (self.is_refund_unconfirmed() || self.held_fen().is_positive()) {
            self.watch = watch;
            self.later(Call::Check, now);
        }
        Effects { record: Some("refund_seen"), ..Effects::default() }
    }

    fn is_refund_unconfirmed(&self) -> bool {
        self.refund.as_ref().is_some_and(|refund| refund.progress == RefundProgress::Unconfirmed)
    }

    fn is_dropped_refund_in(&self, order: &OrderReply) -> bool {
        let is_its = |id: &String| self.refund.as_ref().is_some_and(|refund| refund.id.as_str() == id);
        self.is_refund_unconfirmed() && order.refund_ids.iter().any(is_its)
    }

    fn note_refunded_elsewhere(&mut self, refunded_fen: Fen) {
        if let Some(payment) = self.payment.as_mut().filter(|paid| paid.refunded_fen < refunded_fen) {
            payment.refunded_fen = refunded_fen;
            payment.refunded_elsewhere = true;
        }
    }

    pub(super) fn settle_refund(&mut self) -> Effects {
        self.refund_due_fen = None;
        self.settled_elsewhere = true;
        self.watch = None;
        self.run.in_flight = None;
        Effects { record: Some("refund_settled"), ..Effects::default() }
    }

    /// Nothing becomes final by it: only the goods are given up, and the pace is that of a sale long ended.
    pub(super) fn write_off(&mut self, now: Now) -> Effects {
        self.written_off = true;
        self.given_back = true;
        if self.run.in_flight.is_none() {
            self.later(Call::Check, now);
        }
        Effects { record: Some("written_off"), ..Effects::default() }
    }
}
