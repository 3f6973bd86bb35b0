//! The one clock, and the one source of chance.

use std::future::Future;
use std::time::Duration;

use yima_core::sale::Now;

/// Time and chance, so that tests hold both in hand.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Now;

    /// Returns at `mono_ms` on the monotonic clock or later.
    fn sleep_until(&self, mono_ms: u64) -> impl Future<Output = ()> + Send;

    /// Bytes that nobody can foretell: for order ids and for spreading polls.
    fn random(&self) -> [u8; 16];
}

/// The machine's clocks.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    started: tokio::time::Instant,
}

impl SystemClock {
    #[must_use]
    pub fn new() -> Self {
        Self { started: tokio::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Now {
        let mono_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
        let wall_ms = jiff::Timestamp::now().as_millisecond();
        Now { mono_ms, wall_ms }
    }

    async fn sleep_until(&self, mono_ms: u64) {
        tokio::time::sleep_until(self.started + Duration::from_millis(mono_ms)).await;
    }

    fn random(&self) -> [u8; 16] {
        uuid::Uuid::new_v4().into_bytes()
    }
}
