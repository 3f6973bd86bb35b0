//! A file system that really is full, under the real store and the real engine.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command as Program;

use tempfile::TempDir;
use yima_checkout::{Command, Refusal, StoreProblem};
use yima_core::Quantity;
use yima_core::sale::{Call, State, Status};

use crate::desk::{Desk, WATER, terms};

/// What is in memory is full sooner than a disk.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` for whoever may not mount one.
    fn at(place: &Path) -> Option<Self> {
        let mut mount = Program::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]).arg(place);
        mount.output().is_ok_and(|done| done.status.success()).then(|| Self(place.to_owned()))
    }

    /// Nothing goes on it any more; what is there can be written over.
    fn fill(&self) {
        let mut ballast = File::options().create(true).append(true).open(self.ballast()).unwrap();
        for bytes in [1 << 16, 1 << 12, 1] {
            while ballast.write_all(&vec![1; bytes]).is_ok() {}
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    fn has_reserve(&self) -> bool {
        fs::metadata(self.0.join("live.reserve")).is_ok_and(|file| file.len() == 1 << 20)
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Program::new("umount").arg("--lazy").arg(&self.0).output();
    }
}

/// Scans goods that nobody knows, which need room, until one is refused.
async fn scan_until_refused(desk: &Desk) -> Refusal {
    for number in 0..5_000 {
        let scan = Command::Scan { code: format!("X{number:04}").into(), quantity: Quantity::ONE };
        if let Err(refusal) = desk.act(scan).await {
            return refusal;
        }
    }
    panic!("the disk is never full");
}

#[tokio::test]
#[allow(clippy::print_stderr, reason = "a test that is left out says why")]
async fn d2_on_a_disk_that_is_really_full_what_was_paid_is_kept_with_the_room_put_aside() {
    let folder = TempDir::new().unwrap();
    let Some(disk) = SmallDisk::at(folder.path()) else {
        return eprintln!("LEFT OUT: this user may not mount a small disk");
    };
    let desk = Desk::open_in(folder, terms()).await;
    desk.scan(WATER).await;
    desk.charge().await;
    disk.fill();
    let full = Refusal::NotSaved(StoreProblem::DiskFull);
    assert_eq!(scan_until_refused(&desk).await, full);
    assert!(disk.has_reserve(), "goods are no reason to use it up");

    desk.gateway.set_status(Status::Paid);
    let paid = desk.until(State::Paid).await;
    assert!(paid.receipt_number.is_some() && !disk.has_reserve());
    desk.act(Command::Dismiss).await.unwrap();
    desk.act(Command::Clear).await.unwrap();
    desk.scan(WATER).await;
    disk.fill();
    assert_eq!(desk.act(Command::Charge).await, Err(full));
    assert_eq!(desk.gateway.count(Call::Scan), 1, "nothing is sold into the room that was given up");

    disk.make_room();
    desk.charge().await;
    assert!(disk.has_reserve(), "and is put aside again before anything else is sold");
    desk.check_books().await;
}
