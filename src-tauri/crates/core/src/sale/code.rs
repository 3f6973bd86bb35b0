//! A sale that the customer's payment code pays. The code is known only in memory and goes out once: whatever becomes of
//! that one sending, it is asked about and never repeated.

use super::answer::{Verdict, verdict};
use super::{Call, CallFailure, Deadline, Effects, Now, PayReply, Reason, Sale, State, Status, Trade, Way};

impl Sale {
    /// The same order, to be paid by the customer's code.
    #[must_use]
    pub fn by_code(mut self) -> Self {
        self.way = Way::PaymentCode;
        self
    }

    /// The customer's phone asks whether to pay. After a restart only once the gateway has been asked.
    #[must_use]
    pub fn awaits_confirmation(&self, now: Now) -> bool {
        let is_waiting =
            self.state == State::Awaiting && self.is_known_unpaid() && !self.deadline_has_passed(now);
        self.is_by_code() && is_waiting
    }

    pub(super) fn is_by_code(&self) -> bool {
        self.way == Way::PaymentCode
    }

    pub(super) fn pay_answered(&mut self, result: Result<PayReply, CallFailure>, now: Now) -> Effects {
        match result {
            Ok(reply) => self.took_code(reply, now),
            // The customer shows a new code to a new order: this one was never sent.
            Err(CallFailure::NotSent) => self.give_up_submitting(now),
            Err(CallFailure::OtherOrder) => self.begin_closing(Reason::AnswerContradicts, now),
            Err(CallFailure::Unknown | CallFailure::Busy) => {
                self.run.maybe_sent = true;
                if self.ending { self.give_up_submitting(now) } else { self.later(Call::Check, now) }
            }
            Err(CallFailure::Rejected { code, message }) => self.pay_rejected(code, message, now),
        }
    }

    fn took_code(&mut self, reply: PayReply, now: Now) -> Effects {
        self.run.maybe_sent = true;
        let ours = reply.order_id == self.order_id.as_str() && reply.total_fen == self.total_fen;
        let payable = reply.payable_fen.is_positive() && reply.payable_fen <= self.total_fen;
        if !ours || !payable {
            return self.begin_closing(Reason::AnswerContradicts, now);
        }
        self.trade = Some(Trade { trade_no: reply.trade_no, pay_url: None, payable_fen: reply.payable_fen });
        self.run.asked = true;
        self.code_came_to(reply.status, now)
    }

    fn pay_rejected(&mut self, code: String, message: String, now: Now) -> Effects {
        match (verdict(&code), code.as_str()) {
            (Verdict::NeverAccepted, _) if !self.run.maybe_sent => {
                self.end(State::Void, Reason::Rejected { gateway_code: code, message }, now)
            }
            (Verdict::AlreadyPaid, _) => self.begin_verifying(now),
            (_, PAYMENT_FAILED) => self.code_refused(code, message, now),
            (_, CUSTOMER_CONFIRMS) => self.code_came_to(Status::Paying, now),
            _ => {
                self.run.maybe_sent = true;
                match (self.ending, self.run.busy_count) {
                    (true, _) => self.give_up_submitting(now),
                    (false, 0) => self.send(Call::Check),
                    (false, _) => self.later(Call::Check, now),
                }
            }
        }
    }

    /// Refused is not yet over: the order may exist, and is closed like any other.
    fn code_refused(&mut self, gateway_code: String, message: String, now: Now) -> Effects {
        self.run.maybe_sent = true;
        self.begin_closing(Reason::CodeRefused { gateway_code, message }, now)
    }

    /// No answer to the sending tells more, and the order stands like this.
    pub(super) fn code_came_to(&mut self, status: Status, now: Now) -> Effects {
        self.run.maybe_sent = true;
        match status {
            status if status.is_paid() => self.begin_verifying(now),
            Status::Failed => self.code_refused(status.code().to_owned(), String::new(), now),
            Status::Closed | Status::Cancelled => self.begin_closing(Reason::ByGateway, now),
            _ if self.ending => self.begin_closing(Reason::ByCashier, now),
            _ => {
                self.deadline = Some(Deadline::after(now, self.timeout_ms()));
                let effects = self.enter(State::Awaiting, None, now);
                self.later(Call::Check, now);
                effects
            }
        }
    }

    /// How long the customer has: to scan the till's code, or to confirm on the phone.
    pub(super) fn timeout_ms(&self) -> u64 {
        if self.is_by_code() { self.run.timing.code_timeout_ms } else { self.run.timing.qr_timeout_ms }
    }
}

/// The code has expired, was used before, or has no money behind it.
const PAYMENT_FAILED: &str = "1001";

/// A password is asked for on the phone.
const CUSTOMER_CONFIRMS: &str = "1002";
