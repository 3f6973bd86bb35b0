//! Giving money back: Refunding. One refund at a time, under one id until it is known what became of it.

use super::answer::{Verdict, verdict};
use super::refund::is_refusal;
use super::{
    Call, CallFailure, Deadline, Effects, LATE_WATCH_MS, Now, OrderReply, Payment, Refund, RefundProgress,
    RefundRefusal, RefundReply, Sale, State, Status, Way,
};
use crate::{Fen, OrderId};

impl Sale {
    #[must_use]
    pub fn refund(&self) -> Option<&Refund> {
        self.refund.as_ref()
    }

    /// What went back to the customer, if anything did.
    #[must_use]
    pub fn refunded_fen(&self) -> Option<Fen> {
        let went_back = |paid: &&Payment| paid.refunded_elsewhere || paid.refunded_fen.is_positive();
        self.payment.as_ref().filter(went_back).map(|paid| paid.refunded_fen)
    }

    /// What was paid and has not gone back, as far as this till knows. The gateway is asked before anything is sent.
    #[must_use]
    pub fn refundable_fen(&self) -> Fen {
        let left = self.kept_fen().and_then(|kept_fen| kept_fen.checked_sub(self.held_fen()));
        let may_refund = self.state == State::Paid && !self.settled_elsewhere;
        left.filter(|left| may_refund && left.is_positive()).unwrap_or(Fen::ZERO)
    }

    #[must_use]
    pub fn can_refund(&self, amount_fen: Fen) -> bool {
        amount_fen.is_positive() && amount_fen <= self.refundable_fen()
    }

    /// Only what the gateway refuses: anything else may be under way.
    #[must_use]
    pub fn can_drop_refund(&self) -> bool {
        self.state == State::Refunding && matches!(self.progress(), Some(RefundProgress::Refused(_)))
    }

    pub(super) fn refund_paid(&mut self, id: OrderId, amount_fen: Fen, now: Now) -> Effects {
        match self.way {
            Way::Cash => self.refund_cash(id, amount_fen, now),
            Way::Qr | Way::PaymentCode => self.begin_refunding(id, amount_fen, now),
        }
    }

    fn begin_refunding(&mut self, id: OrderId, amount_fen: Fen, now: Now) -> Effects {
        let held_fen = self.held_fen();
        self.run.is_outdated = false;
        self.refund = Some(Refund {
            id,
            amount_fen,
            progress: RefundProgress::Begun,
            unanswered: false,
            refusals: 0,
            before_fen: self.noted_fen(),
            listed_by: None,
            held_fen,
        });
        self.watch = self.watch.filter(|_| self.refund_due_fen.is_some() || held_fen.is_positive());
        self.enter_and_send(State::Refunding, None, Call::Get, now)
    }

    pub(super) fn got_while_refunding(
        &mut self,
        result: Result<OrderReply, CallFailure>,
        now: Now,
    ) -> Effects {
        let (Ok(order), Some(refund)) = (result, self.refund.clone()) else {
            return self.later(Call::Get, now);
        };
        if !self.is_ours(&order) {
            return self.later(Call::Get, now);
        }
        if order.refund_ids.iter().any(|id| id == refund.id.as_str()) {
            return self.refund_done(&order, now);
        }
        if order.status == Status::Cancelled {
            return self.reversed_elsewhere(now);
        }
        if !order.status.is_paid() {
            let refusal = RefundRefusal::by_status(order.status);
            let was_sent = refund.progress != RefundProgress::Begun;
            return if was_sent { self.not_listed(refusal, now) } else { self.refund_failed(refusal, now) };
        }
        let is_too_much = refund.amount_fen > self.left_fen(&order);
        match (order.status, refund.progress) {
            // Money is on its way, ours or another's: nothing more is sent before that has arrived.
            (Status::Refunding, _) => self.later(Call::Get, now),
            (Status::RefundFailed, RefundProgress::Pending) => {
                self.later(Call::Get, now);
                let effects = self.refused(RefundRefusal::by_status(order.status));
                // It is the order's status, and it was taken: it may be listed after all.
                self.doubt_refund();
                effects
            }
            _ if is_too_much => self.refund_is_too_much(&order, now),
            (status, RefundProgress::Pending) => self.not_listed(RefundRefusal::by_status(status), now),
            (_, RefundProgress::Refused(refusal)) if refusal.exceeds_paid() && !refund.unanswered => {
                self.refund_failed(refusal, now)
            }
            (_, RefundProgress::Refused(_)) => self.later(Call::Get, now),
            // That could not be kept before.
            _ if self.run.is_outdated => self.leave_refund_to_somebody(),
            _ => self.send_refund(),
        }
    }

    pub(super) fn refund_answered(&mut self, result: Result<RefundReply, CallFailure>, now: Now) -> Effects {
        let is_ours = |reply: &RefundReply, refund: &Refund| {
            reply.refund_id == refund.id.as_str() && reply.order_id == self.order_id.as_str()
        };
        match result {
            Ok(reply) if self.refund.as_ref().is_some_and(|refund| is_ours(&reply, refund)) => {
                self.set_progress(RefundProgress::Pending);
                if let Some(refund) = &mut self.refund {
                    refund.listed_by = Some(Deadline::after(now, LATE_WATCH_MS));
                }
                self.record_and_send("refund_accepted", Call::Get)
            }
            Err(CallFailure::Rejected { code, message }) => self.refund_rejected(code, message, now),
            Err(CallFailure::NotSent) => self.later(Call::Get, now),
            _ => {
                self.doubt_refund();
                self.later(Call::Get, now)
            }
        }
    }

    /// Only a documented refusal of a refund that cannot have arrived before says that it was not made. After any other
    /// the list of refunds decides, and the same refund is sent again a few times.
    fn refund_rejected(&mut self, code: String, message: String, now: Now) -> Effects {
        let was_unanswered = self.refund.as_ref().is_some_and(|refund| refund.unanswered);
        let is_documented = is_refusal(&code);
        if !is_documented && verdict(&code) != Verdict::Busy {
            self.doubt_refund();
        }
        let is_certain = is_documented && !was_unanswered;
        if !self.count_refusal() && !is_certain {
            return self.later(Call::Get, now);
        }
        let effects = self.refused(RefundRefusal { gateway_code: code, message });
        Effects { send: self.send(Call::Get).send, ..effects }
    }

    /// It is only looked for from now on, and not sent again before the cashier says so.
    pub(super) fn leave_refund_to_somebody(&mut self) -> Effects {
        if !matches!(self.progress(), Some(RefundProgress::Begun | RefundProgress::Sent)) {
            return self.send(Call::Get);
        }
        self.run.is_outdated = false;
        self.doubt_refund();
        self.set_progress(RefundProgress::Refused(RefundRefusal::outdated()));
        self.record_and_send("refund_distrusted", Call::Get)
    }

    /// The cashier wants a refused refund tried again; any other is asked about.
    pub(super) fn try_refund_again(&mut self, now: Now) -> Effects {
        if self.run.in_flight.is_some() {
            return Effects::default();
        }
        self.run.polling_since_ms = now.mono_ms;
        if let Some(refund) = &mut self.refund {
            refund.refusals = 0;
        }
        if self.can_drop_refund() {
            let may_be_made = self.may_have_been_made();
            self.set_progress(if may_be_made { RefundProgress::Sent } else { RefundProgress::Begun });
            return self.record_and_send("refund_tried_again", Call::Get);
        }
        self.send(Call::Get)
    }

    /// Whoever drops a refund that may have been made is told so, and it is looked for once more for a day.
    pub(super) fn drop_refund(&mut self, now: Now) -> Effects {
        let Some(Refund { unanswered, progress: RefundProgress::Refused(refusal), .. }) = self.refund.clone()
        else {
            return Effects::default();
        };
        if !unanswered {
            return self.refund_failed(refusal, now);
        }
        self.set_progress(RefundProgress::Unconfirmed);
        self.hold_this_refund();
        let effects = self.enter(State::Paid, None, now);
        self.look_for_refund(now);
        effects
    }

    /// Its entry in the list, for another day.
    fn look_for_refund(&mut self, now: Now) {
        self.watch = Some(Deadline::after(now, LATE_WATCH_MS));
        self.later(Call::Check, now);
    }

    /// It was not made: the sale is paid as before, and another refund may be asked for.
    fn refund_failed(&mut self, refusal: RefundRefusal, now: Now) -> Effects {
        self.set_progress(RefundProgress::Failed { refusal: Some(refusal) });
        self.enter(State::Paid, None, now)
    }

    fn refund_done(&mut self, order: &OrderReply, now: Now) -> Effects {
        self.note_refund_listed(order);
        self.leave_refunding(now)
    }

    /// Its id is in the gateway's list, whose sum may lag behind.
    pub(super) fn note_refund_listed(&mut self, order: &OrderReply) {
        self.let_go_of_this_refund();
        self.set_progress(RefundProgress::Done);
        let Some(refund) = &self.refund else { return };
        let with_ours_fen = [refund.before_fen, refund.amount_fen].into_iter().sum();
        self.note_refunded(order.refunded_fen.max(with_ours_fen));
    }

    /// More than is left: not sent, or refused, or overtaken by somebody else's refund. One that was taken or may have
    /// arrived is part of what is gone, and its entry in the list is waited for.
    fn refund_is_too_much(&mut self, order: &OrderReply, now: Now) -> Effects {
        let refusal = RefundRefusal::exceeding();
        let all_is_gone = order.status == Status::Refunded && !self.left_fen(order).is_positive();
        match (self.may_have_been_made(), all_is_gone) {
            (true, false) => {
                self.note_refunded(order.refunded_fen);
                return self.not_listed(refusal, now);
            }
            // What its sum counts already, its list may show a little later.
            (true, true) if !self.count_refusal() => return self.later(Call::Get, now),
            (true, true) => {
                self.set_progress(RefundProgress::Unconfirmed);
                self.note_refunded(order.refunded_fen);
                let effects = self.leave_refunding(now);
                self.look_for_refund(now);
                return effects;
            }
            (false, _) => {
                self.set_progress(RefundProgress::Failed { refusal: Some(refusal) });
                if let Some(payment) = &mut self.payment {
                    payment.refunded_elsewhere = true;
                }
            }
        }
        self.note_refunded(order.refunded_fen);
        self.leave_refunding(now)
    }

    /// The whole order was reversed, which gives back all of it, ours or not.
    fn reversed_elsewhere(&mut self, now: Now) -> Effects {
        let refusal = Some(RefundRefusal::by_status(Status::Cancelled));
        let doubtful = self.may_have_been_made();
        self.set_progress(if doubtful {
            RefundProgress::Unconfirmed
        } else {
            RefundProgress::Failed { refusal }
        });
        self.note_reversed();
        self.leave_refunding(now)
    }

    /// It is not sent again now, and its id is not in the list. Looked for in vain a few times, or for a day if it was
    /// taken, it may be dropped: that it failed can be hidden by the status that another refund gave the order.
    fn not_listed(&mut self, refusal: RefundRefusal, now: Now) -> Effects {
        let is_enough = match self.progress() {
            Some(RefundProgress::Sent) => self.count_refusal(),
            Some(RefundProgress::Pending) => self.has_waited_for_the_list(now),
            _ => false,
        };
        self.later(Call::Get, now);
        if !is_enough {
            return Effects::default();
        }
        self.doubt_refund();
        self.refused(refusal)
    }

    fn leave_refunding(&mut self, now: Now) -> Effects {
        let all_is_back = self.kept_fen().is_none_or(|kept_fen| !kept_fen.is_positive());
        let effects = self.enter(if all_is_back { State::Refunded } else { State::Paid }, None, now);
        if self.refund_due_fen.is_some() {
            self.owe_refund(now);
        }
        effects
    }

    /// By what was confirmed when it was paid: an answer may leave an amount out.
    fn left_fen(&self, order: &OrderReply) -> Fen {
        let Some(paid) = &self.payment else { return Fen::ZERO };
        paid.real_fen.checked_sub(order.refunded_fen.max(paid.refunded_fen)).unwrap_or(Fen::ZERO)
    }

    fn note_refunded(&mut self, refunded_fen: Fen) {
        if let Some(payment) = &mut self.payment {
            payment.refunded_fen = payment.refunded_fen.max(refunded_fen);
        }
    }

    pub(super) fn note_reversed(&mut self) {
        if let Some(payment) = &mut self.payment {
            payment.refunded_fen = payment.real_fen;
            payment.refunded_elsewhere = true;
        }
    }

    /// That a refund may have been sent is durable before it is.
    fn send_refund(&mut self) -> Effects {
        if self.progress() == Some(&RefundProgress::Sent) {
            return self.send(Call::Refund);
        }
        self.set_progress(RefundProgress::Sent);
        self.record_and_send("refund_sent", Call::Refund)
    }

    fn refused(&mut self, refusal: RefundRefusal) -> Effects {
        self.set_progress(RefundProgress::Refused(refusal));
        Effects { record: Some("refund_refused"), ..Effects::default() }
    }

    /// A program that ends, or cannot keep an answer, does not know what came to a refund that was sent.
    pub(super) fn lose_refund_answer(&mut self) {
        if self.progress() == Some(&RefundProgress::Sent) {
            self.doubt_refund();
        }
    }

    fn doubt_refund(&mut self) {
        if let Some(refund) = &mut self.refund {
            refund.unanswered = true;
        }
    }

    /// A taken refund may be on its way for hours. No clock drops it: somebody does, after the gateway's last word.
    fn has_waited_for_the_list(&self, now: Now) -> bool {
        let listed_by = self.refund.as_ref().and_then(|refund| refund.listed_by);
        listed_by.is_none_or(|listed_by| now.mono_ms >= listed_by.mono_ms)
    }

    pub(super) fn resume_refund(&mut self, now: Now) {
        if let Some(refund) = &mut self.refund {
            refund.listed_by = refund.listed_by.map(|listed_by| listed_by.resumed(now, LATE_WATCH_MS));
        }
        self.lose_refund_answer();
    }

    pub(super) fn refusals(&self) -> u32 {
        self.refund.as_ref().map_or(0, |refund| refund.refusals)
    }

    /// `true` when it is enough.
    fn count_refusal(&mut self) -> bool {
        let Some(refund) = &mut self.refund else { return false };
        refund.refusals = refund.refusals.saturating_add(1);
        refund.refusals >= MOST_REFUSALS
    }

    fn may_have_been_made(&self) -> bool {
        self.refund.as_ref().is_some_and(|refund| match refund.progress {
            RefundProgress::Sent | RefundProgress::Pending => true,
            RefundProgress::Refused(_) => refund.unanswered,
            _ => false,
        })
    }

    fn progress(&self) -> Option<&RefundProgress> {
        self.refund.as_ref().map(|refund| &refund.progress)
    }

    fn set_progress(&mut self, progress: RefundProgress) {
        if let Some(refund) = &mut self.refund {
            refund.unanswered &= progress != RefundProgress::Pending;
            refund.progress = progress;
        }
    }
}

/// After so many refusals a refund is not sent again without the cashier.
const MOST_REFUSALS: u32 = 5;
