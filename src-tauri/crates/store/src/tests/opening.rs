use rusqlite::Connection;

use super::*;
use crate::{OpenError, table};

async fn held(shop: &Shop, pragma: &'static str) -> (String, String) {
    let ask = move |connection: &Connection| {
        Ok(connection.query_row(
            &format!("SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}"),
            [],
            |row| row.get(0),
        )?)
    };
    let written = shop.store.on_writer(move |connection| ask(connection)).await.unwrap();
    (written, shop.store.look_up(ask).await.unwrap())
}

#[tokio::test]
async fn both_kinds_of_connection_are_set_up() {
    let shop = Shop::open();
    for (pragma, expected) in
        [("synchronous", "2"), ("foreign_keys", "1"), ("trusted_schema", "0"), ("query_only", "0")]
    {
        assert_eq!(held(&shop, pragma).await.0, expected, "{pragma}");
    }
    for (pragma, expected) in [("query_only", "1"), ("trusted_schema", "0")] {
        assert_eq!(held(&shop, pragma).await.1, expected, "{pragma}");
    }
    let mode = |connection: &Connection| {
        Ok(connection.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0))?)
    };
    assert_eq!(shop.store.on_writer(move |connection| mode(connection)).await.as_deref(), Ok("wal"));
    assert_eq!(shop.store.look_up(mode).await.as_deref(), Ok("wal"));
}

#[tokio::test]
async fn a_reading_connection_cannot_write() {
    let shop = Shop::open();
    let outcome =
        shop.store.look_up(|connection| Ok(connection.execute_batch("DELETE FROM products")?)).await;
    assert_eq!(outcome, Err(StoreError::ReadOnly));
}

#[tokio::test]
async fn every_table_is_strict() {
    let shop = Shop::open();
    let query = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
                 AND name NOT LIKE 'sqlite_%'";
    let loose: Vec<String> = shop
        .store
        .read(move |connection| {
            Ok(connection.prepare(query)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
        .await
        .unwrap();
    assert_eq!(loose, ["refinery_schema_history"]);
}

#[test]
fn d9_a_newer_format_is_refused_and_left_alone() {
    let shop = Shop::open();
    let path = shop.path();
    let Shop { store, folder: _folder } = shop;
    drop(store);
    let raw = Connection::open(&path).unwrap();
    let note = "INSERT INTO refinery_schema_history VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')";
    raw.execute_batch(note).unwrap();
    drop(raw);
    let before = std::fs::read(&path).unwrap();
    let known = i32::try_from(table::SHOP.len()).unwrap();
    let expected = OpenError::Newer { path: path.clone(), found: 99, known };
    assert_eq!(Store::open(&path).err(), Some(expected.clone()));
    assert_eq!(Store::open_to_read(&path).err(), Some(expected));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_format_that_is_not_ours_is_refused() {
    for tampering in [
        "UPDATE refinery_schema_history SET checksum = '1' WHERE version = 3",
        "UPDATE refinery_schema_history SET checksum = 'x' WHERE version = 3",
        "UPDATE refinery_schema_history SET name = 'other' WHERE version = 1",
        "UPDATE refinery_schema_history SET applied_on = 'once' WHERE version = 2",
    ] {
        let Shop { store, folder } = Shop::open();
        drop(store);
        let path = folder.path().join("live.db");
        Connection::open(&path).unwrap().execute_batch(tampering).unwrap();
        assert!(matches!(Store::open(&path).err(), Some(OpenError::Damaged { .. })), "{tampering}");
    }
}

#[test]
fn a_check_that_is_cut_short_tells_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    drop(Store::open(&path).unwrap());
    let mut connection = crate::connection::open_to_write(&path).unwrap();
    connection.progress_handler(1, Some(|| true)).unwrap();
    assert!(connection.query_row("PRAGMA quick_check(1)", [], |_| Ok(())).is_err());
    assert_eq!(crate::connection::check(&path, &connection), Ok(()));
}

#[tokio::test]
async fn an_older_format_is_brought_up_to_date_but_not_by_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let mut older = crate::connection::open_to_write(&path).unwrap();
    crate::schema::bring_up_to_date(&path, &mut older, &table::SHOP[..1]).unwrap();
    older.execute_batch("INSERT INTO products VALUES ('1', 'kept', 100)").unwrap();
    drop(older);
    assert_eq!(Store::open_to_read(&path).err(), Some(OpenError::Older { path: path.clone() }));
    let store = Store::open(&path).unwrap();
    assert_eq!(store.product(&barcode("1")).await.unwrap().unwrap().title, "kept");
    assert_eq!(store.open_sales().await, Ok(Vec::new()));
}

#[tokio::test]
async fn goods_of_an_older_format_keep_what_they_cost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.db");
    let before_discounts = table::SHOP.iter().position(|(name, _)| name.ends_with("__cart_terms")).unwrap();
    let mut older = crate::connection::open_to_write(&path).unwrap();
    crate::schema::bring_up_to_date(&path, &mut older, &table::SHOP[..before_discounts]).unwrap();
    older
        .execute_batch(
            "INSERT INTO carts (cart_id, status, created_ms) VALUES (1, 'open', 0);
             INSERT INTO cart_lines VALUES (1, 0, '1', 'x', 150, 3);
             INSERT INTO sales (order_id, order_reversed, cart_id, total_fen, terminal_id, till_number, account, store_info,
                body, body_sha256, created_ms, day, version, state, open, updated_ms, snapshot)
             VALUES ('a1', '1a', 1, 450, 't', '01', '{}', '{}', x'', zeroblob(32), 0, '2026-11-22', 1, 'paid', 0, 0, '{}');
             INSERT INTO sale_lines VALUES ('a1', 1, '1', 'x', 150, 3, 450);",
        )
        .unwrap();
    drop(older);
    let store = Store::open(&path).unwrap();
    let line = store.open_carts().await.unwrap().remove(0).lines.remove(0);
    assert_eq!((line.gross_fen(), line.list_price_fen, line.discount), (Fen::new(450), None, None));
    drop(store);
    let raw = Connection::open(&path).unwrap();
    let query = "SELECT price_fen, quantity, discount_fen + order_discount_fen, amount_fen FROM sale_lines";
    let row = raw.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    assert_eq!(row, Ok((150_i64, 3_i64, 0_i64, 450_i64)));
    for refused in ["UPDATE sale_lines SET title = 'y'", "DELETE FROM sale_lines"] {
        assert!(raw.execute_batch(refused).is_err(), "{refused}");
    }
}

#[tokio::test]
async fn a_reader_beside_the_till_reads_and_never_writes() {
    let shop = Shop::open();
    shop.paid("a1", 200, NOON_MS, "01").await;
    let beside = Store::open_to_read(&shop.path()).unwrap();
    assert_eq!(beside.day_totals("2026-11-22").await, Ok((1, Fen::new(200))));
    shop.paid("a2", 300, NOON_MS, "01").await;
    assert_eq!(beside.day_totals("2026-11-22").await, Ok((2, Fen::new(500))));
    assert_eq!(beside.new_cart(NOON_MS).await, Err(StoreError::ReadOnly));
    drop(shop.store);
    assert_eq!(beside.day_totals("2026-11-22").await, Ok((2, Fen::new(500))));
    let nothing = shop.folder.path().join("practice.db");
    assert_eq!(Store::open_to_read(&nothing).err(), Some(OpenError::Missing { path: nothing.clone() }));
    assert!(!nothing.exists());
}

#[tokio::test]
async fn the_last_handle_dropped_waits_for_what_was_handed_over() {
    let Shop { store, folder } = Shop::open();
    let path = folder.path().join("live.db");
    let other = store.clone();
    let asked: Vec<_> = (0..40)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(
                async move { store.import_products(vec![product(&number.to_string(), "x", 1)]).await },
            )
        })
        .collect();
    tokio::task::yield_now().await;
    asked.iter().for_each(tokio::task::JoinHandle::abort);
    drop(store);
    for task in asked {
        assert!(task.await.is_err());
    }
    drop(other);
    assert!(!folder.path().join("live.db-wal").exists(), "the log was not tidied away");
    assert_eq!(Store::open(&path).unwrap().product_count().await, Ok(40));
}
