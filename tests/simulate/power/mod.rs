//! The real store, with the settings it sells with, when the power goes or the disk fails. Whatever was answered is
//! there afterwards, the journal of every sale is whole, and nothing is there that was never written.

mod outage;
mod recorder;

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use yima_store::{Store, StoreError};

use self::outage::{FATES, Fate, leave};
use self::recorder::{Op, Syncs};
use super::{difference, rules, without_restores, write};
use crate::chance::Chance;
use crate::disk::Entry;
use crate::kept::Kept;
use crate::run::run;

/// So many seeds one after another write enough that the log is brought back into the database several times.
const SEEDS: u64 = 10;
const CUTS: u64 = 80;

/// What a simulated shop wrote, and what is kept after each write.
struct Story {
    entries: Vec<Entry>,
    /// One more than there are writes: the first is the empty shop.
    kept: Vec<Kept>,
}

impl Story {
    fn read() -> Self {
        let steps: Vec<_> = (0..SEEDS).flat_map(without_restores).collect();
        let entries = run(rules(0), &steps).unwrap().log;
        let mut kept = vec![Kept::default()];
        for (write, ..) in &entries {
            let mut next = kept.last().cloned().unwrap_or_default();
            write.perform(&mut next).unwrap();
            kept.push(next);
        }
        Self { entries, kept }
    }
}

/// Everything that the store did to its files while the story was written.
struct Recorded {
    ops: Vec<Op>,
    folder: TempDir,
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

/// Memory where it is a folder: what a disk would lose is worked out, not waited for.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    tempfile::Builder::new().prefix("yima-power-").tempdir_in(parent).unwrap()
}

fn database(folder: &Path) -> PathBuf {
    folder.join("till.db")
}

fn recorded(story: &Story, syncs: Syncs) -> Recorded {
    let folder = folder();
    recorder::record(folder.path(), Syncs::Honest);
    let store = Store::open(&database(folder.path())).unwrap();
    recorder::set_syncs(folder.path(), syncs);
    runtime().block_on(async {
        for (number, entry) in story.entries.iter().enumerate() {
            assert_eq!(write(&store, entry).await, entry.2);
            recorder::answered(folder.path(), number + 1);
        }
    });
    drop(store);
    Recorded { ops: recorder::take(folder.path()), folder }
}

/// Opens what the power left behind; tells what is not as it has to be.
fn look(story: &Story, ops: &[Op], fate: Fate, seed: u64) -> Option<String> {
    let folder = folder();
    leave(folder.path(), ops, fate, &mut Chance::of(seed));
    look_at(story, &database(folder.path()), answered(ops))
}

fn look_at(story: &Story, path: &Path, answered: usize) -> Option<String> {
    let store = match Store::open(path) {
        Ok(store) => store,
        Err(error) => return Some(format!("it does not open: {error}")),
    };
    let differs = runtime().block_on(async {
        let mut differs = None;
        // The write that was under way may be there or not.
        for kept in story.kept.iter().skip(answered).take(2) {
            differs = difference(kept, &store).await;
            if differs.is_none() {
                break;
            }
        }
        differs
    });
    drop(store);
    let findings = yima_store::verify::verify(path).map(|verified| verified.findings);
    match findings {
        Err(error) => Some(format!("it cannot be verified: {error}")),
        Ok(findings) if !findings.is_empty() => Some(format!("I11: {findings:?}")),
        Ok(_) => differs.map(|what| format!("after {answered} answered writes: {what}")),
    }
}

fn answered(ops: &[Op]) -> usize {
    let last = ops.iter().rev().find_map(|op| match op {
        Op::Answered(writes) => Some(*writes),
        _ => None,
    });
    last.unwrap_or(0)
}

/// The first cut of many, spread over all that was done, after which something is wrong.
fn first_wrong(story: &Story, ops: &[Op]) -> Option<String> {
    let mut chance = Chance::of(4);
    for cut in 0..CUTS {
        let at = usize::try_from(chance.below(ops.len() as u64)).unwrap();
        for fate in FATES {
            if let Some(what) = look(story, &ops[..at], fate, cut) {
                return Some(format!("cut after {at} of {} operations, {fate:?}: {what}", ops.len()));
            }
        }
    }
    None
}

#[test]
fn d4_power_loss_takes_nothing_that_was_answered() {
    let story = Story::read();
    let recorded = recorded(&story, Syncs::Honest);
    let count = |file: &str| {
        let is_sync = |op: &&Op| matches!(op, Op::Sync(name) if name == file);
        recorded.ops.iter().filter(is_sync).count()
    };
    println!(
        "{} writes, {} operations, {} syncs of the log, {} of the database, {} cuts",
        story.entries.len(),
        recorded.ops.len(),
        count("till.db-wal"),
        count("till.db"),
        CUTS * FATES.len() as u64
    );
    assert!(count("till.db-wal") >= story.entries.len(), "each write is synced");
    assert!(count("till.db") > 3, "and the log is brought back into the database");
    assert_eq!(first_wrong(&story, &recorded.ops), None);
}

/// The same cuts over a disk that only says that it synced: this has to be noticed, or the test above is worth nothing.
#[test]
fn d4_a_disk_that_does_not_sync_is_found_out() {
    let story = Story::read();
    let recorded = recorded(&story, Syncs::Lying);
    let wrong = first_wrong(&story, &recorded.ops);
    assert!(wrong.as_ref().is_some_and(|what| what.contains("answered writes: ")), "{wrong:?}");
}

#[test]
fn d5_without_its_shared_memory_or_with_a_torn_log_it_recovers() {
    let story = Story::read();
    let recorded = recorded(&story, Syncs::Honest);
    let folder = folder();
    // As the program leaves them when it is killed: the shared memory is of another time.
    let half = recorded.ops.iter().position(|op| *op == Op::Answered(story.entries.len() / 2)).unwrap();
    for (fate, shared) in [(Fate::Torn, None), (Fate::Torn, Some(vec![0xff; 32_768])), (Fate::Dropped, None)]
    {
        leave(folder.path(), &recorded.ops[..=half], fate, &mut Chance::of(1));
        let path = folder.path().join("till.db-shm");
        match shared {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => drop(std::fs::remove_file(&path)),
        }
        let wrong = look_at(&story, &database(folder.path()), story.entries.len() / 2);
        assert_eq!(wrong, None, "{fate:?}");
    }
    drop(recorded.folder);
}

#[test]
fn d3_after_a_failed_sync_nothing_is_written_until_it_is_opened_again() {
    let story = Story::read();
    for fails_after in [0, 7, 20, 150, 251] {
        let folder = folder();
        recorder::record(folder.path(), Syncs::Honest);
        let store = Store::open(&database(folder.path())).unwrap();
        let mut kept = 0;
        let refused = runtime().block_on(async {
            // Making the file takes syncs of its own.
            recorder::set_syncs(folder.path(), Syncs::FailAfter(fails_after));
            for entry in &story.entries {
                if let Err(error) = write(&store, entry).await {
                    return Some((error, write(&store, entry).await));
                }
                kept += 1;
                recorder::answered(folder.path(), kept);
            }
            None
        });
        let Some((error, after)) = refused else { panic!("no sync failed within {kept} writes") };
        assert!(matches!(error, StoreError::Io(_)), "{error:?}");
        assert_eq!(after, Err(StoreError::Gone), "its writer has ended");
        drop(store);
        let ops = recorder::take(folder.path());
        // The machine lives on: what was written is there, synced or not. Then the power goes as well.
        assert_eq!(look_at(&story, &database(folder.path()), kept), None, "{fails_after}");
        for fate in FATES {
            assert_eq!(look(&story, &ops, fate, 3), None, "{fails_after} {fate:?}");
        }
    }
}
