//! How many calls one second may bring.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::Duration;

use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

/// The calls let through in the last second.
#[derive(Default)]
pub(crate) struct Meter(VecDeque<Instant>);

impl Meter {
    /// Whether one more call may come now. One that may not does not count.
    pub(crate) fn admits(&mut self, per_second: NonZeroU32, now: Instant) -> bool {
        while self.0.front().is_some_and(|earlier| now.duration_since(*earlier) >= SECOND) {
            self.0.pop_front();
        }
        let has_room = self.0.len() < per_second.get() as usize;
        if has_room {
            self.0.push_back(now);
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_in_any_second() {
        let (mut meter, two) = (Meter::default(), NonZeroU32::new(2).unwrap());
        let start = Instant::now();
        let seen = [0, 400, 500, 999, 1_000, 1_001, 1_399, 1_400]
            .map(|at_ms| meter.admits(two, start + Duration::from_millis(at_ms)));
        assert_eq!(seen, [true, true, false, false, true, false, false, true]);
    }
}
