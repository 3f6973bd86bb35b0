use yima_core::{LineDetail, Order, OrderLine};

use super::*;
use crate::backup::{Database, back_up_in};
use crate::verify::verify;
use crate::{DataDir, Mode, Rebuilt, Restore, Standing, restore};

const HOUR_MS: i64 = 3_600_000;

fn rebuilt(order_id: &str, total_fen: i64, created_ms: i64) -> Rebuilt {
    let line = OrderLine {
        barcode: barcode("6921168509256"),
        title: "water".to_owned(),
        price_fen: Fen::new(total_fen),
        quantity: Quantity::ONE,
        amount_fen: Fen::new(total_fen),
        detail: LineDetail::default(),
    };
    let order =
        Order { id: OrderId::parse(order_id).unwrap(), lines: vec![line], total_fen: Fen::new(total_fen) };
    Rebuilt {
        order,
        account: "{}".to_owned(),
        store_info: "{}".to_owned(),
        terminal_id: "T1".to_owned(),
        till_number: "01".to_owned(),
        cashier_id: None,
        created_ms,
    }
}

#[tokio::test]
async fn d8_a_missing_sale_is_brought_in_like_any_other() {
    let shop = Shop::open();
    shop.paid("a1", 300, NOON_MS, "01").await;
    let begun = step("unresolved", NOON_MS + HOUR_MS);
    shop.store.rebuild_sale(rebuilt("b1", 200, NOON_MS - 20 * HOUR_MS), begun.clone()).await.unwrap();
    let again = shop.store.rebuild_sale(rebuilt("b1", 200, NOON_MS), begun.clone()).await;
    assert_eq!(again, Err(StoreError::OrderExists));
    let mut wrong = rebuilt("b2", 200, NOON_MS);
    wrong.order.total_fen = Fen::new(201);
    assert!(matches!(shop.store.rebuild_sale(wrong, begun).await, Err(StoreError::Refused(_))));

    let open = shop.store.open_sales().await.unwrap();
    let ids: Vec<_> = open.iter().map(|sale| sale.order.id.as_str()).collect();
    assert_eq!((ids, open[0].holds_cart, open[0].version), (vec!["b1"], false, 1));
    assert_eq!(open[0].created_ms, NOON_MS - 20 * HOUR_MS, "it keeps its own time");
    let paid = paying(&open[0].order.id, 1, 200, NOON_MS - 20 * HOUR_MS, "01");
    assert_eq!(shop.store.advance(paid).await.unwrap().receipt_number.unwrap(), "01-20261121-0001");
    let events = shop.store.events(&open[0].order.id).await.unwrap();
    assert_eq!(
        events.iter().map(|event| event.event.as_str()).collect::<Vec<_>>(),
        ["became_unresolved", "became_paid"]
    );
    let known = shop.store.standings(["a1", "b1", "c1"].map(|id| OrderId::parse(id).unwrap()).into()).await;
    let standing = Standing { state: "paid".to_owned(), refunded_fen: Fen::ZERO };
    let known: Vec<_> = known.unwrap().into_iter().map(|(id, known)| (id.to_string(), known)).collect();
    assert_eq!(known, [("a1".to_owned(), standing.clone()), ("b1".to_owned(), standing)]);
    assert_eq!(verify(&shop.path()).unwrap().findings, []);
}

#[tokio::test]
async fn d8_from_when_on_sales_may_be_missing_is_noted_with_the_mark() {
    let root = tempfile::tempdir().unwrap();
    let folder = DataDir::locate(Some(root.path().join("data"))).unwrap();
    let place = folder.database(Mode::Live);
    let open = || Store::open(&place).unwrap();
    let back_up = |at_ms| back_up_in(&folder, Database::Live, at_ms).unwrap().path;
    let put_back = |backup: &std::path::Path, at_ms| {
        restore(&folder, &folder.lock().unwrap(), Database::Live, backup, at_ms).unwrap();
    };
    drop(open());
    let empty = back_up(NOON_MS);
    let shop = Shop { store: open(), folder: tempfile::tempdir().unwrap() };
    assert_eq!(shop.store.unreconciled().await.unwrap(), None);
    shop.paid("a1", 200, NOON_MS, "01").await;
    shop.paid("a2", 200, NOON_MS + 900 * 24 * HOUR_MS, "01").await;
    drop(shop);
    let backup = back_up(NOON_MS + HOUR_MS);

    put_back(&backup, NOON_MS + 2 * HOUR_MS);
    let store = open();
    let marked = store.unreconciled().await.unwrap().unwrap();
    assert_eq!(marked.since_ms, NOON_MS, "a clock that was years ahead tells nothing");
    assert_eq!(marked.terminal_id.as_deref(), Some("T1"));
    store.rebuild_sale(rebuilt("b1", 200, NOON_MS + HOUR_MS), step("unresolved", NOON_MS)).await.unwrap();
    assert_eq!(
        store.unreconciled().await.unwrap().unwrap().since_ms,
        NOON_MS,
        "half of it may still be missing"
    );
    drop(store);
    let half = back_up(NOON_MS + 3 * HOUR_MS);
    put_back(&half, NOON_MS + 4 * HOUR_MS);
    let store = open();
    let marked = store.unreconciled().await.unwrap().unwrap();
    assert_eq!((marked.restore.epoch, marked.since_ms), (2, NOON_MS), "of both marks");
    let word = r#"{"by":"王店长","why":"总部已核对"}"#;
    store.reconciled(NOON_MS + 5 * HOUR_MS, Some(word.to_owned())).await.unwrap();
    let kept = store.read(|connection| {
        Ok(connection
            .query_row("SELECT group_concat(word) FROM restores", [], |row| row.get::<_, String>(0))?)
    });
    assert_eq!(kept.await.unwrap(), format!("{word},{word}"), "who answered for both");
    assert_eq!(store.unreconciled().await.unwrap(), None);
    let path = place.clone();
    drop(store);
    assert_eq!(verify(&path).unwrap().unreconciled, None);

    put_back(&empty, NOON_MS + 900 * 24 * HOUR_MS);
    let marked = open().unreconciled().await.unwrap().unwrap();
    assert!(
        marked.since_ms > 0 && marked.terminal_id.is_none(),
        "from when the database was made on: {marked:?}"
    );
}

#[tokio::test]
async fn a_mark_of_an_older_program_says_since_when_too() {
    let shop = Shop::open();
    shop.paid("a1", 200, NOON_MS, "01").await;
    let noted = format!(
        "INSERT INTO restores (epoch, backup_name, restored_ms) VALUES (1, 'live-20261122-130000.db', {})",
        NOON_MS + HOUR_MS
    );
    shop.sql(&noted).await.unwrap();
    let marked = shop.store.unreconciled().await.unwrap().unwrap();
    let backup_name = Some("live-20261122-130000.db".to_owned());
    assert_eq!(marked.restore, Restore { epoch: 1, backup_name, restored_ms: NOON_MS + HOUR_MS });
    assert_eq!(marked.since_ms, NOON_MS);
    let missing = rebuilt("b1", 200, NOON_MS + HOUR_MS);
    shop.store.rebuild_sale(missing, step("unresolved", NOON_MS)).await.unwrap();
    let half_way = shop.store.unreconciled().await.unwrap().unwrap();
    assert_eq!(half_way.since_ms, NOON_MS, "what was rebuilt is not all");
}
