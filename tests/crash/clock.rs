//! A clock that jumps to whatever is waited for as soon as no call is under way and whoever looks on waits as well:
//! minutes cost milliseconds, and nobody comes too late because the machine is busy.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use yima_checkout::{Asked, CannotSign, Clock, Gateway, ListFailure, ListQuery, Listed};
use yima_core::Order;
use yima_core::sale::{Answer, Now};
use yima_gateway::{Account, RequestError, StoreInfo};

use crate::chance::Chance;
use crate::flawed::{self, Flaw};
use crate::witness::Witness;

/// Real time between two jumps, in which whatever else is under way comes forward.
const PAUSE: Duration = Duration::from_millis(1);
const START_MONO_MS: u64 = 1_000;
/// Whoever passes time leaves whatever else is due its turn as often.
const STEP_MS: u64 = 10_000;

#[derive(Clone)]
pub struct FastClock(Arc<Inner>);

struct Inner {
    mono_ms: AtomicU64,
    start_wall_ms: i64,
    calls: AtomicUsize,
    /// What was told to whoever looks on, and how much of it was read by the time that they began to wait.
    told: AtomicU64,
    read: AtomicU64,
    chance: Mutex<Chance>,
}

/// A gateway whose calls hold the clock, and are watched.
pub struct Timed<G> {
    pub gateway: G,
    pub clock: FastClock,
    pub witness: Arc<Witness>,
    pub flaw: Option<Flaw>,
}

impl FastClock {
    pub fn starting_at(wall_ms: i64, seed: u64) -> Self {
        Self(Arc::new(Inner {
            mono_ms: AtomicU64::new(START_MONO_MS),
            start_wall_ms: wall_ms,
            calls: AtomicUsize::new(0),
            told: AtomicU64::new(0),
            read: AtomicU64::new(0),
            chance: Mutex::new(Chance::of(seed)),
        }))
    }

    /// Lets so much time go by in which nothing happens but what is due.
    pub async fn pass(&self, ms: u64) {
        let end_ms = self.now().mono_ms.saturating_add(ms);
        while self.now().mono_ms < end_ms {
            tokio::time::sleep(PAUSE).await;
            if !self.is_asking() {
                let step_ms = self.now().mono_ms.saturating_add(STEP_MS).min(end_ms);
                self.0.mono_ms.fetch_max(step_ms, Ordering::SeqCst);
            }
        }
    }

    /// Something is told; no time passes before it was read and is waited on.
    pub fn tells(&self) {
        self.0.told.fetch_add(1, Ordering::SeqCst);
    }

    /// Whoever looks on has read so much, and waits.
    pub fn was_read(&self, count: u64) {
        self.0.read.store(count, Ordering::SeqCst);
    }

    fn is_asking(&self) -> bool {
        self.0.calls.load(Ordering::SeqCst) > 0
    }

    fn is_awaited(&self) -> bool {
        self.0.read.load(Ordering::SeqCst) == self.0.told.load(Ordering::SeqCst)
    }
}

impl Clock for FastClock {
    fn now(&self) -> Now {
        let mono_ms = self.0.mono_ms.load(Ordering::SeqCst);
        let passed_ms = i64::try_from(mono_ms - START_MONO_MS).unwrap_or(i64::MAX);
        Now { mono_ms, wall_ms: self.0.start_wall_ms.saturating_add(passed_ms) }
    }

    async fn sleep_until(&self, mono_ms: u64) {
        loop {
            tokio::time::sleep(PAUSE).await;
            if !self.is_asking() && self.is_awaited() {
                self.0.mono_ms.fetch_max(mono_ms, Ordering::SeqCst);
            }
            if self.now().mono_ms >= mono_ms {
                return;
            }
        }
    }

    fn random(&self) -> [u8; 16] {
        let mut chance = self.0.chance.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = [0; 16];
        for half in bytes.chunks_exact_mut(8) {
            half.copy_from_slice(&chance.draw().to_be_bytes());
        }
        bytes
    }
}

impl<G: Gateway> Gateway for Timed<G> {
    fn body(
        &self,
        order: &Order,
        account: &Account,
        store_info: &StoreInfo,
    ) -> Result<Vec<u8>, RequestError> {
        self.gateway.body(order, account, store_info)
    }

    fn can_sign(&self, account: &Account) -> Result<(), CannotSign> {
        self.gateway.can_sign(account)
    }

    async fn ask(&self, asked: Asked) -> Answer {
        self.clock.0.calls.fetch_add(1, Ordering::SeqCst);
        let asked = flawed::asked(self.flaw, asked);
        if let Some(before) = flawed::asked_before(self.flaw, &asked) {
            self.ask_watched(before).await;
        }
        if self.flaw == Some(Flaw::AsksTwice) {
            self.witness.asks(&asked);
        }
        let order_id = asked.order_id.clone();
        let answer = self.ask_watched(asked).await;
        self.clock.0.calls.fetch_sub(1, Ordering::SeqCst);
        flawed::heard(self.flaw, &order_id, answer)
    }

    async fn list(&self, account: Arc<Account>, query: ListQuery) -> Result<Listed, ListFailure> {
        self.clock.0.calls.fetch_add(1, Ordering::SeqCst);
        self.witness.lists();
        let listed = self.gateway.list(account, query).await;
        self.clock.0.calls.fetch_sub(1, Ordering::SeqCst);
        listed
    }
}

impl<G: Gateway> Timed<G> {
    async fn ask_watched(&self, asked: Asked) -> Answer {
        let (number, order_id) = (self.witness.asks(&asked), asked.order_id.clone());
        let answer = self.gateway.ask(asked).await;
        self.witness.hears(&order_id, number, &answer, self.clock.now().wall_ms);
        answer
    }
}
