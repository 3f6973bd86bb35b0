use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::*;
use crate::backup::{
    BackupError, Database, back_up, back_up_in, made_at, make, newest_ms, superseded, unfinished,
};
use crate::verify::verify;
use crate::{DataDir, Mode, OpenError, SettingsFile};

const HOUR_MS: i64 = 3_600_000;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn count_of(path: &Path, table: &str) -> u32 {
    let verified = verify(path).unwrap();
    assert_eq!(verified.findings, []);
    verified.counts.iter().find(|(name, _)| *name == table).unwrap().1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_till_that_sells_is_one_state_of_it() {
    let shop = Shop::open();
    let (path, to) = (shop.path(), shop.folder.path().join("copy.db"));
    let is_selling = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let copying = scope.spawn(|| {
            let (mut last, mut between) = (0, 0);
            while is_selling.load(Ordering::Relaxed) {
                back_up(Database::Live, &path, &to).unwrap();
                let sales = count_of(&to, "sales");
                assert!(sales >= last, "{sales} after {last}");
                between += u32::from(sales > last);
                last = sales;
                fs::remove_file(&to).unwrap();
            }
            between
        });
        let selling = async {
            for number in 0..1_000 {
                shop.paid(&format!("a{number}"), 200, NOON_MS, "01").await;
            }
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(selling));
        is_selling.store(false, Ordering::Relaxed);
        assert!(copying.join().unwrap() > 1, "several were made meanwhile");
    });
    let made = back_up(Database::Live, &path, &to).unwrap();
    assert_eq!((made.path.as_path(), made.bytes), (to.as_path(), fs::metadata(&to).unwrap().len()));
    assert_eq!((count_of(&to, "sales"), count_of(&to, "receipts")), (1_000, 1_000));
    assert_eq!(fs::read(&to).unwrap()[18..20], [1, 1], "it needs no log and no writable folder to be read");
}

#[tokio::test]
async fn what_cannot_be_backed_up_leaves_no_half_file() {
    let shop = Shop::open();
    shop.paid("a1", 200, NOON_MS, "01").await;
    let place = shop.folder.path().join("place");
    fs::create_dir(&place).unwrap();
    let to = place.join("live.db");
    let part = unfinished(&to);

    let outcome = make(Database::Live, &shop.path(), &part, u64::MAX);
    assert!(matches!(outcome, Err(BackupError::NoRoom { .. })), "{outcome:?}");
    let outcome = back_up(Database::Settings, &shop.path(), &to);
    assert!(matches!(outcome, Err(BackupError::Unreadable(OpenError::Newer { .. }))), "{outcome:?}");
    let outcome = back_up(Database::Live, &place.join("none.db"), &to);
    assert!(matches!(outcome, Err(BackupError::Unreadable(OpenError::Missing { .. }))), "{outcome:?}");
    let outcome = back_up(Database::Live, &shop.path(), &place.join("no-folder/live.db"));
    assert!(matches!(outcome, Err(BackupError::Unwritable { .. })), "{outcome:?}");
    assert_eq!(names(&place), [""; 0]);

    fs::write(&to, "somebody's").unwrap();
    let outcome = back_up(Database::Live, &shop.path(), &to);
    assert!(matches!(outcome, Err(BackupError::Exists { .. })), "{outcome:?}");
    assert_eq!(fs::read(&to).unwrap(), b"somebody's");
    fs::remove_file(&to).unwrap();

    shop.sql("DROP TRIGGER sale_events_kept; DELETE FROM sale_events WHERE version = 2").await.unwrap();
    let outcome = back_up(Database::Live, &shop.path(), &to);
    assert!(matches!(&outcome, Err(BackupError::Unsound(what)) if what.contains("a1")), "{outcome:?}");
    assert_eq!(names(&place), [""; 0]);
    assert!(shop.store.new_cart(NOON_MS).await.is_ok(), "and the till sells on");
}

#[test]
fn backups_have_their_folder_and_the_old_ones_go() {
    let root = tempfile::tempdir().unwrap();
    let folder = DataDir::locate(Some(root.path().join("data"))).unwrap();
    drop(Store::open(&folder.database(Mode::Live)).unwrap());
    drop(SettingsFile::open(&folder.settings_db()).unwrap());
    assert_eq!(newest_ms(&folder, Database::Live), None);

    back_up_in(&folder, Database::Live, NOON_MS - HOUR_MS).unwrap();
    fs::write(folder.backups().join("live-20261122-115959.db.7.part"), "what a crash left").unwrap();
    fs::write(folder.backups().join("live-notes.db"), "a person's").unwrap();
    for hours in 0..50 {
        let name = format!("live-20261120-{:02}{:02}00.db", hours / 2, hours % 2);
        fs::write(folder.backups().join(name), "old").unwrap();
    }
    let made = back_up_in(&folder, Database::Live, NOON_MS).unwrap();
    assert_eq!(made.path, folder.backups().join("live-20261122-120000.db"));
    back_up_in(&folder, Database::Settings, NOON_MS).unwrap();
    let kept = names(&folder.backups());
    assert_eq!(kept.iter().filter(|name| made_at(name, Database::Live).is_some()).count(), 48);
    assert!(!kept.iter().any(|name| name.contains("part") || name == "live-20261120-000000.db"), "{kept:?}");
    assert!(kept.contains(&"live-notes.db".to_owned()), "{kept:?}");
    assert_eq!(newest_ms(&folder, Database::Live), Some(NOON_MS));
    assert_eq!(newest_ms(&folder, Database::Settings), Some(NOON_MS));
    assert_eq!(count_of(&folder.backups().join("settings-20261122-120000.db"), "settings"), 0);

    for time in ["20261122-120001", "20261122-120002"] {
        let made = back_up_in(&folder, Database::Live, NOON_MS).unwrap();
        assert_eq!(made.path, folder.backups().join(format!("live-{time}.db")), "in one second");
    }
    let made = back_up_in(&folder, Database::Live, 0).unwrap();
    assert!(made.path.exists(), "the clock went back to 1970");

    let busy = fs::File::options().write(true).open(folder.backups().join("backup.lock")).unwrap();
    busy.lock().unwrap();
    let outcome = back_up_in(&folder, Database::Live, NOON_MS + HOUR_MS);
    assert!(matches!(outcome, Err(BackupError::InProgress)), "{outcome:?}");
}

/// Backups of these days and hours, and how many of them stay.
#[test]
fn two_days_are_kept_by_the_hour_and_thirty_by_the_day() {
    let by_hour = |day: &str, hours: std::ops::Range<u32>| -> Vec<String> {
        hours.map(|hour| format!("live-{day}-{hour:02}0000.db")).collect()
    };
    let days = |first: u32, last: u32| (first..=last).map(|day| format!("202611{day:02}"));
    let few = by_hour("20261122", 0..10);
    let two_days: Vec<_> = days(21, 22).flat_map(|day| by_hour(&day, 0..24)).collect();
    let month: Vec<_> = days(1, 30).flat_map(|day| by_hour(&day, 0..24)).collect();
    let long: Vec<_> = (1..=12)
        .flat_map(|month| (1..=28).map(move |day| format!("2025{month:02}{day:02}")))
        .flat_map(|day| by_hour(&day, 9..12))
        .collect();
    let ahead = [by_hour("20990101", 0..1), by_hour("20261122", 0..24)].concat();
    let others = vec!["live-x.db".to_owned(), "settings-20261122-000000.db".to_owned()];
    for (what, backups, kept) in [
        ("few", few, 10),
        ("two days", two_days, 48),
        ("a month: 28 days but for the last two", month, 48 + 28),
        ("a year, three a day: 16 days whole, 14 days more", long, 48 + 14),
        ("a clock that once was ahead", ahead, 25),
        ("files that are no backups", others, 2),
    ] {
        let mut mixed: Vec<&str> = backups.iter().map(String::as_str).collect();
        mixed.reverse();
        let gone = superseded(mixed.iter().copied(), Database::Live);
        assert_eq!(backups.len() - gone.len(), kept, "{what}");
        let newest_gone = gone.iter().max();
        let last_of_a_day = |name: &&&str| name.ends_with("-230000.db") || name.ends_with("-110000.db");
        if what.starts_with("a month") {
            assert_eq!(newest_gone.filter(last_of_a_day), None, "the last of each day stays");
        }
    }
}

#[test]
fn an_older_or_newer_format_is_not_backed_up() {
    let folder = tempfile::tempdir().unwrap();
    let (path, to) = (folder.path().join("live.db"), folder.path().join("copy.db"));
    drop(Store::open(&path).unwrap());
    let raw = Connection::open(&path).unwrap();
    let note = "INSERT INTO refinery_schema_history VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')";
    raw.execute_batch(note).unwrap();
    drop(raw);
    let outcome = back_up(Database::Live, &path, &to);
    assert!(matches!(outcome, Err(BackupError::Unreadable(OpenError::Newer { .. }))), "{outcome:?}");
    assert!(!to.exists());
}
