//! Room put aside on the disk, so that what was paid can be kept when the disk is full.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::OpenError;

/// Enough for a good many payments.
const BYTES: usize = 1 << 20;

/// A file beside the database whose room can be given up once, until there is room again.
#[derive(Debug)]
pub(crate) struct Reserve {
    path: PathBuf,
    is_gone: AtomicBool,
}

/// Opens; on a full disk once more with the room that is put aside for `databases`.
pub(crate) fn with_room<T>(
    databases: &[&Path],
    mut open: impl FnMut() -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    match open() {
        Err(OpenError::DiskFull { .. })
            if databases.iter().filter(|database| give_up(database)).count() > 0 =>
        {
            open()
        }
        outcome => outcome,
    }
}

fn give_up(database: &Path) -> bool {
    let freed = fs::remove_file(place(database));
    if freed.is_ok() {
        tracing::warn!("the disk is full: the room put aside is used now");
    }
    freed.is_ok()
}

fn place(database: &Path) -> PathBuf {
    database.with_extension("reserve")
}

impl Reserve {
    /// Puts the room aside. A disk that has none to spare opens all the same.
    pub(crate) fn keep(database: &Path) -> Self {
        let path = place(database);
        let has_it = fs::metadata(&path).is_ok_and(|found| found.len() == BYTES as u64);
        let reserve = Self { path, is_gone: AtomicBool::new(!has_it) };
        reserve.is_there();
        reserve
    }

    /// Whether the room is put aside. What was given up is put aside again; only a full disk says no, since any other
    /// trouble with the file would keep a shop from selling.
    pub(crate) fn is_there(&self) -> bool {
        if !self.is_gone.load(Ordering::Relaxed) {
            return true;
        }
        let filled = self.fill();
        if let Err(error) = &filled {
            tracing::warn!(%error, "no room could be put aside");
            let _ = fs::remove_file(&self.path);
        }
        self.is_gone.store(filled.is_err(), Ordering::Relaxed);
        !filled.is_err_and(|error| error.kind() == io::ErrorKind::StorageFull)
    }

    /// Gives the room up; `false` if there is none.
    pub(crate) fn free(&self) -> bool {
        let freed = fs::remove_file(&self.path);
        if freed.is_ok() {
            tracing::warn!("the disk is full: the room put aside is used now");
            self.is_gone.store(true, Ordering::Relaxed);
        }
        freed.is_ok()
    }

    fn fill(&self) -> io::Result<()> {
        let mut file = File::create(&self.path)?;
        // A file system that packs its files would put no room aside for zeros.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut noise = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        };
        let block: Vec<u8> = std::iter::repeat_with(&mut noise).take(1 << 13).flatten().collect();
        for _ in 0..BYTES / block.len() {
            file.write_all(&block)?;
        }
        file.flush()
    }
}
