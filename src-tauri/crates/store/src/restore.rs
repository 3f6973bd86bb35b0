//! Putting a backup in the place of a database, which is set aside and never deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};
use yima_core::failpoint;

use crate::backup::{self, BackupError, Database, copy, remove, sync_folder_of, unfinished};
use crate::installation::Turn;
use crate::table::installation::InstallationMut;
use crate::table::restores::Restores;
use crate::verify::{Extent, Verified, look_over};
use crate::{DataDir, DataLock, OpenError, StoreError, connection, day, receipt, reconcile, schema};

/// That a database was put in place from a backup, or is a copy of one that is somewhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restore {
    /// 1, 2, …, or one by chance: stands as letters in receipt numbers given since.
    pub epoch: u32,
    /// `None`: it is a copy.
    pub backup_name: Option<String>,
    /// When that was noticed, in Unix milliseconds.
    pub restored_ms: i64,
}

/// What a restore came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the database is that was there before, if one was.
    pub set_aside: Option<PathBuf>,
    pub verified: Verified,
}

/// Why nothing was restored. The database that was there is there still.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error("the backup cannot be used")]
    Unreadable(#[from] OpenError),
    #[error("the backup could not be copied")]
    NotCopied(#[from] BackupError),
    #[error("the backup could not be marked as restored")]
    NotMarked(#[from] StoreError),
    #[error("the backup is not sound")]
    Unsound(Verified),
    #[error("{} could not be replaced", path.display())]
    NotReplaced { path: PathBuf, source: io::Error },
    #[error("there is no sound backup in the folder")]
    NoBackup,
}

/// Verifies the backup whole and puts it in place of `database` in one step; a crash leaves one or the other. An older
/// format is brought up to date on the way. `at_ms` are Unix milliseconds. Blocks.
pub fn restore(
    folder: &DataDir,
    _held: &DataLock,
    database: Database,
    backup: &Path,
    at_ms: i64,
) -> Result<Restored, RestoreError> {
    let place = database.path(folder);
    let part = unfinished(&place);
    let mark = |copied: &mut Connection| mark(folder, database, backup, copied, at_ms);
    let restored = prepare(database, backup, &part, mark).and_then(|verified| {
        let replaced = |source| RestoreError::NotReplaced { path: place.clone(), source };
        failpoint::before("set_aside");
        let set_aside = set_aside(folder, database, at_ms).map_err(replaced)?;
        failpoint::after("set_aside");
        remove_log(&place).map_err(replaced)?;
        failpoint::before("restore");
        fs::rename(&part, &place).and_then(|()| sync_folder_of(&place)).map_err(replaced)?;
        failpoint::after("restore");
        Ok(Restored { set_aside, verified })
    });
    if restored.is_err() {
        remove(&part);
    }
    restored
}

/// The backups in the folder and when each was made, in Unix milliseconds, in the order in which they are restored:
/// newest first, but at the very end those that the present database was just restored from. Blocks.
#[must_use]
pub fn backups_to_try(folder: &DataDir, database: Database) -> Vec<(i64, PathBuf)> {
    let all = backup::all(folder, database);
    if !database.has_sales() {
        return all;
    }
    let present = connection::open_to_read(&database.path(folder)).ok();
    let restore = present.and_then(|present| Restores(&present).unreconciled().ok()?);
    let tried = restore.and_then(|restore| {
        let name = restore.backup_name?;
        let from_ms = all.iter().find(|(_, path)| path.ends_with(&name)).map(|(made_ms, _)| *made_ms)?;
        Some(from_ms..=restore.restored_ms)
    });
    let is_untried =
        |(made_ms, _): &(i64, PathBuf)| tried.as_ref().is_none_or(|tried| !tried.contains(made_ms));
    let (mut untried, tried): (Vec<_>, Vec<_>) = all.into_iter().partition(is_untried);
    untried.extend(tried);
    untried
}

/// Restores the first of [`backups_to_try`] that is sound; gives it. `at_ms` are Unix milliseconds. Blocks.
pub fn restore_newest(
    folder: &DataDir,
    held: &DataLock,
    database: Database,
    at_ms: i64,
) -> Result<(PathBuf, Restored), RestoreError> {
    for (_, backup) in backups_to_try(folder, database) {
        match restore(folder, held, database, &backup, at_ms) {
            Ok(restored) => return Ok((backup, restored)),
            Err(error @ (RestoreError::Unreadable(_) | RestoreError::Unsound(_))) => {
                tracing::warn!(%error, backup = %backup.display(), "passed over");
            }
            Err(error) => return Err(error),
        }
    }
    Err(RestoreError::NoBackup)
}

/// Copies the newest sound backup of the catalogue, which carries no mark; gives the backup, and the copy, ready to be
/// renamed to its place. Blocks.
pub(crate) fn newest_goods_copied(folder: &DataDir) -> Option<(PathBuf, PathBuf)> {
    let part = unfinished(&Database::Goods.path(folder));
    backup::all(folder, Database::Goods).into_iter().find_map(|(_, backup)| {
        match prepare(Database::Goods, &backup, &part, |_| Ok(())) {
            Ok(_) => Some((backup, part.clone())),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    backup = %backup.display(),
                    "passed over"
                );
                remove(&part);
                None
            }
        }
    })
}

fn prepare(
    database: Database,
    backup: &Path,
    part: &Path,
    mark: impl FnOnce(&mut Connection) -> Result<(), StoreError>,
) -> Result<Verified, RestoreError> {
    let mut source = connection::open_to_read(backup)?;
    schema::require_not_newer(backup, &source, database.steps())?;
    copy(&mut source, part)?;
    drop(source);
    let mut copied = connection::open_to_write(part)?;
    schema::bring_up_to_date(part, &mut copied, database.steps())?;
    let verified = look_over(&copied, database, Extent::Whole);
    if !verified.is_sound() {
        return Err(RestoreError::Unsound(verified));
    }
    mark(&mut copied)?;
    settle(copied).map_err(StoreError::from)?;
    Ok(verified)
}

/// Whichever installation the backup was made of: it is this folder's from now on, which the mark already says.
fn mark(
    folder: &DataDir,
    database: Database,
    backup: &Path,
    copied: &mut Connection,
    at_ms: i64,
) -> Result<(), StoreError> {
    if !database.has_sales() {
        return Ok(());
    }
    let backup_name = backup.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let epoch = next_epoch(folder, database, copied)?;
    let transaction = copied.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let restore = Restore { epoch, backup_name: Some(backup_name), restored_ms: at_ms };
    reconcile::mark(&transaction, &restore)?;
    InstallationMut(&transaction).set(&Turn::restored())?;
    Ok(transaction.commit()?)
}

/// One file without a log, on the disk.
fn settle(copied: Connection) -> rusqlite::Result<()> {
    copied.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get::<_, String>(0))?;
    copied.close().map_err(|(_, error)| error)
}

/// Above every one that receipts may have been printed with: the backup's, the present database's, and, should that be
/// beyond reading, as many as were set aside before. Where there has been no database the backup comes from elsewhere,
/// and may be restored in other places, too.
fn next_epoch(folder: &DataDir, database: Database, copied: &Connection) -> Result<u32, StoreError> {
    let place = database.path(folder);
    let present = connection::open_to_read(&place).ok();
    let present = present.and_then(|present| Restores(&present).epoch().ok()).unwrap_or(0);
    let beginning = format!("{}-", database.name());
    let set_aside = fs::read_dir(folder.set_aside()).into_iter().flatten().flatten();
    let set_aside = set_aside.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with(&beginning) && name.ends_with(".db")
    });
    let set_aside = u32::try_from(set_aside.count()).unwrap_or(u32::MAX);
    let known = Restores(copied).epoch()?.max(present).max(set_aside);
    let is_from_elsewhere = set_aside == 0 && !place.exists();
    Ok(if is_from_elsewhere { receipt::epoch_by_chance(known) } else { known.saturating_add(1) })
}

/// Gives the present database, with its log, another name beside the one it has.
fn set_aside(folder: &DataDir, database: Database, at_ms: i64) -> io::Result<Option<PathBuf>> {
    let place = database.path(folder);
    if !place.exists() {
        return Ok(None);
    }
    // What the log holds comes into the database, where that can be. Then the database alone is the whole, and there
    // is no moment at which it stands without its log.
    if let Ok(present) = connection::open_to_write(&place) {
        let emptied = present.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = emptied {
            tracing::warn!(%error, "the log stays beside the database that is set aside");
        }
    }
    fs::create_dir_all(folder.set_aside())?;
    let stamp = day::stamp_of(at_ms);
    let free = |number: &u32| !aside(folder, database, &stamp, *number).exists();
    let number = (1..).find(free).unwrap_or(1);
    let aside = aside(folder, database, &stamp, number);
    for suffix in ["-wal", ""] {
        let (from, to) = (with_suffix(&place, suffix), with_suffix(&aside, suffix));
        if from.exists() {
            fs::hard_link(&from, &to)
                .or_else(|_| fs::copy(&from, &to).and_then(|_| fs::File::open(&to)?.sync_all()))?;
        }
    }
    sync_folder_of(&aside)?;
    Ok(Some(aside))
}

fn aside(folder: &DataDir, database: Database, stamp: &str, number: u32) -> PathBuf {
    let number = if number == 1 { String::new() } else { format!("-{number}") };
    folder.set_aside().join(format!("{}-{stamp}{number}.db", database.name()))
}

/// It would be read into whatever database stands beside it.
pub(crate) fn remove_log(place: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-shm", "-journal"] {
        match fs::remove_file(with_suffix(place, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    sync_folder_of(place)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
