//! The file that carries orders and balance over a restart: one JSON document, replaced as a whole. Applications
//! and their keys are not in it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::order::Order;
use crate::refund::Purse;

/// Version 1 knew at most one refund of an order, and no balance.
const VERSION: u32 = 2;
const OLDEST_VERSION: u32 = 1;

/// The state file exists but cannot be used. It is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    #[error("is not a sandbox's state: {0}")]
    NotState(#[source] serde_json::Error),
    #[error("was written by another version ({0})")]
    OtherVersion(u32),
}

/// What the last run left.
#[derive(Deserialize)]
pub(crate) struct State {
    pub(crate) orders: Vec<Order>,
    #[serde(default)]
    pub(crate) balance: Option<Amount>,
}

pub(crate) struct StateFile {
    path: PathBuf,
    /// The ledger's revision that is on disk. Its lock is held while writing: one writer at a time.
    pub(crate) saved_revision: Arc<tokio::sync::Mutex<u64>>,
}

impl StateFile {
    /// Opens the file and reads what it holds; nothing when there is no file yet.
    pub(crate) fn open(path: PathBuf) -> Result<(Self, Option<State>), StateError> {
        let state = match fs::read(&path) {
            Ok(bytes) => Some(read_state(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(StateError::Unreadable(error)),
        };
        Ok((Self { path, saved_revision: Arc::default() }, state))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// The document for these orders and this balance.
pub(crate) fn document(orders: &[Order], purse: Purse) -> io::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Document<'a> {
        version: u32,
        balance: Option<Amount>,
        orders: &'a [Order],
    }
    Ok(serde_json::to_vec(&Document { version: VERSION, balance: purse.balance, orders })?)
}

/// Replaces the file: whoever reads it, also after a power cut, sees the old document or the new one.
pub(crate) fn replace(path: &Path, document: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let mut file = private().open(&beside)?;
    file.write_all(document)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&beside, path)?;
    sync_folder(path)
}

fn read_state(bytes: &[u8]) -> Result<State, StateError> {
    #[derive(Deserialize)]
    struct Head {
        version: u32,
    }
    let head: Head = serde_json::from_slice(bytes).map_err(StateError::NotState)?;
    if !(OLDEST_VERSION..=VERSION).contains(&head.version) {
        return Err(StateError::OtherVersion(head.version));
    }
    serde_json::from_slice(bytes).map_err(StateError::NotState)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The rename itself is only durable once the folder is. Windows has no such call, and needs none.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
