use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::*;
use crate::verify::{Check, verify};
use crate::{OpenError, StoredRefund};

/// A paid sale, a refunded one, one that is open, one that gave its cart back, and a cart with goods; closed.
async fn closed_shop() -> tempfile::TempDir {
    let shop = Shop::open();
    shop.paid("a1", 200, NOON_MS, "01").await;
    shop.paid("a2", 300, NOON_MS, "01").await;
    let refund = StoredRefund {
        refund_id: OrderId::parse("r1").unwrap(),
        amount_fen: Fen::new(300),
        progress: "done".to_owned(),
    };
    let mut refunding = step("refunding", NOON_MS);
    refunding.facts.real_fen = Some(Fen::new(300));
    refunding.refund = Some(refund);
    let id = OrderId::parse("a2").unwrap();
    shop.store.advance(moving(&id, 3, vec![refunding], CartFate::Stay)).await.unwrap();
    shop.begun("a3", 500, NOON_MS).await;
    let (_, given_back) = shop.begun("a4", 700, NOON_MS).await;
    let closed = ended(step("closed", NOON_MS));
    shop.store.advance(moving(&given_back, 2, vec![closed], CartFate::Return)).await.unwrap();
    let Shop { store, folder } = shop;
    drop(store);
    folder
}

/// Past triggers and whatever else stands in the way.
fn tamper(path: &Path, statements: &str) {
    let raw = Connection::open(path).unwrap();
    raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false).unwrap();
    raw.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
    raw.execute_batch(statements).unwrap();
}

#[tokio::test]
async fn what_was_sold_is_sound_also_beside_the_till() {
    let folder = closed_shop().await;
    let path = folder.path().join("live.db");
    let before = fs::read(&path).unwrap();
    let verified = verify(&path).unwrap();
    assert_eq!(verified.findings, []);
    for (table, count) in
        [("sales", 4), ("sale_events", 3 + 4 + 2 + 3), ("receipts", 2), ("refunds", 1), ("carts", 4)]
    {
        assert!(verified.counts.contains(&(table, count)), "{table}: {:?}", verified.counts);
    }
    assert_eq!(fs::read(&path).unwrap(), before, "reading changes nothing");
    let store = Store::open(&path).unwrap();
    let cart = store.new_cart(NOON_MS).await.unwrap();
    assert!(verify(&path).unwrap().counts.contains(&("carts", 5)));
    assert!(store.save_cart(cart, Vec::new()).await.is_ok());
}

/// What somebody did to the shop of [`closed_shop`], and what finds it.
const TAMPERED: &[(&str, Check)] = &[
    ("DELETE FROM sale_events WHERE order_id = 'a1' AND version = 1", Check::Events),
    ("DELETE FROM sale_events WHERE order_id = 'a1' AND version = 2", Check::Events),
    ("DELETE FROM sale_events WHERE order_id = 'a1'", Check::Events),
    ("DELETE FROM sale_events WHERE order_id = 'a1' AND version = 3", Check::Sales),
    ("UPDATE sale_events SET state = 'awaiting' WHERE order_id = 'a1' AND version = 2", Check::Events),
    ("UPDATE sales SET version = 4 WHERE order_id = 'a1'", Check::Sales),
    ("UPDATE sales SET state = 'closed' WHERE order_id = 'a1'", Check::Sales),
    ("UPDATE sales SET snapshot = '{}' WHERE order_id = 'a1'", Check::Sales),
    ("UPDATE sales SET body = x'78' WHERE order_id = 'a1'", Check::Bodies),
    ("UPDATE sales SET total_fen = 201 WHERE order_id = 'a1'", Check::Goods),
    ("DELETE FROM sale_lines WHERE order_id = 'a1'", Check::Goods),
    ("UPDATE sale_lines SET amount_fen = 201 WHERE order_id = 'a1'", Check::Goods),
    ("DELETE FROM attempts WHERE order_id = 'a1'", Check::Attempts),
    ("INSERT INTO attempts (order_id, attempt, begun_ms) VALUES ('a1', 2, 0)", Check::Attempts),
    ("UPDATE refunds SET amount_fen = 301", Check::Refunds),
    ("DELETE FROM receipts WHERE order_id = 'a2'", Check::Receipts),
    ("DELETE FROM receipts WHERE order_id = 'a1'", Check::Receipts),
    ("UPDATE receipts SET order_id = 'a4' WHERE order_id = 'a1'", Check::Receipts),
    ("UPDATE receipts SET number = '01-20261122-0003' WHERE order_id = 'a2'", Check::Receipts),
    ("UPDATE receipts SET count = 3 WHERE order_id = 'a2'", Check::Receipts),
    ("UPDATE carts SET status = 'open' WHERE cart_id = 3", Check::Carts),
    ("UPDATE carts SET status = 'parked' WHERE cart_id = 4", Check::Carts),
    ("UPDATE carts SET status = 'done' WHERE cart_id = 4", Check::Carts),
    ("DELETE FROM carts WHERE cart_id = 1", Check::References),
    ("UPDATE sales SET holds_cart = 2 WHERE order_id = 'a1'", Check::Pages),
];

#[tokio::test]
async fn every_rule_is_found_broken() {
    let folder = closed_shop().await;
    let whole = fs::read(folder.path().join("live.db")).unwrap();
    let real_snapshot = r#"{"order_id":"a1","total_fen":200,"state":"paid","way":"qr","payment":{"real_fen":200,
        "payable_fen":200,"refunded_fen":0,"trade_no":"t1","pay_time":"noon","channel":"alipay"},
        "trade":{"trade_no":"t1","pay_url":"https://x/1","payable_fen":200},"reason":{"code":"rebuilt"},"watch":{},
        "written_off":false,"refund_due_fen":20,
        "refund":{"id":"r3","amount_fen":50,"progress":{"code":"failed"}}}"#;
    let told = |column: &str| {
        format!(
            r#"UPDATE sale_events SET snapshot = '{real_snapshot}' WHERE order_id = 'a1' AND version = 3;
             UPDATE sales SET snapshot = '{real_snapshot}', payable_fen = 200, trade_no = 't1', pay_time = 'noon',
                channel = 1, pay_url = 'https://x/1', watched = 1, urgent = 1, refund_due_fen = 20,
                reason = '{{"code": "rebuilt"}}' WHERE order_id = 'a1';
             INSERT INTO refunds VALUES ('r2', 'a1', 50, 'unconfirmed', 1, 1), ('r3', 'a1', 50, 'failed', 2, 2);
             UPDATE sales SET {column} WHERE order_id = 'a1'"#
        )
    };
    let wrong = [
        "real_fen = 199",
        "payable_fen = 199",
        "refunded_fen = 1",
        "refund_due_fen = 1",
        "watched = 0",
        "urgent = 0",
        "channel = 0",
        "channel = NULL",
        "pay_url = NULL",
        "trade_no = 't2'",
        "pay_time = NULL",
        r#"reason = '{"code":"expired"}'"#,
        "open = 1",
        "way = 'cash'",
        "tendered_fen = 300",
        "way = 'payment_code'",
    ];
    let agreeing = told("real_fen = 200");
    let refund_is = |column: &str| format!("{agreeing}; UPDATE refunds SET {column}");
    let refunds = [
        refund_is("progress = 'done' WHERE refund_id = 'r3'"),
        refund_is("progress = 'pending' WHERE refund_id = 'r2'"),
        refund_is("amount_fen = 49 WHERE refund_id = 'r3'"),
        refund_is("order_id = 'a2' WHERE refund_id = 'r3'"),
    ];
    let told: Vec<String> = wrong.map(told).into();
    let mut cases = TAMPERED.to_vec();
    cases.extend(told.iter().map(|statements| (statements.as_str(), Check::Sales)));
    cases.extend(refunds.iter().map(|statements| (statements.as_str(), Check::Refunds)));
    let path = folder.path().join("tampered.db");
    for (statements, check) in cases {
        fs::write(&path, &whole).unwrap();
        tamper(&path, statements);
        let found = verify(&path).unwrap().findings;
        assert!(found.iter().any(|finding| finding.check == check), "{statements}: {found:?}");
    }
    fs::write(&path, &whole).unwrap();
    tamper(&path, &agreeing);
    assert_eq!(verify(&path).unwrap().findings, [], "what agrees is not told");
}

#[tokio::test]
async fn d6_a_flipped_bit_is_found() {
    let folder = closed_shop().await;
    let whole = fs::read(folder.path().join("live.db")).unwrap();
    let path = folder.path().join("flipped.db");
    let is_found = |at: usize, bit: u8| {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << bit;
        fs::write(&path, &flipped).unwrap();
        verify(&path).map_or(true, |verified| !verified.is_sound())
    };
    let page_bytes = 4_096;
    for page in 0..whole.len() / page_bytes {
        let header = if page == 0 { 100 } else { page * page_bytes };
        assert!(is_found(header, 2), "the kind of page {page}");
        assert!(is_found(header + 4, 0), "the cells of page {page}");
    }
    for text in ["submitting", r#"{"order_id":"a1"}"#, "01-20261122-0002", r#"{"state":"paid"}"#] {
        let places = whole.windows(text.len()).enumerate().filter(|(_, bytes)| *bytes == text.as_bytes());
        let at = places.map(|(at, _)| at).next().unwrap();
        assert!(is_found(at + 1, 0), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever a disk gives back: it is looked at, never changed, and nothing panics.
    #[test]
    fn d6_no_damage_is_too_much(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let folder = runtime.block_on(closed_shop());
        let path = folder.path().join("live.db");
        let mut bytes = fs::read(&path).unwrap();
        for (place, value) in places {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        fs::write(&path, &bytes).unwrap();
        let _ = verify(&path);
        prop_assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

#[tokio::test]
async fn d5_a_torn_log_without_shared_memory_recovers_to_what_was_answered() {
    let shop = Shop::open();
    for number in 0..20 {
        shop.paid(&format!("a{number}"), 200, NOON_MS, "01").await;
    }
    let answered = fs::read(shop.folder.path().join("live.db-wal")).unwrap();
    shop.paid("late", 200, NOON_MS, "01").await;
    let longer = fs::read(shop.folder.path().join("live.db-wal")).unwrap();
    let differs: Vec<usize> =
        (0..answered.len().min(longer.len())).filter(|at| answered[*at] != longer[*at]).collect();
    let (first, last) = (differs[0], differs[differs.len() - 1]);
    for torn_at in [first, first + 24, (first + last) / 2, last] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.db");
        fs::copy(shop.path(), &path).unwrap();
        fs::write(folder.path().join("live.db-wal"), &longer[..torn_at]).unwrap();
        drop(Store::open(&path).unwrap());
        let verified = verify(&path).unwrap();
        assert_eq!(verified.findings, [], "torn at {torn_at}");
        let sales = verified.counts.iter().find(|(table, _)| *table == "sales").unwrap().1;
        assert!((20..=21).contains(&sales), "{sales} sales, torn at {torn_at}");
    }
}

#[test]
fn what_is_no_database_of_a_till_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    assert_eq!(verify(&path), Err(OpenError::Missing { path: path.clone() }));
    fs::write(&path, "text ".repeat(2_000)).unwrap();
    assert!(matches!(verify(&path), Err(OpenError::Damaged { .. })), "{:?}", verify(&path));
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(matches!(verify(&path), Err(OpenError::Older { .. })), "{:?}", verify(&path));
}
