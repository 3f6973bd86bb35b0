//! One sale's life from order to outcome: a state machine that does no IO.
//!
//! [`Sale::handle`] takes what happened and the time, and says what to make durable and what to ask the gateway.
//! Whoever drives it must make the record durable before it performs the call, must answer every call exactly once
//! (a call without an answer is answered with a [`CallFailure`]), and must hand in [`Event::Tick`] at
//! [`Sale::wake_ms`] or later.

mod answer;
mod asking;
mod cash;
mod code;
mod diagram;
mod ending;
mod event;
mod held;
mod outcome;
mod paying;
mod rebuilding;
mod refund;
mod refunding;
mod state;
mod timing;
mod watching;
mod way;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use answer::{
    Answer, Call, CallFailure, Channel, CheckReply, OrderReply, PayReply, RefundReply, ScanReply, Status,
};
pub use diagram::diagram;
pub use event::{Defect, Effects, Event, NotNow, Sending};
pub use outcome::{Payment, Reason, Trade};
pub use refund::{Refund, RefundProgress, RefundRefusal};
pub use state::State;
pub use timing::{Deadline, LATE_WATCH_MS, Now, Timing};
pub use way::Way;

use crate::{Fen, OrderId};

/// One sale. Its serialized form is what is made durable; see [`Event::Resume`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    order_id: OrderId,
    app_id: String,
    total_fen: Fen,
    #[serde(default)]
    way: Way,
    state: State,
    reason: Option<Reason>,
    attempts: u32,
    trade: Option<Trade>,
    deadline: Option<Deadline>,
    payment: Option<Payment>,
    /// The QR is off for good: the cashier, the clock or a contradiction ended the payment.
    ending: bool,
    /// A check found the order unpaid while its link was missing, and the body was sent again for the link.
    asked_again_for_link: bool,
    /// `/pay/cancel` may have been sent: a refund seen from now on is its doing.
    cancel_sent: bool,
    /// The goods were given back or given up: a payment that comes in now is for nothing.
    given_back: bool,
    /// A supervisor gave up an order that the gateway does not know. It is asked about all the same.
    written_off: bool,
    /// Until when a sale that has ended is still asked about, in case money comes in or goes back after all.
    watch: Option<Deadline>,
    /// What came in for goods given back, as long as nobody has given it back.
    refund_due_fen: Option<Fen>,
    /// A person says that what was due has been given back, outside this till.
    #[serde(default)]
    settled_elsewhere: bool,
    /// It was missing here, and was recorded from the gateway's list.
    #[serde(default)]
    rebuilt: bool,
    /// The newest refund asked for by this till.
    refund: Option<Refund>,
    #[serde(skip)]
    run: Run,
}

/// What is known only while the program runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Run {
    timing: Timing,
    in_flight: Option<Sending>,
    last_number: u32,
    next_call_ms: u64,
    /// The call that [`Run::next_call_ms`] is about.
    next_call: Option<Call>,
    entered_ms: u64,
    polling_since_ms: u64,
    busy_count: u32,
    /// An attempt may have reached the gateway.
    maybe_sent: bool,
    /// The gateway has been asked since the program started.
    asked: bool,
    /// Nothing is done before this: what was tried last could not be made durable.
    retry_ms: u64,
    /// What an answer said could not be kept, and no answer has come since: it is asked about soon, whatever the pace.
    is_behind: bool,
    /// Added to the next pause, so that many tills do not ask in step.
    jitter_ms: u64,
    declined: bool,
    offline: bool,
    /// The newest status said that money came in.
    seen_paid: bool,
    /// How often, and how, the gateway has refused to close the order since closing began.
    close_refusals: u32,
    close_refused: Option<Reason>,
    /// How often closing was begun again without the cashier.
    close_rounds: u32,
    /// What was done about the sale since is not known here.
    is_outdated: bool,
}

impl Sale {
    /// A sale whose order is fixed and of which nothing was sent.
    #[must_use]
    pub fn ready(order_id: OrderId, app_id: String, total_fen: Fen, timing: Timing) -> Self {
        Self {
            order_id,
            app_id,
            total_fen,
            way: Way::Qr,
            state: State::Ready,
            reason: None,
            attempts: 0,
            trade: None,
            deadline: None,
            payment: None,
            ending: false,
            asked_again_for_link: false,
            cancel_sent: false,
            given_back: false,
            written_off: false,
            watch: None,
            refund_due_fen: None,
            settled_elsewhere: false,
            rebuilt: false,
            refund: None,
            run: Run { timing, asked: true, ..Run::default() },
        }
    }

    /// Sets the pace of a sale that was read back; [`Event::Resume`] is its first event.
    #[must_use]
    pub fn with_timing(mut self, timing: Timing) -> Self {
        self.run = Run { timing, ..Run::default() };
        self
    }

    #[must_use]
    pub fn order_id(&self) -> &OrderId {
        &self.order_id
    }

    #[must_use]
    pub fn total_fen(&self) -> Fen {
        self.total_fen
    }

    #[must_use]
    pub fn way(&self) -> Way {
        self.way
    }

    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// How often the order's body was handed to the network.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    #[must_use]
    pub fn trade(&self) -> Option<&Trade> {
        self.trade.as_ref()
    }

    #[must_use]
    pub fn payment(&self) -> Option<&Payment> {
        self.payment.as_ref()
    }

    /// The customer's last attempt to pay failed.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        self.run.declined
    }

    /// The last call did not reach the gateway.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.run.offline
    }

    /// The link to show as a QR, while it may be paid. After a restart only once the gateway has been asked, and so where
    /// what it said could not be kept: that may have been that it is paid.
    #[must_use]
    pub fn shown_link(&self, now: Now) -> Option<&str> {
        let may_pay =
            self.state == State::Awaiting && self.is_known_unpaid() && !self.deadline_has_passed(now);
        self.trade.as_ref().filter(|_| may_pay).and_then(|trade| trade.pay_url.as_deref())
    }

    pub(super) fn is_known_unpaid(&self) -> bool {
        self.run.asked && !self.run.is_behind
    }

    /// Time left to pay, in milliseconds.
    #[must_use]
    pub fn remaining_ms(&self, now: Now) -> Option<u64> {
        let counts = matches!(self.state, State::Submitting | State::Awaiting);
        self.deadline.filter(|_| counts).map(|deadline| deadline.remaining_ms(now))
    }

    #[must_use]
    pub fn can_cancel_payment(&self) -> bool {
        matches!(self.state, State::Submitting | State::Awaiting) && !self.ending
    }

    #[must_use]
    pub fn can_reverse(&self) -> bool {
        let is_doubtful = matches!(self.state, State::Closing | State::Unresolved) && !self.written_off;
        // A payment of another amount is known to be paid: reversing is not the way to give it back.
        is_doubtful && self.reason != Some(Reason::AmountDiffers)
    }

    #[must_use]
    pub fn can_ask(&self) -> bool {
        self.is_asking() && self.state != State::Ready
    }

    /// Takes what happened and says what to do. An answer to a call that nobody waits for any more changes nothing.
    pub fn handle(&mut self, event: Event, now: Now) -> Result<Effects, NotNow> {
        self.or_as_before(|sale| sale.take(event, now))
    }

    fn take(&mut self, event: Event, now: Now) -> Result<Effects, NotNow> {
        match event {
            Event::Submit => self.submit(now),
            Event::Answered { number, answer } => Ok(self.answered(number, answer, now)),
            Event::Tick => Ok(self.tick(now)),
            Event::AskNow if self.can_ask() => Ok(self.ask_now(now)),
            Event::CancelPayment if self.can_cancel_payment() => Ok(self.cancel_payment(now)),
            Event::Reverse if self.can_reverse() => Ok(self.begin_cancelling(now)),
            Event::WriteOff if self.can_write_off() => Ok(self.write_off(now)),
            Event::RefundSettled if self.can_settle_refund() => Ok(self.settle_refund()),
            Event::Refund { id, amount_fen } if self.can_refund(amount_fen) => {
                Ok(self.refund_paid(id, amount_fen, now))
            }
            Event::DropRefund if self.can_drop_refund() => Ok(self.drop_refund(now)),
            Event::Compare if self.can_compare() => Ok(self.compare(now)),
            Event::Resume => Ok(self.resume(now)),
            _ => Err(NotNow(self.state)),
        }
    }

    fn answered(&mut self, number: u32, answer: Answer, now: Now) -> Effects {
        if !self.waits_for(number) {
            return Effects::default();
        }
        self.run.in_flight = None;
        self.note_link(&answer);
        match (self.state, answer) {
            (State::Submitting, Answer::Scan(result)) => self.scan_answered(result, now),
            (State::Submitting, Answer::Pay(result)) => self.pay_answered(result, now),
            (State::Submitting, Answer::Check(result)) => {
                self.found_while_submitting(self.known(result), now)
            }
            (State::Awaiting, Answer::Check(result)) => self.checked_while_awaiting(self.known(result), now),
            (State::Verifying, Answer::Get(result)) => self.got_while_verifying(result, now),
            (State::Closing, Answer::Close(result)) => self.close_answered(result, now),
            (State::Closing, Answer::Check(result)) => self.checked_while_closing(self.known(result), now),
            (State::Cancelling, Answer::Cancel(_)) => self.cancel_answered(now),
            (State::Cancelling, Answer::Check(result)) => {
                self.checked_while_cancelling(self.known(result), now)
            }
            (State::Unresolved, Answer::Check(result)) => {
                self.checked_while_unresolved(self.known(result), now)
            }
            (State::Closed | State::Cancelled | State::Paid | State::Refunded, Answer::Check(result)) => {
                self.checked_while_watching(self.known(result), now)
            }
            (State::Paid | State::Refunded, Answer::Get(result)) => self.got_while_watching(result, now),
            (State::Refunding, Answer::Get(result)) => self.got_while_refunding(result, now),
            (State::Refunding, Answer::Refund(result)) => self.refund_answered(result, now),
            (State::Verifying | State::Refunding, _) => self.later(Call::Get, now),
            _ => self.later(Call::Check, now),
        }
    }

    /// A status of another order is no answer at all.
    fn known(&self, result: Result<CheckReply, CallFailure>) -> Result<Status, CallFailure> {
        match result {
            Ok(reply) if reply.order_id == self.order_id.as_str() => Ok(reply.status),
            Ok(_) => Err(CallFailure::Unknown),
            Err(failure) => Err(failure),
        }
    }
}
