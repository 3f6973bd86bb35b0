use std::fs;

use super::*;
use crate::backup::{Database, back_up_in};
use crate::verify::verify;
use crate::{Mode, OpenError, RestoreError, Restored, SettingsFile, restore, restore_newest, schema, table};
use rusqlite::Connection;

impl Till {
    /// Sells so many and closes.
    async fn sell(&self, orders: &[&str]) -> Vec<String> {
        let shop = Shop {
            store: Store::open(&self.folder.database(Mode::Live)).unwrap(),
            folder: tempfile::tempdir().unwrap(),
        };
        let mut receipts = Vec::new();
        for order in orders {
            receipts.push(shop.paid(order, 200, NOON_MS, "01").await);
        }
        receipts
    }

    fn restore(&self, backup: &std::path::Path) -> Result<Restored, RestoreError> {
        restore(&self.folder, &self.folder.lock().unwrap(), Database::Live, backup, NOON_MS)
    }

    async fn unreconciled(&self) -> Option<crate::Restore> {
        Store::open_to_read(&self.folder.database(Mode::Live))
            .unwrap()
            .unreconciled()
            .await
            .unwrap()
            .map(|marked| marked.restore)
    }

    fn sales_in(path: &std::path::Path) -> u32 {
        verify(path).unwrap().counts.iter().find(|(table, _)| *table == "sales").unwrap().1
    }
}

#[tokio::test]
async fn d8_a_restored_till_knows_it_and_gives_no_number_twice() {
    let till = Till::new();
    assert_eq!(till.sell(&["a1", "a2"]).await, ["01-20261122-0001", "01-20261122-0002"]);
    let backup = back_up_in(&till.folder, Database::Live, NOON_MS).unwrap().path;
    assert_eq!(till.sell(&["a3"]).await, ["01-20261122-0003"]);
    assert_eq!(till.unreconciled().await, None);

    let place = till.folder.database(Mode::Live);
    for (epoch, number) in [(1, "01A-20261122-0003"), (2, "01B-20261122-0003"), (3, "01C-20261122-0003")] {
        let before = Till::sales_in(&place);
        let restored = till.restore(&backup).unwrap();
        assert!(restored.verified.is_sound());
        assert_eq!(Till::sales_in(&place), 2, "what the backup had");
        let aside = restored.set_aside.unwrap();
        assert_eq!((Till::sales_in(&aside), before), (3, 3), "what was there is kept");
        let marked = till.unreconciled().await.unwrap();
        assert_eq!((marked.epoch, marked.restored_ms), (epoch, NOON_MS));
        assert_eq!(verify(&place).unwrap().unreconciled.as_ref(), Some(&marked));
        assert_eq!(marked.backup_name.as_deref(), Some("live-20261122-120000.db"));
        assert_eq!(till.sell(&[&format!("b{epoch}")]).await, [number]);
    }

    fs::remove_file(&place).unwrap();
    assert_eq!(till.restore(&backup).unwrap().set_aside, None);
    assert_eq!(till.unreconciled().await.unwrap().epoch, 4, "counted by what was set aside");
    assert_eq!(till.sell(&["c1"]).await, ["01D-20261122-0003"]);
    assert_eq!(verify(&place).unwrap().findings, []);
    assert_eq!(fs::metadata(&backup).unwrap().len() % 4_096, 0);
    assert_eq!(Till::sales_in(&backup), 2, "the backup stays as it is");
}

#[tokio::test]
async fn d6_a_backup_that_did_not_help_is_the_last_to_be_tried_again() {
    let till = Till::new();
    let backup = async |order: &str, hour: i64| {
        till.sell(&[order]).await;
        back_up_in(&till.folder, Database::Live, NOON_MS + hour * HOUR_MS).unwrap().path
    };
    let (first, second) = (backup("a1", 1).await, backup("a2", 2).await);
    let restore = |hour: i64| {
        let at_ms = NOON_MS + hour * HOUR_MS;
        restore_newest(&till.folder, &till.folder.lock().unwrap(), Database::Live, at_ms).unwrap().0
    };
    let to_try = || crate::backups_to_try(&till.folder, Database::Live);
    assert_eq!((to_try().len(), to_try()[0].0), (2, NOON_MS + 2 * HOUR_MS));
    assert_eq!(restore(3), second);
    assert_eq!(to_try()[0].0, NOON_MS + HOUR_MS, "the next one is told of");
    assert_eq!(restore(4), first);
    assert_eq!(restore(5), second, "there is no other");
    let third = backup("a3", 6).await;
    assert_eq!(restore(7), third, "made since");
    let store = Store::open(&till.folder.database(Mode::Live)).unwrap();
    store.reconciled(NOON_MS + 8 * HOUR_MS, None).await.unwrap();
    drop(store);
    assert_eq!(restore(9), third, "that one had helped");
}

#[tokio::test]
async fn a_log_that_was_left_is_set_aside_with_its_database() {
    let till = Till::new();
    till.sell(&["a1"]).await;
    let backup = back_up_in(&till.folder, Database::Live, NOON_MS).unwrap().path;
    let place = till.folder.database(Mode::Live);
    // What a crash leaves: sales that are in the log alone.
    let store = Store::open(&place).unwrap();
    let shop = Shop { store, folder: tempfile::tempdir().unwrap() };
    shop.paid("a2", 200, NOON_MS, "01").await;
    let left = tempfile::tempdir().unwrap();
    for name in ["live.db", "live.db-wal"] {
        fs::copy(till.folder.root().join(name), left.path().join(name)).unwrap();
    }
    drop(shop);
    for name in ["live.db", "live.db-wal"] {
        fs::copy(left.path().join(name), till.folder.root().join(name)).unwrap();
    }
    let restored = till.restore(&backup).unwrap();
    assert_eq!(Till::sales_in(&restored.set_aside.unwrap()), 2);
    assert_eq!(Till::sales_in(&place), 1, "the old log was not read into the backup");
}

#[tokio::test]
async fn d6_the_newest_sound_backup_is_taken() {
    let till = Till::new();
    let held = till.folder.lock().unwrap();
    let newest = || restore_newest(&till.folder, &held, Database::Live, NOON_MS);
    assert!(matches!(newest(), Err(RestoreError::NoBackup)));
    let mut backups = Vec::new();
    for hour in 0..4 {
        till.sell(&[&format!("a{hour}")]).await;
        backups.push(back_up_in(&till.folder, Database::Live, NOON_MS + hour * 3_600_000).unwrap().path);
    }
    let mut torn = fs::read(&backups[3]).unwrap();
    torn.truncate(torn.len() / 2);
    fs::write(&backups[3], torn).unwrap();
    let unsound = "DROP TRIGGER sale_events_kept; DELETE FROM sale_events WHERE version = 1";
    Connection::open(&backups[2]).unwrap().execute_batch(unsound).unwrap();
    let (taken, restored) = newest().unwrap();
    assert_eq!((taken, restored.verified.is_sound()), (backups[1].clone(), true));
    assert_eq!(Till::sales_in(&till.folder.database(Mode::Live)), 2);
}

#[tokio::test]
async fn a_damaged_database_is_set_aside_as_it_is() {
    let till = Till::new();
    till.sell(&["a1"]).await;
    let backup = back_up_in(&till.folder, Database::Live, NOON_MS).unwrap().path;
    let place = till.folder.database(Mode::Live);
    fs::write(&place, "no database any more".repeat(1_000)).unwrap();
    let restored = till.restore(&backup).unwrap();
    assert_eq!(
        fs::read(restored.set_aside.unwrap()).unwrap(),
        "no database any more".repeat(1_000).as_bytes()
    );
    assert_eq!(Till::sales_in(&place), 1);
}

#[tokio::test]
async fn what_is_no_sound_backup_is_refused_and_nothing_changes() {
    let till = Till::new();
    till.sell(&["a1"]).await;
    let place = till.folder.database(Mode::Live);
    let backup = back_up_in(&till.folder, Database::Live, NOON_MS).unwrap().path;
    drop(SettingsFile::open(&till.folder.settings_db()).unwrap());
    let settings = back_up_in(&till.folder, Database::Settings, NOON_MS).unwrap().path;
    let before = fs::read(&place).unwrap();
    let other = till.folder.root().join("other.db");
    let with = |statements: &str| {
        fs::copy(&backup, &other).unwrap();
        Connection::open(&other).unwrap().execute_batch(statements).unwrap();
        till.restore(&other)
    };
    let newer = "INSERT INTO refinery_schema_history VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')";
    let outcome = with(newer);
    assert!(matches!(outcome, Err(RestoreError::Unreadable(OpenError::Newer { .. }))), "D9: {outcome:?}");
    let outcome = with("DROP TRIGGER sale_events_kept; DELETE FROM sale_events WHERE version = 1");
    assert!(matches!(&outcome, Err(RestoreError::Unsound(found)) if !found.is_sound()), "{outcome:?}");
    for (what, file) in [("settings", settings), ("nothing", till.folder.root().join("none.db"))] {
        let outcome = till.restore(&file);
        assert!(matches!(outcome, Err(RestoreError::Unreadable(_))), "{what}: {outcome:?}");
    }
    fs::remove_file(&other).unwrap();
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE sales (x)").unwrap();
    let outcome = till.restore(&other);
    assert!(matches!(outcome, Err(RestoreError::Unreadable(OpenError::Damaged { .. }))), "{outcome:?}");
    let mut torn = fs::read(&backup).unwrap();
    torn.truncate(torn.len() / 2);
    fs::write(&other, torn).unwrap();
    assert!(till.restore(&other).is_err());
    fs::remove_file(&other).unwrap();

    assert_eq!(fs::read(&place).unwrap(), before);
    assert!(!till.folder.set_aside().exists());
    let left = fs::read_dir(till.folder.root()).unwrap().map(|entry| entry.unwrap().file_name());
    let parts: Vec<_> = left.filter(|name| name.to_string_lossy().contains("part")).collect();
    assert!(parts.is_empty(), "{parts:?}");
}

#[tokio::test]
async fn a_backup_of_an_older_program_is_brought_up_to_date() {
    let till = Till::new();
    till.sell(&["a1"]).await;
    let older = till.folder.root().join("older.db");
    let mut connection = Connection::open(&older).unwrap();
    schema::bring_up_to_date(&older, &mut connection, &table::SHOP[..9]).unwrap();
    drop(connection);
    let before = fs::read(&older).unwrap();
    assert!(matches!(verify(&older), Err(OpenError::Older { .. })));
    till.restore(&older).unwrap();
    assert_eq!(till.unreconciled().await.unwrap().epoch, 1);
    assert_eq!(fs::read(&older).unwrap(), before);
}

#[test]
fn settings_are_restored_without_a_mark() {
    let till = Till::new();
    let settings = SettingsFile::open(&till.folder.settings_db()).unwrap();
    settings.set("till.number", "07").unwrap();
    let backup = back_up_in(&till.folder, Database::Settings, NOON_MS).unwrap().path;
    settings.set("till.number", "08").unwrap();
    drop(settings);
    let held = till.folder.lock().unwrap();
    restore(&till.folder, &held, Database::Settings, &backup, NOON_MS).unwrap();
    let settings = SettingsFile::open(&till.folder.settings_db()).unwrap();
    assert_eq!(settings.get("till.number").unwrap().as_deref(), Some("07"));
}
