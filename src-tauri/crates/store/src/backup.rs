//! Copies of the databases, made while the till sells on, checked before they count.

mod copy;
mod goods;
mod kept;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::verify::{Extent, look_over};
use crate::{DataDir, Mode, OpenError, StoreError, connection, goods as catalogue, schema, table};

pub use goods::{back_up_goods, has_new_goods};
pub use kept::{made_at, superseded};

/// So many of the newest sales of a backup are gone through; all of its pages are.
const SALES_CHECKED: u32 = 1_000;
/// A backup leaves the disk at least so much: selling comes first.
const ROOM_LEFT_BYTES: u64 = 64 << 20;
const UNFINISHED: &str = "part";

/// A file that a till keeps its data in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Database {
    Practice,
    Live,
    /// What is sold live. The practice catalogue is a sample.
    Goods,
    Settings,
}

/// A backup that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    pub path: PathBuf,
    pub bytes: u64,
}

/// Why there is no backup. What was there before is there still, and no half file is left.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Unreadable(#[from] OpenError),
    #[error("the database could not be copied")]
    NotCopied(#[from] StoreError),
    #[error("{} cannot be written", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("there is a file at {} already", path.display())]
    Exists { path: PathBuf },
    #[error("the disk has {free_bytes} bytes left, a backup needs {needed_bytes}")]
    NoRoom { needed_bytes: u64, free_bytes: u64 },
    #[error("another program is making a backup")]
    InProgress,
    /// The database itself is damaged.
    #[error("the copy is not sound: {0}")]
    Unsound(String),
}

impl From<Mode> for Database {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Practice => Self::Practice,
            Mode::Live => Self::Live,
        }
    }
}

impl Database {
    pub const ALL: [Self; 4] = [Self::Practice, Self::Live, Self::Goods, Self::Settings];

    /// Whether sales are in it: only these carry an installation, and are marked when they are restored.
    #[must_use]
    pub const fn has_sales(self) -> bool {
        matches!(self, Self::Practice | Self::Live)
    }

    /// As backups are called: `live-20261122-120000.db`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Live => "live",
            Self::Goods => "goods",
            Self::Settings => "settings",
        }
    }

    #[must_use]
    pub fn path(self, folder: &DataDir) -> PathBuf {
        match self {
            Self::Practice => folder.database(Mode::Practice),
            Self::Live => folder.database(Mode::Live),
            Self::Goods => catalogue::path_beside(&folder.database(Mode::Live)),
            Self::Settings => folder.settings_db(),
        }
    }

    pub(crate) const fn steps(self) -> &'static [schema::Step] {
        match self {
            Self::Practice | Self::Live => table::SHOP,
            Self::Goods => table::GOODS,
            Self::Settings => table::SETTINGS,
        }
    }

    pub(crate) const fn tables(self) -> &'static [&'static str] {
        match self {
            Self::Practice | Self::Live => {
                &["sales", "sale_events", "receipts", "refunds", "carts", "cart_lines"]
            }
            Self::Goods => &["products", "barcodes"],
            Self::Settings => &["settings", "cashiers", "audit"],
        }
    }
}

/// Makes a backup at `to`, which must not exist. Blocks, also beside a till that sells.
pub fn back_up(database: Database, from: &Path, to: &Path) -> Result<Backup, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists { path: to.to_owned() });
    }
    let part = unfinished(to);
    let made = make(database, from, &part, ROOM_LEFT_BYTES).and_then(|()| put_in_place(&part, to));
    if made.is_err() {
        copy::remove(&part);
    }
    made
}

/// Makes a backup in the folder's own place for them, and removes those that are old enough to go. Blocks.
///
/// `at_ms` are Unix milliseconds. Nothing is removed unless the new one is in its place.
pub fn back_up_in(folder: &DataDir, database: Database, at_ms: i64) -> Result<Backup, BackupError> {
    let backups = folder.backups();
    let unwritable = |source| BackupError::Unwritable { path: backups.clone(), source };
    fs::create_dir_all(&backups).map_err(unwritable)?;
    let _one_at_a_time = lock(&backups)?;
    let mut names = names_in(&backups).map_err(unwritable)?;
    // Nobody else is at work here: these are what a crash left.
    names.iter().filter(|name| name.contains(".part")).for_each(|name| copy::remove(&backups.join(name)));
    // Of two in one second the second is called after the next.
    let after = |seconds: i64| kept::name(database, at_ms.saturating_add(seconds * 1_000));
    let name = (0..60).map(after).find(|name| !names.contains(name)).unwrap_or_else(|| after(0));
    let made = back_up(database, &database.path(folder), &backups.join(&name))?;
    names.push(name.clone());
    // By a clock that has gone back the new one may be the oldest.
    for old in superseded(names.iter().map(String::as_str), database).into_iter().filter(|old| *old != name) {
        if let Err(error) = fs::remove_file(backups.join(old)) {
            tracing::warn!(%error, old, "an old backup could not be removed");
        }
    }
    Ok(made)
}

/// When the newest backup in the folder was made, in Unix milliseconds.
#[must_use]
pub fn newest_ms(folder: &DataDir, database: Database) -> Option<i64> {
    all(folder, database).first().map(|(made_ms, _)| *made_ms)
}

/// The backups in the folder and when each was made, in Unix milliseconds, newest first.
#[must_use]
pub fn all(folder: &DataDir, database: Database) -> Vec<(i64, PathBuf)> {
    let backups = folder.backups();
    let names = names_in(&backups).unwrap_or_default();
    let made = |name: &String| Some((made_at(name, database)?, backups.join(name)));
    let mut all: Vec<_> = names.iter().filter_map(made).collect();
    all.sort_unstable_by(|one, other| other.cmp(one));
    all
}

/// Copies, and checks the copy.
pub(crate) fn make(
    database: Database,
    from: &Path,
    part: &Path,
    room_left_bytes: u64,
) -> Result<(), BackupError> {
    let mut source = connection::open_to_read(from)?;
    schema::require_current(from, &source, database.steps())?;
    copy::require_room(&source, part, room_left_bytes)?;
    copy::copy(&mut source, part)?;
    if database.has_sales() {
        copy::disown(part)?;
    }
    let copied = connection::open_to_verify(part)?;
    schema::require_current(part, &copied, database.steps())?;
    match look_over(&copied, database, Extent::Newest(SALES_CHECKED)).findings.into_iter().next() {
        None => Ok(()),
        Some(finding) => Err(BackupError::Unsound(finding.what)),
    }
}

fn put_in_place(part: &Path, to: &Path) -> Result<Backup, BackupError> {
    let unwritable = |source| BackupError::Unwritable { path: to.to_owned(), source };
    fs::rename(part, to).map_err(unwritable)?;
    copy::sync_folder_of(to).map_err(unwritable)?;
    let bytes = fs::metadata(to).map_err(unwritable)?.len();
    Ok(Backup { path: to.to_owned(), bytes })
}

/// Beside the file it is to become, so that it can be renamed; of this process alone.
pub(crate) fn unfinished(to: &Path) -> PathBuf {
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.{UNFINISHED}", std::process::id()));
    to.with_file_name(name)
}

fn lock(backups: &Path) -> Result<File, BackupError> {
    let path = backups.join("backup.lock");
    let unwritable = |source| BackupError::Unwritable { path: path.clone(), source };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(BackupError::InProgress),
        Err(TryLockError::Error(source)) => Err(unwritable(source)),
    }
}

fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}

pub(crate) use copy::{copy, remove, sync_folder_of};
