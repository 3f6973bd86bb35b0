//! From the charge key to the confirmed payment: Ready, Submitting, Awaiting, Verifying.

use super::answer::{Verdict, verdict};
use super::{
    Call, CallFailure, Deadline, Effects, NotNow, Now, OrderReply, Payment, Reason, RefundProgress, Sale,
    ScanReply, State, Status, Trade,
};
use crate::Fen;

impl Sale {
    pub(super) fn submit(&mut self, now: Now) -> Result<Effects, NotNow> {
        if self.state != State::Ready {
            return Err(NotNow(self.state));
        }
        self.attempts = 1;
        self.deadline = Some(Deadline::after(now, self.timeout_ms()));
        let call = if self.is_by_code() { Call::Pay } else { Call::Scan };
        Ok(self.enter_and_send(State::Submitting, None, call, now))
    }

    /// Sends the identical body once more; the attempt is made durable first.
    pub(super) fn send_again(&mut self, now: Now) -> Effects {
        if self.state != State::Submitting || self.is_by_code() {
            return self.later(Call::Check, now);
        }
        self.attempts = self.attempts.saturating_add(1);
        self.record_and_send("sent_again", Call::Scan)
    }

    pub(super) fn scan_answered(&mut self, result: Result<ScanReply, CallFailure>, now: Now) -> Effects {
        match result {
            Ok(reply) => self.accepted(reply, now),
            Err(CallFailure::NotSent) if self.ending => self.give_up_submitting(now),
            Err(CallFailure::NotSent) => self.later(Call::Check, now),
            Err(CallFailure::Rejected { code, message }) => self.scan_rejected(code, message, now),
            Err(CallFailure::OtherOrder) => self.begin_closing(Reason::AnswerContradicts, now),
            Err(CallFailure::Unknown | CallFailure::Busy) => {
                self.run.maybe_sent = true;
                if self.ending { self.give_up_submitting(now) } else { self.later(Call::Check, now) }
            }
        }
    }

    fn accepted(&mut self, reply: ScanReply, now: Now) -> Effects {
        self.run.maybe_sent = true;
        let ours = reply.order_id == self.order_id.as_str() && reply.total_fen == self.total_fen;
        let payable = reply.payable_fen.is_positive() && reply.payable_fen <= self.total_fen;
        if !ours || !payable {
            return self.begin_closing(Reason::AnswerContradicts, now);
        }
        let Some(pay_url) = reply.pay_url else {
            return self.begin_closing(Reason::LinkRefused, now);
        };
        self.trade =
            Some(Trade { trade_no: reply.trade_no, pay_url: Some(pay_url), payable_fen: reply.payable_fen });
        if self.ending {
            return self.begin_closing(Reason::ByCashier, now);
        }
        self.deadline = Some(Deadline::after(now, self.run.timing.qr_timeout_ms));
        self.run.asked = true;
        let effects = self.enter(State::Awaiting, None, now);
        self.later(Call::Check, now);
        effects
    }

    fn scan_rejected(&mut self, code: String, message: String, now: Now) -> Effects {
        match verdict(&code) {
            Verdict::NeverAccepted if !self.run.maybe_sent => {
                self.end(State::Void, Reason::Rejected { gateway_code: code, message }, now)
            }
            Verdict::AlreadyPaid => self.begin_verifying(now),
            _ => {
                self.run.maybe_sent = true;
                self.ask_after_unclear_scan(now)
            }
        }
    }

    fn ask_after_unclear_scan(&mut self, now: Now) -> Effects {
        if self.ending {
            return self.give_up_submitting(now);
        }
        // Asked at once only the first time: a gateway that contradicts itself is not to be hammered.
        if self.run.busy_count > 0 || self.attempts > 1 {
            return self.later(Call::Check, now);
        }
        self.send(Call::Check)
    }

    /// The order was asked for, no link has come back, and a check has answered.
    pub(super) fn found_while_submitting(&mut self, found: Result<Status, CallFailure>, now: Now) -> Effects {
        let over = self.ending || self.deadline_has_passed(now);
        match found {
            Ok(status) if status.is_paid() => self.begin_verifying(now),
            Ok(Status::Closed | Status::Cancelled) => self.begin_closing(Reason::ByGateway, now),
            Ok(status @ (Status::Paying | Status::Failed)) if self.is_by_code() && !over => {
                self.code_came_to(status, now)
            }
            Ok(Status::Paying | Status::Failed) => {
                self.run.maybe_sent = true;
                if over {
                    return self.give_up_submitting(now);
                }
                if self.asked_again_for_link {
                    return self.begin_closing(Reason::LinkLost, now);
                }
                self.asked_again_for_link = true;
                self.send_again(now)
            }
            Err(CallFailure::Rejected { code, .. }) => match verdict(&code) {
                Verdict::AlreadyPaid => self.begin_verifying(now),
                Verdict::NotKnown if over => self.give_up_submitting(now),
                Verdict::NotKnown if self.is_by_code() => self.later(Call::Check, now),
                Verdict::NotKnown if self.attempts == 1 => self.send_again(now),
                Verdict::NotKnown => self.later(Call::Scan, now),
                _ => self.later(Call::Check, now),
            },
            Ok(_) | Err(_) if over => self.give_up_submitting(now),
            Ok(_) | Err(_) => self.later(Call::Check, now),
        }
    }

    /// No link will be shown any more: void if nothing can have arrived, else closed.
    pub(super) fn give_up_submitting(&mut self, now: Now) -> Effects {
        if !self.run.maybe_sent {
            return self.end(State::Void, Reason::NeverSent, now);
        }
        let reason = if self.ending { Reason::ByCashier } else { Reason::GatewaySilent };
        self.begin_closing(reason, now)
    }

    pub(super) fn checked_while_awaiting(&mut self, found: Result<Status, CallFailure>, now: Now) -> Effects {
        match &found {
            Ok(status) => {
                self.run.asked = true;
                self.run.declined = *status == Status::Failed;
            }
            // Not known now does not mean that it cannot be paid: the gateway was asked.
            Err(CallFailure::Rejected { .. }) => self.run.asked = true,
            Err(_) => {}
        }
        match found {
            Ok(status) if status.is_paid() => self.begin_verifying(now),
            Ok(Status::Closed) => self.end(State::Closed, Reason::ByGateway, now),
            Ok(Status::Cancelled) => self.end(State::Cancelled, Reason::ByGateway, now),
            // The code is used up: nothing more can come of it.
            Ok(Status::Failed) if self.is_by_code() => self.code_came_to(Status::Failed, now),
            Err(CallFailure::Rejected { code, .. }) if verdict(&code) == Verdict::AlreadyPaid => {
                self.begin_verifying(now)
            }
            _ if self.deadline_has_passed(now) => self.begin_closing(Reason::Expired, now),
            _ => {
                // The pace counts from when polling began, which a check does not restart.
                self.later(Call::Check, now)
            }
        }
    }

    pub(super) fn begin_verifying(&mut self, now: Now) -> Effects {
        self.enter_and_send(State::Verifying, None, Call::Get, now)
    }

    pub(super) fn got_while_verifying(
        &mut self,
        result: Result<OrderReply, CallFailure>,
        now: Now,
    ) -> Effects {
        match result {
            Ok(order) if order.app_id != self.app_id || order.order_id != self.order_id.as_str() => {
                self.verify_later(Reason::GatewayUnsure, now)
            }
            Ok(order) if order.total_fen != self.total_fen || order.claims_more_than_asked() => {
                self.begin_unresolved(Reason::AmountDiffers, now)
            }
            // A reversal gives all of it back: a part was given back by somebody else.
            Ok(order)
                if self.cancel_sent && order.status.is_refund() && order.status != Status::PartlyRefunded =>
            {
                self.begin_unresolved(Reason::GatewayUnsure, now)
            }
            Ok(order) if order.status.is_paid() && order.real_fen.is_positive() => self.paid(order, now),
            // Paid, and the amount is not there yet.
            Ok(order) if order.status.is_paid() => self.verify_later(Reason::GatewayUnsure, now),
            Ok(_)
                if (self.trade.is_some() || self.is_by_code())
                    && !self.ending
                    && !self.deadline_has_passed(now) =>
            {
                let effects = self.enter(State::Awaiting, None, now);
                self.later(Call::Check, now);
                effects
            }
            Ok(_) => self.begin_unresolved(Reason::GatewayUnsure, now),
            Err(CallFailure::Rejected { .. } | CallFailure::OtherOrder) => {
                self.verify_later(Reason::GatewayUnsure, now)
            }
            Err(CallFailure::NotSent | CallFailure::Unknown | CallFailure::Busy) => {
                self.verify_later(Reason::GatewaySilent, now)
            }
        }
    }

    fn verify_later(&mut self, reason: Reason, now: Now) -> Effects {
        if self.has_been_here_for(self.run.timing.verifying_limit_ms, now) {
            return self.begin_unresolved(reason, now);
        }
        self.later(Call::Get, now)
    }

    fn paid(&mut self, order: OrderReply, now: Now) -> Effects {
        self.payment = Some(Payment {
            trade_no: Some(order.trade_no),
            channel: order.channel,
            pay_time: order.pay_time,
            payable_fen: order.payable_fen,
            real_fen: order.real_fen,
            tendered_fen: None,
            refunded_fen: if order.status.is_refund() { order.refunded_fen } else { Fen::ZERO },
            refunded_elsewhere: order.status.is_refund(),
        });
        // The cashier was told that a payment goes back to the customer, and kept the goods.
        self.given_back |= self.cancel_sent;
        let is_on_its_way_back = order.status == Status::Refunding;
        let effects = self.enter(State::Paid, None, now);
        self.owe_refund(now);
        if is_on_its_way_back {
            self.watch_for_money_back(now);
        }
        effects
    }

    /// What is known now is what became of money: that it came in, or went back. A new order or a new refund is not.
    #[must_use]
    pub fn tells_of_money(&self) -> bool {
        match self.state {
            State::Verifying | State::Paid | State::Refunded => true,
            State::Refunding => self.refund().is_some_and(|refund| refund.progress != RefundProgress::Begun),
            State::Unresolved => self.reason == Some(Reason::AmountDiffers),
            _ => false,
        }
    }

    pub(super) fn is_ours(&self, order: &OrderReply) -> bool {
        order.app_id == self.app_id
            && order.order_id == self.order_id.as_str()
            && order.total_fen == self.total_fen
    }
}
