//! What is on a disk after the power went: all that was synced, and of the rest what chance left, sector by sector.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::recorder::Op;
use crate::chance::Chance;

const SECTOR: usize = 512;

/// What becomes of that which was written and not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Dropped,
    /// Each sector is kept or not, whatever became of those before it.
    Scattered,
    /// All of it is there but the last write, which ends in the middle.
    Torn,
}

pub const FATES: [Fate; 3] = [Fate::Dropped, Fate::Scattered, Fate::Torn];

#[derive(Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Pending>,
}

enum Pending {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// Puts into this folder what is left when the power goes after these operations.
pub fn leave(folder: &Path, ops: &[Op], fate: Fate, chance: &mut Chance) {
    let mut files = BTreeMap::<&str, File>::new();
    let at = |place: u64| usize::try_from(place).unwrap();
    for op in ops {
        match op {
            Op::Open(file) => drop(files.entry(file).or_default()),
            Op::Write { file, at: place, bytes } => {
                let pending = Pending::Write(at(*place), bytes.clone());
                files.entry(file).or_default().pending.push(pending);
            }
            Op::Truncate { file, size } => {
                files.entry(file).or_default().pending.push(Pending::Truncate(at(*size)));
            }
            Op::Sync(file) => files.entry(file).or_default().settle(),
            Op::Delete(file) => drop(files.remove(file.as_str())),
            Op::Answered(_) => {}
        }
    }
    for (name, mut file) in files {
        file.lose_power(fate, chance);
        fs::write(folder.join(name), file.durable).unwrap();
    }
}

impl File {
    fn settle(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            match pending {
                Pending::Write(at, bytes) => self.put(at, &bytes),
                Pending::Truncate(size) => self.durable.resize(size, 0),
            }
        }
    }

    fn lose_power(&mut self, fate: Fate, chance: &mut Chance) {
        let mut pending = std::mem::take(&mut self.pending);
        let last = pending.pop();
        match fate {
            Fate::Dropped => {}
            Fate::Scattered => {
                for pending in pending.into_iter().chain(last) {
                    self.scatter(pending, chance);
                }
            }
            Fate::Torn => {
                self.pending = pending;
                self.settle();
                if let Some(Pending::Write(at, bytes)) = last {
                    let kept = usize::try_from(chance.below(bytes.len() as u64)).unwrap() / SECTOR * SECTOR;
                    self.put(at, &bytes[..kept]);
                }
            }
        }
    }

    fn scatter(&mut self, pending: Pending, chance: &mut Chance) {
        match pending {
            Pending::Truncate(size) if chance.one_in(2) => self.durable.resize(size, 0),
            Pending::Truncate(_) => {}
            Pending::Write(at, bytes) => {
                let mut from = 0;
                while from < bytes.len() {
                    // Sectors are the disk's, wherever the write begins.
                    let to = (from + SECTOR - (at + from) % SECTOR).min(bytes.len());
                    if chance.one_in(2) {
                        self.put(at + from, &bytes[from..to]);
                    }
                    from = to;
                }
            }
        }
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let end = at + bytes.len();
        if self.durable.len() < end {
            self.durable.resize(end, 0);
        }
        self.durable[at..end].copy_from_slice(bytes);
    }
}
