//! A thread that owns one connection and does one job after another, asked from async code.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::StoreError;

/// Jobs that may wait; whoever brings one more waits with it.
const QUEUE: usize = 64;
/// So many frames (of 4 KiB) in the log are worth a checkpoint as soon as nobody is waiting.
const FRAMES_WHEN_IDLE: i32 = 256;
/// With so many in it the log is brought back into the database even while somebody waits.
const FRAMES_AT_MOST: i32 = 4_096;
/// A cashier's pause between two articles; a scan that comes in a checkpoint waits for it.
const IDLE: Duration = Duration::from_millis(250);

pub(crate) struct Worker {
    jobs: Option<SyncSender<Queued>>,
    slots: Arc<Semaphore>,
    thread: Option<JoinHandle<()>>,
}

/// How many frames of the write-ahead log wait for a checkpoint; stays at zero on a connection that only reads.
#[derive(Clone, Default)]
pub(crate) struct Log {
    frames: Arc<AtomicI32>,
}

struct Queued {
    slot: OwnedSemaphorePermit,
    job: Box<dyn FnOnce(&mut Connection) -> Next + Send>,
}

enum Next {
    Serve,
    /// What is on the disk is not known any more.
    Stop,
}

impl Worker {
    pub(crate) fn start(name: &str, mut connection: Connection, log: Log) -> io::Result<Self> {
        let (jobs, queue) = mpsc::sync_channel(QUEUE);
        let serve = move || serve(&mut connection, &queue, &log);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(serve)?;
        Ok(Self { jobs: Some(jobs), slots: Arc::new(Semaphore::new(QUEUE)), thread: Some(thread) })
    }

    /// Does `job` on the worker's thread. A job that was handed over is done even if the caller stops waiting.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| StoreError::Gone)?;
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move |connection: &mut Connection| {
            let outcome = job(connection);
            let next = if matches!(outcome, Err(StoreError::Io(_))) { Next::Stop } else { Next::Serve };
            let _ = answer.send(outcome);
            next
        });
        let jobs = self.jobs.as_ref().ok_or(StoreError::Gone)?;
        // There is room: whoever holds a slot has a place in the queue.
        jobs.try_send(Queued { slot, job }).map_err(|_| StoreError::Gone)?;
        answered.await.map_err(|_| StoreError::Gone)?
    }
}

/// Waits until everything handed over is done.
impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a thread of the store had panicked");
        }
    }
}

impl Log {
    pub(crate) fn watch(connection: &mut Connection) -> rusqlite::Result<Self> {
        let log = Self::default();
        let frames = Arc::clone(&log.frames);
        connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, count: i32| {
            frames.store(count, Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(log)
    }

    fn frames(&self) -> i32 {
        self.frames.load(Ordering::Relaxed)
    }

    fn checkpoint(&self, connection: &Connection) -> Next {
        // The next commit counts afresh, so that a reader that keeps the log from ending is not met by a busy loop.
        self.frames.store(0, Ordering::Relaxed);
        let Err(error) = connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)") else {
            return Next::Serve;
        };
        let error = StoreError::from(error);
        tracing::warn!(%error, "the log could not be brought into the database");
        if matches!(error, StoreError::Io(_)) { Next::Stop } else { Next::Serve }
    }
}

fn serve(connection: &mut Connection, queue: &Receiver<Queued>, log: &Log) {
    loop {
        let waiting = if log.frames() < FRAMES_WHEN_IDLE {
            queue.recv().map_err(RecvTimeoutError::from)
        } else {
            queue.recv_timeout(IDLE)
        };
        let next = match waiting {
            Ok(Queued { slot, job }) => {
                drop(slot);
                job(connection)
            }
            Err(RecvTimeoutError::Timeout) => log.checkpoint(connection),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let next = match next {
            Next::Serve if log.frames() >= FRAMES_AT_MOST => log.checkpoint(connection),
            next => next,
        };
        if matches!(next, Next::Stop) {
            return;
        }
    }
}
