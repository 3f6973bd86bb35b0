//! Connections as this program wants them, proven by reading back what was asked for.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::OpenError;

/// What every writing connection must report after it was set up.
pub(crate) const WRITER_PRAGMAS: &[(&str, &str)] = &[
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("foreign_keys", "1"),
    ("trusted_schema", "0"),
    // A checkpoint in the middle of a scan would double its time: the writer makes them when it is idle.
    ("wal_autocheckpoint", "0"),
    // The log file keeps its blocks, which is faster than growing it again, but not those of a great import.
    ("journal_size_limit", "4194304"),
    #[cfg(target_os = "macos")]
    ("fullfsync", "1"),
    #[cfg(target_os = "macos")]
    ("checkpoint_fullfsync", "1"),
];

/// What every reading connection must report.
pub(crate) const READER_PRAGMAS: &[(&str, &str)] = &[("query_only", "1"), ("trusted_schema", "0")];

const BUSY_TIMEOUT: Duration = Duration::from_millis(500);
const OPENING_TRIES: u32 = 4;
const OPENING_PAUSE: Duration = Duration::from_millis(50);
const STATEMENTS_KEPT: usize = 64;
/// A till must be selling soon after it was started; what a check of this length misses, a read meets later.
const CHECK_LIMIT: Duration = Duration::from_millis(100);

/// Opens again, a few times, what another program keeps locked: where two programs make the same new file at once,
/// SQLite tells one of them that it is busy without waiting for [`BUSY_TIMEOUT`].
pub(crate) fn patiently<T>(mut open: impl FnMut() -> Result<T, OpenError>) -> Result<T, OpenError> {
    for _ in 1..OPENING_TRIES {
        match open() {
            Err(OpenError::Busy { .. }) => thread::sleep(OPENING_PAUSE),
            outcome => return outcome,
        }
    }
    open()
}

/// Opens for writing; makes the file if there is none.
pub(crate) fn open_to_write(path: &Path) -> Result<Connection, OpenError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    open(path, flags, WRITER_PRAGMAS)
}

/// Opens a database that exists for reading.
pub(crate) fn open_to_read(path: &Path) -> Result<Connection, OpenError> {
    if !path.exists() {
        return Err(OpenError::Missing { path: path.to_owned() });
    }
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX, READER_PRAGMAS)
}

/// Opens a database for reading where not even a log can be made beside it. What a log there holds is not read.
pub(crate) fn open_as_it_stands(path: &Path) -> Result<Connection, OpenError> {
    let name = path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    open(Path::new(&format!("file:{name}?immutable=1")), flags, READER_PRAGMAS)
}

/// Opens a database that exists for looking at all of it; nothing is written, not even what its log holds.
///
/// Not a read-only connection: such a one does not know what columns may hold, and so finds nothing wrong with it.
pub(crate) fn open_to_verify(path: &Path) -> Result<Connection, OpenError> {
    if !path.exists() {
        return Err(OpenError::Missing { path: path.to_owned() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags, READER_PRAGMAS)?;
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(|error| OpenError::at(path, error))?;
    Ok(connection)
}

/// Looks for damage, for [`CHECK_LIMIT`] at most.
pub(crate) fn check(path: &Path, connection: &Connection) -> Result<(), OpenError> {
    let found = within(CHECK_LIMIT, connection, |_| {
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
    });
    match found {
        Ok(answer) if answer == "ok" => Ok(()),
        Ok(what) => Err(OpenError::Damaged { path: path.to_owned(), what }),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            tracing::info!("the database is too large to be checked whole at start");
            Ok(())
        }
        Err(error) => Err(OpenError::at(path, error)),
    }
}

/// Interrupts what `work` does with `connection` if it takes longer than `limit`, and tells it so: between two
/// statements there is nothing to interrupt.
pub(crate) fn within<T>(limit: Duration, connection: &Connection, work: impl FnOnce(&AtomicBool) -> T) -> T {
    let interrupt = connection.get_interrupt_handle();
    let is_over = AtomicBool::new(false);
    let (done, end) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(|| {
            let end = end;
            if end.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                is_over.store(true, Ordering::Relaxed);
                interrupt.interrupt();
            }
        });
        let outcome = work(&is_over);
        drop(done);
        outcome
    })
}

fn open(
    path: &Path,
    flags: OpenFlags,
    pragmas: &'static [(&'static str, &'static str)],
) -> Result<Connection, OpenError> {
    let failed = |error| OpenError::at(path, error);
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    for (name, value) in pragmas {
        connection.execute_batch(&format!("PRAGMA {name} = {value}")).map_err(failed)?;
        let held: Value = connection.pragma_query_value(None, name, |row| row.get(0)).map_err(failed)?;
        let held = match held {
            Value::Integer(number) => number.to_string(),
            Value::Text(text) => text,
            _ => String::new(),
        };
        if held != *value {
            return Err(OpenError::NotDurable { path: path.to_owned(), pragma: name });
        }
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).map_err(failed)?;
    Ok(connection)
}
