//! What one process holds at one moment, and whether that grows.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const MIB: f64 = 1024.0 * 1024.0;
/// Memory may go up and down, but a line through the second half may not rise by more from its beginning to its end.
pub const GROWTH_MIB: f64 = 3.0;
/// A connection may be closed and another one open for a moment.
pub const MORE_FILES: f64 = 4.0;
pub const MORE_THREADS: f64 = 2.0;
/// The size to which SQLite cuts the log file back; a till that checkpoints in time stays below.
pub const LOG_MIB: f64 = 4.0;
/// The database and the catalogue, each with its log and that one's index, the room put aside, and what the soak keeps there.
pub const FILES_IN_FOLDER: f64 = 9.0;

/// One sample.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub sales: u64,
    pub memory_mib: f64,
    pub open_files: f64,
    pub threads: f64,
    pub log_mib: f64,
    pub database_mib: f64,
    pub files_in_folder: f64,
}

impl Usage {
    pub fn of(process: u32, database: &Path, sales: u64) -> Result<Self> {
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let folder = database.parent().context("a folder")?;
        Ok(Self {
            sales,
            memory_mib: field(&status, "VmRSS:")? / 1024.0,
            open_files: fs::read_dir(format!("/proc/{process}/fd"))?.count() as f64,
            threads: field(&status, "Threads:")?,
            log_mib: size_mib(&database.with_extension("db-wal")),
            database_mib: size_mib(database),
            files_in_folder: fs::read_dir(folder)?.count() as f64,
        })
    }
}

/// What grew or was too large, in words. The first half is for warming up.
pub fn excesses(samples: &[Usage]) -> Vec<String> {
    let (first, second) = samples.split_at(samples.len() / 2);
    if first.is_empty() {
        return vec!["too short to tell anything".to_owned()];
    }
    let mut found = Vec::new();
    let growth_mib = growth(second, |usage| usage.memory_mib);
    if growth_mib > GROWTH_MIB {
        found.push(format!("memory grew by {growth_mib:.1} MiB in the second half"));
    }
    for (what, more, of) in [
        ("open files", MORE_FILES, (|usage| usage.open_files) as fn(&Usage) -> f64),
        ("threads", MORE_THREADS, |usage| usage.threads),
    ] {
        let (before, after) = (most(first, of), most(second, of));
        if after > before + more {
            found.push(format!("{what} went from {before} to {after}"));
        }
    }
    let log_mib = most(samples, |usage| usage.log_mib);
    if log_mib > LOG_MIB {
        found.push(format!("the write-ahead log came to {log_mib:.1} MiB"));
    }
    let files = most(samples, |usage| usage.files_in_folder);
    if files > FILES_IN_FOLDER {
        found.push(format!("{files} files lay in the folder"));
    }
    found
}

pub fn most(samples: &[Usage], of: impl Fn(&Usage) -> f64) -> f64 {
    samples.iter().map(of).fold(0.0, f64::max)
}

/// By how much the line of least squares rises over these samples, which were taken at equal intervals.
pub fn growth(samples: &[Usage], of: impl Fn(&Usage) -> f64) -> f64 {
    let count = samples.len() as f64;
    let mean_at = (count - 1.0) / 2.0;
    let mean = samples.iter().map(&of).sum::<f64>() / count;
    let (mut together, mut spread) = (0.0, 0.0);
    for (at, sample) in samples.iter().enumerate() {
        let off = at as f64 - mean_at;
        together += off * (of(sample) - mean);
        spread += off * off;
    }
    if spread > 0.0 { together / spread * (count - 1.0) } else { 0.0 }
}

/// A number of `/proc/…/status`.
fn field(status: &str, name: &str) -> Result<f64> {
    let line =
        status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    Ok(line.split_whitespace().next().context("an empty line")?.parse()?)
}

fn size_mib(path: &Path) -> f64 {
    fs::metadata(path).map_or(0.0, |found| found.len() as f64 / MIB)
}
