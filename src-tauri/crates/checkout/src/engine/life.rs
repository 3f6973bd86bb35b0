//! The engine's life: should it die of a defect, it is begun again over what was kept.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use tokio::sync::mpsc;

use super::{Engine, Letter};
use crate::{Clock, Gateway, Screen, Store};

/// So many deaths, each within the time after the one before, are a defect that no new beginning mends.
const MOST_DEATHS: u32 = 3;
const DEATHS_APART_MS: u64 = 60_000;

/// Runs the engine until its letters end, its store fails, or it dies too often. The letter box closes then, which is
/// how the windows learn of it.
pub(super) async fn live<G, S, C, W>(mut engine: Engine<G, S, C, W>, mut letters: mpsc::Receiver<Letter>)
where
    G: Gateway,
    S: Store,
    C: Clock,
    W: Screen,
{
    let (mut deaths, mut died_ms) = (0, 0);
    while let Err(Died(of)) = guarded(engine.run(&mut letters)).await {
        let now_ms = engine.clock.now().mono_ms;
        deaths = if now_ms.saturating_sub(died_ms) < DEATHS_APART_MS { deaths + 1 } else { 1 };
        died_ms = now_ms;
        if deaths >= MOST_DEATHS {
            return tracing::error!(of, "the engine died too often and ends");
        }
        tracing::error!(of, "the engine died and is begun again");
        engine = engine.born_again();
        match guarded(engine.recover()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return tracing::error!(%error, "what was kept cannot be read; the engine ends"),
            Err(Died(of)) => return tracing::error!(of, "what was kept cannot be taken up; the engine ends"),
        }
    }
}

impl<G: Gateway, S: Store, C: Clock, W: Screen> Engine<G, S, C, W> {
    /// Nothing of what it knew about carts and sales is believed any more: that is read again.
    fn born_again(self) -> Self {
        let Self { gateway, store, clock, screen, terms, revision, notice, .. } = self;
        let (customer_display, is_damaged) = (self.customer_display, self.is_damaged);
        // Windows take no older view or notice than the one they have.
        Self {
            revision,
            notice,
            customer_display,
            is_damaged,
            ..Self::with(gateway, store, clock, screen, terms)
        }
    }
}

/// What a panic said.
struct Died(String);

async fn guarded<T>(work: impl Future<Output = T>) -> Result<T, Died> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Ready(done)) => Poll::Ready(Ok(done)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(Died(words_of(&*panic)))),
    })
    .await
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
