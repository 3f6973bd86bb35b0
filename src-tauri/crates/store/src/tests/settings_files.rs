use rusqlite::Connection;

use super::*;
use crate::{OpenError, SettingsFile};

#[test]
fn settings_are_kept_and_seen_by_both_programs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.db");
    let till = SettingsFile::open(&path).unwrap();
    let command_line = SettingsFile::open(&path).unwrap();
    assert_eq!(till.get("store.name"), Ok(None));
    command_line.set("store.name", "一码").unwrap();
    command_line.set("store.name", "一码便利店").unwrap();
    command_line.set("language", "zh-CN").unwrap();
    assert_eq!(till.get("store.name").unwrap().as_deref(), Some("一码便利店"));
    assert_eq!(till.remove("language"), Ok(true));
    assert_eq!(command_line.remove("language"), Ok(false));
    assert!(matches!(till.set("", "x"), Err(StoreError::Refused(_))));
    drop((till, command_line));
    let all = SettingsFile::open(&path).unwrap().all().unwrap();
    assert_eq!(all.into_iter().collect::<Vec<_>>(), [("store.name".to_owned(), "一码便利店".to_owned())]);
}

#[test]
fn settings_that_belong_together_are_kept_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = SettingsFile::open(&folder.path().join("settings.db")).unwrap();
    assert!(matches!(file.set_all(&[("a", "1"), ("", "2")]), Err(StoreError::Refused(_))));
    assert_eq!(file.get("a"), Ok(None));
    file.set_all(&[("a", "1"), ("b", "2")]).unwrap();
    assert_eq!(file.get("b").unwrap().as_deref(), Some("2"));
}

#[test]
fn two_programs_that_start_at_once_both_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.db");
    std::thread::scope(|scope| {
        let openers: Vec<_> = (0..4).map(|_| scope.spawn(|| SettingsFile::open(&path).map(drop))).collect();
        for opener in openers {
            assert_eq!(opener.join().unwrap(), Ok(()));
        }
    });
}

#[test]
fn a_newer_settings_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.db");
    drop(SettingsFile::open(&path).unwrap());
    let note = "INSERT INTO refinery_schema_history VALUES (4, 'later', '2030-01-01T00:00:00Z', '1')";
    Connection::open(&path).unwrap().execute_batch(note).unwrap();
    assert_eq!(SettingsFile::open(&path).err(), Some(OpenError::Newer { path, found: 4, known: 3 }));
}

#[test]
fn d7_what_cannot_be_opened_to_write_is_read_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("50%20? #1");
    std::fs::create_dir(&inner).unwrap();
    let path = inner.join("settings.db");
    SettingsFile::open(&path).unwrap().set("language", "en").unwrap();
    let read = SettingsFile::open_as_it_stands(&path).unwrap();
    assert_eq!(read.get("language").unwrap().as_deref(), Some("en"));
    assert_eq!(read.set("language", "zh-CN"), Err(StoreError::ReadOnly));
    assert_eq!(std::fs::read_dir(&inner).unwrap().count(), 1, "nothing is made beside it");
    assert!(SettingsFile::open_as_it_stands(&inner.join("other.db")).is_err());
}
