//! All there is beside the program: time, the network, the gateway, the disk, and who watches.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use yima_checkout::Clock;
use yima_core::sale::Now;

use crate::chance::Chance;
use crate::disk::Disk;
use crate::ledger::Ledger;
use crate::network::{Happening, Network};
use crate::plan::Place;
use crate::trace::Trace;
use crate::witness::Witness;

/// 22 November 2026, noon in China.
const START_WALL_MS: i64 = 1_795_320_000_000;
/// A program that wakes so often within one instant waits for nothing.
const WAKES_AT_ONCE: u32 = 1_000;

/// What the program is made to do wrong, to see that it is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Flaw {
    /// The last write that was answered is not there after a crash.
    ForgetsLastWrite,
    /// An order is sent although it is not durable yet.
    SendsTooEarly,
    /// A check without an answer counts as "closed".
    SilenceIsClosed,
    /// A refund is reported as made as soon as it was taken.
    TakenIsGiven,
    /// What is asked about a sale is asked under the present settings.
    AsksElsewhere,
    /// A quantity that was changed is not kept.
    ForgetsChanges,
    /// A restored till counts as compared with the gateway's list before it was.
    ComparesNothing,
}

pub struct World {
    /// Since the beginning.
    pub now_ms: u64,
    pub life_began_ms: u64,
    pub wall_ahead_ms: i64,
    pub chance: Chance,
    pub queue: BTreeMap<(u64, u64), Happening>,
    pub next_turn: u64,
    pub sleeper: Option<(u64, Waker)>,
    pub network: Network,
    pub ledger: Ledger,
    pub disk: Disk,
    pub witness: Witness,
    pub trace: Trace,
    /// Where the program is to die, and after how many passages.
    pub end_at: Option<(Place, u32)>,
    pub is_dead: bool,
    /// Which settings the till has now.
    pub terms: usize,
    /// How often a backup was put in place.
    pub restores: u64,
    /// Sales that were missing after that.
    pub rebuilt: u64,
    pub flaw: Option<Flaw>,
    wakes: (u64, u32),
}

#[derive(Clone)]
pub struct Shared(Arc<Mutex<World>>);

impl World {
    pub fn new(seed: u64, flaw: Option<Flaw>, trace: Trace) -> Self {
        Self {
            now_ms: 0,
            life_began_ms: 0,
            wall_ahead_ms: 0,
            // Another sequence than the plan's.
            chance: Chance::of(seed ^ 0x005e_ed0f_7ed1_d6e5),
            queue: BTreeMap::new(),
            next_turn: 0,
            sleeper: None,
            network: Network::default(),
            ledger: Ledger::default(),
            disk: Disk::default(),
            witness: Witness::default(),
            trace,
            end_at: None,
            is_dead: false,
            terms: 0,
            restores: 0,
            rebuilt: 0,
            flaw,
            wakes: (0, 0),
        }
    }

    pub fn now(&self) -> Now {
        Now { mono_ms: self.mono_ms(self.now_ms), wall_ms: self.wall_ms() }
    }

    pub fn later(&mut self, ms: u64, happening: Happening) {
        let turn = self.next_turn;
        self.next_turn += 1;
        self.queue.insert((self.now_ms + ms, turn), happening);
    }

    /// The program comes by this place; `true` if it dies there.
    pub fn passes(&mut self, place: Place) -> bool {
        if self.is_dead {
            return true;
        }
        match &mut self.end_at {
            Some((at, 0)) if *at == place => {
                self.end_at = None;
                self.is_dead = true;
                self.note(format_args!("dies {place:?}"));
            }
            Some((at, left)) if *at == place => *left -= 1,
            _ => {}
        }
        self.is_dead
    }

    pub fn note(&mut self, what: fmt::Arguments<'_>) {
        self.trace.note(self.now_ms, what);
    }

    pub fn broken(&mut self, what: String) {
        self.note(format_args!("BROKEN {what}"));
        self.witness.broken.push(what);
    }

    fn mono_ms(&self, at_ms: u64) -> u64 {
        // A monotonic clock starts anew with the machine, never at zero.
        at_ms - self.life_began_ms + 1_000
    }

    pub fn since_start_ms(&self, mono_ms: u64) -> u64 {
        (mono_ms + self.life_began_ms).saturating_sub(1_000)
    }

    fn wall_ms(&self) -> i64 {
        self.gateway_ms(self.now_ms) + self.wall_ahead_ms
    }

    /// By the gateway's clock, which nobody sets. Unix milliseconds.
    pub fn gateway_ms(&self, at_ms: u64) -> i64 {
        START_WALL_MS + i64::try_from(at_ms).unwrap_or(i64::MAX)
    }

    fn spins(&mut self) -> bool {
        let (at_ms, count) = &mut self.wakes;
        if *at_ms != self.now_ms {
            (*at_ms, *count) = (self.now_ms, 0);
        }
        *count += 1;
        *count > WAKES_AT_ONCE
    }
}

impl Shared {
    pub fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    pub fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for Shared {
    fn now(&self) -> Now {
        self.lock().now()
    }

    fn sleep_until(&self, mono_ms: u64) -> impl Future<Output = ()> + Send {
        Sleep { world: self.clone(), mono_ms }
    }

    fn random(&self) -> [u8; 16] {
        let mut world = self.lock();
        let mut bytes = [0; 16];
        for half in bytes.chunks_exact_mut(8) {
            half.copy_from_slice(&world.chance.draw().to_be_bytes());
        }
        bytes
    }
}

struct Sleep {
    world: Shared,
    mono_ms: u64,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut world = self.world.lock();
        if world.now().mono_ms >= self.mono_ms {
            if !world.spins() {
                return Poll::Ready(());
            }
            world.broken("I14: the program wakes without end".to_owned());
            return Poll::Pending;
        }
        world.sleeper = Some((self.mono_ms, context.waker().clone()));
        Poll::Pending
    }
}
