use std::fs;

use rusqlite::Connection;

use super::*;
use crate::OpenError;

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_there() {
    let shop = Shop::open();
    let mut goods = Cart::default();
    let changes = vec![add(&mut goods, "1", 200)];
    let cart = shop.cart_with(changes).await;
    shop.sql("PRAGMA max_page_count = 1").await.unwrap();

    let sale = NewSale { body: vec![b'x'; 60_000], ..new_sale(cart, &goods, "a1") };
    let steps = vec![step("ready", NOON_MS)];
    assert_eq!(shop.store.begin_sale(sale.clone(), steps.clone()).await, Err(StoreError::DiskFull));
    assert_eq!(shop.store.open_sales().await, Ok(Vec::new()));

    shop.sql("PRAGMA max_page_count = 1000000").await.unwrap();
    assert_eq!(shop.store.begin_sale(sale, steps).await, Ok(1));
}

#[tokio::test]
async fn d2_what_a_sale_came_to_may_use_the_room_put_aside() {
    let shop = Shop::open();
    let room = || fs::metadata(shop.path().with_extension("reserve")).map(|file| file.len()).ok();
    assert_eq!(room(), Some(1 << 20));
    let (_, id) = shop.begun("a1", 200, NOON_MS).await;
    shop.sql("PRAGMA max_page_count = 1").await.unwrap();
    let large =
        |state: &str| SaleStep { snapshot: format!("\"{}\"", "x".repeat(60_000)), ..step(state, NOON_MS) };
    let full = shop.store.advance(moving(&id, 2, vec![large("awaiting")], CartFate::Stay)).await;
    assert_eq!((full, room()), (Err(StoreError::DiskFull), Some(1 << 20)), "it is for money that came in");
    let verifying = SaleStep { tells_of_money: true, ..large("verifying") };
    let full = shop.store.advance(moving(&id, 2, vec![verifying.clone()], CartFate::Stay)).await;
    assert_eq!((full, room()), (Err(StoreError::DiskFull), None), "the room was given up");
    shop.sql("PRAGMA max_page_count = 1000000").await.unwrap();
    assert_eq!(shop.store.advance(moving(&id, 2, vec![verifying], CartFate::Stay)).await, at_version(3));
    shop.begun("b1", 200, NOON_MS).await;
    assert_eq!(room(), Some(1 << 20), "and is put aside again before anything else is sold");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn d2_nothing_new_is_sold_into_the_room_that_was_given_up() {
    let shop = Shop::open();
    let reserve = shop.path().with_extension("reserve");
    assert!(shop.store.free_reserve());
    std::os::unix::fs::symlink("/dev/full", &reserve).unwrap();
    let mut goods = Cart::default();
    let changes = vec![add(&mut goods, "1", 200)];
    let cart = shop.cart_with(changes).await;
    let begin = || shop.store.begin_sale(new_sale(cart, &goods, "a1"), vec![step("ready", NOON_MS)]);
    assert_eq!(begin().await, Err(StoreError::DiskFull));
    assert_eq!(begin().await, Ok(1), "there is room again");
    assert_eq!(fs::metadata(reserve).unwrap().len(), 1 << 20);
}

#[test]
fn d1_a_disk_too_full_to_open_a_database_opens_it_with_the_room_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let (database, reserve) = (folder.path().join("live.db"), folder.path().join("live.reserve"));
    fs::write(&reserve, "room").unwrap();
    let opened = || {
        crate::reserve::with_room(&[&database], || {
            let error = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_SHMSIZE);
            let full = OpenError::at(&database, rusqlite::Error::SqliteFailure(error, None));
            if reserve.exists() { Err(full) } else { Ok(()) }
        })
    };
    assert_eq!(opened(), Ok(()));
    let still_full = || Err::<(), _>(OpenError::DiskFull { path: database.clone() });
    assert_eq!(crate::reserve::with_room(&[&database], still_full), still_full(), "and asks no more");
}

#[tokio::test]
async fn a_database_that_turns_read_only_says_so() {
    let shop = Shop::open();
    shop.sql("PRAGMA query_only = ON").await.unwrap();
    assert_eq!(shop.store.new_cart(NOON_MS).await, Err(StoreError::ReadOnly));
    shop.sql("PRAGMA query_only = OFF").await.unwrap();
    assert!(shop.store.new_cart(NOON_MS).await.is_ok());
}

#[tokio::test]
async fn after_the_disk_failed_nothing_is_written_until_it_is_opened_again() {
    let shop = Shop::open();
    let cart = shop.store.new_cart(NOON_MS).await.unwrap();
    let failure = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
    let failed = shop.store.write::<()>(move |transaction| {
        transaction.execute_batch("INSERT INTO carts (status, created_ms) VALUES ('held', 7)")?;
        Err(rusqlite::Error::SqliteFailure(failure, None).into())
    });
    assert!(matches!(failed.await, Err(StoreError::Io(_))));
    assert_eq!(shop.store.new_cart(NOON_MS).await, Err(StoreError::Gone));
    let unread = shop.store.read::<()>(move |_| Err(rusqlite::Error::SqliteFailure(failure, None).into()));
    assert!(matches!(unread.await, Err(StoreError::Io(_))));
    assert_eq!(carts(&shop.store).await, 1, "reading goes on");
    let shop = shop.reopen();
    assert_eq!(carts(&shop.store).await, 1);
    assert!(shop.store.new_cart(NOON_MS).await.unwrap() > cart);
}

#[tokio::test]
async fn a_torn_log_costs_only_what_was_not_answered() {
    let shop = Shop::open();
    for _ in 1..=5 {
        shop.store.new_cart(NOON_MS).await.unwrap();
    }
    let log = fs::read(shop.folder.path().join("live.db-wal")).unwrap();
    // Not answered.
    shop.store.new_cart(NOON_MS).await.unwrap();
    let longer = fs::read(shop.folder.path().join("live.db-wal")).unwrap();
    assert_eq!(longer.len(), log.len(), "the log had no room");
    let differs = |at: &usize| longer[*at] != log[*at];
    let first = (0..log.len()).find(differs).unwrap();
    let last = (0..log.len()).rfind(differs).unwrap();
    for torn_at in [first, first + 24, last] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.db");
        fs::copy(shop.path(), &path).unwrap();
        let torn = [&longer[..torn_at], &log[torn_at..]].concat();
        for (end, bytes) in [("old", &torn[..]), ("missing", &torn[..torn_at])] {
            fs::write(folder.path().join("live.db-wal"), bytes).unwrap();
            assert_eq!(carts(&Store::open(&path).unwrap()).await, 5, "torn at {torn_at}, {end}");
        }
    }
}

async fn carts(store: &Store) -> usize {
    store.open_carts().await.unwrap().len()
}

#[tokio::test]
async fn the_log_stays_within_its_room() {
    let shop = Shop::open();
    let pages = |connection: &Connection| {
        Ok(connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'room'", [], |row| row.get(0))?)
    };
    assert_eq!(shop.store.read::<u32>(pages).await, Ok(0));
    let size = || fs::metadata(shop.folder.path().join("live.db-wal")).unwrap().len();
    let cart = shop.store.new_cart(NOON_MS).await.unwrap();
    let room = size();
    assert!(room >= 2 << 20, "{room}");
    let mut goods = Cart::default();
    for _ in 0..1_200 {
        let change = add(&mut goods, "1", 100);
        shop.store.save_cart(cart, vec![change]).await.unwrap();
    }
    assert_eq!(size(), room);
    assert!(fs::metadata(shop.path()).unwrap().len() < 1 << 20);
}

#[test]
fn damage_is_found_at_the_start() {
    let Shop { store, folder } = Shop::open();
    let path = folder.path().join("live.db");
    drop(store);
    let whole = fs::read(&path).unwrap();
    let open_with = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        Store::open(&path).err()
    };
    let damaged = |outcome: &Option<OpenError>| matches!(outcome, Some(OpenError::Damaged { .. }));
    assert_eq!(open_with(&whole), None);

    let mut page = whole.clone();
    page[4096 * 3..4096 * 3 + 8].fill(0xff);
    let mut header = whole.clone();
    header[..16].fill(b'x');
    let cut = &whole[..whole.len() - 4096];
    for (name, bytes) in [("a page", &page[..]), ("the header", &header), ("the end is missing", cut)] {
        let outcome = open_with(bytes);
        assert!(damaged(&outcome), "{name}: {outcome:?}");
    }
    assert_eq!(open_with(b""), None, "an empty file is a new database");
}

#[test]
fn d7_a_database_locked_by_another_program_is_refused_after_a_while() {
    let Shop { store, folder } = Shop::open();
    let path = folder.path().join("live.db");
    drop(store);
    let other = Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    assert_eq!(Store::open(&path).err(), Some(OpenError::Busy { path }));
}

#[cfg(unix)]
mod read_only_folder {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    const FOLDER: &str = "YIMA_TEST_READ_ONLY_FOLDER";
    const NOBODY: u32 = 65_534;

    /// Whoever may write everywhere sees no read-only folder: such a one asks a process without that right.
    #[test]
    fn d7_a_read_only_folder_is_refused_with_the_reason() {
        if let Some(folder) = std::env::var_os(FOLDER) {
            return check(Path::new(&folder));
        }
        let folder = tempfile::tempdir().unwrap();
        drop(Store::open(&folder.path().join("live.db")).unwrap());
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
        if fs::write(folder.path().join("probe"), "").is_err() {
            return check(folder.path());
        }
        let test = concat!(module_path!(), "::d7_a_read_only_folder_is_refused_with_the_reason");
        let test = test.split_once("::").unwrap().1;
        // The program itself may lie where that process must not even look.
        let open_to_all = tempfile::tempdir().unwrap();
        fs::set_permissions(open_to_all.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let program = open_to_all.path().join("tests");
        fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        let outcome = Command::new(program)
            .args(["--exact", test])
            .env(FOLDER, folder.path())
            .current_dir("/")
            .uid(NOBODY)
            .gid(NOBODY)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&outcome.stdout);
        assert!(outcome.status.success() && told.contains("1 passed"), "{told}");
    }

    fn check(folder: &Path) {
        for name in ["live.db", "new.db"] {
            let outcome = Store::open(&folder.join(name)).err();
            assert!(matches!(outcome, Some(OpenError::Unwritable { .. })), "{name}: {outcome:?}");
        }
        assert!(!folder.join("new.db").exists());
    }
}
