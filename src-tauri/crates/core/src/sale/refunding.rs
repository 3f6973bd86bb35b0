//! Giving money back: Refunding. One refund at a time, under one id until it is known what became of it.

use serde::{Deserialize, Serialize};

use super::answer::{Verdict, verdict};
use super::{Call, CallFailure, Effects, Now, OrderReply, Payment, RefundReply, Sale, State, Status};
use crate::{Fen, OrderId};

/// A refund asked for by this till.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub id: OrderId,
    pub amount_fen: Fen,
    pub progress: RefundProgress,
}

/// How far a refund has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RefundProgress {
    /// Nothing was sent.
    Begun,
    /// It may have been sent.
    Sent,
    /// The gateway took it; it is not in its list of refunds yet.
    Pending,
    /// The gateway refused it. It can be tried again, under the same id, or dropped.
    Refused { gateway_code: String, message: String },
    /// Its id is in the gateway's list.
    Done,
    /// It was not made and will not be.
    Failed,
}

impl RefundProgress {
    /// The name that is stored.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Sent => "sent",
            Self::Pending => "pending",
            Self::Refused { .. } => "refused",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

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
        let left = self.payment.as_ref().and_then(|paid| paid.real_fen.checked_sub(paid.refunded_fen));
        left.filter(|left| self.state == State::Paid && left.is_positive()).unwrap_or(Fen::ZERO)
    }

    #[must_use]
    pub fn can_refund(&self, amount_fen: Fen) -> bool {
        amount_fen.is_positive() && amount_fen <= self.refundable_fen()
    }

    /// Only what the gateway has refused: anything else may be under way.
    #[must_use]
    pub fn can_drop_refund(&self) -> bool {
        self.state == State::Refunding && matches!(self.progress(), Some(RefundProgress::Refused { .. }))
    }

    pub(super) fn begin_refunding(&mut self, id: OrderId, amount_fen: Fen, now: Now) -> Effects {
        self.refund = Some(Refund { id, amount_fen, progress: RefundProgress::Begun });
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
        if !order.status.is_paid() {
            let was_sent = refund.progress != RefundProgress::Begun;
            return if was_sent { self.later(Call::Get, now) } else { self.refund_failed(now) };
        }
        let left_fen = self.left_fen(&order);
        let was_accepted = refund.progress == RefundProgress::Pending;
        match order.status {
            // Money is on its way, ours or another's: nothing more is sent before that has arrived.
            Status::Refunding => self.later(Call::Get, now),
            Status::RefundFailed if was_accepted => {
                let message = String::new();
                self.set_progress(RefundProgress::Refused { gateway_code: "-2".into(), message });
                self.later(Call::Get, now);
                Effects { record: Some("refund_refused"), ..Effects::default() }
            }
            _ if was_accepted && refund.amount_fen <= left_fen => self.later(Call::Get, now),
            _ if refund.amount_fen > left_fen => self.refund_is_too_much(&order, now),
            _ => match refund.progress {
                RefundProgress::Refused { gateway_code, .. } if gateway_code == EXCEEDS_PAID => {
                    self.refund_failed(now)
                }
                RefundProgress::Refused { .. } => self.later(Call::Get, now),
                _ => self.send_refund(),
            },
        }
    }

    pub(super) fn refund_answered(&mut self, result: Result<RefundReply, CallFailure>, now: Now) -> Effects {
        let is_ours = |reply: &RefundReply, refund: &Refund| {
            reply.refund_id == refund.id.as_str() && reply.order_id == self.order_id.as_str()
        };
        match result {
            Ok(reply) if self.refund.as_ref().is_some_and(|refund| is_ours(&reply, refund)) => {
                self.set_progress(RefundProgress::Pending);
                self.record_and_send("refund_accepted", Call::Get)
            }
            Err(CallFailure::Rejected { code, message }) if is_refusal(&code) => {
                self.set_progress(RefundProgress::Refused { gateway_code: code, message });
                self.record_and_send("refund_refused", Call::Get)
            }
            _ => self.later(Call::Get, now),
        }
    }

    /// The cashier wants a refused refund tried again; any other is asked about.
    pub(super) fn try_refund_again(&mut self, now: Now) -> Effects {
        if self.run.in_flight.is_some() {
            return Effects::default();
        }
        self.run.polling_since_ms = now.mono_ms;
        if self.can_drop_refund() {
            self.set_progress(RefundProgress::Sent);
            return self.record_and_send("refund_tried_again", Call::Get);
        }
        self.send(Call::Get)
    }

    /// It was not made: the sale is paid as before, and another refund may be asked for.
    pub(super) fn refund_failed(&mut self, now: Now) -> Effects {
        self.set_progress(RefundProgress::Failed);
        self.enter(State::Paid, None, now)
    }

    fn refund_done(&mut self, order: &OrderReply, now: Now) -> Effects {
        self.set_progress(RefundProgress::Done);
        let ours_fen = self.refund.as_ref().map_or(Fen::ZERO, |refund| refund.amount_fen);
        let before_fen = self.payment.as_ref().map_or(Fen::ZERO, |paid| paid.refunded_fen);
        self.note_refunded(order.refunded_fen.max([before_fen, ours_fen].into_iter().sum()));
        self.leave_refunding(order, now)
    }

    /// More than is left: not sent, or refused, or overtaken by somebody else's refund. One that was taken or may have
    /// arrived is part of what is gone, and its entry in the list is waited for.
    fn refund_is_too_much(&mut self, order: &OrderReply, now: Now) -> Effects {
        let may_have_arrived =
            matches!(self.progress(), Some(RefundProgress::Sent | RefundProgress::Pending));
        let all_is_gone = order.status == Status::Refunded && !self.left_fen(order).is_positive();
        if may_have_arrived && !all_is_gone {
            return self.later(Call::Get, now);
        }
        if !may_have_arrived {
            self.set_progress(RefundProgress::Failed);
            if let Some(payment) = &mut self.payment {
                payment.refunded_elsewhere = true;
            }
        }
        self.note_refunded(order.refunded_fen);
        self.leave_refunding(order, now)
    }

    fn leave_refunding(&mut self, order: &OrderReply, now: Now) -> Effects {
        let all_is_back = !self.left_fen(order).is_positive();
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

    /// That a refund may have been sent is durable before it is.
    fn send_refund(&mut self) -> Effects {
        if self.progress() == Some(&RefundProgress::Sent) {
            return self.send(Call::Refund);
        }
        self.set_progress(RefundProgress::Sent);
        self.record_and_send("refund_sent", Call::Refund)
    }

    fn progress(&self) -> Option<&RefundProgress> {
        self.refund.as_ref().map(|refund| &refund.progress)
    }

    fn set_progress(&mut self, progress: RefundProgress) {
        if let Some(refund) = &mut self.refund {
            refund.progress = progress;
        }
    }
}

/// The gateway's code for a refund of more than was paid.
const EXCEEDS_PAID: &str = "2001";

/// Codes that say of this refund that it was not made.
fn is_refusal(code: &str) -> bool {
    code == EXCEEDS_PAID || code == "2002" || verdict(code) == Verdict::NeverAccepted
}
