//! Sales that are not to be paid any more, or of which nobody knows: Closing, Cancelling, Unresolved.

use super::answer::{Verdict, verdict};
use super::{Call, CallFailure, Effects, Now, Reason, Sale, State, Status};

/// So often an order that the gateway failed to close is closed again before a person has to ask.
const CLOSE_ROUNDS: u32 = 5;

impl Sale {
    pub(super) fn cancel_payment(&mut self, now: Now) -> Effects {
        self.ending = true;
        match (self.state, self.run.in_flight.map(|sending| sending.call)) {
            // Only the answer tells whether the order exists; closing before it arrives would find nothing to close.
            (State::Submitting, Some(Call::Scan | Call::Pay)) => {
                Effects { record: Some("cancel_asked"), ..Effects::default() }
            }
            (State::Submitting, _) => self.give_up_submitting(now),
            _ => self.begin_closing(Reason::ByCashier, now),
        }
    }

    pub(super) fn begin_closing(&mut self, reason: Reason, now: Now) -> Effects {
        self.ending = true;
        self.run.close_refusals = 0;
        self.run.close_refused = None;
        self.enter_and_send(State::Closing, Some(reason), Call::Close, now)
    }

    pub(super) fn close_answered(&mut self, result: Result<(), CallFailure>, now: Now) -> Effects {
        match result {
            Ok(()) => self.send(Call::Check),
            Err(CallFailure::Rejected { code, message }) => match verdict(&code) {
                Verdict::AlreadyPaid => self.begin_verifying(now),
                Verdict::Busy => self.close_later(Call::Close, Reason::GatewayUnsure, now),
                _ if code == "1004" || code == "1005" => self.send(Call::Check),
                Verdict::NotKnown => self.close_later(Call::Check, Reason::GatewayUnsure, now),
                _ => {
                    let refused = Reason::CloseRefused { gateway_code: code, message };
                    self.run.close_refusals = self.run.close_refusals.saturating_add(1);
                    self.run.close_refused = Some(refused.clone());
                    self.close_later(Call::Check, refused, now)
                }
            },
            Err(
                CallFailure::NotSent | CallFailure::Unknown | CallFailure::Busy | CallFailure::OtherOrder,
            ) => self.close_later(Call::Check, Reason::GatewaySilent, now),
        }
    }

    pub(super) fn checked_while_closing(&mut self, found: Result<Status, CallFailure>, now: Now) -> Effects {
        match found {
            Ok(status) if status.is_paid() => self.begin_verifying(now),
            Ok(Status::Closed) => self.enter(State::Closed, None, now),
            // There is no edge from Closing to Cancelled: what nobody here asked for is looked at once more.
            Ok(Status::Cancelled) => self.begin_unresolved(Reason::ByGateway, now),
            Ok(_) => {
                let refused = self.run.close_refused.clone();
                self.close_later(Call::Close, refused.unwrap_or(Reason::GatewayUnsure), now)
            }
            Err(CallFailure::Rejected { code, .. }) if verdict(&code) == Verdict::AlreadyPaid => {
                self.begin_verifying(now)
            }
            Err(CallFailure::Rejected { .. } | CallFailure::OtherOrder) => {
                self.close_later(Call::Close, Reason::GatewayUnsure, now)
            }
            Err(CallFailure::NotSent | CallFailure::Unknown | CallFailure::Busy) => {
                self.close_later(Call::Close, Reason::GatewaySilent, now)
            }
        }
    }

    fn close_later(&mut self, call: Call, otherwise: Reason, now: Now) -> Effects {
        if self.has_been_here_for(self.run.timing.ending_limit_ms, now) {
            return self.begin_unresolved(otherwise, now);
        }
        self.later(call, now)
    }

    pub(super) fn begin_cancelling(&mut self, now: Now) -> Effects {
        self.ending = true;
        self.enter_and_send(State::Cancelling, Some(Reason::ByCashier), Call::Check, now)
    }

    pub(super) fn cancel_answered(&mut self, now: Now) -> Effects {
        // Whatever it answered: only the status tells what became of the order.
        self.later(Call::Check, now)
    }

    pub(super) fn checked_while_cancelling(
        &mut self,
        found: Result<Status, CallFailure>,
        now: Now,
    ) -> Effects {
        let is_over = self.has_been_here_for(self.run.timing.ending_limit_ms, now);
        match found {
            Ok(Status::Cancelled) => self.enter(State::Cancelled, None, now),
            Ok(Status::Closed) => self.enter(State::Closed, None, now),
            Ok(Status::Refunded) if self.cancel_sent => self.enter(State::Cancelled, None, now),
            Ok(status) if status.is_paid() && !self.cancel_sent => self.begin_verifying(now),
            _ if is_over => self.begin_unresolved(Reason::GatewayUnsure, now),
            // The refund may take its time after the reversal: nothing is certain before a final status.
            Ok(status) if status.is_paid() => self.later(Call::Check, now),
            _ if self.cancel_sent && self.run.offline => self.later(Call::Check, now),
            _ => self.send_cancel(),
        }
    }

    /// That a reversal may have been sent is durable before it is.
    fn send_cancel(&mut self) -> Effects {
        let record = (!self.cancel_sent).then_some("cancel_sent");
        self.cancel_sent = true;
        Effects { record, ..self.send(Call::Cancel) }
    }

    pub(super) fn begin_unresolved(&mut self, reason: Reason, now: Now) -> Effects {
        let effects = self.enter(State::Unresolved, Some(reason), now);
        self.later(Call::Check, now);
        effects
    }

    pub(super) fn checked_while_unresolved(
        &mut self,
        found: Result<Status, CallFailure>,
        now: Now,
    ) -> Effects {
        let close_is_refused = matches!(self.reason, Some(Reason::CloseRefused { .. }));
        // After a reversal "paid" may still become "refunded"; at another amount asking again changes nothing.
        // Either way the cashier settles it by asking.
        let is_the_cashiers = self.cancel_sent || self.reason == Some(Reason::AmountDiffers);
        let is_paid = match &found {
            Ok(status) => status.is_paid(),
            Err(failure) => failure.is_already_paid(),
        };
        match found {
            Ok(Status::Refunded) if self.cancel_sent => self.enter(State::Cancelled, None, now),
            _ if is_paid && is_the_cashiers => self.later(Call::Check, now),
            _ if is_paid => self.begin_verifying(now),
            Ok(Status::Closed) => self.enter(State::Closed, None, now),
            Ok(Status::Cancelled) => self.enter(State::Cancelled, None, now),
            Ok(Status::Paying | Status::Failed) if self.may_be_another_tills(now) => {
                self.later(Call::Check, now)
            }
            Ok(Status::Paying | Status::Failed) if !close_is_refused => {
                let reason = if self.is_rebuilt() { Reason::Rebuilt } else { Reason::GatewaySilent };
                self.begin_closing(reason, now)
            }
            Ok(Status::Paying | Status::Failed) if self.may_close_again(now) => {
                self.run.close_rounds = self.run.close_rounds.saturating_add(1);
                self.begin_closing(Reason::GatewayUnsure, now)
            }
            Err(CallFailure::Rejected { code, .. }) if verdict(&code) == Verdict::NotKnown => {
                self.stay_unresolved(Reason::NotKnown, now)
            }
            Ok(_) if self.reason == Some(Reason::NotKnown) => {
                self.stay_unresolved(Reason::GatewayUnsure, now)
            }
            _ => self.later(Call::Check, now),
        }
    }

    /// A gateway that failed at closing may do it later: it is asked ever more rarely, and not for ever.
    fn may_close_again(&self, now: Now) -> bool {
        let Some(Reason::CloseRefused { gateway_code, .. }) = &self.reason else { return false };
        let rounds = self.run.close_rounds;
        let pause_ms = self.run.timing.unresolved_poll_ms.saturating_mul(1 << rounds.min(CLOSE_ROUNDS));
        let may_be_done_later = verdict(gateway_code) == Verdict::Unclear;
        may_be_done_later && rounds < CLOSE_ROUNDS && self.has_been_here_for(pause_ms, now)
    }

    /// Keeps why nothing is known: it decides what the cashier may do.
    fn stay_unresolved(&mut self, reason: Reason, now: Now) -> Effects {
        self.later(Call::Check, now);
        let is_known_paid = self.reason == Some(Reason::AmountDiffers);
        if is_known_paid || self.reason.as_ref() == Some(&reason) {
            return Effects::default();
        }
        self.reason = Some(reason);
        Effects { record: Some("reason_changed"), ..Effects::default() }
    }
}
