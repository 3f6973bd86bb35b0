//! Sales of this till that the gateway knows and the till does not, or not as they stand now.

use super::{Call, Deadline, Effects, LATE_WATCH_MS, Now, Reason, Sale, State, Timing, Way};
use crate::{Fen, OrderId};

impl Sale {
    /// An order of this till that only the gateway still knows. Where it stands is asked like that of any order whose
    /// outcome is unknown: [`Event::Resume`](super::Event::Resume) is its first event. Its goods are not there, and
    /// nothing is ever sent to make it anew.
    #[must_use]
    pub fn rebuilt(order_id: OrderId, app_id: String, total_fen: Fen, timing: Timing) -> Self {
        let ready = Self::ready(order_id, app_id, total_fen, timing);
        Self { state: State::Unresolved, reason: Some(Reason::Rebuilt), rebuilt: true, ..ready }
    }

    /// It was found in the gateway's list and recorded from that.
    #[must_use]
    pub fn is_rebuilt(&self) -> bool {
        self.rebuilt
    }

    /// The data that the sale was read from may lack what was done since: a refund that they have under way may have been
    /// dropped, and another one made in its place. Before [`Event::Resume`](super::Event::Resume).
    pub fn distrust(&mut self) {
        self.run.is_outdated = true;
    }

    /// Somebody may be looking at its QR: copied data may take another till's order for its own.
    pub(super) fn may_be_another_tills(&self, now: Now) -> bool {
        self.rebuilt && !self.has_been_here_for(self.run.timing.qr_timeout_ms, now)
    }

    #[must_use]
    pub(super) fn can_compare(&self) -> bool {
        let has_ended = matches!(self.state, State::Paid | State::Closed | State::Cancelled);
        has_ended && self.way != Way::Cash && self.watch.is_none() && self.run.in_flight.is_none()
    }

    /// More went back than is known here, or something came in. It is asked about until that is kept, for a day.
    pub(super) fn compare(&mut self, now: Now) -> Effects {
        self.watch = Some(Deadline::after(now, LATE_WATCH_MS));
        self.record_and_send("compared", if self.state == State::Paid { Call::Get } else { Call::Check })
    }
}
