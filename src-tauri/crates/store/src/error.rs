//! Why the store could not be opened, read or written.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

/// Why a read or a write was not done. A failed write left nothing behind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("the disk is full")]
    DiskFull,
    #[error("the database cannot be written to")]
    ReadOnly,
    /// Reading, writing or syncing failed. What the disk holds is unknown, so the writer has ended: open again.
    #[error("the disk failed: {0}")]
    Io(String),
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// Another program keeps the database locked.
    #[error("the database is locked by another program")]
    Busy,
    /// The sale has moved on since it was read, or there is no such sale.
    #[error("the sale has changed meanwhile")]
    VersionConflict,
    /// The cart cannot be edited or charged: there is none, it is not open, or a sale of it is.
    #[error("the cart is not open")]
    NotOpen,
    #[error("there is a sale with this order id already")]
    OrderExists,
    /// The database's own rules refuse the values; the caller has a fault.
    #[error("the database refuses the values: {0}")]
    Refused(String),
    /// The thread that does the work has ended.
    #[error("the store is closed")]
    Gone,
}

/// Why a database cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Only when opened for reading alone.
    #[error("there is no database at {}", path.display())]
    Missing { path: PathBuf },
    /// A newer program made it: this one must not touch it.
    #[error("{} has format {found}, this program knows up to {known}", path.display())]
    Newer { path: PathBuf, found: i32, known: i32 },
    /// Only when opened for reading alone, which does not bring it up to date.
    #[error("{} has an older format", path.display())]
    Older { path: PathBuf },
    #[error("{} is damaged: {what}", path.display())]
    Damaged { path: PathBuf, what: String },
    #[error("{} cannot be written to: {reason}", path.display())]
    Unwritable { path: PathBuf, reason: String },
    #[error("the disk of {} is full", path.display())]
    DiskFull { path: PathBuf },
    #[error("{} is locked by another program", path.display())]
    Busy { path: PathBuf },
    /// The disk or file system does not give what durability needs, such as a network drive without WAL.
    #[error("{} cannot be kept safely: {pragma} is refused", path.display())]
    NotDurable { path: PathBuf, pragma: &'static str },
    #[error("{} could not be opened: {reason}", path.display())]
    Failed { path: PathBuf, reason: String },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as Sql;
        let text = error.to_string();
        match &error {
            Sql::FromSqlConversionFailure(..)
            | Sql::IntegralValueOutOfRange(..)
            | Sql::InvalidColumnType(..) => {
                return Self::Damaged(text);
            }
            _ => {}
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Self::Io(text),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(text),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Refused(text),
        }
    }
}

impl OpenError {
    pub(crate) fn at(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_owned();
        let code = error.sqlite_error_code();
        let reason = error.to_string();
        // A database with a log needs room even to be read.
        let has_no_room =
            error.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_IOERR_SHMSIZE);
        match code {
            _ if has_no_room => Self::DiskFull { path },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::Unwritable { path, reason }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { path, what: reason }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            _ => Self::Failed { path, reason },
        }
    }
}
