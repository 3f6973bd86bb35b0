//! How far the sales of a database reach, told outside of it after each write: a copy of the folder that is put back
//! lacks what came after it was made, however soon that was.
//!
//! It is told without a sync, after whoever waited for the write has been answered. What is told is on the disk in the
//! database by then, so that it may lag behind after a power cut, and is never ahead.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::table::sale_events::SaleEvents;

/// The first line of a file, always as long, so that it is replaced in place by one write.
const WORD: &str = "reach";

/// What tells of one database; nothing until [`Reach::follow`] says where.
#[derive(Default)]
pub(crate) struct Reach {
    file: Mutex<Option<File>>,
    /// Whether something was written since it was told.
    has_news: AtomicBool,
}

impl Reach {
    /// To be called after each commit.
    pub(crate) fn committed(&self) {
        self.has_news.store(true, Ordering::Relaxed);
    }

    /// Tells how far `connection` reaches, if something was written since.
    pub(crate) fn tell_news(&self, connection: &Connection) {
        if self.has_news.swap(false, Ordering::Relaxed) {
            self.tell(connection);
        }
    }

    /// Tells it in this file from now on, whose first line is a [`line`].
    pub(crate) fn follow(&self, path: &Path, connection: &Connection) -> io::Result<()> {
        let file = File::options().write(true).open(path)?;
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        self.tell(connection);
        Ok(())
    }

    /// The file is about to be replaced.
    pub(crate) fn let_go(&self) {
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn tell(&self, connection: &Connection) {
        let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = held.as_mut() else { return };
        let told = SaleEvents(connection).last_row().map_err(io::Error::other).and_then(|last| {
            file.seek(SeekFrom::Start(0))?;
            file.write_all(line(last).as_bytes())
        });
        if let Err(error) = told {
            tracing::warn!(%error, "a copy made since the last turn may not be noticed");
            *held = None;
        }
    }
}

/// Says that there were so many events.
pub(crate) fn line(events: i64) -> String {
    let digits = format!("{events:020}");
    format!("{WORD} {digits} {}\n", check(&digits))
}

/// `None` for what [`line`] did not make, whole.
pub(crate) fn parse(line: &str) -> Option<i64> {
    let (digits, sum) = line.strip_prefix(WORD)?.strip_prefix(' ')?.split_once(' ')?;
    if sum == check(digits) { digits.parse().ok() } else { None }
}

pub(crate) fn is_meant(line: &str) -> bool {
    line.starts_with(WORD)
}

fn check(digits: &str) -> String {
    Sha256::digest(digits).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
