//! A thread that owns one connection and does one job after another, asked from async code.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::StoreError;
use crate::reach::Reach;

/// Jobs that may wait; whoever brings one more waits with it.
const QUEUE: usize = 64;
/// So many frames (of 4 KiB) in the log are worth a checkpoint as soon as nobody is waiting.
const FRAMES_WHEN_IDLE: i32 = 256;
/// With so many in it the log is brought back into the database even while somebody waits: before it outgrows
/// [`ROOM_BYTES`].
const FRAMES_AT_MOST: i32 = 500;
/// How large the log file is made beforehand.
const ROOM_BYTES: u32 = 2 << 20;
/// It is written in pieces: the memory for one as large as all of it would stay with the program.
const PIECE_BYTES: u32 = 64 << 10;
/// A cashier's pause between two articles; a scan that comes in a checkpoint waits for it.
const IDLE: Duration = Duration::from_millis(250);

pub(crate) struct Worker {
    jobs: Option<SyncSender<Queued>>,
    slots: Arc<Semaphore>,
    thread: Option<JoinHandle<()>>,
}

/// The write-ahead log of a connection that writes.
pub(crate) struct Log {
    /// How many frames wait for a checkpoint.
    frames: Arc<AtomicI32>,
    reach: Arc<Reach>,
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
    /// `log` is what a connection that writes must have looked after.
    pub(crate) fn start(name: &str, mut connection: Connection, log: Option<Log>) -> io::Result<Self> {
        let (jobs, queue) = mpsc::sync_channel(QUEUE);
        let serve = move || serve(&mut connection, &queue, log.as_ref());
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
    /// `reach` is told whenever something was written.
    pub(crate) fn watch(connection: &mut Connection, reach: Arc<Reach>) -> rusqlite::Result<Self> {
        let frames = Arc::new(AtomicI32::new(0));
        let (counted, written) = (Arc::clone(&frames), Arc::clone(&reach));
        connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, count: i32| {
            counted.store(count, Ordering::Relaxed);
            written.committed();
            Ok(())
        }))?;
        Ok(Self { frames, reach })
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

/// Lets the log file have its final size at once. A commit into blocks that the file has takes half the time of one
/// that makes it grow, and a tenth on a busy disk, since the file system then writes its own journal, too.
///
/// Pages that a small cache cannot hold go to the log before their transaction is committed; rolled back, they leave
/// the file's size and nothing else. The commit after it puts that size on the disk.
fn make_room(connection: &mut Connection) -> rusqlite::Result<()> {
    let kept_pages: i32 = connection.pragma_query_value(None, "cache_size", |row| row.get(0))?;
    connection.pragma_update(None, "cache_size", 10)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(&format!(
        "CREATE TABLE room AS
         WITH RECURSIVE piece(nth) AS (VALUES(1) UNION ALL SELECT nth + 1 FROM piece WHERE nth < {})
         SELECT zeroblob({PIECE_BYTES}) FROM piece",
        ROOM_BYTES / PIECE_BYTES
    ))?;
    transaction.rollback()?;
    connection.pragma_update(None, "cache_size", kept_pages)?;
    connection.pragma_update(None, "user_version", 0)
}

fn serve(connection: &mut Connection, queue: &Receiver<Queued>, log: Option<&Log>) {
    if log.is_some()
        && let Err(error) = make_room(connection)
    {
        tracing::warn!(%error, "the log could not be made large beforehand");
    }
    loop {
        let next = match wait(queue, log) {
            Ok(Queued { slot, job }) => {
                drop(slot);
                job(connection)
            }
            Err(RecvTimeoutError::Timeout) => log.map_or(Next::Serve, |log| log.checkpoint(connection)),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let next = match (next, log) {
            (Next::Serve, Some(log)) if log.frames() >= FRAMES_AT_MOST => log.checkpoint(connection),
            (next, _) => next,
        };
        // Reading again may well work; what is written after a failed sync may not be kept.
        if matches!(next, Next::Stop) && log.is_some() {
            return;
        }
        if let Some(log) = log {
            log.reach.tell_news(connection);
        }
    }
}

/// Gives up only when a checkpoint is worth making.
fn wait(queue: &Receiver<Queued>, log: Option<&Log>) -> Result<Queued, RecvTimeoutError> {
    if log.is_some_and(|log| log.frames() >= FRAMES_WHEN_IDLE) {
        return queue.recv_timeout(IDLE);
    }
    queue.recv().map_err(RecvTimeoutError::from)
}
