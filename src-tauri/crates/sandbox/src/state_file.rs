//! The file that carries the orders over a restart: one JSON document, replaced as a whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::order::Order;

const VERSION: u32 = 1;

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

pub(crate) struct StateFile {
    path: PathBuf,
    /// The ledger's revision that is on disk. Its lock is held while writing: one writer at a time.
    pub(crate) saved_revision: Arc<tokio::sync::Mutex<u64>>,
}

impl StateFile {
    /// Opens the file and reads the orders in it; none when there is no file yet.
    pub(crate) fn open(path: PathBuf) -> Result<(Self, Vec<Order>), StateError> {
        let orders = match fs::read(&path) {
            Ok(bytes) => read_orders(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(StateError::Unreadable(error)),
        };
        Ok((Self { path, saved_revision: Arc::default() }, orders))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// The document for these orders.
pub(crate) fn document(orders: &[Order]) -> io::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Document<'a> {
        version: u32,
        orders: &'a [Order],
    }
    Ok(serde_json::to_vec(&Document { version: VERSION, orders })?)
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

fn read_orders(bytes: &[u8]) -> Result<Vec<Order>, StateError> {
    #[derive(Deserialize)]
    struct Head {
        version: u32,
    }
    #[derive(Deserialize)]
    struct Document {
        orders: Vec<Order>,
    }
    let head: Head = serde_json::from_slice(bytes).map_err(StateError::NotState)?;
    if head.version != VERSION {
        return Err(StateError::OtherVersion(head.version));
    }
    let document: Document = serde_json::from_slice(bytes).map_err(StateError::NotState)?;
    Ok(document.orders)
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
