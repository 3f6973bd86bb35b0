//! The folder that holds everything one till keeps.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The longest small file, two turns of an installation, takes a hundred.
const MAX_BYTES: u64 = 4_096;

/// Practice and live keep separate databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    Practice,
    Live,
}

/// Where the databases, the settings and the logs are; the folder exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataDir {
    root: PathBuf,
}

/// Held by whoever may write to a data folder; given back when dropped, also by a crash.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
}

/// Why there is no data folder.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    #[error("the system names no place for a user's data; say which folder to use")]
    NoPlace,
    #[error("{} cannot be used as the data folder", path.display())]
    Unusable { path: PathBuf, source: io::Error },
}

/// Why a data folder is not ours to write to.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    #[error("{} is in use by another program", path.display())]
    InUse { path: PathBuf },
    #[error("{} cannot be locked", path.display())]
    Failed { path: PathBuf, source: io::Error },
}

impl DataDir {
    /// The variable that names the folder where the command line does not.
    pub const VARIABLE: &str = "YIMA_DATA_DIR";

    /// Picks `explicit`, else what [`Self::VARIABLE`] says, else the system's usual place, and makes the folder.
    ///
    /// A folder it makes is its owner's only (0700 where the system has modes).
    pub fn locate(explicit: Option<PathBuf>) -> Result<Self, DataDirError> {
        let root = place(explicit).ok_or(DataDirError::NoPlace)?;
        let unusable = |source| DataDirError::Unusable { path: root.clone(), source };
        let root = std::path::absolute(&root).map_err(unusable)?;
        make_private(&root).map_err(unusable)?;
        Ok(Self { root })
    }

    /// As [`Self::locate`], but makes nothing: `None` where there is no folder.
    #[must_use]
    pub fn existing(explicit: Option<PathBuf>) -> Option<Self> {
        let root = std::path::absolute(place(explicit)?).ok()?;
        root.is_dir().then_some(Self { root })
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    #[must_use]
    pub fn settings_db(&self) -> PathBuf {
        self.root.join("settings.db")
    }

    #[must_use]
    pub fn database(&self, mode: Mode) -> PathBuf {
        self.root.join(match mode {
            Mode::Practice => "practice.db",
            Mode::Live => "live.db",
        })
    }

    /// The folder that this file is in.
    pub(crate) fn of(file: &Path) -> Self {
        Self { root: file.parent().unwrap_or(Path::new("")).to_owned() }
    }

    /// What was odd about the rows of the last import of goods.
    #[must_use]
    pub fn import_report(&self) -> PathBuf {
        self.root.join("import-report.csv")
    }

    /// Made when the first backup is.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Where databases go that a backup took the place of.
    #[must_use]
    pub fn set_aside(&self) -> PathBuf {
        self.root.join("set-aside")
    }

    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Takes the folder for writing, without waiting.
    pub fn lock(&self) -> Result<DataLock, LockError> {
        let path = self.root.join("till.lock");
        let failed = |source| LockError::Failed { path: path.clone(), source };
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(DataLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::InUse { path: self.root.clone() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

fn place(explicit: Option<PathBuf>) -> Option<PathBuf> {
    let named = std::env::var_os(DataDir::VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from);
    explicit.or(named).or_else(usual_place)
}

/// Not the roaming place: a database is not to be copied about under the program's feet.
fn usual_place() -> Option<PathBuf> {
    ProjectDirs::from("", "", "yima-till").map(|places| places.data_local_dir().to_owned())
}

fn make_private(root: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(root)?;
    fs::read_dir(root).map(drop)
}

/// Reads a small file; no more than there can be in it, whatever somebody has put in its place.
pub fn read_short(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(text)
}
