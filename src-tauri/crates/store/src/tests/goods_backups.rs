//! Backups of the catalogue, which is copied only when it has changed.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::backup::{BackupError, Database, all, back_up, back_up_goods, back_up_in, has_new_goods};
use crate::verify::verify;
use crate::{Mode, OpenError, RestoreError, restore, restore_newest};

impl Till {
    fn open(&self) -> Store {
        Store::open(&self.folder.database(Mode::Live)).unwrap()
    }

    fn catalogue(&self) -> PathBuf {
        self.folder.root().join("live-goods.db")
    }

    async fn import(&self, code: &str, title: &str) {
        self.open().import_products(vec![product(code, title, 100)]).await.unwrap();
    }

    fn back_up(&self, hour: i64) -> Option<PathBuf> {
        back_up_goods(&self.folder, NOON_MS + hour * HOUR_MS).unwrap().map(|made| made.path)
    }

    fn restore_goods(&self, backup: &Path) -> Result<crate::Restored, RestoreError> {
        restore(&self.folder, &self.folder.lock().unwrap(), Database::Goods, backup, NOON_MS)
    }

    async fn title(&self, code: &str) -> Option<String> {
        self.open().product(&barcode(code)).await.unwrap().map(|product| product.title)
    }

    fn names(&self) -> Vec<String> {
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        all(&self.folder, Database::Goods).iter().map(|(_, path)| name(path)).collect()
    }
}

fn damage(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    bytes[..16].fill(b'x');
    fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn goods_are_backed_up_once_for_each_change_and_three_backups_stay() {
    let till = Till::new();
    assert_eq!(till.back_up(0), None, "there is no catalogue");
    drop(till.open());
    assert_eq!(till.back_up(0), None, "there are no goods");
    till.import("1", "one").await;
    assert!(till.back_up(1).unwrap().ends_with("goods-20261122-130000.db"));
    assert_eq!(till.back_up(2), None, "nothing has changed");
    drop(till.open());
    assert_eq!(till.back_up(3), None, "opening changes nothing");
    for hour in 4..7 {
        till.import("1", "again").await;
        assert!(has_new_goods(&till.folder, NOON_MS + hour * HOUR_MS).unwrap());
        assert!(till.back_up(hour).is_some());
        assert!(!has_new_goods(&till.folder, NOON_MS + hour * HOUR_MS).unwrap());
    }
    let kept = ["goods-20261122-180000.db", "goods-20261122-170000.db", "goods-20261122-160000.db"];
    assert_eq!(till.names(), kept);
}

#[tokio::test]
async fn a_wrong_clock_makes_no_copy_every_hour() {
    let till = Till::new();
    till.import("1", "one").await;
    assert!(till.back_up(100_000).is_some(), "the clock is years ahead");
    till.import("1", "two").await;
    assert!(till.back_up(0).is_some(), "and is put right");
    assert_eq!(till.back_up(1), None);
}

#[tokio::test]
async fn restored_on_an_empty_folder_the_goods_are_there_again() {
    let till = Till::new();
    till.import("1", "tea").await;
    let backup = till.back_up(0).unwrap();
    let verified = verify(&backup).unwrap();
    assert_eq!((verified.findings, verified.counts), (vec![], vec![("products", 1), ("barcodes", 1)]));

    let other = Till::new();
    let restored = other.restore_goods(&backup).unwrap();
    assert!(restored.set_aside.is_none() && restored.verified.is_sound());
    assert_eq!(other.title("1").await.as_deref(), Some("tea"));
    let found = other.open().search_goods(yima_core::catalogue::Query::parse("te").unwrap()).await.unwrap();
    assert_eq!(found.products.len(), 1);
    assert_eq!(other.open().unreconciled().await.unwrap(), None, "sales are not marked");
}

/// The number of an edition comes again after an older one was restored.
#[tokio::test]
async fn what_is_imported_after_a_restore_is_backed_up() {
    let till = Till::new();
    till.import("1", "one").await;
    let first = till.back_up(0).unwrap();
    till.import("1", "two").await;
    till.back_up(1).unwrap();
    till.restore_goods(&first).unwrap();
    assert_eq!(till.title("1").await.as_deref(), Some("one"));
    till.import("1", "three").await;
    let third = till.back_up(2).unwrap();

    fs::remove_file(till.catalogue()).unwrap();
    till.restore_goods(&third).unwrap();
    assert_eq!(till.title("1").await.as_deref(), Some("three"));
    fs::remove_file(till.catalogue()).unwrap();
    for title in ["four", "five"] {
        till.import("1", title).await;
    }
    assert!(till.back_up(3).is_some(), "a new file counts anew");
}

#[tokio::test]
async fn d6_a_damaged_catalogue_opens_with_the_newest_sound_backup() {
    let till = Till::new();
    till.import("1", "one").await;
    till.back_up(0).unwrap();
    till.import("1", "two").await;
    let second = till.back_up(1).unwrap();
    damage(&till.catalogue());
    let damaged = fs::read(till.catalogue()).unwrap();
    assert_eq!(till.title("1").await.as_deref(), Some("two"));
    assert_eq!(fs::read(till.folder.root().join("live-goods.damaged")).unwrap(), damaged);
    assert_eq!(till.back_up(2), None, "its backup is there");

    damage(&second);
    damage(&till.catalogue());
    assert_eq!(till.title("1").await.as_deref(), Some("one"), "the newest is not sound");
    assert!(fs::read_dir(till.folder.root()).unwrap().all(|file| {
        let name = file.unwrap().file_name().into_string().unwrap();
        !name.contains("part")
    }));
}

#[tokio::test]
async fn a_damaged_practice_catalogue_takes_no_live_goods() {
    let till = Till::new();
    till.import("1", "tea").await;
    till.back_up(0).unwrap();
    let practice = till.folder.database(Mode::Practice);
    drop(Store::open(&practice).unwrap());
    damage(&till.folder.root().join("practice-goods.db"));
    assert_eq!(Store::open(&practice).unwrap().product_count().await, Ok(0));
}

#[tokio::test]
async fn sales_and_goods_are_backed_up_and_restored_apart() {
    let till = Till::new();
    till.import("1", "one").await;
    let goods = till.back_up(0).unwrap();
    let sales = back_up_in(&till.folder, Database::Live, NOON_MS).unwrap().path;
    let held = till.folder.lock().unwrap();
    let shop = Shop { store: till.open(), folder: tempfile::tempdir().unwrap() };
    shop.paid("a1", 200, NOON_MS, "01").await;
    drop(shop);
    till.import("1", "two").await;

    let newest = restore_newest(&till.folder, &held, Database::Goods, NOON_MS).unwrap();
    assert_eq!(newest.0, goods);
    let aside = newest.1.set_aside.unwrap();
    assert_eq!(aside, till.folder.set_aside().join("goods-20261122-120000.db"), "the present goods are kept");
    let store = till.open();
    assert_eq!(store.day_totals("2026-11-22").await, Ok((1, Fen::new(200))));
    assert_eq!(store.unreconciled().await.unwrap(), None);
    drop(store);

    restore(&till.folder, &held, Database::Live, &sales, NOON_MS).unwrap();
    let store = till.open();
    assert_eq!(store.day_totals("2026-11-22").await, Ok((0, Fen::new(0))));
    assert_eq!(store.product(&barcode("1")).await.unwrap().unwrap().title, "one", "goods stay as they are");
    drop(store);
    for (database, backup) in [(Database::Live, &goods), (Database::Goods, &sales)] {
        let outcome = restore(&till.folder, &held, database, backup, NOON_MS);
        assert!(matches!(outcome, Err(RestoreError::Unreadable(_))), "{database:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_damaged_catalogue_is_found_and_never_copied() {
    let till = Till::new();
    till.import("1", "tea").await;
    let place = till.catalogue();
    let raw = rusqlite::Connection::open(&place).unwrap();
    raw.execute_batch("PRAGMA ignore_check_constraints = ON; UPDATE products SET price_fen = 0").unwrap();
    drop(raw);
    assert!(!verify(&place).unwrap().is_sound());
    let made = back_up_goods(&till.folder, NOON_MS);
    assert!(matches!(made, Err(BackupError::Unsound(_))), "{made:?}");
    damage(&place);
    assert!(matches!(verify(&place), Err(OpenError::Damaged { .. })));
    let made = back_up(Database::Goods, &place, &till.folder.root().join("copy.db"));
    assert!(matches!(made, Err(BackupError::Unreadable(_))), "{made:?}");
    assert_eq!(till.names(), [""; 0]);
}
