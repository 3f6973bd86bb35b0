//! Nothing that the database has of a sale is missing from what is shown of it: also not what is added some day.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value as Kept;
use serde_json::{Value, json};
use yima_core::{Fen, OrderId};
use yima_store::{Advance, CartFate, Mode, SaleFacts, SaleStep, Store, StoredRefund};

use crate::receipts::{BEGUN_MS, Ending, sell, sell_for_cash};
use crate::yima::Yima;

const ORDER: &str = "019342f8d7a07c3ea1b2c3d4e5f60718";

/// Where the rows of each table are shown: in a list, or as the one there is.
const TABLES: [(&str, &str); 6] = [
    ("sales", ""),
    ("sale_lines", "/goods"),
    ("sale_events", "/events"),
    ("attempts", "/attempts"),
    ("receipts", "/receipt"),
    ("refunds", "/refunds"),
];

/// Not shown: what the till works with inside, what only serves searching, and the order that all of it is about. How a
/// sale came to its total is shown in parts.
const NOT_SHOWN: [(&str, &str); 10] = [
    ("sales", "detail"),
    ("sales", "snapshot"),
    ("sale_events", "snapshot"),
    ("sales", "order_reversed"),
    ("receipts", "number_reversed"),
    ("sale_lines", "order_id"),
    ("sale_events", "order_id"),
    ("attempts", "order_id"),
    ("receipts", "order_id"),
    ("refunds", "order_id"),
];

/// Of cash alone.
const OF_CASH: (&str, &str) = ("sales", "tendered_fen");

/// Shown by another name than the column's; amounts elsewhere say `_amount` for `_fen`.
const RENAMED: [(&str, &str, &str); 7] = [
    ("sales", "channel", "pay_channel"),
    ("sales", "body", "request_body"),
    ("sales", "body_sha256", "request_body_sha256"),
    ("sale_lines", "price_fen", "price"),
    ("sale_lines", "amount_fen", "amount"),
    ("sale_lines", "list_price_fen", "list_price"),
    ("refunds", "amount_fen", "amount"),
];

#[test]
fn every_column_that_is_kept_of_a_sale_is_shown() {
    let yima = Yima::new();
    let database = yima.data_dir().database(Mode::Practice);
    sell(&database, ORDER, Ending::Paid);
    refund(&database);
    let shown: Value = serde_json::from_str(&yima.done(&["receipts", "show", ORDER, "--json"])).unwrap();
    let connection = Connection::open(&database).unwrap();
    for (table, place) in TABLES {
        let rows = rows_shown(&shown, place);
        for column in columns(&connection, table) {
            let column = (table, column.as_str());
            if column != OF_CASH && !NOT_SHOWN.contains(&column) {
                assert_shown(&connection, table, column.1, &rows);
            }
        }
    }
}

#[test]
fn what_was_handed_over_in_cash_is_shown() {
    let yima = Yima::new();
    let database = yima.data_dir().database(Mode::Practice);
    sell_for_cash(&database, ORDER);
    let shown: Value = serde_json::from_str(&yima.done(&["receipts", "show", ORDER, "--json"])).unwrap();
    let (table, column) = OF_CASH;
    assert_shown(&Connection::open(&database).unwrap(), table, column, &rows_shown(&shown, ""));
    assert_eq!((&shown["way"], &shown["tendered_amount"]), (&json!("cash"), &json!("20.00")));
    let told = yima.done(&["receipts", "show", ORDER]);
    assert!(told.lines().any(|line| line.starts_with("tendered") && line.ends_with("20.00")), "{told}");
}

#[test]
fn every_table_about_a_sale_is_looked_at() {
    let yima = Yima::new();
    let database = yima.data_dir().database(Mode::Practice);
    sell(&database, ORDER, Ending::Open);
    let query = "SELECT s.name FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c
        WHERE s.type = 'table' AND c.name = 'order_id' ORDER BY s.name";
    let mut known = TABLES.map(|(table, _)| table);
    known.sort_unstable();
    assert_eq!(texts(&Connection::open(&database).unwrap(), query), known);
}

#[test]
fn what_is_due_back_is_in_the_list_and_told_with_who_did_what() {
    let yima = Yima::new();
    let database = yima.data_dir().database(Mode::Practice);
    sell(&database, ORDER, Ending::Paid);
    refund(&database);
    let listed: Value = serde_json::from_str(&yima.done(&["receipts", "list", "--json"])).unwrap();
    assert_eq!(listed[0]["refund_due_amount"], "1.05");
    let told = yima.done(&["receipts", "show", ORDER]);
    for line in ["refund due    1.05", "2026-11-22 09:30:14    2.50  r1      sent"] {
        assert!(told.lines().any(|told| told == line), "{line}\n{told}");
    }
    assert!(told.contains(r#"{"by":"李","why":"顾客退货"}"#), "{told}");
}

/// A step that leaves no column empty.
fn refund(database: &Path) {
    let facts = SaleFacts {
        trade_no: Some("T-9".to_owned()),
        pay_url: Some("https://pay.example/p/1".to_owned()),
        payable_fen: Some(Fen::new(10_00)),
        real_fen: Some(Fen::new(9_00)),
        refunded_fen: Some(Fen::new(2_50)),
        refund_due_fen: Some(Fen::new(1_05)),
        channel: Some(1),
        pay_time: Some("2026-11-22 09:30:06".to_owned()),
        reason: Some(r#"{"code":"late"}"#.to_owned()),
    };
    let refund = StoredRefund {
        refund_id: OrderId::parse("r1").unwrap(),
        amount_fen: Fen::new(2_50),
        progress: "sent".to_owned(),
    };
    let step = SaleStep {
        state: "paid".to_owned(),
        watched: true,
        urgent: true,
        event: "refund_sent".to_owned(),
        snapshot: "{}".to_owned(),
        facts,
        at_ms: BEGUN_MS + 9_000,
        note: Some(json!({"by": "李", "why": "顾客退货"}).to_string()),
        refund: Some(refund),
        ..SaleStep::default()
    };
    let advance = Advance {
        order_id: OrderId::parse(ORDER).unwrap(),
        expected_version: 3,
        steps: vec![step],
        cart: CartFate::Stay,
        receipt: None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { Store::open(database).unwrap().advance(advance).await.unwrap() });
}

fn rows_shown(shown: &Value, place: &str) -> Vec<Value> {
    match shown.pointer(place) {
        Some(Value::Array(rows)) => rows.clone(),
        Some(row) => vec![row.clone()],
        None => Vec::new(),
    }
}

fn columns(connection: &Connection, table: &str) -> Vec<String> {
    texts(connection, &format!("SELECT name FROM pragma_table_info('{table}')"))
}

fn texts(connection: &Connection, query: &str) -> Vec<String> {
    let mut statement = connection.prepare(query).unwrap();
    let found = statement.query_map([], |row| row.get(0)).unwrap();
    found.map(Result::unwrap).collect()
}

fn assert_shown(connection: &Connection, table: &str, column: &str, shown: &[Value]) {
    let query = format!("SELECT {column} FROM {table} ORDER BY {}", order_of(table));
    let mut statement = connection.prepare(&query).unwrap();
    let kept: Vec<Kept> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(kept.iter().any(|kept| *kept != Kept::Null), "{table}.{column} is in no row of this sale");
    assert_eq!(kept.len(), shown.len(), "rows of {table}");
    let name = name_of(table, column);
    for (kept, row) in kept.iter().zip(shown) {
        let told = row.get(&name).unwrap_or_else(|| panic!("{table}.{column} is not shown as {name}: {row}"));
        assert!(says(told, kept, column), "{table}.{column} is {kept:?}, shown as {told}");
    }
}

fn order_of(table: &str) -> &'static str {
    match table {
        "sale_lines" => "line_no",
        "sale_events" => "version",
        "attempts" => "attempt",
        _ => "order_id",
    }
}

fn name_of(table: &str, column: &str) -> String {
    let renamed = RENAMED.iter().find(|(of, from, _)| (*of, *from) == (table, column));
    match (renamed, column.strip_suffix("_fen")) {
        (Some((_, _, name)), _) => (*name).to_owned(),
        (None, Some(amount)) => format!("{amount}_amount"),
        (None, None) => column.to_owned(),
    }
}

fn says(told: &Value, kept: &Kept, column: &str) -> bool {
    match kept {
        Kept::Null => told.is_null(),
        Kept::Integer(fen) if column.ends_with("_fen") => *told == format!("{}.{:02}", fen / 100, fen % 100),
        Kept::Integer(number) => *told == *number || told.as_bool().map(i64::from) == Some(*number),
        Kept::Text(text) => *told == *text || serde_json::from_str(text).ok().as_ref() == Some(told),
        Kept::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            *told == digits || told.as_str().map(str::as_bytes) == Some(bytes)
        }
        Kept::Real(_) => false,
    }
}
