//! The one handle to a practice or live database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use yima_core::failpoint;

use crate::reach::Reach;
use crate::reserve::{self, Reserve};
use crate::worker::{Log, Worker};
use crate::{OpenError, StoreError, connection, goods, schema, table};

/// An open database. Clones share it; the last one dropped waits until every write handed over is done.
///
/// A write is on the disk when its future is ready. Dropping that future does not take the write back.
#[derive(Clone)]
pub struct Store {
    workers: Arc<Workers>,
}

/// Dropped in this order: the writer ends last, and so tidies the log away.
struct Workers {
    /// `None` when opened for reading alone before the till made it.
    goods: Option<goods::Workers>,
    lists: Worker,
    /// `None` when opened for reading alone.
    writer: Option<Writer>,
}

struct Writer {
    worker: Worker,
    reserve: Reserve,
    reach: Arc<Reach>,
}

impl Store {
    /// Opens a database for reading and writing, makes it if there is none, brings an older one up to date, and looks
    /// for damage. On a full disk the room put aside is given up for it: somebody may have paid, which is to be seen.
    /// Blocks.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        reserve::with_room(&[path], || Self::open_once(path))
    }

    fn open_once(path: &Path) -> Result<Self, OpenError> {
        let mut writer = connection::patiently(|| {
            let mut writer = connection::open_to_write(path)?;
            schema::bring_up_to_date(path, &mut writer, table::SHOP)?;
            connection::check(path, &writer)?;
            Ok(writer)
        })?;
        let goods = goods::Workers::open(path, &writer)?;
        let reach = Arc::new(Reach::default());
        let log = Log::watch(&mut writer, Arc::clone(&reach)).map_err(|error| OpenError::at(path, error))?;
        let worker = start(path, "store-writer", writer, Some(log))?;
        Self::with(path, Some(goods), Some(Writer { worker, reserve: Reserve::keep(path), reach }))
    }

    /// Opens a database that exists for reading, also beside a till that writes to it. Every write is refused with
    /// [`StoreError::ReadOnly`]. Blocks.
    pub fn open_to_read(path: &Path) -> Result<Self, OpenError> {
        schema::require_current(path, &connection::open_to_read(path)?, table::SHOP)?;
        Self::with(path, goods::Workers::open_to_read(path)?, None)
    }

    fn with(path: &Path, goods: Option<goods::Workers>, writer: Option<Writer>) -> Result<Self, OpenError> {
        let lists = start(path, "store-lists", connection::open_to_read(path)?, None)?;
        let workers = Workers { goods, lists, writer };
        Ok(Self { workers: Arc::new(workers) })
    }

    /// Does `work` as one transaction: all of it is on the disk afterwards, or nothing.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.on_writer(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let outcome = work(&transaction)?;
            failpoint::before("commit");
            transaction.commit()?;
            failpoint::after("commit");
            Ok(outcome)
        })
        .await
    }

    /// Gives up the room that was put aside; `false` if there is none left.
    pub(crate) fn free_reserve(&self) -> bool {
        self.workers.writer.as_ref().is_some_and(|writer| writer.reserve.free())
    }

    /// Whether room is put aside; what was given up is put aside again as soon as the disk has it.
    pub(crate) fn has_reserve(&self) -> bool {
        self.workers.writer.as_ref().is_none_or(|writer| writer.reserve.is_there())
    }

    /// Nothing is told while what is told of the database is being replaced.
    pub(crate) fn let_reach_go(&self) {
        if let Some(writer) = &self.workers.writer {
            writer.reach.let_go();
        }
    }

    /// Tells how far the sales reach in this file from now on, after each write.
    pub(crate) async fn follow_reach(&self, file: PathBuf) -> Result<(), StoreError> {
        let Some(writer) = &self.workers.writer else { return Err(StoreError::ReadOnly) };
        let reach = Arc::clone(&writer.reach);
        self.on_writer(move |connection| {
            if let Err(error) = reach.follow(&file, connection) {
                tracing::warn!(%error, "a copy made since the last turn may not be noticed");
            }
            Ok(())
        })
        .await
    }

    /// Does `work` on the one state of the database that there was when it began.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.workers.lists.run(move |connection| work(&*connection.transaction()?)).await
    }

    pub(crate) fn goods(&self) -> Option<&goods::Workers> {
        self.workers.goods.as_ref()
    }

    pub(crate) async fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.workers.writer.as_ref().ok_or(StoreError::ReadOnly)?.worker.run(work).await
    }
}

pub(crate) fn start(
    path: &Path,
    name: &str,
    connection: Connection,
    log: Option<Log>,
) -> Result<Worker, OpenError> {
    Worker::start(name, connection, log)
        .map_err(|error| OpenError::Failed { path: path.to_owned(), reason: error.to_string() })
}
