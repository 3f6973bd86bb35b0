//! What the cashier hears: played on a thread of its own, which nothing waits for. A machine without a sound device is
//! silent and says so once in the log.

mod device;
mod ear;

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use yima_checkout::settings::Loudness;

use self::device::Speaker;
pub use self::ear::Ear;

/// Sounds that wait for the device; beyond them a sound is not heard rather than heard late.
const QUEUE_SOUNDS: usize = 4;
/// A device that nothing was played on for so long is let go, with the memory it takes.
const LET_GO: Duration = Duration::from_secs(30);
/// Where there is no device, one is looked for again after so long.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    Scanned,
    /// Nobody knows the code: the line has to be settled.
    Unknown,
    /// Something to be read, that does not hold up selling.
    Look,
    Refused,
    Paid,
}

/// One sound to be played, as loud as was set when it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    sound: Sound,
    volume_percent: u32,
    spoken: bool,
}

/// The way to the loudspeaker, for whoever has something to say.
#[derive(Clone, Default)]
pub struct Sounds(Arc<Inner>);

#[derive(Default)]
struct Inner {
    loudness: Mutex<Loudness>,
    /// Made for the first sound: a till that makes none has no thread for it.
    line: OnceLock<SyncSender<Order>>,
}

impl Sounds {
    pub fn set(&self, loudness: Loudness) {
        *self.0.loudness.lock().unwrap_or_else(PoisonError::into_inner) = loudness;
    }

    pub fn is_muted(&self) -> bool {
        self.loudness().muted
    }

    /// Has it played, unless that is not wanted or too much waits already. Never blocks.
    pub fn play(&self, sound: Sound) {
        let Some(order) = order(sound, self.loudness()) else { return };
        tracing::debug!(?order, "a sound");
        // A full queue means that the cashier hears enough.
        let _ = self.0.line.get_or_init(start).try_send(order);
    }

    fn loudness(&self) -> Loudness {
        *self.0.loudness.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn order(sound: Sound, loudness: Loudness) -> Option<Order> {
    let Loudness { volume_percent, muted, spoken_paid } = loudness;
    (!muted && volume_percent > 0).then_some(Order { sound, volume_percent, spoken: spoken_paid })
}

fn start() -> SyncSender<Order> {
    let (line, orders) = sync_channel(QUEUE_SOUNDS);
    let player = std::thread::Builder::new().name("sounds".to_owned());
    if let Err(error) = player.spawn(move || play_all(&orders, Speaker::open, std::thread::sleep)) {
        tracing::warn!(%error, "there is no sound");
    }
    line
}

/// Where sounds come out.
trait Output {
    /// Begins to play; what is still heard of the sound before ends.
    fn play(&mut self, order: Order);
    /// It was pulled out.
    fn is_lost(&self) -> bool;
}

/// Plays until nobody has anything to say any more. The output is opened when there is something to play.
fn play_all<O: Output, E: std::fmt::Display>(
    orders: &Receiver<Order>,
    open: impl Fn() -> Result<O, E>,
    wait: impl Fn(Duration),
) {
    let mut was_told = false;
    while let Ok(first) = orders.recv() {
        match open() {
            // Opening may have taken a while: what came meanwhile is nearer to what the cashier sees.
            Ok(output) => play_on(output, orders, orders.try_iter().last().unwrap_or(first)),
            Err(error) => {
                if !std::mem::replace(&mut was_told, true) {
                    tracing::warn!(%error, "there is no sound");
                }
                wait(LOOK_AGAIN);
                orders.try_iter().for_each(drop);
            }
        }
    }
}

fn play_on(mut output: impl Output, orders: &Receiver<Order>, first: Order) {
    let mut next = Ok(first);
    while let Ok(order) = next {
        if output.is_lost() {
            return;
        }
        output.play(order);
        next = orders.recv_timeout(LET_GO);
    }
    if next == Err(RecvTimeoutError::Timeout) {
        tracing::debug!("the sound device is let go");
    }
}

#[cfg(test)]
mod tests;
