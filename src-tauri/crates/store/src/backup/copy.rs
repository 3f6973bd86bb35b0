//! One database into one new file.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::BackupError;
use crate::StoreError;

/// 256 KiB at a time, with a pause after each, so that the disk is never busy with a backup for long.
const PAGES_PER_STEP: i32 = 64;
const PAUSE: Duration = Duration::from_millis(5);
/// What is written goes to the disk bit by bit, or the last sync would stand in the way of a sale's.
const STEPS_PER_SYNC: u32 = 8;
const BUSY_TRIES: u32 = 100;

/// Refuses what would leave the disk less than `room_left_bytes`.
pub(super) fn require_room(
    source: &Connection,
    part: &Path,
    room_left_bytes: u64,
) -> Result<(), BackupError> {
    let number = |pragma| source.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0));
    let pages = number("page_count").map_err(StoreError::from)?;
    let page_bytes = number("page_size").map_err(StoreError::from)?;
    let needed_bytes = (u64::from(pages) * u64::from(page_bytes)).saturating_add(room_left_bytes);
    let folder = folder_of(part);
    let free_bytes = fs4::available_space(folder)
        .map_err(|source| BackupError::Unwritable { path: folder.to_owned(), source })?;
    if free_bytes < needed_bytes { Err(BackupError::NoRoom { needed_bytes, free_bytes }) } else { Ok(()) }
}

/// Copies the state of this moment into a new file, which is on the disk then and needs no log beside it.
pub(crate) fn copy(source: &mut Connection, part: &Path) -> Result<(), BackupError> {
    let unwritable = |source| BackupError::Unwritable { path: part.to_owned(), source };
    // Made here: SQLite would write into a file that is there already.
    let file = File::options().read(true).write(true).create_new(true).open(part).map_err(unwritable)?;
    copy_pages(source, part, &file)?;
    let settled =
        open(part)?.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get::<_, String>(0));
    settled.map_err(StoreError::from)?;
    file.sync_all().map_err(unwritable)
}

/// Takes the installation out of a copy: put in place by hand it is not the one that went on.
pub(super) fn disown(part: &Path) -> Result<(), BackupError> {
    open(part)?.execute("DELETE FROM installation", []).map_err(StoreError::from)?;
    File::options()
        .write(true)
        .open(part)
        .and_then(|file| file.sync_all())
        .map_err(|source| BackupError::Unwritable { path: part.to_owned(), source })
}

/// Within one read transaction: a copy is begun anew whenever something was written meanwhile, and a till that sells
/// would never let it end. Writers wait for nothing, only their log grows for as long as this lasts.
fn copy_pages(source: &mut Connection, part: &Path, file: &File) -> Result<(), BackupError> {
    let mut target = open(part)?;
    let pages = |error| BackupError::from(StoreError::from(error));
    let snapshot = source.transaction().map_err(pages)?;
    snapshot.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(pages)?;
    let backup = Backup::new(&snapshot, &mut target).map_err(pages)?;
    let (mut steps, mut busy) = (0_u32, 0);
    loop {
        match backup.step(PAGES_PER_STEP).map_err(pages)? {
            StepResult::Done => return Ok(()),
            StepResult::More => steps += 1,
            _ if busy == BUSY_TRIES => return Err(StoreError::Busy.into()),
            _ => busy += 1,
        }
        if steps % STEPS_PER_SYNC == 0 {
            file.sync_data().map_err(|source| BackupError::Unwritable { path: part.to_owned(), source })?;
        }
        thread::sleep(PAUSE);
    }
}

/// A small cache and no syncs of its own: the file is synced by whoever has it open, and means nothing before.
fn open(part: &Path) -> Result<Connection, BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(part, flags).map_err(StoreError::from)?;
    connection
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA cache_size = 16;")
        .map_err(StoreError::from)?;
    Ok(connection)
}

/// With what SQLite may have put beside it.
pub(crate) fn remove(part: &Path) {
    for suffix in ["", "-journal", "-wal", "-shm"] {
        let mut name = part.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(Path::new(&name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::warn!(%error, "an unfinished backup could not be removed");
            }
            _ => {}
        }
    }
}

/// Makes names last that were given or taken in the folder of this file.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened, and needs no sync.
    if cfg!(unix) { File::open(folder_of(path))?.sync_all() } else { Ok(()) }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}
