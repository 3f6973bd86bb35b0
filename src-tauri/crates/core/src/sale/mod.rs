//! One sale's life from order to outcome: a state machine that does no IO.
//!
//! [`Sale::handle`] takes what happened and the time, and says what to make durable and what to ask the gateway.
//! Whoever drives it must make the record durable before it performs the call, must answer every call exactly once
//! (a call without an answer is answered with a [`CallFailure`]), and must hand in [`Event::Tick`] at
//! [`Sale::wake_ms`] or later.

mod answer;
mod ending;
mod event;
mod outcome;
mod paying;
mod state;
mod timing;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use answer::{Answer, Call, CallFailure, Channel, CheckReply, OrderReply, ScanReply, Status};
pub use event::{Effects, Event, NotNow, Sending};
pub use outcome::{Payment, Reason, Trade};
pub use state::State;
pub use timing::{Deadline, Now, Timing};

use crate::{Fen, OrderId};

/// One sale. Its serialized form is what is made durable; see [`Event::Resume`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    order_id: OrderId,
    app_id: String,
    total_fen: Fen,
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
    /// Added to the next pause, so that many tills do not ask in step.
    jitter_ms: u64,
    declined: bool,
    offline: bool,
    /// The newest status said that money came in.
    seen_paid: bool,
}

impl Sale {
    /// A sale whose order is fixed and of which nothing was sent.
    #[must_use]
    pub fn ready(order_id: OrderId, app_id: String, total_fen: Fen, timing: Timing) -> Self {
        Self {
            order_id,
            app_id,
            total_fen,
            state: State::Ready,
            reason: None,
            attempts: 0,
            trade: None,
            deadline: None,
            payment: None,
            ending: false,
            asked_again_for_link: false,
            cancel_sent: false,
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

    /// The link to show as a QR, while it may be paid. After a restart only once the gateway has been asked.
    #[must_use]
    pub fn shown_link(&self, now: Now) -> Option<&str> {
        let may_pay = self.state == State::Awaiting && self.run.asked && !self.deadline_has_passed(now);
        self.trade.as_ref().filter(|_| may_pay).map(|trade| trade.pay_url.as_str())
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
        let is_doubtful = matches!(self.state, State::Closing | State::Unresolved);
        // A payment of another amount is known to be paid: reversing is not the way to give it back.
        is_doubtful && self.reason != Some(Reason::AmountDiffers)
    }

    #[must_use]
    pub fn can_ask(&self) -> bool {
        !self.state.is_final() && self.state != State::Ready
    }

    /// When to hand in a [`Event::Tick`], on the monotonic clock. `None`: only an answer can move it.
    #[must_use]
    pub fn wake_ms(&self) -> Option<u64> {
        if self.state.is_final() {
            return None;
        }
        let call_ms = self.run.in_flight.is_none().then_some(self.run.next_call_ms);
        let ends_by_clock = self.state == State::Awaiting && self.run.asked;
        let deadline_ms = self.deadline.filter(|_| ends_by_clock).map(|deadline| deadline.mono_ms);
        [call_ms, deadline_ms].into_iter().flatten().min().map(|wake_ms| wake_ms.max(self.run.retry_ms))
    }

    /// Takes what happened and says what to do. An answer to a call that nobody waits for any more changes nothing.
    pub fn handle(&mut self, event: Event, now: Now) -> Result<Effects, NotNow> {
        match event {
            Event::Submit => self.submit(now),
            Event::Answered { number, answer } => Ok(self.answered(number, answer, now)),
            Event::Tick => Ok(self.tick(now)),
            Event::AskNow if self.can_ask() => Ok(self.ask_now(now)),
            Event::CancelPayment if self.can_cancel_payment() => Ok(self.cancel_payment(now)),
            Event::Reverse if self.can_reverse() => Ok(self.begin_cancelling(now)),
            Event::Resume => Ok(self.resume(now)),
            Event::AskNow | Event::CancelPayment | Event::Reverse => Err(NotNow(self.state)),
        }
    }

    /// Adds this much to pauses from now on.
    pub fn set_jitter_ms(&mut self, jitter_ms: u64) {
        self.run.jitter_ms = jitter_ms;
    }

    /// Takes back what could not be made durable: the gateway still knows it, and is asked again after a pause.
    pub fn forget_call(&mut self, now: Now) {
        self.run.in_flight = None;
        self.run.maybe_sent = true;
        let call = if self.state == State::Verifying { Call::Get } else { Call::Check };
        self.later(call, now);
        self.run.retry_ms = self.run.next_call_ms;
    }

    fn answered(&mut self, number: u32, answer: Answer, now: Now) -> Effects {
        if self.run.in_flight.is_none_or(|sending| sending.number != number) || self.state.is_final() {
            return Effects::default();
        }
        self.run.in_flight = None;
        self.note_link(&answer);
        match (self.state, answer) {
            (State::Submitting, Answer::Scan(result)) => self.scan_answered(result, now),
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
            (State::Verifying, _) => self.later(Call::Get, now),
            _ => self.later(Call::Check, now),
        }
    }

    /// Keeps what the answer says about the line: offline, busy, asked.
    fn note_link(&mut self, answer: &Answer) {
        let failure = match answer {
            Answer::Scan(Err(failure))
            | Answer::Check(Err(failure))
            | Answer::Get(Err(failure))
            | Answer::Close(Err(failure))
            | Answer::Cancel(Err(failure)) => Some(failure),
            _ => None,
        };
        if let Answer::Check(Ok(reply)) = answer {
            self.run.seen_paid = reply.order_id == self.order_id.as_str() && reply.status.is_paid();
        }
        self.run.offline = matches!(failure, Some(CallFailure::NotSent | CallFailure::Unknown));
        let busy = matches!(failure, Some(CallFailure::Rejected { code, .. })
            if answer::verdict(code) == answer::Verdict::Busy);
        self.run.busy_count = if busy { self.run.busy_count.saturating_add(1) } else { 0 };
    }

    /// A status of another order is no answer at all.
    fn known(&self, result: Result<CheckReply, CallFailure>) -> Result<Status, CallFailure> {
        match result {
            Ok(reply) if reply.order_id == self.order_id.as_str() => Ok(reply.status),
            Ok(_) => Err(CallFailure::Unknown),
            Err(failure) => Err(failure),
        }
    }

    fn tick(&mut self, now: Now) -> Effects {
        // After a restart the gateway is asked before anything is closed.
        let is_asking_first = !self.run.asked && self.run.in_flight.is_some();
        if now.mono_ms < self.run.retry_ms {
            return Effects::default();
        }
        if self.state == State::Awaiting && self.deadline_has_passed(now) && !is_asking_first {
            return self.begin_closing(Reason::Expired, now);
        }
        if self.state.is_final() || self.run.in_flight.is_some() || now.mono_ms < self.run.next_call_ms {
            return Effects::default();
        }
        if self.state == State::Submitting && (self.ending || self.deadline_has_passed(now)) {
            return self.give_up_submitting(now);
        }
        match self.run.next_call.unwrap_or(Call::Check) {
            Call::Scan => self.send_again(now),
            call => self.send(call),
        }
    }

    fn ask_now(&mut self, now: Now) -> Effects {
        self.run.next_call_ms = now.mono_ms;
        self.run.retry_ms = 0;
        self.run.busy_count = 0;
        match (self.state, &self.reason) {
            // The cashier settles what a reversal left open: as it stands at the gateway.
            (State::Unresolved, _) if self.cancel_sent && self.run.seen_paid => self.begin_verifying(now),
            (State::Unresolved, Some(Reason::CloseRefused { .. })) => {
                self.begin_closing(Reason::ByCashier, now)
            }
            (State::Unresolved, Some(Reason::AmountDiffers)) => self.begin_verifying(now),
            _ => self.tick(now),
        }
    }

    fn resume(&mut self, now: Now) -> Effects {
        let timeout_ms = self.run.timing.qr_timeout_ms;
        self.deadline = self.deadline.map(|deadline| deadline.resumed(now, timeout_ms));
        self.run.entered_ms = now.mono_ms;
        self.run.polling_since_ms = now.mono_ms;
        self.run.maybe_sent = true;
        match self.state {
            State::Ready => self.end(State::Void, Reason::NeverSent, now),
            State::Verifying => self.send(Call::Get),
            State::Closing => self.send(Call::Close),
            State::Submitting | State::Awaiting | State::Cancelling | State::Unresolved => {
                self.send(Call::Check)
            }
            State::Paid | State::Closed | State::Cancelled | State::Void => Effects::default(),
        }
    }

    fn deadline_has_passed(&self, now: Now) -> bool {
        self.deadline.is_some_and(|deadline| deadline.has_passed(now))
    }

    /// Moves along an edge. A move that is not an edge is a defect: it is refused, and the sale is asked about again.
    fn enter(&mut self, next: State, reason: Option<Reason>, now: Now) -> Effects {
        let is_edge = self.state.next().contains(&next);
        debug_assert!(is_edge, "{:?} -> {next:?}", self.state);
        if !is_edge {
            return self.later(Call::Check, now);
        }
        self.state = next;
        self.reason = reason.or_else(|| self.reason.take());
        self.run.entered_ms = now.mono_ms;
        self.run.polling_since_ms = now.mono_ms;
        Effects { record: Some(next.code()), send: None }
    }

    fn end(&mut self, next: State, reason: Reason, now: Now) -> Effects {
        self.enter(next, Some(reason), now)
    }

    /// Enters a state and asks at once. An older call's answer is not waited for.
    fn enter_and_send(&mut self, next: State, reason: Option<Reason>, call: Call, now: Now) -> Effects {
        let entered = self.enter(next, reason, now);
        Effects { record: entered.record, send: self.send(call).send }
    }

    fn send(&mut self, call: Call) -> Effects {
        self.run.last_number = self.run.last_number.wrapping_add(1);
        let sending = Sending { call, number: self.run.last_number };
        self.run.in_flight = Some(sending);
        self.run.next_call = None;
        Effects { record: None, send: Some(sending) }
    }

    fn later(&mut self, call: Call, now: Now) -> Effects {
        let since_ms = now.mono_ms.saturating_sub(self.run.polling_since_ms);
        let pause_ms = match self.state {
            State::Unresolved => self.run.timing.unresolved_poll_ms,
            _ => self.run.timing.poll_pause_ms(since_ms, self.run.busy_count),
        };
        self.run.next_call = Some(call);
        self.run.next_call_ms = now.mono_ms.saturating_add(pause_ms).saturating_add(self.run.jitter_ms);
        Effects::default()
    }

    fn has_been_here_for(&self, limit_ms: u64, now: Now) -> bool {
        now.mono_ms.saturating_sub(self.run.entered_ms) >= limit_ms
    }
}
