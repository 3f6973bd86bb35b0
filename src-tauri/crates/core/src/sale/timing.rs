//! When a sale asks next. Times are passed in; nothing here reads a clock.

use serde::{Deserialize, Serialize};

/// One instant on both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds on a clock that never steps back, from any start.
    pub mono_ms: u64,
    /// Unix time in milliseconds, as the machine believes it.
    pub wall_ms: i64,
}

/// The pace of asking, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    pub qr_timeout_ms: u64,
    /// How long a customer whose code was scanned has to confirm on the phone.
    pub code_timeout_ms: u64,
    /// Between polls while `fast_for_ms` lasts.
    pub fast_poll_ms: u64,
    pub fast_for_ms: u64,
    /// Between polls after that.
    pub slow_poll_ms: u64,
    /// The longest pause when the gateway is busy.
    pub busy_poll_max_ms: u64,
    /// How long paid is confirmed before the sale counts as unresolved.
    pub verifying_limit_ms: u64,
    /// How long closing or reversing is tried before the sale counts as unresolved.
    pub ending_limit_ms: u64,
    /// Between polls of an unresolved sale.
    pub unresolved_poll_ms: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            qr_timeout_ms: 300_000,
            code_timeout_ms: 90_000,
            fast_poll_ms: 2_000,
            fast_for_ms: 60_000,
            slow_poll_ms: 5_000,
            busy_poll_max_ms: 30_000,
            verifying_limit_ms: 60_000,
            ending_limit_ms: 30_000,
            unresolved_poll_ms: 30_000,
        }
    }
}

impl Timing {
    /// The pause before the next poll, `since_ms` after polling began, after `busy` refusals in a row.
    #[must_use]
    pub fn poll_pause_ms(&self, since_ms: u64, busy: u32) -> u64 {
        let pause_ms = if since_ms < self.fast_for_ms { self.fast_poll_ms } else { self.slow_poll_ms };
        pause_ms.saturating_mul(1 << busy.min(10)).min(self.busy_poll_max_ms.max(pause_ms))
    }
}

/// For how long a sale that ended unpaid is still asked about.
pub const LATE_WATCH_MS: u64 = 24 * 3_600_000;

/// From which age of its end on, a sale is asked about with which pause.
const LATE_PACE: [(u64, u64); 3] = [(0, 60_000), (600_000, 300_000), (3_600_000, 1_800_000)];

/// The pause before a sale that ended `age_ms` ago is asked about again.
pub(super) fn late_pause_ms(age_ms: u64) -> u64 {
    LATE_PACE.iter().rfind(|(from_ms, _)| age_ms >= *from_ms).map_or(60_000, |(_, pause_ms)| *pause_ms)
}

/// Until when the customer may pay. Either clock may end it; neither may finish a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    pub wall_ms: i64,
    /// Means nothing after a restart, when it is made anew from what the wall clock leaves.
    #[serde(skip)]
    pub mono_ms: u64,
}

impl Deadline {
    #[must_use]
    pub fn after(now: Now, timeout_ms: u64) -> Self {
        let wall_timeout_ms = i64::try_from(timeout_ms).unwrap_or(i64::MAX);
        Self {
            wall_ms: now.wall_ms.saturating_add(wall_timeout_ms),
            mono_ms: now.mono_ms.saturating_add(timeout_ms),
        }
    }

    #[must_use]
    pub fn has_passed(self, now: Now) -> bool {
        now.mono_ms >= self.mono_ms || now.wall_ms >= self.wall_ms
    }

    /// What is left by whichever clock leaves less.
    #[must_use]
    pub fn remaining_ms(self, now: Now) -> u64 {
        let by_wall = u64::try_from(self.wall_ms.saturating_sub(now.wall_ms)).unwrap_or(0);
        self.mono_ms.saturating_sub(now.mono_ms).min(by_wall)
    }

    /// The same deadline for a program that has just started; never longer than a whole time-out.
    #[must_use]
    pub fn resumed(self, now: Now, timeout_ms: u64) -> Self {
        let left_ms = u64::try_from(self.wall_ms.saturating_sub(now.wall_ms)).unwrap_or(0);
        Self { wall_ms: self.wall_ms, mono_ms: now.mono_ms.saturating_add(left_ms.min(timeout_ms)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polls_slow_down_after_a_minute_and_when_the_gateway_is_busy() {
        let timing = Timing::default();
        let check = |since_ms, busy, pause_ms| assert_eq!(timing.poll_pause_ms(since_ms, busy), pause_ms);
        check(0, 0, 2_000);
        check(59_999, 0, 2_000);
        check(60_000, 0, 5_000);
        check(0, 1, 4_000);
        check(0, 3, 16_000);
        check(60_000, 20, 30_000);
    }

    #[test]
    fn what_ended_is_asked_about_ever_more_rarely() {
        let minutes = |ms: u64| ms / 60_000;
        let check = |age_min: u64, pause_min| {
            assert_eq!(minutes(late_pause_ms(age_min * 60_000)), pause_min, "after {age_min} min");
        };
        check(0, 1);
        check(9, 1);
        check(10, 5);
        check(59, 5);
        check(60, 30);
        check(48 * 60, 30);
    }

    #[test]
    fn a_deadline_made_anew_is_never_longer_than_it_was() {
        let now = Now { mono_ms: 1_000, wall_ms: 1_000_000 };
        let deadline = Deadline::after(now, 300_000);
        let later = Now { mono_ms: 5, wall_ms: 1_100_000 };
        assert_eq!(deadline.resumed(later, 300_000).remaining_ms(later), 200_000);
        let clock_set_back = Now { mono_ms: 5, wall_ms: 0 };
        assert_eq!(deadline.resumed(clock_set_back, 300_000).remaining_ms(clock_set_back), 300_000);
        let next_morning = Now { mono_ms: 5, wall_ms: 99_000_000 };
        assert!(deadline.resumed(next_morning, 300_000).has_passed(next_morning));
    }
}
