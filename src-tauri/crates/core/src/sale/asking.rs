//! When and what a sale asks: the calls one after another, their pauses, and the edges between.

use super::answer::{self, Verdict};
use super::{
    Answer, Call, CallFailure, Defect, Effects, LATE_WATCH_MS, NotNow, Now, Reason, Sale, Sending, State,
    timing,
};

impl Sale {
    /// The gateway is still asked about this sale: it is open, or it ended and is watched.
    #[must_use]
    pub fn is_asking(&self) -> bool {
        !self.state.is_final() || self.watch.is_some()
    }

    /// When to hand in an [`Event::Tick`](super::Event::Tick), on the monotonic clock. `None`: only an answer can move
    /// it.
    #[must_use]
    pub fn wake_ms(&self) -> Option<u64> {
        if !self.is_asking() {
            return None;
        }
        let call_ms = self.run.in_flight.is_none().then_some(self.run.next_call_ms);
        let ends_by_clock = self.state == State::Awaiting && self.run.asked;
        let deadline_ms = self.deadline.filter(|_| ends_by_clock).map(|deadline| deadline.mono_ms);
        [call_ms, deadline_ms].into_iter().flatten().min().map(|wake_ms| wake_ms.max(self.run.retry_ms))
    }

    /// The answer to the call of this number is not a late one that changes nothing.
    #[must_use]
    pub fn waits_for(&self, number: u32) -> bool {
        self.run.in_flight.is_some_and(|sending| sending.number == number)
    }

    /// Adds this much to pauses from now on.
    pub fn set_jitter_ms(&mut self, jitter_ms: u64) {
        self.run.jitter_ms = jitter_ms;
    }

    /// Takes back what could not be made durable: the gateway still knows it, and is asked again after a pause.
    pub fn forget_call(&mut self, now: Now) {
        self.run.in_flight = None;
        self.run.maybe_sent = true;
        self.lose_refund_answer();
        let fetches = matches!(self.state, State::Verifying | State::Refunding);
        self.run.is_behind = true;
        self.later(if fetches { Call::Get } else { Call::Check }, now);
        self.run.retry_ms = self.run.next_call_ms;
    }

    pub(super) fn tick(&mut self, now: Now) -> Effects {
        // After a restart the gateway is asked before anything is closed.
        let is_asking_first = !self.run.asked && self.run.in_flight.is_some();
        if now.mono_ms < self.run.retry_ms {
            return Effects::default();
        }
        if self.state == State::Awaiting && self.deadline_has_passed(now) && !is_asking_first {
            return self.begin_closing(Reason::Expired, now);
        }
        if !self.is_asking() || self.run.in_flight.is_some() || now.mono_ms < self.run.next_call_ms {
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

    pub(super) fn ask_now(&mut self, now: Now) -> Effects {
        self.run.next_call_ms = now.mono_ms;
        self.run.retry_ms = 0;
        self.run.busy_count = 0;
        self.run.close_rounds = 0;
        match (self.state, &self.reason) {
            // The cashier settles what a reversal left open: as it stands at the gateway.
            (State::Unresolved, _) if self.cancel_sent && self.run.seen_paid => self.begin_verifying(now),
            (State::Unresolved, Some(Reason::CloseRefused { .. })) => {
                self.begin_closing(Reason::ByCashier, now)
            }
            (State::Unresolved, Some(Reason::AmountDiffers)) => self.begin_verifying(now),
            (State::Refunding, _) => self.try_refund_again(now),
            _ => self.tick(now),
        }
    }

    pub(super) fn resume(&mut self, now: Now) -> Effects {
        let timeout_ms = self.timeout_ms();
        self.deadline = self.deadline.map(|deadline| deadline.resumed(now, timeout_ms));
        self.watch = self.watch.map(|watch| watch.resumed(now, LATE_WATCH_MS));
        self.run.entered_ms = now.mono_ms;
        self.run.polling_since_ms = now.mono_ms;
        self.run.maybe_sent = true;
        self.resume_refund(now);
        match self.state {
            State::Ready => self.end(State::Void, Reason::NeverSent, now),
            State::Refunding if self.run.is_outdated => self.leave_refund_to_somebody(),
            State::Verifying | State::Refunding => self.send(Call::Get),
            State::Closing => self.send(Call::Close),
            // One that is watched asks at the next tick, which whoever drives many of them spreads.
            State::Unresolved if self.written_off => Effects::default(),
            State::Submitting | State::Awaiting | State::Cancelling | State::Unresolved => {
                self.send(Call::Check)
            }
            State::Paid | State::Closed | State::Cancelled | State::Void | State::Refunded => {
                Effects::default()
            }
        }
    }

    pub(super) fn deadline_has_passed(&self, now: Now) -> bool {
        self.deadline.is_some_and(|deadline| deadline.has_passed(now))
    }

    /// Leaves the sale as it was if `act` tries a move that is no edge, whatever it has noted on the way. What was heard
    /// while the program runs stays heard.
    pub(super) fn or_as_before(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<Effects, NotNow>,
    ) -> Result<Effects, NotNow> {
        let before = self.clone();
        let effects = act(self)?;
        if effects.defect.is_none() {
            return Ok(effects);
        }
        let run = std::mem::take(&mut self.run);
        *self = Self { run, ..before };
        Ok(Effects { defect: effects.defect, ..Effects::default() })
    }

    /// Moves along an edge. A move that is not an edge is a defect: it is refused and told, and the sale is asked about
    /// again.
    pub(super) fn enter(&mut self, next: State, reason: Option<Reason>, now: Now) -> Effects {
        if !self.state.next().contains(&next) {
            let defect = Some(Defect { from: self.state, to: next });
            self.later(Call::Check, now);
            return Effects { defect, ..Effects::default() };
        }
        self.state = next;
        // The gateway knows the order after all.
        self.written_off = false;
        self.reason = reason.or_else(|| self.reason.take());
        self.run.entered_ms = now.mono_ms;
        self.run.polling_since_ms = now.mono_ms;
        if next.is_final() {
            self.run.in_flight = None;
        }
        if matches!(next, State::Closed | State::Cancelled) {
            self.begin_watching(now);
        }
        Effects { record: Some(next.code()), ..Effects::default() }
    }

    pub(super) fn end(&mut self, next: State, reason: Reason, now: Now) -> Effects {
        self.enter(next, Some(reason), now)
    }

    /// Enters a state and asks at once. An older call's answer is not waited for.
    pub(super) fn enter_and_send(
        &mut self,
        next: State,
        reason: Option<Reason>,
        call: Call,
        now: Now,
    ) -> Effects {
        let entered = self.enter(next, reason, now);
        if entered.defect.is_some() {
            return entered;
        }
        Effects { send: self.send(call).send, ..entered }
    }

    pub(super) fn send(&mut self, call: Call) -> Effects {
        self.run.last_number = self.run.last_number.wrapping_add(1);
        let sending = Sending { call, number: self.run.last_number };
        self.run.in_flight = Some(sending);
        self.run.next_call = None;
        Effects { send: Some(sending), ..Effects::default() }
    }

    /// Makes the sale durable under this name first.
    pub(super) fn record_and_send(&mut self, record: &'static str, call: Call) -> Effects {
        Effects { record: Some(record), ..self.send(call) }
    }

    pub(super) fn later(&mut self, call: Call, now: Now) -> Effects {
        let since_ms = now.mono_ms.saturating_sub(self.run.polling_since_ms);
        let timing = self.run.timing;
        let pause_ms = match (self.state, self.watch) {
            (State::Unresolved, _) if self.written_off => timing::late_pause_ms(LATE_WATCH_MS),
            // There may be a thousand of them at once.
            (State::Unresolved, _) if self.rebuilt => timing::late_pause_ms(since_ms),
            (State::Unresolved, _) => timing.unresolved_poll_ms,
            (State::Refunding, _) if self.has_been_here_for(timing.verifying_limit_ms, now) => {
                timing.unresolved_poll_ms
            }
            (state, Some(watch)) if state.is_final() => {
                timing::late_pause_ms(LATE_WATCH_MS.saturating_sub(watch.mono_ms.saturating_sub(now.mono_ms)))
            }
            (State::Closing, _) => {
                timing.poll_pause_ms(since_ms, self.run.busy_count.max(self.run.close_refusals))
            }
            (State::Refunding, _) => timing.poll_pause_ms(since_ms, self.run.busy_count.max(self.refusals())),
            _ => timing.poll_pause_ms(since_ms, self.run.busy_count),
        };
        let pause_ms = if self.run.is_behind { pause_ms.min(timing.unresolved_poll_ms) } else { pause_ms };
        self.run.next_call = Some(call);
        self.run.next_call_ms = now.mono_ms.saturating_add(pause_ms).saturating_add(self.run.jitter_ms);
        Effects::default()
    }

    pub(super) fn has_been_here_for(&self, limit_ms: u64, now: Now) -> bool {
        now.mono_ms.saturating_sub(self.run.entered_ms) >= limit_ms
    }

    /// Keeps what the answer says about the line: offline, busy, asked.
    pub(super) fn note_link(&mut self, answer: &Answer) {
        let failure = answer.as_failure();
        self.run.is_behind &= failure.is_some();
        match answer {
            Answer::Check(Ok(reply)) => {
                self.run.seen_paid = reply.order_id == self.order_id.as_str() && reply.status.is_paid();
            }
            Answer::Check(Err(failure)) if failure.is_already_paid() => self.run.seen_paid = true,
            _ => {}
        }
        self.run.offline =
            matches!(failure, Some(CallFailure::NotSent | CallFailure::Unknown | CallFailure::Busy));
        let busy = match failure {
            Some(CallFailure::Busy) => true,
            Some(CallFailure::Rejected { code, .. }) => answer::verdict(code) == Verdict::Busy,
            _ => false,
        };
        self.run.busy_count = if busy { self.run.busy_count.saturating_add(1) } else { 0 };
    }
}
